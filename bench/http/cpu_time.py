"""CPU time of a server: of its process and all that it started, such as nginx's workers.

The sum comes from the kernel's clock of each process, in nanoseconds, threads that have ended
included (clock_getcpuclockid(3)). /proc/<pid>/stat gives the same sum in ticks of 10 ms; only the
split into user and system is taken from there: the kernel knows it from the timer's samples alone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

CPUCLOCK_SCHED = 2  # linux/posix-timers.h


@dataclass(frozen=True)
class CpuTime:
    seconds: float
    user_ticks: int
    system_ticks: int

    def since(self, before: CpuTime) -> CpuTime:
        return CpuTime(self.seconds - before.seconds, self.user_ticks - before.user_ticks,
                       self.system_ticks - before.system_ticks)

    def user_share(self) -> float:
        """Of this time, from 0 to 1; 0 when no sample fell into it."""
        return self.user_ticks / max(self.user_ticks + self.system_ticks, 1)


def with_children(pid: int) -> list[int]:
    """The process and everything below it."""
    pids = [pid]
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in tasks.read_text().split():
            pids += with_children(int(child))
    return pids


def process_time(pid: int) -> CpuTime:
    seconds = time.clock_gettime((~pid << 3) | CPUCLOCK_SCHED)
    # The name, in parentheses, may hold spaces; user and system time are the 12th and 13th behind.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return CpuTime(seconds, int(fields[11]), int(fields[12]))


def cpu_time(pid: int) -> CpuTime:
    """What `pid` and its children have used so far."""
    parts = [process_time(p) for p in with_children(pid)]
    return CpuTime(sum(p.seconds for p in parts), sum(p.user_ticks for p in parts),
                   sum(p.system_ticks for p in parts))
