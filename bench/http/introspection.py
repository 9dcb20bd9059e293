#!/usr/bin/env python3
"""Introspection beside the account list: CPU time of the gateway for one request of each, in one
process and run, in turns, over kept connections with pipelined requests. Both are answered from
memory. Prints the medians of all turns and their quotient.

    bench/http/introspection.py build/release/multipass [--turns 30] [--requests 20000]
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import statistics
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bank import REDIRECT_URI, call, parameter
from cpu_time import cpu_time
from servers import Server

FIRST_PORT = 23_400
DEPTH = 16  # outstanding requests
KEY = "sandbox-introspection-key"


def token(server: Server) -> str:
    asked = call(server.port, "/api/tpp/authorize?username=username&secret=sandbox-secret"
                              f"&scope=account.list&redirect_uri={quote(REDIRECT_URI, safe='')}")
    handle = parameter(asked["redirectUrl"], "x-request-id")
    back = call(server.admin_port, f"/admin/authorizations/{handle}/approve", "sandbox-admin-key",
                json.dumps({"psu": "john"}).encode())["redirectUri"]
    return call(server.port, f"/api/client/token?accessCode={parameter(back, 'accessCode')}"
                             f"&clientId={parameter(back, 'clientId')}")["accessToken"]


def post(target: str, bearer: str, body: str = "") -> bytes:
    form = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
    return (f"POST {target} HTTP/1.1\r\nHost: bank\r\nAuthorization: Bearer {bearer}\r\n{form}"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


class Client:
    """One kept connection that sends the same request again and again."""

    def __init__(self, port: int, request: bytes, expected: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.batch = request * DEPTH
        self.socket.sendall(request)
        first = self.socket.recv(65_536)
        if not first.startswith(b"HTTP/1.1 200 ") or expected not in first:
            raise RuntimeError(f"not the answer: {first!r}")
        self.answers = DEPTH * len(first)  # each is as long, dates included

    def ask(self, requests: int) -> None:
        for _ in range(requests // DEPTH):
            self.socket.sendall(self.batch)
            left = self.answers
            while left > 0:
                got = len(self.socket.recv(65_536))
                if got == 0:
                    raise RuntimeError("the gateway closed the connection")
                left -= got


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("program", type=Path)
    options.add_argument("--turns", type=int, default=30)
    options.add_argument("--requests", type=int, default=20_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="multipass-introspection-") as name:
        folder = Path(name)
        command = [str(given.program.resolve()), "serve", "--sandbox", "--database", f"{name}/bank.db",
                   "--listen", f"127.0.0.1:{FIRST_PORT}", "--admin-listen",
                   f"127.0.0.1:{FIRST_PORT + 1}", "--threads", "1", "--tpp-rate", "0",
                   "--address-rate", "0"]
        with Server("gateway", command, FIRST_PORT, folder, None, admin_port=FIRST_PORT + 1) as s:
            measure(s, given.turns, given.requests)


def measure(server: Server, turns: int, requests: int) -> None:
    bearer = token(server)
    # Both once, so that memory knows them.
    clients = {
        "account list": Client(server.port, post("/api/tpp/accounts", bearer), b'"accounts"'),
        "introspection": Client(server.admin_port, post("/introspect", KEY, f"token={bearer}"),
                                b'"active":true'),
    }
    figures: dict[str, list[float]] = {name: [] for name in clients}
    for turn in range(turns + 1):
        for name in random.sample(list(clients), len(clients)):
            before = cpu_time(server.pid)
            clients[name].ask(requests)
            spent = cpu_time(server.pid).since(before).seconds
            if turn > 0:  # the first warms up
                figures[name].append(spent / requests * 1e6)
    for name, spent in figures.items():
        low, _, high = statistics.quantiles(spent, n=4)
        print(f"{name:14} {statistics.median(spent):6.3f} us of CPU a request "
              f"(quartiles {low:.3f} to {high:.3f})")
    quotient = (statistics.median(figures["introspection"]) /
                statistics.median(figures["account list"]))
    print(f"introspection costs {quotient:.2f} times an account list")


if __name__ == "__main__":
    main()
