#!/usr/bin/env python3
"""Tests of bench/report: goals, axes, plots, result files, the page; and of what a load heard."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any
from unittest import mock

sys.dont_write_bytecode = True
BENCH = Path(__file__).resolve().parents[2] / "bench"
sys.path[:0] = [str(BENCH), str(BENCH / "overload")]

from heard import heard_of  # noqa: E402
from report import goals, page, plot  # noqa: E402
from report.google_benchmark import BenchmarkError, Measured  # noqa: E402
from report.machine import machine  # noqa: E402
from report.number import number_text, spread_text, tick_text  # noqa: E402
from report.options import bench_parser  # noqa: E402
from report.plot_scale import linear_ticks, log_ticks, make_scale  # noqa: E402
from report.process import stop  # noqa: E402
from report.result_file import ResultFile  # noqa: E402
from report.results import Figure, ResultsError, figures_of, read_parts  # noqa: E402


def figure(name: str, value: float) -> Figure:
    return Figure(name, value, "x", None, None, "some")


class Folder(unittest.TestCase):
    """Result files go into a folder of the test's own."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        named = mock.patch.dict(os.environ, MULTIPASS_BENCH_RESULTS=str(self.folder / "fresh"))
        named.start()
        self.addCleanup(named.stop)
        facts = mock.patch("report.result_file.machine", side_effect=lambda: {
            "cpu": "some", "commit": "c0ffee", "versions": {}})
        facts.start()
        self.addCleanup(facts.stop)

    def result_file(self, part: str = "some") -> ResultFile:
        return ResultFile(part, "Some part", f"tools/bench {part}")


class GoalsFile(unittest.TestCase):
    def test_reads_every_part_of_a_line(self) -> None:
        read = goals.parse_goals("# comment\n\na.b <= 1.15 quick  # less # is more\nc.d>=2 # x\n"
                                 .replace("c.d>=2", "c.d >= 2"))
        self.assertEqual(read, [goals.Goal("a.b", "<=", 1.15, True, "less # is more"),
                                goals.Goal("c.d", ">=", 2, False, "x")])

    def test_refuses_what_it_does_not_understand_with_its_line(self) -> None:
        for line, expected in (
                ("a.b <= 1", "'<figure> <=|>= <number>"),
                ("a.b <= # no number", "'<figure> <=|>= <number>"),
                ("a.b < 1  # x", "<= or >="),
                ("a.b == 1  # x", "<= or >="),
                ("a.b <= one  # x", "a number"),
                ("a.b <= nan  # x", "a number"),
                ("a.b <= inf  # x", "a number"),
                ("a.b <= 1 slow  # x", "quick or nothing"),
                ("a.b <= 1 quick quick # x", "'<figure> <=|>= <number>"),
                ("ab <= 1  # x", "a figure such as"),
                ("A.b <= 1  # x", "a figure such as")):
            with (self.subTest(line),
                  self.assertRaisesRegex(goals.GoalsError, "bench/goals:2: ") as e):
                goals.parse_goals(f"# first\n{line}\n")
            self.assertIn(expected, str(e.exception))

    def test_refuses_a_second_goal_for_a_figure(self) -> None:
        with self.assertRaisesRegex(goals.GoalsError, "bench/goals:2: a.b has a goal already"):
            goals.parse_goals("a.b <= 1  # x\na.b >= 0  # y\n")

    def test_the_projects_own_goals_can_be_read(self) -> None:
        own = goals.read_goals()
        self.assertTrue(any(g.quick for g in own) and any(not g.quick for g in own))


class Verdicts(unittest.TestCase):
    def verdict(self, relation: str, bound: float, value: float | None) -> str:
        goal = goals.Goal("a.b", relation, bound, False, "x")
        return goal.verdict(None if value is None else figure("a.b", value))

    def test_a_bound_itself_is_met(self) -> None:
        self.assertEqual(self.verdict("<=", 1, 1), goals.MET)
        self.assertEqual(self.verdict(">=", 1, 1), goals.MET)

    def test_either_side(self) -> None:
        self.assertEqual(self.verdict("<=", 1, 1.001), goals.MISSED)
        self.assertEqual(self.verdict("<=", 1, 0.5), goals.MET)
        self.assertEqual(self.verdict(">=", 2, 1.999), goals.MISSED)
        self.assertEqual(self.verdict("<=", 0, 0), goals.MET)
        self.assertEqual(self.verdict("<=", 1, None), goals.NOT_MEASURED)

    def test_a_bound_of_zero_has_no_ratio(self) -> None:
        self.assertIsNone(goals.Goal("a.b", "<=", 0, False, "x").ratio(figure("a.b", 3)))
        self.assertEqual(goals.Goal("a.b", "<=", 2, False, "x").ratio(figure("a.b", 3)), 1.5)


class Check(Folder):
    def status(self, text: str, *options: str) -> tuple[int, str]:
        path = self.folder / "goals"
        path.write_text(text)
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
            status = goals.main(["check", "--goals", str(path), "--results",
                                 str(self.folder / "fresh"), *options])
        return status, shown.getvalue()

    def setUp(self) -> None:
        super().setUp()
        results = self.result_file()
        results.figure("a.good", 1, "x")
        results.figure("a.bad", 3, "x")
        results.write()

    def test_status_says_whether_something_is_missed(self) -> None:
        self.assertEqual(self.status("a.good <= 2  # x\n")[0], 0)
        self.assertEqual(self.status("a.bad <= 2  # x\n")[0], 1)
        self.assertEqual(self.status("a.good <= 2  # x\na.bad <= 2  # x\n")[0], 1)

    def test_what_was_not_measured_fails_on_demand_only(self) -> None:
        self.assertEqual(self.status("a.absent <= 2  # x\n")[0], 0)
        self.assertEqual(self.status("a.absent <= 2  # x\n", "--require-all")[0], 1)

    def test_quick_looks_at_quick_goals_only(self) -> None:
        text = "a.good <= 2 quick  # x\na.bad <= 2  # x\n"
        self.assertEqual(self.status(text, "--quick")[0], 0)

    def test_parts_limits_it_to_what_they_measured(self) -> None:
        text = "a.bad <= 2  # x\nb.absent <= 1  # x\n"
        self.assertEqual(self.status(text, "--parts", "other", "--require-all")[0], 0)
        self.assertEqual(self.status(text, "--parts", "some,other")[0], 1)

    def test_shows_figure_bound_and_ratio(self) -> None:
        shown = self.status("a.bad <= 2  # x\n")[1]
        self.assertRegex(shown, r"missed +a\.bad +<= 2 +3x +1\.50 of the goal")

    def test_a_bad_goals_file_is_status_2_and_one_line(self) -> None:
        status, shown = self.status("nonsense\n")
        self.assertEqual((status, shown.count("\n")), (2, 1))

    def test_a_broken_result_file_is_named(self) -> None:
        (self.folder / "fresh/other.json").write_text("{")
        status, shown = self.status("a.good <= 2  # x\n")
        self.assertEqual(status, 1)
        self.assertIn("other.json", shown)


class Axes(unittest.TestCase):
    def test_linear_ticks_are_round_and_cover_the_values(self) -> None:
        self.assertEqual(linear_ticks(0, 10), [0, 2, 4, 6, 8, 10])
        self.assertEqual(linear_ticks(0, 0.7), [0, 0.2, 0.4, 0.6, 0.8])
        self.assertEqual(linear_ticks(-3, 17)[0], -5)
        for low, high in ((0, 1e-9), (0, 3), (99, 101), (5, 5), (0, 0), (0, 123456789)):
            with self.subTest(low=low, high=high):
                ticks = linear_ticks(low, high)
                self.assertTrue(ticks[0] <= low and ticks[-1] >= high and len(ticks) > 1)
                self.assertLess(len(ticks), 12)

    def test_log_ticks_are_1_2_5_and_cover_the_values(self) -> None:
        self.assertEqual(log_ticks(1, 10), [1, 2, 5, 10])
        self.assertEqual(log_ticks(3, 40), [2, 5, 10, 20, 50])
        self.assertEqual(log_ticks(0.003, 0.004), [0.002, 0.005])
        self.assertEqual(log_ticks(7, 7), [5, 10])
        self.assertEqual(log_ticks(10, 10), [10, 20])

    def test_many_decades_are_marked_by_the_decade(self) -> None:
        scale = make_scale([1e3, 1e7], True, 0, 100)
        self.assertEqual(list(scale.ticks), [1e3, 1e4, 1e5, 1e6, 1e7])

    def test_positions(self) -> None:
        linear = make_scale([0, 10], False, 100, 0)
        self.assertEqual([linear.position(v) for v in (0, 5, 10)], [100, 50, 0])
        log = make_scale([1, 100], True, 0, 100)
        self.assertAlmostEqual(log.position(10), 50)

    def test_from_zero(self) -> None:
        self.assertEqual(make_scale([90, 100], False, 0, 1, from_zero=True).low, 0)
        self.assertGreater(make_scale([90, 100], False, 0, 1).low, 0)

    def test_refuses_what_it_cannot_show(self) -> None:
        for values, log in (([], False), ([], True), ([0, 1], True), ([-1, 1], True)):
            with self.subTest(values=values, log=log), self.assertRaises(ValueError):
                make_scale(values, log, 0, 1)


class Numbers(unittest.TestCase):
    def test_three_significant_digits(self) -> None:
        for value, text in ((0, "0"), (2, "2"), (1.15, "1.15"), (0.0045678, "0.00457"), (-3.14159,
                            "-3.14"), (12345.6, "12,346"), (999.96, "1,000"), (1e6, "1,000,000")):
            self.assertEqual(number_text(value), text)

    def test_ticks(self) -> None:
        for value, text in ((0, "0"), (0.2, "0.2"), (500, "500"), (1000, "1k"), (2.5e6, "2.5M")):
            self.assertEqual(tick_text(value), text)

    def test_spread(self) -> None:
        self.assertEqual(spread_text(1.5, 1.25, 2, "x"), "1.50x (1.25-2)")
        self.assertEqual(spread_text(16.9, None, None, "ns"), "16.9 ns")


def some_plot(kind: str = "line", log: bool = False, points: Any = None) -> dict[str, Any]:
    points = points or ([["a", 1], ["b", 3]] if kind == "bar" else [[1, 10], [10, 20]])
    return {"name": "some-plot", "title": "A <plot> & more", "kind": kind,
            "x": {"label": "x", "log": log}, "y": {"label": "y", "log": log},
            "series": [{"name": "one", "points": points}, {"name": "two", "points": points}]}


class Plots(unittest.TestCase):
    def test_every_kind_is_well_formed_and_without_scripts(self) -> None:
        for kind in ("line", "bar"):
            for log in (False, True):
                with self.subTest(kind=kind, log=log):
                    svg = plot.draw(some_plot(kind, log))
                    xml.fromstring(svg)
                    self.assertNotIn("<script", svg)
                    self.assertIn("prefers-color-scheme:dark", svg)
                    self.assertIn("A &lt;plot&gt; &amp; more", svg)

    def test_the_same_results_make_the_same_bytes(self) -> None:
        self.assertEqual(plot.draw(some_plot()), plot.draw(some_plot()))

    def test_all_stays_inside_the_picture(self) -> None:
        root = xml.fromstring(plot.draw(some_plot("line", True, [[1, 1], [1e6, 1e9], [30, 7]])))
        width, height = float(root.get("width", 0)), float(root.get("height", 0))
        for circle in root.iter("{http://www.w3.org/2000/svg}circle"):
            self.assertTrue(0 < float(circle.get("cx", -1)) < width)
            self.assertTrue(0 < float(circle.get("cy", -1)) < height)

    def test_an_error_names_the_plot(self) -> None:
        for points in ([], [[0, 1], [1, 2]]):
            bad = some_plot("line", True)
            bad["series"] = [{"name": "one", "points": points}]
            with self.subTest(points=points), self.assertRaisesRegex(ValueError, "plot some-plot"):
                plot.draw(bad)


class Machine(unittest.TestCase):
    def test_says_what_a_figure_was_taken_on(self) -> None:
        facts = machine()
        self.assertEqual(set(facts), {"cpu", "cores", "memory", "kernel", "compiler", "flags",
                                      "commit", "versions"})
        self.assertTrue(all(facts.values()))


class ResultFiles(Folder):
    def test_are_read_as_they_were_written(self) -> None:
        results = self.result_file()
        results.figure("a.b", 1.5, "x", low=1, high=2)
        results.table("T", ["a", "b"], [["x", 1]])
        results.plot(some_plot())
        results.setting("s")
        results.note("n")
        results.versions["nginx"] = "1"
        results.write()
        part, = read_parts(self.folder / "fresh")
        self.assertEqual(figures_of([part])["a.b"], Figure("a.b", 1.5, "x", 1, 2, "some"))
        self.assertEqual((part["settings"], part["notes"]), (["s"], ["n"]))
        self.assertEqual(part["machine"]["versions"]["nginx"], "1")

    def test_mistakes_are_refused_where_they_are_made(self) -> None:
        results = self.result_file()
        results.figure("a.b", 1, "x")
        with self.assertRaises(ValueError):
            results.figure("a.b", 1, "x")
        with self.assertRaises(ValueError):
            results.figure("a.c", float("nan"), "x")
        with self.assertRaises(ValueError):
            results.figure("noname", 1, "x")
        with self.assertRaises(ValueError):
            results.table("T", ["a", "b"], [["x"]])
        with self.assertRaises(ValueError):
            results.plot({**some_plot(), "kind": "pie"})
        with self.assertRaises(ValueError):
            ResultFile("../up", "t", "c")

    def test_a_figure_in_two_parts_is_refused(self) -> None:
        for part in ("one", "two"):
            results = self.result_file(part)
            results.figure("a.b", 1, "x")
            results.write()
        with self.assertRaisesRegex(ResultsError, "a.b: in part two and in one"):
            figures_of(read_parts(self.folder / "fresh"))


class Page(Folder):
    def draw(self) -> str:
        return page.draw(self.folder / "fresh", self.folder / "bench").read_text()

    def write(self, part: str, value: float) -> None:
        results = self.result_file(part)
        results.figure(f"{part}.value", value, "x")
        results.table("Pipes | and numbers", ["what", "ns"], [["a|b", 1234.5], ["c", 2]], "Words.")
        results.plot({**some_plot(), "name": f"{part}-plot"})
        results.write()

    def test_holds_machine_goals_tables_and_plots(self) -> None:
        self.write("some", 1)
        drawn = self.draw()
        for expected in ("## Goals", "## Machine", "## Some part", "Words.", "a\\|b", "| ---: |",
                         "1,234", "![A <plot> & more](plots/some-plot.svg)", "not measured"):
            self.assertIn(expected, drawn)
        xml.parse(self.folder / "bench/plots/some-plot.svg")

    def test_is_drawn_again_from_what_it_kept(self) -> None:
        self.write("some", 1)
        first = self.draw()
        (self.folder / "fresh/some.json").unlink()
        self.assertEqual(self.draw(), first)

    def test_a_new_run_replaces_its_part_and_no_other(self) -> None:
        self.write("one", 1)
        self.write("two", 1)
        self.draw()
        (self.folder / "fresh/one.json").unlink()
        self.write("two", 5)
        self.draw()
        kept = figures_of(read_parts(self.folder / "bench/results"))
        self.assertEqual((kept["one.value"].value, kept["two.value"].value), (1, 5))

    def test_nothing_to_draw_is_an_error(self) -> None:
        with self.assertRaisesRegex(ResultsError, "no result files"):
            self.draw()


class GoogleBenchmark(unittest.TestCase):
    @staticmethod
    def output(*runs: tuple[str, float]) -> dict[str, Any]:
        return {"benchmarks": [{"name": n, "run_name": n, "run_type": "iteration", "cpu_time": t,
                                "real_time": 2 * t, "time_unit": "us"} for n, t in runs]}

    def test_names_and_clocks(self) -> None:
        measured = Measured()
        measured.add(self.output(("a/tokens:1/threads:1", 1), ("b/n:1/real_time/threads:2", 1)))
        self.assertEqual(measured.times, {"a/tokens:1": [1000], "b/n:1/threads:2": [2000]})

    def test_ratios_are_taken_by_repetition(self) -> None:
        measured = Measured()
        measured.add(self.output(("a", 1), ("a", 20), ("a", 3), ("b", 1), ("b", 10), ("b", 1)))
        found = measured.ratio("a", "b")
        self.assertEqual((found.value, found.low, found.high), (2, 1, 3))

    def test_what_did_not_run_or_failed_is_named(self) -> None:
        with self.assertRaisesRegex(BenchmarkError, "absent"):
            Measured().ns("absent")
        failed = {"benchmarks": [{"name": "a", "error_occurred": True, "error_message": "why"}]}
        with self.assertRaisesRegex(BenchmarkError, "a: why"):
            Measured().add(failed)

    def test_json_of_the_library_has_the_members_that_are_read(self) -> None:
        # As Google Benchmark 1.7.1 writes them.
        run = json.loads('{"name":"f/1","run_name":"f/1","run_type":"iteration","repetitions":1,'
                         '"repetition_index":0,"threads":1,"iterations":9,"real_time":1.0e+1,'
                         '"cpu_time":9.5,"time_unit":"ns","misses_%":0.5}')
        measured = Measured()
        measured.add({"benchmarks": [run]})
        self.assertEqual((measured.ns("f/1"), measured.counter("f/1", "misses_%")), (9.5, 0.5))


class Processes(unittest.TestCase):
    def started(self, script: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(["sh", "-c", f"{script} echo; exec sleep 60"],
                                   stdout=subprocess.PIPE)
        assert process.stdout is not None
        self.addCleanup(process.stdout.close)
        process.stdout.readline()
        return process

    def test_stop_asks_first(self) -> None:
        process = self.started("")
        stop(process, 10)
        self.assertEqual(process.returncode, -signal.SIGTERM)

    def test_stop_kills_what_does_not_end(self) -> None:
        process = self.started("trap '' TERM;")
        stop(process, 0.05)
        self.assertEqual(process.returncode, -signal.SIGKILL)

    def test_stop_leaves_alone_what_has_ended(self) -> None:
        process = subprocess.Popen(["true"])
        process.wait()
        stop(process, 10)
        self.assertEqual(process.returncode, 0)


class CommandLine(unittest.TestCase):
    def test_a_mistake_is_one_line_that_names_the_program(self) -> None:
        parser = bench_parser("some.py", "Some.", "less")
        said = io.StringIO()
        with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as left:
            parser.parse_args(["--build", "/no/such/folder"])
        self.assertEqual(left.exception.code, 2)
        self.assertEqual(said.getvalue(),
                         "some.py: --build: expected a build folder, got '/no/such/folder'\n")


class Heard(unittest.TestCase):
    def test_what_was_never_sent_or_never_answered_counts_as_due(self) -> None:
        heard = heard_of({"seconds": 1.0, "sent": 90, "answered": 85, "unsent": 10,
                          "by_status": {"200": 80, "503": 5}, "latency_us": {}, "by_request": {},
                          "late_sends_us": {"p99": 0.0}, "busy": 0.0})
        self.assertEqual(heard.due(), 100)
        self.assertEqual(heard.share_of_due(200), 0.8)


if __name__ == "__main__":
    unittest.main()
