"""What clients were told, and whether the server keeps it."""

from __future__ import annotations

import random
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from harness.case import check
from harness.client import Client, Connection, Refused, accounts
from harness.server import Server

# Each of these would show a consent that was written in part.
TABLES = {
    "PRAGMA integrity_check": "ok",
    "SELECT count(*) FROM pragma_foreign_key_check": 0,
    "SELECT count(*) FROM consent WHERE id NOT IN (SELECT consent FROM consent_account)": 0,
    "SELECT count(*) FROM consent WHERE id NOT IN (SELECT consent FROM authorization_code)": 0,
    "SELECT (SELECT count(*) FROM authorization WHERE decided = 1) - count(*) FROM consent": 0,
    "SELECT (SELECT count(*) FROM consent WHERE redeemed = 1) - count(*) FROM access_token": 0,
}


def check_tables(database: Path) -> None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as view:
        for query, expected in TABLES.items():
            found = view.execute(query).fetchone()[0]
            check(found == expected, f"{expected} from {query}, not {found}")


class Promises:
    """A token whose revocation was sent and not acknowledged is in neither list: it may have ended
    or not. All functions from any thread."""

    def __init__(self) -> None:
        self.live: set[str] = set()
        self.revoked: set[str] = set()
        self.changed: set[str] = set()  # since the last check
        self.count = 0  # promises made
        self.lock = threading.Lock()

    def issue(self, client: Client) -> str:
        """Raises Refused."""
        token = client.token()
        with self.lock:
            self.live.add(token)
            self.changed.add(token)
            self.count += 1
        return token

    def revoke(self, client: Client, token: str) -> None:
        """Raises Refused."""
        with self.lock:
            self.live.discard(token)
        reply = client.revoke(token)
        if reply.status != 200:
            raise Refused("revoke", reply)
        with self.lock:
            self.revoked.add(token)
            self.changed.add(token)
            self.count += 1

    def issue_and_perhaps_revoke(self, client: Client, chance: random.Random) -> None:
        token = self.issue(client)
        if chance.random() < 0.5:
            self.revoke(client, token)

    def check(self, server: Server, whole: bool = True) -> None:
        """`whole`: all of them, else what changed since the last check."""
        with Connection(server.public) as connection:
            for tokens, status, name in ((self.live, 200, "live"), (self.revoked, 401, "revoked")):
                asked = sorted(tokens if whole else tokens & self.changed)
                for reply in connection.pipelined(map(accounts, asked)):
                    check(reply.status == status,
                          f"{status} for a {name} token, not {reply.status}")
        self.changed.clear()

    def __str__(self) -> str:
        return f"{len(self.live)} live tokens all good, {len(self.revoked)} revocations all held"
