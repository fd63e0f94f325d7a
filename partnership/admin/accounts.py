"""Accounts, roles and remits: an administrator manages them, and raises nobody above their own rights."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial.accounts import (
    MAY_MANAGE,
    lets_manage,
    manages_people,
    may_manage,
    may_manage_role,
    rights_to_give,
    roles_to_give,
)
from partnership.editorial.leaving import never_acted
from partnership.models import Remit
from partnership.sign_in import factors

from .addresses import address_of
from .choosing import NamedEntries, RowsField, ShortSearch, is_number_of_row
from .editing import deny_unless
from .guard import Guarded
from .leaving import Leaving
from .signing_in.resetting import TellsFactors
from .site import site


class OfPeople(Guarded, ShortSearch):
    """What the admin of accounts, roles and remits shares: who may open a form to write, and who is writing in it."""

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """Whether an account may change this one row, its rights granted."""
        raise NotImplementedError(f"{type(self).__name__} must say which rows an account may change.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and manages_people(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(super().has_change_permission(request, obj), request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(super().has_delete_permission(request, obj), request, obj)

    def _may(self, has_right: bool, request: HttpRequest, obj: Any) -> bool:
        return has_right and manages_people(request.user) and (obj is None or self.may_write(request, obj))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The field for several roles, rights or parties."""
        return super().formfield_for_manytomany(db_field, request, form_class=RowsField, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, which knows whose hands it is in."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    def get_actions(self, request: HttpRequest) -> Any:
        """Nothing is done to several at once: each is looked at by itself."""
        return {}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form. Two administrators who take the right from each other wait for each other: the second has it no more."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            self.lock(request, object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def lock(self, request: HttpRequest, object_id: str | None) -> None:
        """Keep the account that writes as it is until the end, and see whether it still may."""
        keys = {cast(User, request.user).pk, *self.accounts_of(object_id)}
        fresh = {
            each.pk: each for each in User.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        }
        by = fresh[cast(User, request.user).pk]
        deny_unless(by.is_active and by.has_perm(MAY_MANAGE) and manages_people(by))

    def accounts_of(self, object_id: str | None) -> Sequence[int]:
        """The keys of the accounts that a form is of."""
        return ()


# Accounts


class NewAccountForm(AdminUserCreationForm):
    """The form of a new account; the focus is for Django's own script to set, which does it on every form."""

    by: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.pop("autofocus", None)


class AccountForm(UserChangeForm):
    """The form of an account; nobody shuts themselves out with it."""

    by: User

    def clean(self) -> Any:
        """Refuse to switch oneself off, and to give up the right to manage accounts."""
        cleaned: Any = super().clean()
        if self.instance.pk == self.by.pk:
            self._keep_oneself(cleaned)
        return cleaned

    def _keep_oneself(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("is_active", True):
            message = _("You cannot switch off your own account: ask another administrator.")
            self.add_error("is_active", message)
        if self.by.is_superuser:
            if not cleaned.get("is_superuser", True):
                self.add_error(
                    "is_superuser", _("You cannot take this from yourself: ask another superuser.")
                )
            return
        given = Permission.objects.filter(Q(group__in=cleaned.get("groups", ())) | Q(user=self.by))
        if "groups" in cleaned and not lets_manage(given):
            message = _("You would manage accounts no more: ask another administrator to change your roles.")
            self.add_error("groups", message)


@admin.register(User, site=site)
class AccountAdmin(TellsFactors, Leaving, OfPeople, UserAdmin):
    """The accounts of staff: who they are, what they may do, and when they were last here."""

    form = AccountForm
    add_form = NewAccountForm
    list_display = ("username", "full_name", "roles", "remit_link", "is_active", "last_login", "has_factor")
    list_filter: ClassVar[Any] = ("is_active", "groups")
    filter_horizontal = ("user_permissions",)
    readonly_fields = ("last_login", "date_joined", "remit_link", "leaving")
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "usable_password", "password1", "password2")}),
        (_("Who it is"), {"classes": ("wide",), "fields": ("first_name", "last_name", "email")}),
        (_("What it may do"), {"classes": ("wide",), "fields": ("groups",)}),
    )
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Who it is"), {"fields": ("first_name", "last_name", "email")}),
        (_("What it may do"), {"fields": ("is_active", "groups", "remit_link")}),
        (_("Coming and going"), {"fields": ("last_login", "date_joined", "leaving")}),
    )
    beyond_roles = (_("Beyond roles"), {"fields": ("is_superuser", "user_permissions")})

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the account is not above the one that writes."""
        return may_manage(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what never did anything is deleted; whoever did something leaves, and history keeps naming them."""
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or (obj.pk != cast(User, request.user).pk and never_acted(obj))

    def accounts_of(self, object_id: str | None) -> Sequence[int]:
        """That of the form."""
        return [int(object_id)] if object_id and is_number_of_row(object_id) else []

    # The form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the desk needs; rights beyond roles are for superusers."""
        found = super().get_fieldsets(request, obj)
        is_cut = obj is None or not cast(User, request.user).is_superuser
        return found if is_cut else (*found[:3], self.beyond_roles, *found[3:])

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only roles are offered that one may give."""
        if db_field.name == "groups":
            kwargs["queryset"] = roles_to_give(request.user)
            kwargs["widget"] = forms.CheckboxSelectMultiple()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field and db_field.name == "groups":
            field.label = _("Roles")
            field.help_text = _("What the account may do. Without a role it cannot open the pages of staff.")
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the account; whoever has a role is staff."""
        given = [form.cleaned_data.get(name) for name in ("groups", "user_permissions")]
        kept = change and "user_permissions" not in form.cleaned_data and obj.user_permissions.exists()
        obj.is_staff = obj.is_superuser or kept or any(map(bool, given))
        super().save_model(request, obj, form, change)

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Accounts with their roles and remits, and whether they have a second factor."""
        devices = [
            Exists(model.objects.filter(user=OuterRef("pk"), confirmed=True))
            for model in factors.KINDS.values()
        ]
        accounts = super().get_queryset(request).annotate(with_factor=reduce(or_, devices))
        return accounts.select_related("remit").prefetch_related("groups", "remit__parties")

    @admin.display(description=_("full name"), ordering="last_name")
    def full_name(self, account: User) -> str:
        """The name of the person."""
        return account.get_full_name() or "–"

    @admin.display(description=_("roles"))
    def roles(self, account: User) -> str:
        """The roles; that somebody may do everything, where it is so."""
        found = sorted(role.name for role in account.groups.all())
        return ", ".join([gettext("superuser"), *found] if account.is_superuser else found) or "–"

    @admin.display(description=_("remit"))
    def remit_link(self, account: User) -> SafeString | str:
        """What the account is limited to, leading to where that is changed."""
        remit: Remit | None = getattr(account, "remit", None)
        if remit is None:
            address = f"{reverse('admin:partnership_remit_add')}?account={account.pk}"
            return format_html('<a href="{}">{}</a>', address, gettext("everything"))
        names = format_html_join(", ", "{}", ((each,) for each in sorted(map(str, remit.parties.all()))))
        return format_html('<a href="{}">{}</a>', address_of("change", remit), names or "–")

    @admin.display(description=_("second factor"), boolean=True, ordering="with_factor")
    def has_factor(self, account: Any) -> bool:
        """Whether the account shows something beside its password."""
        return account.with_factor


# Roles


class RoleForm(forms.ModelForm):
    """The form of a role; nobody shuts themselves out with it."""

    by: User

    def clean(self) -> Any:
        """Refuse to take from one's own role the right to manage accounts, where no other gives it."""
        cleaned: Any = super().clean()
        rights, role = cleaned.get("permissions"), self.instance
        if rights is None or self.by.is_superuser or not self.by.groups.filter(pk=role.pk).exists():
            return cleaned
        others = Permission.objects.filter(
            Q(group__in=self.by.groups.exclude(pk=role.pk)) | Q(user=self.by) | Q(pk__in=rights)
        )
        if not lets_manage(others):
            message = _("You would manage accounts no more: ask another administrator to change your roles.")
            self.add_error("permissions", message)
        return cleaned


@admin.register(Group, site=site)
class RoleAdmin(OfPeople, GroupAdmin):
    """Roles: sets of rights that are given to accounts."""

    form = RoleForm

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the role has no right that the writer lacks."""
        return may_manage_role(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a role that nobody has is deleted."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.user_set.exists())

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        """Only rights are offered that one has oneself."""
        if db_field.name == "permissions":
            kwargs["queryset"] = rights_to_give(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


# Remits


class RemitForm(forms.ModelForm):
    """The form of a remit: of an account that one manages, and not of one's own."""

    by: User

    def clean_account(self) -> User:
        """The account. Raises ValidationError for one's own and for one that is above."""
        account: User = self.cleaned_data["account"]
        if account.pk == self.by.pk:
            raise ValidationError(_("You cannot limit your own account: ask another administrator."))
        if not may_manage(self.by, account):
            raise ValidationError(_("This account may do more than yours: you cannot limit it."))
        return account


@admin.register(Remit, site=site)
class RemitAdmin(NamedEntries, OfPeople):
    """What accounts are limited to."""

    form = RemitForm
    list_display = ("account", "limited_to")
    search_fields = ("account__username", "parties__name")
    autocomplete_fields = ("account", "parties")

    def may_write(self, request: HttpRequest, obj: Any) -> bool:
        """Whether it is that of an account that one manages, and not one's own."""
        return obj.account_id != cast(User, request.user).pk and may_manage(request.user, obj.account)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Remits with their accounts and parties."""
        return super().get_queryset(request).select_related("account").prefetch_related("parties")

    @admin.display(description=_("parties and regions"))
    def limited_to(self, remit: Remit) -> str:
        """The parties, by name."""
        return ", ".join(sorted(str(party) for party in remit.parties.all()))
