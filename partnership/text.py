"""Text as editors write it: normal form, words to search by, and Markdown with links between entries.

A link to an entry is an ordinary Markdown link whose address is `kind:slug`, for example
`[the summit](event:nato-madrid-summit-2022)`. Which kinds exist is not known here: the caller resolves it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote, urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_LINE_END = re.compile(r"\r\n?")
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_COMBINING_MARKS = re.compile(
    r"[\u0300-\u036f]"
)  # of Latin, Greek and Cyrillic; kana keep their voiced marks
# Letters people type without their stroke or joined form, and that Unicode does not take apart.
_PLAIN_LETTERS = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "þ": "th", "æ": "ae", "œ": "oe"}
)


def normalise(value: str) -> str:
    """The one form a text is stored in; doing it twice changes nothing.

    It is NFC, its lines end in LF, and it has no control character but LF and tab, no lone surrogate and
    nothing else that XML cannot hold.
    """
    if value.isascii() and value.isprintable():
        return value  # most of what is stored: nothing to do, and sooner known
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _LINE_END.sub("\n", value)))


def fold(value: str) -> str:
    """A text as search compares it; doing it twice changes nothing.

    Case, accents, width and runs of white space do not count: "Türkiye" and "TURKIYE" are alike.
    """
    if value.isascii():
        return " ".join(value.lower().split())
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", value).casefold())
    bare = _COMBINING_MARKS.sub("", apart).translate(_PLAIN_LETTERS)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def words_of(query: str, limit: int = 10) -> list[str]:
    """The first `limit` different words of a search box: folded, in the order typed, without the punctuation
    around them."""
    words = (_without_edges(word) for word in fold(normalise(query)).split())
    return list(dict.fromkeys(word for word in words if word))[:limit]


def _without_edges(word: str) -> str:
    kept = [place for place, character in enumerate(word) if unicodedata.category(character)[0] in "LMN"]
    return word[kept[0] : kept[-1] + 1] if kept else ""


_RUN = re.compile(r"[^\W_]+")
# Scripts without blanks between words: Han with its marks of repetition, kana.
_UNSPACED = re.compile(
    r"([\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
)


def runs(value: str) -> list[str]:
    """The folded runs of letters and digits of a text, in order; one changes where a script with blanks begins or ends."""
    found: list[str] = []
    for run in _RUN.findall(fold(value)):
        found += [run] if run.isascii() else filter(None, _UNSPACED.split(run))
    return found


def is_unspaced(run: str) -> bool:
    """Whether a run is of a script that puts no blanks between words, as Japanese."""
    return bool(_UNSPACED.fullmatch(run))


def tokens(value: str) -> list[str]:
    """The words of a text as the index holds them, in order.

    Where a script puts no blanks between words, each character begins a token of two, the last one of one: “日本政府” is
    日本, 本政, 政府, 府. So whatever a reader types of it stands there as a phrase, however words are told apart.
    """
    found: list[str] = []
    for run in runs(value):
        found += _pairs(run) if is_unspaced(run) else [run]
    return found


def phrase(word: str) -> list[str]:
    """What to look for where a reader typed a word: tokens that follow each other, the last one the beginning of a token.

    Empty for a word without letters and digits.
    """
    found, parts = tokens(word), runs(word)
    # The last character is in the pair before it, and the text may go on where the word ends.
    return found[:-1] if parts and len(parts[-1]) > 1 and is_unspaced(parts[-1]) else found


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run))]


class _Parser(MarkdownIt):
    """CommonMark without raw HTML, images or code blocks.

    Every address makes a link token, dangerous ones too: what a link may lead to is decided in one place
    below, and the checker can name the address.
    """

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.disable(["image", "code", "fence"])

    def validateLink(self, url: str) -> bool:
        """Let every address through (see the class)."""
        return True


_parser = _Parser()
# Without joining, an escaped bracket stays a token of its own and is not taken for the end of a broken link.
_unjoined_parser = _Parser()
_unjoined_parser.disable("text_join")

_ENTRY_LINK = re.compile(r"([a-z]+):([a-z0-9][a-z0-9-]*)")
# Without one of these signs a text has no link, not even a broken one; most have none and need no parsing.
_MAY_LINK = re.compile(r"[\[\]<]")
# Nor has it any mark of Markdown without one of these signs, or one of the second at the beginning of a line.
_MAY_HAVE_MARKS = re.compile(r"[\\`*_\[\]<>&\x00]|(?:\A|[\n\r])\s*(?:[#+=-]|[0-9]+[.)])")
_BROKEN_LINK = re.compile(r"\]\(([^)]*)\)?")
_TAGS = {"p", "em", "strong", "ul", "ol", "li", "a", "blockquote", "h3", "h4", "code", "br"}
_ATTRIBUTES: dict[str, set[str]] = {"a": {"href", "rel"}, "ol": {"start"}, "*": set()}
_WEB_SCHEMES = {"http", "https"}
_SCHEMES = {*_WEB_SCHEMES, "mailto"}


def links(markdown: str) -> list[tuple[str, str]]:
    """The (kind, slug) of every link to an entry, in the order of the text, as often as it names them."""
    if not _MAY_LINK.search(markdown):
        return []
    addresses = (_entry_link(address) for address in _addresses(_parser.parse(markdown)))
    return [pair for pair in addresses if pair]


def without_links(markdown: str, kind: str, slug: str) -> str:
    """The text with every link to one entry turned into its words."""
    return re.sub(rf"\[([^\[\]]*)\]\({kind}:{re.escape(slug)}\)", r"\1", markdown)


def relinked(markdown: str, kind: str, slug: str, other: str) -> str:
    """The text with every link to one entry leading to another of its kind instead, `other` being the slug of that."""
    if (kind, slug) not in links(markdown):
        return markdown
    return re.sub(rf"(?<![a-z]){kind}:{re.escape(slug)}(?![a-z0-9-])", f"{kind}:{other}", markdown)


def bad_links(markdown: str) -> list[str]:
    """The addresses, as written, that lead nowhere: neither `kind:slug` nor http, https or mailto.

    Those that Markdown does not take for an address, because of a space in them, are among them.
    """
    if not _MAY_LINK.search(markdown):
        return []
    tokens = _unjoined_parser.parse(markdown)
    unusable = [
        address for address in _addresses(tokens) if not (_entry_link(address) or _leads_outside(address))
    ]
    broken = [
        match[1]
        for token in _inline(tokens)
        if token.type == "text"
        for match in _BROKEN_LINK.finditer(token.content)
    ]
    return [unquote(address) for address in unusable] + broken


def render(markdown: str, address: Callable[[str, str], str | None]) -> SafeString:
    """Safe HTML of the Markdown.

    `address` gives the address of the entry of a kind and slug, or None where there is none to show; such a
    link, and one that leads nowhere, is shown as its text alone. The highest headings of the text become h3,
    all others h4, since the page around it has the first two levels.
    """
    tokens = _parser.parse(markdown)
    _set_headings(tokens)
    for token in tokens:
        if token.children:
            token.children = list(_with_resolved_links(token.children, address))
    html = str(_parser.renderer.render(tokens, _parser.options, {}))
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    return mark_safe(clean.strip())  # noqa: S308 (the line above has just made it safe)


def plain(markdown: str) -> str:
    """The words of the Markdown on one line, without marks and addresses: for descriptions and for search."""
    if not _MAY_HAVE_MARKS.search(markdown):
        return " ".join(markdown.split())
    blocks = (_plain_inline(token.children or []) for token in _parser.parse(markdown))
    return " ".join(" ".join(blocks).split())


def _plain_inline(tokens: Sequence[Token]) -> str:
    return "".join(" " if token.type in ("softbreak", "hardbreak") else token.content for token in tokens)


def _inline(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _addresses(tokens: Sequence[Token]) -> Iterator[str]:
    return (_address(token) for token in _inline(tokens) if token.type == "link_open")


def _address(token: Token) -> str:
    return str(token.attrGet("href") or "")


def _entry_link(address: str) -> tuple[str, str] | None:
    match = _ENTRY_LINK.fullmatch(address)
    return (match[1], match[2]) if match and match[1] not in _SCHEMES else None


def _leads_outside(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets around a host that is no IPv6 address
        return False
    if parts.scheme in _WEB_SCHEMES:
        return bool(parts.netloc) and "%" not in parts.netloc  # an escaped character is none a host can have
    return parts.scheme == "mailto" and "@" in parts.path


def _set_headings(tokens: Sequence[Token]) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((token.tag for token in headings), default="")
    for token in headings:
        token.tag = "h3" if token.tag == highest else "h4"


def _with_resolved_links(
    tokens: Sequence[Token], address: Callable[[str, str], str | None]
) -> Iterator[Token]:
    """The tokens with every link's final address, without the marks of links that have none; none nest."""
    leads_somewhere = True
    for token in tokens:
        if token.type == "link_open":
            leads_somewhere = _resolve(token, address)
        if leads_somewhere or token.type not in ("link_open", "link_close"):
            yield token


def _resolve(token: Token, address: Callable[[str, str], str | None]) -> bool:
    """Give the link its final address; False if it has none."""
    written = _address(token)
    entry = _entry_link(written)
    if entry:
        target = address(*entry)
        token.attrSet("href", target or "")
        return target is not None
    token.attrSet("rel", "noopener")
    return _leads_outside(written)
