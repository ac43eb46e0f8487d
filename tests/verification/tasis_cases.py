"""What the verification tests share: small meshes, cases, running Tasis as a user does, reading its results, checks.

A test is a script  test_name.py TASIS [--keep FOLDER]  that prints one line for each claim and ends with status 1 when one fails.
"""
import argparse
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy as np

# Faces of a hexahedron and of a tetrahedron, seen from outside counter-clockwise.
HEX_FACES = {"x0": (0, 4, 7, 3), "x1": (1, 2, 6, 5), "y0": (0, 1, 5, 4), "y1": (3, 7, 6, 2), "z0": (0, 3, 2, 1), "z1": (4, 5, 6, 7)}
TET_FACES = ((0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2))
# A hexahedron as six tetrahedra around its diagonal 0-6: neighbours agree on the diagonals of their common face.
HEX_TETS = ((0, 1, 2, 6), (0, 2, 3, 6), (0, 3, 7, 6), (0, 7, 4, 6), (0, 4, 5, 6), (0, 5, 1, 6))
SHAPE = {"hex8": "hex", "hex27": "hex", "tet10": "tet"}
ELEMENTS = tuple(SHAPE)


# ---- meshes ----

class Mesh:
    """First-order cells with tissues and surfaces; points [n][3] in mm."""

    def __init__(self, points, cells, tissue="block"):
        self.points, self.cells = np.asarray(points, float), np.asarray(cells, int)
        self.tissues, self.cell_tissue, self.surfaces = [tissue], np.zeros(len(self.cells), int), {}
        self.paths = {}  # name: points [n][3], joined by lines

    def map(self, function):
        """Moves all points: function(x, y, z) gives the new x, y, z."""
        self.points = np.stack(np.broadcast_arrays(*function(*self.points.T)), axis=1)
        return self

    def split(self):
        """The hexahedra as tetrahedra."""
        self.cell_tissue = np.repeat(self.cell_tissue, 6)
        self.cells = self.cells[:, HEX_TETS].reshape(-1, 4)
        faces = {tuple(sorted(face)): face for face in self.cells[:, TET_FACES].reshape(-1, 3).tolist()}
        for name, quads in self.surfaces.items():
            halves = [half for q in quads for a in range(4) for half in [(q[a], q[(a + 1) % 4], q[(a + 2) % 4])]]
            self.surfaces[name] = np.array([faces[tuple(sorted(half))] for half in halves if tuple(sorted(half)) in faces])
            assert len(self.surfaces[name]) == 2 * len(quads)
        return self

    def on(self, name):
        """Numbers of the points on a surface."""
        return np.unique(self.surfaces[name])

    def divide(self, name, inside, new):
        """Moves those facets of a surface whose centroid satisfies inside(x, y, z) to another surface."""
        facets = self.surfaces[name]
        mask = inside(*self.points[facets].mean(axis=1).T)
        self.surfaces[new], self.surfaces[name] = facets[mask], facets[~mask]
        return self

    def write(self, path):
        """Gmsh 2.2, text."""
        surfaces = {name: facets for name, facets in self.surfaces.items() if len(facets)}
        names = [(2, tag, name) for tag, name in enumerate(surfaces, 1)]
        names += [(3, tag, name) for tag, name in enumerate(self.tissues, 1001)] + [(1, tag, name) for tag, name in enumerate(self.paths, 2001)]
        points, lines = [*self.points], []
        for tag, course in enumerate(self.paths.values(), 2001):
            lines += [(1, tag, (len(points) + i, len(points) + i + 1)) for i in range(len(course) - 1)]
            points += [*course]
        with open(path, "w") as out:
            out.write("$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n%d\n" % len(names))
            out.writelines('%d %d "%s"\n' % name for name in names)
            out.write("$EndPhysicalNames\n$Nodes\n%d\n" % len(points))
            out.writelines("%d %.17g %.17g %.17g\n" % (n, *p) for n, p in enumerate(points, 1))
            elements = [(3 if len(f) == 4 else 2, tag, f) for tag, facets in enumerate(surfaces.values(), 1) for f in facets]
            elements += [(5 if len(c) == 8 else 4, 1001 + t, c) for c, t in zip(self.cells, self.cell_tissue)] + lines[::-1]
            out.write("$EndNodes\n$Elements\n%d\n" % len(elements))
            for n, (kind, tag, nodes) in enumerate(elements, 1):
                out.write("%d %d 2 %d %d %s\n" % (n, kind, tag, tag, " ".join(str(i + 1) for i in nodes)))
            out.write("$EndElements\n")


def merge(meshes):
    """Several bodies of tissue side by side in one mesh; surfaces and tissues of the same name become one."""
    all_points = np.concatenate([m.points for m in meshes])
    offsets = np.cumsum([0] + [len(m.points) for m in meshes])
    merged = Mesh(all_points, np.concatenate([m.cells + o for m, o in zip(meshes, offsets)]))
    merged.tissues = list(dict.fromkeys(name for m in meshes for name in m.tissues))
    merged.cell_tissue = np.concatenate([np.array([merged.tissues.index(n) for n in m.tissues])[m.cell_tissue] for m in meshes])
    for mesh, offset in zip(meshes, offsets):
        for name, facets in mesh.surfaces.items():
            merged.surfaces[name] = np.concatenate([merged.surfaces[name], facets + offset]) if name in merged.surfaces else facets + offset
    return merged


def box(cells, size=(1.0, 1.0, 1.0), element="hex8", distort=0.0, seed=1, tissue="block", origin=(0.0, 0.0, 0.0), finish=None):
    """A box with the surfaces x0, x1, y0, y1, z0, z1.

    distort: inner points move by up to this share of a cell, points of a face within the face, those of an edge along it.
    finish(x, y, z): maps the box to another body, before hexahedra are split into tetrahedra.
    """
    n = np.array(cells)
    index = np.arange(np.prod(n + 1)).reshape(n[2] + 1, n[1] + 1, n[0] + 1).transpose(2, 1, 0)
    grid = np.stack(np.meshgrid(*[np.arange(m + 1) for m in n], indexing="ij"), axis=-1).transpose(2, 1, 0, 3).reshape(-1, 3)
    inner = (grid > 0) & (grid < n)
    points = grid + distort * np.random.default_rng(seed).uniform(-1, 1, grid.shape) * inner
    points = np.asarray(origin) + points * np.asarray(size) / n
    corner = [index[i:n[0] + i, j:n[1] + j, k:n[2] + k] for i, j, k in ((0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1))]
    hexes = np.stack(corner, axis=-1)
    mesh = Mesh(points, hexes.reshape(-1, 8), tissue)
    layers = {"x0": hexes[0], "x1": hexes[-1], "y0": hexes[:, 0], "y1": hexes[:, -1], "z0": hexes[:, :, 0], "z1": hexes[:, :, -1]}
    mesh.surfaces = {name: layer.reshape(-1, 8)[:, HEX_FACES[name]] for name, layer in layers.items()}
    if finish:
        mesh.map(finish)
    return mesh.split() if SHAPE[element] == "tet" else mesh


def tube(cells, inner, outer, height, angle, element="hex8"):
    """A sector of a tube around z, cells along radius, angle (rad, from the x axis) and z: surfaces inner, outer, side0, side1, z0, z1."""
    def bend(r, t, z):
        return r * np.cos(t), r * np.sin(t), z
    mesh = box(cells, (outer - inner, angle, height), element, origin=(inner, 0, 0), finish=bend)
    for old, new in (("x0", "inner"), ("x1", "outer"), ("y0", "side0"), ("y1", "side1")):
        mesh.surfaces[new] = mesh.surfaces.pop(old)
    return mesh


def cylinder(n, radius, height, layers, element="hex8"):
    """A solid cylinder around z: a core of 2n x 2n cells, bulging, and a ring of n cells around it: surfaces side, z0, z1."""
    core = 0.5 * radius

    def bulge(x, y, z):
        # Between the square and its circle, so that the corners are wider than 90 degrees on neither side.
        largest, length = np.maximum(abs(x), abs(y)), np.hypot(x, y)
        factor = np.where(length > 0, 0.6 + 0.4 * largest / np.where(length > 0, length, 1), 1)
        return x * factor, y * factor, z
    square = box((2 * n, 2 * n, layers), (2 * core, 2 * core, height), origin=(-core, -core, 0), finish=bulge)
    rings = [square]
    for quarter in range(4):
        turn = quarter * np.pi / 2

        def ring(s, t, z, turn=turn):
            # s from 0 on the core to 1 on the circle, t from -1 to 1 along one side of the square.
            x, y, _ = bulge(core + 0 * t, core * t, z)
            angle = t * np.pi / 4
            x, y = (1 - s) * x + s * radius * np.cos(angle), (1 - s) * y + s * radius * np.sin(angle)
            return x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn), z
        part = box((n, 2 * n, layers), (1, 2, height), origin=(0, -1, 0), finish=ring)
        part.surfaces["side"] = part.surfaces["x1"]
        rings.append(part)
    mesh = weld(merge(rings))
    mesh.surfaces = {name: mesh.surfaces[name] for name in ("side", "z0", "z1")}
    return mesh.split() if SHAPE[element] == "tet" else mesh


def ring(cells, inner, outer, height, element="hex8"):
    """A whole tube around z: surfaces inner, outer, z0, z1."""
    mesh = weld(tube(cells, inner, outer, height, 2 * np.pi))
    del mesh.surfaces["side0"], mesh.surfaces["side1"]
    return mesh.split() if SHAPE[element] == "tet" else mesh


def weld(mesh, digits=9):
    """Makes one point of those that lie at the same place."""
    _, first, new = np.unique(np.round(mesh.points, digits), axis=0, return_index=True, return_inverse=True)
    mesh.points, mesh.cells = mesh.points[first], new.reshape(-1)[mesh.cells]
    mesh.surfaces = {name: new.reshape(-1)[facets] for name, facets in mesh.surfaces.items()}
    return mesh


# ---- cases ----

class Results:
    """History as columns without their units, fields of the last step."""

    def __init__(self, folder, log):
        self.folder, self.log = pathlib.Path(folder), log
        with open(self.folder / "history.csv", newline="") as lines:
            rows = list(csv.reader(line for line in lines if not line.startswith("#")))
        columns = [re.sub(r"\s*\[.*\]$", "", name) for name in rows[0]]
        self.history = {name: np.array([float(row[i]) for row in rows[1:]]) for i, name in enumerate(columns)}
        self.fields, self.units = {}, {}
        if not (self.folder / "results.vtkhdf").exists():  # output.fields: none
            return
        with h5py.File(self.folder / "results.vtkhdf", "r") as file:
            root = file["VTKHDF"]
            self.points, self.steps = root["Points"][()], root["Steps/Values"][()]
            width = int(root["Offsets"][1])
            self.cells = root["Connectivity"][()].reshape(-1, width)
            for place, count in (("PointData", len(self.points)), ("CellData", len(self.cells))):
                for name, data in root[place].items():
                    values = data[()]
                    self.fields[name] = values.reshape(-1, count, *values.shape[1:])

    def field(self, name, step=-1):
        return self.fields[name][step].astype(float)

    def reaction(self, owner, row=-1):
        """Force and moment, [6]."""
        return np.array([self.history["reaction_%s.%s.%s" % (kind, owner, axis)][row] for kind in ("force", "moment") for axis in "xyz"])


def vector(values, unit):
    return ["%.17g %s" % (value, unit) for value in values]


def quantity(value, unit):
    return "%.17g %s" % (value, unit)


class Failure(Exception):
    pass


class Suite:
    """The claims of one script."""

    def __init__(self, description):
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("tasis", help="the program")
        parser.add_argument("--keep", help="a folder to leave cases and results in")
        parser.add_argument("--threads", default="1")
        self.options = parser.parse_args()
        self.failed, self.runs = 0, 0
        self.scratch = None if self.options.keep else tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.options.keep or self.scratch.name)

    def run(self, mesh, case, element=None, arguments=(), may_fail=False):
        """Writes the case (JSON is YAML) and its mesh, runs it, reads the results."""
        self.runs += 1
        folder = self.root / ("run%03d" % self.runs)
        folder.mkdir(parents=True, exist_ok=True)
        mesh.write(folder / "mesh.msh")
        whole = {"mesh": {"file": "mesh.msh", **({"element": element} if element else {})}, "time": {"end": "1 day", "steps": 1},
                 "output": {"precision": "double"}, "solver": {"tolerance": 1e-10, "absolute_tolerance": "1e-15 N", "linear": "direct"}}
        for key, value in case.items():
            whole[key] = {**whole[key], **value} if key in ("mesh", "solver", "output") else value
        (folder / "case.yaml").write_text(json.dumps(whole, indent=1))
        environment = {**os.environ, "OMP_NUM_THREADS": self.options.threads, "OPENBLAS_NUM_THREADS": "1"}
        command = [self.options.tasis, "run", str(folder), "--results", str(folder / "results"), "--threads", self.options.threads, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        (folder / "stdout").write_text(done.stdout + done.stderr)
        if done.returncode and not may_fail:
            raise Failure("%s ended with status %d:\n%s" % (" ".join(command), done.returncode, (done.stdout + done.stderr)[-3000:]))
        return Results(folder / "results", done.stdout) if done.returncode == 0 else None

    def check(self, claim, error, tolerance):
        """error: what was found, to be at most tolerance; not a number fails."""
        good = bool(error <= tolerance)
        self.failed += not good
        print("%s  %-78s %9.2e  (at most %.0e)" % ("ok    " if good else "FAILED", claim, error, tolerance), flush=True)

    def check_range(self, claim, value, low, high):
        good = bool(low <= value <= high)
        self.failed += not good
        print("%s  %-78s %9.4g  (%g to %g)" % ("ok    " if good else "FAILED", claim, value, low, high), flush=True)

    def check_rate(self, claim, errors, rate, tolerance, slack=0.25):
        """Errors on meshes of halved size: the last rate, and the last error."""
        rates = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
        print("        %s: errors %s, rates %s" % (claim, " ".join("%.2e" % e for e in errors), " ".join("%.2f" % r for r in rates)))
        self.check_range("%s: rate" % claim, rates[-1], rate - slack, np.inf)
        self.check("%s: error on the finest mesh" % claim, errors[-1], tolerance)

    def end(self):
        if self.scratch:
            self.scratch.cleanup()
        print("%d failed" % self.failed if self.failed else "all passed")
        sys.exit(1 if self.failed else 0)


def main(description, *tests):
    """Runs the tests of a script; a run of Tasis that fails counts, and the others go on."""
    suite = Suite(description)
    for test in tests:
        print("# %s" % (test.__doc__ or test.__name__).strip().splitlines()[0], flush=True)
        try:
            test(suite)
        except Failure as failure:
            suite.failed += 1
            print("FAILED  %s" % failure, flush=True)
    suite.end()
