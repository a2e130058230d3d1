"""Makes the two pictures of README from the demo, as people see it.

python tests/browser/readme_pictures.py
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.pages import Look, demo, sign_in

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SHOWN = (("held", "/mijn-leren", "mijn-leren"), ("hr", "/tranches/2027-2", "tranche"))
"""Of whom, which page, and the name of the picture."""


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with demo() as links, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for person, path, name in SHOWN:
            page = sign_in(browser, links[person], Look(PICTURES))
            page.set_viewport_size({"width": 1280, "height": 1150})
            address = links[person].partition("/aanmelden")[0]
            page.goto(f"{address}{path}")
            page.screenshot(path=PICTURES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
