"""A server process: started on given CPUs, awaited until it listens, ended for certain."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import time
from pathlib import Path
from typing import IO, Sequence

from report.process import stop

ADDRESS = "127.0.0.1"
START_LIMIT = 60.0  # seconds; a gateway under valgrind is slow to begin
STOP_LIMIT = 15.0
MOST_FILES = 65_536


def allow_many_files() -> None:
    """Raises this process's limit of open files, which what it starts inherits: shells give 1024,
    and a thousand connections need more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


class ServerFailed(RuntimeError):
    """A server did not start, or ended when it should not have."""


class Server:
    """One running server. Use as a context manager: what was started is ended."""

    def __init__(self, name: str, command: Sequence[str], port: int, folder: Path,
                 cpus: str | None, environment: dict[str, str] | None = None,
                 admin_port: int | None = None) -> None:
        """`cpus` is a list for taskset(1); None leaves the choice to the kernel."""
        self.name = name
        self.port = port
        self.admin_port = admin_port  # of a gateway
        self.folder = folder
        self._command = [*(["taskset", "-c", cpus] if cpus else []), *command]
        self._environment = {**os.environ, **(environment or {})}
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Server:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._log = open(self.folder / "output", "wb")
        self._process = subprocess.Popen(self._command, cwd=self.folder, env=self._environment,
                                         stdin=subprocess.DEVNULL, stdout=self._log,
                                         stderr=subprocess.STDOUT)
        try:
            self._wait_until_it_listens()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def check_alive(self) -> None:
        if self._process is None or self._process.poll() is not None:
            raise ServerFailed(f"{self.name}: ended by itself; {self._last_words()}")

    def _wait_until_it_listens(self) -> None:
        end = time.monotonic() + START_LIMIT
        while time.monotonic() < end:
            self.check_alive()
            try:
                socket.create_connection((ADDRESS, self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise ServerFailed(f"{self.name}: does not listen on port {self.port} after "
                           f"{START_LIMIT:.0f} s; {self._last_words()}")

    def _last_words(self) -> str:
        text = (self.folder / "output").read_text(errors="replace").strip()
        return f"its output ends in: {text.splitlines()[-1]}" if text else "it said nothing"

    def _stop(self) -> None:
        if self._process is not None:
            stop(self._process, STOP_LIMIT)
        if self._log is not None:
            self._log.close()
