"""Acts on the entries that are ticked in a list: a page says what would be done to each and what is left out and why."""

from dataclasses import asdict
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnership import audit
from partnership.editorial import bulk_changes
from partnership.editorial.bulk import LIMIT, Act, Plan, run
from partnership.editorial.bulk_changes import Changing, Step
from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.editorial.revising import Moved, Refused
from partnership.models import Edition, Entry, entry_model

from . import bulk_export
from .addresses import address_of, list_of
from .bulk_forms import ActForm
from .bulk_offers import BUNDLE, CITE, PUBLISH, SUBMIT, TAG, WITHDRAW, Offer
from .bulk_told import TOLD, reasons_of, row_of, rows_of, skipped_told
from .choosing import is_number_of_row
from .editing import deny_unless
from .reasons import as_message
from .undoing import edition_told

CONFIRM, SEAL = "_confirm", "_seal"
# The key in the session of what the last act on several entries changed, for taking it back.
STEPS = "bulk_steps"


class Bulk(admin.ModelAdmin):
    """What may be done to several entries at once, and the page that asks before."""

    actions: Any = (
        "submit_selected",
        "publish_selected",
        "withdraw_selected",
        "tag_selected",
        "cite_selected",
        "bundle_selected",
        "merge_selected",
        "export_selected",
    )

    # The acts

    @admin.action(permissions=["change"], description=_("Submit for review"))
    def submit_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Asks for the review of drafts and changes."""
        return self._ask(request, queryset, SUBMIT)

    @admin.action(permissions=["publish"], description=_("Publish what is submitted"))
    def publish_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Approves what others submitted, as one edition."""
        return self._ask(request, queryset, PUBLISH)

    @admin.action(permissions=["publish"], description=_("Withdraw"))
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Takes public entries off the pages."""
        return self._ask(request, queryset, WITHDRAW)

    @admin.action(permissions=["change"], description=_("Tag an area"))
    def tag_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Adds an area to records."""
        return self._ask(request, queryset, TAG)

    @admin.action(permissions=["change"], description=_("Add a source"))
    def cite_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Adds a citation to records and relations."""
        return self._ask(request, queryset, CITE)

    @admin.action(permissions=["bundle"], description=_("Put into a bundle"))
    def bundle_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Puts drafts and changes into a bundle."""
        return self._ask(request, queryset, BUNDLE)

    @admin.action(permissions=["change"], description=_("Merge the two"))
    def merge_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Opens the page on which two entries that are the same thing are made one."""
        entries = list(queryset.order_by("pk")[:3])
        if len(entries) != 2:
            self.message_user(request, gettext("Tick exactly two entries to merge them."), messages.ERROR)
            return None
        return HttpResponseRedirect(f"{address_of('merge', entries[0])}?with={entries[1].pk}")

    @admin.action(permissions=["view"], description=_("Export what is public"))
    def export_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Gives what readers see of the entries as files that load again."""
        entries = self._chosen(request, queryset)
        if entries is None:
            return None
        plan = bulk_export.plan_of(entries)
        if CONFIRM in request.POST and plan.planned:
            content = bulk_export.archive_of(self.model, [each.entry.pk for each in plan.planned])
            names = [each.entry.reference for each in plan.planned]
            audit.tell("exported", by=cast(User, request.user), request=request, entries=names)
            name = f"{self.opts.model_name}.zip"
            return HttpResponse(
                content,
                content_type="application/zip",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
        context = {
            "title": gettext("Export what is public"),
            "intro": gettext("A ZIP file of what readers see of these entries, and of whatever they name."),
            "button": gettext("Export"),
            "form": ActForm(model=self.model, site=self.admin_site),
        }
        return self._asking_page(request, plan, context)

    # What Django asks

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether an account may review, publish and withdraw."""
        return cast(User, request.user).has_perm(MAY_PUBLISH)

    def has_bundle_permission(self, request: HttpRequest) -> bool:
        """Whether an account may put entries of the kind into bundles, new ones too."""
        account = cast(User, request.user)
        rights = [f"partnership.{what}" for what in ("add_bundle", "change_bundle")]
        return account.has_perms(rights) and self.has_change_permission(request)

    def get_actions(self, request: HttpRequest) -> Any:
        """The acts that make sense for the kind, of which the account may do each."""
        found = super().get_actions(request)
        left_out = {"delete_selected"}  # only a draft may be deleted, and only by itself
        if not any(field.name == "areas" for field in self.model._meta.many_to_many):
            left_out.add("tag_selected")
        if not hasattr(self.model, "citations"):
            left_out.add("cite_selected")
        return {name: action for name, action in found.items() if name not in left_out}

    def response_action(self, request: HttpRequest, queryset: QuerySet, *args: Any) -> HttpResponse | None:
        """Django's own, for an act that the account may do, on what can be the number of a row."""
        offered = {name for _function, name, _words in self._get_base_actions()}  # type: ignore[attr-defined]  # Django's own
        deny_unless(not set(request.POST.getlist("action")) & (offered - set(self.get_actions(request))))
        sent = request.POST.copy()
        ticked = [each for each in sent.getlist(ACTION_CHECKBOX_NAME) if is_number_of_row(each)]
        sent.setlist(ACTION_CHECKBOX_NAME, ticked)
        request.POST = sent  # type: ignore[assignment]  # a QueryDict like the one that came
        return super().response_action(request, queryset, *args)

    # Asking and doing

    def _chosen(self, request: HttpRequest, queryset: QuerySet) -> list[Entry] | None:
        """The entries that were chosen; None, with a message, if there are too many."""
        entries = list(queryset.prefetch_related(None)[: LIMIT + 1])
        if len(entries) <= LIMIT:
            return entries
        message = gettext("At most %(limit)d entries can be handled at once: narrow the list, or tick fewer.")
        self.message_user(request, message % {"limit": LIMIT}, messages.ERROR)
        return None

    def _ask(self, request: HttpRequest, queryset: QuerySet, offer: Offer) -> HttpResponse | None:
        """The page that says what would be done; or, if it was confirmed and still is so, do it."""
        entries = self._chosen(request, queryset)
        if entries is None:
            return None
        act = offer.act(entries, by=cast(User, request.user))
        sent = request.POST if CONFIRM in request.POST else None
        form = offer.form(sent, model=self.model, site=self.admin_site)
        has_moved = False
        if sent is not None and form.is_valid():
            form.fill(act)
            try:
                plan, edition = run(act, request.POST.get(SEAL, ""))
            except Moved:
                has_moved = bool(request.POST.get(SEAL))
                act.look(entries)
            except Refused as refused:
                form.add_error(None, [str(problem) for problem in refused.problems])
                act.look(entries)
            else:
                self._tell(request, offer, act, plan, edition)
                return HttpResponseRedirect(request.get_full_path())
        plan = act.plan()
        needs_look = isinstance(act, Changing) and not (form.is_bound and form.is_valid())
        context = {
            "title": offer.title,
            "intro": offer.intro,
            "button": gettext("Look at what it does") if needs_look else offer.button,
            "seal": "" if needs_look else plan.seal,
            "form": form,
            "has_moved": has_moved,
            "needs_look": needs_look,
        }
        return self._asking_page(request, plan, context)

    def _asking_page(self, request: HttpRequest, plan: Plan, context: dict[str, Any]) -> HttpResponse:
        needs_look = context.get("needs_look", False)
        asked = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "planned": [] if needs_look else rows_of(plan),
            "to_look_at": [row_of(each.entry) for each in plan.planned] if needs_look else [],
            "skipped": [reasons_of(each) for each in plan.skipped],
            "count": len(plan.planned),
            "limit": LIMIT,
            "action": request.POST.get("action", ""),
            "ticked_name": ACTION_CHECKBOX_NAME,
            "ticked": [each.pk for each in plan.entries],
            "list_url": request.get_full_path(),
            "media": self.media + context["form"].media,
            **context,
        }
        return TemplateResponse(request, "admin/partnership/bulk/confirm.html", asked)

    def _tell(
        self, request: HttpRequest, offer: Offer, act: Act, plan: Plan, edition: Edition | None
    ) -> None:
        """Say what was done and what was not, with the way to undo it; and keep it in the log of the admin."""
        entries = [each.entry for each in plan.planned]
        account = cast(User, request.user)
        LogEntry.objects.log_actions(account.pk, entries, CHANGE, str(offer.logged))
        context = {"told": offer.told(len(entries)) % {"number": len(entries)}, "token": get_token(request)}
        if edition is not None:
            context |= edition_told(edition, account)
        if isinstance(act, Changing):
            key = get_random_string(12)
            request.session[STEPS] = {"key": key, "steps": [asdict(step) for step in act.steps]}
            context |= {"undo_url": reverse("admin:bulk_undo"), "key": key}
        told = render_to_string("admin/partnership/bulk/_done.html", context)
        # Rendered from a template just now: every value in it is escaped.
        self.message_user(request, mark_safe(told.strip()), messages.SUCCESS)  # noqa: S308 - escaped, as said above
        if plan.skipped:
            self.message_user(request, skipped_told(plan.skipped), messages.WARNING)


# Taking back


def undo_view(request: HttpRequest) -> HttpResponse:
    """Takes back what the last act on several entries changed, where nobody touched it since."""
    deny_unless(request.method == "POST")
    kept = request.session.get(STEPS) or {}
    if not kept or kept["key"] != request.POST.get("key"):
        messages.error(request, gettext("It was undone already, or something else was done since."))
        return HttpResponseRedirect(reverse("admin:index"))
    steps = [Step(**step) for step in kept["steps"]]
    account = cast(User, request.user)
    kinds = {step.entry.partition(":")[0] for step in steps}
    deny_unless(all(account.has_perm(f"partnership.change_{kind}") for kind in kinds))
    left = bulk_changes.take_back(steps, by=account)
    del request.session[STEPS]
    number = len(steps) - len(left)
    told = ngettext("%(number)d entry is as it was.", "%(number)d entries are as they were.", number)
    messages.success(request, told % {"number": number})
    if left:
        heading = gettext("These are left as they are:")
        named = [format_html("{}: {}", name, why) for name, why in left[:TOLD]]
        messages.warning(request, as_message(heading, named))
    model = entry_model(min(kinds)) if kinds else None
    return HttpResponseRedirect(list_of(model) if model else reverse("admin:index"))
