"""strace -c on a running server: how often it makes which system call."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from cpu_time import with_children
from programs import installed
from report.process import stop

LIMIT = 20.0  # seconds to attach, or to write the table


@contextmanager
def counting(pid: int, output: Path) -> Iterator[dict[str, int]]:
    """Attached to `pid`, its threads and its children. The dictionary is filled at the end."""
    pids = with_children(pid)
    output.unlink(missing_ok=True)
    command = [installed("strace"), "-f", "-c", "-U", "calls,name", "-o", str(output)]
    tracer = subprocess.Popen([*command, *(f"--attach={p}" for p in pids)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    calls: dict[str, int] = {}
    try:
        wait_until_attached(tracer, pids)
        yield calls
    finally:
        stop(tracer, LIMIT, signal.SIGINT)
    calls.update(read_table(output))
    if not calls:  # it was killed, or lost the server
        raise RuntimeError("strace counted no system call")


def wait_until_attached(tracer: subprocess.Popen[bytes], pids: list[int]) -> None:
    """To every thread."""
    end = time.monotonic() + LIMIT
    tasks = [t for p in pids for t in Path(f"/proc/{p}/task").iterdir()]
    while not all("TracerPid:\t0\n" not in (t / "status").read_text() for t in tasks):
        if tracer.poll() is not None or time.monotonic() > end:
            raise RuntimeError("strace cannot attach: it needs the right to trace the servers")
        time.sleep(0.01)


def read_table(output: Path) -> dict[str, int]:
    """Lines of "calls name" between two rules of dashes; a total behind them."""
    calls = {}
    for line in output.read_text().splitlines():
        fields = line.split()
        if len(fields) == 2 and fields[0].isdigit() and fields[1] != "total":
            calls[fields[1]] = int(fields[0])
    return calls
