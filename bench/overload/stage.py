"""What the scenarios play on: a filled store, its tokens dealt into disjoint parts, and a gateway
that is started anew, with empty memory, wherever a scenario needs tokens that it has not seen."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from bank import FILL_LIMIT, gateway_command
from overload_options import Scale
from programs import Programs
from report.result_file import ResultFile
from servers import Server

SERVER_CPU, LOAD_CPU = "0", "1"
HITS = 10_000  # distinct tokens that are warm; their answers fit into the default memory
ONE_TPP = 1_000  # of these, those of the honest TPP in the floods
PROBES = 100  # tokens, and codes, for each part of the mixed overload that no load brings
PSUS = 2_000
VARIANTS = 2  # of the mixed overload
ROUND_SHARES = 3


@dataclass(frozen=True)
class Stage:
    programs: Programs
    folder: Path
    port: int
    scale: Scale
    results: ResultFile

    @property
    def database(self) -> Path:
        return self.folder / "bank.db"

    def part(self, name: str) -> Path:
        """A file of tokens or codes that deal() wrote."""
        return self.folder / name

    @contextmanager
    def gateway(self, settings: tuple[str, ...] = ()) -> Iterator[Server]:
        """As shipped but for --threads 1 and `settings`; one at a time, all on one database."""
        command = gateway_command(self.programs, self.database, self.port, 1, settings)
        with Server("gateway", command, self.port, self.folder / "gateway", SERVER_CPU,
                    admin_port=self.port + 1) as server:
            yield server


def fill(stage: Stage) -> None:
    """Makes the store, in an empty folder."""
    shutil.rmtree(stage.folder, ignore_errors=True)
    stage.folder.mkdir(parents=True)
    filled = subprocess.run([stage.programs.bench("fill_store"), "--database", stage.database,
                             "--tokens", str(stage.scale.tokens),
                             "--codes", str(stage.scale.codes), "--psus", str(PSUS),
                             "--out", stage.folder],
                            timeout=FILL_LIMIT, capture_output=True, text=True)
    if filled.returncode != 0:
        raise RuntimeError(f"fill_store: {filled.stderr.strip()}")
    deal(stage)


def deal(stage: Stage) -> None:
    """Writes the disjoint parts: tokens `hits` (halves `honest` and `flooding`), `misses`,
    `probes`; codes `codes.capacity`, `codes.1` ... one for each round of each variant of the mixed
    overload, `code-probes`."""
    parts = VARIANTS * stage.scale.rounds
    probes = parts * PROBES
    tokens = (stage.folder / "valid.tokens").read_text().splitlines()
    write(stage.part("hits"), tokens[:HITS])
    write(stage.part("honest"), tokens[:ONE_TPP])
    write(stage.part("flooding"), tokens[ONE_TPP:HITS])
    write(stage.part("misses"), tokens[HITS:-probes])
    write(stage.part("probes"), tokens[-probes:])
    codes = iter((stage.folder / "codes").read_text().splitlines())
    write(stage.part("code-probes"), list(itertools.islice(codes, probes)))
    # The capacity is measured for a shorter time, at about half the rate of a round.
    share = (stage.scale.codes - probes) // (1 + ROUND_SHARES * parts)
    write(stage.part("codes.capacity"), list(itertools.islice(codes, share)))
    for number in range(1, parts + 1):
        write(stage.part(f"codes.{number}"), list(itertools.islice(codes, ROUND_SHARES * share)))


def write(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines))


def lines_in(path: Path) -> int:
    with path.open() as lines:
        return sum(1 for _ in lines)
