#!/usr/bin/env python3
"""A TPP with Authlib, from the request for consent to revocation:

    tools/run                                          (in another terminal)
    /usr/bin/python3 tests/clients/authlib_test.py
"""

import os
import sys

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

sys.dont_write_bytecode = True
from account_holder import approve  # noqa: E402

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the sandbox is plain http; a bank is not

bank = os.environ.get("MULTIPASS_PUBLIC", "http://127.0.0.1:8080")
server = requests.get(bank + "/.well-known/oauth-authorization-server", timeout=20).json()

for method in server["token_endpoint_auth_methods_supported"]:
    session = OAuth2Session("username", "sandbox-secret", scope="account.list account.details",
                            redirect_uri="http://127.0.0.1:9090/callback",
                            code_challenge_method="S256", token_endpoint_auth_method=method,
                            revocation_endpoint_auth_method=method)
    verifier = generate_token(48)
    url, _ = session.create_authorization_url(server["authorization_endpoint"],
                                              code_verifier=verifier)
    token = session.fetch_token(server["token_endpoint"], authorization_response=approve(url),
                                code_verifier=verifier)
    assert token["scope"] == "account.details account.list", token

    account = session.post(bank + "/api/tpp/account", data={"accountId": 47669570047}).json()
    assert account["account"]["iban"] == "GB01TCCL82495709311980", account

    if "refresh_token" in token:  # where tokens are shorter than consents
        before = token["access_token"]
        token = session.refresh_token(server["token_endpoint"])
        assert token["access_token"] != before
        assert session.post(bank + "/api/tpp/accounts").status_code == 200

    ended = session.revoke_token(server["revocation_endpoint"], token["access_token"])
    assert ended.status_code == 200, ended.text
    assert session.post(bank + "/api/tpp/accounts").status_code == 401
print("Authlib: the whole flow went as it should.")
