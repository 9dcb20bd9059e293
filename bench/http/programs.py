"""Where the programs of the comparison are: built ones in a build folder, the others installed."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Debian package of each installed program.
PACKAGES = {"nginx": "nginx-light", "haproxy": "haproxy", "strace": "strace",
            "valgrind": "valgrind", "taskset": "util-linux"}
LUA_MODULE = Path("/usr/lib/nginx/modules/ngx_http_lua_module.so")


class Missing(RuntimeError):
    """A program that the comparison needs is not there."""


@dataclass(frozen=True)
class Programs:
    build: Path

    @property
    def gateway(self) -> Path:
        return self._built(self.build / "multipass")

    def bench(self, name: str) -> Path:
        """A benchmark program, in `build`/bench or in its part's folder below."""
        folder = self.build / "bench"
        found = [p for p in (folder / name, *folder.glob(f"*/{name}")) if p.is_file()]
        return self._built(found[0] if found else folder / name)

    def _built(self, path: Path) -> Path:
        if not path.is_file():
            raise Missing(f"{path}: not built; tools/build --benches builds it")
        return path


def installed(name: str) -> str:
    """Path of an installed program; /usr/sbin counts even where it is not in PATH."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None:
        raise Missing(f"{name}: not installed; the Debian package is {PACKAGES[name]}")
    return path


def check_all(programs: Programs) -> None:
    """Fails before anything is started, not an hour later."""
    programs.gateway
    for name in ("fill_store", "multipass-load", "epoll_floor", "epoll_work", "beast_example",
                 "liballoc_count.so"):
        programs.bench(name)
    for name in PACKAGES:
        installed(name)
    if not LUA_MODULE.is_file():
        raise Missing(f"{LUA_MODULE}: not installed; the package is libnginx-mod-http-lua")


def versions() -> dict[str, str]:
    """Versions of the installed peers."""
    packages = {"nginx": "nginx-light", "nginx Lua module": "libnginx-mod-http-lua",
                "LuaJIT": "libluajit2-5.1-2", "HAProxy": "haproxy"}
    found = {}
    for name, package in packages.items():
        done = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True,
                              text=True)
        found[name] = done.stdout.strip() or "unknown"
    return found
