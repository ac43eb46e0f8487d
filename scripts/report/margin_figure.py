"""The first figure of a run: the smallest margin of every rule, with the tissue and the day that limit."""
import numpy as np

from report import words
from report.drawing import LIMIT, OTHERS, picture


def by_rule(run, rows, colours):
    """A bar for each rule, the worst on top."""
    worst = {}
    for row in rows:
        if np.isfinite(row.margin):
            worst.setdefault(row.rule or colours.kind.get(row.owner), row)
    return bars(list(worst.items()), colours) if worst else None


def bars(rows, colours, title="Smallest margin by rule", caption=None):
    """rows: [(rule, or the kind of tissue where the rule is not told, Margin)], the smallest first."""
    names = [words.rule(row.rule) if row.rule else "%s, any rule" % name for name, row in rows]
    rows = [row for _, row in rows]

    def draw(figure, narrow):
        axes = figure.add_subplot()
        lowest = min(0, min(row.margin for row in rows))
        left = max(lowest, LOWEST) - 0.04
        places = np.arange(len(rows))[::-1]
        for place, name, row in zip(places, names, rows):
            colour = colours.of(row.owner)
            axes.barh(place, max(row.margin, left), height=0.5, color=colour if row.margin < UNTOUCHED else OTHERS, zorder=2)
            _label(axes, place, name, row, narrow)
        axes.axvline(0, color=LIMIT, linewidth=1.4, zorder=3)
        axes.axvspan(left, 0, color="#fbeeee", zorder=0, linewidth=0)
        axes.set_xlim(left, 1 if narrow else 1 + 0.45 * (1 - left))  # room for names
        axes.set_xticks([tick for tick in axes.get_xticks() if left <= tick <= 1.001])
        axes.spines["bottom"].set_bounds(left, 1)
        axes.set_ylim(-0.6, len(rows) - (0.15 if narrow else 0.4))
        axes.set_yticks(places if not narrow else [])
        if not narrow:
            axes.set_yticklabels(names)
        axes.grid(False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("margin: 1 untouched, 0 at the limit" + (", negative beyond" if lowest < 0 else ""))

    alt = "%s: %s." % (title, "; ".join("%s %s in the %s" % (name, words.number(row.margin, 2), words.name(row.owner)) for name, row in zip(names, rows)))
    text = caption or "For each rule of harm the tissue, nerve or vessel that comes nearest to its limit, and the day. The shorter the bar the nearer; left of the red line the limit is passed."
    return picture(title, text, alt, draw, wide=(7.6, 0.9 + 0.36 * len(rows)), narrow=(4.1, 0.9 + 0.52 * len(rows)))


UNTOUCHED = 0.9995
LOWEST = -2  # bars end there


def _label(axes, place, name, row, narrow):
    """Beside the bar; on a phone above it, with the rule."""
    when = "%s, %s" % (words.name(row.owner), words.day(row.day)) if row.margin < UNTOUCHED else "untouched"
    if row.margin < LOWEST:
        when += ", margin %s" % words.number(row.margin, 2)
    if narrow:
        axes.annotate("%s: %s" % (name, when), (0.01, place + 0.28), xycoords=("axes fraction", "data"), fontsize=7.9, va="bottom", ha="left", zorder=4, bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85})
    else:
        axes.annotate(when, (max(row.margin, 0), place), xytext=(5, 0), textcoords="offset points", fontsize=8.8, va="center", ha="left", zorder=4)
