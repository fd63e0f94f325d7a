"""French: thousands stand apart by a narrow space that does not break (Imprimerie nationale; Unicode CLDR)."""

THOUSAND_SEPARATOR = "\u202f"
