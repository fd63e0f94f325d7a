"""`/data/`: the register as files, what is in them, and the files themselves."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from partnership import generation
from partnership.exchange.data import contents, iati
from partnership.exchange.data.columns import ToldColumn, told_columns
from partnership.exchange.data.lists import LISTS, rows_of_list
from partnership.exchange.data.snapshot import Stamp, licence, stamp_now
from partnership.exchange.data.store import SUMS, CannotKeep, Kept, KeptFile, current_or_building
from partnership.public import linked_data
from partnership.public.files import CONTENT_TYPES, PLAIN, not_modified, open_to_all, plain_answer
from partnership.public.other_forms import Form

# The files of the whole register in the order of the page: each with its name and what it is good for.
WHOLE: dict[str, tuple[Promise, Promise]] = {
    contents.FIXTURE: (
        _("Fixture"),
        _("The whole register in one file, as Django fixtures: what the site itself is loaded from."),
    ),
    contents.BUNDLE: (
        _("Fixtures, a file for each model"),
        _("The same rows with a manifest of checksums, to be loaded, compared and verified."),
    ),
    contents.DATABASE: (
        _("SQLite database"),
        _("Tables with keys and labels, for SQL and Datasette; datasette.json describes them."),
    ),
    contents.METADATA: (_("Description for Datasette"), _("Licence, labels and the meaning of columns.")),
    contents.PACKAGE: (
        _("Tables as a data package"),
        _("Every list as CSV with a Frictionless description of each column, in one archive."),
    ),
    contents.DESCRIPTION: (
        _("Description of the tables"),
        _("The Frictionless description alone; it names the tables below by their addresses."),
    ),
    contents.ACTIVITIES: (
        _("IATI activities"),
        _("Funds and what was pledged and paid to them, in the IATI standard, version 2.03."),
    ),
    contents.LEFT_OUT: (
        _("Left out of the IATI file"),
        _("Funds and contributions that lack what the standard asks for, each with the reason."),
    ),
    SUMS: (_("Checksums"), _("The SHA-256 of every file of this page, as sha256sum reads them.")),
}

# The other forms of a list, which are made when they are asked for.
OTHER_FORMS = {"xlsx": "XLSX", "json": "JSON", "fixture.json": _("fixture")}
SECONDS_TO_WAIT = 30


@dataclass(frozen=True)
class ToldFile:
    """A file of the whole register as the page tells it."""

    label: Promise
    purpose: Promise
    file: KeptFile
    address: str

    @property
    def form(self) -> Form:
        """The file as programs are told of it."""
        return Form(self.label, self.address, _media_type(self.file.name))


@dataclass(frozen=True)
class ToldList:
    """A list of one kind as the page tells it: its CSV as it is kept, if one is, and the addresses of its other forms."""

    label: str
    address: str
    rows: int
    csv: KeptFile | None
    csv_address: str
    forms: list[tuple[Any, str]]
    columns: str

    @property
    def form(self) -> Form:
        """The list as CSV as programs are told of it."""
        return Form(self.label, self.csv_address, _media_type(self.csv_address))


class DataPage(TemplateView):
    """`/data/`: every file with its rows, size and checksum; licence, how to cite and how to verify."""

    template_name = "partnership/data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        now = generation.current()
        problem = ""
        try:
            found = current_or_building(contents.write_files, now)
        except CannotKeep:
            found, problem = (
                None,
                gettext("The site cannot keep files just now; those made on demand are below."),
            )
        stamp = found.stamp if found else stamp_now()
        name, address = licence()
        page = self.request.build_absolute_uri(self.request.path)
        files, lists = _whole_files(found), _lists(found)
        purpose = gettext(
            "The register as files: tables, fixtures, a SQLite database and a data package, with checksums."
        )
        return super().get_context_data(**kwargs) | {
            "canonical": page,
            "page_title": gettext("Data"),
            "description": purpose,
            "linked_data": linked_data.dataset(
                settings.SITE_NAME,
                purpose,
                page,
                [*(each.form for each in files), *(each.form for each in lists)],
                self.request.build_absolute_uri,
                version=str(stamp.edition),
                dateModified=stamp.day.isoformat() if stamp.day else "",
            ),
            "stamp": stamp,
            "kept": found,
            "outdated": bool(found and now is not None and found.stamp.generation != now),
            "problem": problem,
            "files": files,
            "lists": lists,
            "iati": _iati(found),
            "licence": name,
            "licence_address": address,
            "citation": _citation(stamp),
            "last_updated": None,
        }


class ColumnsPage(TemplateView):
    """`/data/columns/`: what each column of each table means."""

    template_name = "partnership/data_columns.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        tables: list[tuple[str, str, list[ToldColumn]]] = [
            (name, _heading(name), told_columns(model)) for name, model in LISTS.items()
        ]
        return super().get_context_data(**kwargs) | {
            "canonical": self.request.build_absolute_uri(self.request.path),
            "tables": tables,
        }


class DataFile(View):
    """`/data/<name>`: one of the kept files, whole; it takes no parameter."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """The file as it stands, 304 if the reader has it; 503 while the first files are being made.

        Raises:
            Http404: there is no such file.
        """
        if request.GET:
            return plain_answer(
                gettext(
                    "This file takes no parameters: it is always whole. For a part, filter the list, for example "
                    "/contributions.csv?donor=japan"
                ),
                400,
            )
        if not _is_a_name(name):
            raise Http404
        try:
            found = current_or_building(contents.write_files, generation.current())
        except CannotKeep:
            return _unkept(name)
        if found is None:
            return _not_yet()
        if name not in found.files:
            raise Http404
        return _served(request, found, name)


def _is_a_name(name: str) -> bool:
    return name in WHOLE or name in {f"{each}.csv" for each in LISTS}


def _unkept(name: str) -> HttpResponseBase:
    """What can be had of a site that cannot keep files: what is made as it is sent, without size and checksum."""
    stem = name.removesuffix(".csv")
    if stem in LISTS:
        return HttpResponseRedirect(reverse(f"{stem}-csv"))
    if name != contents.FIXTURE:
        return _not_yet(
            gettext("The site cannot keep files just now, and this one cannot be sent while it is made.")
        )
    response = StreamingHttpResponse(contents.fixture(), content_type=CONTENT_TYPES["fixture.json"])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return open_to_all(response)


def _not_yet(why: str = "") -> HttpResponse:
    response = plain_answer(why or gettext("The files are being made. Ask again in a minute."), 503)
    response.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    return response


def _served(request: HttpRequest, found: Kept, name: str) -> HttpResponseBase:
    """The file, or 304 if the reader has it."""
    etag = f'"{found.files[name].sha256}"'
    if unchanged := not_modified(request, etag):
        return unchanged
    try:
        file = found.path(name).open("rb")
    except FileNotFoundError:  # a newer build has just taken its place
        return _not_yet()
    response = FileResponse(
        file, as_attachment=True, filename=name, content_type=CONTENT_TYPES.get(_suffix(name), PLAIN)
    )
    response.headers["ETag"] = etag
    return open_to_all(response)


def _suffix(name: str) -> str:
    return name.rpartition(".")[2]


def _media_type(name: str) -> str:
    return CONTENT_TYPES.get(_suffix(name), PLAIN).partition(";")[0]


# What the page tells


def _whole_files(found: Kept | None) -> list[ToldFile]:
    if found is None:
        return []
    return [
        ToldFile(label, purpose, found.files[name], reverse("data-file", args=[name]))
        for name, (label, purpose) in WHOLE.items()
        if name in found.files
    ]


def _lists(found: Kept | None) -> list[ToldList]:
    told = []
    for name in LISTS:
        csv = found.files.get(f"{name}.csv") if found else None
        told.append(
            ToldList(
                label=_heading(name),
                address=reverse(name),
                rows=csv.rows or 0 if csv else rows_of_list(name).count(),
                csv=csv,
                csv_address=reverse("data-file", args=[csv.name]) if csv else reverse(f"{name}-csv"),
                forms=[(label, reverse(f"{name}-{form}")) for form, label in OTHER_FORMS.items()],
                columns=f"{reverse('data-columns')}#{name}",
            )
        )
    return told


def _heading(name: str) -> str:
    return capfirst(str(LISTS[name]._meta.verbose_name_plural))


def _iati(found: Kept | None) -> dict[str, Any]:
    """What the page says of the IATI file: whether anybody publishes, how much it holds, what was left out and why."""
    counts = found.counts.get("iati") if found else None
    kinds = {model.kind_name(): model._meta for model in LISTS.values()}
    left_out = [
        (
            kinds[kind].verbose_name if number == 1 else kinds[kind].verbose_name_plural,
            iati.WORDS[iati.Reason(reason)],
            number,
        )
        for kind, reason, number in (counts or {}).get("reasons", ())
    ]
    offered = bool(settings.IATI_ORGANISATION and settings.IATI_ORGANISATION_TYPE)
    return {"offered": offered, "counts": counts, "left_out": left_out}


def _citation(stamp: Stamp) -> dict[str, Any]:
    return {"site": settings.SITE_NAME, "stamp": stamp}
