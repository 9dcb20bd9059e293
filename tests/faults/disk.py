#!/usr/bin/env python3
"""The disk is full, fails at the n-th call, or has become read-only; the database is locked."""

import errno
import random
import sqlite3
import threading
import time
from contextlib import closing

from harness.case import Case, check, run, say, wait_until
from harness.client import Client, Connection, Refused, accounts
from harness.faults import OPEN, READ, SYNC, WRITE, Faults
from harness.hits import Hits
from harness.promises import Promises, check_tables
from harness.server import NotStarted, Server

RESUME_LIMIT = 1.0  # s from the end of the cause to the next write that works
LOCK_LIMIT = 2.0  # s to the 503 while another process holds the database
QUIET = ("--log-level", "warning")

FULL, FAILS = "is full", "fails to read or write"
# operations, errno, what the operator is told
LASTING = {
    "disk full": (WRITE, errno.ENOSPC, FULL),
    "write error": (WRITE, errno.EIO, FAILS),
    "sync error": (SYNC, errno.EIO, FAILS),
    "read-only file system": (WRITE | SYNC, errno.EROFS, FAILS),
}
FIRST_CALLS = 12  # a fault begins at each of the first so many calls
SINGLE_CALLS = 40


def refused(step) -> bool:
    """Whether it is answered with 503 and Retry-After; it may also be done."""
    try:
        step()
        return False
    except Refused as e:
        check(e.reply.status == 503, f"200 or 503, not {e}")
        check("retry-after" in e.reply.headers, "Retry-After with the 503")
        check("message" in e.reply.json(), "a message with the 503")
        return True


def write_until_refused(told: Promises, client: Client, chance: random.Random) -> None:
    for _ in range(200):
        if refused(lambda: told.issue_and_perhaps_revoke(client, chance)):
            return
    check(False, "a write to be refused while the disk fails")


def resume(told: Promises, client: Client) -> float:
    """Seconds from now until a token is issued again."""
    return wait_until(lambda: not refused(lambda: told.issue(client)), RESUME_LIMIT,
                      "writes to resume")


def logged(server: Server, reason: str) -> None:
    """The operator reads what was wrong, and that it has passed."""
    wait_until(lambda: server.events("store_available"), 5, "store_available in the log")
    said = server.events("store_unavailable")[0]["reason"]
    check(reason in said, f"a reason with '{reason}' in the log, not '{said}'")


def lasting_faults(case: Case) -> None:
    """503 while the disk does not take writes, from its n-th call on; then all goes on."""
    chance, told, database = random.Random(1), Promises(), case.folder / "bank.db"
    faults = Faults(case.shim, case.folder)
    for name, (operations, error, reason) in LASTING.items():
        slowest = 0.0
        with Server(case.program, database, *QUIET, environment=faults.environment) as server, \
                server.client() as client, Hits(server, client) as hits:
            for after in range(FIRST_CALLS):
                faults.fail(operations, error, after)
                write_until_refused(told, client, chance)
                check(client.ready() == 503, "/readyz 503 while the store is away")
                check(faults.failed() > 0, "the shim to have failed a call")
                faults.heal()
                slowest = max(slowest, resume(told, client))
            wait_until(lambda: client.ready() == 200, RESUME_LIMIT, "/readyz 200 again")
            logged(server, reason)
            told.check(server)
        with Server(case.program, database, *QUIET) as server:
            check_tables(database)
            told.check(server)
        say(f"  {name}, from each of the first {FIRST_CALLS} calls on: writes resumed within"
            f" {slowest * 1000:.0f} ms, {hits.answered} hits all 200")
    say(f"  {told}")


def single_faults(case: Case) -> None:
    """One call fails, whichever: each write is done or refused, and nothing in between."""
    chance, told, database = random.Random(2), Promises(), case.folder / "bank.db"
    faults, refusals = Faults(case.shim, case.folder), 0
    for operations in (WRITE, SYNC):
        with Server(case.program, database, *QUIET, environment=faults.environment) as server, \
                server.client() as client, Hits(server, client):
            for after in range(SINGLE_CALLS):
                faults.fail(operations, errno.EIO, after, times=1)
                for _ in range(4):
                    refusals += refused(lambda: told.issue_and_perhaps_revoke(client, chance))
            faults.heal()
        with Server(case.program, database, *QUIET) as server:
            check_tables(database)
            told.check(server)
    check(refusals > 0, "some of the faults to hit a write")
    say(f"  {2 * SINGLE_CALLS} faults, {refusals} writes refused; {told}")


def unreadable_disk(case: Case) -> None:
    """A token that only the disk knows is 503 while that cannot be read, and good afterwards."""
    told, database = Promises(), case.folder / "bank.db"
    faults, unread = Faults(case.shim, case.folder), 0
    with Server(case.program, database, *QUIET) as server, server.client() as client:
        for _ in range(60):
            told.issue(client)
        server.stop()
    for after in range(0, 12, 3):
        with Server(case.program, database, *QUIET, environment=faults.environment) as server, \
                server.client() as client, Hits(server, client), \
                Connection(server.public) as connection:
            faults.fail(READ, errno.EIO, after)
            for reply in connection.pipelined(map(accounts, sorted(told.live))):
                check(reply.status in (200, 503), f"200 or 503, not {reply.status}")
                unread += reply.status == 503
            faults.heal()
            told.check(server)
    check(unread > 0, "some reads to fail")
    say(f"  {unread} reads answered 503, and 200 when the disk was back")


def locked_by_another_process(case: Case) -> None:
    """503 within 2 s while another process holds the database; hits go on."""
    told, database = Promises(), case.folder / "bank.db"
    slowest_refusal = slowest_resume = 0.0
    with Server(case.program, database, *QUIET) as server, server.client() as client, \
            closing(sqlite3.connect(database, isolation_level=None)) as other, \
            Hits(server, client):
        took: list[float] = []

        def ask() -> None:
            with server.client() as asking:
                begun = time.monotonic()
                check(refused(asking.authorize), "503 while the database is locked")
                took.append(time.monotonic() - begun)

        for begin in ("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"):
            other.execute(begin)
            asking = [threading.Thread(target=ask) for _ in range(8)]
            for thread in asking:
                thread.start()
            for thread in asking:
                thread.join()
            check(client.ready() == 503, "/readyz 503 while the database is locked")
            other.execute("ROLLBACK")
            slowest_resume = max(slowest_resume, resume(told, client))
        check(len(took) == 16, "all to be answered with 503")
        slowest_refusal = max(took)
        check(slowest_refusal < LOCK_LIMIT, f"503 within {LOCK_LIMIT} s, not {slowest_refusal:.2f}")
        logged(server, "locked by another process")
        told.check(server)
    say(f"  16 requests refused within {slowest_refusal:.2f} s, writes resumed within"
        f" {slowest_resume * 1000:.0f} ms")


def refuses_to_start(case: Case, expectation: str, *settings: str, **more: object) -> None:
    try:
        Server(case.program, case.folder / "bank.db", *settings, **more).kill()
    except NotStarted as e:
        check(e.code > 0, f"an exit status above 0, not {e.code}")
        check(expectation in e.said, f"'{expectation}' in '{e.said}'")
        say(f"  {e.said.splitlines()[-1]}")
    else:
        check(False, f"a refusal to start: {expectation}")


def no_start(case: Case) -> None:
    """A file that is read-only, locked, or served by another: refused with reason and remedy."""
    faults, database = Faults(case.shim, case.folder), case.folder / "bank.db"
    with Server(case.program, database, *QUIET) as server:
        refuses_to_start(case, f"is in use by process {server.pid}")
        server.stop()
    faults.fail(OPEN | WRITE, errno.EROFS)
    refuses_to_start(case, "make the file, its folder and file system writable",
                     environment=faults.environment)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        refuses_to_start(case, "locked by another process")
    with Server(case.program, database, *QUIET) as server:
        check(server.stop() == 0, "a start as soon as nothing is wrong")


run(__doc__, lasting_faults, single_faults, unreadable_disk, locked_by_another_process, no_start)
