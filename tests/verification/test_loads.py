"""Loads with curves in time: traction, follower pressure, force and moment on free rigid bodies."""
import numpy as np
from scipy.optimize import brentq

from closed_forms import Material
from tasis_cases import ELEMENTS, box, main, quantity, vector

TISSUE = Material(("neo-hookean", {"mu": 1.0}), ("simo-taylor", {"K": 5.0}))
CURVE = [["0 day", 0], ["1 day", 0.5], ["2 day", 1], ["2 day", -0.3], ["3 day", -0.3], ["4 day", 0.2]]
FACTORS = (0.5, -0.3, -0.3, 0.2)  # at the end of each day: where the curve jumps, the value behind the jump
TIME = {"end": "4 day", "steps": 4}
PLANES = {"x0": {"displacement": {"x": "0 mm"}}, "y0": {"displacement": {"y": "0 mm"}}, "z0": {"displacement": {"z": "0 mm"}}}


def stretched_by(nominal):
    """F under a nominal stress along z, sides free."""
    stretch = brentq(lambda z: TISSUE.nominal(TISSUE.free_stretches((None, None, z)))[2, 2] - nominal, 0.5, 3, xtol=1e-15)
    return TISSUE.free_stretches((None, None, stretch))


def check_steps(suite, label, results, deformations, tolerance=1e-9):
    """Displacement x = F X at each step."""
    error = max(np.abs(results.field("displacement", step) - results.points @ (F - np.eye(3))).max() for step, F in enumerate(deformations, 1))
    suite.check("%s: displacement at %d times" % (label, len(deformations)), error, tolerance)


def test_traction(suite):
    """Dead traction: nominal stress"""
    for element in ELEMENTS:
        mesh = box((2, 2, 3), (1, 2, 3), element, distort=0.25)
        load = {"z1": {"traction": {"value": vector((0, 0, 0.8), "MPa"), "curve": "c"}}}
        results = suite.run(mesh, {"tissues": {"block": TISSUE.tissue()}, "surfaces": {**PLANES, **load}, "curves": {"c": CURVE}, "time": TIME}, element)
        check_steps(suite, element, results, [stretched_by(0.8 * factor) for factor in FACTORS])
        force = [results.reaction("z0", step)[2] + 2 * 0.8 * factor for step, factor in enumerate(FACTORS, 1)]
        suite.check("%s: reaction opposes it" % element, np.abs(force).max(), 1e-8)


def test_force(suite):
    """A force on a body that is free along z, on which the end of a bar glides"""
    centre = np.array([0.3, -0.4, 5.0])
    for element in ELEMENTS:
        mesh = box((2, 2, 3), (1, 2, 3), element, distort=0.25)
        case = {"tissues": {"block": TISSUE.tissue()}, "surfaces": {**PLANES, "z1": {"gliding": "end"}}, "curves": {"c": CURVE}, "time": TIME,
                "bodies": {"end": {"centre": vector(centre, "mm"), "motion": {"z": "free"}, "force": {"value": vector((0, 0, 2 * 0.8), "N"), "curve": "c"}}}}
        results = suite.run(mesh, case, element)
        deformations = [stretched_by(0.8 * factor) for factor in FACTORS]
        check_steps(suite, element, results, deformations)
        error = np.abs(results.history["motion.end.z"][1:] - [3 * (F[2, 2] - 1) for F in deformations]).max()
        suite.check("%s: motion of the body" % element, error, 1e-8)
        moments = [np.cross(F @ (0.5, 1, 3) - centre - (0, 0, 3 * (F[2, 2] - 1)), (0, 0, 1.6 * factor)) for F, factor in zip(deformations, FACTORS)]
        error = max(np.abs(results.reaction("end", step) - [0, 0, 1.6 * factor, *moment]).max() for step, (factor, moment) in enumerate(zip(FACTORS, moments), 1))
        suite.check("%s: force and moment of the body about its moved centre" % element, error, 1e-8)


def test_hydrostatic(suite):
    """Follower pressure on all sides: every stretch is that of U'(J) = -p"""
    for element in ELEMENTS:
        mesh = box((2, 2, 3), (1, 2, 3), element, distort=0.25)
        load = {"pressure": {"value": "2 MPa", "curve": "c"}}
        surfaces = {name: {**PLANES.get(name, {}), **load} for name in ("x0", "x1", "y0", "y1", "z0", "z1")}
        results = suite.run(mesh, {"tissues": {"block": TISSUE.tissue()}, "surfaces": surfaces, "curves": {"c": CURVE}, "time": TIME}, element)
        ratios = [brentq(lambda J: 5 / 2 * (J - 1 / J) + 2 * factor, 0.1, 5, xtol=1e-15) for factor in FACTORS]
        check_steps(suite, element, results, [J ** (1 / 3) * np.eye(3) for J in ratios])
        suite.check("%s: pressures balance, no reaction" % element, max(np.abs(results.reaction(name, step)[:3]).max() for name in PLANES for step in range(1, 5)), 1e-9)
        suite.check("%s: pressure" % element, max(np.abs(results.field("cauchy_stress", step).reshape(-1, 3, 3) + 2 * factor * np.eye(3)).max()
                                                   for step, factor in enumerate(FACTORS, 1)), 1e-8)


def test_cavity(suite):
    """Pressure in a closed cavity has neither resultant force nor moment, however it deforms"""
    for element in ELEMENTS:
        mesh = box((3, 3, 3), (3, 3, 3), distort=0.25)
        hole = mesh.cells[13]
        faces = [[hole[i] for i in face] for face in ((0, 4, 7, 3), (1, 2, 6, 5), (0, 1, 5, 4), (3, 7, 6, 2), (0, 3, 2, 1), (4, 5, 6, 7))]
        mesh.cells, mesh.cell_tissue = np.delete(mesh.cells, 13, axis=0), mesh.cell_tissue[:26]
        mesh.surfaces = {"held": mesh.surfaces["x0"], "cavity": np.array(faces)[:, ::-1]}
        mesh = mesh.split() if element == "tet10" else mesh
        case = {"tissues": {"block": TISSUE.tissue()}, "bodies": {"wall": {}}, "surfaces": {"held": {"attached": "wall"}, "cavity": {"pressure": "0.7 MPa"}}}
        results = suite.run(mesh, case, element)
        suite.check("%s: force and moment of the wall" % element, np.abs(results.reaction("wall")).max(), 1e-8)
        moved = np.abs(results.field("displacement")).max()
        suite.check_range("%s: largest displacement, mm" % element, moved, 0.05, 2)


def test_free_body(suite):
    """A body with six free components finds the motion whose reactions act on it as loads"""
    motion = {"x": 0.1, "y": -0.15, "z": 0.6, "rotation_x": 0.2, "rotation_y": -0.3, "rotation_z": 0.5}
    for element in ELEMENTS:
        for label, end in (("attached", {"attached": "end"}), ("gliding bed", {"gliding": "end", "tangential_stiffness": "3 MPa/mm"})):
            mesh = box((2, 2, 3), (1, 2, 3), element, distort=0.25)
            case = {"tissues": {"block": TISSUE.tissue()}, "surfaces": {"z0": {"attached": "wall"}, "z1": end}, "time": {"end": "1 day", "steps": 3}}
            given = {name: quantity(value, "rad" if name.startswith("r") else "mm") for name, value in motion.items()}
            centre = vector((0.1, 0.9, 3.4), "mm")
            held = suite.run(mesh, {**case, "bodies": {"wall": {}, "end": {"centre": centre, "motion": given}}}, element)
            load = held.reaction("end")
            loads = {"force": vector(load[:3], "N"), "moment": vector(load[3:], "N mm")}
            loose = suite.run(mesh, {**case, "bodies": {"wall": {}, "end": {"centre": centre, "motion": {name: "free" for name in motion}, **loads}}}, element)
            found = np.array([loose.history["motion.end." + name][-1] for name in motion])
            suite.check("%s, %s: motion" % (element, label), np.abs(found - list(motion.values())).max(), 1e-7)
            suite.check("%s, %s: displacement" % (element, label), np.abs(loose.field("displacement") - held.field("displacement")).max(), 1e-7)
            suite.check("%s, %s: reaction is the load" % (element, label), np.abs(loose.reaction("end") - load).max() / np.abs(load).max(), 1e-8)
            balance = np.abs(held.reaction("end")[:3] + held.reaction("wall")[:3]).max() / np.abs(load[:3]).max()
            suite.check("%s, %s: forces of both ends balance" % (element, label), balance, 1e-8)


def test_part_of_a_surface(suite):
    """What is named for its own sake has its force, though all its nodes belong to a larger surface as well"""
    load = {"z1": {"traction": vector((0, 0, 0.8), "MPa")}}
    for label, held in (("attached", {"attached": "wall"}), ("prescribed", {"displacement": {axis: "0 mm" for axis in "xyz"}})):
        mesh = box((3, 3, 2), (3, 3, 2), distort=0.25)
        mesh.surfaces["heel"] = mesh.surfaces["z0"][4:5]
        mesh.surfaces["z0"] = np.delete(mesh.surfaces["z0"], 4, axis=0)
        case = {"tissues": {"block": TISSUE.tissue()}, "bodies": {"wall": {}}, "surfaces": {"z0": held, "heel": held, **load}}
        results = suite.run(mesh, case)
        heel, rest = results.reaction("heel")[:3], results.reaction("z0")[:3]
        nodal = results.field("reaction_force")[np.unique(mesh.surfaces["heel"])].sum(axis=0)
        suite.check("%s: reaction of the part" % label, np.abs(heel - nodal).max(), 1e-8)
        suite.check_range("%s: its share of the force" % label, heel[2] / (heel + rest)[2], 0.2, 0.6)
        suite.check("%s: the whole opposes the load" % label, np.abs(heel + rest + (0, 0, 9 * 0.8)).max(), 1e-8)


if __name__ == "__main__":
    main(__doc__, test_traction, test_force, test_hydrostatic, test_cavity, test_free_body, test_part_of_a_surface)
