"""What the browser tests share: a gateway of their own, the TPP's callback, and Chromium.

Each test file starts `multipass serve --sandbox` on free ports with a database in a temporary folder.
A TPP of its own has its callback on a free port, so that the files may run side by side. Needs
Debian's python3-selenium, chromium and chromium-driver.
"""

import contextlib
import http.server
import json
import os
import pathlib
import socket
import sqlite3
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

ALL_SCOPES = "account.list account.details account.balance"
JOHNS, JANES = 47669570047, 82948889462  # john owns both; the names are those of the accounts
DECIDED = "This request was already decided"
TPP_NAME = "Example Budget App"

CHROMIUM_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--disable-lcd-text", "--hide-scrollbars", "--window-size=1100,900",
]


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
            page = self.server.pages.get(url.path, "<!DOCTYPE html><title>TPP</title><p>Back</p>")
            self.send_response(200 if url.path in ("/callback", *self.server.pages) else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *args):
            pass

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.url = self.origin + "/callback"
        self.queries, self.referers, self.pages = [], [], {}
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Gateway:
    """A sandbox of its own, with one more TPP, whose callback is `callback`."""

    def __init__(self, program, callback, options=(), tpp_name=TPP_NAME):
        self.folder = tempfile.TemporaryDirectory(prefix="multipass-browser-")
        self.callback = callback
        self.url = f"http://127.0.0.1:{free_port()}"
        self.admin_url = f"http://127.0.0.1:{free_port()}"
        self.database = os.path.join(self.folder.name, "sandbox.db")
        self.log_path = os.path.join(self.folder.name, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [program, "serve", "--sandbox", "--listen", self.url[7:], "--admin-listen",
                 self.admin_url[7:], "--database", self.database, "--threads", "1",
                 "--handler-timeout", "1min", *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.wait_until_ready()
        added = self.admin("/admin/tpps", {
            "username": "budget", "name": tpp_name, "redirect_uris": [callback.url],
            "scopes": ALL_SCOPES.split()})
        self.secret = added["secret"]

    def log(self):
        return pathlib.Path(self.log_path).read_text(errors="replace")

    def wait_until_ready(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.admin_url + "/readyz", timeout=5):
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

    def admin(self, path, body=None):
        """A POST of `body`, without one a GET."""
        request = urllib.request.Request(
            self.admin_url + path, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer sandbox-admin-key",
                     "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def call(self, path, token=None, **parameters):
        request = urllib.request.Request(
            self.url + path, data=urllib.parse.urlencode(parameters).encode(), method="POST")
        if token:
            request.add_header("Authorization", "Bearer " + token)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as e:
            return e.code, json.load(e)

    def authorize(self, scope=ALL_SCOPES, state=""):
        """Returns the redirectUrl of a new request for consent."""
        more = {"state": state} if state else {}
        status, body = self.call("/api/tpp/authorize", username="budget", scope=scope,
                                 secret=self.secret, redirect_uri=self.callback.url, **more)
        assert status == 200, (status, body)
        return body["redirectUrl"]

    def grant(self, psu="john", scope=ALL_SCOPES, **decision):
        """A consent, given through the admin API. Returns a token."""
        url = urllib.parse.urlsplit(self.authorize(scope))
        asked = dict(urllib.parse.parse_qsl(url.query))
        handle = asked["x-request-id"]
        to = self.admin(f"/admin/authorizations/{handle}/approve", {"psu": psu, **decision})
        back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(to["redirectUri"]).query))
        status, body = self.call("/api/client/token", accessCode=back["accessCode"],
                                 clientId=back["clientId"])
        assert status == 200, (status, body)
        return body["accessToken"]

    def consents(self):
        return self.admin("/admin/consents?limit=1000")["consents"]

    def change(self, sql, *values):
        """Changes the database behind the gateway's back: what the passing of time would do."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as db, db:
            db.execute(sql, values)

    def rows(self, sql):
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as db:
            return db.execute(sql).fetchall()


def open_browser(test, *flags):
    """Chromium with a profile of its own, until the end of the test class."""
    profile = tempfile.TemporaryDirectory(prefix="multipass-chromium-", ignore_cleanup_errors=True)
    test.addClassCleanup(profile.cleanup)
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*CHROMIUM_FLAGS, "--user-data-dir=" + profile.name, *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    test.addClassCleanup(browser.quit)
    browser.set_page_load_timeout(60)
    return browser


class PageTest(unittest.TestCase):
    """One gateway and one browser for all tests of a class; cookies last one test."""

    program = None
    options = ()
    tpp_name = TPP_NAME

    @classmethod
    def setUpClass(cls):
        cls.callback = Callback()
        cls.addClassCleanup(cls.callback.server_close)
        cls.addClassCleanup(cls.callback.shutdown)
        cls.gateway = Gateway(PageTest.program, cls.callback, cls.options, cls.tpp_name)
        cls.addClassCleanup(cls.gateway.stop)
        cls.browser = open_browser(cls)

    def setUp(self):
        self.callback.queries.clear()
        self.callback.referers.clear()
        self.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.emulate()

    # What a person does

    def open(self, path):
        self.browser.get(self.gateway.url + path)

    def open_login(self, **parameters):
        url = self.gateway.authorize(**parameters)
        self.browser.get(url)
        return url

    def open_dashboard(self, username="john"):
        self.open("/consents")
        self.log_in(username)

    def element(self, css):
        return self.browser.find_element(By.CSS_SELECTOR, css)

    def elements(self, css):
        return self.browser.find_elements(By.CSS_SELECTOR, css)

    def to_next_page(self, action):
        """Does what leaves the page, and waits until the next one is there, whole."""
        self.browser.execute_script("window.before = true")
        action()
        self.wait_for(lambda: self.browser.execute_script(
            "return !window.before && document.readyState == 'complete'"))

    def press(self, css):
        self.to_next_page(self.element(css).click)

    def wait_for(self, condition):
        WebDriverWait(self.browser, 60, 0.05, [WebDriverException]).until(lambda _: condition())

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
        for _ in range(40):
            self.type(Keys.TAB)
            if self.browser.switch_to.active_element == self.element(css):
                return
        self.fail(f"Tab does not reach {css}")

    def emulate(self, width=1100, scheme="light", height=900):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def answer_status(self):
        return self.browser.execute_script(
            "return performance.getEntriesByType('navigation')[0].responseStatus")

    def cookies(self):
        return {c["name"]: c for c in self.browser.get_cookies()
                if c["name"].startswith("multipass-")}


def main(description):
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(description)
    PageTest.program = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
