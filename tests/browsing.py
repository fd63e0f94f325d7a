"""What the browser tests of readers and staff share."""

from typing import Any

# WCAG 2.2 to level AA and the best practices, by the names axe gives them.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another colour scheme or another width may break of a page that keeps all rules in one look.
RULES_OF_LOOKS = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]


def follow(link: Any) -> None:
    """Click a link or button that opens a page, and wait until that page stands: a click alone does not wait."""
    with link.page.expect_navigation():
        link.click()


def choose(page: Any, select: str, words: str) -> None:
    """Choose an entry in an autocomplete of the staff's by typing words of its name."""
    page.click(f"#{select} + .select2")
    page.keyboard.type(words)
    page.click(f".select2-results__option:has-text('{words}')")


def assert_accessible(page: Any, address: str, rules: list[str] = RULES) -> None:
    """No rule of accessibility is broken on the page as it stands; `address` names it when one is."""
    from axe_playwright_python.sync_playwright import Axe  # one of the browser packages, which may be missing

    # Only what is broken is told in full, and no style sheet is asked for anew: that takes half the time.
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options=options)
    assert not found.response["violations"], f"{address}\n{found.generate_report()}"


LOOKS = (("light", 1280), ("dark", 320))


def look_over(page: Any, where: str, said: list[str] | None = None, looks: Any = LOOKS) -> None:
    """A page of the staff's as it stands keeps all rules, in the further looks those that a look may break.

    Its console said nothing: `page.said`, or what is given; and nothing runs off the side. `where` names it when something is
    wrong. The page is wide again afterwards.
    """
    said = page.said if said is None else said
    assert said == [], f"{where}: {said}"
    rules = RULES
    for scheme, width in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(250)  # colours pass slowly from one scheme to the other
        assert_accessible(page, f"{where}, {scheme}, {width}", rules)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{where} scrolls sideways by {wide} px at {width}"
        rules = RULES_OF_LOOKS
    page.set_viewport_size({"width": 1280, "height": 900})
    said.clear()  # what axe itself loads is refused by the policy
