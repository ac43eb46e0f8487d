#!/usr/bin/python3
"""Land et al. 2015, problem 1: a beam of heart muscle bent by a follower pressure.

usage: land_beam.py TASIS [--keep FOLDER] [--fine]      --fine: up to 40x4x4 cells

Land et al. 2015, Proc R Soc A 471:20150641. A beam of 10 x 1 x 1 mm, held at x = 0, is pressed by 4 Pa on z = 0. Guccione's law,
C = 2 kPa, bf = 8, bt = 2, bfs = 4, fibres along x, incompressible (here K = 20 MPa). Wanted: where the point (10, 0.5, 1) goes.
The value of 4.0 to 4.2 mm that the paper's codes give is its height z, not its displacement, which is 1 mm less.
"""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "verification"))
import tasis_cases

FINE = "--fine" in sys.argv
sys.argv = [word for word in sys.argv if word != "--fine"]

# z of the point on the same meshes, by a Q2/P-1 calculation made apart from Tasis; the last one is converged to its digits.
REFERENCE = {(10, 2, 1): 4.1840, (20, 2, 2): 4.1597, (40, 2, 2): 4.1631, (40, 4, 4): 4.1644}
CONVERGED = {"x": 9.1785, "z": 4.1644}


def tip(suite, cells, element="hex27"):
    case = {"tissues": {"block": {"matrix": "none", "volume": {"model": "log-squared", "K": "20 MPa"}, "direction": [1, 0, 0],
                                  "fibres": {"model": "guccione", "C": "2 kPa", "bf": 8, "bt": 2, "bfs": 4}}},
            "surfaces": {"x0": {"displacement": {d: "0 mm" for d in "xyz"}}, "z0": {"pressure": "4 Pa"}},
            "time": {"steps": 10}, "solver": {"tolerance": 1e-8, "absolute_tolerance": "1e-16 N"}}
    results = suite.run(tasis_cases.box(cells, (10, 1, 1)), case, element)
    there = np.linalg.norm(results.points - (10, 0.5, 1), axis=1).argmin()
    return results.points[there] + results.field("displacement")[there]


def meshes(suite):
    """Height of the tip on the meshes of the reference"""
    for cells, reference in REFERENCE.items():
        if cells[0] > 20 and not FINE:
            continue
        x, y, z = tip(suite, cells)
        print("        %dx%dx%d cells: x %.4f  y %.4f  z %.4f mm" % (*cells, x, y, z))
        suite.check("hex27, %dx%dx%d: z against %.4f mm on the same mesh" % (*cells, reference), abs(z - reference) / reference, 5e-4)
        suite.check("hex27, %dx%dx%d: z against %.4f mm, converged" % (*cells, CONVERGED["z"]), abs(z / CONVERGED["z"] - 1), 6e-3)
        suite.check_range("hex27, %dx%dx%d: z inside the band of the paper's codes" % cells, z, 4.0, 4.2)


if __name__ == "__main__":
    tasis_cases.main(__doc__.splitlines()[0], meshes)
