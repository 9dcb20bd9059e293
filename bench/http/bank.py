"""The bank that all servers serve: a filled database for the gateway, the same tokens and the same
answer for its peers."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from exchange import Answer, exchange, request
from programs import Programs
from servers import Server

ACCOUNTS = "/api/tpp/accounts"
REDIRECT_URI = "http://127.0.0.1:9090/callback"  # fill_store registers it for the TPP
PSU = "psu1"
FILL_LIMIT = 3600.0  # seconds
WIDE_LIMITS = ("--tpp-rate", "1000000", "--tpp-burst", "1000000", "--address-rate", "1000000",
               "--address-burst", "1000000", "--max-connections-per-address", "0")


@dataclass(frozen=True)
class Bank:
    folder: Path
    tokens: int
    narrow_token: str  # may read balances, not the list
    answer: Answer  # the gateway's, to the first valid token

    @property
    def database(self) -> Path:
        return self.folder / "bank.db"

    @property
    def valid(self) -> Path:
        return self.folder / "valid.tokens"

    @property
    def expired(self) -> Path:
        return self.folder / "expired.tokens"

    @property
    def peer_tokens(self) -> Path:
        """What peers load: the valid tokens, and the narrow one with its scope."""
        return self.folder / "peer.tokens"

    @property
    def answer_file(self) -> Path:
        return self.folder / "answer"

    @property
    def body_file(self) -> Path:
        return self.folder / "body"

    def first_token(self) -> str:
        with self.valid.open() as lines:
            return lines.readline().strip()

    def copy_database(self, to: Path) -> Path:
        """For a gateway of its own; one database serves one gateway at a time."""
        to.mkdir(parents=True, exist_ok=True)
        for suffix in ("", "-wal", ".key", ".admin-key"):
            source = Path(f"{self.database}{suffix}")
            if source.exists():
                shutil.copy(source, to / source.name)
        return to / self.database.name


def stock(programs: Programs, folder: Path, tokens: int, expired: int, port: int) -> Bank:
    """Makes the bank; needs `port` and the one above for a moment."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    database = folder / "bank.db"
    filled = subprocess.run([programs.bench("fill_store"), "--database", database,
                             "--tokens", str(tokens), "--expired", str(expired), "--out", folder],
                            timeout=FILL_LIMIT, capture_output=True, text=True)
    if filled.returncode != 0:
        raise RuntimeError(f"fill_store: {filled.stderr.strip()}")
    command = gateway_command(programs, database, port, 1)
    with Server("gateway", command, port, folder / "stocking", None, admin_port=port + 1) as server:
        narrow = issue_token(server, folder, "account.balance")
        first = (folder / "valid.tokens").open().readline().strip()
        answer, = exchange(port, request(ACCOUNTS, first))
    bank = Bank(folder, tokens, narrow, answer)
    bank.answer_file.write_bytes(answer.whole)
    bank.body_file.write_bytes(answer.body)
    shutil.copy(bank.valid, bank.peer_tokens)
    with bank.peer_tokens.open("a") as lines:
        lines.write(f"{narrow} account.balance\n")
    return bank


def gateway_command(programs: Programs, database: Path, port: int, threads: int,
                    settings: tuple[str, ...] = ()) -> list[str]:
    """The gateway as shipped; everything else at its default unless `settings` says otherwise. Rates
    are counted as always, though against limits that one load generator does not reach."""
    return [str(programs.gateway), "serve", "--database", str(database),
            "--listen", f"127.0.0.1:{port}", "--admin-listen", f"127.0.0.1:{port + 1}",
            "--threads", str(threads), *WIDE_LIMITS, *settings]


def limits_of(gateway: Path) -> tuple[str, ...]:
    """WIDE_LIMITS for a gateway that knows them; one of an earlier revision would not start."""
    keys = subprocess.run([gateway, "example-config"], capture_output=True, text=True, check=True)
    return WIDE_LIMITS if "tpp-rate" in keys.stdout else ()


def issue_token(server: Server, folder: Path, scope: str) -> str:
    """A token with this scope alone, by the way that every token goes."""
    assert server.admin_port is not None
    name, secret = (folder / "tpp").read_text().split()
    asked = call(server.port, f"/api/tpp/authorize?username={name}&secret={quote(secret)}"
                              f"&scope={scope}&redirect_uri={quote(REDIRECT_URI, safe='')}")
    handle = parameter(asked["redirectUrl"], "x-request-id")
    key = Path(f"{folder / 'bank.db'}.admin-key").read_text().strip()
    approved = call(server.admin_port, f"/admin/authorizations/{handle}/approve", key,
                    json.dumps({"psu": PSU}).encode())
    back = approved["redirectUri"]
    redeemed = call(server.port, f"/api/client/token?accessCode={parameter(back, 'accessCode')}"
                                 f"&clientId={parameter(back, 'clientId')}")
    return redeemed["accessToken"]


def call(port: int, path: str, key: str | None = None, body: bytes = b"") -> dict[str, str]:
    answer, = exchange(port, request(path, key, body))
    if answer.status != 200:
        raise RuntimeError(f"{path}: expected status 200, got {answer.whole!r}")
    return json.loads(answer.body)


def parameter(uri: str, name: str) -> str:
    return parse_qs(urlsplit(uri).query)[name][0]
