#!/usr/bin/python3
"""Our pages against those who mean harm: markup in every displayed field, planted cookies and
handles, forms and frames of strangers.

    hostile_test.py build/release/multipass [unittest arguments]
"""

import urllib.parse

from selenium.webdriver.common.by import By

import harness

# Would show in the title, in an alert, or as an element of this class.
ATTACK = "\"'><script>document.title='hacked'</script><img class=hacked src=x onerror=alert(1)>"
SHORT = "\"'><b class=hacked>{0}&lt;"


class Hostile(harness.PageTest):
    options = ("--bank-name", ATTACK)
    tpp_name = ATTACK

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway.admin("/admin/psus", {"username": "eve", "name": ATTACK,
                                          "password": "sandbox-password"})
        cls.gateway.admin("/admin/accounts/import", {"accounts": [
            {"id": 555, "psu": "eve", "name": ATTACK, "iban": SHORT, "currency": "EUR",
             "additional_data": [ATTACK], "balances": [{"currency": "EUR", "available": "1.00"}]}]})

    def check(self, *texts):
        """Nothing of what was sent came to life; `texts` are displayed as they are."""
        self.assertNotIn("<script", self.browser.page_source)
        self.assertEqual(self.elements(".hacked"), [])
        self.assertNotEqual(self.browser.title, "hacked")
        for text in texts:
            self.assertIn(text, self.element("body").text)

    def test_markup_in_every_displayed_field_stays_text(self):
        self.browser.get_log("browser")
        login = self.open_login(state=ATTACK)
        self.check(ATTACK)
        self.log_in(username="nobody" + ATTACK[:40])
        self.check()
        self.assertEqual(self.element("#username").get_attribute("value"), "nobody" + ATTACK[:40])
        self.log_in(username="eve")
        self.check("Logged in as " + ATTACK, SHORT)
        self.press("button[value=approve]")
        self.assertEqual(self.returned()["state"], ATTACK)
        self.browser.get(login)
        self.check()
        self.open_dashboard("eve")
        self.check("Logged in as " + ATTACK, SHORT, ATTACK)
        self.assertIn(ATTACK, self.element("a[href$='/withdraw']").get_attribute("aria-label"))
        self.press("a[href$='/withdraw']")
        self.check("Logged in as " + ATTACK, SHORT, ATTACK)
        self.press("button.primary")
        self.check(ATTACK + " can no longer see")
        self.assertEqual([line["message"] for line in self.browser.get_log("browser")
                          if "Content Security Policy" in line["message"]], [])

    def test_markup_in_the_address_stays_text(self):
        attack = urllib.parse.quote(ATTACK, safe="")
        for path in (f"/consent?clientId={attack}&x-request-id={attack}",
                     f"/consent/review?clientId={attack}", f"/consents?withdrawn={attack}",
                     f"/consents?page={attack}&{attack}=1", f"/consents/{attack}/withdraw",
                     f"/consents/1{attack}/withdraw"):
            self.open(path)
            self.check()
        self.open_dashboard()
        for path in (f"/consents?withdrawn={attack}", f"/consents?page={attack}",
                     f"/consents/{attack}/withdraw"):
            self.open(path)
            self.check()

    def test_no_script_runs_on_the_pages(self):
        self.open_login()
        self.no_script_runs()
        self.log_in()
        self.no_script_runs()
        self.open_dashboard()
        self.no_script_runs()

    def no_script_runs(self):
        self.assertIsNone(self.browser.execute_script(
            "const s = document.createElement('script'); s.textContent = 'window.hacked = true';"
            "document.body.append(s); return window.hacked;"))

    def test_cookies_are_out_of_reach(self):
        self.open_login()
        self.log_in()
        self.open_dashboard()
        dashboard = self.cookies()
        self.browser.get(self.gateway.url + "/consent/style.css")
        request = self.cookies()
        self.assertEqual((len(dashboard), len(request)), (2, 2))
        self.assertFalse(set(dashboard) & set(request))
        for path, cookies in (("/consents", dashboard), ("/consent", request)):
            for cookie in cookies.values():
                self.assertTrue(cookie["httpOnly"])
                self.assertEqual((cookie["sameSite"], cookie["path"]), ("Lax", path))
        self.assertEqual(self.browser.execute_script("return document.cookie"), "")

    def test_a_planted_session_is_not_continued(self):
        """Session fixation: what an attacker planted beforehand is worth nothing afterwards."""
        self.open("/consents")
        planted = self.cookies()
        self.log_in()
        after = self.cookies()
        session = set(after) - set(planted)
        self.assertEqual(len(session), 1)
        name, = session
        # An attacker's own session, planted in the victim's browser, shows whose it is, and the
        # victim's log-in replaces it.
        self.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.open("/consents")
        self.browser.add_cookie({"name": name, "value": after[name]["value"], "path": "/consents"})
        self.open("/consents")
        self.assertIn("Logged in as John Doe", self.text())
        self.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.open("/consents")
        self.browser.add_cookie({"name": name, "value": "planted", "path": "/consents"})
        self.log_in("jane")
        self.assertIn("Logged in as Jane Doe", self.text())
        self.assertNotIn(self.cookies()[name]["value"], ("planted", after[name]["value"]))

    def test_a_planted_handle_is_no_log_in(self):
        """The attacker's own link, opened by a victim who is logged in to another request."""
        self.open_login()
        self.log_in()
        attackers = self.gateway.authorize()
        self.browser.get(attackers.replace("/consent?", "/consent/review?"))
        self.assertEqual(self.answer_status(), 401)
        # Nor does the log-in cookie of one request open another, or the dashboard, by its value.
        mine = next(c for n, c in self.cookies().items() if "login" in n)
        self.open("/consents")
        form = next(n for n in self.cookies())
        self.browser.add_cookie({"name": form.replace("form", "login"), "value": mine["value"],
                                 "path": "/consents"})
        self.open("/consents")
        self.assertTrue(self.elements("#password"))

    def test_a_strangers_form_withdraws_nothing(self):
        token = self.gateway.grant()
        consent = max(c["id"] for c in self.gateway.consents())
        self.open_dashboard()
        self.callback.pages["/evil"] = (
            f"<!DOCTYPE html><title>Evil</title><form method=post action='{self.gateway.url}"
            f"/consents/{consent}/withdraw'><input name=csrf value=x><button>Win</button></form>")
        self.browser.get(self.callback.origin + "/evil")
        self.press("button")
        self.assertEqual(self.answer_status(), 403)
        self.assertIn("This form could not be accepted", self.text())
        self.assertEqual(self.gateway.call("/api/tpp/accounts", token=token)[0], 200)

    def test_no_page_shows_in_a_frame(self):
        self.open_dashboard()
        for path in ("/consents", "/consent?clientId=a&x-request-id=b"):
            self.callback.pages["/frame"] = (
                f"<!DOCTYPE html><title>Evil</title><iframe src='{self.gateway.url}{path}'></iframe>")
            self.browser.get(self.callback.origin + "/frame")
            self.browser.switch_to.frame(self.browser.find_element(By.TAG_NAME, "iframe"))
            self.assertEqual(self.elements("main"), [])
            self.browser.switch_to.default_content()


if __name__ == "__main__":
    harness.main(__doc__)
