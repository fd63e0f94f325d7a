"""How tests read a page."""

import re
from typing import Any


def text_of(response: Any) -> str:
    """What a reader sees of a page: without tags, white space made one blank."""
    return " ".join(re.sub(r"<[^>]+>", "", response.content.decode()).split())
