"""The account holder of the sandbox, who opens what a TPP sends the browser to, and decides. As a
bank's own frontend would, it says so on the private listener, where a person uses the page."""

import os
from urllib.parse import parse_qs, urlsplit

import requests

BANK = os.environ.get("MULTIPASS_PRIVATE", "http://127.0.0.1:8081")
KEY = {"Authorization": "Bearer sandbox-admin-key"}


def _decide(url: str, decision: str, choice: dict) -> str:
    opened = requests.get(url, allow_redirects=False, timeout=20)
    assert opened.status_code == 303, opened.text
    handle = parse_qs(urlsplit(opened.headers["Location"]).query)["x-request-id"][0]
    answer = requests.post(f"{BANK}/admin/authorizations/{handle}/{decision}", json=choice,
                           headers=KEY, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()["redirectUri"]


def approve(url: str) -> str:
    """Where the browser returns with a code."""
    return _decide(url, "approve", {"psu": "john"})


def deny(url: str) -> str:
    """Where it returns with an error."""
    return _decide(url, "deny", {})
