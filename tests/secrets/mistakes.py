"""What can be done wrong with a secret: every place where somebody might put it by mistake."""

from __future__ import annotations

import base64
import json
import urllib.parse
from typing import Iterator

from bank import FORM, JSON

AUTHORIZE = "/api/tpp/authorize?scope=account.list&redirect_uri=https://tpp.example/back"
PATHS = ["/api/tpp/authorize", "/api/client/token", "/api/client/token/revoke",
         "/api/tpp/accounts", "/api/tpp/account", "/api/tpp/account/balance", "/consent",
         "/consent/login", "/consent/review", "/consent/decision", "/consent/style.css",
         "/consents", "/consents/login", "/consents/1/withdraw", "/nowhere"]
NAMES = ["username", "secret", "accessCode", "accessToken", "refreshToken", "code_verifier",
         "clientId", "x-request-id", "accountId", "csrf", "state", "scope", "redirect_uri"]


def request(method: str, target: str, fields: str = "", body: str = "") -> bytes:
    return (f"{method} {target} HTTP/1.1\r\nHost: bank\r\n{fields}Connection: close\r\n"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}").encode()


STANDARD_PATHS = ["/oauth/par", "/oauth/token", "/oauth/revoke", "/oauth/authorize"]
STANDARD_NAMES = ["client_id", "client_secret", "code", "token", "refresh_token", "code_verifier",
                  "redirect_uri", "request_uri", "state", "scope", "grant_type", "response_type"]


def in_parameters(secret: str) -> Iterator[bytes]:
    quoted = urllib.parse.quote(secret, safe="")
    query = "&".join(f"{name}={quoted}" for name in NAMES)
    for path in PATHS:
        for method in ("POST", "GET", "PUT"):
            yield request(method, f"{path}?{query}")
        yield request("POST", path, FORM, query)
        yield request("POST", path, JSON, json.dumps(dict.fromkeys(NAMES, secret)))
        yield request("POST", path, JSON, json.dumps(dict.fromkeys(NAMES, secret))[:-1])
        yield request("POST", path, JSON, json.dumps({name: [secret] for name in NAMES}))
        yield request("POST", path, JSON, json.dumps(secret))
        yield request("POST", path, "Content-Type: text/plain\r\n", secret)
        yield request("POST", f"{path}?{query}&{query}")                    # everything twice
        yield request("POST", f"{path}?accessCode={quoted}%zz&secret=%")    # bad escapes
        yield request("POST", f"{path}?accessCode={quoted}%00{quoted}")
        yield request("POST", f"{path}/{quoted}")
    yield request("POST", f"{AUTHORIZE}&username=shop&secret={quoted}x")
    yield request("POST", f"{AUTHORIZE}&username={quoted}&secret={quoted}")
    yield request("POST", f"/{quoted}")
    yield request("GET", f"http://bank/{quoted}")
    yield request("GET", f"/consent?clientId=shop__1&x-request-id={quoted}")


def on_the_standards_surface(secret: str) -> Iterator[bytes]:
    quoted = urllib.parse.quote(secret, safe="")
    query = "&".join(f"{name}={quoted}" for name in STANDARD_NAMES)
    basic = base64.b64encode(f"{quoted}:{quoted}".encode()).decode()
    own = base64.b64encode(f"shop:{quoted}x".encode()).decode()
    for path in STANDARD_PATHS:
        yield request("GET", f"{path}?{query}")
        yield request("GET", f"{path}?{query}&{query}")
        yield request("POST", f"{path}?{query}", FORM, query)
        yield request("POST", path, JSON, json.dumps(dict.fromkeys(STANDARD_NAMES, secret)))
        yield request("POST", path, FORM, query)
        yield request("POST", path, FORM, f"{query}&{query}")
        yield request("POST", path, FORM, f"client_secret={quoted}%zz")
        for name in ("redirect_uri", "request_uri", "client_id"):
            yield request("GET", f"{path}?client_id=shop&{name}={quoted}")
        for credentials in (secret, basic, own, f"{basic}!"):
            for grant in ("authorization_code", "refresh_token", quoted):
                yield request("POST", path, f"Authorization: Basic {credentials}\r\n" + FORM,
                              f"grant_type={grant}&code={quoted}&refresh_token={quoted}"
                              f"&redirect_uri={quoted}&code_verifier={quoted}&token={quoted}")


def in_header(secret: str) -> Iterator[bytes]:
    for path in PATHS[3:7]:
        for scheme in ("Bearer", "Basic", "Digest"):
            yield request("POST", path, f"Authorization: {scheme} {secret}x\r\n")
        yield request("POST", path, f"Authorization: {secret}\r\nAuthorization: {secret}\r\n")
    for name in ("Cookie", "Origin", "Referer", "Content-Type", "Expect", "Transfer-Encoding",
                 "Content-Length", "Host", "Connection", "User-Agent", "Forwarded", "X-Token",
                 "X-Forwarded-For", "Client-Cert", "PSU-IP-Address"):
        yield request("POST", PATHS[1], f"{name}: {secret}\r\n", "x")
        yield request("GET", PATHS[6], f"{name}: {secret}\r\n")
    yield request("POST", PATHS[1], f"{secret}\r\n")               # a field without a colon
    yield request("POST", PATHS[1], f"X: a\r\n {secret}\r\n")      # folded
    yield request("POST", PATHS[1], f"X: \x01{secret}\r\n")
    yield f"{secret}\r\n\r\n".encode()
    yield f"POST / HTTP/1.1{secret}\r\nHost: bank\r\n\r\n".encode()
    yield f"{secret} / HTTP/1.1\r\nHost: bank\r\n\r\n".encode()


def too_large(secret: str) -> Iterator[bytes]:
    quoted = urllib.parse.quote(secret, safe="")
    yield request("POST", "/api/client/token?accessCode=" + quoted * (5000 // len(quoted) + 1))
    yield request("POST", PATHS[1], "X: " + secret * (9000 // len(secret) + 1) + "\r\n")
    yield request("POST", PATHS[1], f"X: {secret}\r\n" * 101)
    yield request("POST", PATHS[1], FORM, "accessCode=" + quoted * (70_000 // len(quoted)))
    yield request("POST", PATHS[1], FORM, "&".join(f"p{i}={quoted}" for i in range(40)))
    yield request("POST", PATHS[1], JSON, '{"a":' * 20 + json.dumps(secret))
    chunked = f"POST {PATHS[1]} HTTP/1.1\r\nHost: bank\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield f"{chunked}5;{secret}\r\nabcde\r\nzz{secret}\r\n".encode()
    yield f"{chunked}0\r\nX-Trailer: {secret}\r\n\r\n".encode()


def on_the_private_listener(secret: str) -> Iterator[bytes]:
    quoted = urllib.parse.quote(secret, safe="")
    for path in ("/admin/tpps", "/admin/psus", f"/admin/authorizations/{quoted}", "/metrics"):
        yield request("GET", f"{path}?key={quoted}", f"Authorization: Bearer {secret}x\r\n")
        yield request("POST", path, f"Authorization: Bearer {secret}x\r\n" + JSON,
                      json.dumps({"password": secret}))
    yield request("POST", f"/admin/tpps/{quoted}/block", f"Authorization: Basic {secret}\r\n")


def at_introspection(secret: str, key: str) -> Iterator[bytes]:
    quoted = urllib.parse.quote(secret, safe="")
    fields = f"Authorization: Bearer {key}\r\n"
    for body in (f"token={quoted}", f"token={quoted}&token={quoted}", f"token={quoted}%zz",
                 f"token=x&token_type_hint={quoted}"):
        yield request("POST", "/introspect", fields + FORM, body)
        yield request("POST", f"/introspect?{body}", fields)
    for scheme in ("Bearer", "Basic"):
        yield request("POST", "/introspect", f"Authorization: {scheme} {secret}x\r\n" + FORM,
                      f"token={quoted}")


def with_the_admin_key(secret: str, key: str) -> Iterator[bytes]:
    quoted = urllib.parse.quote(secret, safe="")
    fields = f"Authorization: Bearer {key}\r\n"
    bodies = [{"username": secret + " !", "name": "x", "password": secret},
              {"username": "x", "name": "x", "password": [secret]},
              {"psu": secret}, {"accounts": [secret]}, {"accounts": secret}]
    for path in ("/admin/tpps", "/admin/psus", "/admin/accounts/import",
                 f"/admin/authorizations/{quoted}x/approve", f"/admin/tpps/{quoted}x/block"):
        for body in bodies:
            yield request("POST", path, fields + JSON, json.dumps(body))
            yield request("POST", path, fields + JSON, json.dumps(body)[:-1])
    yield request("GET", f"/admin/consents?tpp={quoted}&psu={quoted}", fields)
    yield request("GET", f"/admin/consents?limit={quoted}&after={quoted}", fields)
