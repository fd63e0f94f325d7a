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

    found = Axe().run(page, options={"runOnly": rules})
    assert not found.response["violations"], f"{address}\n{found.generate_report()}"
