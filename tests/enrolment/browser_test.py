#!/usr/bin/python3
"""An enrolment in a real browser, on a phone's width, in light and dark: by keyboard alone, the QR
code read off the screen by zbar, each page looked through by axe-core, and nothing that the pages'
own Content-Security-Policy had to block.

    browser_test.py PROGRAM

Needs python3-selenium, chromium, chromium-driver, zbar-tools; axe-core comes from
tests/node_modules.
"""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "secrets"))
from bank import Bank, this_step, totp  # noqa: E402

PASSWORD = "anna's own password"
AXE = (TESTS / "node_modules/axe-core/axe.min.js").read_text()
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--window-size=500,1200"]
RUN_AXE = """const done = arguments[arguments.length - 1];
axe.run(document).then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html))),
                       e => done(['axe failed: ' + e]));"""


class Visit:
    def __init__(self, folder: pathlib.Path) -> None:
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        for flag in FLAGS:
            options.add_argument(flag)
        self.browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.browser.set_script_timeout(120)
        self.folder = folder

    def look_through(self) -> None:
        """The page as it stands, for everybody."""
        logged = [entry["message"] for entry in self.browser.get_log("browser")
                  if "favicon" not in entry["message"] and "401" not in entry["message"]]
        assert not logged, logged
        for colours in ("light", "dark"):
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": colours}]})
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                "width": 320, "height": 900, "deviceScaleFactor": 3, "mobile": True})
            self.browser.execute_script(AXE)
            found = self.browser.execute_async_script(RUN_AXE)
            assert not found, (colours, self.browser.title, found)
            wide = self.browser.execute_script("return document.documentElement.scrollWidth")
            assert wide <= 320, (colours, self.browser.title, wide)

    def heading(self, text: str) -> None:
        WebDriverWait(self.browser, 60).until(
            lambda b: text in [h.text for h in b.find_elements(By.TAG_NAME, "h1")], text)

    def type(self, *texts: str) -> None:
        """Into the field that has the focus, and those that Tab leads to; then Enter."""
        for text in texts:
            self.browser.switch_to.active_element.send_keys(text)
            if text is not texts[-1]:
                self.browser.switch_to.active_element.send_keys(Keys.TAB)
        self.browser.switch_to.active_element.send_keys(Keys.ENTER)

    def focus(self, field: str) -> None:
        """By Tab from the top of the page."""
        for _ in range(10):
            if self.browser.switch_to.active_element.get_attribute("id") == field:
                return
            self.browser.switch_to.active_element.send_keys(Keys.TAB)
        raise AssertionError(f"no way to {field} by keyboard")

    def read_screen(self) -> str:
        picture = self.folder / "screen.png"
        self.browser.find_element(By.CSS_SELECTOR, "svg.qr").screenshot(str(picture))
        read = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable",
                               picture], check=True, capture_output=True, text=True)
        return read.stdout.strip()


def walk(visit: Visit, link: str) -> None:
    visit.browser.get(link)
    visit.heading("Set up your security code")
    visit.look_through()
    visit.focus("username")
    visit.type("anna", "wrong")
    WebDriverWait(visit.browser, 60).until(lambda b: b.title.startswith("Error:"))
    visit.look_through()
    visit.focus("username")
    visit.browser.switch_to.active_element.send_keys(Keys.CONTROL, "a")
    visit.type("anna", PASSWORD)

    visit.heading("Add the code to your app")
    visit.look_through()
    scanned = visit.read_screen()
    visit.focus("code")
    visit.type("000000")
    WebDriverWait(visit.browser, 60).until(lambda b: b.title.startswith("Error:"))
    visit.look_through()
    assert visit.read_screen() == scanned
    secret = urllib.parse.parse_qs(urllib.parse.urlsplit(scanned).query)["secret"][0]
    visit.focus("code")
    visit.type(totp(secret, this_step()))
    visit.heading("Your security code is set up")
    visit.look_through()

    visit.browser.back()
    visit.browser.get(link)
    visit.heading("This link does not work")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        # Secure cookies over plain http reach a browser on "localhost" only.
        bank = Bank(sys.argv[1], name)
        try:
            added = bank.admin("POST", "/admin/psus",
                               {"username": "anna", "name": "Anna", "password": PASSWORD})
            assert added.status == 201, added.whole
            made = bank.admin("POST", "/admin/psus/anna/enrolment").json()
            link = made["url"].replace("127.0.0.1", "localhost")
            visit = Visit(pathlib.Path(name))
            try:
                walk(visit, link)
            finally:
                visit.browser.quit()
        finally:
            status = bank.stop()
    assert status == 0, status
    return 0


if __name__ == "__main__":
    sys.exit(main())
