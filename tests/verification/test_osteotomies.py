"""Two osteotomies of one bone: tissue that passes both, beside tissue that passes one of them."""
import re
import subprocess

import numpy as np
from scipy.optimize import fsolve

from closed_forms import Material
from tasis_cases import box, main, merge

TISSUE = Material(("neo-hookean", {"mu": 0.5}), ("simo-taylor", {"K": 5.0}))
LENGTH, AREA, SHORT_LENGTH, SHORT_AREA = 30.0, 4.0, 20.0, 6.0
GAP = {"model": "layered", "area": "100 mm2", "initial_gap": "2 mm", "haematoma_modulus": "0.5 MPa", "fibrous_modulus": "0.5 MPa", "front_speed": "0 mm/day",
       "fast_share": 0, "slow_share": 0, "filling_time": "1e9 day"}  # a spring
GAP_STIFFNESS = 100 * 0.5 / 2
BODIES = {"near": {}, "middle": {"parent": "near"}, "far": {"parent": "middle"}}


def tension(elongation, length, area):
    """Force of a bar, N, its sides free."""
    F = TISSUE.free_stretches((None, None, 1 + elongation / length))
    return area * TISSUE.nominal(F)[2, 2]


def forces(first, second):
    """What the tissue resists each gap with: the long bar passes both, the short one the second alone."""
    both = tension(first + second, LENGTH, AREA)
    return np.array([both, both + tension(second, SHORT_LENGTH, SHORT_AREA)])


def bar(name, cells, size, origin):
    part = box(cells, size, origin=origin)
    part.surfaces = {"%s_%s" % (name, face): part.surfaces[face] for face in ("x0", "y0", "z0", "z1")}
    return part


def bars():
    return merge([bar("long", (1, 1, 6), (2, 2, LENGTH), (0, 0, 0)), bar("short", (1, 1, 4), (2, 3, SHORT_LENGTH), (10, 0, 5))])


def lengthened(**sections):
    surfaces = {"%s_%s0" % (name, axis): {"displacement": {axis: "0 mm"}} for name in ("long", "short") for axis in "xy"}
    surfaces.update({"long_z0": {"gliding": "near"}, "long_z1": {"gliding": "far"}, "short_z0": {"gliding": "middle"}, "short_z1": {"gliding": "far"}})
    case = {"tissues": {"block": TISSUE.tissue()}, "surfaces": surfaces, "bodies": BODIES, "distraction": {"body": "middle", "direction": [0, 0, 1], "length": "3 mm", "rate": "1 mm/day", "steps": 3},
            "second_distraction": {"body": "far", "length": "2 mm", "latency": "1 day", "rate": "0.5 mm/day"}, "time": {"end": "6 day", "steps": 1}}
    for key, value in sections.items():
        case[key] = {**case[key], **value} if key in ("distraction", "second_distraction") else value
    return case


def told(time):
    """Of the case above, mm."""
    return np.clip(time, 0, 3), np.clip(0.5 * (time - 1), 0, 2)


def test_ideal(suite):
    """Ideal devices: each gap is what it is told, and bears what passes it"""
    h = suite.run(bars(), lengthened()).history
    for name, length in zip(("gap", "second_gap"), told(h["time"])):
        suite.check("%s is what is told" % name, np.abs(h[name] - length).max(), 1e-8)
    expected = np.array([forces(*gaps) for gaps in zip(h["gap"], h["second_gap"])])
    suite.check("axial force: the long bar", np.abs(h["axial_force"] - expected[:, 0]).max(), 1e-7)
    suite.check("axial force of the second gap: both bars", np.abs(h["second_axial_force"] - expected[:, 1]).max(), 1e-7)
    other = suite.run(bars(), lengthened(distraction={"body": "far", "length": "2 mm", "rate": "0.5 mm/day", "latency": "1 day", "steps": 3},
                                         second_distraction={"body": "middle", "length": "3 mm", "rate": "1 mm/day", "latency": "0 day"})).history
    suite.check("the same, with the distal osteotomy called the first", max(np.abs(other["second_" + name] - h[name]).max() + np.abs(other[name] - h["second_" + name]).max() for name in ("gap", "axial_force")), 1e-9)


def test_device_lines(suite):
    """Two devices, and tissue in one gap or in both, balance with the bars"""
    first = {"model": "ilizarov-frame", "stiffness": "3 N/mm"}
    cases = (("a device of each own", {"device": first, "regenerate": GAP, "second_device": {"model": "ilizarov-frame", "stiffness": "5 N/mm"}, "second_regenerate": "none"}, (3, 5), (GAP_STIFFNESS, 0)),
             ("both as the first", {"device": first, "regenerate": GAP}, (3, 3), (GAP_STIFFNESS, GAP_STIFFNESS)))
    for label, sections, device, tissue in cases:
        h = suite.run(bars(), lengthened(**sections)).history
        device, tissue, lengths = np.array(device), np.array(tissue), np.array(told(h["time"])).T
        suite.check("%s: told lengths" % label, max(np.abs(h["commanded_length"] - lengths[:, 0]).max(), np.abs(h["second_commanded_length"] - lengths[:, 1]).max()), 1e-8)
        expected = np.array([fsolve(lambda g: device * (length - g) - tissue * g - forces(*g), 0.3 * length, xtol=1e-13) for length in lengths])
        suite.check("%s: gaps where the forces balance" % label, max(np.abs(h["gap"] - expected[:, 0]).max(), np.abs(h["second_gap"] - expected[:, 1]).max()), 1e-8)
        pushed = device * (lengths - expected)
        suite.check("%s: forces in the devices" % label, max(np.abs(h["device_force"] - pushed[:, 0]).max(), np.abs(h["second_device_force"] - pushed[:, 1]).max()), 1e-7)
        suite.check("%s: force of the first gap's tissue" % label, np.abs(h["regenerate_force"] - GAP_STIFFNESS * expected[:, 0]).max(), 1e-6)
        if tissue[1]:
            suite.check("%s: force of the second gap's tissue" % label, np.abs(h["second_regenerate_force"] - GAP_STIFFNESS * expected[:, 1]).max(), 1e-6)
        suite.check("%s: columns of the second gap's tissue" % label, abs(("second_regenerate_force" in h) - bool(tissue[1])), 0)


def test_one_ideal(suite):
    """A device that gives way beside an ideal one"""
    h = suite.run(bars(), lengthened(device={"model": "ilizarov-frame", "stiffness": "3 N/mm"}, second_device="ideal")).history
    expected = [fsolve(lambda g: 3 * (length - g[0]) - forces(g[0], second)[0], [0.3 * length], xtol=1e-13)[0] for length, second in zip(*told(h["time"]))]
    suite.check("gap where the forces balance", np.abs(h["gap"] - expected).max(), 1e-8)
    suite.check("the other is what is told", np.abs(h["second_gap"] - told(h["time"])[1]).max(), 1e-8)
    suite.check("and bears both bars", np.abs(h["second_axial_force"] - [forces(*gaps)[1] for gaps in zip(expected, told(h["time"])[1])]).max(), 1e-7)


def test_stall(suite):
    """A nail that stalls at the second osteotomy alone"""
    nail = {"model": "magnetic-nail", "stiffness": "40 N/mm", "stall_force": "0.5 N", "speed": "infinite", "accuracy": 1, "spread": 0}
    results = suite.run(bars(), lengthened(device={**nail, "stall_force": "50 N"}, second_device=nail))
    h = results.history
    suite.check("the first loses nothing", np.abs(h["lost_length"]).max(), 1e-12)
    suite.check_range("the second loses, mm", h["second_lost_length"][-1], 0.5, 2)
    suite.check("what is lost and what is there make what was told", np.abs(h["second_lost_length"] + h["second_gap"] + h["second_device_force"] / 40 - h["second_commanded_length"]).max(), 1e-8)
    suite.check_range("the log says which", len(re.findall(r"second osteotomy: the device slips: [\d.]+ mm lost", results.log)), 1, 20)
    suite.check("and only that", len(re.findall(r"device slips", results.log)) - len(re.findall(r"second osteotomy: the device slips", results.log)), 0)


def stair(time, latency, rate, per_day, ramp, length):
    """Steps of rate / per_day, mm, each over a ramp (day)."""
    number = np.arange(round(length * per_day / rate))
    return (rate / per_day * np.clip((time[:, None] - latency - number / per_day) / ramp, 0, 1)).sum(axis=1)


def test_steps(suite):
    """Steps of a rhythm of each own: the calendar has those of both"""
    wanted = {"length": "1.5 mm", "rate": "0.75 mm/day", "steps": None, "steps_per_day": 3, "ramp": "30 min"}
    case = lengthened(distraction=wanted, second_distraction={"length": "1 mm", "rate": "0.5 mm/day", "latency": "0.3 day", "steps_per_day": 4, "ramp": "12 min"}, time={"end": "3 day", "steps": 1})
    del case["distraction"]["steps"]
    h = suite.run(bars(), case).history
    first, second = stair(h["time"], 0, 0.75, 3, 0.5 / 24, 1.5), stair(h["time"], 0.3, 0.5, 4, 0.2 / 24, 1.0)
    suite.check("first gap, 3 steps a day", np.abs(h["gap"] - first).max(), 1e-8)
    suite.check("second gap, 4 steps a day", np.abs(h["second_gap"] - second).max(), 1e-8)
    ends = [k / 3 + 0.5 / 24 for k in range(6)] + [0.3 + k / 4 + 0.2 / 24 for k in range(8)]
    suite.check("the end of every step is there", max(np.abs(h["time"] - end).min() for end in ends), 1e-9)
    case = lengthened(distraction={**wanted, "changes": [{"at": "1 day", "pause": "1 day"}]}, second_distraction={"length": "1 mm"}, time={"end": "4 day", "steps": 1})
    del case["distraction"]["steps"], case["second_distraction"]["rate"], case["second_distraction"]["latency"]
    h = suite.run(bars(), case).history
    both = h["time"] < 2.3  # the second one is done then
    suite.check("what is not given is as of the first, changes too", np.abs(h["gap"] - h["second_gap"])[both].max(), 1e-9)
    suite.check("and they paused", abs(np.interp(2, h["time"], h["second_gap"]) - 0.75), 1e-9)


def monitored(rule):
    case = lengthened(second_distraction={"latency": "0 day"}, monitoring={"nerve": {"rule": "nerve-strain", **rule}}, time={"end": "6 day", "step": "0.25 day"})
    case["tissues"] = {"block": {"preset": "nerve", "direction": [0, 0, 1]}}
    case["living"] = {"prestrain": "no", "relaxation": "no", "growth": "no"}
    case["distraction"]["steps"] = 24
    return case


def test_monitoring(suite):
    """A monitoring rule acts on both osteotomies, each by its own rate"""
    margin, limit = 0.6, 0.201  # of the rule nerve-strain, docs/models.md
    for action in ("end", "slow", "pause", "reverse"):
        h = suite.run(bars(), monitored({"action": action, "margin": margin, "recovery": 0.9, "share": 0.25, "pause": "1 day", "length": "0.25 mm"})).history
        first = np.argmax(1 - h["block.nerve_strain"] / limit <= margin)
        start, gaps = h["time"][first], (("gap", 1.0), ("second_gap", 0.5))
        rest = (h["time"] > start) & (h["time"] < start + 1 + 1e-6)
        suite.check_range("%s: acts on the way, day" % action, start, 1, 2.5)
        for name, rate in gaps:
            expected = {"end": h[name][first] + 0 * h["time"], "pause": h[name][first] + 0 * h["time"], "slow": h[name][first] + 0.25 * rate * (h["time"] - start),
                        "reverse": h[name][first] - np.minimum(rate * (h["time"] - start), 0.25)}[action]
            suite.check("%s: %s afterwards" % (action, name), np.abs(h[name] - expected)[rest].max(), 1e-9)


def divided(surface, **second):
    """A block along the shaft, whose side lies on the bone."""
    cut = {"normal": [0, 0, 1]}
    case = lengthened(osteotomy={"point": ["0 mm", "0 mm", "10.5 mm"], "proximal": "near", "distal": "middle", **cut}, second_osteotomy={"point": ["0 mm", "0 mm", "20.5 mm"], "proximal": "middle", "distal": "far", **cut, **second})
    del case["distraction"]["body"], case["second_distraction"]["body"], case["distraction"]["direction"]
    case["surfaces"] = {"x0": surface, "z0": {"attached": "near"}, "z1": {"attached": "far"}}
    return case


def test_surfaces(suite):
    """Surfaces along the bone belong to the segment that they lie on"""
    block = box((2, 1, 30), (2, 2, LENGTH))
    for label, case in (("in line", divided({"attached": ["far", "near", "middle"]})), ("one osteotomy only", divided({"attached": ["middle", "far"]}))):
        results = suite.run(block, case)
        u, z, side = results.field("displacement")[:, 2], results.points[:, 2], results.points[:, 0] < 1e-9
        expected = np.where(z > 20.5, 5.0, np.where(z > 10.5, 3.0, 0.0)) if label == "in line" else np.where(z > 20.5, 5.0, 3.0)
        inner = side & (z > 0.5) & (z < LENGTH - 0.5)
        suite.check("%s: displacement of each segment" % label, np.abs(u - expected)[inner].max(), 1e-9)
        suite.check_range("%s: points of the surface" % label, inner.sum(), 58, 58)
    # The osteotomies in the other order, the distal one first.
    case = divided({"attached": ["near", "middle", "far"]})
    case["osteotomy"], case["second_osteotomy"] = case["second_osteotomy"], case["osteotomy"]
    turned = suite.run(block, {**case, "distraction": {**case["distraction"], "length": "2 mm"}, "second_distraction": {"length": "3 mm", "rate": "1 mm/day", "latency": "0 day"}})
    u, z, side = turned.field("displacement")[:, 2], turned.points[:, 2], turned.points[:, 0] < 1e-9
    inner = side & (z > 0.5) & (z < LENGTH - 0.5)
    suite.check("the distal one first: displacement of each segment", np.abs(u - np.where(z > 20.5, 5.0, np.where(z > 10.5, 3.0, 0.0)))[inner].max(), 1e-9)


def test_check(suite):
    """tasis check tells both, and where the second one's values come from"""
    suite.run(bars(), lengthened(device="hexapod"))
    told_text = subprocess.run([suite.options.tasis, "check", str(suite.root / ("run%03d" % suite.runs))], capture_output=True, text=True).stdout
    for claim, pattern in (("first lengthening", r"middle is moved by 3 mm at 1 mm/day from day 0 on, in \d+ steps"), ("second lengthening", r"far is moved by 2 mm at 0.5 mm/day from day 1 on, in \d+ steps"),
                           ("device of the second", r"second_device +hexapod +as of the first osteotomy"), ("its steps", r"second_distraction\.steps +3 +as of the first osteotomy"), ("body", r"far:.* moved by the second device; otherwise with middle")):
        suite.check_range(claim, len(re.findall(pattern, told_text)), 1, 1)


if __name__ == "__main__":
    main(__doc__, test_ideal, test_device_lines, test_one_ideal, test_stall, test_steps, test_monitoring, test_surfaces, test_check)
