"""The program in a process of its own, on free ports of the loopback."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import time
from pathlib import Path

from harness.client import Address, Client

START_LIMIT = 60.0  # s
# Small memory, so that a start takes milliseconds; nothing here is about rates.
SETTINGS = ("--sandbox", "--token-cache-entries", "1024", "--address-rate", "0", "--tpp-rate", "0",
            "--max-connections-per-address", "0")
ANY_PORT = ("127.0.0.1", 0)


class NotStarted(Exception):
    """The program ended before it listened. `code` is its exit status, `said` its last words."""

    def __init__(self, code: int, said: str):
        super().__init__(f"exit status {code}: {said}")
        self.code, self.said = code, said


class Server:
    """Started when this returns. The log is <database>.log, one for all runs on that database."""

    def __init__(self, program: str, database: Path, *settings: str,
                 environment: dict[str, str] | None = None,
                 public: Address = ANY_PORT, private: Address = ANY_PORT):
        self.log_path = database.with_name(database.name + ".log")
        self.log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [program, "serve", *SETTINGS, "--database", str(database),
                 "--listen", "%s:%d" % public, "--admin-listen", "%s:%d" % private, *settings],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                env=os.environ | (environment or {}))
        text = self._read_start_text()
        if "private" not in text:
            raise NotStarted(self.process.wait(), self.log_text().strip())
        self.public, self.private = (self._address(text, name) for name in ("public", "private"))

    def _read_start_text(self) -> str:
        output, text = self.process.stdout, b""
        assert output is not None
        end = time.monotonic() + START_LIMIT
        while b"private" not in text or not text.endswith(b"\n"):
            if not select.select([output], [], [], max(0.0, end - time.monotonic()))[0]:
                self.kill()
                raise TimeoutError(f"no start within {START_LIMIT} s: {text!r}")
            if not (part := os.read(output.fileno(), 4096)):
                break
            text += part
        output.close()
        return text.decode()

    @staticmethod
    def _address(text: str, listener: str) -> Address:
        found = re.search(listener + r" +\w+://([\d.]+):(\d+)", text)
        assert found, text
        return found[1], int(found[2])

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self.process.pid

    def client(self) -> Client:
        return Client(self.public, self.private)

    def running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """kill -9; harmless when it has ended already."""
        if self.running():
            self.process.kill()
        self.process.wait()

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        self.terminate()
        return self.process.wait(timeout=60)

    def log_text(self) -> str:
        """What this run has logged so far."""
        with self.log_path.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace")

    def events(self, name: str) -> list[dict]:
        lines = [line for line in self.log_text().splitlines() if line.endswith("}")]
        return [event for line in lines if (event := json.loads(line))["event"] == name]

    def resident(self) -> int:
        """Bytes of memory in use."""
        return self._status("VmRSS") * 1024

    def address_space(self) -> int:
        return self._status("VmSize") * 1024

    def _status(self, name: str) -> int:
        text = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
        assert found, text
        return int(found[1])

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
