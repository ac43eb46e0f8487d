#!/usr/bin/python3
"""Land et al. 2015, problem 2: a ventricle inflated by a follower pressure.

usage: land_ventricle.py TASIS [--keep FOLDER] [--fine]      --fine: one mesh more

Land et al. 2015, Proc R Soc A 471:20150641. The wall lies between the ellipsoids of radii 7, 17 mm and 10, 20 mm around z, cut at
z = 5 mm, where it is held; 10 kPa press on the inside. Guccione's law, isotropic: C = 10 kPa, bf = bt = bfs = 1; incompressible (here
K = 1 MPa; ten times that moves the apex by 0.007 mm). Wanted: z of the apex after inflation, inside and outside.

Values of the paper's codes are read from its figure 6 (endocardium -26.6, from -26.9 to -26.4; epicardium -28.3, from -28.5 to -28.1)
and figure 7 (middle of the wall -27.3, from -27.6 to -27.1) by the authors of TorchCor (github.com/sagebei/torchcor, mechanics/benchmark/p2.py);
solids4foam finds -27.324 for the middle of the wall on 103,680 finite volumes (idealisedVentricle/verification/README.md).

The mesh is a disc of hexahedra (a square core and rings), wrapped around the apex: no cell is degenerate there.

hex8 only: this law is one of the whole strain, which pulls a stretched point together, and the linear pressure of hex27 holds the
volume of a cell but not that of its 27 points, so at a third of the load points collapse inside cells. FEniCSx with the same element
stops at the same place, and goes through with the law of the isochoric strain.
"""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "verification"))
import tasis_cases

FINE = "--fine" in sys.argv
sys.argv = [word for word in sys.argv if word != "--fine"]

BAND = {"inside": (-26.9, -26.4), "middle": (-27.6, -27.1), "outside": (-28.5, -28.1)}
FINITE_VOLUMES = -27.324  # the middle of the wall, solids4foam
MESHES = ((3, 2), (6, 4), (12, 8)) if FINE else ((3, 2), (6, 4))  # cells along the side of the core, layers


def wrap(x, y, t):
    """The unit disc and the share t of the wall to the truncated ellipsoids; the disc's middle is the apex."""
    short, long = 7 + 3 * t, 17 + 3 * t
    from_apex, around = np.hypot(x, y) * (np.pi - np.arccos(5 / long)), np.arctan2(-y, x)
    return short * np.sin(from_apex) * np.cos(around), short * np.sin(from_apex) * np.sin(around), -long * np.cos(from_apex)


def ventricle(n, layers):
    mesh = tasis_cases.cylinder(n, 1.0, 1.0, layers).map(wrap)
    for old, new in (("z0", "inside"), ("z1", "outside"), ("side", "base")):
        mesh.surfaces[new] = mesh.surfaces.pop(old)
    return mesh


def apex(suite, n, layers):
    """z of the apex inside, in the middle of the wall and outside."""
    case = {"tissues": {"block": {"matrix": "none", "volume": {"model": "log-squared", "K": "1 MPa"}, "direction": [1, 0, 0],
                                  "fibres": {"model": "guccione", "C": "10 kPa", "bf": 1, "bt": 1, "bfs": 1}}},
            "surfaces": {"base": {"displacement": {d: "0 mm" for d in "xyz"}}, "inside": {"pressure": "10 kPa"}},
            "time": {"steps": 20}, "solver": {"tolerance": 1e-6}}
    results = suite.run(ventricle(n, layers), case, "hex8")
    after = results.points[:, 2] + results.field("displacement")[:, 2]
    before = {"inside": -17.0, "middle": -18.5, "outside": -20.0}
    return {name: after[np.linalg.norm(results.points - (0, 0, z), axis=1).argmin()] for name, z in before.items()}, len(results.cells)


def inflation(suite):
    """z of the apex on finer and finer meshes"""
    for n, layers in MESHES:
        z, cells = apex(suite, n, layers)
        print("        %5d cells: z of the apex %s mm" % (cells, "  ".join("%s %.3f" % item for item in z.items())), flush=True)
    for name, (low, high) in BAND.items():
        suite.check_range("hex8, %d cells: z of the apex, %s, in the band of the paper's codes" % (cells, name), z[name], low, high)
    suite.check("hex8, %d cells: z of the apex, middle, against finite volumes" % cells, abs(z["middle"] / FINITE_VOLUMES - 1), 3e-3)


if __name__ == "__main__":
    tasis_cases.main(__doc__.splitlines()[0], inflation)
