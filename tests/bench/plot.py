#!/usr/bin/python3
"""Draws the ratios of one or two runs of trireme-bench, side by side.

    plot.py [--output ratios.svg] RUN.json [OTHER.json]

Needs matplotlib (Debian: python3-matplotlib). A bar to the right of 1 is a row in which Trireme is ahead of the best
other way; the text says which way that was. The scale is logarithmic: twice as fast and half as fast look alike.
"""
import argparse
import json
import math

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator  # noqa: E402

AHEAD, BEHIND, CPU = "#2b7a78", "#c8553d", "#9aa5b1"
TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]


def read(path):
    with open(path, encoding="utf-8") as file:
        run = json.load(file)
    run["rows"] = {row["name"]: row for row in run["rows"] if row["ratio"] > 0}
    return run


def limits(runs):
    """The same scale for all, with room for the texts."""
    values = [value for run in runs for row in run["rows"].values() for value in (row["ratio"], row.get("ratio_cpu", 1))]
    return min(values + [0.7]) / 1.3, max(values + [1.4]) * 2.6


def draw(axes, run, names, cpu):
    for place, name in enumerate(names):
        row = run["rows"].get(name)
        if row is None:
            continue
        ratio = row["ratio"]
        axes.barh(place, ratio - 1, left=1, height=0.62, color=AHEAD if ratio >= 1 else BEHIND, zorder=2)
        if cpu and "ratio_cpu" in row:
            axes.plot(row["ratio_cpu"], place, marker="D", markersize=4.5, color="white", markeredgecolor="#333333",
                      zorder=3)
        right = max(ratio, 1, row.get("ratio_cpu", 1) if cpu else 1)
        note = "" if row["checksum_ok"] else "  WRONG BYTES"
        axes.text(right * 1.12, place, f"{ratio:.2f}  {row['best_other']}{note}", va="center", fontsize=8)
    axes.axvline(1, color="#333333", linewidth=1, zorder=4)
    axes.set_title(f"{run['renderer']}\n{run['driver']}, {run['date'][:10]}", fontsize=9, loc="left")


def dress(axes, span):
    axes.set_xscale("log")
    axes.set_xlim(*span)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if span[0] <= tick <= span[1]]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(axis="x", color="#dddddd", linewidth=0.6, zorder=0)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(labelsize=8)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel("best other way / Trireme AUTO", fontsize=8)


def mean(run):
    return math.exp(sum(math.log(row["ratio"]) for row in run["rows"].values()) / len(run["rows"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN.json", help="one or two")
    parser.add_argument("--output", default="ratios.svg", help="a .svg or .png (default: ratios.svg)")
    parser.add_argument("--only", action="append", default=[], help="only rows with this in their names")
    parser.add_argument("--no-cpu", action="store_true", help="leave out the ratio of CPU time")
    options = parser.parse_args()
    runs = [read(path) for path in options.runs]
    names = list(dict.fromkeys(name for run in runs for name in run["rows"]))
    names = [name for name in names if not options.only or any(part in name for part in options.only)]
    for run in runs:
        run["rows"] = {name: row for name, row in run["rows"].items() if name in names}
    figure, all_axes = pyplot.subplots(
        1, len(runs), sharey=True, squeeze=False, figsize=(2.2 + 4.6 * len(runs), 1.5 + 0.24 * len(names)))
    span = limits(runs)
    for axes, run in zip(all_axes[0], runs):
        draw(axes, run, names, not options.no_cpu)
        dress(axes, span)
    all_axes[0][0].set_yticks(range(len(names)), names)
    all_axes[0][0].set_ylim(len(names) - 0.4, -0.6)
    figure.text(0.01, 0.008, "bar: time of a frame" + ("" if options.no_cpu else "; diamond: CPU time of upload")
                + "; right of 1, Trireme is ahead; beside it the best other way.", fontsize=8)
    figure.tight_layout(rect=(0, 0.02, 1, 1))
    figure.savefig(options.output, dpi=110, metadata={"Date": None} if options.output.endswith(".svg") else None)
    for path, run in zip(options.runs, runs):
        print(f"{path}: {len(run['rows'])} rows, geometric mean {mean(run):.2f}")


if __name__ == "__main__":
    main()
