#!/usr/bin/env python3
"""How long refusals take that must not be told apart: an unknown user name beside a wrong secret,
and so on. Each row's cases are sent in random order over one connection; the page gives each
median, and its ratio to the first case's with a 95 % confidence interval (bootstrap).

    bench/timing/timing.py build/release/multipass [--samples N] [--seed N]

Starts a sandbox of its own. Leave the machine alone meanwhile.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from statistics import median
from typing import Iterator

FLAGS = ["--sandbox", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--threads", "1",
         "--log-level", "error", "--address-rate", "0", "--tpp-rate", "0", "--code-ttl", "1s",
         "--login-attempts", "100", "--token-cache-entries", "4096"]
CALLBACK = "http://127.0.0.1:9090/callback"
LOGINS = 30  # of each kind: scrypt makes them slow, and 100 failures lock an address out
RESAMPLES = 2000


class Peer:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method: str, target: str, fields: str = "", body: str = "") -> bytes:
        self.socket.sendall((f"{method} {target} HTTP/1.1\r\nHost: a\r\n{fields}"
                             f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
        answer = self.socket.recv(65536)
        while True:
            head, end, rest = answer.partition(b"\r\n\r\n")
            size = re.search(rb"Content-Length: (\d+)", head) if end else None
            if size and len(rest) >= int(size[1]):
                return answer
            answer += self.socket.recv(65536)

    def json(self, method: str, target: str, fields: str = "", body: str = "") -> dict:
        return json.loads(self.ask(method, target, fields, body).partition(b"\r\n\r\n")[2])


class Sandbox:
    def __init__(self, program: str, folder: str) -> None:
        self.process = subprocess.Popen([program, "serve", *FLAGS, "--database", folder + "/t.db"],
                                        stdout=subprocess.PIPE)
        ports = []
        while len(ports) < 2:
            if found := re.search(rb"^  p\w+ +http://[\d.]+:(\d+)", self.process.stdout.readline()):
                ports.append(int(found[1]))
        self.public, self.private = map(Peer, ports)

    def authorize(self) -> dict[str, str]:
        url = self.public.json("POST", "/api/tpp/authorize?username=username&secret=sandbox-secret"
                               "&scope=account.list,account.details&redirect_uri=" + CALLBACK)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url["redirectUrl"]).query))

    def code(self, asked: dict[str, str]) -> str:
        done = self.private.json(
            "POST", f"/admin/authorizations/{asked['x-request-id']}/approve",
            "Authorization: Bearer sandbox-admin-key\r\nContent-Type: application/json\r\n",
            '{"psu":"john","accounts":[47669570047]}')
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(done["redirectUri"]).query))[
            "accessCode"]


def rows(bank: Sandbox, samples: int) -> Iterator[tuple[str, int, dict[str, tuple[str, ...]]]]:
    """Name, samples, and the cases: method, target, fields, body."""
    def authorize(username: str) -> tuple[str, ...]:
        return ("POST", f"/api/tpp/authorize?username={username}&secret=wrong-secret"
                        "&scope=account.list&redirect_uri=" + CALLBACK)
    yield "authorize", samples, {"wrong secret": authorize("username"),
                                 "unknown username": authorize("nobodyxx")}

    def token(code: str, client: str) -> tuple[str, ...]:
        return "POST", f"/api/client/token?accessCode={code}&clientId={client}"
    asked, other = bank.authorize(), bank.authorize()
    expired, used = bank.code(asked), bank.code(other)
    access = bank.public.json(*token(used, other["clientId"]))["accessToken"]
    for _ in range(2):  # the first replay ends the consent; from then on nothing happens
        bank.public.ask(*token(used, other["clientId"]))
    asked_again = bank.authorize()
    time.sleep(2.1)  # until the code has expired
    yield "token", samples, {
        "unknown code": token("x" * 32, asked["clientId"]),
        "expired code": token(expired, asked["clientId"]),
        "used code": token(used, other["clientId"]),
        "code of another client": token(expired, "username__9"),
        "unknown client": token(expired, "nobodyxx__1")}

    third = bank.code(asked_again)
    access = bank.public.json(*token(third, asked_again["clientId"]))["accessToken"]
    bearer = f"Authorization: Bearer {access}\r\n"
    yield "account", samples, {
        name: ("POST", f"/api/tpp/account?accountId={number}", bearer)
        for name, number in {"absent": 10000000009, "someone else's": 10000000001,
                             "not ticked": 82948889462}.items()}

    who = urllib.parse.urlencode(bank.authorize())
    page = bank.public.ask("GET", f"/consent?{who}").decode()
    cookie = re.search("Set-Cookie: ([^;]*)", page)[1]
    csrf = re.search('name="csrf" value="([^"]*)"', page)[1]
    fields = f"Content-Type: application/x-www-form-urlencoded\r\nCookie: {cookie}\r\n"
    yield "log-in", min(samples, LOGINS), {
        name: ("POST", "/consent/login", fields, f"{who}&csrf={csrf}&{given}")
        for name, given in {
            "wrong password": "username=john&password=sandbox-passwort&code=123456",
            "unknown PSU": "username=nobo&password=sandbox-password&code=123456",
            "wrong code": "username=jane&password=sandbox-password&code=123456"}.items()}


def measure(peer: Peer, count: int, cases: dict[str, tuple[str, ...]]) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in cases}
    for warm in (True, False):
        for _ in range(1 if warm else count):
            for name in random.sample(list(cases), len(cases)):
                begun = time.perf_counter_ns()
                peer.ask(*cases[name])
                if not warm:
                    took[name].append((time.perf_counter_ns() - begun) / 1000)
    return took


def interval(over: list[float], under: list[float]) -> tuple[float, float]:
    """Of the ratio of the medians."""
    ratios = sorted(median(random.choices(over, k=len(over))) /
                    median(random.choices(under, k=len(under))) for _ in range(RESAMPLES))
    return ratios[RESAMPLES // 40], ratios[-RESAMPLES // 40]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("program")
    options.add_argument("--samples", type=int, default=3000, help="of each case (3000)")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    given = options.parse_args()
    random.seed(given.seed)
    print(f"seed {given.seed}; medians in microseconds, ratio to the row's first with 95 % interval")
    with tempfile.TemporaryDirectory(prefix="multipass-timing-") as folder:
        bank = Sandbox(given.program, folder)
        try:
            for name, count, cases in rows(bank, given.samples):
                took = measure(bank.public, count, cases)
                first = next(iter(took.values()))
                for case, times in took.items():
                    low, high = interval(times, first)
                    print(f"{name:10} {case:24} {median(times):10.1f}  "
                          f"{median(times) / median(first):.3f} ({low:.3f}-{high:.3f})", flush=True)
        finally:
            bank.process.terminate()
            bank.process.wait(60)


if __name__ == "__main__":
    sys.exit(main())
