"""Device, tissue of the gap, joints and sessions beside a bar of tissue whose force is known."""
import re

import h5py
import numpy as np
from scipy.optimize import brentq

from closed_forms import Material
from tasis_cases import box, main, quantity, vector

TISSUE = Material(("neo-hookean", {"mu": 0.5}), ("simo-taylor", {"K": 5.0}))
LENGTH, AREA = 30.0, 4.0
SIDES = {"x0": {"displacement": {"x": "0 mm"}}, "y0": {"displacement": {"y": "0 mm"}}}
GAP = {"model": "layered", "area": "100 mm2", "initial_gap": "2 mm", "haematoma_modulus": "0.5 MPa", "fibrous_modulus": "0.5 MPa", "front_speed": "0 mm/day",
       "fast_share": 0, "slow_share": 0, "filling_time": "1e9 day"}  # a spring
GAP_STIFFNESS = 100 * 0.5 / 2


def tension(elongation):
    """Force of the bar, N, its sides free."""
    F = TISSUE.free_stretches((None, None, 1 + elongation / LENGTH))
    return AREA * TISSUE.nominal(F)[2, 2]


def bar():
    return box((1, 1, 6), (2, 2, LENGTH))


def lengthened(**sections):
    return {"tissues": {"block": TISSUE.tissue()}, "surfaces": {**SIDES, "z0": {"gliding": "near"}, "z1": {"gliding": "far"}}, "bodies": {"near": {}, "far": {}},
            "distraction": {"body": "far", "direction": [0, 0, 1], "length": "6 mm", "rate": "1 mm/day", "steps": 6}, "time": {"end": "7 day", "steps": 1}, **sections}


def test_device_line(suite):
    """Device in series, tissue of the gap in parallel, with the soft tissue"""
    for label, gap in (("device alone", None), ("with tissue in the gap", GAP)):
        extra = {"regenerate": gap} if gap else {}
        results = suite.run(bar(), lengthened(device={"model": "ilizarov-frame", "stiffness": "3 N/mm"}, **extra))
        h, k = results.history, GAP_STIFFNESS if gap else 0
        expected = [brentq(lambda g: 3 * (driven - g) - tension(g) - k * g, 0, driven + 1, xtol=1e-14) for driven in h["commanded_length"]]
        suite.check("%s: gap where the forces balance" % label, np.abs(h["gap"] - expected).max(), 1e-8)
        suite.check("%s: force in the device" % label, np.abs(h["device_force"] - 3 * (h["commanded_length"] - expected)).max(), 1e-7)
        suite.check("%s: axial force is that of the bar" % label, np.abs(h["axial_force"] - [tension(g) for g in expected]).max(), 1e-7)
        suite.check("%s: told length" % label, np.abs(h["commanded_length"] - np.minimum(h["time"], 6)).max(), 1e-12)
        if gap:
            suite.check("%s: force of the gap" % label, np.abs(h["regenerate_force"] - k * np.array(expected)).max(), 1e-6)
    rigid = suite.run(bar(), lengthened(regenerate=GAP)).history
    suite.check("ideal device: the gap is what is told", np.abs(rigid["gap"] - np.minimum(rigid["time"], 6)).max(), 1e-12)
    suite.check("ideal device: it bears bar and gap", np.abs(rigid["device_force"] - [tension(g) + GAP_STIFFNESS * g for g in rigid["gap"]]).max(), 1e-5)


def test_stall(suite):
    """A nail that stalls loses length"""
    nail = {"model": "magnetic-nail", "stiffness": "40 N/mm", "stall_force": "0.5 N", "speed": "infinite", "accuracy": 1, "spread": 0}
    results = suite.run(bar(), lengthened(device=nail))
    h = results.history
    # While it moves, a thousandth of the stiffness is left for what it was to turn out (docs/theory/devices.md).
    suite.check_range("largest force in the nail", h["device_force"].max(), 0.5, 0.5 + 0.04)
    suite.check_range("gap at the end", h["gap"][-1], brentq(lambda g: tension(g) - 0.5, 0, 6), brentq(lambda g: tension(g) - 0.54, 0, 6))
    suite.check_range("the log says so", len(re.findall(r"the device slips: [\d.]+ mm lost", results.log)), 2, 20)
    suite.check("what is lost and what is there make what was told", np.abs(h["lost_length"] + h["gap"] + h["device_force"] / 40 - h["commanded_length"]).max(), 1e-8)


ARM, WEIGHT, TOE = 20.0, 0.4, np.array([0.0, 90.0, -15.0])
FOOT = {"shank": {}, "foot": {"parent": "shank"}, "toe": {"parent": "foot", "centre": vector(TOE, "mm"), "force": vector((0, 0, -WEIGHT), "N")},
        "heel": {"parent": "shank", "along": [0, 0, -1], "moment_arms": {"ankle": quantity(ARM, "mm")}}}


def ankle(joint, **sections):
    """The bar as a calf muscle: its upper end on the shank, its lower end drawn by the heel."""
    return {"tissues": {"block": TISSUE.tissue()}, "surfaces": {**SIDES, "z1": {"gliding": "shank"}, "z0": {"gliding": "heel"}}, "bodies": FOOT,
            "joints": {"ankle": {"body": "foot", "centre": vector((0, 0, 0), "mm"), "axis": [1, 0, 0], "passive": {"model": "linear", "stiffness": "0.0002 N m/degree", "rest": "-10 degree"}, **joint}}, **sections}


def own_torque(angle):
    """Of the muscle and the law, towards larger angles (dorsiflexion), N mm."""
    return -ARM * tension(ARM * angle) - 0.2 * (np.degrees(angle) + 10)


def test_ankle(suite):
    """A free ankle under gravity of the foot, a linear spring and a muscle"""
    results = suite.run(bar(), ankle({"angle": "free"}, time={"end": "2 day", "steps": 2}))

    def balance(angle):  # gravity turns the toe, which is ahead of the joint, down
        turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
        return own_torque(angle) + np.cross(turn @ TOE, (0, 0, -WEIGHT))[0] * share
    for row, share in ((1, 0.5), (2, 1.0)):
        expected = brentq(balance, -1, 1, xtol=1e-14)
        suite.check("angle at %g of the weight" % share, abs(np.radians(results.history["joint.ankle.angle"][row]) - expected), 1e-8)
        suite.check("passive torque at %g of the weight" % share, abs(results.history["joint.ankle.torque"][row] - own_torque(expected)), 1e-5)
    # Conjugate gradients on displacements and angle together, to so little that the angle is only as good as Newton's method makes it.
    iterated = suite.run(bar(), ankle({"angle": "free"}, time={"end": "2 day", "steps": 2}, solver={"linear": "iterative", "linear_tolerance": 0.03, "tolerance": 1e-9}))
    suite.check("angle by the iterative solver", np.abs(np.radians(iterated.history["joint.ankle.angle"] - results.history["joint.ankle.angle"])).max(), 1e-8)
    suite.check_range("its linear iterations for one of Newton's method", iterated.history["linear_iterations"].sum() / iterated.history["newton_iterations"].sum(), 1, 40)


def test_two_joints(suite):
    """A muscle of two joints turns them as its moment arms say"""
    case = ankle({"angle": {"value": "20 degree"}})
    case["bodies"] = {**FOOT, "origin": {"parent": "shank", "along": [0, 0, 1], "moment_arms": {"knee": "-7 mm"}}, "toe": {"parent": "foot"}}
    case["surfaces"] = {**case["surfaces"], "z1": {"gliding": "origin"}}
    case["joints"]["knee"] = {"angle": {"value": "30 degree"}}
    case["joints"]["ankle"]["passive"] = "none"
    h = suite.run(bar(), case).history
    stretched = ARM * np.radians(20) - 7 * np.radians(30)
    suite.check("torque of the ankle", abs(h["joint.ankle.torque"][-1] + ARM * tension(stretched)), 1e-6)
    suite.check("torque of the knee, by the ratio of the arms", abs(h["joint.knee.torque"][-1] / h["joint.ankle.torque"][-1] + 7 / ARM), 1e-9)


def test_remote(suite):
    """What goes on of a muscle outside the mesh pulls at its body, and turns the joint"""
    case = ankle({"angle": {"value": "20 degree"}})
    remote = {"matrix": {"model": "neo-hookean", "mu": "0.3 MPa"}, "length": "12 mm", "area": "5 mm2"}
    case["bodies"] = {**FOOT, "origin": {"parent": "shank", "along": [0, 0, 1], "moment_arms": {"knee": "-7 mm"}, "remote": remote}, "toe": {"parent": "foot"}}
    case["surfaces"] = {**case["surfaces"], "z1": {"gliding": "origin"}}
    case["joints"]["knee"] = {"angle": {"value": "40 degree", "curve": "knee"}}
    case["joints"]["ankle"]["angle"]["curve"] = "ankle"
    case["joints"]["ankle"]["passive"] = "none"
    case["curves"] = {"ankle": [["0 day", 0], ["1 day", 1]], "knee": [["0 day", 0], ["1 day", 0], ["2 day", -1], ["3 day", 1]]}
    h = suite.run(bar(), {**case, "time": {"end": "3 day", "steps": 3}}).history

    def pull(longer):  # keeps its volume
        stretch = 1 + longer / 12
        return 5 * 0.3 * (stretch - stretch**-2)
    errors = []
    for knee, ankle_angle, slide, torque in zip(h["joint.knee.angle"], h["joint.ankle.angle"], h["motion.origin.slide"], h["joint.knee.torque"]):
        drawn, below = -7 * np.radians(knee), ARM * np.radians(ankle_angle)
        expected = brentq(lambda s: pull(drawn - s) - tension(below + s), -12, 12, xtol=1e-14)
        errors.append((abs(slide - expected), abs(torque - 7 * pull(drawn - expected))))
    suite.check("where the body slides to, knee bent and stretched", max(e[0] for e in errors), 1e-8)
    suite.check("torque of the knee", max(e[1] for e in errors), 1e-6)
    suite.check_range("the muscle is slack with the knee bent", h["joint.knee.torque"][-1] / h["joint.knee.torque"][-2], -0.2, 0.6)


CORD = {"matrix": {"model": "neo-hookean", "mu": "0.7 MPa"}, "area": "3 mm2", "path": {"points": [[f"{x} mm" for x in (1, 1, 0)], [f"{x} mm" for x in (1, 1, LENGTH)]]},
        "bed": {"tangential_stiffness": "0 MPa/mm"}, "start": "fixed"}
CORD_ARM, CORD_LENGTH = 8.0, LENGTH + 50.0


def cord_tension(angle):
    """N, of the strand and what goes on of it beyond the knee; it keeps its volume."""
    stretch = 1 + CORD_ARM * angle / CORD_LENGTH
    return 3 * 0.7 * (stretch - stretch**-2)


def knee(joint, upper="held", **strand):
    """The bar with a cord in it that goes on over the knee; the upper end of the bar is held or free."""
    surfaces = {**SIDES, "z0": {"attached": "shank"}, **({"z1": {"attached": "shank"}} if upper == "held" else {})}
    return {"tissues": {"block": TISSUE.tissue()}, "surfaces": surfaces, "bodies": {"shank": {}}, "joints": {"knee": joint},
            "strands": {"cord": {**CORD, "end": {"remote": "50 mm", "moment_arms": {"knee": quantity(CORD_ARM, "mm")}}, **strand}}, "time": {"end": "2 day", "steps": 2}}


def test_strand(suite):
    """A strand that goes on over a joint is drawn by its angle, and turns it"""
    passive = {"model": "linear", "stiffness": "0.0005 N m/degree", "rest": "70 degree"}
    driven = suite.run(bar(), knee({"angle": {"value": "60 degree"}, "passive": passive})).history
    for row, angle in ((1, np.radians(30)), (2, np.radians(60))):
        suite.check("tension at %g degrees" % np.degrees(angle), abs(driven["strand.cord.tension_end"][row] - cord_tension(angle)), 1e-9)
        own = -CORD_ARM * cord_tension(angle) - 0.5 * (np.degrees(angle) - 70)
        suite.check("torque of the knee at %g degrees" % np.degrees(angle), abs(driven["joint.knee.torque"][row] - own), 1e-7)
    one_way = suite.run(bar(), knee({"angle": {"value": "60 degree"}, "passive": passive}, coupling="one-way")).history
    suite.check("one-way: the same tension", abs(one_way["strand.cord.tension_end"][-1] - cord_tension(np.radians(60))), 1e-9)
    suite.check("one-way: the joint does not feel it", abs(one_way["joint.knee.torque"][-1] - 0.5 * 10), 1e-9)
    free = suite.run(bar(), knee({"angle": "free", "passive": passive, "moment": {"value": "2 N mm"}})).history
    for row, moment in ((1, 1.0), (2, 2.0)):
        expected = brentq(lambda angle: moment - CORD_ARM * cord_tension(angle) - 0.5 * (np.degrees(angle) - 70), 0, 3, xtol=1e-14)
        suite.check("free knee, moment %g N mm: angle" % moment, abs(np.radians(free["joint.knee.angle"][row]) - expected), 1e-8)
    tight = {**knee({"angle": "free", "passive": passive, "moment": {"value": "2 N mm"}}, upper="free", bed={"tangential_stiffness": "0.01 MPa/mm"}), "solver": {"tolerance": 1e-11, "line_search": False}}
    soft = suite.run(bar(), tight).history
    angle, tension_end = np.radians(soft["joint.knee.angle"]), soft["strand.cord.tension_end"]
    suite.check("upper end free: the cord's moment is its tension times its arm", np.abs(CORD_ARM * tension_end[1:] - ([1.0, 2.0] - 0.5 * (np.degrees(angle[1:]) - 70))).max(), 1e-6)
    suite.check_range("upper end free: the bed bears a part of it", soft["strand.cord.tension_start"][-1] / tension_end[-1], 0.01, 0.9)
    suite.check_range("upper end free: iterations of Newton's method to 1e-11, with the exact tangent", soft["newton_iterations"].max(), 1, 7)


def test_session(suite):
    """A stretch goes to its torque, or to its angle, and leaves an elastic joint as it was"""
    sessions = {"pull": {"joint": "ankle", "torque": "12 N mm", "hold": "10 min", "first": "8 hour", "begin": "0 day"},
                "stop": {"joint": "ankle", "torque": "12 N mm", "angle": "4 degree", "hold": "10 min", "first": "12 hour", "begin": "0 day"}}
    for kind in ("free", "held"):
        case = ankle({"angle": kind}, physiotherapy={"sessions": sessions})
        case["bodies"] = {**FOOT, "toe": {"parent": "foot"}}
        h = suite.run(bar(), case).history
        rest = 0.0 if kind == "held" else brentq(own_torque, -1, 1, xtol=1e-14)
        time, angle, torque = h["time"] * 24, np.radians(h["joint.ankle.angle"]), h["joint.ankle.torque"]
        pulled = np.isclose(time, 8 + 610 / 3600)
        stopped = np.isclose(time, 12 + 610 / 3600)
        suite.check("%s: angle at the torque" % kind, np.abs(angle[pulled] - brentq(lambda a: own_torque(a) + 12, -1, 1)).max(initial=0 if pulled.any() else np.inf), 1e-8)
        suite.check("%s: angle at the stop" % kind, np.abs(np.degrees(angle[stopped]) - 4).max(initial=0 if stopped.any() else np.inf), 0.1)
        suite.check("%s: as it was, between and after them" % kind, np.abs(angle[np.isclose(time, 12) | np.isclose(time, 24)] - rest).max(), 1e-8)
        suite.check("%s: passive torque everywhere" % kind, np.abs(torque - [own_torque(a) for a in angle]).max(), 1e-5)


def test_examination(suite):
    """An examination finds the angle at its torque, and leaves no trace"""
    wanted = {"examinations": {"rom": {"joint": "ankle", "torque": "12 N mm", "first": "0 day", "every": "1 day"}}}
    runs = []
    for sections in ({}, wanted):
        case = ankle({"angle": {"value": "-5 degree"}}, time={"end": "2 day", "steps": 2}, **sections)
        case["bodies"] = {**FOOT, "toe": {"parent": "foot"}}
        runs.append(suite.run(bar(), case).history)
    expected = np.degrees(brentq(lambda a: own_torque(a) + 12, -1, 1))
    suite.check("angle at the torque, before surgery and later", np.abs(runs[1]["examination.rom.angle"] - expected).max(), 1e-7)
    suite.check("nothing is lost in an elastic limb", np.abs(runs[1]["examination.rom.lost"]).max(), 1e-7)
    suite.check("the run is the same to the last bit", max(np.abs(runs[1][name] - values).max() for name, values in runs[0].items() if "iterations" not in name), 0)


NERVE = {"preset": "nerve"}


def margin_of(history, limit=0.201):
    """Of the rule nerve-strain, see docs/models.md."""
    return 1 - history["block.nerve_strain"] / limit


def monitored(rule):
    case = lengthened(monitoring={"nerve": {"rule": "nerve-strain", **rule}}, time={"end": "8 day", "step": "0.25 day"})
    case["tissues"] = {"block": {**NERVE, "direction": [0, 0, 1]}}
    case["living"] = {"prestrain": "no", "relaxation": "no", "growth": "no"}
    case["distraction"].update(length="7 mm", steps=28)
    return case


def test_monitoring(suite):
    """What is done when a limit comes near"""
    free = suite.run(bar(), monitored({"action": "end", "margin": -9})).history
    suite.check_range("without it the limit is broken", margin_of(free).min(), -9, -0.01)
    margin = 0.3
    for action, low, high in (("pause", 0, 0.01), ("end", 0, 0.01), ("slow", 0.1, 9), ("reverse", -2, 0.01)):
        results = suite.run(bar(), monitored({"action": action, "margin": margin, "pause": "1 day", "share": 0.25, "length": "0.5 mm"}))
        h = results.history
        first = np.argmax(margin_of(h) <= margin)
        later = h["gap"][-1] - h["gap"][first]
        suite.check_range("%s: acts as soon as the margin is reached" % action, margin_of(h)[first], margin - 0.08, margin)
        suite.check_range("%s: lengthening after that, mm" % action, later, low, high)
        suite.check_range("%s: the log says it" % action, len(re.findall(r"monitoring nerve: day [\d.]+, margin 0\.[23]\d*, nerve-strain of block", results.log)), 1, 9)
    stopped = suite.run(bar(), monitored({"action": "stop", "margin": margin}), may_fail=True)
    suite.check_range("stop: the calculation ends with a status of its own", 1 if stopped is None else 0, 1, 1)


def test_monitoring_every(suite):
    """On days that are not resolved monitoring looks as well, as often as it is told to"""
    found = {}
    for every in ("0.25 day", "1 day"):
        case = monitored({"action": "end", "margin": 0.4, "every": every})
        del case["distraction"]["steps"]
        case["distraction"].update(steps_per_day=2, ramp="1 hour", resolve_every=1000)
        case["time"] = {"end": "40 day", "step": "40 day"}
        h = suite.run(bar(), case).history
        rate = np.diff(margin_of(h))[np.argmax(margin_of(h) <= 0.4) - 1]
        found[every] = margin_of(h).min()
        suite.check_range("%s: acts within that of the margin" % every, found[every], 0.4 + 1.05 * rate, 0.4)
    suite.check_range("looking more often, it acts earlier", found["0.25 day"] - found["1 day"], 1e-3, 1)


def test_monitoring_makes_longer(suite):
    """Monitoring slows a distraction, so that there are more steps than were planned; strands.h5 has them all"""
    case = monitored({"action": "slow", "margin": 0.3, "share": 0.1})
    case["strands"] = {"cord": {**CORD, "end": "fixed"}}
    del case["distraction"]["steps"]
    case["distraction"].update(steps_per_day=2, ramp="1 hour")
    case["time"] = {"end": "40 day", "step": "40 day"}
    results = suite.run(bar(), case)
    with h5py.File(results.folder / "strands.h5", "r") as file:
        suite.check("days in strands.h5", np.abs(file["days"][: len(results.steps)] - np.array(results.steps)).max(), 1e-9)
    suite.check_range("steps, of which 9 were planned", len(results.steps), 20, 100)


if __name__ == "__main__":
    main(__doc__, test_device_line, test_stall, test_ankle, test_two_joints, test_remote, test_strand, test_session, test_examination, test_monitoring, test_monitoring_every, test_monitoring_makes_longer)
