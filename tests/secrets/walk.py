"""The flow of one consent as it should go, with every secret in it noted; then every mistake that can
be made with each of them."""

from __future__ import annotations

import base64
import hashlib
import urllib.parse

import mistakes
from bank import FORM, Answer, Bank, this_step, totp

PASSWORD = "Correct-Horse/battery+9"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
STATE = "af0ifjsldkjState97"
SCOPES = "account.list account.details account.balance"
SHOWN_IDS = ("handle", "code", "token")  # of the lengths that are not logged as an X-Request-ID
CSV_ROW = {"id": 47669570047, "psu": "anna", "name": "Anna", "iban": "GB01", "currency": "EUR",
           "balances": [{"currency": "EUR", "available": "30.40"}]}


class Walk:
    """The flow as it should go; `secrets` is what it came by."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.secrets: dict[str, bytes] = {
            "admin key": bank.admin_key.encode(),
            "introspection key": bank.introspection_key.encode(), "password": PASSWORD.encode(),
            "verifier": VERIFIER.encode(), "state": STATE.encode(),
            "server key": (bank.folder / "bank.db.key").read_bytes()}
        self.provision()
        self.flow()
        self.standard_flow()

    def learn(self, answer: Answer, **named: str) -> None:
        """Notes what `answer` delivers, and that it may."""
        for name, value in named.items():
            assert value, answer.whole
            self.secrets[name.replace("_", " ")] = value.encode()
            answer.allowed.add(name.replace("_", " "))

    def provision(self) -> None:
        b = self.bank
        tpp = {"username": "shop", "name": "Shop", "scopes": SCOPES, "requires_secret": True,
               "redirect_uris": ["https://tpp.example/back"]}
        added = b.admin("POST", "/admin/tpps", tpp)
        self.learn(added, old_secret=added.json()["secret"])
        rotated = b.admin("POST", "/admin/tpps/shop/rotate-secret", {})
        self.secret = rotated.json()["secret"]
        self.learn(rotated, secret=self.secret)
        psu = b.admin("POST", "/admin/psus",
                      {"username": "anna", "name": "Anna", "password": PASSWORD})
        self.totp = urllib.parse.parse_qs(psu.json()["totp_uri"].partition("?")[2])["secret"][0]
        self.learn(psu, second_factor=self.totp)
        self.secrets["second factor, raw"] = base64.b32decode(self.totp)
        imported = b.admin("POST", "/admin/accounts/import", {"accounts": [CSV_ROW]})
        assert imported.status == 200, imported.whole

    def flow(self) -> None:
        b = self.bank
        challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
        asked = b.ask("POST", "/api/tpp/authorize?" + urllib.parse.urlencode({
            "username": "shop", "secret": self.secret, "scope": SCOPES, "state": STATE,
            "redirect_uri": "https://tpp.example/back", "code_challenge_method": "S256",
            "code_challenge": challenge.decode().rstrip("=")}))
        query = urllib.parse.parse_qs(asked.json()["redirectUrl"].partition("?")[2])
        client, handle = query["clientId"][0], query["x-request-id"][0]
        self.learn(asked, handle=handle)
        self.who = {"clientId": client, "x-request-id": handle}
        location = self.decide()
        back = urllib.parse.parse_qs(location.partition("?")[2])
        code = back["accessCode"][0]
        self.learn(b.answers[-1], code=code)
        b.answers[-1].allowed.add("state")
        target = "/api/client/token?" + urllib.parse.urlencode(
            {"accessCode": code, "clientId": client, "secret": self.secret,
             "code_verifier": VERIFIER})
        issued = b.ask("POST", target)
        token = issued.json()["accessToken"]
        self.learn(issued, token=token, refresh_token=issued.json()["refreshToken"])
        bearer = f"Authorization: Bearer {token}\r\n"
        for path in ("accounts", "account?accountId=47669570047",
                     "account/balance?accountId=47669570047"):
            assert b.ask("POST", f"/api/tpp/{path}", bearer).status == 200, path
        assert b.ask("POST", target).status == 404  # replayed: ends the consent
        assert b.ask("POST", "/api/tpp/accounts", bearer).status == 401
        assert b.ask("POST", f"/api/client/token/revoke?accessToken={token}").status == 400

    def standard_flow(self) -> None:
        """The same in the words of the standards, as the bank's own frontend decides."""
        b = self.bank
        basic = base64.b64encode(f"shop:{self.secret}".encode()).decode()
        self.secrets["Basic credentials"] = basic.encode()
        verifier = VERIFIER[::-1]
        self.secrets["other verifier"] = verifier.encode()

        def call(path: str, **fields: str) -> Answer:
            return b.ask("POST", path, f"Authorization: Basic {basic}\r\n{FORM}",
                         urllib.parse.urlencode(fields))

        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        pushed = call("/oauth/par", response_type="code", scope=SCOPES, state=STATE,
                      redirect_uri="https://tpp.example/back", code_challenge_method="S256",
                      code_challenge=challenge.decode().rstrip("="))
        uri = pushed.json()["request_uri"]
        handle = uri.rpartition(":")[2]
        self.learn(pushed, pushed_handle=handle)
        opened = b.ask("GET", "/oauth/authorize?" + urllib.parse.urlencode(
            {"client_id": "shop", "request_uri": uri}))
        assert opened.status == 303, opened.whole
        opened.allowed.add("pushed handle")
        decided = b.admin("POST", f"/admin/authorizations/{handle}/approve", {"psu": "anna"})
        back = urllib.parse.parse_qs(decided.json()["redirectUri"].partition("?")[2])
        code = back["code"][0]
        self.learn(decided, standard_code=code)
        decided.allowed.add("state")
        fields = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier,
                  "redirect_uri": "https://tpp.example/back"}
        issued = call("/oauth/token", **fields)
        token = issued.json()["access_token"]
        refresh_token = issued.json()["refresh_token"]
        self.learn(issued, standard_token=token, standard_refresh_token=refresh_token)
        refreshed = call("/oauth/token", grant_type="refresh_token", refresh_token=refresh_token)
        self.learn(refreshed, next_token=refreshed.json()["access_token"],
                   next_refresh_token=refreshed.json()["refresh_token"])
        assert call("/oauth/token", **fields).status == 400  # replayed: ends the consent
        assert call("/oauth/revoke", token=token).status == 200

    def decide(self) -> str:
        b = self.bank
        page = b.ask("GET", "/consent?" + urllib.parse.urlencode(self.who))
        cookie = page.field("Set-Cookie").partition(";")[0]
        csrf = page.hidden("csrf")
        self.learn(page, form_cookie=cookie.partition("=")[2], form_token=csrf)
        step = this_step()
        code = totp(self.totp, step)
        self.secrets["one-time code"] = code.encode()
        page.allowed.add("handle")
        wrong = [("anna", PASSWORD + "x", code), ("anna", PASSWORD, "000000"),
                 (PASSWORD, PASSWORD, code), ("nobody", PASSWORD, code)]
        for username, password, factor in wrong:
            again = b.form("/consent/login", cookie, **self.who, csrf=csrf, username=username,
                           password=password, code=factor)
            again.allowed |= {"handle", "form token", "form cookie"}
            if username == PASSWORD:
                again.allowed.add("password")  # the field keeps what was typed into it
            assert again.status == 401, again.whole
        login = b.form("/consent/login", cookie, **self.who, csrf=csrf, username="anna",
                       password=PASSWORD, code=code)
        assert login.status == 303, login.whole
        cookie = login.field("Set-Cookie").partition(";")[0]
        self.learn(login, session_cookie=cookie.partition("=")[2])
        login.allowed.add("handle")
        review = b.ask("GET", login.field("Location"), f"Cookie: {cookie}\r\n")
        self.learn(review, session_token=review.hidden("csrf"))
        review.allowed.add("handle")
        forged = b.form("/consent/decision", cookie, **self.who, csrf=csrf, decision="approve")
        assert forged.status == 403, forged.whole
        done = b.form("/consent/decision", cookie, **self.who, csrf=review.hidden("csrf"),
                      account=47669570047, scope=SCOPES.split(), decision="approve")
        assert done.status == 303, done.whole
        return done.field("Location")

    def err(self) -> None:
        """Each secret in every wrong place. The flow is over: none of them opens anything here."""
        b = self.bank
        for name, secret in self.secrets.items():
            raw = name in ("server key", "second factor, raw")
            text = base64.b64encode(secret).decode() if raw else secret.decode()
            for make in (mistakes.in_parameters, mistakes.in_header, mistakes.too_large,
                         mistakes.on_the_standards_surface):
                for sent in make(text):
                    b.send(sent)
            for sent in mistakes.on_the_private_listener(text):
                b.send(sent, private=True)
            for sent in mistakes.at_introspection(text, b.introspection_key):
                b.send(sent, private=True)
            for sent in mistakes.with_the_admin_key(text, b.admin_key):
                b.send(sent, private=True)
            if name in SHOWN_IDS:
                # Of refusals few are logged, of what succeeds, at this level, all.
                assert b.ask("GET", "/healthz", f"X-Request-ID: {text}\r\n").status == 200
        for path in ("/admin/tpps", "/admin/psus", "/admin/consents"):
            assert b.admin("GET", path).status == 200
        for path in ("/metrics", "/readyz", "/healthz"):
            assert b.ask("GET", path, private=True).status == 200
