"""What is counted, not timed: system calls, allocations and instructions per request.

Each is counted over a short and a long load; the difference belongs to the requests between, and
what start and connections cost drops out.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable

import callgrind
import strace
from comparison import SERVER_CPU, Comparison
from fleet import running
from load_tool import Load, run_load
from peers import PEERS
from programs import Programs
from servers import Server

QUICK = ("gateway",)
WHOLE = ("gateway", "floor", "work", "nginx", "lua", "lua_sha256", "beast")
SHORT = 1.0  # seconds; the long load takes twice as long, or until it has twice the answers
MOST_DOUBLINGS = 5
FEW_TOKENS = 1000  # under valgrind, which is fifty times slower
IDLE = 3.0  # seconds
OWN = "allocations without the idle gateway's"


@dataclass(frozen=True)
class Count:
    answered: int
    events: dict[str, int]


def per_request(probe: Callable[[float], Count]) -> dict[str, float]:
    """`probe` loads for so many seconds and counts meanwhile."""
    short = probe(SHORT)
    for doublings in range(1, MOST_DOUBLINGS + 1):
        long = probe(SHORT * 2**doublings)
        if long.answered >= 2 * short.answered:
            break
    requests = long.answered - short.answered
    if requests <= 0:
        raise RuntimeError("the long load brought no more answers than the short one")
    return {name: (n - short.events.get(name, 0)) / requests for name, n in long.events.items()}


def answered(programs: Programs, server: Server, load: Load) -> int:
    may_err = not PEERS[server.name].every_answer_as_expected
    return run_load(programs.bench("multipass-load"), server.port, load, may_err).answered


def system_calls(c: Comparison) -> None:
    names = QUICK if c.quick else WHOLE
    load = c.load(cpus=None)  # strace needs a core as well
    counted = {}
    with running(c.site, names, 1, SERVER_CPU, load) as (fleet, _):
        for name in names:
            def probe(seconds: float, server: Server = fleet[name]) -> Count:
                with strace.counting(server.pid, c.site.folder / "strace") as calls:
                    requests = answered(c.site.programs, server, replace(load, seconds=seconds))
                return Count(requests, dict(calls))
            counted[name] = per_request(probe)
    own = counted["gateway"]
    c.results.figure("http.accounts.syscalls_per_request", sum(own.values()), "calls")
    rows = [[PEERS[n].title, f"{sum(calls.values()):.3f}", listed(calls)]
            for n, calls in counted.items()]
    c.results.table("System calls per request, 64 connections", ["server", "calls", "which"], rows,
                    "strace -f -c, attached. It slows a server down, so more events wait at every "
                    "epoll_wait, which costs less per request than in earnest; reads and writes "
                    "stay as they are.")


def listed(calls: dict[str, float]) -> str:
    """The ones that a request makes; a tick's or a poll's are too rare to show."""
    shown = sorted(((n, name) for name, n in calls.items() if n >= 0.0005), reverse=True)
    return ", ".join(f"{name} {n:.3f}" for n, name in shown)


def read_counters(path: Path) -> dict[str, int]:
    """What alloc_count.cpp keeps there."""
    allocations, size, frees = struct.unpack("=QQQ", path.read_bytes()[:24])
    return {"allocations": allocations, "bytes": size, "frees": frees}


def since(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: n - before.get(name, 0) for name, n in after.items()}


def idle_allocations(counters: Path) -> float:
    """A second, without any request: by timers, and by the look at the database."""
    before, begin = read_counters(counters), time.monotonic()
    time.sleep(IDLE)
    after = read_counters(counters)
    return since(before, after)["allocations"] / (time.monotonic() - begin)


def allocations(c: Comparison) -> None:
    counters = c.site.folder / "allocations"
    library = c.site.programs.bench("liballoc_count.so")
    site = replace(c.site, folder=c.site.folder / "counting", gateway_environment={
        "LD_PRELOAD": str(library), "ALLOC_COUNT_FILE": str(counters)})
    load = c.load()
    with running(site, QUICK, 1, SERVER_CPU, load) as (fleet, _):
        idle = idle_allocations(counters)

        def probe(seconds: float) -> Count:
            before, begin = read_counters(counters), time.monotonic()
            requests = answered(c.site.programs, fleet["gateway"], replace(load, seconds=2 * seconds))
            counted = since(before, read_counters(counters))
            idly = round(idle * (time.monotonic() - begin))
            return Count(requests, {**counted, OWN: counted["allocations"] - idly})
        found = per_request(probe)
    # One in twenty thousand requests would show; less is the chance of a tick more or less.
    own = max(0.0, round(found[OWN], 4))
    c.results.figure("http.accounts.allocations_per_request", own, "allocations")
    c.results.table("Allocations per request", ["what", "per request"],
                    [[name, f"{n:.6f}"] for name, n in found.items()],
                    f"Counted in malloc and its kin by a preloaded library. Idle, the gateway "
                    f"allocates {idle:.1f} times a second; the last row is without these.")


def instructions_by_function(programs: Programs, folder: Path, server: Server,
                             load: Load) -> dict[str, float]:
    """Per request, of a server that runs under callgrind and writes into `folder`."""
    def probe(seconds: float) -> Count:
        callgrind.zero(server.pid)
        requests = answered(programs, server, replace(load, seconds=seconds))
        return Count(requests, callgrind.dump(server.pid, folder))
    return per_request(probe)


def instructions(c: Comparison) -> None:
    few = c.site.folder / "few.tokens"
    with c.site.bank.valid.open() as lines:
        few.write_text("".join(line for line, _ in zip(lines, range(FEW_TOKENS))))
    folder = c.site.folder / "callgrind"
    folder.mkdir(exist_ok=True)
    site = replace(c.site, folder=folder, gateway_wrapper=callgrind.wrapper(folder))
    load = c.load(tokens={"valid": few}, cpus=None)
    with running(site, QUICK, 1, SERVER_CPU, load) as (fleet, _):
        found = instructions_by_function(site.programs, folder, fleet["gateway"], load)
    whole, digest = found[callgrind.TOTAL], found.get("multipass::sha256", 0.0)
    c.results.figure("http.accounts.instructions_per_request", whole, "instructions")
    # Frames that call themselves count more than once; the gateway's own functions do not.
    shown = sorted(((n, name) for name, n in found.items()
                    if name.startswith("multipass::") and whole / 100 <= n <= whole), reverse=True)
    c.results.table("User instructions per request: the gateway's functions, with what they call",
                    ["function", "instructions", "share"],
                    [[name, f"{n:.0f}", f"{n / whole:.0%}"] for n, name in shown],
                    f"valgrind --tool=callgrind. {digest:.0f} of {whole:.0f} are the token's "
                    f"SHA-256: valgrind's CPU has no SHA instructions, so OpenSSL takes a path of "
                    f"many more, simpler ones than on a CPU that has them.")


def counts(c: Comparison) -> None:
    system_calls(c)
    allocations(c)
    if not c.quick:
        instructions(c)
