"""Who may manage whom: nobody raises an account above their own rights, or reaches for one that has more.

A superuser manages everybody. Anybody else manages accounts and roles of which every right is one of their own; whoever is
limited to parties manages nobody, since an account without a limit would be more than they are.
"""

from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.db.models import Q, QuerySet

from partnership.models import Remit

MAY_MANAGE = "auth.change_user"

Account = User | AnonymousUser

# Under which an account remembers whether it is limited.
_LIMIT = "_is_limited"


def manages_people(by: Account) -> bool:
    """Whether an account manages accounts, roles and remits at all, as far as its rights let it."""
    return by.is_superuser or not _is_limited(by)


def may_manage(by: Account, account: User) -> bool:
    """Whether somebody may change an account, its roles, its remit or its password."""
    if by.is_superuser:
        return True
    is_above = account.is_superuser or bool(rights_of(account) - rights_of(by))
    return by.has_perm(MAY_MANAGE) and manages_people(by) and not is_above


def may_manage_role(by: Account, role: Group) -> bool:
    """Whether somebody has every right of a role."""
    return by.is_superuser or roles_to_give(by).filter(pk=role.pk).exists()


def rights_of(account: Account) -> set[int]:
    """The keys of the rights that an account has by itself and by its roles, whether it is active or not."""
    given = Q(user=account.pk) | Q(group__user=account.pk)
    return set(Permission.objects.filter(given).values_list("pk", flat=True)) if account.pk else set()


def rights_to_give(by: Account) -> QuerySet[Permission]:
    """The rights that somebody may give to others."""
    every = Permission.objects.select_related("content_type")
    return every if by.is_superuser else every.filter(pk__in=rights_of(by))


def roles_to_give(by: Account) -> QuerySet[Group]:
    """The roles that somebody may give to others."""
    if by.is_superuser:
        return Group.objects.all()
    beyond = Permission.objects.exclude(pk__in=rights_of(by))
    return Group.objects.exclude(pk__in=Group.objects.filter(permissions__in=beyond).values("pk"))


def lets_manage(rights: QuerySet[Permission]) -> bool:
    """Whether one of several rights is that to manage accounts."""
    return rights.filter(content_type__app_label="auth", codename="change_user").exists()


def _is_limited(by: Account) -> bool:
    # Asked for each line of the menu: an account is that of one request, and its limit is read once in it.
    known = vars(by).get(_LIMIT)
    if known is None:
        known = Remit.objects.filter(account_id=by.pk).exists()
        setattr(by, _LIMIT, known)
    return known
