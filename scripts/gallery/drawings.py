"""Figures of cases whose story is a curve and not a limb: drawn as those of the report are.

Each takes (results folder, program) and returns (Matplotlib figure, {name: number} for the text of its card).
"""
import csv
import datetime
import pathlib
import subprocess
import tempfile

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from report import drawing
from report.results import read_history, read_run

SIZE = (7.6, 4.2)  # inches; 900 px wide below
DOTS = 900 / SIZE[0]  # an inch


def empty():
    """A figure that draws into memory."""
    figure = Figure(figsize=SIZE, dpi=DOTS, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    FigureCanvasAgg(figure)
    return figure


def save(draw, results, program, out):
    """Draws into a buffer; returns the numbers."""
    with matplotlib.rc_context(drawing.SETTINGS):
        figure, known = draw(results, program)
        figure.savefig(out, format="png")
    out.seek(0)
    return known


def _days(results, label):
    """(figure, axes, run) with days below and mm above."""
    figure, run = empty(), read_run(results)
    axes = figure.add_subplot()
    drawing.prepare_axes(axes, run, label, False)
    return figure, axes, run


def ankle_days(results, _):
    """Angle of the foot through the days, sessions as spikes."""
    figure, axes, run = _days(results, "angle of the ankle, degrees (negative: plantarflexed)")
    axes.plot(run.days, run.history["joint.ankle.angle"], color=drawing.COLOURS[0], linewidth=0.9)
    axes.axhline(0, color=drawing.OTHERS, linewidth=1)
    drawing.mark_phases(axes, run)
    return figure, {}


def gap_days(results, _):
    """What the nail was told, and what it made."""
    figure, axes, run = _days(results, "length of the gap, mm")
    axes.plot(run.days, run.history["commanded_length"], color=drawing.OTHERS, label="commanded")
    axes.plot(run.days, run.history["gap"], color=drawing.COLOURS[0], label="achieved")
    axes.legend(loc="lower right", frameon=False)
    drawing.mark_phases(axes, run)
    return figure, {}


def ankle_torque(results, _):
    """Torque against angle of the ankle, with the knee straight and bent."""
    figure = empty()
    axes = figure.add_subplot()
    history = read_run(results).history
    history["resists"] = -history["joint.ankle.torque"] / 1000  # N m
    straight, bent = history[history["time"] <= 8 + 1e-6], history[history["time"] >= 12 - 1e-6]
    for part, name, colour in ((straight, "knee straight", drawing.COLOURS[0]), (bent, "knee bent to 60 degrees", drawing.COLOURS[1])):
        axes.plot(part["joint.ankle.angle"], part["resists"], "o-", color=colour, label=name, markersize=4)
    axes.set_xlabel("dorsiflexion of the ankle, degrees")
    axes.set_ylabel("torque of the soft tissue against it, N m")
    axes.set_ylim(0, None)
    axes.legend(loc="upper left", frameon=False)
    return figure, {"torque straight": straight["resists"].iloc[-1], "torque bent": bent["resists"].iloc[0]}


def nerve_relaxation(_, program):
    """Stress of a nerve that is held for an hour, in parts of its peak, beside what was measured."""
    case = pathlib.Path(__file__).resolve().parents[2] / "cases" / "calibration" / "nerve-relaxation"
    with open(case / "measurements.csv", newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(line for line in lines if not line.startswith("#")) if row["use"] == "fit"]
    figure, lost = empty(), {}
    axes = figure.add_subplot()
    for place, row in enumerate(rows):
        percent = int(row["run"].split("-")[1])
        lost[percent] = _draw_relaxed(axes, _relaxed(program, case, percent / 100))
        value, low, high = (100 * (1 - float(row[name])) for name in ("value", "high", "low"))
        axes.errorbar([62 + 2 * place], [value], yerr=[[value - low], [high - value]], fmt="o", color=drawing.COLOURS[place], capsize=3, label="measured, stretched by %d %%" % percent)
    axes.plot([], [], color=drawing.INK, label="calculated, the same at each of them")
    axes.set_xlim(0, 69)
    axes.set_ylim(40, 102)
    axes.set_xticks(range(0, 61, 10))
    axes.set_xlabel("minutes at constant length")
    axes.set_ylabel("stress of the nerve, % of its peak")
    axes.legend(loc="upper right", frameon=False)
    return figure, {"lost": lost[6], "lost apart": max(lost.values()) - min(lost.values())}


def _draw_relaxed(axes, history):
    """Draws stress from its peak on; returns what is lost of it, %."""
    held = history[history["time"] * 86400 >= 5 - 1e-6]
    share = 100 * held["specimen.fibre_stress_mean"] / held["specimen.fibre_stress_mean"].iloc[0]
    axes.plot(held["time"] * 1440, share, color=drawing.INK)
    return 100 - share.iloc[-1]


def _relaxed(program, case, strain):
    """History of one run of the relaxation of a nerve."""
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "run", str(case), "--results", folder, "--set", "time.steps=120", "--set", "surfaces.x1.displacement.x.value=%g mm" % strain]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit("%s: status %d: %s" % (case, done.returncode, done.stderr.strip()))
        return read_history(pathlib.Path(folder) / "history.csv")[0]


PHASES = {"surgery": "latency", "distraction begins": "distraction", "distraction ends": "consolidation"}
PHASE_COLOURS = {"latency": "#c4c9ce", "distraction": "#d55e00", "consolidation": "#56b4e9"}


def plan_calendar(results, _):
    """The calendar of a plan: a bar a bone, its phases, and follow-ups."""
    with open(results / "plan.csv", newline="", encoding="utf-8") as lines:
        rows = [dict(row, day=int(row["day"])) for row in csv.DictReader(lines)]
    bones = list(dict.fromkeys(row["bone"] for row in rows if row["bone"] != "-"))
    figure = empty()
    axes = figure.add_subplot()
    for place, bone in enumerate(bones):
        _bone_bar(axes, place, [row for row in rows if row["bone"] == bone])
    visits = [row["day"] for row in rows if row["what"].startswith("follow-up")]
    axes.plot(visits, [-0.75] * len(visits), "v", color=drawing.INK, markersize=7)
    axes.text(visits[-1] + 1.5, -0.75, "follow-ups", va="center")
    axes.set_yticks(range(len(bones)), [bone.replace("-", " ") for bone in bones])
    axes.set_ylim(len(bones) - 0.4, -1.2)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("days after surgery")
    _dates(axes, rows[0])
    axes.legend(handles=[matplotlib.patches.Patch(color=colour, label=name) for name, colour in PHASE_COLOURS.items()], loc="lower center", ncols=3, frameon=False)
    return figure, {"plan consolidated": max(row["day"] for row in rows)}


def _bone_bar(axes, place, rows):
    """The phases of a bone, each with its name where it has room."""
    for row, following in zip(rows, rows[1:]):
        phase = PHASES[row["what"].split(":")[0]]
        axes.barh(place, following["day"] - row["day"], left=row["day"], height=0.42, color=PHASE_COLOURS[phase])
    ends = next(row for row in rows if row["what"].startswith("distraction ends"))
    begins = next(row for row in rows if row["what"].startswith("distraction begins"))
    axes.text(begins["day"], place - 0.26, "%s, to %s" % (begins["what"].split(": ")[1], ends["what"].split(": ")[1]), va="bottom", fontsize=8.5)
    axes.text(rows[-1]["day"] + 0.8, place, "consolidated\n%s" % rows[-1]["what"].split("index ")[1].strip("()"), va="center", fontsize=8.5)


def _dates(axes, row):
    """Dates above, where the plan has them."""
    low, _ = axes.get_xlim()
    axes.set_xlim(low, row["day"] + 92)
    if not row["date"]:
        return
    surgery = datetime.date.fromisoformat(row["date"]) - datetime.timedelta(days=row["day"])
    above = axes.secondary_xaxis("top")
    ticks = range(0, 92, 14)
    above.set_xticks(ticks, [(surgery + datetime.timedelta(days=day)).strftime("%-d %b") for day in ticks])
