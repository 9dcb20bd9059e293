#!/usr/bin/env python3
"""A TPP with requests-oauthlib, from the request for consent to revocation:

    tools/run                                          (in another terminal)
    /usr/bin/python3 tests/clients/requests_oauthlib_test.py

Every step is checked; the first surprise ends it with an error.
"""

import base64
import hashlib
import os
import secrets
import sys

import requests
from oauthlib.oauth2 import AccessDeniedError, InvalidGrantError
from requests_oauthlib import OAuth2Session

sys.dont_write_bytecode = True
from account_holder import approve, deny  # noqa: E402

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # the sandbox is plain http; a bank is not

bank = os.environ.get("MULTIPASS_PUBLIC", "http://127.0.0.1:8080")
server = requests.get(bank + "/.well-known/oauth-authorization-server", timeout=20).json()
SECRET = "sandbox-secret"


def ask() -> tuple[OAuth2Session, str, str]:
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    session = OAuth2Session("username", scope=["account.list", "account.balance"],
                            redirect_uri="http://127.0.0.1:9090/callback")
    url, _ = session.authorization_url(server["authorization_endpoint"],
                                       code_challenge=challenge.decode().rstrip("="),
                                       code_challenge_method="S256")
    return session, url, verifier


def redeem(session: OAuth2Session, returned: str, verifier: str, **how: object) -> dict:
    return session.fetch_token(server["token_endpoint"], authorization_response=returned,
                               client_secret=SECRET, code_verifier=verifier, **how)


def refused(error: type, call, *arguments) -> None:
    try:
        call(*arguments)
    except error:
        return
    raise AssertionError(f"expected {error.__name__}")


# The secret in the body (client_secret_post), and in the header (client_secret_basic).
for how in ({"include_client_id": True}, {}):
    session, url, verifier = ask()
    returned = approve(url)
    token = redeem(session, returned, verifier, **how)
    assert set(token["scope"]) == {"account.list", "account.balance"}, token
    assert token["expires_in"] > 0

    accounts = session.post(bank + "/api/tpp/accounts").json()["accounts"]
    assert [a["id"] for a in accounts] == [47669570047, 82948889462], accounts

    if "refresh_token" in token:  # where tokens are shorter than consents
        before = token["access_token"]
        token = session.refresh_token(server["token_endpoint"], auth=("username", SECRET))
        assert token["access_token"] != before
        assert session.post(bank + "/api/tpp/accounts").status_code == 200

    for _ in range(2):  # revoking what is revoked is success
        ended = requests.post(server["revocation_endpoint"], auth=("username", SECRET),
                              data={"token": token["access_token"]}, timeout=20)
        assert ended.status_code == 200, ended.text
    assert session.post(bank + "/api/tpp/accounts").status_code == 401

# A used code, and an account holder who refuses.
session, url, verifier = ask()
returned = approve(url)
redeem(session, returned, verifier)
refused(InvalidGrantError, redeem, session, returned, verifier)
session, url, verifier = ask()
refused(AccessDeniedError, redeem, session, deny(url), verifier)
print("requests-oauthlib: the whole flow went as it should.")
