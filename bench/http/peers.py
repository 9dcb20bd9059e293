"""What is compared: how each server is configured and started, and what it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from bank import Bank, gateway_command
from programs import LUA_MODULE, Programs, installed
from servers import Server

HERE = Path(__file__).resolve().parent
SHARED_DICT_BYTES = 256  # per token: key, value, tree node, slab rounding, with room to spare


@dataclass
class Site:
    """Where servers are started: a bank, a folder for what they write, ports that are free."""

    programs: Programs
    bank: Bank
    folder: Path
    next_port: int
    gateway_settings: tuple[str, ...] = ()  # other than the defaults
    gateway_wrapper: tuple[str, ...] = ()  # such as valgrind
    gateway_environment: dict[str, str] | None = None  # besides what is there

    def take_ports(self, count: int) -> int:
        first, self.next_port = self.next_port, self.next_port + count
        return first


Starter = Callable[[Site, str, int, str | None], Server]


@dataclass(frozen=True)
class Peer:
    title: str
    checks_tokens: bool
    server: Starter
    may_lose_tokens: bool = False  # knows what its cache holds, and has no store behind it

    @property
    def every_answer_as_expected(self) -> bool:
        return self.checks_tokens and not self.may_lose_tokens


def filled_in(template: str, values: dict[str, object]) -> str:
    """A configuration file of this folder with its @NAMES@ replaced."""
    text = (HERE / template).read_text()
    return re.sub(r"@([A-Z_]+)@", lambda m: str(values.get(m[1], m[0])), text)


def quoted_for_nginx(body: bytes) -> str:
    """For a string in single quotes. nginx has no way to write a dollar sign in one."""
    text = body.decode()
    if "$" in text:
        raise ValueError("the body holds a dollar sign, which nginx cannot return as it is")
    return text.replace("\\", "\\\\").replace("'", "\\'")


def request_id(site: Site) -> str:
    return site.bank.answer.fields()["X-Request-ID"]


def gateway(site: Site, name: str, threads: int, cpus: str | None) -> Server:
    port, folder = site.take_ports(2), site.folder / name
    command = gateway_command(site.programs, site.bank.copy_database(folder), port, threads,
                              site.gateway_settings)
    return Server(name, [*site.gateway_wrapper, *command], port, folder, cpus,
                  site.gateway_environment, admin_port=port + 1)


def built(program: str, *options: str) -> Starter:
    """One of the C++ peers."""
    def start(site: Site, name: str, threads: int, cpus: str | None) -> Server:
        port = site.take_ports(1)
        files = {"TOKENS": str(site.bank.peer_tokens)}
        command = [str(site.programs.bench(program)), "--port", str(port),
                   "--threads", str(threads), "--answer", str(site.bank.answer_file),
                   *(files.get(o, o) for o in options)]
        return Server(name, command, port, site.folder / name, cpus)
    return start


def nginx(template: str, key: str = "") -> Starter:
    def start(site: Site, name: str, threads: int, cpus: str | None) -> Server:
        port, folder = site.take_ports(1), site.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        size = max(16 * 2**20, site.bank.tokens * SHARED_DICT_BYTES)
        (folder / "nginx.conf").write_text(filled_in(template, {
            "PORT": port, "WORKERS": threads, "REQUEST_ID": request_id(site),
            "BODY": quoted_for_nginx(site.bank.answer.body), "BODY_FILE": site.bank.body_file,
            "TOKENS": site.bank.peer_tokens, "DICT_SIZE": f"{size // 1024}k", "KEY": key,
            "LUA": HERE, "MODULES": LUA_MODULE.parent}))
        command = [installed("nginx"), "-p", f"{folder}/", "-c", f"{folder}/nginx.conf"]
        return Server(name, command, port, folder, cpus)
    return start


def haproxy(site: Site, name: str, threads: int, cpus: str | None) -> Server:
    port, folder = site.take_ports(1), site.folder / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "haproxy.cfg").write_text(filled_in("haproxy.cfg", {
        "PORT": port, "WORKERS": threads, "REQUEST_ID": request_id(site),
        "BODY_FILE": site.bank.body_file}))
    command = [installed("haproxy"), "-db", "-f", f"{folder}/haproxy.cfg"]
    return Server(name, command, port, folder, cpus)


PEERS = {
    "gateway": Peer("the gateway", True, gateway),
    "gateway_again": Peer("the gateway, a second process", True, gateway),
    "gateway_before": Peer("the gateway of the earlier revision", True, gateway),
    "floor": Peer("raw epoll loop, canned bytes", False, built("epoll_floor")),
    "floor_gathered": Peer("raw epoll loop, one send for all that a read brought", False,
                           built("epoll_floor", "--gather")),
    "work": Peer("raw epoll loop with the gateway's parser, digest, cache", True,
                 built("epoll_work", "--gather", "--tokens", "TOKENS"), may_lose_tokens=True),
    "nginx": Peer("nginx `return 200`, no token check", False, nginx("nginx_return.conf")),
    "lua": Peer("nginx + Lua, token check", True, nginx("nginx_lua.conf", "key_as_presented")),
    "lua_sha256": Peer("nginx + Lua, token check with SHA-256", True,
                       nginx("nginx_lua.conf", "key_as_digest")),
    "beast": Peer("Boost.Beast as in its examples, no token check", False,
                  built("beast_example")),
    "haproxy": Peer("HAProxy `http-request return`, no token check", False, haproxy),
}
