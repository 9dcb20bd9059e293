"""The test's end of faults_shim.cpp: which calls of the program on its database fail, and how its
wall clock is turned."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

WRITE, SYNC, READ, OPEN = 1, 2, 4, 8
ENDLESS = 1 << 40
LAYOUT = struct.Struct("=6q")  # operations, error, good_calls, failures, failed, seconds


class Faults:
    """One for each program; may be given to the next on the same database."""

    def __init__(self, shim: str, folder: Path):
        path = folder / "faults"
        path.write_bytes(bytes(LAYOUT.size))
        with path.open("r+b") as file:
            self.shared = mmap.mmap(file.fileno(), LAYOUT.size)
        self.environment = {"LD_PRELOAD": shim, "MULTIPASS_FAULTS": str(path)}

    def fail(self, operations: int, error: int, after: int = 0, times: int = ENDLESS) -> None:
        """`times` calls fail after `after` that go well."""
        self._set(0, 0)  # nothing fails while the rest changes
        self._set(1, error)
        self._set(2, after)
        self._set(3, times)
        self._set(4, 0)
        self._set(0, operations)

    def heal(self) -> None:
        self._set(0, 0)

    def failed(self) -> int:
        """Calls since fail()."""
        return self._get(4)

    def turn_clock(self, seconds: int) -> None:
        self._set(5, seconds)

    def _set(self, field: int, value: int) -> None:
        struct.pack_into("=q", self.shared, 8 * field, value)

    def _get(self, field: int) -> int:
        return struct.unpack_from("=q", self.shared, 8 * field)[0]
