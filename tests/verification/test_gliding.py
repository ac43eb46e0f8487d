"""Gliding surfaces: a bar on a gliding layer against the shear-lag solution, and a block that glides over an opening gap.

The bar lies along x, glides with its four sides on a rigid bed, and is pulled at its end x = L by d; the other end is free or held.
Its sides cannot move normally, so that it is stretched with the constrained modulus M = K + 4/3 mu, and docs/theory/gliding.md
finds    u(x) = d cosh(x/l)/cosh(L/l),   N(L) = M A d/l tanh(L/l),   l^2 = M A/(k_t perimeter)    at small strain.
"""
import numpy as np

from closed_forms import Material
from tasis_cases import ELEMENTS, box, main, quantity, ring, vector

MU, K = 1.0, 10.0
MODULUS = K + 4 * MU / 3
PULL = 1e-7  # of the length: the closed form is that of small strain
SOFT = Material(("neo-hookean", {"mu": MU}), ("log-squared", {"K": K}))
SIDES = ("y0", "y1", "z0", "z1")


def gliding(body, stiffness=0.0):
    return {"gliding": body, **({"tangential_stiffness": "%.17g MPa/mm" % stiffness} if stiffness else {})}


def solve(suite, element, mesh, surfaces, bodies):
    return suite.run(mesh, {"tissues": {"block": SOFT.tissue()}, "surfaces": surfaces, "bodies": bodies}, element)


def bar(suite, element, cells, length, stiffness, held=False, distort=0.0):
    """A bar of unit section, pulled by PULL length at x = length."""
    surfaces = {name: gliding("bed", stiffness) for name in SIDES}
    surfaces["x1"] = {"displacement": {"x": quantity(PULL * length, "mm")}}
    if held:
        surfaces["x0"] = {"displacement": {"x": "0 mm"}}
    return solve(suite, element, box(cells, (length, 1, 1), element, distort=distort), surfaces, {"bed": {}})


def check_shear_lag(suite, element, meshes, length, decay, rates, tolerance):
    """rates, tolerance: of the displacement along the bar, and of the forces of grip and bed."""
    d, errors = PULL * length, []
    for cells in meshes:
        results = bar(suite, element, cells, length, MODULUS / (4 * decay**2))
        exact = d * np.cosh(results.points[:, 0] / decay) / np.cosh(length / decay)
        force = MODULUS * d / decay * np.tanh(length / decay)
        errors.append((np.abs(results.field("displacement")[:, 0] - exact).max() / d, abs(results.reaction("x1")[0] / force - 1),
                       abs(results.reaction("bed")[0] / force + 1)))
    for k, what in enumerate(("displacement", "pulling force", "force of the bed")):
        suite.check_rate("%s: %s" % (element, what), [e[k] for e in errors], rates[min(k, 1)], tolerance[min(k, 1)])


def test_shear_lag(suite):
    """Finite tangential stiffness: one hex8 across the bar is exactly a one-dimensional element"""
    check_shear_lag(suite, "hex8", [(n, 1, 1) for n in (8, 16, 32)], 10.0, 4.0, (2, 2), (2e-4, 5e-4))


def test_weak_layer(suite):
    """A slender bar on a weak layer, where shear within the section is less than 1e-6 of the slip"""
    check_shear_lag(suite, "hex27", [(n, 2, 1) for n in (2, 4, 8)], 2000.0, 1000.0, (3, 4), (1e-5, 5e-6))
    # The constant pressure of tet10 sees the volumetric strain to first order only.
    check_shear_lag(suite, "tet10", [(n, 1, 1) for n in (4, 8, 16)], 2000.0, 1000.0, (2, 2), (1e-2, 5e-3))


def test_free(suite):
    """Tangential stiffness zero: the bar slides as if the bed were not there"""
    for element in ELEMENTS:
        results = bar(suite, element, (4, 2, 2), 5.0, 0.0, held=True, distort=0.25)
        error = np.abs(results.field("displacement") - results.points * (PULL, 0, 0)).max() / (5 * PULL)
        suite.check("%s held at its end: linear displacement" % element, error, 1e-8)
        suite.check("%s held at its end: pulling force M A d/L" % element, abs(results.reaction("x1")[0] / (MODULUS * PULL) - 1), 1e-6)
        results = bar(suite, element, (4, 2, 2), 5.0, 0.0, distort=0.25)
        suite.check("%s free at its end: moves as a whole" % element, np.abs(results.field("displacement") / (5 * PULL) - (1, 0, 0)).max(), 1e-8)
        suite.check("%s free at its end: no force" % element, np.abs(results.reaction("x1")[0]) / (MODULUS * PULL), 1e-8)


def test_stiff(suite):
    """A stiff layer: tends to an attached surface as 1/k_t, at finite strain"""
    pull = {"traction": ["0.3 MPa", "0.2 MPa", "0 MPa"]}
    for element in ELEMENTS:
        mesh = box((3, 3, 3), (2, 1, 1), element, distort=0.25)
        attached = solve(suite, element, mesh, {**{name: {"attached": "bed"} for name in SIDES}, "x1": pull}, {"bed": {}}).field("displacement")
        differences = []
        for stiffness in (1e4, 1e5):
            glides = solve(suite, element, mesh, {**{name: gliding("bed", stiffness) for name in SIDES}, "x1": pull}, {"bed": {}})
            differences.append(np.abs(glides.field("displacement") - attached).max() / np.abs(attached).max())
        suite.check_range("%s: difference falls tenfold with tenfold stiffness" % element, differences[0] / differences[1], 9.5, 10.5)
        suite.check("%s: difference at k_t = 1e5 mu/mm" % element, differences[1], 1e-3)


def test_along(suite):
    """Slip in one direction only: a strip between two guides keeps its width, and a block that is pushed askew follows its guide"""
    guided = {**gliding("bed"), "along": [1, 0, 0]}
    results = solve(suite, "hex8", box((4, 1, 3), (4, 1, 2), "hex8"), {"y0": guided, "y1": guided, "x0": {"displacement": {"x": "0 mm"}},
                                                                    "x1": {"displacement": {"x": "1 mm"}}}, {"bed": {}})
    F = np.diag((1.25, 1, 1))
    suite.check("hex8: displacement of the strip", np.abs(results.field("displacement") - results.points @ (F - np.eye(3))).max(), 1e-9)
    suite.check("hex8: force of the strip", abs(results.reaction("x1")[0] / (2 * SOFT.nominal(F)[0, 0]) - 1), 1e-9)
    along, across = np.array((0.6, 0, 0.8)), np.array((0.8, 0, -0.6))
    turned = {"bed": {"centre": vector((0, 0, 0), "mm"), "motion": {"rotation_y": quantity(np.arctan2(0.8, 0.6), "rad")}}}
    for element in ELEMENTS:
        for label, bodies, direction in (("guide", {"bed": {}}, along), ("turned guide", turned, np.array((1, 0, 0)))):
            bed = {**gliding("bed", 0.5), "along": list(map(float, along))}
            results = solve(suite, element, box((2, 2, 2), (1, 1, 1), element, distort=0.25), {"y0": bed, "y1": {"traction": vector((0.1, 0, 0), "MPa")}}, bodies)
            X, u = results.points, results.field("displacement")
            R = np.eye(3) if label == "guide" else np.array(((0.6, 0, -0.8), (0, 1, 0), (0.8, 0, 0.6))).T
            slip = (X + u - X @ R.T)[X[:, 1] < 1e-9]
            suite.check("%s, %s: slip across it" % (element, label), np.abs(slip @ (R @ across)).max(), 1e-10)
            suite.check("%s, %s: direction" % (element, label), np.abs(R @ along - direction).max(), 1e-12)
            suite.check("%s, %s: force" % (element, label), np.abs(results.reaction("bed")[:3] + (0.1, 0, 0)).max(), 1e-8)


def gap_case(stiffness, opening):
    """A block along z on a bone in the plane y = 0, cut at z = 5; its ends are held by gliding walls, so that they stay flat."""
    surfaces = {"y0": gliding(["near", "far"], stiffness), "z0": gliding("near"), "z1": gliding("far"), "x0": {"displacement": {"x": "0 mm"}}}
    case = {"tissues": {"block": SOFT.tissue()}, "surfaces": surfaces, "bodies": {"near": {}, "far": {"motion": {"z": quantity(opening, "mm")}}},
            "osteotomy": {"point": ["0 mm", "0 mm", "5 mm"], "normal": [0, 0, 1], "proximal": "near", "distal": "far"},
            "time": {"end": "1 day", "steps": 4}}
    return case


def test_gap(suite):
    """A block glides over a gap that opens by 30 % of its length, without catching"""
    F = SOFT.free_stretches((None, None, 1.3))
    for element in ELEMENTS:
        for cells, label in (((2, 2, 5), "cut between nodes"), ((2, 2, 4), "cut through nodes")):
            mesh = box(cells, (2, 2, 10), element, distort=0.25 if cells[2] % 2 else 0.0)
            results = suite.run(mesh, gap_case(0.0, 3.0), element)
            u = results.field("displacement")
            suite.check("%s, %s: stretches evenly" % (element, label), np.abs(u - results.points @ (F - np.eye(3))).max(), 1e-8)
            suite.check("%s, %s: normal displacement" % (element, label), np.abs(u[results.points[:, 1] < 1e-9, 1]).max(), 1e-12)
            suite.check("%s, %s: force" % (element, label), abs(results.reaction("far")[2] / (4 * SOFT.nominal(F)[2, 2]) - 1), 1e-8)
            suite.check("%s, %s: forces of both bones" % (element, label), np.abs(results.reaction("far")[:3] + results.reaction("near")[:3]).max(), 1e-8)


def test_gap_stiff(suite):
    """The same with tangential stiffness: forces in balance, and mirror symmetry where no node lies in the cut"""
    for element, n in (("hex8", 7), ("hex27", 4), ("tet10", 4)):
        results = suite.run(box((2, 2, n), (2, 2, 10), element), gap_case(0.2, 3.0), element)
        X, u = results.points, results.field("displacement")
        bone = X[:, 1] < 1e-9
        suite.check("%s: normal displacement" % element, np.abs(u[bone, 1]).max(), 1e-12)
        suite.check("%s: forces of both bones along z" % element, abs(results.reaction("far")[2] + results.reaction("near")[2]), 1e-8)
        suite.check_range("%s: slip at the cut, share of the opening" % element, np.abs(u[:, 2] - 3 * (X[:, 2] > 5))[bone].max() / 3, 0.3, 0.5)
        if element != "hex8":
            continue
        place = {tuple(np.round(x, 6)): i for i, x in enumerate(X)}
        mirror = [place[tuple(np.round(x * (1, 1, -1) + (0, 0, 10), 6))] for x in X]
        suite.check("%s: mirror symmetry of the displacement" % element, np.abs(u[mirror] - (u * (1, 1, -1) + (0, 0, 3))).max(), 1e-9)
        suite.check("%s: mirror symmetry of the forces normal to the bone" % element, abs(results.reaction("far")[1] - results.reaction("near")[1]), 1e-8)


def test_turning(suite):
    """Tissue turns in a round bore, as its inner surface does: rigidly, up to the fourth power of the angle"""
    errors = []
    for angle in (0.4, 0.2):
        surfaces = {"outer": gliding("bore"), "inner": {"attached": "core"}, "z0": {"displacement": {"z": "0 mm"}}}
        bodies = {"bore": {}, "core": {"centre": vector((0, 0, 0), "mm"), "motion": {"rotation_z": quantity(angle, "rad")}}}
        results = solve(suite, "hex8", ring((2, 32, 1), 10, 14, 4), surfaces, bodies)
        X, turned = results.points, np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        errors.append(np.abs(results.field("displacement") - (X @ turned.T - X)).max() / 14)
    suite.check("hex8: displacement at 0.4 rad, of the radius (0.4^4/8 = 3.2e-3)", errors[0], 4e-3)
    suite.check_range("hex8: error falls with half the angle by a factor of", errors[0] / errors[1], 12, 40)


if __name__ == "__main__":
    main(__doc__, test_shear_lag, test_weak_layer, test_free, test_stiff, test_along, test_gap, test_gap_stiff, test_turning)
