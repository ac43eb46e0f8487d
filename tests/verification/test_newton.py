"""Newton's method converges quadratically: the last residuals of one step, for every model, element and interface.

The order is seen in the logarithms of the residuals r0, r1, ... of one step, whose falls double where it is 2. It tends to 2 from below
or above, until round-off; a tangent that lacks a term converges with order 1.
"""
import re

import numpy as np

from tasis_cases import ELEMENTS, box, main, quantity, tube, vector
from test_homogeneous import materials

SOLVER = {"tolerance": 1e-12, "absolute_tolerance": "1e-15 N", "linear": "direct", "predictor": "no", "max_iterations": 40}
ROUND_OFF = 2e-15  # of the largest residual: below it a residual says nothing


def residuals(log):
    """The norms of the last solve in the output of -snes_monitor."""
    norms = []
    for number, norm in re.findall(r"^ *(\d+) SNES Function norm ([-+.e\d]+)", log, re.MULTILINE):
        norms = [float(norm)] if int(number) == 0 else norms + [float(norm)]
    return np.array(norms)


def order(norms):
    """From three falls in a row, f_k = log(r_k/r_k-1): sqrt(f_3/f_1), at the end; a residual below round-off counts as at it.  Where round-off
    cuts the last fall short, the two before it tell, too, if the first of them is a large one: f_2/f_1."""
    floor = ROUND_OFF * norms.max()
    last = next((k for k, norm in enumerate(norms) if norm <= floor), len(norms) - 1)
    falls = np.diff(np.log(np.maximum(norms, floor)[:last + 1]))
    found = [np.sqrt(falls[k] / falls[k - 2]) for k in range(max(2, len(falls) - 2), len(falls)) if falls[k - 2] < -0.5]
    if norms[last] <= 4 * floor and len(falls) > 2 and falls[-3] < -5:
        found.append(falls[-2] / falls[-3])
    return max(found, default=np.nan)


def check_order(suite, label, mesh, case, element):
    case = {"solver": SOLVER, "time": {"end": "1 day", "steps": 1}, "output": {"fields": "none"}, **case}
    results = suite.run(mesh, case, element, ["--", "-snes_monitor"], may_fail=True)
    norms = residuals(results.log) if results else np.array([np.nan])
    shown = " ".join("%.0e" % norm for norm in norms)
    found = order(norms) if len(norms) > 3 else np.nan
    suite.check_range("%s: %s" % (label, shown), found, 1.25, np.inf)


def clamped(element, tissue, pull=0.12):
    """A distorted block whose clamped end is pulled, sheared and turned: fibres in every state."""
    mesh = box((2, 2, 2), element=element, distort=0.25)
    motion = {"x": quantity(pull, "mm"), "y": "0.2 mm", "rotation_x": "0.4 rad"}
    return mesh, {"tissues": {"block": tissue}, "bodies": {"wall": {}, "end": {"motion": motion}}, "surfaces": {"x0": {"attached": "wall"}, "x1": {"attached": "end"}}}


def test_models(suite):
    """Every model and element"""
    for name, material in materials(True).items():
        for element in ELEMENTS:
            mesh, case = clamped(element, material.tissue())
            check_order(suite, "%s, %s" % (element, name), mesh, case, element)


TENDON = materials(True)["weiss"].tissue()
FREE = {name: "free" for name in ("x", "y", "z", "rotation_x", "rotation_y", "rotation_z")}
TURN = {"x": "0.1 mm", "z": "0.15 mm", "rotation_x": "0.3 rad", "rotation_y": "-0.2 rad", "rotation_z": "0.4 rad"}
LOADS = {"force": vector((0.01, -0.015, 0.04), "N"), "moment": vector((0.008, -0.006, 0.012), "N mm")}
TILT = {"force": vector((0, 0, 0.02), "N"), "moment": vector((0.003, 0, 0), "N mm")}  # what glides freely gives way easily
BED = {"tangential_stiffness": "0.4 MPa/mm"}
PINS = {"pins": {"a": {"start": vector((-1, 0.3, 0.9), "mm"), "end": vector((2, 0.8, 1.2), "mm"), "body": "end", "stiffness": "0.8 MPa"},
                 "b": {"start": vector((0.2, -0.5, 0.4), "mm"), "end": vector((0.9, 1.5, 0.7), "mm"), "body": "end", "stiffness": "0.8 MPa", "axial_stiffness": "0.1 MPa"}}}


def interfaces():
    """name -> surfaces, bodies, and what else the case needs."""
    wall = {"z0": {"attached": "wall"}}
    cut = {"osteotomy": {"point": vector((0, 0, 0.7), "mm"), "normal": [0, 0, 1], "proximal": "wall", "distal": "end"}}
    return {
        "traction": ({**wall, "x1": {"traction": vector((0.03, 0.05, 0.05), "MPa")}}, {"wall": {}}, {}),
        "follower pressure": ({**wall, "x1": {"pressure": "0.05 MPa"}, "z1": {"pressure": "-0.05 MPa"}}, {"wall": {}}, {}),
        "gliding on a turning body": ({**wall, "z1": {"gliding": "end"}}, {"wall": {}, "end": {"motion": TURN}}, {}),
        "gliding on a turning bed": ({**wall, "z1": {"gliding": "end", **BED}}, {"wall": {}, "end": {"motion": TURN}}, {}),
        "gliding along a turning line": ({**wall, "z1": {"gliding": "end", "along": [1, 0.5, 0], **BED}}, {"wall": {}, "end": {"motion": TURN}}, {}),
        "gliding around an edge": ({**wall, "z1": {"gliding": "end", **BED}, "x1": {"gliding": "end", **BED}}, {"wall": {}, "end": {"motion": TURN}}, {}),
        "gliding over a gap": ({"y0": {"gliding": ["wall", "end"], **BED}, "z0": {"attached": "wall"}, "z1": {"attached": "end"}},
                               {"wall": {}, "end": {"motion": {"z": "0.4 mm", "rotation_z": "0.2 rad"}}}, cut),
        "free body, attached": ({**wall, "z1": {"attached": "end"}}, {"wall": {}, "end": {"motion": FREE, **LOADS}}, {}),
        "free body, gliding": ({**wall, "z1": {"gliding": "end"}}, {"wall": {}, "end": {"motion": {"z": "free", "rotation_x": "free"}, **TILT}}, {}),
        "free body, gliding bed": ({**wall, "z1": {"gliding": "end", **BED}}, {"wall": {}, "end": {"motion": FREE, **LOADS}}, {}),
        "free body, gliding along a line": ({**wall, "z1": {"gliding": "end", "along": [1, 0.5, 0], **BED}}, {"wall": {}, "end": {"motion": FREE, **LOADS}}, {}),
        "free body, bed around an edge": ({**wall, "z1": {"gliding": "end", **BED}, "x1": {"gliding": "end", **BED}}, {"wall": {}, "end": {"motion": FREE, **LOADS}}, {}),
        "free body, gap": ({"y0": {"gliding": ["wall", "end"], **BED}, "z0": {"attached": "wall"}, "z1": {"attached": "end"}}, {"wall": {}, "end": {"motion": FREE, **LOADS}}, cut),
        "pins of a turning body": (wall, {"wall": {}, "end": {"centre": vector((0, 0, 1), "mm"), "motion": {"x": "0.05 mm", "z": "0.1 mm", "rotation_x": "0.15 rad", "rotation_z": "0.2 rad"}}}, PINS),
        "free body, pins": (wall, {"wall": {}, "end": {"centre": vector((0.5, 0.5, 1), "mm"), "motion": FREE, **LOADS}}, PINS),
        "free body, pins and bed": ({**wall, "z1": {"gliding": "end", **BED}}, {"wall": {}, "end": {"motion": FREE, **LOADS}}, PINS),
        "free body, pressure": ({**wall, "z1": {"attached": "end"}, "x1": {"pressure": "0.05 MPa"}}, {"wall": {}, "end": {"motion": FREE, **LOADS}}, {}),
        "free body, gap, pressure": ({"y0": {"gliding": ["wall", "end"], **BED}, "z0": {"attached": "wall"}, "z1": {"attached": "end"}, "x1": {"pressure": "0.05 MPa"}},
                                       {"wall": {}, "end": {"motion": FREE, **LOADS}}, cut),
    }


def test_interfaces(suite):
    """Every interface, load and element; a stiff tissue with oblique fibres"""
    for name, (surfaces, bodies, more) in interfaces().items():
        for element in ELEMENTS:
            mesh = box((2, 2, 3), (1, 1, 1.5), element, distort=0.25)
            check_order(suite, "%s, %s" % (element, name), mesh, {"tissues": {"block": TENDON}, "surfaces": surfaces, "bodies": bodies, **more}, element)


def test_curved(suite):
    """Gliding around a curved bone that turns, with and without a free body"""
    for label, motion, loads in (("moved", TURN, {}), ("free", FREE, LOADS)):
        for element in ELEMENTS:
            mesh = tube((1, 4, 2), 1, 2, 1.5, 1.8, element)
            surfaces = {"inner": {"gliding": "bone", **BED}, "z0": {"attached": "wall"}}
            bodies = {"wall": {}, "bone": {"centre": vector((0, 0, 0), "mm"), "motion": motion, **loads}}
            check_order(suite, "%s, bone %s" % (element, label), mesh, {"tissues": {"block": TENDON}, "surfaces": surfaces, "bodies": bodies}, element)


if __name__ == "__main__":
    main(__doc__, test_models, test_interfaces, test_curved)
