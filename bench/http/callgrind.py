"""valgrind's callgrind around a server: instructions in user space, by function with callees."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from programs import installed

TOTAL = "in all"
LIMIT = 120.0  # seconds for one command to a program under valgrind
LINE = re.compile(r"^\s*([\d,]+)\s+(?:\([^)]*\)\s+)?\S*?:(\S.*?)(?: \[[^\]]*\])?$")


def wrapper(folder: Path) -> tuple[str, ...]:
    """What goes before the server's command."""
    return (installed("valgrind"), "--tool=callgrind", f"--callgrind-out-file={folder}/out")


def control(pid: int, command: str) -> None:
    subprocess.run(["callgrind_control", command, str(pid)], check=True, capture_output=True,
                   timeout=LIMIT)


def zero(pid: int) -> None:
    """Counts from here on."""
    control(pid, "--zero")


def dump(pid: int, folder: Path) -> dict[str, int]:
    """Instructions since zero(): TOTAL, and each function with what it calls."""
    for old in folder.glob("out.*"):
        old.unlink()
    control(pid, "--dump")
    newest, = folder.glob("out.*")
    done = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100",
                           "--show-percs=no", str(newest)],
                          check=True, capture_output=True, text=True, timeout=LIMIT)
    return read_annotated(done.stdout)


def read_annotated(text: str) -> dict[str, int]:
    """callgrind_annotate's lines "1,234  file:function(arguments) [object]"; those of one name,
    such as overloads, add up."""
    counts: dict[str, int] = {}
    for line in text.splitlines():
        if line.endswith("PROGRAM TOTALS"):
            counts[TOTAL] = int(line.split()[0].replace(",", ""))
        elif found := LINE.match(line):
            name = found[2].replace("(anonymous namespace)::", "").split("(", 1)[0]
            counts[name] = counts.get(name, 0) + int(found[1].replace(",", ""))
    return counts
