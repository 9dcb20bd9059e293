"""Result files of the benchmarks, and what becomes of them: page, plots, check of the goals."""
