"""A thick tube of neo-Hookean tissue, nearly incompressible, against its closed form.

With inner radius A -> a, outer radius B -> b and axial stretch lz the inside pressure is
    P = (mu/lz) [ln(B a/(A b)) + c/2 (1/a^2 - 1/b^2)],   c = a^2 - A^2/lz,   b^2 = B^2/lz + c.
Cells have straight edges, so that the circle is met with the square of the cell's angle: a quarter of the tube shows rate 2 with
every element. A slice of 0.001 rad, one cell wide, has no such error (1e-7), and shows the rate of the element along the radius.
"""
import numpy as np
from scipy.integrate import quad

from tasis_cases import main, quantity, tube

MU, A, B = 1.0, 1.0, 2.0
SLICE = 1e-3
STIFF = "1e6 MPa"  # bulk modulus: the closed form is off by P/K


def pressure(a, lz):
    c = a**2 - A**2 / lz
    b = np.sqrt(B**2 / lz + c)
    return MU / lz * (np.log(B * a / (A * b)) + c / 2 * (1 / a**2 - 1 / b**2))


def axial_force(a, lz):
    """Of the whole tube: 2 pi times the integral of sigma_z r, with sigma_r from the equilibrium along the radius, by quadrature."""
    c = a**2 - A**2 / lz

    def hoop(r):
        return np.sqrt(lz * (r**2 - c))  # R of r

    def radial_stress(r):
        return -pressure(a, lz) + quad(lambda x: MU * ((x / hoop(x)) ** 2 - (hoop(x) / (lz * x)) ** 2) / x, a, r, epsabs=1e-13)[0]
    return 2 * np.pi * quad(lambda r: (radial_stress(r) + MU * (lz**2 - (hoop(r) / (lz * r)) ** 2)) * r, a, np.sqrt(B**2 / lz + c), epsabs=1e-11)[0]


def test_table(suite):
    """The closed form itself, against its published table"""
    table = {(1.0, 1.1): .13156228, (1.0, 1.5): .42822841, (1.0, 2.0): .57405357, (1.2, 1.5): .40435999, (1.5, 1.1): .23013896}
    suite.check("P / mu, five values", max(abs(pressure(a, lz) - p) for (lz, a), p in table.items()), 1e-8)


def tissue(bulk):
    return {"block": {"matrix": {"model": "neo-hookean", "mu": quantity(MU, "MPa")}, "volume": {"model": "log-squared", "K": bulk}}}


def inflate(suite, element, cells, angle, a, lz, bulk="1e5 MPa"):
    """Follower pressure inside; the sides of the slice glide on a rigid wall. Returns the relative error of the inner radius."""
    surfaces = {"inner": {"pressure": quantity(pressure(a, lz), "MPa")}, "side0": {"displacement": {"y": "0 mm"}}, "side1": {"gliding": "wall"},
                "z0": {"displacement": {"z": "0 mm"}}, "z1": {"displacement": {"z": quantity(lz - 1, "mm")}}}
    case = {"tissues": tissue(bulk), "surfaces": surfaces, "bodies": {"wall": {}}, "time": {"end": "1 day", "steps": 6}}
    results = suite.run(tube(cells, A, B, 1.0, angle, element), case, element)
    X, u = results.points, results.field("displacement")
    inner = np.abs(np.hypot(X[:, 0], X[:, 1]) - A) < 1e-9  # corners of cells; their middles lie on the chord
    radii = np.hypot(*(X + u)[inner, :2].T)
    return np.abs(radii / a - 1).max()


def test_quarter(suite):
    """A quarter of the tube inflated to a = 1.5 at axial stretch 1.2"""
    for element, meshes, tolerance in (("hex8", [(3, 6, 1), (6, 12, 1), (12, 24, 1)], 5e-3), ("hex27", [(1, 3, 1), (2, 6, 1), (4, 12, 1)], 5e-3),
                                       ("tet10", [(2, 4, 1), (4, 8, 1)], 1e-2)):
        errors = [inflate(suite, element, cells, np.pi / 2, 1.5, 1.2) for cells in meshes]
        suite.check_rate("%s: inner radius" % element, errors, 2, tolerance)


def test_slice(suite):
    """A slice of the tube inflated to a = 1.5 at axial stretch 1 and 1.2: rates along the radius"""
    for lz in (1.0, 1.2):
        errors = [inflate(suite, "hex8", (n, 1, 1), SLICE, 1.5, lz, STIFF) for n in (4, 8, 16)]
        suite.check_rate("hex8, lz = %g: inner radius" % lz, errors, 2, 1e-4)
        errors = [inflate(suite, "hex27", (n, 1, 1), SLICE, 1.5, lz, STIFF) for n in (1, 2, 4)]
        suite.check_rate("hex27, lz = %g: inner radius" % lz, errors, 4, 2e-5, slack=0.4)


def on_bone(suite, element, n, lz):
    """The inner surface glides on a bone that is cut and pulled apart. Errors of the force on the bone and along it."""
    surfaces = {"inner": {"gliding": ["near", "far"]}, "side0": {"displacement": {"y": "0 mm"}}, "side1": {"gliding": "wall"},
                "z0": {"gliding": "near"}, "z1": {"gliding": "far"}}
    case = {"tissues": tissue(STIFF), "surfaces": surfaces, "bodies": {"near": {}, "far": {"motion": {"z": quantity(lz - 1, "mm")}}, "wall": {}},
            "osteotomy": {"point": ["0 mm", "0 mm", "0.5 mm"], "normal": [0, 0, 1], "proximal": "near", "distal": "far"},
            "time": {"end": "1 day", "steps": 4}}
    results = suite.run(tube((n, 1, 3), A, B, 1.0, SLICE, element), case, element)
    X, u = results.points, results.field("displacement")
    suite.check("%s, %d cells: bone surface keeps its radius" % (element, n), np.abs(np.hypot(*(X + u).T[:2]) - np.hypot(*X.T[:2]))[np.hypot(*X.T[:2]) < A + 1e-6].max(), 1e-12)
    push = results.reaction("inner")[0] / (pressure(A, lz) * A * lz * SLICE)
    pull = results.reaction("z1")[2] / (axial_force(A, lz) * SLICE / (2 * np.pi))
    return abs(push - 1), abs(pull - 1)


def test_on_bone(suite):
    """A tube that glides on a bone while a gap in it opens: force on the bone and along it at stretch 1.2"""
    for element, meshes, rate, tolerance in (("hex8", (4, 8, 16), 2, (1e-3, 1e-4)), ("hex27", (1, 2, 4), 3.5, (1e-4, 1e-5))):
        errors = [on_bone(suite, element, n, 1.2) for n in meshes]
        suite.check_rate("%s: force on the bone" % element, [e[0] for e in errors], rate, tolerance[0])
        suite.check_rate("%s: force along the bone" % element, [e[1] for e in errors], rate, tolerance[1])


if __name__ == "__main__":
    main(__doc__, test_table, test_quarter, test_slice, test_on_bone)
