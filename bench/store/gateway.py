"""A gateway as it ships, on a database that fill_store made; ended for certain."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Sequence

from programs import ProgramFailed
from report.process import stop

START_LIMIT = 120.0  # seconds
STOP_LIMIT = 30.0
POLL = 0.002


class Gateway:
    """Use as a context manager. The system chooses the ports."""

    def __init__(self, program: Path, folder: Path, options: Sequence[str] = (),
                 cpus: str | None = None) -> None:
        self._command = [*(["taskset", "-c", cpus] if cpus else []), str(program), "serve",
                         "--database", str(folder / "bank.db"), "--listen", "127.0.0.1:0",
                         "--admin-listen", "127.0.0.1:0", "--threads", "1",
                         "--tpp-rate", "0", "--address-rate", "0", *options]
        self._output = folder / "gateway.out"
        self._process: subprocess.Popen[bytes] | None = None
        self.public = ""
        self.private = ""
        self.seconds_to_ready = 0.0

    def __enter__(self) -> Gateway:
        begun = time.monotonic()
        with open(self._output, "wb") as output:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL,
                                             stdout=output, stderr=subprocess.STDOUT)
        try:
            while not self._is_ready():
                self._check_alive()
                if time.monotonic() - begun > START_LIMIT:
                    raise ProgramFailed(f"multipass: not ready after {START_LIMIT:.0f} s")
                time.sleep(POLL)
        except BaseException:
            self._stop()
            raise
        self.seconds_to_ready = time.monotonic() - begun
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def resident_bytes(self) -> int:
        assert self._process is not None
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def metric(self, line_start: str) -> float:
        """The value of the first line of /metrics that begins so."""
        for line in self._get("/metrics").splitlines():
            if line.startswith(line_start):
                return float(line.rsplit(" ", 1)[1])
        raise ProgramFailed(f"multipass: /metrics has no line {line_start}")

    def _is_ready(self) -> bool:
        """The addresses stand in the output, and /readyz says 200."""
        found = dict(re.findall(r"(public|private) +http://(\S+)", self._output.read_text()))
        if len(found) < 2:
            return False
        self.public, self.private = found["public"], found["private"]
        try:
            self._get("/readyz")
            return True
        except OSError:
            return False

    def _get(self, path: str) -> str:
        connection = http.client.HTTPConnection(self.private, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise OSError(f"{path}: status {answer.status}")
        return text

    def _check_alive(self) -> None:
        assert self._process is not None
        if self._process.poll() is not None:
            words = self._output.read_text(errors="replace").strip() or "it said nothing"
            raise ProgramFailed(f"multipass: ended by itself: {words.splitlines()[-1]}")

    def _stop(self) -> None:
        if self._process is not None:
            stop(self._process, STOP_LIMIT)
