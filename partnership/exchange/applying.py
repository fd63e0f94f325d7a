"""Entries of one model written to the database, some hundreds at a time: created, changed, with their rows and members.

The database checks the constraints as the rows are written. Only where it refuses some, they are asked one by one, so that
each problem is told at its row.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from partnership.exchange.checking import Change, Checked, Known, constraint_problems
from partnership.exchange.reading import MODELS, Problem
from partnership.models import Entry, OwnedRow, Relation, SteppedRecord
from partnership.models.batches import in_batches
from partnership.models.record import BOUND_FIELDS, Record

DATES = ("date", "period")
PAIR = ("organisation", "party")

Member = tuple[Any, int, Any, str]  # (relation, primary key of the entry, model, address of the member)


class Writer:
    """Writes the changes of one model, chunk by chunk, and at its end what had to wait for entries of the same model."""

    def __init__(self, model: type[Entry], known: Known):
        self.model: Any = model
        self.known = known
        self._late_columns: dict[str, list[tuple[int, Any, str]]] = defaultdict(list)
        self._late_rows: list[Checked] = []

    def write(self, changes: list[tuple[Change, list[Checked]]]) -> list[Problem]:
        """Write changes without a problem; what the database says against them. Nothing of them is written then."""
        try:
            with transaction.atomic():
                self._write(changes)
        except (IntegrityError, DataError):
            return list(self._refused(changes))
        return []

    def finish(self) -> list[Problem]:
        """Write what names entries that came later; what the database says against it."""
        found: list[Problem] = []
        for column, waiting in self._late_columns.items():
            ready = [each for each in waiting if self._number(each[2]) > 0]
            found += self._tried(
                ready, lambda some, column=column: self._fill(column, some), self._late_problem(column)
            )
        rows = [each for each in self._late_rows if self._fill_references(each.instance, each.later)]
        found += self._tried(rows, lambda some: _create([each.instance for each in some]), _row_problem)
        return found

    def _tried(self, several: list[Any], write: Any, problem_of: Any) -> list[Problem]:
        """Write several at once or, if the database refuses, one by one; what it says against each."""
        try:
            with transaction.atomic():
                write(several)
            return []
        except (IntegrityError, DataError) as error:
            if len(several) == 1:
                return list(problem_of(several[0], error))
        return [problem for each in several for problem in self._tried([each], write, problem_of)]

    def _late_problem(self, column: str) -> Any:
        def problems(waiting: tuple[int, Change, str], error: Exception) -> Iterator[Problem]:
            key, change, slug = waiting
            instance = self.model._base_manager.get(pk=key)
            setattr(instance, column, self._number(slug))
            found = list(constraint_problems(Checked(change.place, instance, False)))
            yield from found or [
                change.place.problem(column.removesuffix("_id"), _said(error), code="database")
            ]

        return problems

    def _number(self, slug: str) -> int:
        return self.known.numbers[self.model][slug]

    # A chunk

    def _write(self, changes: list[tuple[Change, list[Checked]]]) -> None:
        new: list[Any] = []
        changed: list[Any] = []
        for change, rows in changes:
            head = next((checked for checked in rows if isinstance(checked.instance, Entry)), None)
            (new if change.before is None else changed).append((change, head, rows))
        self._create_entries([(change, head) for change, head, _rows in new if head])
        self._update_entries([(change, head) for change, head, _rows in changed if head])
        self._write_rows([(change, rows) for change, _head, rows in (*new, *changed)])
        stepped = issubclass(self.model, SteppedRecord)
        self._refresh_bounds(
            {change.key for change, *_rest in (*new, *changed) if change.key} if stepped else set()
        )

    def _create_entries(self, new: list[tuple[Change, Checked]]) -> None:
        self.model.objects.bulk_create([head.instance for _change, head in new])
        members: list[Member] = []
        for change, head in new:
            change.key = head.instance.pk
            self.known.numbers[self.model][change.slug] = head.instance.pk
            members += self._members(change, head)
            self._wait(change, head)
        self._add_members(members)

    def _update_entries(self, changed: list[tuple[Change, Checked]]) -> None:
        names: set[str] = set()
        for change, head in changed:
            names |= _changed_names(change)
            head.instance.pk = change.key
            self._wait(change, head)
        columns = {each.name for each in self.model._meta.concrete_fields}
        if names & set(DATES):
            names |= set(BOUND_FIELDS)
        if issubclass(self.model, Record) and names & set(DATES):
            self._keep_bounds_of_undated(changed)
        if self.model is Relation and names & set(PAIR):
            self._free_pairs(changed)
            names |= set(PAIR)
        if written := sorted(names & columns):
            # A plain query set: that of records refuses dates without their bounds, which are written here.
            rows: models.QuerySet[Any] = models.QuerySet(model=self.model)
            rows.bulk_update([head.instance for _change, head in changed], written, batch_size=200)
        members = [each for change, head in changed for each in self._members(change, head, names)]
        many = [each for each in self.model._meta.many_to_many if each.name in names]
        for relation in many:
            for keys in in_batches([change.key for change, _head in changed]):
                through = relation.remote_field.through
                through._base_manager.filter(**{f"{relation.m2m_field_name()}__in": keys}).delete()
        self._add_members(members)

    def _free_pairs(self, changed: list[tuple[Change, Checked]]) -> None:
        """Turn round the pairs of relations that get another one, so that two may change places: they ask row by row."""
        moving = [
            change.key for change, _head in changed if change.key and _changed_names(change) & set(PAIR)
        ]
        Relation._base_manager.filter(pk__in=moving).update(
            organisation=F("party_id"), party=F("organisation_id")
        )

    def _keep_bounds_of_undated(self, changed: list[tuple[Change, Checked]]) -> None:
        """An entry without a date of its own may be dated by its steps, and keeps what they say until they are asked."""
        undated = {change.key: head.instance for change, head in changed if not head.instance.own_date_text()}
        if not undated or not issubclass(self.model, SteppedRecord):
            return
        for key, *bounds in self.model.objects.filter(pk__in=undated).values_list("pk", *BOUND_FIELDS):
            for name, value in zip(BOUND_FIELDS, bounds, strict=True):
                setattr(undated[key], name, value)

    def _wait(self, change: Change, head: Checked) -> None:
        """Note the references to entries of the same model that were not there when the row was checked."""
        for column, _model, slug in head.later:
            self._late_columns[column].append((head.instance.pk, change, slug))

    def _fill(self, column: str, waiting: list[tuple[int, Any, str]]) -> None:
        for some in in_batches(waiting, 200):
            instances = [self.model(pk=key, **{column: self._number(slug)}) for key, _change, slug in some]
            models.QuerySet(model=self.model).bulk_update(instances, [column.removesuffix("_id")])

    # Members

    def _members(self, change: Change, head: Checked, names: Iterable[str] | None = None) -> Iterator[Member]:
        for name, slugs in head.members.items():
            if names is None or name in names:
                relation = self.model._meta.get_field(name)
                for slug in slugs:
                    yield relation, head.instance.pk, relation.related_model, slug

    def _add_members(self, members: Iterable[Member]) -> None:
        rows: dict[Any, list[Any]] = defaultdict(list)
        for relation, key, target, slug in members:
            owner, member = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
            through = relation.remote_field.through
            rows[through].append(through(**{owner: key, member: self.known.numbers[target][slug]}))
        for through, several in rows.items():
            through._base_manager.bulk_create(several, batch_size=1000)

    # Owned rows

    def _write_rows(self, changes: list[tuple[Change, list[Checked]]]) -> None:
        gone: dict[type[OwnedRow], list[str]] = defaultdict(list)
        fresh: list[Any] = []
        for change, rows in changes:
            for name, key in _gone(change, rows):
                gone[name].append(key)
            for checked in rows:
                if isinstance(checked.instance, OwnedRow):
                    instance: Any = checked.instance
                    setattr(instance, f"{instance.owner_field}_id", change.key)
                    if not self._fill_references(instance, checked.later):
                        self._late_rows.append(checked)
                        continue
                    fresh.append(instance)
        for owned, keys in gone.items():
            for some in in_batches(keys):
                owned._base_manager.filter(pk__in=some)._raw_delete(connection.alias)
        _create(fresh)

    def _fill_references(self, instance: Any, later: Iterable[tuple[str, Any, str]]) -> bool:
        """Fill the references that can be filled now; whether all can."""
        complete = True
        for column, model, slug in later:
            number = self.known.numbers[model][slug]
            if number > 0:
                setattr(instance, column, number)
            else:
                complete = False
        return complete

    def _refresh_bounds(self, keys: set[Any]) -> None:
        if issubclass(self.model, SteppedRecord):
            for some in in_batches(sorted(keys)):
                for entry in self.model.objects.filter(pk__in=some).prefetch_related("steps__kind"):
                    entry.refresh_bounds()

    # What the database refuses

    def _refused(self, changes: list[tuple[Change, list[Checked]]]) -> Iterator[Problem]:
        found = [
            problem
            for _change, rows in changes
            for checked in rows
            for problem in constraint_problems(checked)
        ]
        if found:
            yield from found
            return
        # None breaks a constraint by itself: they stand against one another, or against a row that came meanwhile.
        for change, rows in changes:
            try:
                with transaction.atomic():
                    self._write([(change, rows)])
            except (IntegrityError, DataError) as refusal:
                found = [problem for checked in rows for problem in constraint_problems(checked)]
                message = _said(refusal)
                yield from (
                    found or _taken_keys(change, rows) or [change.place.problem("", message, code="database")]
                )


def _changed_names(change: Change) -> set[str]:
    before, after = (document[0]["fields"] for document in (change.before or change.after, change.after))
    return {name for name, value in after.items() if before.get(name) != value}


def _gone(change: Change, rows: list[Checked]) -> Iterator[tuple[Any, str]]:
    """The owned rows to delete: those that go, and those that are written anew under the same key, so that swaps are safe."""
    left = {(row["model"], row.get("pk")) for row in change.after}
    anew = {checked.instance.pk for checked in rows if isinstance(checked.instance, OwnedRow)}
    for row in (change.before or [])[1:]:
        if (row["model"], row["pk"]) not in left or row["pk"] in anew:
            yield MODELS[row["model"]], row["pk"]


def _taken_keys(change: Change, rows: list[Checked]) -> list[Problem]:
    """The rows of an entry whose key another entry's row has."""
    found = []
    for checked in rows:
        if isinstance(checked.instance, OwnedRow):
            owner = f"{checked.instance.owner_field}_id"
            others = (
                type(checked.instance).objects.filter(pk=checked.instance.pk).exclude(**{owner: change.key})
            )
            if others.exists():
                label = f"{checked.instance._meta.model_name}[{checked.instance.pk}]"
                message, place = _("the key is another entry's"), checked.place
                found.append(Problem(place.file, place.line, label, "pk", message, code="key-taken"))
    return found


def _row_problem(checked: Checked, error: Exception) -> Iterator[Problem]:
    found = list(constraint_problems(checked))
    yield from found or [checked.place.problem("", _said(error), code="database")]


def _create(instances: list[Any]) -> None:
    by_model: dict[Any, list[Any]] = defaultdict(list)
    for instance in instances:
        by_model[type(instance)].append(instance)
    for model, several in by_model.items():
        model._base_manager.bulk_create(several, batch_size=1000)


def _said(error: Exception) -> str:
    return _("the database refuses the entry: %(error)s") % {"error": str(error).strip()}
