"""The layout of results.vtkhdf against the rules of the VTKHDF specification, and every value against its formula.

    check_vtkhdf.py FOLDER ELEMENT CELLS STEPS [--double] [--rows R] [--killed]

--killed: the run was killed: any number of steps up to STEPS, each of them complete.
"""
import argparse
import csv
import json
import os

import h5py
import numpy as np

NODES = {"hex8": 8, "tet10": 10, "hex27": 27}
VTK_TYPE = {"hex8": 12, "tet10": 24, "hex27": 29}
# What write_results.c writes: place, components, static, unit.
FIELDS = {
    "displacement": ("Point", 3, False, "mm"), "gap_distance": ("Point", 1, False, "mm"), "depth": ("Point", 1, True, "mm"),
    "cauchy_stress": ("Cell", 9, False, "MPa"), "pressure": ("Cell", 1, False, "MPa"),
    "tissue_id": ("Cell", 1, True, "1"), "fibre_direction": ("Cell", 3, True, "1"),
}


def expected(name, x, tissue, day):
    """The formulae of write_results.c at places x [n][3]."""
    if name == "displacement":
        return np.stack([day * (c + 1) * x[:, c] + 0.25 * c for c in range(3)], axis=1)
    if name == "gap_distance":
        return x[:, 0] - 2 * x[:, 1] + 4 * x[:, 2] + day
    if name == "cauchy_stress":
        return np.stack([(c + 1) * day + x[:, c % 3] for c in range(9)], axis=1)
    if name == "pressure":
        return x[:, 0] * 0.5 - day
    if name == "tissue_id":
        return tissue + 1
    if name == "fibre_direction":
        return np.eye(3)[tissue]
    return x[:, 2] + 8


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def check_mesh_layout(root, per_cell, vtk_type):
    """Rules: attributes Version and Type; one part, whose numbers of points, cells and connectivity ids lie in arrays of the
    number of parts; Points [points][3]; Offsets [cells + 1] from 0, growing; Connectivity [ids]; Types [cells] of bytes.
    Returns points and nodes of cells."""
    version = root.attrs["Version"]
    assert version.shape == (2,) and version[0] == 2 and version.dtype.kind == "i"
    assert text(root.attrs["Type"]) == "UnstructuredGrid"
    type_of = h5py.h5a.open(root.id, b"Type").get_type()
    assert not type_of.is_variable_str() and type_of.get_cset() == h5py.h5t.CSET_ASCII
    num_points, num_cells, num_ids = (root[k][()] for k in ("NumberOfPoints", "NumberOfCells", "NumberOfConnectivityIds"))
    assert num_points.shape == num_cells.shape == num_ids.shape == (1,)
    num_points, num_cells, num_ids = int(num_points[0]), int(num_cells[0]), int(num_ids[0])
    assert num_ids == num_cells * per_cell
    points, offsets, ids, types = (root[k] for k in ("Points", "Offsets", "Connectivity", "Types"))
    assert points.shape == (num_points, 3) and points.dtype == np.float64
    assert offsets.shape == (num_cells + 1,) and offsets.dtype == np.int64
    assert (offsets[()] == per_cell * np.arange(num_cells + 1)).all()
    assert ids.shape == (num_ids,) and ids.dtype == np.int64
    assert types.shape == (num_cells,) and types.dtype == np.uint8 and (types[()] == vtk_type).all()
    assert (np.unique(ids[()]) == np.arange(num_points)).all()
    return points[()], ids[()].reshape(num_cells, per_cell)


def check_mesh(root, element, cells):
    points, ids = check_mesh_layout(root, NODES[element], VTK_TYPE[element])
    assert len(ids) == cells**3 * (6 if element == "tet10" else 1)
    assert len(points) == (cells * (1 if element == "hex8" else 2) + 1) ** 3
    assert len(np.unique(points, axis=0)) == len(points)
    corners = points[ids[:, :4 if element == "tet10" else 8]]
    if element == "tet10":
        volume = np.einsum("ij,ij->i", np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), corners[:, 3] - corners[:, 0]) / 6
        assert np.allclose(volume, 8 / 6)
        middles = [(0, 1), (1, 2), (2, 0), (0, 3), (1, 3), (2, 3)]
        for k, (a, b) in enumerate(middles):
            assert np.allclose(points[ids[:, 4 + k]], (corners[:, a] + corners[:, b]) / 2)
    else:
        assert np.allclose(corners[:, 6] - corners[:, 0], 2) and np.allclose(corners[:, 1] - corners[:, 0], [2, 0, 0])
        assert np.allclose(corners[:, 4] - corners[:, 0], [0, 0, 2])
    return points, points[ids].mean(axis=1)


def check_steps_layout(root, killed=False):
    """Rules: Steps/NSteps; Values, PartOffsets, NumberOfParts, PointOffsets [NSteps]; CellOffsets, ConnectivityIdOffsets
    [NSteps] or [NSteps][1]; times grow.  The mesh stands once: every offset into it is 0, every step has the one part."""
    steps = root["Steps"]
    num = int(steps.attrs["NSteps"])
    for name in ("Values", "PartOffsets", "NumberOfParts", "PointOffsets", "CellOffsets", "ConnectivityIdOffsets"):
        # a killed run may have come as far as the sizes of the next step
        assert steps[name].shape == (num,) or (killed and steps[name].shape == (num + 1,)), name
        assert (steps[name][:num] == {"NumberOfParts": 1}.get(name, 0)).all() or name == "Values"
    days = steps["Values"][:num]
    assert steps["Values"].dtype == np.float64 and text(steps["Values"].attrs["unit"]) == "day"
    assert (np.diff(days) > 0).all()
    return days


def check_steps(root, most, killed):
    if "Steps" not in root:
        assert most == 0
        return np.array([])
    days = check_steps_layout(root, killed)
    assert len(days) == most or (killed and 1 <= len(days) <= most), len(days)
    assert np.array_equal(days, 0.5 * np.arange(len(days)))
    return days


def check_field_layout(root, place, name, num_steps, rows, static, killed=False):
    """Rules: PointData/<name> and CellData/<name> hold all steps one after another; Steps/<..>DataOffsets/<name> [NSteps] says at
    which row each begins.  Here a static field begins at row 0 in every step.  Returns the offsets."""
    data = root[f"{place}Data/{name}"]
    wanted = rows * (1 if static else num_steps)
    assert data.shape[0] == wanted or (killed and data.shape[0] >= wanted), (name, data.shape, wanted)
    if not num_steps:
        return [0]
    offsets = root[f"Steps/{place}DataOffsets/{name}"][:num_steps]
    assert np.array_equal(offsets, np.zeros(num_steps) if static else rows * np.arange(num_steps)), name
    return offsets


def check_field(root, name, days, places, double, tissue, killed):
    place, width, static, unit = FIELDS[name]
    if f"{place}Data/{name}" not in root:
        assert not static and len(days) == 0
        return
    data = root[f"{place}Data/{name}"]
    x = places[place]
    kind = np.int32 if name == "tissue_id" else np.float64 if double else np.float32
    assert data.dtype == kind and text(data.attrs["unit"]) == unit
    assert data.shape[1:] == ((width,) if width > 1 else ())
    offsets = check_field_layout(root, place, name, len(days), len(x), static, killed)
    for day, offset in zip(days if len(days) else [0], offsets):
        values = data[offset : offset + len(x)]
        assert np.allclose(values, expected(name, x, tissue, day), rtol=3e-7, atol=1e-12), (name, day)


def check_history(file, folder, num_steps, rows, killed):
    with open(os.path.join(folder, "history.csv")) as lines:
        table = list(csv.reader(lines))
    assert table[0] == ["time [day]", "gap [mm]", "force [N]"]
    if killed and len(table[-1]) < 3:
        table.pop()  # the kill came in the middle of this line
    written = np.array(table[1:], dtype=float)
    assert file["history/columns"][()].astype(str).tolist() == ["time", "gap", "force"]
    assert file["history/units"][()].astype(str).tolist() == ["day", "mm", "N"]
    inside = file["history/values"][()]
    if len(written) == 0:  # a table of no rows has one that is empty
        assert num_steps == 0 and len(inside) == 1 and np.isnan(inside).all()
        return
    assert len(inside) >= num_steps * rows and len(written) >= len(inside)
    assert killed or len(inside) == len(written) == num_steps * rows
    assert np.array_equal(inside, written[: len(inside)], equal_nan=True) and np.isnan(inside[:, 2]).all()
    assert np.array_equal(written[:, 1], 5.0 * (np.arange(len(written)) // rows))


def check(folder, element, cells, steps, double=False, rows=3, killed=False):
    with h5py.File(os.path.join(folder, "results.vtkhdf"), "r") as file:
        root = file["VTKHDF"]
        points, centres = check_mesh(root, element, cells)
        tissue = root["CellData/tissue_id"][()] - 1
        assert set(np.unique(tissue)) == {0, 1, 2}
        days = check_steps(root, steps, killed)
        for name in FIELDS:
            check_field(root, name, days, {"Point": points, "Cell": centres}, double, tissue, killed)
        check_history(file, folder, len(days), rows, killed)
        assert file["provenance"].attrs["author"].decode("utf-8") == 'J\u00fcrgen "Test"'
        assert file["case/case.yaml"][()].decode() == "name: box\nlength: 2 mm\n"
    with open(os.path.join(folder, "status.json")) as status:
        status = json.load(status)
    assert status["state"] == ("running" if killed else "done"), status
    if not killed:
        assert status["exit_status"] == 0 and status["message"] == 'the "box" is done'
        assert not [name for name in os.listdir(folder) if name.endswith(".part")]
    return len(days)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("element")
    parser.add_argument("cells", type=int)
    parser.add_argument("steps", type=int)
    parser.add_argument("--double", action="store_true")
    parser.add_argument("--rows", type=int, default=3)
    parser.add_argument("--killed", action="store_true")
    a = parser.parse_args()
    print(check(a.folder, a.element, a.cells, a.steps, a.double, a.rows, a.killed), "steps, all right")
