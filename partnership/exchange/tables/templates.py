"""An empty table to be filled in: the columns that are read, and one line that shows how."""

import csv
import io
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook  # type: ignore[import-untyped]  # it has no types

from partnership.models import Entry

from .columns import CODE, DATE, DAY, LIST, NUMBER, WHOLE, Spec, specs
from .forms import keep_stated_dates, safe_text
from .reading import REMARK

_EXAMPLES = {DATE: "2014-03", DAY: "2024-06-03", NUMBER: "5000000000.00", WHOLE: "1"}


def template(model: type[Entry], form: str) -> bytes:
    """An empty table of a kind, CSV or XLSX. Its line of examples is passed over when it is read, left in or not."""
    asked = [spec for spec in specs(model) if spec.column.reads_back]
    heading = [spec.column.name for spec in asked]
    example = [safe_text(_example(model, spec)) for spec in asked]
    if form == "csv":
        file = io.StringIO(newline="")
        csv.writer(file).writerows([heading, example])
        return file.getvalue().encode()
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(model._meta.verbose_name_plural)[:31])
    keep_stated_dates(sheet, [spec.column for spec in asked])
    sheet.append(heading)
    sheet.append(example)
    explained = book.create_sheet(_("columns"))
    explained.append([_("column"), _("label"), _("meaning"), _("holds")])
    for spec in asked:
        column = spec.column
        explained.append(
            [column.name, safe_text(str(column.label)), safe_text(str(column.help)), column.kind]
        )
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue()


def _example(model: type[Entry], spec: Spec) -> str:
    if spec.column.name == "slug":
        return (
            f"{REMARK} {_('example: the address, as in nato-madrid-summit-2022; this line is passed over')}"
        )
    if spec.source == "parties":
        return "japan:donor;ukraine:beneficiary"
    if spec.column.kind == LIST:
        return _("address-of-one;address-of-another")
    field: Any = model._meta.get_field(spec.source)
    if spec.column.kind == CODE:
        codes = [str(code) for code, _words in field.choices or () if code]
        return " | ".join(codes) if codes else _("address-of-it")
    return _EXAMPLES.get(spec.column.kind, str(spec.column.label))
