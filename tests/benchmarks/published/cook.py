#!/usr/bin/python3
"""Cook's membrane, compressible and nearly incompressible, in plane strain.

usage: cook.py TASIS [--keep FOLDER] [--fine]      --fine: finer meshes (minutes)

A tapered panel with the corners (0,0), (48,44), (48,60), (0,44) mm, 1 mm thick, is held at x = 0 and sheared at x = 48;
u_z = 0 on both faces. W = mu/2 (Ibar1 - 3) + K/4 (J^2 - 1 - 2 ln J).
"""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "verification"))
import tasis_cases

FINE = "--fine" in sys.argv
sys.argv = [word for word in sys.argv if word != "--fine"]

# Cells along an edge.
CELLS = {"hex8": (4, 8, 16, 32) if FINE else (4, 8, 16), "hex27": (2, 4, 8, 16) if FINE else (2, 4, 8)}


def panel(n):
    return tasis_cases.box((n, n, 1), finish=lambda x, y, z: (48 * x, 44 * x + y * (44 - 28 * x), z))


def deflections(suite, n, element, mu, bulk, traction, steps):
    """u_y at (48, 52) and (48, 60)."""
    case = {"tissues": {"block": {"matrix": {"model": "neo-hookean", "mu": tasis_cases.quantity(mu, "MPa")},
                                  "volume": {"model": "simo-taylor", "K": tasis_cases.quantity(bulk, "MPa")}}},
            "surfaces": {"x0": {"displacement": {d: "0 mm" for d in "xyz"}},
                         "x1": {"traction": tasis_cases.vector((0, traction, 0), "MPa")},
                         **{side: {"displacement": {"z": "0 mm"}} for side in ("z0", "z1")}},
            "time": {"steps": steps}, "solver": {"tolerance": 1e-8}}
    results = suite.run(panel(n), case, element)
    u = results.field("displacement")

    def at(x, y):
        return u[np.linalg.norm(results.points - (x, y, 0), axis=1).argmin(), 1]
    return at(48, 52), at(48, 60)


def series(suite, name, element, point, **problem):
    """The deflection on meshes of halved size."""
    values = [deflections(suite, n, element, **problem)[point] for n in CELLS[element]]
    print("        %s, %s, %s cells an edge: u_y %s mm" % (name, element, "/".join(map(str, CELLS[element])), " ".join("%.4f" % v for v in values)))
    return np.array(values)


def rate(distances):
    """The last rate at which distances fall from mesh to mesh."""
    return np.log2(distances[-2] / distances[-1])


def compressible(suite):
    """Compressible, nu = 0.3: the deal.II code gallery (Quasi-static finite-strain compressible elasticity, J.-P. Pelteret)"""
    nu, mu = 0.3, 0.4225
    problem = {"mu": mu, "bulk": 2 * mu * (1 + nu) / (3 * (1 - 2 * nu)), "traction": 0.0625, "steps": 5}
    for element, within in (("hex8", 0.02), ("hex27", 0.003)):
        values = series(suite, "nu = 0.3, (48, 52)", element, 0, **problem)
        suite.check("%s: u_y(48, 52) against 14.74 mm on the finest mesh" % element, abs(values[-1] / 14.74 - 1), within)
        suite.check_range("%s: rate at which it is approached" % element, rate(abs(values - 14.74)), 1.0, np.inf)


def nearly_incompressible(suite):
    """Nearly incompressible, K/mu = 5000: about 6.9 mm in the literature, and the two elements meet

    The stress is singular where the held edge ends at (0, 44), so the last digits come slowly whatever the element.
    """
    problem = {"mu": 80.1938, "bulk": 400889.806, "traction": 6.25, "steps": 5}
    finest = {}
    for element, within in (("hex8", 0.02), ("hex27", 0.01)):
        values = series(suite, "K/mu = 5000, (48, 60)", element, 1, **problem)
        suite.check("%s: u_y(48, 60) against 6.9 mm on the finest mesh" % element, abs(values[-1] / 6.9 - 1), within)
        suite.check_range("%s: rate of its changes" % element, rate(np.diff(values)), 0.0, np.inf)
        finest[element] = values[-1]
    suite.check("hex8 and hex27 on their finest meshes", abs(finest["hex8"] / finest["hex27"] - 1), 0.02)


if __name__ == "__main__":
    tasis_cases.main(__doc__.splitlines()[0], compressible, nearly_incompressible)
