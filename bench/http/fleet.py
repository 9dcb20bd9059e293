"""The servers of a comparison, running together: started, verified, warm."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Iterator, Sequence

from exchange import Answer, exchange, request
from load_tool import Load, run_load
from peers import PEERS, Site
from servers import Server, ServerFailed
from verify import verify

STEADY_READS = 0.001  # store reads per request at which a gateway counts as warm
WARMING_LIMIT = 900.0  # seconds
FIRST_PASS = 1.0  # seconds; tells how long a whole one takes

Fleet = dict[str, Server]


def metrics(server: Server) -> dict[str, float]:
    """A gateway's /metrics: sample name with its labels -> value."""
    assert server.admin_port is not None
    answer, = exchange(server.admin_port, request("/metrics", method="GET"))
    lines = [line for line in answer.body.decode().splitlines() if line and line[0] != "#"]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def store_reads(server: Server) -> float:
    return metrics(server)['multipass_store_jobs_total{kind="read"}']


def warm_kind(site: Site, server: Server, load: Load, kind: str) -> None:
    """Sends the kind's tokens in their order, until all of them are answered from memory, or no
    more of them than the time before: a cache may forget."""
    program = site.programs.bench("multipass-load")
    with load.tokens[kind].open() as lines:
        tokens = sum(1 for _ in lines)
    seconds, end, reads = FIRST_PASS, time.monotonic() + WARMING_LIMIT, 1.0
    while time.monotonic() < end:
        before = store_reads(server)
        outcome = run_load(program, server.port, replace(load, mix=f"{kind}=100", depth=1,
                                                         pick="sequential", seconds=seconds))
        seconds = FIRST_PASS + 1.2 * tokens / outcome.rate
        if outcome.answered < tokens:
            continue  # a pass begins with the first token again: it must reach the last
        last, reads = reads, (store_reads(server) - before) / outcome.answered
        if reads < STEADY_READS or reads > 0.8 * last:
            return
    raise ServerFailed(f"{server.name}: still reads more of its tokens into memory after "
                       f"{WARMING_LIMIT:.0f} s")


def warm(site: Site, server: Server, load: Load) -> None:
    if server.admin_port is None:
        may_err = not PEERS[server.name].every_answer_as_expected
        run_load(site.programs.bench("multipass-load"), server.port, replace(load, seconds=0.5),
                 may_err)
        return
    for kind in load.tokens:
        warm_kind(site, server, load, kind)


@contextmanager
def running(site: Site, names: Sequence[str], threads: int, cpus: str | None,
            load: Load) -> Iterator[tuple[Fleet, dict[str, Answer]]]:
    """The servers of PEERS by these names, and the answer that each gave. `load` is what they are
    warmed with."""
    fleet: Fleet = {}
    answers: dict[str, Answer] = {}
    with ExitStack() as stack:
        for name in names:
            print(f"starting and warming {name}", file=sys.stderr)
            server = stack.enter_context(PEERS[name].server(site, name, threads, cpus))
            fleet[name] = server
            answers[name] = verify(server, site.bank)
            warm(site, server, load)
        yield fleet, answers
