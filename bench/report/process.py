"""Ending what a benchmark started: for certain, and also where the benchmark itself is ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress


def exit_on_sigterm() -> None:
    """SIGTERM unwinds the stack, so that what was started is ended on the way."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def stop(process: subprocess.Popen[bytes], limit: float,
         asked_by: signal.Signals = signal.SIGTERM) -> None:
    """Asks it to end, and kills it when it has not after `limit` seconds."""
    process.send_signal(asked_by)
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(limit)
    finally:  # on the way out of an exception, too
        process.kill()
        process.wait()
