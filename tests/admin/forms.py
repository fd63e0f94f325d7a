"""The forms of the admin as a browser sees and sends them."""

from html.parser import HTMLParser
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from partnership.editorial import revising
from partnership.models import RECORD_MODELS, Area, Entry, Party, Relation, Source, Status, Term

# A field of every entry that readers see in words.
WORDS: dict[type[Entry], str] = {
    **dict.fromkeys(RECORD_MODELS, "title"),
    Area: "name",
    Party: "name",
    Relation: "lede",
    Source: "title",
    Term: "label",
}


class _Controls(HTMLParser):
    """What a browser would send of the form whose id ends in `_form`, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._inside = False
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._inside = found.get("id", "").endswith("_form")
        name = found.get("name", "")
        if not self._inside or (tag in ("input", "select", "textarea") and not name):
            return
        if tag == "input" and found.get("type") != "submit":
            values = self.values.setdefault(name, [])
            if found.get("type") not in ("checkbox", "radio") or "checked" in found:
                values.append(found.get("value", "on" if "checked" in found else ""))
        elif tag == "select":
            self._select, self.values[name] = name, []
        elif tag == "option" and self._select and "selected" in found:
            self.values[self._select].append(found.get("value", ""))
        elif tag == "textarea":
            self._textarea, self.values[name] = name, [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            # A browser leaves out the first line break of a text area.
            self.values[self._textarea] = [self.values[self._textarea][0] + data.removeprefix("\n")]


def _sent(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [text for each in value for text in _sent(each)]
    return [str(value.pk if isinstance(value, Model) else value)]


class Form:
    """A rendered form of an entry, to be filled in and sent. A field or row it does not have is a KeyError."""

    def __init__(self, response: HttpResponse) -> None:
        parser = _Controls()
        parser.feed(response.content.decode())
        self.values = {name: value for name, value in parser.values.items() if "__prefix__" not in name}
        self._rows = {name: value for name, value in parser.values.items() if "__prefix__" in name}

    def fill(self, **fields: Any) -> "Form":
        """Write into the fields of the entry; `None` empties one."""
        for name, value in fields.items():
            self._write(name, value)
        return self

    def row(self, rows: str, **fields: Any) -> "Form":
        """Add a row to the group of rows `rows`, as the button “Add another” does."""
        number = int(self.values[f"{rows}-TOTAL_FORMS"][0])
        prefix = f"{rows}-__prefix__-"
        fresh = {name: value for name, value in self._rows.items() if name.startswith(prefix)}
        if not fresh:
            raise KeyError(rows)
        self.values.update(
            {name.replace("__prefix__", str(number)): list(value) for name, value in fresh.items()}
        )
        self.values[f"{rows}-TOTAL_FORMS"] = [str(number + 1)]
        for name, value in fields.items():
            self._write(f"{rows}-{number}-{name}", value)
        return self

    def change_row(self, rows: str, number: int, **fields: Any) -> "Form":
        """Write into a row that is there."""
        for name, value in fields.items():
            self._write(f"{rows}-{number}-{name}", value)
        return self

    def delete_row(self, rows: str, number: int) -> "Form":
        """Tick the box that deletes a row."""
        return self.change_row(rows, number, DELETE="on")

    def choose(self, *, each: str = "", **choices: str) -> "Form":
        """Choose between two changes (`mine`, `theirs`): `each` everywhere, or by the field that both changed."""
        asked = [name for name in self.values if name.startswith("_choice:")]
        for name in asked:
            field = name.rpartition(".")[2]
            self._write(name, choices.get(field, each))
        return self

    def _write(self, name: str, value: Any) -> None:
        if name not in self.values:
            raise KeyError(name)
        self.values[name] = [""] if value is None else _sent(value)


class Editor:
    """A person at the admin: opens forms, fills them in, presses buttons."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def url(self, model: type[Model], page: str, *args: Any) -> str:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)

    def open(self, model: type[Model]) -> Form:
        """The form in which an entry is added."""
        return Form(self.client.get(self.url(model, "add")))

    def reopen(self, entry: Model) -> Form:
        """The form in which an entry is changed."""
        return Form(self.client.get(self.url(type(entry), "change", entry.pk)))

    def press(self, button: str, form: Form, target: type[Model] | Model) -> Any:
        """Send a form with a button (`_save`, `_continue`, `_submit`); what is shown in the end."""
        stored = isinstance(target, Model)
        address = self.url(type(target), "change", target.pk) if stored else self.url(target, "add")
        return self.client.post(address, {**form.values, button: "1"}, follow=True)

    def save(self, entry: Model, **fields: Any) -> Any:
        """Open the form of an entry, write into its fields and save; what is shown in the end."""
        return self.press("_save", self.reopen(entry).fill(**fields), entry)

    def add(self, model: type[Entry], form: Form, button: str = "_save") -> Any:
        """Send the form of a new entry; the entry as stored."""
        before = set(model.objects.values_list("pk", flat=True))
        response = self.press(button, form, model)
        assert response.redirect_chain, errors_in(response)
        return model.objects.exclude(pk__in=before).get()

    def publish(self, entry: Any) -> Any:
        """Submit an entry, have a second person approve it, and give it back as stored; it must be public then."""
        if entry.status == Status.WITHDRAWN:
            response = self.client.post(self.url(type(entry), "publish_again", entry.pk), follow=True)
        else:
            self.press("_submit", self.reopen(entry), entry)
            response = self.second_person().approve(entry)
        entry.refresh_from_db()
        told = (messages_in(response), response.content.decode()[-3000:])
        assert entry.is_public, told
        assert not revising.head_of(entry), told
        return entry

    def second_person(self, name: str = "second-person") -> "Editor":
        """Somebody else who may do everything, at a browser of their own."""
        account, _new = get_user_model().objects.get_or_create(
            username=name, defaults={"is_staff": True, "is_superuser": True}
        )
        client = Client()
        client.force_login(account)
        return Editor(client)

    def review(self, entry: Entry) -> Any:
        """The page on which what an entry is being made to say is reviewed."""
        return self.client.get(self.review_address(entry))

    def approve(self, entry: Entry, **fields: Any) -> Any:
        """Look at what an entry is being made to say, and into its sources, and approve it; what is shown in the end."""
        return self.decide(entry, "_approve", **{"sources_confirmed": "on", **fields})

    def send_back(self, entry: Entry, reason: str) -> Any:
        """Look at what an entry is being made to say and send it back."""
        return self.decide(entry, "_send_back", reason=reason)

    def decide(self, entry: Entry, button: str, **fields: Any) -> Any:
        """Press a button of the page of a review that was just opened."""
        seal = self.review(entry).context["seal"]
        return self.client.post(
            self.review_address(entry), {"_seal": seal, button: "1", **fields}, follow=True
        )

    def review_address(self, entry: Entry) -> str:
        head = revising.head_of(entry)
        assert head is not None
        return reverse("admin:review", args=[head.pk])


def messages_in(response: Any) -> list[str]:
    """What the page tells at its top."""
    return [str(message) for message in response.context["messages"]]


def errors_in(response: Any) -> list[str]:
    """What the page says is wrong with the form."""
    return [str(error) for errors in response.context["errors"] for error in errors]
