"""axe-core in a page: what it finds wrong, in words."""

from pathlib import Path
from typing import Final

from playwright.sync_api import Page

VENDOR: Final = Path(__file__).parent / "vendor"
_AXE: Final = VENDOR / "axe-core-4.14.1.min.js"


def violations(page: Page) -> list[str]:
    """Return every violation of any rule, and content wider than the window."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    found = [
        f"{each['id']}: {each['help']} at {[node['target'] for node in each['nodes']]}"
        for each in result["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, f"{wide} px wider than the window"] if wide > 0 else found
