import re
import unicodedata
from html.parser import HTMLParser

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from partnership import text
from partnership.text import bad_links, fold, links, normalise, plain, render, without_links, words_of

any_text = st.text(alphabet=st.characters(), max_size=60)


def address(kind: str, slug: str) -> str | None:
    """Knows events alone."""
    return f"/events/{slug}/" if kind == "event" else None


def html(markdown: str) -> str:
    return render(markdown, address).strip()


class TestNormalise:
    @pytest.mark.parametrize(
        ("given_text", "expected"),
        [
            ("a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("e\u0301", "é"),
            ("a\x00b\x07c\x1bd\x7fe\x85f", "abcdef"),
            ("tab\tand\nline", "tab\tand\nline"),
            ("lone \ud800 half", "lone  half"),
            ("が 日本 👍🏽", "が 日本 👍🏽"),
            ("e\x00\u0301", "é"),
        ],
    )
    def test_a_text_takes_its_one_form(self, given_text, expected):
        assert normalise(given_text) == expected

    @given(any_text)
    def test_twice_is_once(self, value):
        assert normalise(normalise(value)) == normalise(value)

    @given(any_text)
    def test_nothing_unwanted_is_left(self, value):
        kept = normalise(value)
        kept.encode("utf-8")
        assert not [c for c in kept if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
        assert unicodedata.is_normalized("NFC", kept)


class TestFold:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Türkiye", "TURKIYE"),
            ("TÜRKİYE", "turkiye"),
            ("Straße", "STRASSE"),
            ("Łódź", "lodz"),
            ("Støre", "STORE"),
            ("Diyarbakır", "Diyarbakir"),
            ("Αθήνα", "ΑΘΗΝΑ"),
            ("ＮＡＴＯ", "nato"),
            ("Alliance™", "alliancetm"),
            ("  a \n b\u3000c ", "a b c"),
            ("ｶﾞｲﾄﾞ", "ガイド"),
            ("か\u3099", "が"),
        ],
    )
    def test_spellings_of_one_word_fold_alike(self, one, other):
        assert fold(one) == fold(other)

    @pytest.mark.parametrize("word", ["が", "パートナー", "日本とのパートナーシップ", "협력"])
    def test_japanese_and_korean_survive(self, word):
        assert fold(word) == word

    def test_voiced_kana_stay_different_from_unvoiced(self):
        assert fold("が") != fold("か")

    @given(any_text)
    def test_twice_is_once(self, value):
        assert fold(fold(value)) == fold(value)

    @given(any_text)
    def test_the_form_the_letters_came_in_does_not_matter(self, value):
        assert fold(unicodedata.normalize("NFD", value)) == fold(unicodedata.normalize("NFC", value))


class TestWordsOf:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("Madrid  Summit", ["madrid", "summit"]),
            ("“summit” (2022), NATO-Japan!", ["summit", "2022", "nato-japan"]),
            ("summit Summit SUMMIT", ["summit"]),
            ("日本　協力", ["日本", "協力"]),
            ("— * \" ''", []),
            ("", []),
            ("mad\x00rid", ["madrid"]),
        ],
    )
    def test_a_search_box_gives_its_words(self, query, expected):
        assert words_of(query) == expected

    def test_only_the_first_ten_words_count(self):
        assert words_of(" ".join(f"w{n}" for n in range(30))) == [f"w{n}" for n in range(10)]

    @given(any_text, st.integers(0, 12))
    def test_words_are_folded_different_and_within_the_limit(self, query, limit):
        words = words_of(query, limit)
        assert len(words) <= limit
        assert len(set(words)) == len(words)
        assert all(word == fold(word) and " " not in word for word in words)


class TestLinks:
    def test_entry_links_are_found_in_order_wherever_markdown_takes_them_for_links(self):
        markdown = (
            "# [a](event:madrid-2022)\n\n* **[b](party:japan)** and `[code](event:no)`\n\n"
            "> [c][ref], [outside](https://example.org) and [d](event:madrid-2022)\n\n"
            '[ref]: fund:afghan-army "title"\n'
        )
        assert links(markdown) == [
            ("event", "madrid-2022"),
            ("party", "japan"),
            ("fund", "afghan-army"),
            ("event", "madrid-2022"),
        ]

    @pytest.mark.parametrize(
        "target",
        ["https://example.org", "http:x", "mailto:x", "Event:x", "event:X", "event:-x", "event:x#y", "x", ""],
    )
    def test_no_other_address_is_an_entry_link(self, target):
        assert links(f"[a]({target})") == []

    def test_an_escaped_link_is_no_link(self):
        assert links(r"\[a](event:x)") == []


class TestBadLinks:
    @pytest.mark.parametrize(
        ("markdown", "expected"),
        [
            ("[a](javascript:alert(1))", ["javascript:alert(1)"]),
            ("[a](JaVaScRiPt:alert(1))", ["JaVaScRiPt:alert(1)"]),
            ("[a](data:text/html;base64,xx)", ["data:text/html;base64,xx"]),
            ("[a](event:Bad Slug)", ["event:Bad Slug"]),
            ("[**a**](event:Bad Slug)", ["event:Bad Slug"]),
            ("[a](<event:Bad Slug>)", ["event:Bad Slug"]),
            ("[a](event:été)", ["event:été"]),
            ("[a](foo)", ["foo"]),
            ("[a](/events/x/)", ["/events/x/"]),
            ("[a](//evil.example)", ["//evil.example"]),
            ("[a](#part)", ["#part"]),
            ("[a]()", [""]),
            ("[a](http:x)", ["http:x"]),
            ("[a](https://)", ["https://"]),
            ("[a](http://[x)", ["http://[x"]),
            ("[a](http://[1:2])", ["http://[1:2]"]),
            ("[a](<http://ex ample/>)", ["http://ex ample/"]),
            ("[a](mailto:nobody)", ["mailto:nobody"]),
            ("[a](foo) and [b](bar)", ["foo", "bar"]),
        ],
    )
    def test_an_address_that_leads_nowhere_is_named_as_written(self, markdown, expected):
        assert bad_links(markdown) == expected

    @pytest.mark.parametrize(
        "markdown",
        [
            "[a](event:madrid-2022)",
            "[a](https://example.org/a?b=c#d)",
            "[a](http://example.org)",
            "[a](mailto:press@example.org)",
            "<https://example.org>",
            r"Brackets \[like these\](and these) are escaped.",
            "`[code](foo)`",
            "Words [in brackets] (and so on).",
        ],
    )
    def test_good_links_and_plain_brackets_pass(self, markdown):
        assert bad_links(markdown) == []


class TestRender:
    @pytest.mark.parametrize(
        ("markdown", "expected"),
        [
            (
                "One *two* **three** `four`",
                "<p>One <em>two</em> <strong>three</strong> <code>four</code></p>",
            ),
            ("* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
            ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
            ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
            ("a  \nb", "<p>a<br>\nb</p>"),
            ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
            ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
            ("![a](foo)", "<p>!a</p>"),
            ("    indented", "<p>indented</p>"),
            ("```\ncode\n```", "<p><code>code</code></p>"),
            ("a\n\n---\n\nb", "<p>a</p>\n\n<p>b</p>"),
            ("日本との協力", "<p>日本との協力</p>"),
            ("", ""),
        ],
    )
    def test_markdown_becomes_html(self, markdown, expected):
        assert html(markdown) == expected

    @pytest.mark.parametrize(
        ("markdown", "tags"),
        [
            ("# a\n\n## b\n\n### c", ["h3", "h4", "h4"]),
            ("## a\n\n### b\n\n## c", ["h3", "h4", "h3"]),
            ("###### a", ["h3"]),
            ("b\n-\n\na\n=", ["h4", "h3"]),
        ],
    )
    def test_the_highest_headings_become_the_third_level_and_all_others_the_fourth(self, markdown, tags):
        assert re.findall(r"<(h\d)>", html(markdown)) == tags

    def test_an_entry_link_gets_the_address_of_its_entry(self):
        assert (
            html("[*Madrid*](event:madrid-2022)")
            == '<p><a href="/events/madrid-2022/"><em>Madrid</em></a></p>'
        )

    def test_an_entry_link_without_an_entry_to_show_is_its_text(self):
        assert html("To [*Japan*](party:japan) and [b](event:b)") == (
            '<p>To <em>Japan</em> and <a href="/events/b/">b</a></p>'
        )

    def test_an_outside_link_does_not_hand_over_the_window(self):
        assert html("[a](https://example.org/?b=c&d)") == (
            '<p><a href="https://example.org/?b=c&amp;d" rel="noopener">a</a></p>'
        )

    @pytest.mark.parametrize("target", ["foo", "/events/x/", "//evil.example", "#part", "event:X", ""])
    def test_a_link_that_leads_nowhere_is_its_text(self, target):
        assert html(f"[a]({target})") == "<p>a</p>"

    def test_an_address_from_the_caller_is_made_safe_too(self):
        assert "javascript" not in render("[a](event:x)", lambda *_: "javascript:alert(1)")
        assert '"><script>' not in render("[a](event:x)", lambda *_: '"><script>')

    def test_the_result_is_marked_as_safe(self):
        assert isinstance(render("a", address), SafeString)

    @pytest.mark.parametrize(
        "markdown",
        [
            "<script>alert(1)</script>",
            "<scr<script>ipt>alert(1)</scr</script>ipt>",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=alert(1)>",
            "<a href='javascript:alert(1)' onclick=alert(1)>x</a>",
            "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
            "<style>@import 'x'</style>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](javascript:x)",
            "[x](vbscript:x)",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](&#106;avascript:alert(1))",
            "[x](&#x6A;&#x61;vascript&colon;alert(1))",
            "[x](java&Tab;script:alert(1))",
            "[x](<java\tscript:alert(1)>)",
            "[x](\x01javascript:alert(1))",
            "[x](%6aavascript:alert(1))",
            "[x]( javascript:alert(1) 'title')",
            "<javascript:alert(1)>",
            "[x][r]\n\n[r]: javascript:alert(1)",
            "[x](https://example.org \"a' onmouseover='alert(1)\")",
            '[x](https://example.org/"onmouseover=alert(1))',
            '![x](x"onerror=alert(1))',
            "![x](javascript:alert(1))",
            "![x](data:image/svg+xml;base64,PHN2Zz4=)",
            "[![x](javascript:alert(1))](javascript:alert(2))",
            "[<img src=x onerror=alert(1)>](https://example.org)",
            "```<script>\n</code></pre><script>alert(1)</script>\n```",
            "`</code><script>alert(1)</script>`",
            "<!-- --><script>alert(1)</script>",
            "<![CDATA[<script>alert(1)</script>]]>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
            "# <script>alert(1)</script>",
            "> * <b onmouseover=alert(1)>x</b>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ],
    )
    def test_nothing_in_the_source_can_run(self, markdown):
        assert _dangers(html(markdown)) == []

    @given(st.text(alphabet="<>()[]!:\"'&;#x/\\`*_=- \n\tjavscriptdonerlphm1", max_size=80))
    def test_no_source_at_all_gives_more_than_the_allowed_marks(self, markdown):
        assert _dangers(html(markdown)) == []


class _Marks(HTMLParser):
    """Collects every tag, attribute or address that the page must not carry."""

    TAGS = frozenset({"p", "em", "strong", "ul", "ol", "li", "a", "blockquote", "h3", "h4", "code", "br"})
    ADDRESS = re.compile(r"https?://|mailto:|/events/")

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.TAGS:
            self.dangers.append(tag)
        for name, value in attrs:
            allowed = {
                "href": self.ADDRESS.match(value or ""),
                "rel": value == "noopener",
                "start": tag == "ol",
            }
            if not allowed.get(name):
                self.dangers.append(f"{name}={value}")

    def handle_comment(self, data: str) -> None:
        self.dangers.append(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def _dangers(page: str) -> list[str]:
    parser = _Marks()
    parser.feed(page)
    parser.close()
    return parser.dangers


class TestPlain:
    @pytest.mark.parametrize(
        ("markdown", "expected"),
        [
            ("# Head\n\nOne *two* [three](event:x)\nfour  \nfive", "Head One two three four five"),
            ("* a\n* `b`\n\n> c", "a b c"),
            ("5 < 6 &amp; 7 \\*", "5 < 6 & 7 *"),
            ("<b>x</b>", "<b>x</b>"),
            ("", ""),
        ],
    )
    def test_only_the_words_are_left(self, markdown, expected):
        assert plain(markdown) == expected


def test_links_to_one_entry_become_their_words_and_others_stay():
    markdown = "[One](event:a), [two](event:a-b), [three](party:a), [one *more*](event:a)"
    assert without_links(markdown, "event", "a") == "One, [two](event:a-b), [three](party:a), one *more*"


marks = st.text(alphabet=" \n\r\t\v\f\u2028ab1.)(#>-+=*_`[]<>&!\\~|:;/'\"", max_size=40)


@given(marks)
def test_a_text_that_is_not_parsed_says_what_parsing_would_have_said(markdown):
    """What needs no parser is told by a sign; with a sign that is always seen, everything is parsed."""
    shortly = plain(markdown), links(markdown), bad_links(markdown), normalise(markdown), fold(markdown)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_MAY_LINK", "_MAY_HAVE_MARKS"):
            patch.setattr(text, name, re.compile(""))
        assert shortly[:3] == (plain(markdown), links(markdown), bad_links(markdown))
    assert shortly[3:] == (normalise(f"{markdown}é")[:-1], fold(f"{markdown} é").removesuffix("e").strip())


def test_what_no_xml_can_hold_is_not_stored():
    assert text.normalise("a\ufffeb\uffffc\x01\ud800") == "abc"
