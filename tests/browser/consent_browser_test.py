#!/usr/bin/python3
"""The consent page in a real browser: the whole flow from authorize to the account list.

    consent_browser_test.py build/release/multipass [unittest arguments]

Starts `multipass serve --sandbox` on free ports with a database in a temporary folder, and a TPP's
callback on 127.0.0.1:9090, the redirect URI that the sandbox registers. Needs Debian's
python3-selenium, chromium and chromium-driver. With MULTIPASS_SCREENSHOTS set to anything, pictures
of the pages go to build/screenshots.
"""

import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

CALLBACK = "http://127.0.0.1:9090/callback"
ALL_SCOPES = "account.list account.details account.balance"
JOHNS, JANES = 47669570047, 82948889462  # john owns both; the names are those of the accounts
DECIDED = "This request was already decided"

CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1100,900",
]

# Every visible text against the nearest ground that is painted behind it (WCAG 2.2, 1.4.3).
LOW_CONTRAST = """
const parse = c => { const n = c.match(/[\\d.]+/g).map(Number);
                     return n.length < 4 ? [...n, 1] : n; };
const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
const ground = e => { for (; e; e = e.parentElement) {
                        const c = parse(getComputedStyle(e).backgroundColor);
                        if (c[3] > 0) return c; }
                      return [255, 255, 255, 1]; };
return [...document.body.querySelectorAll('*')].filter(e => e.offsetParent &&
    [...e.childNodes].some(n => n.nodeType == 3 && n.textContent.trim())).map(e => {
  const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
  return [e.textContent.trim(), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
}).filter(row => row[1] < 4.5);
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Callback(http.server.ThreadingHTTPServer):
    """The TPP's redirect URI; keeps the queries that browsers brought."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            url = urllib.parse.urlsplit(self.path)
            if url.path == "/callback":
                self.server.queries.append(dict(urllib.parse.parse_qsl(url.query)))
                self.server.referers.append(self.headers.get("Referer"))
            self.send_response(200 if url.path == "/callback" else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!DOCTYPE html><title>TPP</title><p>Back at the TPP</p>")

        def log_message(self, *args):
            pass

    allow_reuse_address = True

    def __init__(self):
        try:
            super().__init__(("127.0.0.1", 9090), self.Handler)
        except OSError as e:
            sys.exit(f"The sandbox TPP's callback 127.0.0.1:9090 cannot be served: {e}. "
                     "End whatever listens there and run this test again.")
        self.queries, self.referers = [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Gateway:
    """A sandbox of its own."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory(prefix="multipass-browser-")
        self.url = f"http://127.0.0.1:{free_port()}"
        admin = f"127.0.0.1:{free_port()}"
        self.log_path = os.path.join(self.folder.name, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [program, "serve", "--sandbox", "--listen", self.url[7:], "--admin-listen", admin,
                 "--database", os.path.join(self.folder.name, "sandbox.db"), "--threads", "1"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.wait_until_ready(f"http://{admin}/readyz")

    def log(self):
        return pathlib.Path(self.log_path).read_text(errors="replace")

    def wait_until_ready(self, url):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return
            except OSError:
                time.sleep(0.05)  # nothing listens yet, and nothing tells us when it will
        self.process.kill()
        sys.exit("The gateway did not become ready. It said:\n" + self.log())

    def stop(self):
        self.process.terminate()
        try:
            code = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "none within 30 s"
        self.folder.cleanup()
        return code

    def call(self, path, token=None, **parameters):
        request = urllib.request.Request(
            self.url + path, data=urllib.parse.urlencode(parameters).encode(), method="POST")
        if token:
            request.add_header("Authorization", "Bearer " + token)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as e:
            return e.code, json.load(e)

    def authorize(self, scope=ALL_SCOPES, state=""):
        more = {"state": state} if state else {}
        status, body = self.call("/api/tpp/authorize", username="username", scope=scope,
                                 secret="sandbox-secret", redirect_uri=CALLBACK, **more)
        assert status == 200, (status, body)
        return body["redirectUrl"]


class ConsentPage(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        cls.callback = Callback()
        cls.addClassCleanup(cls.callback.server_close)
        cls.addClassCleanup(cls.callback.shutdown)
        cls.gateway = Gateway(cls.program)
        cls.addClassCleanup(cls.gateway.stop)
        profile = tempfile.TemporaryDirectory(prefix="multipass-chromium-")
        cls.addClassCleanup(profile.cleanup)
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in CHROMIUM_FLAGS + ["--user-data-dir=" + profile.name]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        cls.addClassCleanup(cls.browser.quit)
        cls.browser.set_page_load_timeout(30)

    def setUp(self):
        self.callback.queries.clear()
        self.callback.referers.clear()
        self.emulate()

    # What a person does

    def open_login(self, **parameters):
        url = self.gateway.authorize(**parameters)
        self.browser.get(url)
        return url

    def element(self, css):
        return self.browser.find_element(By.CSS_SELECTOR, css)

    def to_next_page(self, action):
        """Does what leaves the page, and waits until the next one is there, whole."""
        self.browser.execute_script("window.before = true")
        action()
        self.wait_for(lambda: self.browser.execute_script(
            "return !window.before && document.readyState == 'complete'"))

    def press(self, css):
        self.to_next_page(self.element(css).click)

    def wait_for(self, condition):
        WebDriverWait(self.browser, 15, 0.05, [WebDriverException]).until(lambda _: condition())

    def log_in(self, username="john", password="sandbox-password", code="000000"):
        for name, value in (("username", username), ("password", password), ("code", code)):
            field = self.element("#" + name)
            field.clear()
            field.send_keys(value)
        self.press("button.primary")

    def returned(self):
        self.wait_for(lambda: self.callback.queries)
        return self.callback.queries[-1]

    def text(self):
        return self.element("main").text

    def focused(self):
        return self.browser.switch_to.active_element.get_attribute("id")

    def type(self, *keys):
        ActionChains(self.browser).send_keys(*keys).perform()

    def tab_to(self, css):
        for _ in range(30):
            self.type(Keys.TAB)
            if self.browser.switch_to.active_element == self.element(css):
                return
        self.fail(f"Tab does not reach {css}")

    def emulate(self, width=1100, scheme="light"):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def picture(self, name):
        if not os.environ.get("MULTIPASS_SCREENSHOTS"):
            return
        folder = pathlib.Path(__file__).resolve().parents[2] / "build" / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        self.browser.save_screenshot(str(folder / (name + ".png")))

    def answer_status(self):
        return self.browser.execute_script(
            "return performance.getEntriesByType('navigation')[0].responseStatus")

    # The tests

    def test_from_authorize_to_the_accounts_that_were_ticked(self):
        self.open_login()
        self.assertIn("Log in", self.browser.title)
        self.log_in(password="wrong")
        self.assertIn("User name, password or code is not right", self.text())
        self.assertEqual(self.answer_status(), 401)
        self.assertEqual(self.element("#username").get_attribute("value"), "john")
        self.assertEqual(self.element("#password").get_attribute("value"), "")

        self.log_in()
        self.assertIn("/consent/review?", self.browser.current_url)
        self.assertIn("GB01 TCCL 8249 5709 3119 80", self.text())
        self.assertNotIn("30.40", self.text())
        self.element(f"#account-{JANES}").click()
        self.press("button[value=approve]")
        query = self.returned()
        self.assertTrue(self.browser.current_url.startswith(CALLBACK + "?"))
        self.assertEqual(set(query) - {"iss"}, {"accessCode", "clientId"})
        self.assertEqual(self.callback.referers, [None])

        status, token = self.gateway.call("/api/client/token", accessCode=query["accessCode"],
                                          clientId=query["clientId"])
        self.assertEqual(status, 200)
        self.assertEqual(token["scope"], "account.balance account.details account.list")
        status, body = self.gateway.call("/api/tpp/accounts", token=token["accessToken"])
        self.assertEqual((status, [a["id"] for a in body["accounts"]]), (200, [JOHNS]))
        status, _ = self.gateway.call("/api/tpp/account", token=token["accessToken"],
                                      accountId=JANES)
        self.assertEqual(status, 404)

    def test_a_scope_that_was_not_ticked_is_not_granted(self):
        self.open_login(scope="account.list account.balance")
        self.log_in()
        self.assertEqual(len(self.browser.find_elements(By.NAME, "scope")), 2)
        self.element("[id='scope-account.balance']").click()
        self.press("button[value=approve]")
        query = self.returned()
        _, token = self.gateway.call("/api/client/token", accessCode=query["accessCode"],
                                     clientId=query["clientId"])
        self.assertEqual(token["scope"], "account.list")

    def test_denial(self):
        self.open_login(state="abc")
        self.log_in()
        self.press("button[value=deny]")
        query = self.returned()
        self.assertEqual((query["error"], query["state"]), ("access_denied", "abc"))
        self.assertNotIn("accessCode", query)

    def test_nothing_ticked_is_explained_and_nothing_is_lost(self):
        self.open_login()
        self.log_in()
        for account in (JOHNS, JANES):
            self.element(f"#account-{account}").click()
        self.element("[id='scope-account.balance']").click()
        self.press("button[value=approve]")
        self.assertEqual(self.answer_status(), 400)
        self.assertEqual(self.focused(), "problem")
        self.assertFalse(self.element("[id='scope-account.balance']").is_selected())
        self.assertTrue(self.element("[id='scope-account.list']").is_selected())
        self.type(Keys.TAB, Keys.ENTER)  # the link in the summary
        self.type(Keys.TAB, Keys.SPACE)
        self.assertTrue(self.element(f"#account-{JOHNS}").is_selected())
        self.press("button[value=approve]")
        self.assertIn("accessCode", self.returned())

    def test_keyboard_alone(self):
        self.open_login()
        self.tab_to("#username")
        self.to_next_page(lambda: self.type(
            "john", Keys.TAB, "wrong", Keys.TAB, "000000", Keys.ENTER))
        self.assertEqual(self.focused(), "problem")
        self.assertEqual(self.element("#problem").get_attribute("role"), "alert")
        self.type(Keys.TAB, Keys.ENTER)  # the link in the summary
        self.wait_for(lambda: self.focused() == "username")
        outline = self.element("#username").value_of_css_property("outline-style")
        self.assertEqual(outline, "solid")
        self.to_next_page(lambda: self.type(
            Keys.TAB, "sandbox-password", Keys.TAB, "000000", Keys.TAB, Keys.ENTER))
        self.assertIn("/consent/review", self.browser.current_url)

        self.tab_to(f"#account-{JANES}")
        self.type(Keys.SPACE)
        self.assertFalse(self.element(f"#account-{JANES}").is_selected())
        self.to_next_page(lambda: self.type(Keys.ENTER))  # decides nothing, loses nothing
        self.assertIn("Review this request", self.text())
        self.assertFalse(self.element(f"#account-{JANES}").is_selected())
        self.assertEqual(self.callback.queries, [])
        self.tab_to("button[value=approve]")
        self.type(Keys.ENTER)
        self.assertIn("accessCode", self.returned())

    def test_back_button_and_old_links_say_already_decided(self):
        login = self.open_login()
        self.log_in()
        review = self.browser.current_url
        self.press("button[value=deny]")
        self.returned()
        self.to_next_page(self.browser.back)
        self.assertIn("/consent/review", self.browser.current_url)
        self.assertIn(DECIDED, self.text())
        for url in (login, review):
            self.browser.get(url)
            self.assertIn(DECIDED, self.text())
            self.assertEqual(self.answer_status(), 409)

    def test_a_second_submit_says_already_decided(self):
        self.open_login()
        self.log_in()
        review, first = self.browser.current_url, self.browser.current_window_handle
        self.browser.switch_to.new_window("tab")
        self.browser.get(review)
        self.press("button[value=approve]")
        self.returned()
        self.browser.close()
        self.browser.switch_to.window(first)
        self.press("button[value=deny]")
        self.assertIn(DECIDED, self.text())
        self.assertEqual(self.answer_status(), 409)
        self.assertEqual(len(self.callback.queries), 1)

    def test_two_tabs_do_not_disturb_each_other(self):
        self.open_login()
        first = self.browser.current_window_handle
        self.browser.switch_to.new_window("tab")
        self.open_login()
        self.log_in(username="jane")
        self.press("button[value=approve]")
        self.returned()
        self.browser.close()
        self.browser.switch_to.window(first)
        self.log_in()
        self.assertIn(f"{JOHNS}", self.browser.page_source)

    def test_markup_in_state_stays_text(self):
        state = "\"'><script>document.title='hacked'</script><img src=x onerror=alert(1)>"
        self.open_login(state=state)
        self.log_in()
        self.assertNotIn("hacked", self.browser.page_source)
        self.press("button[value=approve]")
        self.assertEqual(self.returned()["state"], state)

    def test_markup_in_the_user_name_stays_text(self):
        self.open_login()
        name = "\"><script>document.title='hacked'</script>"
        self.log_in(username=name)
        self.assertEqual(self.element("#username").get_attribute("value"), name)
        self.assertNotIn("hacked", self.browser.title)

    def test_no_script_runs_on_the_pages(self):
        self.open_login()
        for _ in range(2):
            self.assertEqual(self.browser.find_elements(By.TAG_NAME, "script"), [])
            self.assertIsNone(self.browser.execute_script(
                "const s = document.createElement('script');"
                "s.textContent = 'window.hacked = true';"
                "document.body.append(s); return window.hacked;"))
            self.browser.refresh()
            if self.browser.find_elements(By.ID, "username"):
                self.log_in()

    def test_the_pages_break_no_rule_of_their_own(self):
        self.browser.get_log("browser")
        self.open_login()
        self.log_in()
        self.press("button[value=approve]")
        self.returned()
        complaints = [line["message"] for line in self.browser.get_log("browser")
                      if "Content Security Policy" in line["message"]]
        self.assertEqual(complaints, [])

    def test_cookies_are_out_of_reach(self):
        self.open_login()
        self.log_in()
        cookies = [c for c in self.browser.get_cookies() if c["name"].startswith("multipass-")]
        self.assertGreaterEqual(len(cookies), 2)
        for cookie in cookies:
            self.assertTrue(cookie["httpOnly"])
            self.assertEqual((cookie["sameSite"], cookie["path"]), ("Lax", "/consent"))
        self.assertEqual(self.browser.execute_script("return document.cookie"), "")

    def test_unknown_requests_have_a_page(self):
        self.browser.get(
            self.gateway.url + "/consent?clientId=username__1&x-request-id=" + "A" * 20)
        self.assertIn("This request is not known", self.text())
        self.assertEqual(self.answer_status(), 404)

    def test_review_without_log_in_leads_to_the_log_in(self):
        login = self.open_login()
        self.browser.get(login.replace("/consent?", "/consent/review?"))
        self.assertEqual(self.answer_status(), 401)
        self.press("a.primary")
        self.log_in()
        self.assertIn("/consent/review", self.browser.current_url)

    def test_fields_have_names_for_screen_readers(self):
        self.open_login()
        names = [self.element("#" + i).accessible_name for i in ("username", "password", "code")]
        self.assertEqual(names, ["User name", "Password", "Security code"])
        self.log_in()
        for box in self.browser.find_elements(By.CSS_SELECTOR, "input[type=checkbox]"):
            self.assertTrue(box.accessible_name)

    def test_readable_on_a_phone_and_in_the_dark(self):
        self.open_login()
        pages = [("login", lambda: None),
                 ("login-failed", lambda: self.log_in(password="wrong")),
                 ("review", self.log_in)]
        for name, open_page in pages:
            open_page()
            for width in (320, 390, 1100):
                for scheme in ("light", "dark"):
                    self.emulate(width, scheme)
                    self.picture(f"{name}-{width}-{scheme}")
                    with self.subTest(page=name, width=width, scheme=scheme):
                        self.assertLessEqual(self.browser.execute_script(
                            "return document.documentElement.scrollWidth"), width)
                        self.assertEqual(self.browser.execute_script(LOW_CONTRAST), [])
            self.emulate()


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    ConsentPage.program = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
