"""How tests read a page."""

import re
from typing import Any

# A script that a browser would run: not a block of data for programs.
SCRIPT = re.compile(r'<script(?! type="application/ld\+json">)')


def text_of(response: Any) -> str:
    """What a reader sees of a page: without tags and data for programs, white space made one blank."""
    page = re.sub(r"<script.*?</script>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", page).split())
