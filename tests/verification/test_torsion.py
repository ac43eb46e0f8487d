"""Torsion of a solid cylinder of Mooney-Rivlin tissue, nearly incompressible: moment and normal force (Rivlin 1949).

With the angle tau per length and the radius A:  M = pi tau A^4 (c1 + c2),   N = -pi/2 tau^2 A^4 (c1 + 2 c2)   (Poynting: it pushes).
The cylinder does not change its radius, so that ends which follow rigid bodies are exact. Cells have straight edges: rate 2.
"""
import numpy as np

from tasis_cases import ELEMENTS, cylinder, main, quantity, vector

TAU, RADIUS, HEIGHT = 0.5, 1.0, 0.5
MESHES = {"hex8": (2, 4), "hex27": (1, 2), "tet10": (1, 2)}
TOLERANCE = {"hex8": (0.02, 0.06), "hex27": (0.06, 0.06), "tet10": (0.06, 0.12)}  # of moment and force on the finest mesh


def case(c1, c2, motion, **top):
    return {"tissues": {"block": {"matrix": {"model": "mooney-rivlin", "c1": quantity(c1, "MPa"), "c2": quantity(c2, "MPa")},
                                  "volume": {"model": "simo-taylor", "K": "1e4 MPa"}}},
            "surfaces": {"z0": {"attached": "bottom"}, "z1": {"attached": "top"}},
            "bodies": {"bottom": {}, "top": {"centre": vector((0, 0, HEIGHT), "mm"), "motion": motion, **top}},
            "time": {"end": "1 day", "steps": 1}}


def expected(c1, c2):
    return np.pi * TAU * RADIUS**4 * (c1 + c2), -np.pi / 2 * TAU**2 * RADIUS**4 * (c1 + 2 * c2)


def test_table(suite):
    """The closed form itself, against its published values"""
    values = expected(0.5, 0) + expected(0.4, 0.1)[1:]
    suite.check("M and N, three values", np.abs(np.array(values) - (.78539816, -.19634954, -.23561945)).max(), 1e-8)


def check_balance(suite, label, top, bottom, lateral):
    """Moments are about the moved centres of the bodies, (0, 0, HEIGHT) and the middle of the other end."""
    moment = top[3:] + bottom[3:] + np.cross((0, 0, HEIGHT), top[:3])
    suite.check("%s: forces and moments of both ends balance" % label, max(np.abs(top + bottom)[:3].max(), np.abs(moment).max()), 1e-8)
    if lateral:
        suite.check("%s: no force across the axis" % label, np.abs(top[:2]).max(), 1e-8)


def check_torsion(suite, element, c1, c2):
    moment, force = expected(c1, c2)
    label, errors = "%s, c1 = %g, c2 = %g" % (element, c1, c2), []
    for n in MESHES[element]:
        mesh = cylinder(n, RADIUS, HEIGHT, n, element)
        results = suite.run(mesh, case(c1, c2, {"rotation_z": quantity(TAU * HEIGHT, "rad")}), element)
        top, bottom = results.reaction("top"), results.reaction("bottom")
        errors.append((abs(top[5] / moment - 1), abs(top[2] / force - 1)))
        check_balance(suite, "%s, %d cells" % (element, len(mesh.cells)), top, bottom, element != "tet10")
    suite.check_rate("%s: moment" % label, [e[0] for e in errors], 2, TOLERANCE[element][0])
    if element == "tet10":  # straight edges and constant pressure err in opposite directions: no rate to be seen on coarse meshes
        suite.check("%s: normal force" % label, errors[-1][1], TOLERANCE[element][1])
    else:
        suite.check_rate("%s: normal force" % label, [e[1] for e in errors], 2, TOLERANCE[element][1])


def test_rotation(suite):
    """The end is turned: moment and normal force of its body"""
    for element in ELEMENTS:
        check_torsion(suite, element, 0.4, 0.1)
    check_torsion(suite, "hex8", 0.5, 0.0)


def test_moment(suite):
    """The end is free to turn and to move along the axis: closed-form moment and force give the angle, and no displacement"""
    c1, c2 = 0.4, 0.1
    moment, force = expected(c1, c2)
    errors = []
    for n in MESHES["hex8"]:
        loads = {"force": vector((0, 0, force), "N"), "moment": vector((0, 0, moment), "N mm")}
        results = suite.run(cylinder(n, RADIUS, HEIGHT, n), case(c1, c2, {"z": "free", "rotation_z": "free"}, **loads), "hex8")
        errors.append((abs(results.history["motion.top.rotation_z"][-1] / (TAU * HEIGHT) - 1), abs(results.history["motion.top.z"][-1] / HEIGHT)))
    suite.check_rate("hex8: angle", [e[0] for e in errors], 2, 0.02)
    suite.check_rate("hex8: displacement along the axis", [e[1] for e in errors], 2, 1e-3)


if __name__ == "__main__":
    main(__doc__, test_table, test_rotation, test_moment)
