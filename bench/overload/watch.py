"""A gateway watched while it is under load: how long its queues grow, how much memory it takes, and
whether what it sheds tells when to come back."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

from bank import ACCOUNTS
from exchange import exchange, request
from fleet import metrics
from servers import Server
from stage import PROBES, Stage

GAP = 0.2  # seconds between two looks: each costs the gateway's event loop some of its time
JOINING = 60.0  # seconds; a probe may wait in a queue


def memory_mib(pid: int) -> float:
    """Resident memory now."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    if not found:
        raise RuntimeError(f"process {pid}: no VmRSS; it has ended")
    return int(found[1]) / 1024


@dataclass
class Seen:
    """The most of each gauge, over the looks."""

    waiting_reads: int = 0
    waiting_writes: int = 0
    memory: float = 0.0  # MiB
    looks: int = 0
    # Of single misses and redemptions: (status, whether Retry-After was there) -> how often.
    probes: Counter[tuple[int, bool]] = field(default_factory=Counter)


def probe_requests(stage: Stage, part: int) -> Iterator[tuple[bytes, bytes]]:
    """A token and a code at a time that nobody else brings, nor another part, from 1 on."""
    tokens = stage.part("probes").read_text().split()
    codes = stage.part("code-probes").read_text().splitlines()
    own = slice((part - 1) * PROBES, part * PROBES)
    for token, code in zip(tokens[own], codes[own]):
        access_code, client = code.split()
        yield (request(ACCOUNTS, token),
               request(f"/api/client/token?accessCode={access_code}&clientId={client}"))


class Watch:
    """Looks every GAP seconds from a thread of its own. A context manager; its value is what was
    seen so far."""

    def __init__(self, server: Server,
                 probes: Iterator[tuple[bytes, bytes]] = iter(())) -> None:
        self._server = server
        self._probes = probes
        self._seen = Seen()
        self._stop = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Seen:
        self._thread.start()
        return self._seen

    def __exit__(self, kind: type | None, *_: object) -> None:
        self._stop.set()
        self._thread.join(JOINING)
        if kind is not None:
            return
        if self._thread.is_alive():
            raise RuntimeError(f"the gateway did not answer within {JOINING:.0f} s after its load")
        if self._failure:
            raise RuntimeError(f"while the gateway was watched: {self._failure}")

    def _run(self) -> None:
        try:
            while not self._stop.wait(GAP):
                self._look()
        except Exception as failure:  # told to the thread that measures, in __exit__
            self._failure = failure

    def _look(self) -> None:
        now, seen = metrics(self._server), self._seen
        reads, writes = (int(now[f'multipass_store_queue{{kind="{kind}"}}'])
                         for kind in ("read", "write"))
        seen.waiting_reads = max(seen.waiting_reads, reads)
        seen.waiting_writes = max(seen.waiting_writes, writes)
        seen.memory = max(seen.memory, memory_mib(self._server.pid))
        seen.looks += 1
        if questions := next(self._probes, None):
            for answer in exchange(self._server.port, *questions):
                seen.probes[answer.status, "Retry-After" in answer.fields()] += 1
