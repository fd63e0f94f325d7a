"""What pages tell programs, checked against the types of schema.org by the compiler of TypeScript."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from partnership.models import ENTRY_MODELS, PartyKind
from partnership.public.views.files import LISTS
from tests.factories import make_contribution, make_event, make_party
from tests.tools import tool

extruct = tool("extruct")

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine, pytest.mark.validator]

OPTIONS = ("--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler")


def refused(packages: Path, told: dict[str, Any]) -> str:
    """What the compiler says of what pages tell, by the name under which each is given; nothing if it is all right."""
    folder = packages.parent
    files = []
    for name, data in told.items():
        file = folder / f"{name}.ts"
        written = json.dumps(data, ensure_ascii=False)
        file.write_text(f'import type {{Graph}} from "schema-dts";\nexport const page: Graph = {written};\n')
        files.append(file.name)
    compiler = folder / "node_modules" / ".bin" / "tsc"
    command = [str(compiler), *OPTIONS, *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return "" if done.returncode == 0 else done.stdout or done.stderr


def test_every_page_tells_only_what_schema_org_knows(register, client, packages):
    for kind in PartyKind.values:
        party = make_party(f"a-{kind}", kind=kind, existed="1949/..", country_code="JP")
        party.names.create(text="Also", form="former")
    make_event("cancelled", date="2022-06/..", plan_state="cancelled", place="Madrid", other_names="One\nTwo")
    make_contribution("range", amount="1", amount_upper="2", currency="USD", parties=(("japan", "donor"),))
    entries = [
        entry.get_absolute_url()
        for model in ENTRY_MODELS
        if hasattr(model, "get_absolute_url")
        for entry in model.objects.published()
    ]
    told = {}
    for address in (*entries, *(f"/fr/{name}/" for name in LISTS), "/data/"):
        (block,) = extruct.extract(client.get(address).content.decode(), syntaxes=["json-ld"])["json-ld"]
        told[address.strip("/").replace("/", "-")] = block
    assert len(told) > 30
    assert not refused(packages, told)


def test_the_checker_refuses_what_is_wrong(packages):
    """The control: a property that does not exist, and a country that gives."""
    wrong = {"@type": "Grant", "funder": {"@type": "Country", "name": "Japan"}}
    unknown = {"@type": "Event", "title": "A meeting"}
    for thing, words in ((wrong, "Country"), (unknown, "title")):
        told = {"wrong": {"@context": "https://schema.org", "@graph": [thing]}}
        assert words in refused(packages, told)
