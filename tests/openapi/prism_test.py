#!/usr/bin/python3
"""The whole flow and its refusals, each answer compared with the OpenAPI documents by Prism.

    prism_test.py build/release/multipass [unittest arguments]

Prism (tests/package.json) stands as a proxy before both listeners of a sandbox. Every operation is
called at least once with success; what a server answers to bad requests must be documented, too.
"""

import base64
import os
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "framing"))
from listener import listeners  # noqa: E402
from pending import PENDING  # noqa: E402
from prism import Prism  # noqa: E402
from sandbox import Sandbox  # noqa: E402

CALLBACK = "http://127.0.0.1:9090/callback"
REQUEST = {"username": "username", "secret": "sandbox-secret", "scope": "account.list",
           "redirect_uri": CALLBACK}
ADMIN = {"Authorization": "Bearer sandbox-admin-key"}
JOHNS = 47669570047
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def query(url):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def basic(name, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def bearer(token):
    return {"Authorization": "Bearer " + token}


class AsDocumented(unittest.TestCase):
    program = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="multipass-prism-")
        cls.addClassCleanup(folder.cleanup)
        sandbox = Sandbox(cls.program, "--token-ttl", "1h")  # shorter than consents: it refreshes
        cls.addClassCleanup(sandbox.stop)
        of_public, of_private = listeners(sandbox)
        cls.listeners = (of_public, of_private)
        cls.public = Prism(of_public, folder.name)
        cls.addClassCleanup(cls.public.stop)
        cls.private = Prism(of_private, folder.name)
        cls.addClassCleanup(cls.private.stop)
        cls.public.wait_until_ready()
        cls.private.wait_until_ready()
        cls.password = basic("username", "sandbox-secret")

    def demand(self, method, path):
        """Skips what this server does not have yet; everything else must be there."""
        served = any((method, path) in one.operations() and one.serves(method, path)
                     for one in self.listeners)
        if not served and (method, path) in PENDING:
            self.skipTest(f"{method} {path} is pending")

    # The steps of a flow

    def authorize(self, **more):
        got = self.public.call(200, "POST", "/api/tpp/authorize", form={**REQUEST, **more})
        return query(got.json()["redirectUrl"])

    def approve(self, handle, **more):
        got = self.private.call(200, "POST", f"/admin/authorizations/{handle}/approve",
                                body={"psu": "john", **more}, headers=ADMIN)
        return query(got.json()["redirectUri"])

    def token(self, scope="account.list account.details account.balance"):
        asked = self.authorize(scope=scope)
        back = self.approve(asked["x-request-id"])
        got = self.public.call(200, "POST", "/api/client/token", form={
            "accessCode": back["accessCode"], "clientId": back["clientId"]})
        return got.json()["accessToken"], back

    # The documented endpoints

    def test_asking_for_consent(self):
        as_query = urllib.parse.urlencode(REQUEST)
        self.public.call(200, "POST", "/api/tpp/authorize?" + as_query)
        self.public.call(200, "POST", "/api/tpp/authorize", body=REQUEST)
        for wrong, status in (({"scope": "account.all"}, 400), ({"secret": "wrong"}, 401),
                              ({"redirect_uri": "https://elsewhere.example/"}, 400)):
            self.public.call(status, "POST", "/api/tpp/authorize", form={**REQUEST, **wrong},
                             wrong=True)
        self.public.call(400, "POST", "/api/tpp/authorize", wrong=True)
        self.public.call(415, "POST", "/api/tpp/authorize", body="<a/>", wrong=True,
                         headers={"Content-Type": "text/xml"})
        self.public.call(413, "POST", "/api/tpp/authorize", body="a" * 100_000, wrong=True,
                         headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.public.call(431, "POST", "/api/tpp/authorize", headers={"X-Long": "a" * 9000},
                         wrong=True)
        self.public.call(414, "POST", "/api/tpp/authorize?state=" + "a" * 5000, wrong=True)

    def test_from_a_code_to_a_token_and_its_end(self):
        token, back = self.token()
        used = {"accessCode": back["accessCode"], "clientId": back["clientId"]}
        self.public.call(404, "POST", "/api/client/token", form=used)
        self.public.call(401, "POST", "/api/tpp/accounts", headers=bearer(token))  # replayed
        self.public.call(400, "POST", "/api/client/token", form={"clientId": "username__1"})
        token, _ = self.token()
        for status in (200, 400):
            self.public.call(status, "POST", "/api/client/token/revoke",
                             form={"accessToken": token})
        self.public.call(400, "POST", "/api/client/token/revoke", wrong=True)

    def test_refreshing(self):
        asked = self.authorize()
        back = self.approve(asked["x-request-id"])
        client = {"clientId": back["clientId"]}
        got = self.public.call(200, "POST", "/api/client/token",
                               form={**client, "accessCode": back["accessCode"]})
        if "refreshToken" not in got.json():
            self.skipTest("refresh tokens are pending")
        form = {**client, "refreshToken": got.json()["refreshToken"], "secret": "sandbox-secret"}
        got = self.public.call(200, "POST", "/api/client/token", form=form)
        self.assertIn("refreshToken", got.json())
        self.public.call(401, "POST", "/api/client/token", form={**form, "secret": "no"})
        self.public.call(404, "POST", "/api/client/token",
                         form={**form, "refreshToken": "A" * 46})

    def test_reading_accounts(self):
        token, _ = self.token()
        self.public.call(200, "POST", "/api/tpp/accounts", headers=bearer(token))
        for path in ("/api/tpp/account", "/api/tpp/account/balance"):
            one = f"{path}?accountId={JOHNS}"
            self.public.call(200, "POST", one, headers=bearer(token))
            self.public.call(200, "POST", path, form={"accountId": JOHNS}, headers=bearer(token))
            self.public.call(404, "POST", path + "?accountId=1", headers=bearer(token))
            self.public.call(400, "POST", path + "?accountId=a", headers=bearer(token), wrong=True)
            self.public.call(400, "POST", path, headers=bearer(token), wrong=True)
            self.public.call(401, "POST", one, headers=bearer("A" * 25))
            self.public.call(401, "POST", one, wrong=True)
        narrow, _ = self.token(scope="account.list")
        self.public.call(403, "POST", f"/api/tpp/account?accountId={JOHNS}",
                         headers=bearer(narrow))

    def test_pages_and_machines(self):
        asked = urllib.parse.urlencode(self.authorize())
        self.public.call(200, "GET", "/consent?" + asked)
        self.public.call(404, "GET", "/consent?clientId=username__1&x-request-id=" + "A" * 20)
        for one in (self.public, self.private):
            one.call(200, "GET", "/healthz")
        self.public.call(200, "GET", "/openapi.json")
        self.private.call(200, "GET", "/admin/openapi.json", headers=ADMIN)
        self.private.call(200, "GET", "/readyz")
        self.private.call(200, "GET", "/metrics")

    # The same in the words of OAuth

    def pushed(self):
        got = self.public.call(201, "POST", "/oauth/par", headers=self.password, form={
            "response_type": "code", "client_id": "username", "redirect_uri": CALLBACK,
            "scope": "account.list", "state": "s1", "code_challenge": CHALLENGE,
            "code_challenge_method": "S256"})
        return got.json()["request_uri"]

    def authorized(self):
        to = urllib.parse.urlencode({"client_id": "username", "request_uri": self.pushed()})
        page = self.public.call(303, "GET", "/oauth/authorize?" + to).headers["Location"]
        return self.approve(query(page)["x-request-id"])

    def granted(self):
        got = self.public.call(200, "POST", "/oauth/token", headers=self.password, form={
            "grant_type": "authorization_code", "code": self.authorized()["code"],
            "redirect_uri": CALLBACK, "code_verifier": VERIFIER})
        return got.json()

    def test_metadata(self):
        self.demand("GET", "/.well-known/oauth-authorization-server")
        self.public.call(200, "GET", "/.well-known/oauth-authorization-server")

    def test_pushed_requests(self):
        self.demand("POST", "/oauth/par")
        self.pushed()
        form = {"response_type": "code", "redirect_uri": CALLBACK, "scope": "account.list"}
        self.public.call(401, "POST", "/oauth/par", headers=basic("username", "no"), form=form)
        self.public.call(400, "POST", "/oauth/par", headers=self.password, wrong=True,
                         form={**form, "scope": "account.all"})
        self.public.call(415, "POST", "/oauth/par", headers=self.password, body=form, wrong=True)

    def test_authorization_endpoint(self):
        self.demand("GET", "/oauth/authorize")
        self.authorized()
        to = {"response_type": "code", "client_id": "username", "redirect_uri": CALLBACK,
              "scope": "account.list", "code_challenge": CHALLENGE,
              "code_challenge_method": "S256"}
        self.public.call(303, "GET", "/oauth/authorize?" + urllib.parse.urlencode(to))
        to["redirect_uri"] = "https://elsewhere.example/"
        self.public.call(400, "GET", "/oauth/authorize?" + urllib.parse.urlencode(to))

    def test_token_endpoint(self):
        self.demand("POST", "/oauth/token")
        self.public.call(200, "POST", "/api/tpp/accounts",
                         headers=bearer(self.granted()["access_token"]))
        refresh = self.granted()["refresh_token"]
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        self.public.call(200, "POST", "/oauth/token", headers=self.password, form=form)
        form = {"grant_type": "authorization_code", "code": "A" * 20, "redirect_uri": CALLBACK}
        self.public.call(400, "POST", "/oauth/token", headers=self.password, form=form)
        self.public.call(401, "POST", "/oauth/token", headers=basic("nobody", "no"), form=form)
        self.public.call(401, "POST", "/oauth/token", form=form)
        self.public.call(400, "POST", "/oauth/token", headers=self.password, wrong=True,
                         form={"grant_type": "password"})

    def test_revocation_endpoint(self):
        self.demand("POST", "/oauth/revoke")
        token = self.granted()["access_token"]
        for _ in range(2):
            self.public.call(200, "POST", "/oauth/revoke", headers=self.password,
                             form={"token": token})
        self.public.call(401, "POST", "/oauth/revoke", form={"token": token})
        self.public.call(400, "POST", "/oauth/revoke", headers=self.password, form={}, wrong=True)

    def test_what_became_of_a_consent(self):
        self.demand("GET", "/tpp/consents/{clientId}")
        token, back = self.token()
        path = "/tpp/consents/" + back["clientId"]
        self.public.call(200, "GET", path, headers=self.password)
        self.public.call(200, "POST", "/api/client/token/revoke", form={"accessToken": token})
        got = self.public.call(200, "GET", path, headers=self.password)
        self.assertEqual(got.json()["status"], "revoked")
        pending = self.authorize()["clientId"]
        self.public.call(200, "GET", "/tpp/consents/" + pending, headers=self.password)
        self.public.call(404, "GET", "/tpp/consents/username__999999", headers=self.password)
        self.public.call(401, "GET", path, wrong=True)

    def test_events(self):
        self.demand("GET", "/tpp/events")
        token, _ = self.token()
        self.public.call(200, "POST", "/api/client/token/revoke", form={"accessToken": token})
        got = self.public.call(200, "GET", "/tpp/events?after=0&limit=1000", headers=self.password)
        self.assertTrue(got.json()["events"])
        self.public.call(400, "GET", "/tpp/events?limit=0", headers=self.password, wrong=True)
        self.public.call(401, "GET", "/tpp/events", wrong=True)

    def test_introspection(self):
        self.demand("POST", "/introspect")
        token, _ = self.token()
        key = bearer("sandbox-introspection-key")
        for text in (token, "A" * 25):
            self.private.call(200, "POST", "/introspect", headers=key, form={"token": text})
        self.private.call(401, "POST", "/introspect", headers=ADMIN, form={"token": token})
        self.private.call(400, "POST", "/introspect", headers=key, form={}, wrong=True)

    def test_the_consents_page(self):
        self.demand("GET", "/consents")
        self.public.call(200, "GET", "/consents")

    # The bank's side

    def test_tpps(self):
        tpp = {"username": "shop", "name": "Shop Ltd", "scopes": ["account.list"],
               "redirect_uris": ["https://shop.example/back"]}
        self.private.call(201, "POST", "/admin/tpps", body=tpp, headers=ADMIN)
        self.private.call(409, "POST", "/admin/tpps", body=tpp, headers=ADMIN)
        self.private.call(400, "POST", "/admin/tpps", body={**tpp, "colour": "red"},
                          headers=ADMIN, wrong=True)
        self.private.call(415, "POST", "/admin/tpps", body="a", wrong=True,
                          headers={**ADMIN, "Content-Type": "text/plain"})
        self.private.call(200, "GET", "/admin/tpps", headers=ADMIN)
        self.private.call(401, "GET", "/admin/tpps", wrong=True)
        self.private.call(401, "GET", "/admin/tpps", headers=bearer("no"))
        for act in ("block", "unblock", "rotate-secret"):
            self.private.call(200, "POST", f"/admin/tpps/shop/{act}", headers=ADMIN)
            self.private.call(404, "POST", f"/admin/tpps/nobody/{act}", headers=ADMIN)
        self.private.call(200, "POST", "/admin/tpps/shop/organization", headers=ADMIN,
                          body={"organization": "PSDGB-FCA-123456"})

    def test_psus_and_accounts(self):
        psu = {"username": "anna", "name": "Anna Bell", "password": "correct horse battery"}
        self.private.call(201, "POST", "/admin/psus", body=psu, headers=ADMIN)
        self.private.call(409, "POST", "/admin/psus", body=psu, headers=ADMIN)
        self.private.call(200, "GET", "/admin/psus", headers=ADMIN)
        account = {"id": 5, "psu": "anna", "name": "Anna Bell", "iban": "GB01", "currency": "EUR",
                   "balances": [{"currency": "EUR", "available": "30.40"}]}
        for status, psu in ((200, "anna"), (400, "nobody")):
            self.private.call(status, "POST", "/admin/accounts/import", headers=ADMIN,
                              body={"accounts": [{**account, "psu": psu}]})

    def test_consents_and_decisions(self):
        _, back = self.token()
        got = self.private.call(200, "GET", "/admin/consents?tpp=username&psu=john&limit=1000",
                                headers=ADMIN)
        ours = next(c["id"] for c in got.json()["consents"] if c["clientId"] == back["clientId"])
        for status in (200, 409):
            self.private.call(status, "POST", f"/admin/consents/{ours}/revoke", headers=ADMIN)
        self.private.call(404, "POST", "/admin/consents/999999/revoke", headers=ADMIN)
        self.private.call(200, "GET", "/admin/consents", headers=ADMIN)
        self.private.call(400, "GET", "/admin/consents?limit=0", headers=ADMIN, wrong=True)
        path = "/admin/authorizations/" + self.authorize()["x-request-id"]
        self.private.call(200, "GET", path, headers=ADMIN)
        self.private.call(200, "POST", path + "/deny", headers=ADMIN)
        self.private.call(409, "GET", path, headers=ADMIN)
        self.private.call(409, "POST", path + "/approve", body={"psu": "john"}, headers=ADMIN)
        self.private.call(404, "POST", "/admin/authorizations/AAAA/deny", headers=ADMIN)
        self.private.call(200, "GET", "/admin/audit?limit=2", headers=ADMIN)
        self.private.call(200, "GET", "/admin/audit?limit=1000", headers=ADMIN)

    def test_webhooks(self):
        self.demand("POST", "/admin/tpps/{username}/webhook")
        self.token()
        got = self.private.call(200, "GET", "/admin/events?tpp=username", headers=ADMIN)
        number = got.json()["events"][0]["number"]  # kept for polling: there is no webhook yet
        replay = "/admin/tpps/username/events/{}/replay"
        self.private.call(409, "POST", replay.format(number), headers=ADMIN)
        hook = "/admin/tpps/username/webhook"
        for status in (201, 200):
            self.private.call(status, "POST", hook, headers=ADMIN,
                              body={"url": "http://127.0.0.1:9/events"})
        self.private.call(400, "POST", hook, headers=ADMIN, body={"url": "ftp://x"}, wrong=True)
        self.private.call(200, "GET", "/admin/tpps", headers=ADMIN)
        self.private.call(200, "POST", replay.format(number), headers=ADMIN)
        self.private.call(404, "POST", replay.format(999999), headers=ADMIN)
        self.private.call(200, "POST", "/admin/tpps/username/events/replay", headers=ADMIN)
        self.private.call(200, "GET", "/admin/events?state=pending&limit=1000", headers=ADMIN)
        self.private.call(400, "GET", "/admin/events?state=lost", headers=ADMIN, wrong=True)
        self.private.call(200, "POST", hook + "/remove", headers=ADMIN)

    def test_enrolment(self):
        self.demand("POST", "/admin/psus/{username}/enrolment")
        self.private.call(201, "POST", "/admin/psus/jane/enrolment", headers=ADMIN)
        self.private.call(404, "POST", "/admin/psus/nobody/enrolment", headers=ADMIN)

    def test_zz_nothing_was_left_out(self):
        for one, proxy in zip(self.listeners, (self.public, self.private)):
            called = {(method, path) for method, path, status in proxy.seen if status < 400}
            self.assertEqual(one.operations() - called - PENDING, set())


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    AsDocumented.program = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
