#!/usr/bin/python3
"""Requests with random changes against a running sandbox, on both listeners: never an answer of 500
or more (505 apart), every answer well-formed, and the next good request is served.

    mutation_test.py build/release/multipass [SEED [COUNT [SECONDS]]]

Ends after COUNT requests (20000) or SECONDS (20), whichever comes first. The same seed makes the same
requests, but for the tokens in them.
"""

import itertools
import os
import random
import sys
import threading
import time
import traceback

from raw_http import connect, read_to_end, send, split_answers, talk
from rows import read_rows
from sandbox import ADMIN_KEY, Sandbox

THREADS = 4
TYPES = {"application/json", "text/html; charset=utf-8", "text/css; charset=utf-8",
         "text/plain; version=0.0.4; charset=utf-8"}
WORDS = [b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b",", b";", b'"', b"%", b"%00", b"%zz", b"&",
         b"=", b"0", b"-1", b"99999999999999999999", b"0x10", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80",
         b"\\u0000", b"\\ud800", b"{", b"}", b"[" * 20, b"null", b"1e999", b"HEAD ", b"HTTP/1.0",
         b"HTTP/2.0", b"Host: test\r\n", b"Content-Length: 5\r\n", b"Content-Length: 0\r\n",
         b"Transfer-Encoding: chunked\r\n", b"Expect: 100-continue\r\n", b"Connection: close\r\n",
         b"X-Request-ID: a\r\n", b"Content-Type: application/json\r\n", b"5\r\nhello\r\n",
         b"0\r\n\r\n", b"a" * 300]


def request(line, *fields, body=b""):
    head = [line + " HTTP/1.1", "Host: test", *fields, f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def public_seeds(token):
    bearer = "Authorization: Bearer " + token
    form = "Content-Type: application/x-www-form-urlencoded"
    json = "Content-Type: application/json"
    return [row.data for row in read_rows() if len(row.data) < 2000] + 20 * [
        request("POST /api/tpp/accounts", bearer),
        request("POST /api/tpp/account?accountId=47669570047", bearer),
        request("POST /api/tpp/account/balance", bearer, json,
                body=b'{"accountId":"47669570047"}'),
        request("POST /api/tpp/authorize", form, body=(
            b"username=username&secret=sandbox-secret&scope=account.list&state=a"
            b"&redirect_uri=http://127.0.0.1:9090/callback")),
        request("POST /api/client/token", json,
                body=b'{"accessCode":"abc","clientId":"username__1"}'),
        request("POST /api/client/token/revoke?accessToken=gbOyNBXkxceJDGBsz9onYsXK5"),
        request("GET /consent?clientId=username__1&x-request-id=" + "A" * 20),
        request("POST /consent/login", form, body=(
            b"clientId=username__1&x-request-id=AAAAAAAAAAAAAAAAAAAA&csrf=a&username=john"
            b"&password=a&code=000000")),
        request("POST /consent/decision", form, "Cookie: multipass-login=a", body=(
            b"clientId=username__1&x-request-id=AAAAAAAAAAAAAAAAAAAA&csrf=a&account=47669570047"
            b"&scope=account.list&decision=approve")),
    ]


def private_seeds():
    key = "Authorization: Bearer " + ADMIN_KEY
    json, csv = "Content-Type: application/json", "Content-Type: text/csv"
    return [
        request("GET /admin/tpps", key),
        request("GET /admin/consents?psu=john", key),
        request("GET /metrics", key),
        request("GET /readyz"),
        request("GET /admin/authorizations/" + "A" * 20, key),
        request("POST /admin/authorizations/" + "A" * 20 + "/approve", key, json, body=(
            b'{"psu":"john","accounts":[47669570047],"scopes":["account.list"]}')),
        request("POST /admin/tpps", key, json, body=(
            b'{"username":"shop","name":"Shop","redirect_uris":["https://shop.example/back"],'
            b'"scopes":["account.list"],"requires_pkce":true}')),
        request("POST /admin/psus", key, json, body=(
            b'{"username":"anna","name":"Anna","password":"a long password"}')),
        request("POST /admin/accounts/import", key, csv, body=(
            b"id,psu,name,iban,currency,additional_data,balances\n"
            b'1,john,A,GB01,EUR,[],"EUR 30.40; GBP 420.74"\n')),
        request("POST /admin/accounts/import", key, json, body=(
            b'{"accounts":[{"id":1,"psu":"john","name":"A","iban":"GB01","currency":"EUR",'
            b'"balances":[{"currency":"EUR","available":"30.40"}]}]}')),
    ]


def mutate(dice, data, others):
    data = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        at = dice.randrange(len(data) + 1)
        what = dice.randrange(7)
        if what == 0 and at < len(data):
            data[at] = dice.randrange(256)
        elif what == 1:
            del data[at:at + dice.choice((1, 1, 2, 4, 30))]
        elif what == 2:
            data[at:at] = dice.choice(WORDS)
        elif what == 3:
            data[at:at + dice.randrange(8)] = dice.choice(WORDS)
        elif what == 4:  # the same once more
            begin = dice.randrange(len(data) + 1)
            data[at:at] = data[begin:begin + dice.randrange(60)]
        elif what == 5:  # a piece of another
            other = dice.choice(others)
            begin = dice.randrange(len(other) + 1)
            data[at:at] = other[begin:begin + dice.randrange(200)]
        elif at < len(data):
            data[at] ^= 1 << dice.randrange(8)
    return bytes(data)


def check(stream, data):
    for answer in split_answers(stream, may_be_to_head=b"HEAD " in data):
        if answer.status >= 500 and answer.status != 505:
            raise AssertionError(f"status {answer.status}")
        kind = answer.fields.get("content-type")
        if answer.status != 303 and kind not in TYPES:
            raise AssertionError(f"content type {kind}")
        if kind == "application/json":
            answer.check()


class Run:
    def __init__(self, program, seed, count, seconds):
        self.gateway = Sandbox(program)
        self.token = self.gateway.token()
        self.seeds = {self.gateway.public: public_seeds(self.token),
                      self.gateway.private: private_seeds()}
        self.seed, self.turns = seed, itertools.islice(itertools.count(), count)
        self.end = time.monotonic() + seconds
        self.sent, self.problems = 0, []

    def send_mutations(self):
        for turn in self.turns:
            if time.monotonic() > self.end or self.problems:
                return
            dice = random.Random(f"{self.seed}/{turn}")
            address = self.gateway.private if dice.randrange(5) == 0 else self.gateway.public
            data = mutate(dice, dice.choice(self.seeds[address]), self.seeds[address])
            try:
                check(self.send_one(dice, address, data), data)
            except Exception:  # whatever it is, it is a find
                self.problems.append(f"request {turn}: {data}\n{traceback.format_exc()}")
            self.sent += 1

    def send_one(self, dice, address, data):
        if dice.randrange(3):
            return talk(address, data)
        cut = dice.randrange(len(data) + 1)
        with connect(address) as connection:
            send(connection, data[:cut])
            send(connection, data[cut:])
            return read_to_end(connection, half_close=True)

    def good_request(self):
        stream = talk(self.gateway.public, request(
            "POST /api/tpp/accounts", "Authorization: Bearer " + self.token))
        answers = split_answers(stream)
        return len(answers) == 1 and answers[0].status == 200

    def run(self):
        threads = [threading.Thread(target=self.send_mutations) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if not self.good_request():
            self.problems.append("The next good request was not answered 200")
        code = self.gateway.stop()
        if code != 0:
            self.problems.append(f"The gateway stopped with {code}")
        print(f"seed {self.seed}: {self.sent} requests, {len(self.problems)} problems")
        for problem in self.problems:
            print(problem)
        return 1 if self.problems or self.sent == 0 else 0


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    numbers = [int(text) for text in sys.argv[2:]]
    defaults = [random.SystemRandom().randrange(1 << 32), 20000, 20]
    sys.exit(Run(os.path.abspath(sys.argv[1]), *numbers, *defaults[len(numbers):]).run())
