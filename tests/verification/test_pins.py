"""Pins: a bar of tissue pierced by pins that move, against a chain of springs; balance, sliding along the axis, rigid motions.

The bar lies along z, glides without friction between four guides and is held at z = 0.  It is stretched with the constrained modulus
M = K + 4/3 mu, and with one hex8 across it is a chain of springs M A/h.  A pin across it (along x, in the middle of y) pulls all
nodes of a section alike, with k b times the distance to its body, b the bar's width: docs/theory/pins.md.
"""
import numpy as np

from closed_forms import Material
from tasis_cases import ELEMENTS, box, main, quantity, vector

MU, K = 1.0, 10.0
MODULUS = K + 4 * MU / 3
PULL = 1e-5  # mm: the closed form is that of small strain
SOFT = Material(("neo-hookean", {"mu": MU}), ("log-squared", {"K": K}))
SIDES = ("x0", "x1", "y0", "y1")
WIDTH, LENGTH, CELLS = 2.0, 12.0, 6


def pin(start, end, body, stiffness=None, **more):
    return {"start": vector(start, "mm"), "end": vector(end, "mm"), "body": body, **({"stiffness": quantity(stiffness, "MPa")} if stiffness else {}), **more}


def across(z, stiffness, body="bone", **more):
    return pin((-1, WIDTH / 2, z), (WIDTH + 1, WIDTH / 2, z), body, stiffness, **more)


def chain(pins):
    """Stiffness of nodes along z and of a body that the pins (z, stiffness) belong to."""
    n, h = CELLS + 1, LENGTH / CELLS
    matrix = np.zeros((n + 1, n + 1))
    for i in range(CELLS):
        matrix[i:i + 2, i:i + 2] += MODULUS * WIDTH**2 / h * np.array([[1, -1], [-1, 1]])
    for z, stiffness in pins:
        i = min(int(z / h), CELLS - 1)
        row = np.zeros(n + 1)
        row[i], row[i + 1], row[n] = 1 - (z / h - i), z / h - i, -1
        matrix += stiffness * WIDTH * np.outer(row, row)
    return matrix


def solve_bar(suite, pins, motion, **body):
    surfaces = {name: {"gliding": "guide"} for name in SIDES}
    surfaces["z0"] = {"attached": "wall"}
    mesh = box((1, 1, CELLS), (WIDTH, WIDTH, LENGTH))
    return suite.run(mesh, {"tissues": {"block": SOFT.tissue()}, "surfaces": surfaces, "pins": pins, "solver": {"tolerance": 1e-9},
                            "bodies": {"guide": {}, "wall": {}, "bone": {"centre": vector((0, 0, 0), "mm"), "motion": motion, **body}}}, "hex8")


def displacement_at(results, z):
    at = np.isclose(results.points[:, 2], z)
    return results.field("displacement")[at][:, 2].mean()


def test_row(suite):
    """A row of pins that move along the bar, on nodes and between them: a chain of springs"""
    places = [(2.0, 0.7), (5.0, 3.0), (7.3, 40.0), (11.9, 1.0)]
    results = solve_bar(suite, {"p%d" % i: across(z, k) for i, (z, k) in enumerate(places)}, {"z": quantity(PULL, "mm")})
    matrix = chain(places)
    free = slice(1, CELLS + 1)
    u = np.zeros(CELLS + 2)
    u[-1] = PULL
    u[free] = np.linalg.solve(matrix[free, free], -matrix[free, -1] * PULL)
    found = [displacement_at(results, z) for z in np.linspace(0, LENGTH, CELLS + 1)]
    suite.check("displacement along the bar", np.abs(found - u[:-1]).max() / PULL, 1e-5)
    suite.check("force of the bone", abs(results.reaction("bone")[2] / (matrix[-1] @ u) - 1), 1e-5)
    suite.check("force of the wall", abs(results.reaction("wall")[2] / (matrix[0] @ u) - 1), 1e-5)
    h = LENGTH / CELLS
    for i, (z, k) in enumerate(places):
        slip = PULL - np.interp(z, h * np.arange(CELLS + 1), u[:-1])
        suite.check("pin %d: force" % i, abs(results.history["pin.p%d.force.z" % i][-1] / (k * WIDTH * slip) - 1), 1e-5)
        suite.check("pin %d: distance of the tissue" % i, abs(results.history["pin.p%d.distance" % i][-1] / slip - 1), 1e-5)
        suite.check("pin %d: pressure" % i, abs(results.history["pin.p%d.pressure" % i][-1] / (k * slip / 1.8) - 1), 1e-5)


def test_free_body(suite):
    """A bone that hangs in the tissue by its pins alone, and is pulled: chain of springs with the bone as a node"""
    places, force = [(3.0, 2.0), (9.0, 5.0)], 1e-5
    results = solve_bar(suite, {"p%d" % i: across(z, k) for i, (z, k) in enumerate(places)}, {"z": "free"}, force=vector((0, 0, force), "N"))
    matrix, load = chain(places)[1:, 1:], np.zeros(CELLS + 1)
    load[-1] = force
    u = np.linalg.solve(matrix, load)
    suite.check("motion of the bone", abs(results.history["motion.bone.z"][-1] / u[-1] - 1), 1e-5)
    suite.check("end of the bar", abs(displacement_at(results, LENGTH) / u[-2] - 1), 1e-5)


def test_default_stiffness(suite):
    """Stiffness by the tissue: 42.1 shear moduli; a stiffer pin changes little"""
    motion = {"z": quantity(PULL, "mm")}
    default = solve_bar(suite, {"p": across(8.0, None)}, motion)
    same = solve_bar(suite, {"p": across(8.0, 42.1 * MU)}, motion)
    suite.check("as when given", abs(default.reaction("bone")[2] / same.reaction("bone")[2] - 1), 1e-6)
    stiff = solve_bar(suite, {"p": across(8.0, 1e4)}, motion)
    series = 1 / (1 / (MODULUS * WIDTH**2 / 8) + 1 / (42.1 * MU * WIDTH))
    suite.check("in series with the bar", abs(default.reaction("bone")[2] / (series * PULL) - 1), 1e-5)
    suite.check("share of the force that it costs", abs(default.reaction("bone")[2] / stiff.reaction("bone")[2] - 1), 0.07)


OBLIQUE = {"a": ((-1, 0.3, 0.4), (3, 1.5, 1.7)), "b": ((0.7, -0.5, 2.9), (1.4, 2.2, 0.3)), "c": ((0.9, 0.8, 1.1), (1.2, 1.9, 3.4))}


def solve_block(suite, element, motion, bodies=None, more=None, **keys):
    mesh = box((2, 2, 3), (2, 2, 3), element, distort=0.25)
    case = {"tissues": {"block": SOFT.tissue()}, "surfaces": {"z0": {"attached": "wall"}},
            "bodies": bodies or {"wall": {"centre": vector((0, 0, 0), "mm")}, "bone": {"centre": vector((1, 0, 2), "mm"), "motion": motion}},
            "pins": {name: pin(start, end, "bone", 20.0, **keys) for name, (start, end) in OBLIQUE.items()}}
    return suite.run(mesh, {**case, **(more or {})}, element)


def test_balance(suite):
    """Oblique pins whose body moves and turns far: forces and moments of wall and bone are in balance"""
    motion = {"x": "0.2 mm", "z": "0.5 mm", "rotation_y": "20 degree", "rotation_x": "-10 degree"}
    for element in ELEMENTS:
        for keys in ({}, {"axial_stiffness": "3 MPa"}):
            results = solve_block(suite, element, motion, **keys)
            wall, bone = results.reaction("wall"), results.reaction("bone")
            pins = np.array([[results.history["pin.%s.force.%s" % (name, axis)][-1] for axis in "xyz"] for name in OBLIQUE])
            moment = bone[3:] + np.cross(np.array((1, 0, 2)) + (0.2, 0, 0.5), bone[:3]) + wall[3:]
            label = "%s%s" % (element, ", held along the pins" if keys else "")
            suite.check("%s: forces add up to zero" % label, np.abs(wall[:3] + bone[:3]).max() / np.abs(bone[:3]).max(), 1e-8)
            suite.check("%s: moments add up to zero" % label, np.abs(moment).max() / np.abs(wall[3:]).max(), 1e-8)
            suite.check("%s: the pins' forces are the bone's" % label, np.abs(pins.sum(axis=0) - bone[:3]).max() / np.abs(bone[:3]).max(), 1e-8)


def test_rigid(suite):
    """Tissue and pins on the same body, which turns by 75 degrees: no forces"""
    motion = {"x": "1 mm", "rotation_z": "75 degree", "rotation_x": "30 degree"}
    for element in ELEMENTS:
        results = solve_block(suite, element, None, bodies={"bone": {"centre": vector((1, 0, 2), "mm"), "motion": motion}}, more={"surfaces": {"z0": {"attached": "bone"}}, "time": {"end": "1 day", "steps": 10}},
                              axial_stiffness="3 MPa")
        forces = [np.abs(results.history["pin.%s.force.%s" % (name, axis)][-1]) for name in OBLIQUE for axis in "xyz"]
        suite.check("%s: force of the pins, N" % element, max(forces), 1e-8)


def test_sliding(suite):
    """A pin that moves along its axis: leaves the tissue alone, or pulls it by its axial stiffness"""
    start, end = np.array((-1, 0.3, 0.4)), np.array((3, 1.5, 1.7))
    axis = (end - start) / np.linalg.norm(end - start)
    for element in ELEMENTS:
        forces = []
        for axial in (0.0, 1e-3):
            motion = {name: quantity(x, "mm") for name, x in zip("xyz", 0.5 * axis)}
            mesh = box((2, 2, 3), (2, 2, 3), element, distort=0.25)
            results = suite.run(mesh, {"tissues": {"block": SOFT.tissue()}, "surfaces": {"z0": {"attached": "wall"}}, "bodies": {"wall": {}, "bone": {"centre": vector((0, 0, 0), "mm"), "motion": motion}},
                                       "pins": {"p": pin(start, end, "bone", 20.0, axial_stiffness=quantity(axial, "MPa"))}}, element)
            forces.append(results.reaction("bone")[:3])
        inside = 2 / axis[0]  # from x = 0 to x = 2
        suite.check("%s: free to slide, N" % element, np.abs(forces[0]).max(), 1e-9)
        suite.check("%s: pulled by k_a, length in the tissue and way" % element, abs(forces[1] @ axis / (1e-3 * inside * 0.5) - 1), 2e-2)


def test_skin(suite):
    """Skin over an opening gap is stretched over its whole length, or between the pins on both sides of the gap alone"""
    length, gap, first, second = 60.0, 6.0, 20.0, 40.0
    skin = {"kind": "skin", "matrix": {"model": "neo-hookean", "mu": "0.1 MPa"}, "volume": {"model": "log-squared", "K": "1 MPa"}, "direction": [0, 0, 1],
            "fibres": {"model": "weiss", "c3": "0.01 MPa", "c4": 5, "stretch_linear": 1.5}}
    mesh = box((1, 1, 12), (WIDTH, WIDTH, length))
    stretch, near = [], []
    for pins in ({}, {"a": across(first, 1e3, "proximal"), "b": across(second, 1e3, "distal")}):
        case = {"tissues": {"block": skin}, "surfaces": {**{name: {"gliding": "guide"} for name in SIDES}, "z0": {"attached": "proximal"}, "z1": {"attached": "distal"}},
                "bodies": {"guide": {}, "proximal": {}, "distal": {"motion": {"z": quantity(gap, "mm")}}}, "time": {"end": "1 day", "steps": 3}, "pins": pins}
        results = suite.run(mesh, case, "hex8")
        stretch.append(results.history["block.fibre_stretch_max"][-1])
        near.append([results.history["block.fibre_stretch_%s_near_pins" % what][-1] for what in ("mean", "max")] if pins else None)
    suite.check("without pins: stretch 1 + gap/length", abs(stretch[0] - 1 - gap / length), 1e-8)
    suite.check("with pins: stretch 1 + gap/distance between them", abs(stretch[1] - 1 - gap / (second - first)), 1e-4)
    suite.check("the largest within 15 mm of the pins is the same", abs(near[1][1] - stretch[1]), 1e-9)
    # middles of the cells are 5 mm apart, from 2.5 mm on: ten lie within 15 mm of a pin, four of them between the pins
    suite.check("mean within 15 mm: four of ten cells between the pins", abs(near[1][0] - 1 - 0.4 * gap / (second - first)), 1e-4)


if __name__ == "__main__":
    main(__doc__, test_row, test_free_body, test_default_stiffness, test_balance, test_rigid, test_sliding, test_skin)
