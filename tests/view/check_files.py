"""results.vtkhdf of a case by the published specification of VTKHDF (docs.vtk.org, "VTKHDF File Format"): temporal, mesh stored once.
And units: every array names its own, the same as in the table of docs/case.md and in that of the views.

    check_files.py FOLDER DOCS_CASE
"""
import os
import pathlib
import re
import sys

import h5py

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "output"), str(HERE.parent.parent / "scripts" / "paraview")]
from check_vtkhdf import check_field_layout, check_mesh_layout, check_steps_layout, text  # noqa: E402
from tasis_fields import FIELDS  # noqa: E402

HEXAHEDRON = 12


def documented(page):
    """{field: unit} of the table of output.fields."""
    table = page.read_text().split("## `output.fields`")[1].split("\n## ")[0]
    found = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", table, re.MULTILINE))
    assert len(found) > 10, found
    return found


def check_unit(data, name, units):
    assert "unit" in data.attrs, name + " names no unit"
    unit = text(data.attrs["unit"])
    assert unit == units[name], (name, unit, units[name])


def check_tissue(folder, page):
    units = documented(page)
    assert all(FIELDS[name].unit == unit for name, unit in units.items()), "scripts/paraview/tasis_fields.py has another unit"
    with h5py.File(folder / "results.vtkhdf", "r") as file:
        root = file["VTKHDF"]
        points, cells = check_mesh_layout(root, 8, HEXAHEDRON)
        days = check_steps_layout(root)
        assert len(days) > 1
        for place, rows in (("Point", len(points)), ("Cell", len(cells))):
            for name, data in root[place + "Data"].items():
                check_field_layout(root, place, name, len(days), rows, name == "tissue_id")
                check_unit(data, name, units)
        assert text(root["Points"].attrs["unit"]) == "mm"
        assert text(file["provenance"].attrs["tissue_id"]).count(",") == root["CellData/tissue_id"][()].max()
        return len(days), len(root["PointData"]) + len(root["CellData"])


def check_strands(folder):
    with h5py.File(folder / "strands.h5", "r") as file:
        for name in set(file) - {"days", "points", "lines", "strand_id"}:
            check_unit(file[name], name, {key: field.unit for key, field in FIELDS.items()})


if __name__ == "__main__":
    results = pathlib.Path(sys.argv[1])
    print("%d days, %d fields, all by the specification and with units" % check_tissue(results, pathlib.Path(sys.argv[2])))
    if os.path.exists(results / "strands.h5"):
        check_strands(results)
