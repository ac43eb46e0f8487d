"""A results folder of Tasis as the views need it: files, days, names, lengthening, colour ranges.  Reads with h5py and Python alone, no ParaView.

Raises Problem with one line where the folder is not what it should be.
"""
import csv
import json
import os
import re


ANATOMICAL = ("tibia", "thigh")  # limbs whose x points laterally, y anteriorly, z proximally


class Problem(Exception):
    """What is wrong with the input, in one line."""


class Results:
    """folder: absolute path; days: of the output steps; tissue_names, strand_names, osteotomies, limb, title: as of Limb in tasis_views;
    day_lengths: (days, [lengthening in mm, ...] of every row of the history), empty lists where there is none; envelope: of status.json."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        if not os.path.isdir(self.folder):
            raise Problem("%s: no such folder" % folder)
        if not os.path.exists(self.path("results.vtkhdf")):
            why = "only a history (output.fields is none)" if os.path.exists(self.path("history.csv")) else "no results of Tasis"
            raise Problem("%s: holds %s, wanted: a folder with results.vtkhdf, as tasis run and tasis mesh write it" % (folder, why))
        self._read_fields()
        self._read_strands()
        self._read_history()
        self.envelope = self._read_json("status.json").get("envelope") or {}

    def path(self, name):
        return os.path.join(self.folder, name)

    def has(self, name):
        return os.path.exists(self.path(name))

    def _open(self, name):
        try:
            import h5py
        except ImportError:
            raise Problem("Python's h5py is missing: install it (Debian: python3-h5py, scripts/setup.sh view)") from None
        try:
            return h5py.File(self.path(name), "r")
        except OSError as error:
            raise Problem("%s: cannot be read (%s)" % (self.path(name), error)) from None

    def _read_fields(self):
        with self._open("results.vtkhdf") as file:
            if "VTKHDF/NumberOfCells" not in file:
                raise Problem("%s: no results of Tasis" % self.path("results.vtkhdf"))
            root = file["VTKHDF"]
            self.arrays = {name: place for place in ("Point", "Cell") for name in root.get(place + "Data", {})}
            num = int(root["Steps"].attrs["NSteps"]) if "Steps" in root else 0
            self.days = [float(day) for day in root["Steps/Values"][:num]] if num else []
            self.num_points, self.num_cells = int(root["NumberOfPoints"][0]), int(root["NumberOfCells"][0])
            about = {key: value.decode() if isinstance(value, bytes) else str(value) for key, value in file["provenance"].attrs.items()} if "provenance" in file else {}
        if not self.arrays:
            raise Problem("%s: holds no fields to look at" % self.folder)
        self.title, self.limb = about.get("title", ""), about.get("limb")
        self.tissue_names = numbered(about.get("tissue_id", ""))
        self.rule_names = numbered(about.get("limiting_rule", ""))
        self.osteotomies = [plane(about[key]) for key in ("osteotomy", "second_osteotomy") if key in about]
        self.is_mesh = not self.days

    def _read_strands(self):
        self.strand_names = []
        if self.has("strands.h5"):
            with self._open("strands.h5") as file:
                self.strand_arrays = set(file)
                self.strand_names = file["strand_id"].attrs["names"].decode().split(",")

    def _read_history(self):
        self.history_days, self.lengthenings = [], []
        if not self.has("history.csv"):
            return
        with open(self.path("history.csv"), newline="") as lines:
            head, *rows = csv.reader(lines)
        rows = [row for row in rows if len(row) == len(head)]  # the last one of a run that goes on may be half written
        columns = [head.index(title) for title in ("gap [mm]", "second_gap [mm]") if title in head]
        self.history_days = [float(row[0]) for row in rows]
        self.lengthenings = [[float(row[k]) for k in columns] for row in rows] if columns else []
        if not self.tissue_names:  # results of before the provenance named them: the history has them in the same order
            self.tissue_names = [title.split(".")[0] for title in head if re.match(r"[^.]+\.fibre_stretch_mean", title)]

    def _read_json(self, name):
        try:
            with open(self.path(name)) as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    def lengthening(self, day):
        """[mm, ...] at each osteotomy on a day, between rows of the history linearly; None where nothing is known."""
        if not self.lengthenings:
            return None
        return [interpolate(day, self.history_days, [row[k] for row in self.lengthenings]) for k in range(len(self.lengthenings[0]))]

    def range_of(self, name, place="results.vtkhdf"):
        """(smallest, largest) value of a field over all days (its length, for vectors); strands: place = "strands.h5"."""
        import numpy as np
        with self._open(place) as file:
            if place == "results.vtkhdf":
                values = file["VTKHDF/%sData/%s" % (self.arrays[name], name)][()]
            else:  # which has room for every day that was planned: a run that goes on, or ended early, has not filled it
                written = min(len(self.days), len(file["days"]))
                values = file[name][: written * (len(file[name]) // len(file["days"]))]
        values = np.linalg.norm(values, axis=1) if values.ndim > 1 else values
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)

    def smallest(self, name):
        """Day, value and tissue of the smallest value of a cell field over all days."""
        import numpy as np
        with self._open("results.vtkhdf") as file:
            values = file["VTKHDF/CellData/" + name][()].reshape(-1, self.num_cells)
            tissue = file["VTKHDF/CellData/tissue_id"][: self.num_cells] if "tissue_id" in self.arrays else None
        step, cell = np.unravel_index(np.nanargmin(values), values.shape)
        known = tissue is not None and tissue[cell] < len(self.tissue_names)
        return self.days[step], float(values[step, cell]), self.tissue_names[tissue[cell]] if known else None

    def box(self):
        """[xmin, xmax, ymin, ymax, zmin, zmax] in mm of the limb before surgery and on all days."""
        import numpy as np
        with self._open("results.vtkhdf") as file:
            points = file["VTKHDF/Points"][()]
            moves = file["VTKHDF/PointData/displacement"] if "displacement" in self.arrays else np.zeros((0, 3))
            all_days = [points] + [points + moves[k : k + len(points)] for k in range(0, len(moves), len(points))]
        low, high = np.min([p.min(axis=0) for p in all_days], axis=0), np.max([p.max(axis=0) for p in all_days], axis=0)
        return [float(x) for pair in zip(low, high) for x in pair]


def numbered(text):
    """["soleus", "skin"] of "0 soleus, 1 skin"."""
    return [entry.split(" ", 1)[1] for entry in text.split(", ")] if text else []


def plane(text):
    """(point, normal) of "point 0 0 267.84 mm, distal normal 0 0 -1"."""
    values = []
    for word in text.replace(",", " ").split():
        try:
            values.append(float(word))
        except ValueError:
            pass
    return values[:3], values[3:]


def interpolate(x, places, values):
    """Linear between places that never decrease, constant outside."""
    for k in range(1, len(places)):
        if x < places[k]:
            share = (x - places[k - 1]) / (places[k] - places[k - 1]) if places[k] > places[k - 1] else 1.0
            return values[k - 1] + max(share, 0.0) * (values[k] - values[k - 1])
    return values[-1]
