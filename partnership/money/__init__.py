"""Amounts of money: currency codes, the words an amount is shown in, and sums.

An amount is shown as it was stated and never converted; a sum is computed when shown and never stored.
"""

from .amounts import Channel, Per, Qualifier, Stage, words
from .currencies import CURRENCIES, validate_currency
from .sums import LeftOut, Outstanding, Reason, Summand, Total, Totals, left_out_words, outstanding, totals

__all__ = [
    "CURRENCIES",
    "Channel",
    "LeftOut",
    "Outstanding",
    "Per",
    "Qualifier",
    "Reason",
    "Stage",
    "Summand",
    "Total",
    "Totals",
    "left_out_words",
    "outstanding",
    "totals",
    "validate_currency",
    "words",
]
