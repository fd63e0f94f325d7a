"""The sections of the sitemap against the schema of the protocol."""

from pathlib import Path

import pytest

from partnership.public.sitemaps import sections
from tests.tools import tool

etree = tool("lxml.etree")

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine, pytest.mark.validator]

# The protocol lets other vocabularies in if they are declared: this is what it takes of XHTML.
LINK = """<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xhtml">
  <element name="link"><complexType>
    <attribute name="rel" use="required" fixed="alternate"/>
    <attribute name="hreflang" type="string" use="required"/>
    <attribute name="href" type="anyURI" use="required"/>
  </complexType></element>
</schema>"""
BOTH = """<schema xmlns="http://www.w3.org/2001/XMLSchema">
  <import namespace="http://www.sitemaps.org/schemas/sitemap/0.9" schemaLocation="sitemap.xsd"/>
  <import namespace="http://www.w3.org/1999/xhtml" schemaLocation="link.xsd"/>
</schema>"""


def schema(packages: Path, folder: Path) -> etree.XMLSchema:
    """The schema of the protocol with that of links to other languages."""
    (folder / "sitemap.xsd").write_bytes((packages / "sitemap/schema/sitemap.xsd").read_bytes())
    (folder / "link.xsd").write_text(LINK)
    (folder / "both.xsd").write_text(BOTH)
    return etree.XMLSchema(etree.parse(folder / "both.xsd"))


def test_every_section_is_valid(register, client, packages, tmp_path):
    rules = schema(packages, tmp_path)
    for name in sections():
        content = client.get(f"/sitemap-{name}.xml").content
        assert rules.validate(etree.fromstring(content)), (name, rules.error_log)


def test_the_schema_refuses_what_is_wrong(client, packages, tmp_path):
    """The control: a day that is none."""
    rules = schema(packages, tmp_path)
    content = client.get("/sitemap-pages.xml").content.replace(b"</loc>", b"</loc><lastmod>June</lastmod>", 1)
    assert not rules.validate(etree.fromstring(content))
