"""What pages of several runs share: a run in a few numbers, links, and figures against a value of the case."""
import dataclasses
import math
import os
import pathlib

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from report import margins, results, run_page, treatment, words
from report.drawing import LIMIT, OTHERS, picture


@dataclasses.dataclass
class Summary:
    """A run in a few numbers. force: largest along the bone, N; mm: lengthening at its end."""
    run: results.Run
    rows: list  # Margins, the smallest first
    force: float
    mm: float

    @property
    def margin(self):
        """The smallest margin; NaN where nothing is judged."""
        return self.rows[0].margin if self.rows else math.nan

    @property
    def limiting(self):
        """The tissue, nerve or vessel that limits; empty where nothing is judged."""
        return self.rows[0].owner if self.rows else ""


def summarise(folder):
    """A run without its figures."""
    run = results.read_run(folder)
    mm = treatment.lengthening(run)
    force = next((run.history[column] for column in ("device_force", "axial_force") if run.has(column)), None)
    return Summary(run, margins.worst(run), float(np.nanmax(force)) if force is not None else math.nan, float(mm[-1]) if mm is not None and len(mm) else math.nan)


def link(folder, output):
    """From the page to a folder, as a relative address."""
    return pathlib.Path(os.path.relpath(folder.resolve(), output.resolve().parent)).as_posix()


def owners_of(summaries):
    """[(tissue, kind)] of all runs, the smallest margin first: for Colours."""
    best, kinds = {}, {}
    for one in summaries:
        for row in run_page.first_of_each(one.rows):
            if row.margin < best.get(row.owner, math.inf):
                best[row.owner], kinds[row.owner] = row.margin, run_page.kind_of(one.run, row)
    return [(owner, kinds[owner]) for owner in sorted(best, key=best.get)]


# ---- figures ----

MOST_NUMBERS = {False: 14, True: 7}  # columns of a map that have room for numbers, on a desk and on a phone


def against(title, caption, label, x_label, series, colours, zero=False, log=False, marks=(), shade=None):
    """Curves against a value of the case. series: [(name, owner, style, x, y, whole)]; whole[i]: that run came to its end; else it is an
    open triangle, which no curve goes through.

    marks: [(x, text)]; shade: the x up to which all is inside. zero: a line at 0, the limit.
    """
    def draw(figure, narrow):
        axes = figure.add_subplot()
        for name, owner, style, x, y, whole in series:
            order = np.argsort(x)
            x, y, whole = np.asarray(x, float)[order], np.asarray(y, float)[order], np.asarray(whole, bool)[order]
            colour = colours.of(owner) if name else OTHERS
            axes.plot(x[whole], y[whole], color=colour, linestyle=style, marker="o", markersize=5 if name else 3, linewidth=1.6 if name else 0.9, zorder=3 if name else 2, label=name or "_")
            axes.plot(x[~whole], y[~whole], color=colour, linestyle="", marker="v", markersize=6 if name else 4, markerfacecolor="white", zorder=3 if name else 2)
        if zero:
            axes.axhline(0, color=LIMIT, linewidth=1.1, linestyle=(0, (4, 2)))
        if log:
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: "%g" % x))
            axes.xaxis.set_minor_formatter(NullFormatter())
        for x, text in marks:
            axes.axvline(x, color="#1b6e3c", linewidth=1.0, linestyle=":")
            axes.annotate(text, (x, 1.01), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=8.5, color="#1b6e3c", annotation_clip=False)
        axes.set_xlabel(x_label)
        axes.set_ylabel(label)
        named = [one for one in series if one[0]]
        if len(named) > 1 or narrow and named:
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncol=1 if narrow else 2, frameon=False, fontsize=8.6, handlelength=2.6)

    alt = "%s: %s." % (title, "; ".join("%s from %s to %s" % (name, words.number(np.nanmin(y), 3), words.number(np.nanmax(y), 3)) for name, _, _, _, y, _ in series if name and np.isfinite(np.asarray(y, float)).any()))
    return picture(title, caption, alt, draw, wide=(7.6, 4.0), narrow=(4.1, 4.6))


def limiting_map(summaries, labels, x_label, remark="", most=12):
    """A table as a picture: margins of the tissues that come nearest (rows) in each run (columns); what limits a run is framed."""
    owners = [owner for owner, _ in owners_of(summaries)][:most]
    table = np.full((len(owners), len(summaries)), np.nan)
    for k, one in enumerate(summaries):
        for row in run_page.first_of_each(one.rows):
            if row.owner in owners:
                table[owners.index(row.owner), k] = row.margin

    def draw(figure, narrow):
        axes = figure.add_subplot()
        axes.grid(False)
        image = axes.imshow(np.ma.masked_invalid(table), cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
        for k, one in enumerate(summaries):
            if one.limiting in owners:
                axes.add_patch(_frame(k, owners.index(one.limiting)))
            for i in range(len(owners)):
                if np.isfinite(table[i, k]) and len(summaries) <= MOST_NUMBERS[narrow]:
                    axes.text(k, i, ("%.2f" % table[i, k]).replace("-", "−"), ha="center", va="center", fontsize=7.6, color="white" if abs(table[i, k]) > 0.68 else "#22262b")
        axes.set_yticks(range(len(owners)))
        axes.set_yticklabels([words.name(owner) for owner in owners], fontsize=7.6 if narrow else 8.8)
        axes.set_xticks(range(len(summaries)))
        axes.set_xticklabels(labels, rotation=90 if len(labels) > 8 or narrow or max(map(len, labels)) > 8 else 0, fontsize=8.5)
        axes.set_xlabel(x_label)
        if len(summaries) > MOST_NUMBERS[narrow]:  # no room for numbers
            figure.colorbar(image, ax=axes, pad=0.02, aspect=28, location="bottom").set_label("smallest margin, 0 at the limit", fontsize=8.5)

    first = {one.limiting for one in summaries if one.limiting}
    alt = "Which tissue limits, by run: %s." % "; ".join("%s: %s" % (label, words.name(one.limiting)) for label, one in zip(labels, summaries) if one.limiting)
    height = 1.4 + 0.27 * len(owners)
    return picture("What limits", "Smallest margin of each tissue, nerve and vessel in each run; framed what limits it (%s). Red is beyond a limit.%s" % (words.listed(sorted(words.name(owner) for owner in first)), remark), alt, draw,
                   wide=(7.6, height + (0.8 if len(summaries) > MOST_NUMBERS[False] else 0)), narrow=(4.1, height + (1.2 if len(summaries) > MOST_NUMBERS[True] else 0.4))) if owners else None


def _frame(x, y):
    return Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, edgecolor="#22262b", linewidth=1.8, zorder=5)
