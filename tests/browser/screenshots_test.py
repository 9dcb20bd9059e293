#!/usr/bin/python3
"""The pictures of the README: our pages on a phone, in the light and in the dark.

    screenshots_test.py build/release/multipass             makes them, and throws them away
    screenshots_test.py build/release/multipass --write     puts them into tests/browser/screenshots
"""

import base64
import pathlib
import sys

import harness

FOLDER = pathlib.Path(__file__).resolve().parent / "screenshots"
MOST_BYTES = 60 * 1024


class Screenshots(harness.PageTest):
    write = False

    def take(self, name):
        for scheme in ("light", "dark"):
            self.emulate(360, scheme, height=740)
            picture = base64.b64decode(self.browser.execute_cdp_cmd("Page.captureScreenshot", {
                "format": "png", "optimizeForSpeed": False})["data"])
            self.assertTrue(picture.startswith(b"\x89PNG"))
            if self.write:
                self.assertLess(len(picture), MOST_BYTES, name)
                FOLDER.mkdir(exist_ok=True)
                (FOLDER / f"{name}-{scheme}.png").write_bytes(picture)

    def test_pictures_of_the_pages(self):
        self.emulate(360, height=740)
        self.open_login()
        self.take("login")
        self.log_in()
        self.take("review")
        self.press("button[value=approve]")
        self.returned()
        self.open_dashboard()
        self.take("consents")
        self.press("a[href$='/withdraw']")
        self.take("withdraw")


if __name__ == "__main__":
    if "--write" in sys.argv:
        sys.argv.remove("--write")
        Screenshots.write = True
    harness.main(__doc__)
