"""A fund and a contribution with all that the IATI standard asks for."""

from typing import Any

from partnership.models import Vocabulary
from partnership.money import Stage
from tests.factories import make_contribution, make_fund, make_party, make_term


def whole_fund(slug: str = "fund", **fields: Any) -> Any:
    """A fund with all that the standard asks for."""
    make_party("ukraine", country_code="UA")
    make_term(Vocabulary.ROLE, "executing-agent", acts_as="executes")
    said = {"purpose": "Clears *mines*.", "date": "2010-03-01/2012-04-30", "areas": ("demining",), **fields}
    return make_fund(slug, parties=(("ukraine", "beneficiary"), ("agency", "executing-agent")), **said)


def whole_gift(slug: str = "gift", fund: Any = None, **fields: Any) -> Any:
    """A contribution with all that the standard asks for."""
    said = {"amount": "1500000", "currency": "EUR", "stage": Stage.PAID, "date": "2011-02-03", **fields}
    return make_contribution(slug, fund=fund or whole_fund(), **said)
