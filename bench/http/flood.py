"""A flood of made-up tokens against valid traffic: what a guess costs, and whether it reaches the
store."""

from __future__ import annotations

from comparison import Comparison, cpu_ratio, cpu_us, of, rate
from fleet import Fleet, store_reads
from rounds import Entry


def flood(c: Comparison, fleet: Fleet) -> None:
    server = fleet["gateway"]
    valid = c.load()
    unknown = c.load(mix="unknown=100")
    before = store_reads(server)
    samples = c.run_entries("flood", [Entry("valid", server, valid),
                                      Entry("unknown", server, unknown)])
    reads = store_reads(server) - before
    c.figure("http.flood.cpu_vs_valid", cpu_ratio(samples, "unknown", "valid"), "x")
    flooded = sum(s.answered for s in samples["unknown"])
    # All reads are put down to the flood; the valid traffic's, from memory, are none.
    c.results.figure("http.flood.store_reads_per_request", reads / flooded, "reads")
    rows = [[name, of(s, cpu_us).text(), round(of(s, rate).value)] for name, s in samples.items()]
    c.results.table("Made-up tokens against valid ones", ["tokens", "CPU-us/request",
                                                          "requests/s"], rows,
                    f"Every request of the flood has another token of 25 random characters. "
                    f"{reads:.0f} store reads in {flooded} such requests.")
