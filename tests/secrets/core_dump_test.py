#!/usr/bin/env python3
"""A server that dies leaves no copy of its memory behind, where others on this machine do.

    core_dump_test.py build/release/multipass [unittest arguments]
"""

from __future__ import annotations

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from bank import Bank, allow_core_dumps  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""


def dumps_core(process: subprocess.Popen) -> bool:
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -signal.SIGQUIT
    return os.WCOREDUMP(status)


class CoreDumps(unittest.TestCase):
    def test_a_dying_server_leaves_no_memory_behind(self) -> None:
        if b"__asan_init" in pathlib.Path(PROGRAM).read_bytes():
            self.skipTest("AddressSanitizer's leak check traces its own process")
        with tempfile.TemporaryDirectory(prefix="multipass-core-") as folder:
            bank = Bank(PROGRAM, folder)
            limits = pathlib.Path(f"/proc/{bank.process.pid}/limits").read_text()
            bank.process.send_signal(signal.SIGQUIT)
            self.assertFalse(dumps_core(bank.process))
            bank.stop()
            self.assertFalse([f for f in os.listdir(folder) if "core" in f])
            self.assertTrue(re.search(r"Max core file size +0 +0 ", limits), limits)

    def test_this_machine_would_dump_it(self) -> None:
        with tempfile.TemporaryDirectory(prefix="multipass-core-") as folder:
            other = subprocess.Popen(["sleep", "60"], cwd=folder, preexec_fn=allow_core_dumps)
            other.send_signal(signal.SIGQUIT)
            if not dumps_core(other):
                self.skipTest("no core dumps here: the other test shows the limits alone")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
