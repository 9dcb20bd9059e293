#!/usr/bin/python3
"""Every page for everybody: axe-core, keyboard, phones of 320 px, light and dark.

    accessibility_test.py build/release/multipass [unittest arguments]

axe-core comes from tests/node_modules (tools/install-node-packages).
"""

import pathlib

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import harness
from harness import JANES, JOHNS

AXE = pathlib.Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"

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

# The violations, each with where it is.
RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(
    r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | '))),
    e => done(['axe failed: ' + e]));
"""


class Accessibility(harness.PageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The pages' own policy lets no script of axe-core's in.
        cls.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        cls.axe = AXE.read_text()

    def check(self, name):
        """The page as it stands: axe-core, contrast and width, on a phone and a desk."""
        self.browser.execute_script(self.axe)
        for scheme in ("light", "dark"):
            for width in (320, 1100):
                self.emulate(width, scheme)
                with self.subTest(page=name, width=width, scheme=scheme):
                    self.assertLessEqual(self.browser.execute_script(
                        "return document.documentElement.scrollWidth"), width)
                    self.assertEqual(self.browser.execute_script(LOW_CONTRAST), [])
            with self.subTest(page=name, scheme=scheme):
                self.assertEqual(self.browser.execute_async_script(RUN_AXE), [])
        self.emulate()

    def test_pages_of_a_request(self):
        login = self.open_login()
        self.check("log-in")
        self.log_in(password="wrong")
        self.check("log-in failed")
        self.browser.get(login.replace("/consent?", "/consent/review?"))
        self.check("not logged in")
        self.browser.get(login)
        self.log_in()
        self.check("review")
        for box in self.elements("input[type=checkbox]"):
            box.click()
        self.press("button[value=approve]")
        self.check("nothing ticked")
        self.press("button[value=deny]")
        self.browser.get(login)
        self.check("decided")
        self.open("/consent?clientId=a__1&x-request-id=" + "A" * 20)
        self.check("unknown")
        late = self.open_login()
        self.gateway.change("UPDATE authorization SET expires_at = 1 WHERE decided = 0")
        self.browser.get(late)
        self.check("expired")

    def test_pages_of_the_dashboard(self):
        self.open("/consents")
        self.check("dashboard log-in")
        self.log_in(username="jane")
        self.check("no consents")
        self.gateway.grant("jane")
        self.gateway.grant("jane", "account.list")
        for i in range(3):
            self.gateway.grant("jane", "account.balance")
        ended = ("UPDATE consent SET ended_at = granted_at, reason = ? "
                 "WHERE id = (SELECT max(id) - ? FROM consent)")
        self.gateway.change(ended, 1, 0)
        self.gateway.change(ended, 3, 1)
        self.gateway.change("UPDATE consent SET granted_at = granted_at - 9, expires_at = granted_at - 5 "
                            "WHERE id = (SELECT max(id) - 2 FROM consent)")
        self.browser.refresh()
        self.check("consents")
        self.press("a[href$='/withdraw']")
        self.check("withdraw?")
        self.press("button.primary")
        self.check("withdrawn")
        self.open("/consents/999999/withdraw")
        self.check("consent unknown")
        self.open("/consents")
        self.press("form[action='/consents/logout'] button")
        self.check("logged out")

    def test_a_locked_log_in(self):
        self.open("/consents")
        for _ in range(6):
            self.log_in(username="nobody", password="wrong")
        self.assertEqual(self.answer_status(), 429)
        self.check("locked out")

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

    def test_fields_have_names_for_screen_readers(self):
        self.open_login()
        names = [self.element("#" + i).accessible_name for i in ("username", "password", "code")]
        self.assertEqual(names, ["User name", "Password", "Security code"])
        self.log_in()
        for box in self.browser.find_elements(By.CSS_SELECTOR, "input[type=checkbox]"):
            self.assertTrue(box.accessible_name)

    def test_the_dashboard_by_keyboard_alone(self):
        token = self.gateway.grant()
        self.open("/consents")
        self.tab_to("#username")
        self.to_next_page(lambda: self.type(
            "john", Keys.TAB, "sandbox-password", Keys.TAB, "000000", Keys.ENTER))
        self.tab_to("a[href$='/withdraw']")
        self.to_next_page(lambda: self.type(Keys.ENTER))
        self.tab_to("button.primary")
        self.to_next_page(lambda: self.type(Keys.ENTER))
        self.assertEqual(self.focused(), "done")
        self.assertEqual(self.element("#done").get_attribute("role"), "status")
        self.assertEqual(self.gateway.call("/api/tpp/accounts", token=token)[0], 401)


if __name__ == "__main__":
    harness.main(__doc__)
