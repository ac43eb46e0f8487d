"""Homogeneous states of every model, through the whole solver, on distorted meshes, against stresses of the published formulae.

One mesh holds a box for every material. Uniaxial tension and compression, equibiaxial tension and pure shear: normal displacements
are prescribed, free sides find their stretch. Simple shear with an oblique fibre: bottom and top follow rigid bodies, the other
sides carry the tractions P N that the law demands.
"""
import numpy as np

from closed_forms import Material
from tasis_cases import ELEMENTS, box, main, merge, quantity, vector

NEO = ("neo-hookean", {"mu": 0.5})
LOG = ("log-squared", {"K": 4.0})
OBLIQUE = {"direction": (1, 0.5, 0.7), "sheet": (-0.3, 1, 0)}
SIDES = ("x0", "x1", "y0", "y1", "z0", "z1")


def materials(oblique):
    at = OBLIQUE if oblique else {}
    weiss = {"c3": 0.04, "c4": 8, "c5": 2.0, "stretch_linear": 1.15}
    muscle = {"sigma_max": 0.3, "optimal_stretch": 1.05, "p1": 0.05, "p2": 6.6, "stretch_linear": 1.2}
    vessel = {"k1": 0.3, "k2": 1.5, "kappa": 0.1, "angle": 35}
    heart = {"C": 0.1, "bf": 8, "bt": 2, "bfs": 4}
    return {
        "neo-hookean": Material(NEO, LOG),
        "simo-taylor": Material(NEO, ("simo-taylor", {"K": 4.0})),
        "quadratic": Material(NEO, ("quadratic", {"K": 4.0})),
        "hartmann-neff": Material(NEO, ("hartmann-neff", {"K": 4.0})),
        "mooney-rivlin": Material(("mooney-rivlin", {"c1": 0.2, "c2": 0.06}), LOG),
        "yeoh": Material(("yeoh", {"c1": 0.2, "c2": -0.02, "c3": 0.05}), LOG),
        "ogden": Material(("ogden", {"mu": [0.63, 0.0012, -0.01], "alpha": [1.3, 5.0, -2.0]}), LOG),
        "weiss": Material(NEO, LOG, ("weiss", weiss), **at),
        "weiss isochoric": Material(NEO, LOG, ("weiss", {**weiss, "isochoric": 1}), **at),
        "blemker passive": Material(NEO, LOG, ("blemker", {**muscle, "activation": 0}), **at),
        "blemker active": Material(NEO, LOG, ("blemker", {**muscle, "activation": 0.7}), **at),
        "blemker isochoric": Material(NEO, LOG, ("blemker", {**muscle, "activation": 1, "isochoric": 1}), **at),
        "hgo": Material(NEO, LOG, ("holzapfel-gasser-ogden", vessel), **at),
        "hgo parallel": Material(NEO, LOG, ("holzapfel-gasser-ogden", {**vessel, "kappa": 0, "angle": 0}), **at),
        "hgo isochoric": Material(NEO, LOG, ("holzapfel-gasser-ogden", {**vessel, "isochoric": 1}), **at),
        "guccione": Material(NEO, LOG, ("guccione", heart), **at),
        "guccione isochoric": Material(NEO, LOG, ("guccione", {**heart, "isochoric": 1}), **at),
    }


def boxes(names, element, own_sides=False):
    """Unit boxes in a row along y; with own_sides the surfaces of each carry its name."""
    meshes = []
    for i, name in enumerate(names):
        mesh = box((2, 2, 2), element=element, distort=0.25, seed=i, tissue=name, origin=(0, 2 * i, 0))
        if own_sides:
            mesh.surfaces = {side if side[0] == "z" else "%s %s" % (side, name): facets for side, facets in mesh.surfaces.items()}
        meshes.append(mesh)
    return merge(meshes)


def compare(suite, label, results, cases, step, reaction_side=True):
    """cases: name -> (material, F). Displacement, stress of cells, and the force on the side x = 1 of every box."""
    worst = {"displacement": (0, ""), "Cauchy stress": (0, ""), "reaction force": (0, "")}
    u, sigma, force = (results.field(name, step) for name in ("displacement", "cauchy_stress", "reaction_force"))
    tissue = results.fields["tissue_id"].reshape(-1)[:len(results.cells)].astype(int)
    for i, (name, (material, F)) in enumerate(cases.items()):
        cells = np.flatnonzero(tissue == i)
        nodes = np.unique(results.cells[cells])
        X = results.points[nodes] - (0, 2 * i, 0)
        assert len(cells) and (X > -1e-9).all() and (X < 1 + 1e-9).all()
        moved, expected = u[nodes] - u[nodes[np.argmin(X.sum(axis=1))]], X @ (F - np.eye(3)).T
        stress = material.cauchy(F)
        scale = np.abs(stress).max()
        side = force[nodes[X[:, 0] > 1 - 1e-9]].sum(axis=0)
        found = {"displacement": np.abs(moved - expected).max(),
                 "Cauchy stress": np.abs(sigma[cells].reshape(-1, 3, 3) - stress).max() / scale,
                 "reaction force": np.abs(side[0] - material.nominal(F)[0, 0]) / scale if reaction_side else 0}
        for what, error in found.items():
            worst[what] = max(worst[what], (error if error == error else np.inf, name))
    for what, (error, name) in worst.items():
        if what != "reaction force" or reaction_side:
            suite.check("%s, %s, worst of %d materials (%s)" % (label, what, len(cases), name or "all"), error, 1e-8)


def stretched(suite, element, label, given):
    """given: stretches at the two ends of the path, None where the side is free."""
    table = materials(False)
    surfaces = {"x0": {"displacement": {"x": "0 mm"}}, "y0": {}, "z0": {"displacement": {"z": "0 mm"}}}
    mesh = boxes(table, element)
    for axis, name in enumerate("xyz"):
        ends = [g[axis] for g in given]
        if ends[0] is None:
            continue
        surfaces[name + "1"] = {"displacement": {name: {"value": "1 mm", "curve": name}}}
    surfaces["y0"] = {"displacement": {"y": "0 mm"}}
    curves = {name: [["0 day", 0]] + [["%g day" % (k + 1), g[axis] - 1] for k, g in enumerate(given)]
              for axis, name in enumerate("xyz") if given[0][axis] is not None}
    results = suite.run(mesh, {"tissues": {name: m.tissue() for name, m in table.items()}, "surfaces": surfaces, "curves": curves,
                               "time": {"end": "%d day" % len(given), "steps": len(given)}}, element)
    for k, g in enumerate(given):
        cases = {name: (m, m.free_stretches(g)) for name, m in table.items()}
        compare(suite, "%s %s %s" % (element, label, " ".join("free" if x is None else "%g" % x for x in g)), results, cases, k - len(given))


def sheared(suite, element):
    """x = X + shear Z, z = stretch Z."""
    F = np.array([[1, 0, 0.35], [0, 1, -0.1], [0, 0, 1.05]])
    table = materials(True)
    mesh = boxes(table, element, own_sides=True)
    surfaces = {"z0": {"attached": "bottom"}, "z1": {"attached": "top"}}
    for name, material in table.items():
        P = material.nominal(F)
        for axis in (0, 1):
            for side, sign in ((0, -1), (1, 1)):
                surfaces["%s%d %s" % ("xy"[axis], side, name)] = {"traction": vector(sign * P[:, axis], "MPa")}
    motion = {axis: quantity(value, "mm") for axis, value in zip("xyz", F[:, 2] - (0, 0, 1))}
    results = suite.run(mesh, {"tissues": {name: m.tissue() for name, m in table.items()}, "surfaces": surfaces,
                               "bodies": {"bottom": {}, "top": {"motion": motion}}, "time": {"end": "1 day", "steps": 1}}, element)
    compare(suite, "%s simple shear and stretch" % element, results, {name: (m, F) for name, m in table.items()}, -1, reaction_side=False)
    total = sum(m.nominal(F)[:, 2] for m in table.values())
    suite.check("%s simple shear: reaction of the top" % element, np.abs(results.reaction("top")[:3] - total).max() / np.abs(total).max(), 1e-8)


def test_uniaxial(suite):
    """Uniaxial tension and compression"""
    for element in ELEMENTS:
        stretched(suite, element, "uniaxial", [(1.3, None, None), (1.5, None, None), (0.85, None, None)])


def test_equibiaxial(suite):
    """Equibiaxial tension"""
    for element in ELEMENTS:
        stretched(suite, element, "equibiaxial", [(1.2, 1.2, None)])


def test_pure_shear(suite):
    """Pure shear (planar tension)"""
    for element in ELEMENTS:
        stretched(suite, element, "pure shear", [(1.3, 1.0, None)])


def test_simple_shear(suite):
    """Simple shear with stretch, oblique fibres"""
    for element in ELEMENTS:
        sheared(suite, element)


if __name__ == "__main__":
    main(__doc__, test_uniaxial, test_equibiaxial, test_pure_shear, test_simple_shear)
