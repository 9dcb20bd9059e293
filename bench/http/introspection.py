#!/usr/bin/env python3
"""Introspection beside the account list: CPU time of the gateway for one request of each, in one
process and run, in turns, over kept connections with pipelined requests. All are answered from
memory. An introspection is the longer request, by a body and two header fields; so an account list
whose request is as long stands beside them. Prints the medians of all turns.

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


def post(target: str, bearer: str, fields: str = "", body: str = "") -> bytes:
    return (f"POST {target} HTTP/1.1\r\nHost: bank\r\nAuthorization: Bearer {bearer}\r\n{fields}"
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
    list_request = post("/api/tpp/accounts", bearer)
    introspect = post("/introspect", KEY, "Content-Type: application/x-www-form-urlencoded\r\n",
                      f"token={bearer}")
    padding = "X: " + "x" * (len(introspect) - len(list_request) - len("X: \r\n")) + "\r\n"
    long_list = post("/api/tpp/accounts", bearer, padding)
    clients = {  # each asks once, so that memory knows the answer
        "account list": Client(server.port, list_request, b'"accounts"'),
        "account list, as long": Client(server.port, long_list, b'"accounts"'),
        "introspection": Client(server.admin_port, introspect, b'"active":true'),
    }
    figures: dict[str, list[float]] = {name: [] for name in clients}
    for turn in range(turns + 1):
        for name in random.sample(list(clients), len(clients)):
            before = cpu_time(server.pid)
            clients[name].ask(requests)
            spent = cpu_time(server.pid).since(before).seconds
            if turn > 0:  # the first warms up
                figures[name].append(spent / requests * 1e6)
    usual = statistics.median(figures["account list"])
    for name, spent in figures.items():
        low, middle, high = statistics.quantiles(spent, n=4)
        print(f"{name:22} {middle:6.3f} us of CPU a request (quartiles {low:.3f} to {high:.3f}), "
              f"{middle / usual:.2f} of an account list")


if __name__ == "__main__":
    main()
