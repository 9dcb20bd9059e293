#!/usr/bin/python3
"""The sandbox's page in a real browser: the walk by its buttons, with the answers it shows.

    sandbox_page_test.py build/release/multipass [unittest arguments]

Needs Debian's python3-selenium, chromium and chromium-driver, and axe-core of tests/package.json.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "framing"))
from sandbox import Sandbox  # noqa: E402

AXE = TESTS / "node_modules/axe-core/axe.min.js"
CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1100,900",
]


def start_browser(test):
    profile = tempfile.TemporaryDirectory(prefix="multipass-chromium-")
    test.addClassCleanup(profile.cleanup)
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in CHROMIUM_FLAGS + ["--user-data-dir=" + profile.name]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    test.addClassCleanup(browser.quit)
    browser.set_page_load_timeout(60)
    browser.set_script_timeout(60)
    return browser


def fetch(url, method="GET"):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=20) as a:
            return a.status, a.headers, a.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read().decode()


class SandboxPage(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox(cls.program)
        cls.addClassCleanup(cls.sandbox.stop)
        cls.url = f"http://{cls.sandbox.public}/"
        cls.browser = start_browser(cls)

    def setUp(self):
        self.emulate()
        self.browser.get_log("browser")
        self.browser.get(self.url)

    # What a person does

    def emulate(self, width=1100, scheme="light"):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def wait_for(self, condition):
        return WebDriverWait(self.browser, 60, 0.05, [WebDriverException]).until(
            lambda _: condition())

    def step(self, part, number):
        return next(s for s in self.browser.find_elements(By.CSS_SELECTOR, f"#{part} .step")
                    if s.find_element(By.TAG_NAME, "h3").text.startswith(f"{number}. "))

    def run_step(self, part, number):
        """The step's outcome and the answer that it shows."""
        step = self.step(part, number)
        step.find_element(By.CSS_SELECTOR, "button.primary").click()
        outcome = step.find_element(By.CSS_SELECTOR, ".outcome")
        self.wait_for(lambda: outcome.text not in ("", "Asking…"))
        return outcome.text, step.find_element(By.CSS_SELECTOR, ".answer").text

    def approve_as_john(self, part, number):
        """Follows the step's link into a tab of its own; the address where that ends."""
        ours = self.browser.current_window_handle
        self.step(part, number).find_element(By.CSS_SELECTOR, "a.button").click()
        self.wait_for(lambda: len(self.browser.window_handles) == 2)
        self.browser.switch_to.window(
            next(w for w in self.browser.window_handles if w != ours))
        self.wait_for(lambda: self.browser.find_element(By.ID, "username"))
        for name, value in (("username", "john"), ("password", "sandbox-password"),
                            ("code", "000000")):
            self.browser.find_element(By.ID, name).send_keys(value)
        self.browser.find_element(By.CSS_SELECTOR, "button.primary").click()
        self.wait_for(lambda: self.browser.find_element(By.CSS_SELECTOR, "button[value=approve]"))
        self.browser.find_element(By.CSS_SELECTOR, "button[value=approve]").click()
        self.wait_for(lambda: "9090/callback?" in self.browser.current_url)
        address = self.browser.current_url
        self.browser.close()
        self.browser.switch_to.window(ours)
        return address

    def paste(self, part, number, text):
        step = self.step(part, number)
        field = step.find_element(By.TAG_NAME, "input")
        field.clear()
        field.send_keys(text)
        return step.find_element(By.CSS_SELECTOR, ".outcome").text

    def serves(self, path):
        return fetch(self.url + path.lstrip("/"))[0] != 404

    def complaints(self):
        return [line["message"] for line in self.browser.get_log("browser")
                if "Content Security Policy" in line["message"]
                or "Uncaught" in line["message"]]

    def barriers(self):
        self.browser.execute_script(AXE.read_text())
        found = self.browser.execute_async_script(
            "const done = arguments[0]; axe.run(document).then(r => done(r.violations), "
            "e => done([{id: String(e), nodes: []}]));")
        return [(v["id"], [n["html"] for n in v["nodes"]]) for v in found]

    # The tests

    def test_the_walk(self):
        outcome, _ = self.run_step("walk", 4)
        self.assertEqual(outcome, "First: 3. Take the code from the address bar")
        outcome, answer = self.run_step("walk", 1)
        self.assertEqual(outcome, "Answer: 200 OK")
        self.assertIn('"redirectUrl": "http://' + self.sandbox.public, answer)
        back = self.approve_as_john("walk", 2)
        self.assertIn("There is no accessCode in it", self.paste("walk", 3, "http://x/?a=b"))
        self.assertIn("The code is ", self.paste("walk", 3, back))
        for number, shown in ((4, '"accessToken": "'), (5, "GB01TCCL82495709311980"),
                              (6, '"currency": "EUR"'), (7, '"available": 30.40'),
                              (8, '"status": "success"')):
            outcome, answer = self.run_step("walk", number)
            self.assertEqual(outcome, "Answer: 200 OK", answer)
            self.assertIn(shown, answer)
            self.assertIn("x-request-id: ", answer)
        outcome, answer = self.run_step("walk", 9)
        self.assertEqual(outcome, "Answer: 401 Unauthorized")
        self.assertIn('www-authenticate: Bearer error="invalid_token"', answer)
        self.assertEqual(self.complaints(), [])
        for scheme in ("light", "dark"):
            self.emulate(390, scheme)
            self.assertEqual(self.barriers(), [], scheme)

    def test_the_code_alone_is_enough(self):
        self.run_step("walk", 1)
        back = self.approve_as_john("walk", 2)
        code = back.split("accessCode=")[1].split("&")[0]
        self.assertEqual(self.paste("walk", 3, f" {code} "), "The code is " + code)
        self.assertEqual(self.run_step("walk", 4)[0], "Answer: 200 OK")

    def test_with_oauth(self):
        if not self.serves("/.well-known/oauth-authorization-server"):
            self.skipTest("this server has no standards surface yet")
        self.assertIn('"issuer": "', self.run_step("oauth", 1)[1])
        outcome, answer = self.run_step("oauth", 2)
        self.assertEqual(outcome, "Answer: 201 Created", answer)
        self.assertIn("The code is ", self.paste("oauth", 4, self.approve_as_john("oauth", 3)))
        for number, shown in ((5, '"access_token": "'), (6, "GB01TCCL82495709311980"),
                              (7, '"status": "active"'), (8, '"consent.granted"'), (9, "{}")):
            outcome, answer = self.run_step("oauth", number)
            self.assertEqual(outcome, "Answer: 200 OK", answer)
            self.assertIn(shown, answer)
        self.assertEqual(self.complaints(), [])

    def test_commands_are_what_a_shell_runs(self):
        command = self.step("walk", 1).find_element(By.TAG_NAME, "code").text
        said = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=True)
        self.assertIn("redirectUrl", json.loads(said.stdout))
        self.assertIn(f"http://{self.sandbox.private}/metrics", self.browser.page_source)

    def test_readable_without_scripts_and_on_a_phone(self):
        self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            self.browser.get(self.url)
            self.assertIn("ACCESS_CODE", self.browser.find_element(By.TAG_NAME, "main").text)
            self.assertIn("Scripts are off", self.browser.find_element(By.TAG_NAME, "main").text)
            self.assertEqual(self.browser.find_elements(By.TAG_NAME, "button"), [])
        finally:
            self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        self.browser.get(self.url)
        for scheme in ("light", "dark"):
            for width in (320, 1100):
                self.emulate(width, scheme)
                self.assertLessEqual(self.browser.execute_script(
                    "return document.documentElement.scrollWidth"), width)
                self.assertEqual(self.barriers(), [], (width, scheme))

    def test_the_page_allows_itself_nothing_more(self):
        status, headers, body = fetch(self.url)
        self.assertEqual(status, 200)
        rules = headers["Content-Security-Policy"]
        self.assertNotIn("unsafe", rules)
        self.assertIn("default-src 'none'", rules)
        status, headers, body = fetch(self.url, "HEAD")
        self.assertEqual((status, body), (200, ""))

    def test_a_bank_has_no_such_page(self):
        with tempfile.TemporaryDirectory(prefix="multipass-bank-") as folder:
            bank = subprocess.Popen(
                [self.program, "serve", "--listen", "127.0.0.1:0", "--admin-listen",
                 "127.0.0.1:0", "--database", os.path.join(folder, "bank.db")],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            try:
                line = next(line for line in bank.stdout if "public" in line)
                url = line.split()[1]
                for path in ("/", "/sandbox/style.css", "/sandbox/walk.js"):
                    status, headers, body = fetch(url + path)
                    self.assertEqual(status, 404)
                    self.assertEqual(headers["Content-Type"], "application/json")
                    self.assertEqual(json.loads(body),
                                     {"message": "There is nothing at this path"})
            finally:
                bank.terminate()
                bank.wait(timeout=60)
                bank.stdout.close()


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    SandboxPage.program = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
