#!/usr/bin/env python3
"""Damaged files of the database: a refusal with reason and remedy, or 503; never a wrong answer.
And the database moved, replaced or removed while it is in use."""

import random
import shutil
from pathlib import Path

from harness.case import Case, check, run, say, wait_until
from harness.client import Connection, Refused, accounts
from harness.hits import Hits
from harness.promises import Promises
from harness.server import NotStarted, Server

QUIET = ("--log-level", "warning")
PAGE = 4096
WAL_HEAD, FRAME = 32, 24 + PAGE
RESUME_LIMIT = 1.0  # s
PARTS = ("", "-wal", "-shm")


def promises_on(case: Case, database: Path, killed: bool) -> Promises:
    """A database with tokens, left by a stopped server or with a WAL by a killed one."""
    told = Promises()
    with Server(case.program, database, *QUIET) as server, server.client() as client:
        for number in range(40):
            token = told.issue(client)
            if number % 3 == 0:
                told.revoke(client, token)
        if not killed:
            check(server.stop() == 0, "exit status 0")
    return told


def copy_of(database: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for path in database.parent.glob(database.name + "*"):
        if path.is_file() and not path.name.endswith(".log"):
            shutil.copy(path, folder)
    return folder / database.name


def part_of(database: Path, part: str) -> Path:
    return database.with_name(database.name + part)


def outcome(case: Case, database: Path, told: Promises) -> str:
    """"refused" to start, "503" for some, or "good"; anything else is wrong."""
    try:
        server = Server(case.program, database, *QUIET)
    except NotStarted as e:
        check(e.code > 0, f"an exit status above 0, not {e.code}")
        check(str(database) in e.said, f"the file's name in '{e.said}'")
        check("restore" in e.said or "backup" in e.said, f"a remedy in '{e.said}'")
        return "refused"
    with server, Connection(server.public) as connection:
        unavailable = 0
        for tokens, status in ((told.live, 200), (told.revoked, 401)):
            for reply in connection.pipelined(map(accounts, sorted(tokens))):
                check(reply.status in (status, 503), f"{status} or 503, not {reply.status}")
                unavailable += reply.status == 503
        if unavailable:
            wait_until(lambda: server.events("store_unavailable"), 5, "the reason in the log")
            said = server.events("store_unavailable")[0]["reason"]
            check("restore it from a backup" in said, f"the remedy in the log, not '{said}'")
    return "503" if unavailable else "good"


def harm(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def count(outcomes: list[str]) -> str:
    return ", ".join(f"{outcomes.count(kind)} {kind}" for kind in ("refused", "503", "good"))


def damaged_pages(case: Case) -> None:
    """Each page of the database overwritten, its header garbled, its end cut off."""
    original = case.folder / "bank.db"
    told, chance, outcomes = promises_on(case, original, killed=False), random.Random(3), []
    size = original.stat().st_size
    fills = (bytes(PAGE), b"\xff" * PAGE, chance.randbytes(PAGE))
    for page in range(size // PAGE):
        database = copy_of(original, case.folder / "harmed")
        harm(database, page * PAGE, fills[page % len(fills)])
        outcomes.append(outcome(case, database, told))
    pages = len(outcomes)
    for offset, content in ((0, b"not a database, "), (16, b"\x00\x03"), (0, bytes(100))):
        database = copy_of(original, case.folder / "harmed")
        harm(database, offset, content)
        outcomes.append(outcome(case, database, told))
        check(outcomes[-1] == "refused", "a garbled header to be refused")
    for left in (size // 2, size - PAGE, 50):
        database = copy_of(original, case.folder / "harmed")
        with database.open("r+b") as file:
            file.truncate(left)
        outcomes.append(outcome(case, database, told))
        check(outcomes[-1] != "good", f"{left} of {size} bytes to be noticed")
    say(f"  {pages} pages, 3 headers, 3 cuts: {count(outcomes)}")


def damaged_wal(case: Case) -> None:
    """What a killed server left in its WAL, with a frame damaged or the end cut off."""
    original = case.folder / "bank.db"
    told, outcomes = promises_on(case, original, killed=True), []
    size = part_of(original, "-wal").stat().st_size
    frames = (size - WAL_HEAD) // FRAME
    check(outcome(case, copy_of(original, case.folder / "harmed"), told) == "good",
          "no refusal of what is whole")
    for frame in range(0, frames, max(1, frames // 20)):
        database = copy_of(original, case.folder / "harmed")
        if frame % 2 == 0:  # after a power failure there may be no index
            part_of(database, "-shm").unlink()
        harm(part_of(database, "-wal"), WAL_HEAD + frame * FRAME + 100, b"damage")
        if frame < frames - 10 or frame % 2 == 1:
            outcomes.append(outcome(case, database, told))
            check(outcomes[-1] == "refused", f"damage in frame {frame} of {frames} to be refused")
    for left in (0, WAL_HEAD, size // 2, size - 1):
        database = copy_of(original, case.folder / "harmed")
        with part_of(database, "-wal").open("r+b") as file:
            file.truncate(left)
        outcomes.append(outcome(case, database, told))
        check(outcomes[-1] == "refused", f"a WAL cut to {left} of {size} bytes to be refused")
    say(f"  {frames} frames: {count(outcomes)}")


def gone_and_back(case: Case) -> None:
    """The database is moved away or replaced: hits go on, writes are refused until it is back."""
    database, aside = case.folder / "bank.db", case.folder / "aside.db"
    told = Promises()
    with Server(case.program, database, *QUIET) as server, server.client() as client, \
            Hits(server, client):
        told.issue(client)

        def takes_writes() -> bool:
            try:
                told.issue(client)
                return True
            except Refused as e:
                check(e.reply.status == 503, f"200 or 503, not {e}")
                return False

        slowest = 0.0
        for replace in (False, True):
            database.rename(aside)
            if replace:
                database.write_bytes(aside.read_bytes())
            wait_until(lambda: client.ready() == 503, RESUME_LIMIT, "/readyz 503")
            check(not takes_writes(), "503 for a write that nobody would find again")
            aside.rename(database)
            slowest = max(slowest, wait_until(takes_writes, RESUME_LIMIT, "writes to resume"))
        wait_until(lambda: server.events("store_available"), 5, "store_available in the log")
        said = server.events("store_unavailable")[0]["reason"]
        check("moved, replaced or removed" in said, f"what happened in the log, not '{said}'")
        told.check(server)

        part_of(database, "-wal").unlink()
        wait_until(lambda: client.ready() == 503, RESUME_LIMIT, "/readyz 503 without the WAL")
        check(not takes_writes(), "503 for a write to a WAL that is gone")
    say(f"  writes resumed within {slowest * 1000:.0f} ms of the file being back")


run(__doc__, damaged_pages, damaged_wal, gone_and_back)
