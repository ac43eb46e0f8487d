"""Patch tests on distorted meshes, in the nearly incompressible limit too, and rigid motions.

Patch: two opposite sides follow rigid bodies, so that they move as the affine map x = F X does; the other sides carry the tractions
P N of the law at F.  Every inner node, moved at will, must then be found where F takes it.
"""
import numpy as np

from closed_forms import Material
from tasis_cases import ELEMENTS, box, main, merge, quantity, vector

NEO = ("neo-hookean", {"mu": 1.0})
SHARP = {"tolerance": 1e-13}  # of the displacement, which K/mu = 1e5 multiplies in the stress
TENDON = ("weiss", {"c3": 0.5, "c4": 10, "c5": 20, "stretch_linear": 1.1})


def rotation(vector_):
    """Of a rotation vector: axis times angle."""
    angle = np.linalg.norm(vector_)
    axis = np.array(vector_) / angle
    W = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + np.sin(angle) * W + (1 - np.cos(angle)) * W @ W


def patch(suite, element, material, F, label, tolerance):
    mesh = box((3, 3, 3), (2, 1, 1.5), element, distort=0.27, seed=7)
    P = material.nominal(F)
    surfaces = {"z0": {"attached": "bottom"}, "z1": {"attached": "top"}}
    for axis, (low, high) in enumerate((("x0", "x1"), ("y0", "y1"))):
        surfaces[low], surfaces[high] = {"traction": vector(-P[:, axis], "MPa")}, {"traction": vector(P[:, axis], "MPa")}
    motion = {axis: quantity(1.5 * value, "mm") for axis, value in zip("xyz", F[:, 2] - (0, 0, 1))}
    results = suite.run(mesh, {"tissues": {"block": material.tissue()}, "surfaces": surfaces, "bodies": {"bottom": {}, "top": {"motion": motion}}, "solver": SHARP}, element)
    error = np.abs(results.field("displacement") - results.points @ (F - np.eye(3)).T).max()
    suite.check("%s, %s: displacement" % (element, label), error / np.abs(F - np.eye(3)).max(), tolerance)
    stress = material.cauchy(F)
    error = np.abs(results.field("cauchy_stress").reshape(-1, 3, 3) - stress).max() / np.abs(stress).max()
    suite.check("%s, %s: stress" % (element, label), error, 10 * tolerance)


def test_patch(suite):
    """Affine deformation is represented exactly"""
    shear = np.array([[1, 0, 0.3], [0, 1, -0.2], [0, 0, 1]])
    for element in ELEMENTS:
        patch(suite, element, Material(NEO, ("log-squared", {"K": 3.0})), shear + np.diag([0, 0, 0.2]), "compressible", 1e-9)
        patch(suite, element, Material(NEO, ("simo-taylor", {"K": 100.0}), TENDON, (0.3, 0.2, 1)), shear, "fibres", 1e-9)
        # A volume change of 5e-6 makes a pressure of mu/2; beyond 1.9 mu dead tension is unstable (Rivlin's cube).
        patch(suite, element, Material(NEO, ("log-squared", {"K": 1e5})), shear + np.diag([0, 0, 5e-6]), "K/mu = 1e5", 1e-9)


def test_normal_displacements(suite):
    """All normal displacements prescribed, K/mu = 1e5"""
    F = np.diag([1.2, 0.9, 1 / (1.2 * 0.9) * (1 + 1e-5)])
    material = Material(NEO, ("log-squared", {"K": 1e5}))
    surfaces = {}
    for axis, name in enumerate("xyz"):
        surfaces[name + "0"] = {"displacement": {name: "0 mm"}}
        surfaces[name + "1"] = {"displacement": {name: quantity(F[axis, axis] - 1, "mm")}}
    for element in ELEMENTS:
        results = suite.run(box((3, 3, 3), element=element, distort=0.27, seed=3), {"tissues": {"block": material.tissue()}, "surfaces": surfaces,
                                                                                    "solver": SHARP, "time": {"end": "1 day", "steps": 4}}, element)
        error = np.abs(results.field("displacement") - results.points @ (F - np.eye(3)).T).max()
        suite.check("%s: displacement" % element, error, 1e-9)
        stress = material.cauchy(F)
        suite.check("%s: stress" % element, np.abs(results.field("cauchy_stress").reshape(-1, 3, 3) - stress).max() / np.abs(stress).max(), 1e-8)


def check_rigid(suite, label, results, turn, shift, centre):
    expected = (results.points - centre) @ turn.T + centre + shift - results.points
    suite.check("%s: displacement" % label, np.abs(results.field("displacement") - expected).max(), 1e-9)
    suite.check("%s: stress / mu" % label, np.abs(results.field("cauchy_stress")).max(), 1e-8)
    suite.check("%s: fibre stretch - 1" % label, np.abs(results.field("fibre_stretch") - 1).max(), 1e-9)


def rigid(suite, element, label, spin, bodies, surfaces):
    """The body `mover` turns by the rotation vector spin about a centre, and is shifted."""
    shift, centre = np.array([3.0, -2.0, 1.0]), np.array([0.2, 0.5, -1.0])
    motion = {name: quantity(value, "mm") for name, value in zip("xyz", shift)}
    motion.update({"rotation_" + name: quantity(value, "rad") for name, value in zip("xyz", spin)})
    material = Material(NEO, ("log-squared", {"K": 1e4}), TENDON, (1, 0.4, 0.2))
    mesh = box((3, 2, 2), (2, 1, 1), element, distort=0.3)
    case = {"tissues": {"block": material.tissue()}, "surfaces": surfaces, "time": {"end": "1 day", "steps": 3},
            "bodies": {"mover": {"centre": vector(centre, "mm"), "motion": motion}, **bodies}}
    check_rigid(suite, "%s, %s" % (element, label), suite.run(mesh, case, element), rotation(spin), shift, centre)


def test_rigid(suite):
    """Rigid motions leave no stress"""
    quarter, oblique = np.array([0, 0, np.pi / 2]), np.array([1.0, -1.2, 0.9])
    sides = {name: {"attached": "mover"} for name in ("x0", "x1", "y0", "y1", "z0", "z1")}
    follower = {**sides, "x1": {"attached": "follower"}}
    for element in ELEMENTS:
        rigid(suite, element, "90 degrees about z", quarter, {}, sides)
        rigid(suite, element, "oblique axis, a body with another", oblique, {"follower": {"parent": "mover"}}, follower)
    free = {name: "free" for name in ("x", "y", "z", "rotation_x", "rotation_y", "rotation_z")}
    ends = {"x0": {"attached": "mover"}, "x1": {"attached": "follower"}}
    glide = {"y0": {"gliding": "mover", "tangential_stiffness": "0.5 MPa/mm"}, "x0": {"attached": "mover"}, "x1": {"gliding": "follower", "tangential_stiffness": "2 MPa/mm"}}
    for element in ELEMENTS:
        rigid(suite, element, "a free body follows", oblique, {"follower": {"motion": free}}, ends)
        rigid(suite, element, "a free body follows on gliding surfaces", quarter, {"follower": {"motion": free}}, glide)


if __name__ == "__main__":
    main(__doc__, test_patch, test_normal_displacements, test_rigid)
