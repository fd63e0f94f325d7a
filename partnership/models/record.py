"""What the seven record kinds share: the abstract record and the rows every record owns."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnership.dates import NO_BOUNDS, Bounds, EDTFField, bounds_of

from .area import Area
from .entry import Entry, EntryQuerySet, Status
from .fields import LineField, ProseField, filled, language_shape, not_itself, one_of
from .party import Party

BOUND_FIELDS = ("earliest", "latest", "surely_from", "surely_to")


class PlanState(models.TextChoices):
    """How far a record is more than a plan."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held or in force")
    CANCELLED = "cancelled", _("Cancelled")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")


def public_rows(queryset: models.QuerySet, *references: str) -> models.QuerySet:
    """Owned rows whose named references are all public: a draft's name never reaches a reader."""
    return queryset.filter(**{f"{name}__status": Status.PUBLISHED for name in references}).select_related(
        *references
    )


class RecordQuerySet(EntryQuerySet):
    """Records of one kind with what a page needs to show them, in a constant number of queries."""

    def update(self, **columns: Any) -> int:
        """Update columns, but no date: its bounds would stay behind.

        Raises:
            TypeError: a date or period is among the columns.
        """
        if dated := columns.keys() & {"date", "period"}:
            raise TypeError(
                f"Set {', '.join(sorted(dated))} on each record and save it: update() leaves its bounds behind."
            )
        return super().update(**columns)

    update.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own: templates must not call it

    def for_list(self):
        """Rows of a list: references in the row itself, taking part and areas in one query each."""
        kind: Any = self.model
        involvements = kind.involvements.rel.related_model
        return self.select_related(*kind.list_references).prefetch_related(
            Prefetch(
                "involvements",
                public_rows(involvements.objects.all(), "party", "role").select_related(
                    "party", "role", "level", "portfolio", "scope"
                ),
            ),
            Prefetch("areas", Area.objects.published()),
            *kind.list_prefetches(),
        )

    def for_detail(self):
        """One record with everything it owns and everything that names it."""
        kind: Any = self.model
        citations = kind.citations.rel.related_model
        return self.for_list().prefetch_related(
            Prefetch("citations", public_rows(citations.objects.all(), "source")),
            Prefetch("organisations", Party.objects.published()),
            *kind.detail_prefetches(),
        )


class Record(Entry):
    """A dated, sourced fact of one kind; each kind is a model of its own with the rows it owns.

    The four bounds are computed from the date, never typed: see `set_bounds`. They are declared before
    the date because `Model.__init__` assigns in declared order and the date's descriptor fills them.
    """

    title = LineField(
        _("title"),
        max_length=200,
        help_text=_(
            "As a heading, in own words. Name the edition if there are several: “Madrid Summit 2022”."
        ),
    )
    other_names = ProseField(
        _("other names"),
        blank=True,
        help_text=_("Names that sources use for the same thing, one a line. Searched."),
    )
    earliest = models.DateField(_("earliest day"), null=True, blank=True, editable=False)
    latest = models.DateField(_("latest day"), null=True, blank=True, editable=False)
    surely_from = models.DateField(_("surely from"), null=True, blank=True, editable=False)
    surely_to = models.DateField(_("surely to"), null=True, blank=True, editable=False)
    date = EDTFField(
        verbose_name=_("date"),
        help_text=_(
            "As EDTF, only as exact as the source: 2022-06-29, 2022-06, 2022, 199X, 2009/2013, 2014/.. (still going on), "
            "2014/ (end not stated), 2005~ (about), 2005? (uncertain). Empty: no date given."
        ),
    )
    date_stated = LineField(
        _("date as stated"), max_length=200, blank=True, help_text=_("The source's own words: “early 1990s”.")
    )
    place = LineField(_("place"), max_length=200, blank=True, help_text=_("As the source states it."))
    organisations = models.ManyToManyField(
        "partnership.Party",
        verbose_name=_("organisations"),
        blank=True,
        related_name="%(class)ss_told",
        help_text=_("Whose relations this record tells; at least one before it can be public."),
    )
    areas = models.ManyToManyField(
        "partnership.Area", verbose_name=_("areas"), blank=True, related_name="%(class)ss"
    )
    ordinal = models.PositiveSmallIntegerField(
        _("number in its series"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("17 for the “17th”. Empty: not stated. A first for one party belongs to its row below."),
    )
    recurrence = LineField(
        _("recurrence"),
        max_length=120,
        blank=True,
        help_text=_("In the source's words: “regularly”, “annual”."),
    )
    series = models.ForeignKey(
        "self",
        verbose_name=_("edition of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="series_editions",
        help_text=_(
            "The series of which this is one edition: an exercise without a year, a regular meeting."
        ),
    )
    part_of = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text=_("The larger thing of the same kind: the summit of a meeting, the pledge of a payment."),
    )
    plan_state = models.CharField(
        _("state of the plan"),
        max_length=12,
        choices=PlanState.choices,
        default=PlanState.HELD,
        help_text=_(
            "Planned until a source says that it took place; unconfirmed if its day has passed without such a source."
        ),
    )
    summary = ProseField(
        _("summary"),
        blank=True,
        help_text=_(
            "Own words, Markdown. Link another entry as [the summit](event:nato-madrid-summit-2022). "
            "State nothing that no source says."
        ),
    )
    language = models.CharField(
        _("language"), max_length=35, default="en", help_text=_("In which the title and summary are written.")
    )
    wording_note = ProseField(
        _("note on wording"),
        blank=True,
        help_text=_("Public. Why a sensitive name or phrase is put as it is."),
    )

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    # The reverse accessors that each kind's involvement and citation models make.
    involvements: ClassVar[Any]
    citations: ClassVar[Any]

    name_fields = ("slug", "title", "other_names")
    date_fields = ("date", "date_stated", "plan_state", "ordinal", "recurrence")
    relation_fields = ("place", "organisations", "areas", "series", "part_of")
    text_fields = ("language", "summary", "wording_note")
    derived_fields = (*Entry.derived_fields, *BOUND_FIELDS)
    owned_rows: tuple[str, ...] = ("involvements", "citations")
    searched_fields: tuple[str, ...] = ("title", "other_names", "summary", "place", "date_stated")
    naming_fields: tuple[str, ...] = ("title", "other_names")
    markdown_fields: tuple[str, ...] = ("summary",)
    list_references: tuple[str, ...] = ()

    class Meta(Entry.Meta):
        abstract = True
        # Newest first by the earliest possible day; ties by address; no date given comes last.
        ordering = (F("earliest").desc(nulls_last=True), "slug")
        indexes = [models.Index(fields=["status", "earliest", "slug"], name="%(class)s_listed")]
        constraints = [
            *Entry.Meta.constraints,
            filled("title"),
            one_of("plan_state", PlanState),
            language_shape(),
            not_itself("series"),
            not_itself("part_of"),
            models.CheckConstraint(
                name="%(class)s_bounds_in_order",
                condition=Q(earliest__isnull=True) | Q(latest__isnull=True) | Q(earliest__lte=F("latest")),
                violation_error_message=_("The date ends before it begins: write the earlier day first."),
            ),
            models.CheckConstraint(
                name="%(class)s_ordinal_from_one",
                condition=Q(ordinal__isnull=True) | Q(ordinal__gte=1),
                violation_error_message=_("Numbers in a series start at 1; leave it empty if not stated."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs):
        before = self.bounds
        self.set_bounds()
        if not self.own_date_text():
            self._assign_bounds(self.bounds_from_steps())
        if self.bounds != before and kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], *BOUND_FIELDS}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse(self.kind_name(), args=[self.slug])

    @classmethod
    def list_prefetches(cls) -> tuple[str | Prefetch, ...]:
        """What a row of a list of this kind needs beyond what every record needs."""
        return ()

    @classmethod
    def detail_prefetches(cls) -> tuple[str | Prefetch, ...]:
        """What the page of this kind shows beyond what a row of its list shows."""
        return ()

    @property
    def bounds(self) -> Bounds:
        """The stored bounds: outermost days, and what surely holds (see `partnership.dates`)."""
        return Bounds(self.earliest, self.latest, self.surely_from, self.surely_to)

    def own_date_text(self) -> str:
        """The EDTF text that dates the record itself: its date, else the period it covers, else empty."""
        return self.__dict__.get("date") or self.__dict__.get("period") or ""

    @property
    def date_text(self) -> str:
        """The EDTF text that a page prints for the record; empty if no date is given."""
        return self.own_date_text()

    def set_bounds(self) -> None:
        """Fill the bounds from the record's own date; called whenever a date is assigned.

        Without a date the bounds stay as they are: they may come from steps (`refresh_bounds`). An
        invalid text is left to the field, which refuses it on saving.
        """
        if text := self.own_date_text():
            try:
                self._assign_bounds(bounds_of(text))
            except ValidationError:
                return

    def bounds_from_steps(self) -> Bounds:
        """Bounds from the first step that begins to the last that ends; none for a kind without steps."""
        return NO_BOUNDS

    def refresh_bounds(self) -> None:
        """Recompute the stored bounds from the date or the steps, and store them if they moved.

        The one function that step receivers and batch writers call after steps were written.
        """
        fresh = bounds_of(self.own_date_text()) if self.own_date_text() else self.bounds_from_steps()
        if fresh != self.bounds:
            self._assign_bounds(fresh)
            self.save(update_fields=BOUND_FIELDS)  # saved, not updated: index and generation hear of it

    def _assign_bounds(self, bounds: Bounds) -> None:
        self.earliest, self.latest, self.surely_from, self.surely_to = bounds
