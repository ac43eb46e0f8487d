"""The figures of a run through days: which it has follows from the columns of its history."""
import numpy as np

from report import margins, treatment, words
from report.drawing import Line, through_days

MOST_NAMED = 4  # curves with a name and a colour in a figure; the others are grey
HALF_GONE = 0.999  # blood flow below which it is drawn


def all_figures(run, colours):
    """Figures in the order of the page."""
    if len(run.days) < 2:
        return []
    makers = (lengthening, forces, tissue_margins, fibre_strain, sarcomeres, contracture, fibrosis, tendons, fascia_and_skin, nerve_strain, blood_flow, ischaemia, vessels, joint_angles, examined_loss, joint_torques, pins)
    return [figure for figure in (make(run, colours) for make in makers) if figure]


def named(run, series, style=None):
    """{owner: values} as lines: the largest ones with names, the others grey. style(owner): kind of line."""
    order = sorted(series, key=lambda owner: -_largest(series[owner]))
    most = MOST_NAMED if len(order) > MOST_NAMED + 1 else len(order)
    return [Line(series[owner], words.name(owner) if k < most else "", owner, style(owner) if style else "-") for k, owner in enumerate(order)]


def _largest(values):
    return np.nanmax(values) if np.isfinite(values).any() else -np.inf


def of_columns(run, ending, scale=1.0, offset=0.0, strands=None):
    """{owner: scale*(column + offset)} of the columns <owner>.<ending>; strands: only those, without them (False), or both (None)."""
    found = {}
    for column in run.history.columns:
        if not column.endswith("." + ending) or not run.has(column):
            continue
        owner = column[:-len(ending) - 1]
        is_strand = owner.startswith("strand.")
        if strands is None or strands == is_strand:
            found[owner[len("strand."):] if is_strand else owner] = scale * (run.history[column].to_numpy() + offset)
    return found


def limits_of(run, *rules, scale=100.0, text=None):
    """[(value, name)] for limit lines of rules, as this run applies them."""
    return [(scale * run.limits[rule]["limit"], (text or "limit of %s").replace("%s", words.rule(rule))) for rule in rules if rule in run.limits]


# ---- the device ----

def lengthening(run, colours):
    """Gap, and what the device was told."""
    if treatment.lengthening(run) is None or np.nanmax(treatment.lengthening(run)) < treatment.STILL:
        return None
    lines = []
    for prefix, of in (("", ""), ("second_", ", second osteotomy")):
        for column, text, style in (("commanded_length", "told", (0, (4, 2))), ("gap", "achieved", "-"), ("lost_length", "lost by slipping", (0, (1.4, 1.2)))):
            if run.has(prefix + column) and np.nanmax(run.history[prefix + column]) > (0.05 if column == "lost_length" else -1):
                lines.append(Line(run.history[prefix + column].to_numpy(), text + of, prefix + column, style))
    achieved = treatment.lengthening(run)[-1]
    caption = "The bone is %s mm longer at the end of what was calculated." % words.number(achieved, 3)
    if run.has("commanded_length"):
        caption += " The device was told %s mm." % words.number(treatment.told_length(run)[-1], 3)
    return through_days(run, "Lengthening", caption, lines, "length, mm", DeviceColours())


class DeviceColours:
    """Colours of what is no tissue."""
    COLOUR = {"gap": "#0072b2", "commanded_length": "#444444", "lost_length": "#d55e00", "device_force": "#222222", "axial_force": "#0072b2", "regenerate_force": "#e69f00"}

    def of(self, owner):
        """Colour of a column."""
        return "#009e73" if owner in ("second_gap", "second_axial_force") else self.COLOUR.get(owner.replace("second_", ""), "#009e73")


def forces(run, _):
    """What pulls on the device along the bone."""
    lines = []
    for prefix, of in (("", ""), ("second_", ", second osteotomy")):
        for column, text in (("device_force", "device"), ("axial_force", "soft tissue"), ("regenerate_force", "tissue of the gap")):
            if run.has(prefix + column) and np.nanmax(np.abs(run.history[prefix + column])) > 0:
                lines.append(Line(run.history[prefix + column].to_numpy(), text + of, prefix + column, "-" if not prefix else (0, (4, 2))))
    if not lines:
        return None
    peak = max(lines, key=lambda line: _largest(line.y))
    k = int(np.nanargmax(peak.y))
    caption = "Tension along the bone. Largest: %s N, %s, on %s." % (words.number(peak.y[k], 3), peak.name, words.day(run.days[k]))
    if run.has("device_force"):
        caption += " The device bears what soft tissue and the tissue of the gap pull with."
    if run.number("distraction.resolve_every", 1) > 1:
        caption += " Where a curve is thick, a day was calculated step by step: every step of the device and the rest after it show."
    if any(path.startswith("physiotherapy") for path in run.values):
        caption += " Spikes are sessions of exercise."
    stall = run.number("device.stall_force")
    return through_days(run, "Force along the bone", caption, lines, "force, N", DeviceColours(), [(stall, "the device stalls")] if np.isfinite(stall) else ())


# ---- margins ----

def tissue_margins(run, colours):
    """How near each tissue and strand comes to its limit."""
    series = {owner.replace("strand.", "", 1) if owner.startswith("strand.") else owner: margins.history_margin(run, owner) for owner in margins.judged(run)}
    if not series:
        return None
    order = sorted(series, key=lambda owner: np.nanmin(series[owner]))
    lines = [Line(series[owner], words.name(owner) if k < 6 else "", owner, colours.style(owner)) for k, owner in enumerate(order)]
    caption = "Smallest margin of each tissue, nerve and vessel over its rules: 1 untouched, 0 at the limit, negative beyond it. It begins below 1 where tissue bears a part of what a rule looks at before surgery. The %d that come nearest are named." % min(6, len(order))
    lowest = min(np.nanmin(values) for values in series.values())
    return through_days(run, "Margin of each tissue", caption, lines, "margin", colours, [(0, "limit")], bottom=min(-0.08, max(lowest * 1.08, -3)), top=1.03)


# ---- tissue ----

def fibre_strain(run, colours):
    """Stretch along the fibres since surgery."""
    series = of_columns(run, "fibre_stretch_max", 100, -1)
    if not series or max(_largest(values) for values in series.values()) < 0.05:
        return None
    series = {owner: values for owner, values in series.items() if _largest(values) > 0}
    lines = named(run, series, colours.style)
    return through_days(run, "Strain along the fibres since surgery", "Largest strain in each tissue, nerve and vessel, whether it has grown by that or is stretched by it.", lines, "strain since surgery, %", colours)


def sarcomeres(run, colours):
    """Sarcomere length of muscles, with the end of overlap."""
    series = of_columns(run, "sarcomere_length_max")
    if not series:
        return None
    optimum = run.number("limits.muscle-overstretch.optimal_length", 2.7)
    limits = [(optimum * (1 + run.limits["muscle-overstretch"]["limit"]), "limit of muscle overstretch")] if "muscle-overstretch" in run.limits else []
    return through_days(run, "Sarcomere length", "Largest sarcomere length in each muscle. Longest active force at %s µm; what is lengthened slowly enough comes back by adding sarcomeres." % words.number(optimum), named(run, series), "sarcomere length, µm", colours, limits)


def contracture(run, colours):
    """Sarcomeres that are missing."""
    series = of_columns(run, "muscle_contracture", 100)
    if not series:
        return None
    return through_days(run, "Sarcomeres missing (contracture index)", "Share of the sarcomeres needed for the present length that is missing, at the place nearest to its limit.", named(run, series), "sarcomeres missing, %", colours, limits_of(run, "muscle-contracture"))


def fibrosis(run, colours):
    """Strain a day of muscle."""
    series = of_columns(run, "muscle_fibrosis", 100)
    if not series:
        return None
    compliance = run.number("limits.muscle-fibrosis.compliance_rate")
    limits = limits_of(run, "muscle-fibrosis")
    if np.isfinite(compliance) and compliance < 1:
        limits.append((100 * compliance, "compliance is lost above"))
    return through_days(run, "How fast muscle is stretched", "Running mean of the strain a day, at the place nearest to its limit.", named(run, series), "strain a day, % a day", colours, limits)


def tendons(run, colours):
    """Elastic strain of tendons and aponeuroses."""
    series = of_columns(run, "tendon_strain", 100)
    return through_days(run, "Elastic strain of tendons", "Strain along the fibres from the present stress-free length, at the place nearest to its limit.", named(run, series), "elastic strain, %", colours, limits_of(run, "tendon-strain")) if series else None


def fascia_and_skin(run, colours):
    """Elastic strain of fascia and skin."""
    series = {**of_columns(run, "fascia_strain", 100), **of_columns(run, "skin_stretch", 100)}
    rules = [rule for rule in ("skin-stretch", "fascia-strain") if of_columns(run, rule.replace("-", "_"))]
    return through_days(run, "Elastic strain of fascia and skin", "Strain along the fibres from the present stress-free length, at the place nearest to its limit.", named(run, series, colours.style), "elastic strain, %", colours, limits_of(run, *rules)) if series else None


# ---- nerves and vessels ----

def nerves(run):
    """Strands that are judged as nerves."""
    return set(of_columns(run, "blood_flow_fraction_min", strands=True))


def nerve_strain(run, colours):
    """Strain above the length in situ: largest elastic stretch against that before surgery."""
    series = {owner: 100 * (values / values[0] - 1) for owner, values in of_columns(run, "elastic_fibre_stretch_max", strands=True).items() if owner in nerves(run)}
    series.update({owner: values for owner, values in of_columns(run, "nerve_strain", 100, strands=False).items()})
    if not series:
        return None
    flow = [_smallest(values) for values in of_columns(run, "blood_flow_fraction_min").values()]
    caption = "Largest strain of each nerve above its length in situ, as it has grown by now."
    if flow and min(flow) > HALF_GONE:
        caption += " Blood flow stays whole in every nerve."
    return through_days(run, "Nerve strain", caption, named(run, series, colours.style), "strain above in situ, %", colours, limits_of(run, "nerve-blood-flow", "nerve-strain"))


def _smallest(values):
    return np.nanmin(values) if np.isfinite(values).any() else np.inf


def blood_flow(run, colours):
    """Share of the blood flow that is left, where any was lost."""
    series = of_columns(run, "blood_flow_fraction_min", 100)
    if not series or min(_smallest(values) for values in series.values()) > 100 * HALF_GONE:
        return None
    order = sorted(series, key=lambda owner: _smallest(series[owner]))
    lines = [Line(series[owner], words.name(owner) if k < MOST_NAMED else "", owner, colours.style(owner)) for k, owner in enumerate(order)]
    return through_days(run, "Blood flow of nerves", "Share of the blood flow that is left where it is smallest.", lines, "blood flow left, %", colours, bottom=0, top=104)


def ischaemia(run, colours):
    """Ischaemia dose, where there is any."""
    series = of_columns(run, "ischaemia_dose_max")
    if not series or max(_largest(values) for values in series.values()) < 0.01:
        return None
    return through_days(run, "Ischaemia of nerves", "Hours without blood, less what was recovered from, where it is largest.", named(run, series, colours.style), "ischaemia dose, h", colours, limits_of(run, "nerve-ischaemia", scale=1))


def vessels(run, colours):
    """Elastic strain along vessels."""
    there = [owner for owner in of_columns(run, "elastic_fibre_stretch_max", strands=True) if owner not in nerves(run) and run.has("strand.%s.margin" % owner) and colours.kind.get(owner) == "vessel"]
    series = {owner: of_columns(run, "elastic_fibre_stretch_max", 100, -1, strands=True)[owner] for owner in there}
    series.update(of_columns(run, "vessel_stretch", 100, strands=False))
    return through_days(run, "Vessel stretch", "Largest elastic strain along each vessel; it bears a part of that before surgery.", named(run, series, colours.style), "elastic strain, %", colours, limits_of(run, "vessel-stretch")) if series else None


# ---- joints ----

def _joints(run, quantity):
    """{joint: values} of joint.<name>.<quantity>."""
    return {column.split(".")[1]: run.history[column].to_numpy() for column in run.history.columns if column.startswith("joint.") and column.endswith("." + quantity) and run.has(column)}


def _examinations(run, quantity):
    """{examination: values}."""
    return {column.split(".")[1]: run.history[column].to_numpy() for column in run.history.columns if column.startswith("examination.") and column.endswith("." + quantity) and run.has(column)}


class JointColours:
    """Colours of joints and examinations, in order."""

    def __init__(self, names):
        self.names = list(names)

    def of(self, owner):
        """Colour of a joint or examination."""
        return ("#0072b2", "#d55e00", "#009e73", "#cc79a7")[self.names.index(owner) % 4]


def _examined_days(run, values):
    """Rows at which an examination was made: between them its value is repeated."""
    finite = np.isfinite(values)
    changed = np.flatnonzero(finite & np.append(True, np.diff(np.where(finite, values, -1e9)) != 0))
    return run.days[changed], values[changed]


def joint_angles(run, _):
    """Angles of joints that move, and how far examinations got."""
    moving = {joint: angle for joint, angle in _joints(run, "angle").items() if np.nanmax(angle) - np.nanmin(angle) > 0.01}
    examined = _examinations(run, "angle")
    if not moving and not examined:
        return None
    lines = [Line(angle, words.name(joint), joint) for joint, angle in moving.items()]
    for examination, values in examined.items():
        days, angles = _examined_days(run, values)
        lines.append(Line(angles, "%s, examined" % words.name(examination), examination, "-" if len(days) > 1 else "", "o", days))
    caption = "Positive: dorsiflexion of the ankle, flexion of the knee and the hip. Points are examinations: how far the joint goes under the torque of the examination." if examined else "Positive: dorsiflexion of the ankle, flexion of the knee and the hip."
    return through_days(run, "Joint angles", caption, lines, "angle, degrees", JointColours([*moving, *examined]))


def examined_loss(run, _):
    """Range of motion lost, against the first examination."""
    lost = {name: values for name, values in _examinations(run, "lost").items() if np.nanmax(np.abs(values)) > 0.01}
    if not lost:
        return None
    lines = []
    for name, values in lost.items():
        days, degrees = _examined_days(run, values)
        lines.append(Line(degrees, words.name(name), name, "-", "o", days))
    return through_days(run, "Range of motion lost", "Against the first examination, under the same torque.", lines, "lost, degrees", JointColours(lost))


def joint_torques(run, _):
    """Torque that joints bear."""
    torques = {joint: values / 1000 for joint, values in _joints(run, "torque").items() if np.nanmax(np.abs(values)) > 1}
    if not torques:
        return None
    return through_days(run, "Joint torques", "Passive torque towards larger angles; where a joint is held, what holds it.", [Line(values, words.name(joint), joint) for joint, values in torques.items()], "torque, N m", JointColours(torques))


def pins(run, colours):
    """Strain of tissue near wires and pins."""
    series = {owner: values for owner, values in of_columns(run, "fibre_stretch_max_near_pins", 100, -1).items() if _largest(values) > 0}
    return through_days(run, "Strain near wires and pins", "Largest strain along the fibres since surgery within 15 mm of a wire or pin; an upper bound, since nothing tears.", named(run, series, colours.style), "strain since surgery, %", colours) if series else None
