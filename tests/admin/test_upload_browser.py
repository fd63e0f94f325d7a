"""The pages of an upload in a browser, each state of them: no rule of accessibility broken, nothing said on the console."""

import pytest
from django.urls import reverse

from partnership.models import Upload, UploadState
from tests import factories
from tests.admin.uploads import new_event, rows_of, table, with_title
from tests.browsing import assert_accessible, follow

pytestmark = [pytest.mark.browser, pytest.mark.one_engine, pytest.mark.django_db(transaction=True)]

MODES = [("light", 1280), ("dark", 320)]


@pytest.mark.parametrize(("scheme", "width"), MODES)
def test_an_upload_from_the_front_page_to_its_end(staff_page, live_server, scheme, width):
    event = factories.make_event("madrid", title="Madrid Summit", date="2022-06")
    staff_page.set_viewport_size({"width": width, "height": 900})
    staff_page.emulate_media(color_scheme=scheme)

    def keeps_the_rules(state):
        said = list(staff_page.said)
        assert said == [], f"{state}: {said}"
        assert_accessible(staff_page, state)
        wide = staff_page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{state} scrolls sideways by {wide} px"
        staff_page.said.clear()  # what axe itself loads is refused by the policy

    def upload(name, content, holds):
        staff_page.select_option("#id_holds", holds)
        staff_page.set_input_files("#id_file", {"name": name, "mimeType": "text/plain", "buffer": content})
        follow(staff_page.get_by_role("button", name="Check it"))

    staff_page.goto(f"{live_server.url}/admin/")
    follow(staff_page.get_by_role("link", name="Upload files"))
    keeps_the_rules("start")
    upload("rows.txt", b"text", "bundle")
    assert "its name has to end in" in staff_page.text_content(".errorlist")
    keeps_the_rules("no such file")
    upload("events.csv", table(type(event), {"slug": "madrid", "date": "2022-13"}), "event")
    assert staff_page.get_by_text("is to be mended in the file").is_visible()
    keeps_the_rules("refused")
    follow(staff_page.get_by_role("link", name="Upload another file"))
    changes = [
        with_title(event, "Madrid Summit 2022"),
        new_event(event, "vilnius", title="Vilnius " + "v" * 90),
    ]
    upload("rows.json", rows_of(*changes), "bundle")
    assert staff_page.locator(".upload-rows ins").first.is_visible()
    keeps_the_rules("checked")
    follow(staff_page.get_by_role("button", name="Bring it in"))
    keeps_the_rules("receipt")
    follow(staff_page.get_by_role("button", name="Undo the upload"))
    assert staff_page.get_by_text("Undone by editor").is_visible()
    keeps_the_rules("undone")
    staff_page.goto(f"{live_server.url}{reverse('admin:upload')}")
    upload("rows.json", rows_of(with_title(event, "Madrid Summit")), "bundle")
    assert staff_page.get_by_text("0 changes").is_visible()
    keeps_the_rules("no changes")
    assert Upload.objects.filter(state=UploadState.UNDONE).count() == 1
