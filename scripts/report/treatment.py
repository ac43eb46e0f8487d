"""The treatment: lengthening against days, its phases, and what the case says of it in plain words."""
import numpy as np

from report import words

DEVICES = {"ideal": "ideal device, infinitely stiff and exact", "ilizarov-frame": "Ilizarov frame", "hexapod": "hexapod frame", "magnetic-nail": "magnetic nail (PRECICE type)",
           "ratchet-nail": "mechanical ratchet nail", "motorised-nail": "motorised nail"}
SUBJECTS = {"": "an adult", "male": "an adult man", "female": "an adult woman", "rabbit": "a rabbit", "dog": "a dog"}
STILL = 1e-6  # mm: less is no lengthening


def lengthening(run):
    """mm of all gaps at each row; None where nothing is lengthened."""
    gaps = [run.history[column].to_numpy() for column in ("gap", "second_gap") if run.has(column)]
    return sum(gaps) if gaps else None


def told_length(run):
    """mm that the device is told, where the history has it, else the gap: what the phases are seen from."""
    told = [run.history[column].to_numpy() for column in ("commanded_length", "second_commanded_length") if run.has(column)]
    return sum(told) if told else lengthening(run)


def mm_at(run, day):
    """mm of lengthening on a day; NaN where nothing is lengthened."""
    mm = lengthening(run)
    return float(np.interp(day, run.days, mm)) if mm is not None and len(mm) else np.nan


def phases(run):
    """[(name, first day, last day)]: latency, distraction, consolidation, as far as the run has come."""
    told = told_length(run)
    if told is None or len(told) < 2:
        return []
    moving = np.flatnonzero(np.diff(told) > STILL)
    if not len(moving):
        return []
    days, begin, end = run.days, run.days[moving[0]], run.days[moving[-1] + 1]
    found = [("latency", days[0], begin), ("distraction", begin, end), ("consolidation", end, days[-1])]
    return [phase for phase in found if phase[2] - phase[1] > 0.004 * (days[-1] - days[0])]


def day_of_mm(run):
    """Days and mm of the part that rises, for the second axis: the first day on which each length was reached."""
    mm = lengthening(run)
    if mm is None or not len(mm) or np.nanmax(mm) < STILL:
        return None
    highest = np.maximum.accumulate(np.nan_to_num(mm, nan=0))
    rising = np.flatnonzero(np.diff(highest, prepend=-1) > STILL)
    return run.days[rising], highest[rising]


# ---- in words ----

def describe(run):
    """[(what, text)]: as far as the resolved case has it."""
    if not run.values:
        return []
    rows = [("Limb", _limb(run)), ("Osteotomy", _osteotomy(run, "osteotomy")), ("Second osteotomy", _osteotomy(run, "second_osteotomy")), ("Device", _device(run)), ("Tissue of the gap", _regenerate(run)),
            ("Distraction", _distraction(run, "distraction")), ("Second distraction", _distraction(run, "second_distraction")), ("Calculated", _end(run)), ("Living tissue", _living(run)), ("Joints", _joints(run)),
            ("Physiotherapy", _physiotherapy(run)), ("Examinations", _examinations(run)), ("Monitoring", _monitoring(run)), ("Wires and pins", _pins(run)), ("Limits changed", _limits(run)), ("Set on the command line", _set(run))]
    return [(what, text) for what, text in rows if text]


def _names(run, section):
    """Names below a section, in the case's order."""
    return list(dict.fromkeys(path.split(".")[1] for path in run.values if path.startswith(section + ".")))


def _days(text):
    """5 day -> 5 days."""
    return text if text == "1 day" else text.replace(" day", " days")


def _limb(run):
    if not run.value("mesh.limb"):
        return "mesh %s" % run.value("mesh.file") if run.value("mesh.file") else ""
    subject = run.value("mesh.subject")
    length = run.value("mesh.dimensions.length")
    text = "%s of %s%s" % (run.value("mesh.limb"), SUBJECTS.get(subject, subject), ", bone of %s" % length if length else "")
    stiffness = run.value("stiffness_class", "usual")
    return text + ("" if stiffness == "usual" else "; stiffness class %s" % stiffness)


def _osteotomy(run, section):
    point = run.value(section + ".point")
    return "plane through %s, normal %s" % (point, run.value(section + ".normal")) if point else ""


def _device(run):
    model = run.value("device.model") or run.value("device")
    if not model:
        return DEVICES["ideal"] if run.value("distraction.length") else ""
    parts = [("stiffness %s", "stiffness"), ("stalls at %s", "stall_force"), ("stroke %s", "stroke")]
    facts = [text % run.value("device." + key) for text, key in parts if np.isfinite(run.number("device." + key))]
    accuracy = run.number("device.accuracy", 1)
    if accuracy != 1:
        facts.append("does %s %% of what it is told" % words.number(100 * accuracy))
    return ", ".join([DEVICES.get(model, model)] + facts)


def _regenerate(run):
    model = run.value("regenerate.model") or run.value("regenerate")
    return {"": "empty gap" if run.value("distraction.length") else "", "layered": "regenerate that ages layer by layer"}.get(model, model)


def _distraction(run, section):
    length = run.value(section + ".length")
    if not length:
        return ""
    text = "%s at %s" % (length, run.value(section + ".rate", "1 mm/day"))
    if run.value(section + ".steps_per_day"):
        text += " in %s steps a day" % run.value(section + ".steps_per_day")
    if run.number(section + ".latency", 0) > 0:
        text += ", after %s of latency" % _days(run.value(section + ".latency"))
    return text + "".join("; " + change for change in _changes(run, section + ".changes"))


def _changes(run, section):
    """from day 20 on rate 0.75 mm/day."""
    found = {}
    for path, entry in run.values.items():
        if path.startswith(section + "["):
            number, _, key = path[len(section) + 1:].partition("].")
            found.setdefault(number, {})[key] = entry["value"]
    return ["from %s on %s" % (change.get("at", "?"), ", ".join("%s %s" % (words.name(key), value) for key, value in change.items() if key != "at")) for change in found.values()]


def _end(run):
    end = run.value("time.end")
    return "" if not end else "up to %s after surgery" % _days(end) if end[0].isdigit() else "up to the %s" % end


def _living(run):
    things = ("prestrain", "relaxation", "growth")
    there = [thing for thing in things if run.value("living." + thing) == "yes"]
    return words.listed(there) if there else "no: tissue is elastic, without prestrain, relaxation and growth" if any(run.value("living." + t) for t in things) else ""


def _joints(run):
    texts = []
    for joint in _names(run, "joints"):
        angle = run.value("joints.%s.angle" % joint, "held")
        how = {"free": "free", "held": "held"}.get(angle, "driven to %s" % angle)
        texts.append("%s %s at %s" % (words.name(joint), how, run.value("joints.%s.undeformed" % joint)) if how == "held" else "%s %s" % (words.name(joint), how))
    return ", ".join(texts)


def _physiotherapy(run):
    texts = []
    for name in dict.fromkeys(path.split(".")[2] for path in run.values if path.startswith("physiotherapy.sessions.")):
        of = "physiotherapy.sessions.%s" % name
        text = run.value(of) or "joint %s up to %s, %s, %s times a day" % tuple(run.value("%s.%s" % (of, key)) for key in ("joint", "torque", "hold", "times_per_day"))
        texts.append("%s: %s" % (words.name(name), text))
    return "; ".join(texts + (["brace at night"] if run.value("physiotherapy.night_brace") == "yes" else []))


def _examinations(run):
    return "; ".join("%s: %s under %s every %s" % (words.name(e), run.value("examinations.%s.joint" % e), run.value("examinations.%s.torque" % e), run.value("examinations.%s.every" % e)) for e in _names(run, "examinations"))


def _monitoring(run):
    texts = []
    for name in _names(run, "monitoring"):
        of = "monitoring.%s." % name
        what = " of ".join(words.name(words.rule(run.value(of + key))) for key in ("rule", "tissue") if run.value(of + key)) or "every rule"
        texts.append("%s: %s when its margin is below %s" % (what, run.value(of + "action", "pause"), run.value(of + "margin", "0.1")))
    return "; ".join(texts)


def _pins(run):
    names = [name for name in _names(run, "pins") if any(path.startswith("pins.%s." % name) for path in run.values)]
    frame = run.value("pins.frame")
    return "; ".join(text for text in (("frame %s" % frame if frame else ""), words.listed(words.name(n) for n in names)) if text)


def _limits(run):
    changed = ["%s = %s" % (path[len("limits."):], entry["value"]) for path, entry in run.values.items() if path.startswith("limits.") and not entry["origin"].startswith("default")]
    return ", ".join(changed)


def _set(run):
    return ", ".join("%s = %s" % (path, entry["value"]) for path, entry in run.values.items() if entry["origin"].startswith("--set"))
