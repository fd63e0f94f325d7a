"""The pages of Django's own admin as the desk uses them: no rule of accessibility broken, nothing said on the console."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from partnership.models import ENTRY_MODELS, Alias, Remit
from tests import factories
from tests.browsing import RULES, RULES_OF_LOOKS, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MODES = [("light", 1280), ("dark", 320)]
# What the other kinds show on a narrow screen, these show too.
ON_PHONES = ("term", "party", "event", "contribution", "relation", "revision", "remit")


@pytest.fixture
def addresses(transactional_db):
    """Every list and every form, as it comes and narrowed, the pages of an account, and what asks before it deletes."""
    entries = [factories.make_entry(model) for model in ENTRY_MODELS]
    drafts = [factories.make_entry(model, status="draft") for model in ENTRY_MODELS]
    Alias.objects.create(address="party:nippon", target=entries[3].reference)
    account = get_user_model().objects.create_user("emiko", is_staff=True)
    remit = Remit.objects.create(account=account)
    remit.parties.add(factories.make_party("japan"))
    role, _new = Group.objects.get_or_create(name="Editor")
    found = ["", "partnership/", "auth/", "password_change/", "password_change/done/"]
    for name in [each.kind_name() for each in ENTRY_MODELS] + ["alias", "remit", "edition", "revision"]:
        found += [f"partnership/{name}/", f"partnership/{name}/?q=nothing"]
    for draft in drafts:
        found += [f"partnership/{draft.kind_name()}/{draft.pk}/{page}/" for page in ("change", "delete")]
        found += [f"partnership/{draft.kind_name()}/add/"]
    found += ["partnership/event/?work=no-source&status__exact=draft", "partnership/relation/?work=due"]
    found += ["partnership/alias/add/", f"partnership/alias/{Alias.objects.get().pk}/change/"]
    found += ["partnership/remit/add/", f"partnership/remit/{remit.pk}/change/"]
    found += [
        "auth/user/",
        "auth/user/add/",
        f"auth/user/{account.pk}/change/",
        f"auth/user/{account.pk}/password/",
    ]
    found += ["auth/group/", "auth/group/add/", f"auth/group/{role.pk}/change/"]
    return found


@pytest.mark.parametrize(("scheme", "width"), MODES)
def test_every_page_of_the_admin_keeps_the_rules(staff_page, live_server, addresses, scheme, width):
    staff_page.set_viewport_size({"width": width, "height": 900})
    staff_page.emulate_media(color_scheme=scheme)
    faults = []
    if width == 320:
        addresses = [
            each for each in addresses if "partnership/" not in each or each.split("/")[1] in ON_PHONES
        ]
    for address in addresses:
        response = staff_page.goto(f"{live_server.url}/admin/{address}")
        assert response.status == 200, address
        said = list(staff_page.said)
        try:
            assert_accessible(staff_page, address, RULES if scheme == "light" else RULES_OF_LOOKS)
            assert said == [], f"{address}: {said}"
            wide = staff_page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{address} scrolls sideways by {wide} px"
        except AssertionError as fault:
            faults.append(str(fault))
        staff_page.said.clear()  # what axe itself loads is refused by the policy
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("scheme", "width"), MODES)
def test_signing_in_and_out_keeps_the_rules(page, live_server, scheme, width):
    get_user_model().objects.create_superuser("editor", password="a password for tests")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}/admin/login/")
    assert_accessible(page, "login")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "not the password")
    with page.expect_navigation():
        page.click("input[type=submit]")
    assert_accessible(page, "login refused")
    page.fill("#id_password", "a password for tests")
    with page.expect_navigation():
        page.click("input[type=submit]")
    with page.expect_navigation():
        page.click("#logout-form button")
    assert_accessible(page, "logged out")
