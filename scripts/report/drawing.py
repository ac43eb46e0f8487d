"""How every figure looks: colours, lines, labels, axes in days and mm; and the figure as text for the page.

Each figure is drawn twice, wide for a desk and paper, narrow for a phone.
"""
import base64
import dataclasses
import io
import typing

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from report import treatment, words

WIDE, NARROW = (7.6, 3.7), (4.1, 3.9)  # inches
# Distinct for the colour-blind too (Okabe & Ito 2008, without its yellow, and a dark grey).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444", "#7f3c8d")
OTHERS, INK, LIMIT, SHADE = "#c4c9ce", "#22262b", "#a4161a", "#eef2f6"
STYLES = {"muscle": "-", "nerve": (0, (5, 1.4)), "vessel": (0, (1.4, 1.2)), "tendon": (0, (6, 1.3, 1.3, 1.3)), "fascia": (0, (6, 1.3, 1.3, 1.3)), "skin": "-"}
SETTINGS = {"font.size": 9.5, "axes.spines.right": False, "axes.spines.top": False, "axes.edgecolor": "#6b737c", "axes.labelcolor": INK, "text.color": INK, "xtick.color": "#4a5159", "ytick.color": "#4a5159",
            "axes.linewidth": 0.8, "lines.linewidth": 1.8, "axes.grid": True, "grid.color": "#e3e7eb", "grid.linewidth": 0.6, "axes.axisbelow": True, "svg.hashsalt": "tasis", "path.simplify_threshold": 0.3,
            "axes.unicode_minus": True}


@dataclasses.dataclass
class Line:
    """A curve through days. owner: whose colour it has; name: its label; None: one of the others, in grey."""
    y: np.ndarray
    name: str
    owner: str = ""
    style: typing.Any = "-"
    marker: str = ""
    x: np.ndarray = None


@dataclasses.dataclass
class Picture:
    """A figure of the page: title, caption, words for those who do not see it, and the images as data: URIs."""
    title: str
    caption: str
    alt: str
    wide: str
    narrow: str = ""


def picture(title, caption, alt, draw, wide=WIDE, narrow=NARROW):
    """draw(figure, narrow): draws on an empty Matplotlib figure."""
    return Picture(title, caption, alt, _image(draw, wide, False), _image(draw, narrow, True))


def _image(draw, size, narrow):
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=size, constrained_layout=True)
        FigureCanvasSVG(figure)
        draw(figure, narrow)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return data_uri(out.getvalue(), "image/svg+xml")


def data_uri(content, kind):
    """Bytes as a data: URI."""
    return "data:%s;base64,%s" % (kind, base64.b64encode(content).decode("ascii"))


class Colours:
    """The same tissue has the same colour everywhere: in the order of the smallest margin, a colour that its own kind has not had yet."""

    def __init__(self, owners_and_kinds):
        self.colour, self.kind = {}, {}
        used, used_in_kind = {c: 0 for c in COLOURS}, {}
        for owner, kind in owners_and_kinds:
            mine = used_in_kind.setdefault(kind, {c: 0 for c in COLOURS})
            best = min(COLOURS, key=lambda c: (mine[c], used[c], COLOURS.index(c)))
            used[best] += 1
            mine[best] += 1
            self.colour[owner], self.kind[owner] = best, kind

    def of(self, owner):
        """Colour of a tissue or strand."""
        return self.colour.get(owner, COLOURS[6])

    def style(self, owner):
        """Kind of line of a tissue or strand: by its kind."""
        return STYLES.get(self.kind.get(owner), "-")


# ---- axes ----

def time_unit(days):
    """What a time axis is in: (word, how many of it are a day)."""
    longest = days[-1] if len(days) else 1
    return ("day", 1) if longest > 0.5 else ("hour", 24) if longest > 0.02 else ("second", 86400)


def prepare_axes(axes, run, label, narrow):
    """Days below, mm above, the phases shaded."""
    word, factor = time_unit(run.days)
    axes.set_ylabel(label)
    axes.set_xlabel("days after surgery" if word == "day" and treatment.lengthening(run) is not None else "time, %ss" % word)
    axes.set_xlim(run.days[0] * factor, max(run.days[-1], run.days[0] + 1e-9) * factor)
    axes.margins(y=0.08)
    if factor == 1:
        _mm_axis(axes, run, narrow)


def _mm_axis(axes, run, narrow):
    rising = treatment.day_of_mm(run)
    if rising is None or len(rising[0]) < 2:
        return
    days, mm = rising
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if mm[-1] / s <= (5 if narrow else 9))
    ticks = np.arange(step, mm[-1] * (1 + 1e-9), step)
    ticks = _apart(ticks, np.interp(ticks, mm, days), (0.11 if narrow else 0.055) * (run.days[-1] - run.days[0]))
    above = axes.twiny()
    above.set_xlim(axes.get_xlim())
    above.set_xticks(np.interp(ticks, mm, days))
    above.set_xticklabels(["%g" % tick for tick in ticks])
    above.set_xlabel("mm of lengthening", labelpad=5)
    above.grid(False)
    above.spines["top"].set_visible(True)


def _apart(ticks, days, least):
    """Those of the ticks that lie at least so many days after the one before."""
    kept, last = [], -np.inf
    for tick, day in zip(ticks, days):
        if day - last >= least:
            kept.append(tick)
            last = day
    return np.array(kept)


def mark_phases(axes, run):
    """Call it last: it makes room above the curves for the names."""
    found = treatment.phases(run)
    if not found:
        return
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.11 * (high - low))
    whole, factor = run.days[-1] - run.days[0], time_unit(run.days)[1]
    for name, begin, end in found:
        if name == "distraction":
            axes.axvspan(begin * factor, end * factor, color=SHADE, zorder=0, linewidth=0)
        wide = (end - begin) / whole > 0.2
        axes.text((begin + end) / 2 * factor, 0.975, name, transform=axes.get_xaxis_transform(), ha="center", va="top", rotation=0 if wide else 90, fontsize=8, color="#5b646d")


FAR = 2.2  # limits that many times above the curves are told, not drawn


def limit_lines(axes, run, limits):
    """Dashed lines with their names, beside the phase of latency whose own name stands upright. limits: [(value, name)]."""
    begin = next((first for name, first, _ in treatment.phases(run) if name == "distraction"), None)
    place = ((run.days[0] if begin is None else begin) + 0.012 * (run.days[-1] - run.days[0])) * time_unit(run.days)[1]
    for value, _ in limits:
        axes.axhline(value, color=LIMIT, linewidth=1.1, linestyle=(0, (4, 2)), zorder=1.5)
    low, high = axes.get_ylim()
    for value, text in limits:
        below = any(0 < other - value < 0.075 * (high - low) for other, _ in limits)
        axes.annotate(text, (place, value), xytext=(0, -3 if below else 2.5), textcoords="offset points", ha="left", va="top" if below else "bottom", fontsize=8.5, color=LIMIT, zorder=4,
                      bbox={"boxstyle": "square,pad=0.05", "facecolor": SHADE if begin is not None else "white", "edgecolor": "none", "alpha": 0.7})


# ---- curves ----

def plot_lines(axes, run, lines, colours, narrow):
    """Others in grey below, named ones on top with labels at their ends (beside the axes, or below on a phone)."""
    factor = time_unit(run.days)[1]
    drawn = []
    for line in sorted(lines, key=lambda one: bool(one.name)):
        x = (run.days if line.x is None else line.x) * factor
        colour = colours.of(line.owner) if line.name else OTHERS
        handle, = axes.plot(x, line.y, color=colour, linestyle=line.style if line.name else "-", marker=line.marker, markersize=4.5, linewidth=1.8 if line.name else 0.9, zorder=3 if line.name else 2, label=line.name or "_")
        if line.name:
            drawn.append((handle, line))
    drawn.sort(key=lambda pair: -_end(pair[1].y))
    grey = any(not line.name for line in lines)
    if narrow:
        handles = [pair[0] for pair in drawn] + ([matplotlib.lines.Line2D([], [], color=OTHERS, linewidth=1)] if grey else [])
        names = [pair[1].name for pair in drawn] + (["others"] if grey else [])
        if names:
            axes.legend(handles, names, loc="upper center", bbox_to_anchor=(0.45, -0.2), ncol=1 if max(map(len, names)) > 20 else 2, frameon=False, fontsize=8.5, handlelength=2.6, borderaxespad=0.2, labelspacing=0.3)
    return drawn


def label_ends(axes, drawn):
    """Names right of the curves' ends, moved apart where they would overlap. Call it when the axes' range is final."""
    for handle, line in drawn:
        if line.x is not None:  # points that end before the axes do
            axes.annotate(line.name, (line.x[-1], line.y[-1]), xytext=(7, 2), textcoords="offset points", fontsize=8.8, color=handle.get_color(), zorder=4)
    drawn = [pair for pair in drawn if pair[1].x is None]
    if not drawn:
        return
    low, high = axes.get_ylim()
    places = np.array([(_end(line.y) - low) / (high - low) for _, line in drawn])
    places = spread(np.clip(places, 0, 1), 0.085)
    for (handle, line), place in zip(drawn, places):
        end = np.clip((_end(line.y) - low) / (high - low), 0, 1)
        axes.annotate(line.name, xy=(1.0, end), xytext=(1.025, place), xycoords="axes fraction", textcoords="axes fraction", va="center", ha="left", fontsize=8.8, color=handle.get_color(),
                      arrowprops={"arrowstyle": "-", "color": handle.get_color(), "linewidth": 0.5, "shrinkA": 1, "shrinkB": 0}, annotation_clip=False)


def spread(places, least):
    """Falling places (0 to 1), moved apart to at least `least`, staying as near as can be and inside."""
    places = np.array(places, dtype=float)
    for _ in range(200):
        moved = False
        for k in range(len(places) - 1):
            lack = least - (places[k] - places[k + 1])
            if lack > 1e-6:
                places[k], places[k + 1], moved = places[k] + lack / 2, places[k + 1] - lack / 2, True
        places = places - max(0, places[0] - 1) if places[0] > 1 else places + max(0, -places[-1])
        if not moved:
            break
    return places


def _end(y):
    finite = np.flatnonzero(np.isfinite(y))
    return y[finite[-1]] if len(finite) else 0.0


def through_days(run, title, caption, lines, label, colours, limits=(), bottom=None, top=None):
    """The usual figure: curves through days. limits: [(value, name)]. The alternative text says where each named curve ends."""
    largest = max((np.nanmax(line.y) for line in lines if np.isfinite(line.y).any()), default=0.0)
    near = [(value, text) for value, text in limits if value <= FAR * max(largest, 1e-12)]
    unit = label.rpartition(", ")[2]
    far = ["%s, %s %s" % (text, words.number(value), unit) for value, text in limits if value > FAR * max(largest, 1e-12)]
    if far:
        caption += " Far above what is drawn: %s." % words.listed(far)

    def draw(figure, narrow):
        axes = figure.add_subplot()
        prepare_axes(axes, run, label, narrow)
        drawn = plot_lines(axes, run, lines, colours, narrow)
        limit_lines(axes, run, near)
        if bottom is not None or top is not None:
            axes.set_ylim(bottom, top)
        mark_phases(axes, run)
        if not narrow:
            label_ends(axes, drawn)

    ends = ["%s ends at %s" % (line.name, words.number(_end(line.y), 3)) for line in lines if line.name]
    return picture(title, caption, "%s, %s, through the days: %s." % (title, label, "; ".join(ends)), draw)
