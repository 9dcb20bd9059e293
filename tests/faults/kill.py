#!/usr/bin/env python3
"""kill -9 in the middle of issuing and revoking, again and again on one database."""

import random
import sqlite3
import threading
import time
from pathlib import Path

from harness.case import Case, check, run, say
from harness.client import Connection, accounts
from harness.server import Server

ROUNDS = 100
CLIENTS = 4
WHOLE_CHECK_EVERY = 10  # rounds; in between the tokens of the last round are checked

# Each of these would show a consent that was written in part.
TABLES = {
    "PRAGMA integrity_check": "ok",
    "SELECT count(*) FROM pragma_foreign_key_check": 0,
    "SELECT count(*) FROM consent WHERE id NOT IN (SELECT consent FROM consent_account)": 0,
    "SELECT count(*) FROM consent WHERE id NOT IN (SELECT consent FROM authorization_code)": 0,
    "SELECT (SELECT count(*) FROM authorization WHERE decided = 1) - count(*) FROM consent": 0,
    "SELECT (SELECT count(*) FROM consent WHERE redeemed = 1) - count(*) FROM access_token": 0,
}


class Promises:
    """What clients were told. A token whose revocation was sent and not answered is in neither
    list: it may have ended or not."""

    def __init__(self) -> None:
        self.live: set[str] = set()
        self.revoked: set[str] = set()
        self.changed: set[str] = set()  # since they were checked
        self.count = 0
        self.lock = threading.Lock()

    def issued(self, token: str) -> None:
        with self.lock:
            self.live.add(token)
            self.changed.add(token)
            self.count += 1

    def revoking(self, token: str) -> None:
        with self.lock:
            self.live.discard(token)

    def ended(self, token: str) -> None:
        with self.lock:
            self.revoked.add(token)
            self.changed.add(token)
            self.count += 1


def issue_and_revoke(server: Server, told: Promises, seed: int) -> None:
    """Until the server is gone."""
    chance = random.Random(seed)
    try:
        with server.client() as client:
            while True:
                token = client.token()
                told.issued(token)
                if chance.random() < 0.5:
                    continue
                told.revoking(token)
                if client.revoke(token).status == 200:
                    told.ended(token)
    except OSError:
        pass


def check_tables(database: Path) -> None:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as view:
        for query, expected in TABLES.items():
            found = view.execute(query).fetchone()[0]
            check(found == expected, f"{expected} from {query}, not {found}")
    view.close()


def check_promises(server: Server, told: Promises, whole: bool) -> None:
    with Connection(server.public) as connection:
        for tokens, status, name in ((told.live, 200, "live"), (told.revoked, 401, "revoked")):
            asked = sorted(tokens if whole else tokens & told.changed)
            for token, reply in zip(asked, connection.pipelined(map(accounts, asked))):
                check(reply.status == status, f"{status} for a {name} token, not {reply.status}")
    told.changed.clear()


def crash(server: Server, told: Promises, chance: random.Random) -> None:
    threads = [threading.Thread(target=issue_and_revoke,
                                args=(server, told, chance.getrandbits(32)))
               for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    enough = told.count + 1 + chance.randrange(40)
    while told.count < enough and any(thread.is_alive() for thread in threads):
        time.sleep(chance.random() / 1000)
    server.kill()
    for thread in threads:
        thread.join()
    check(told.count >= enough, "the clients to be served until the kill")


def kill_9(case: Case) -> None:
    """What was acknowledged holds after every kill -9; no consent is half-written."""
    rounds, seed = case.rounds or ROUNDS, random.getrandbits(32)
    say(f"  seed {seed}")
    chance, told, database = random.Random(seed), Promises(), case.folder / "bank.db"
    for number in range(rounds + 1):
        with Server(case.program, database, "--log-level", "error") as server:
            check_tables(database)
            check_promises(server, told, number % WHOLE_CHECK_EVERY == 0 or number == rounds)
            if number < rounds:
                crash(server, told, chance)
            else:
                check(server.stop() == 0, "exit status 0 of the last server")
    check(told.live and told.revoked, "tokens that were issued, and some that were revoked")
    say(f"  {rounds} kills: {len(told.live)} live tokens all good, {len(told.revoked)} revocations"
        " all held")


run(__doc__, kill_9)
