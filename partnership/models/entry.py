"""What every entry of the register has in common, and what every row owned by an entry has."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from .fields import (
    KEY_PATTERN,
    SLUG_MESSAGE,
    SLUG_PATTERN,
    ProseField,
    SecondsField,
    SlugField,
    one_of,
    whole_second,
)

LONGEST_WORD = 70
"""Characters of the word in the key of a row; a number may follow."""
LAST_PLACE = 32_767
"""The greatest number that the column of a place takes."""


class Status(models.TextChoices):
    """Where an entry stands; only `partnership.editorial.workflow` moves it."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class EntryQuerySet(models.QuerySet):
    """Rows of one entry model. The default manager hides nothing: a filtered one breaks reloads."""

    def get_by_natural_key(self, slug: str) -> Any:
        return self.get(slug=slug)

    def published(self):
        """What the public may see: the one rule that page, count, facet, feed, file and search use."""
        return self.filter(status=Status.PUBLISHED)


class Entry(models.Model):
    """Whatever is versioned and published by itself: a record, relation, party, area, source or term.

    Each entry model declares the faces of its document: `public_fields` (an allow-list, in the order of
    the file), `private_fields` (staff only) and `derived_fields` (computed, in no file). A field in none
    of them is a failing test. `owned_rows` names the reverse accessors of the rows it owns, `searched_fields`
    the text a reader's words are looked for in, `naming_fields` those of them that are names of the entry,
    `markdown_fields` the text that may link other entries.
    """

    slug = SlugField(
        verbose_name=_("address"),
        help_text=_(
            "The lasting address of the page, in small letters, digits and hyphens: nato-madrid-summit-2022. It never changes."
        ),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    withdrawn_reason = ProseField(
        _("reason for withdrawal"),
        blank=True,
        editable=False,
        help_text=_("Public: readers of the old address see it."),
    )
    first_published = SecondsField(_("first published"), null=True, blank=True, editable=False)
    changed = SecondsField(_("changed"), default=whole_second, editable=False)
    since = models.PositiveIntegerField(
        _("since edition"),
        default=0,
        editable=False,
        help_text=_("The edition from which the content stands as it is; 0 is what was loaded at first."),
    )
    staff_note = ProseField(
        _("note for staff"), blank=True, help_text=_("Never public: reminders, doubts, whom to ask.")
    )

    objects: ClassVar[Any] = EntryQuerySet.as_manager()

    state_fields = ("status", "withdrawn_reason", "first_published", "changed")
    public_fields: tuple[str, ...] = ()
    private_fields: tuple[str, ...] = ("staff_note",)
    derived_fields: tuple[str, ...] = ("id", "since")
    owned_rows: tuple[str, ...] = ()
    searched_fields: tuple[str, ...] = ()
    naming_fields: tuple[str, ...] = ()
    markdown_fields: tuple[str, ...] = ()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_slug_shape",
                condition=Q(slug__regex=SLUG_PATTERN),
                violation_error_message=SLUG_MESSAGE,
            ),
            one_of("status", Status),
            models.CheckConstraint(
                name="%(class)s_withdrawn_reason_given",
                condition=~Q(status=Status.WITHDRAWN) | ~Q(withdrawn_reason=""),
                violation_error_message=_("Say why the entry is withdrawn: readers of its address see it."),
            ),
            models.CheckConstraint(
                name="%(class)s_first_published_set",
                condition=Q(status=Status.DRAFT) | Q(first_published__isnull=False),
                violation_error_message=_("An entry that is or was public says when it first became so."),
            ),
        ]

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def is_public(self) -> bool:
        """Whether readers may see the entry."""
        return self.status == Status.PUBLISHED

    @classmethod
    def kind_name(cls) -> str:
        """The word for the model in fixtures, links and addresses of entries: `event` in `event:slug`."""
        return cls.__name__.lower()

    @property
    def reference(self) -> str:
        """`kind:slug`, the way texts, aliases and revisions name an entry."""
        return f"{self.kind_name()}:{self.slug}"

    def owned(self) -> dict[str, list["OwnedRow"]]:
        """The rows that go with this entry, by accessor name, in reading order, with the entries that they name."""
        return {
            accessor: list(
                getattr(self, accessor).select_related(*(field.name for field in named_references(model)))
            )
            for accessor, model in zip(self.owned_rows, owned_models(type(self)), strict=True)
        }


class OwnedRow(models.Model):
    """A row that is part of one entry and goes with it.

    The primary key is a text `<slug of the entry>.<word>`, minted once from what the row names and never
    derived again: integer keys lose rows in pending documents (docs/decisions.md). Nothing may point
    at an owned row by foreign key, and no unique constraint stands over its editable columns.
    """

    key = models.CharField(_("key"), max_length=161, primary_key=True, editable=False)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Order on the page; equal numbers are ordered by key.")
    )

    objects: ClassVar[Any] = models.Manager()

    owner_field = "record"
    public_fields: tuple[str, ...] = ()
    private_fields: tuple[str, ...] = ()
    derived_fields: tuple[str, ...] = ("key",)
    searched_fields: tuple[str, ...] = ()
    naming_fields: tuple[str, ...] = ()
    unshown: ClassVar[Q] = Q(pk__in=())  # the rows that are searched, and shown nowhere
    markdown_fields: tuple[str, ...] = ()

    class Meta:
        abstract = True
        ordering = ("position", "key")
        constraints = [
            models.CheckConstraint(
                name="%(class)s_key_shape",
                condition=Q(key__regex=KEY_PATTERN),
                violation_error_message=_(
                    "The key of a row is the address of its entry, a full stop and a word, "
                    "for example nato-madrid-summit-2022.japan."
                ),
            ),
        ]

    def save(self, *args, **kwargs):
        if not self.key:
            self.key = self.mint_key()
            kwargs["force_insert"] = True  # a key taken meanwhile is an error, never an overwrite
        super().save(*args, **kwargs)

    @property
    def owner(self) -> Entry:
        """The entry this row is part of."""
        return getattr(self, self.owner_field)

    def key_word(self) -> str:
        """What the row names, as text from which its key is minted once."""
        raise NotImplementedError(f"{type(self).__name__} must say from what its key is minted.")

    def key_stem(self) -> str:
        """The key as it would be if no other row had it: `<slug>.<word>`."""
        word = slugify(self.key_word()) or type(self).__name__.lower()
        return f"{self.owner.slug}.{word[:LONGEST_WORD].strip('-_').replace('_', '-')}"

    def mint_key(self) -> str:
        """A key that no row of this model has: `<slug>.<word>`, then `<slug>.<word>-2` and so on."""
        stem = self.key_stem()
        return free_key(stem, type(self).objects.filter(key__startswith=stem).values_list("key", flat=True))


def free_key(stem: str, taken: Iterable[str]) -> str:
    """The first of `stem`, `stem-2`, `stem-3` and so on that is not taken."""
    taken = set(taken)
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


def owned_models(model: type[Entry]) -> list[type[OwnedRow]]:
    """The models of the rows that an entry model owns, in declared order."""
    return [getattr(model, accessor).rel.related_model for accessor in model.owned_rows]


def owned_model(model: type[Entry], base: Any) -> Any:
    """The model of those rows of an entry model that are of a sort: its involvements, its citations."""
    return next(each for each in owned_models(model) if issubclass(each, base))


def references_of(model: type[models.Model]) -> list[Any]:
    """The foreign keys of a model, in declared order."""
    return [field for field in model._meta.concrete_fields if field.is_relation]


def named_references(model: type[Entry] | type[OwnedRow]) -> list[Any]:
    """The foreign keys of a model to what its rows name: all but that of an owned row to the entry it is part of."""
    owner = getattr(model, "owner_field", None)
    return [field for field in references_of(model) if field.name != owner]
