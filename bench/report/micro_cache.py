"""What token_cache_bench found."""

from __future__ import annotations

from report.figures import figure_ns, figure_ratio, ns
from report.google_benchmark import Measured
from report.result_file import ResultFile
from report.spread import Spread

# Filters. The headline is repeated most: the goals refer to it.
MEMORY = "^memory/"  # in a process of its own: what is freed stays with it
HEADLINE = (r"^(dependent_load/tokens:(10000|1000000)/|"
            r"lookup_chained/[a-z_]+/tokens:(10000|1000000)/|"
            r"lookup/[a-z_]+/tokens:1000000/(zipf:0/writes:0$|zipf:1/writes:10/.*threads:2))")
UP_TO_A_MILLION = (r"^(lookup_stranger/[a-z_]+/tokens:(10000|1000000)$|"
                   r"lookup/[a-z_]+/tokens:10000/|"
                   r"lookup/[a-z_]+/tokens:1000000/(zipf:0/writes:0/|zipf:0/writes:10|"
                   r"zipf:1/writes:(0|100)|zipf:1/writes:10$))")
TEN_MILLION = "tokens:10000000"

OURS = "multipass"
PEERS = {"tbb": "tbb::concurrent_hash_map", "libcuckoo": "libcuckoo",
         "shared_mutex": "shared_mutex, unordered_map", "mutex": "mutex, unordered_map"}
TITLES = {OURS: "token cache", **PEERS}
TOKENS = (10_000, 1_000_000, 10_000_000)


def lookup(name: str, tokens: int, zipf: int, writes: int, threads: int) -> str:
    plain = f"lookup/{name}/tokens:{tokens}/zipf:{zipf}/writes:{writes}"
    return plain if threads == 1 else f"{plain}/threads:{threads}"


def chained(name: str, tokens: int) -> str:
    return f"lookup_chained/{name}/tokens:{tokens}/zipf:0"


def memory(name: str) -> str:
    return f"memory/{name}/tokens:1000000"


def floor(measured: Measured, tokens: int, fitted: bool = False) -> str:
    """Of the two floors for so many tokens, the one in less or in more memory."""
    lines = {int(name.split("lines:")[1]): name for name in measured.times
             if name.startswith(f"dependent_load/tokens:{tokens}/")}
    return lines[min(lines) if fitted else max(lines)]


def describe(results: ResultFile, measured: Measured) -> None:
    figures(results, measured)
    latency_table(results, measured)
    for tokens in TOKENS:
        if lookup(OURS, tokens, 0, 10, 2) in measured.times:  # not in a quick run
            throughput_table(results, measured, tokens)
    if memory(OURS) in measured.times:  # not in a quick run
        stranger_table(results, measured)
        memory_table(results, measured)
        plots(results, measured)


def figures(results: ResultFile, measured: Measured) -> None:
    figure_ns(results, "cache.hit_10k_ns", measured.spread(chained("multipass_fitted", 10_000)))
    figure_ns(results, "cache.hit_10k_shipped_ns", measured.spread(chained(OURS, 10_000)))
    figure_ns(results, "cache.hit_1m_ns", measured.spread(chained(OURS, 1_000_000)))
    figure_ratio(results, "cache.hit_10k_shipped_vs_floor",
                 measured.ratio(chained(OURS, 10_000), floor(measured, 10_000)))
    for name, tokens in (("1m", 1_000_000), ("10m", 10_000_000)):
        if chained(OURS, tokens) in measured.times:
            figure_ratio(results, f"cache.hit_{name}_vs_floor",
                         measured.ratio(chained(OURS, tokens), floor(measured, tokens)))
    for peer in PEERS:
        figure_ratio(results, f"cache.vs_{peer}_1m", advantage(measured, peer, 1_000_000, 0, 0, 1))
        figure_ratio(results, f"cache.vs_{peer}_2threads",
                     advantage(measured, peer, 1_000_000, 1, 10, 2))


def advantage(measured: Measured, peer: str, tokens: int, zipf: int, writes: int,
              threads: int) -> Spread:
    """How many look-ups the token cache does while the peer does one."""
    return measured.ratio(lookup(peer, tokens, zipf, writes, threads),
                          lookup(OURS, tokens, zipf, writes, threads))


def latency_table(results: ResultFile, measured: Measured) -> None:
    rows = []
    for tokens in TOKENS:
        if chained(OURS, tokens) not in measured.times:
            continue
        rows += latency_rows(measured, tokens)
    results.table("A hit, from digest to grant",
                  ["tokens", "map", "ns", "over the floor", "missed, %"], rows,
                  "Each outcome decides which look-up comes next, so nothing overlaps. The floor "
                  "is a walk in random order over as many cache lines as there are tokens, "
                  "scattered over as much memory as the cache has. The table as shipped has "
                  "1,048,576 slots, or room for twice the tokens where that is more; the fitted "
                  "one has room for twice the tokens, as the peers have.")


def latency_rows(measured: Measured, tokens: int) -> list[list[str]]:
    shipped = floor(measured, tokens)
    shown = [("floor", shipped, shipped),
             *((title, chained(name, tokens), shipped) for name, title in TITLES.items())]
    fitted = chained("multipass_fitted", tokens)
    if fitted in measured.times:
        own_floor = floor(measured, tokens, fitted=True)
        shown = [("floor in the fitted table's memory", own_floor, own_floor),
                 ("token cache, fitted", fitted, own_floor), *shown]
    return [[f"{tokens:,}", title, ns(measured.spread(name)),
             f"{measured.ratio(name, under).value:.2f}x",
             f"{measured.counters[name].get('misses_%', 0):.1f}"] for title, name, under in shown]


def throughput_table(results: ResultFile, measured: Measured, tokens: int) -> None:
    rows = []
    for zipf in (0, 1):
        for threads in (1, 2):
            for writes in (0, 10, 100):
                times = {n: measured.ns(lookup(n, tokens, zipf, writes, threads)) for n in TITLES}
                best = min(times[n] for n in PEERS)
                rows.append(["Zipf 0.99" if zipf else "uniform", str(threads), f"{writes / 10:g} %",
                             *(f"{t:.1f}" for t in times.values()), f"{best / times[OURS]:.1f}x"])
    lost = measured.counter(lookup(OURS, tokens, 0, 0, 1), "misses_%")
    results.table(f"Look-ups one after the other, {tokens:,} tokens",
                  ["asked for", "threads", "writes", *(TITLES.values()), "best peer / ours"], rows,
                  "ns an operation, of all threads together: with two threads half of what one "
                  f"takes would be perfect. {lost:.1f} % of the token cache's look-ups miss, "
                  "because a set was full; the peers keep everything, and check nothing.")


def stranger_table(results: ResultFile, measured: Measured) -> None:
    rows = [[f"{tokens:,}", *(f"{measured.ns(f'lookup_stranger/{n}/tokens:{tokens}'):.1f}"
                              for n in TITLES)]
            for tokens in TOKENS if f"lookup_stranger/{OURS}/tokens:{tokens}" in measured.times]
    results.table("Look-ups of tokens that are not there", ["tokens", *TITLES.values()], rows,
                  "ns an operation, one thread.")


def memory_table(results: ResultFile, measured: Measured) -> None:
    per_slot = measured.counter(memory(OURS), "bytes_per_slot")
    results.figure("cache.bytes_per_slot", per_slot, "bytes")
    rows = [[title, f"{measured.counter(memory(name), 'bytes_per_token'):.0f}"]
            for name, title in TITLES.items() if memory(name) in measured.times]
    results.table("Memory, 1,000,000 tokens", ["map", "bytes a token"], rows,
                  "Growth of the process's resident memory. The token cache is at half load: 64 "
                  "bytes a slot, and its size never changes.")


def plots(results: ResultFile, measured: Measured) -> None:
    counts = [t for t in TOKENS if chained(OURS, t) in measured.times]
    series = [{"name": title, "points": [[t, round(measured.ns(chained(name, t)), 1)]
                                         for t in counts]} for name, title in TITLES.items()]
    series.append({"name": "one dependent load", "points":
                   [[t, round(measured.ns(floor(measured, t)), 1)] for t in counts]})
    results.plot({"name": "token-cache-latency", "title": "A hit, from digest to grant",
                  "kind": "line", "x": {"label": "tokens", "log": True},
                  "y": {"label": "ns", "log": True}, "series": series})
    results.plot({"name": "token-cache-threads", "kind": "bar",
                  "title": "1,000,000 tokens, Zipf 0.99, 1 % writes: ns an operation",
                  "x": {"label": "map", "log": False},
                  "y": {"label": "ns, less is better", "log": False},
                  "series": [{"name": label, "points": [
                      [title, round(measured.ns(lookup(name, 1_000_000, 1, 10, threads)), 1)]
                      for name, title in TITLES.items()]}
                             for threads, label in ((1, "1 thread"), (2, "2 threads"))]})
