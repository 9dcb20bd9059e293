"""How much hits are delayed while the gateway purges what has expired."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

from gateway import Gateway
from programs import ProgramFailed, Programs

SERVER_CPU, LOAD_CPU = "0", "1"
LIVE = 50_000
WARM_SECONDS = 5.0
WINDOW = 4.0
WINDOWS = 7
FIRST_PURGE = 60.0        # after the start
PURGE_LIMIT = 30.0        # it has begun by then
WRITES = 'multipass_store_jobs_total{kind="write"}'


@dataclass
class PurgeStall:
    rate: float
    rows: int = 0
    without: list[dict[str, float]] = field(default_factory=list)  # latencies in us, by window
    during: list[dict[str, float]] = field(default_factory=list)
    rows_per_second: float = 0.0


def expired_rows(folder: Path) -> int:
    """Of tokens and codes that are still to go. Reads only."""
    database = sqlite3.connect(f"file:{folder / 'bank.db'}?mode=ro", uri=True)
    try:
        now = int(time.time())
        return sum(database.execute(f"SELECT count(*) FROM {table} WHERE removable_at <= ?",
                                    (now,)).fetchone()[0]
                   for table in ("access_token", "authorization_code"))
    finally:
        database.close()


def measure_purge(programs: Programs, folder: Path, expired: int, rate: float) -> PurgeStall:
    """The database has LIVE tokens and so many expired ones, each with its code."""
    found = PurgeStall(rate, expired_rows(folder))
    if found.rows < 2 * expired:
        raise ProgramFailed(f"fill_store: expected {2 * expired} rows to purge, got {found.rows}")
    with Gateway(programs.gateway, folder, cpus=SERVER_CPU) as gateway:
        begun = time.monotonic()
        tokens = folder / "valid.tokens"
        programs.load(gateway.public, tokens, WARM_SECONDS, None, "sequential", LOAD_CPU)
        while len(found.without) < WINDOWS and time.monotonic() - begun + WINDOW < FIRST_PURGE - 2:
            found.without.append(window(programs, gateway, tokens, rate))
        wait_for_purge(gateway, begun)
        purge_windows(programs, gateway, folder, found)
    return found


def window(programs: Programs, gateway: Gateway, tokens: Path, rate: float) -> dict[str, float]:
    return programs.load(gateway.public, tokens, WINDOW, rate, cpus=LOAD_CPU)["latency_us"]


def wait_for_purge(gateway: Gateway, begun: float) -> None:
    before = gateway.metric(WRITES)
    while gateway.metric(WRITES) < before + 2:
        if time.monotonic() - begun > FIRST_PURGE + PURGE_LIMIT:
            raise ProgramFailed("multipass: the purge does not begin")
        time.sleep(0.2)


def purge_windows(programs: Programs, gateway: Gateway, folder: Path, found: PurgeStall) -> None:
    begun, rows = time.monotonic(), expired_rows(folder)
    for _ in range(WINDOWS):
        writes = gateway.metric(WRITES)
        latencies = window(programs, gateway, folder / "valid.tokens", found.rate)
        if expired_rows(folder) == 0 or gateway.metric(WRITES) < writes + 2:
            break  # the purge ended within: not a window of it
        found.during.append(latencies)
    found.rows_per_second = (rows - expired_rows(folder)) / (time.monotonic() - begun)
    if not found.during:
        raise ProgramFailed("multipass: the purge was over before it was measured")
