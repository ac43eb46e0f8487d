"""The results of a case in ParaView (pvpython), against what h5py finds in the files: days, arrays with components, bounds, ranges; strands too.

    pvpython check_paraview.py FOLDER
"""
import csv
import os
import sys

import h5py
import numpy as np
from paraview import simple

folder = os.path.abspath(sys.argv[1])


def history_days():
    with open(os.path.join(folder, "history.csv"), newline="") as lines:
        return np.array([float(row[0]) for row in list(csv.reader(lines))[1:]])


def check_days(reader, days):
    """ParaView's steps are those of the file; each of them is a row of the history (10 digits), from the first to the last one."""
    reader.UpdatePipelineInformation()
    assert len(reader.TimestepValues) == len(days) and np.allclose(reader.TimestepValues, days, rtol=0, atol=1e-9), (list(reader.TimestepValues), days)
    history = history_days()
    assert days[0] == history[0] == 0 and abs(days[-1] - history[-1]) < 1e-7
    assert all(np.abs(history - day).min() < 1e-7 for day in days)


def close(found, wanted):
    return np.allclose(found, wanted, rtol=1e-6, atol=1e-9)


def check_array(information, name, values):
    """Components, and the range of each."""
    values = values.reshape(len(values), -1)
    assert information, name + " is missing in ParaView"
    assert information.GetNumberOfComponents() == values.shape[1], (name, information.GetNumberOfComponents(), values.shape)
    for k in range(values.shape[1]):
        wanted = (values[:, k].min(), values[:, k].max())
        assert close(information.GetRange(k), wanted), (name, k, information.GetRange(k), wanted)


def check_day(reader, day, points, fields):
    """fields: {(POINTS or CELLS, name): values on this day}."""
    reader.UpdatePipeline(day)
    low, high = points.min(axis=0), points.max(axis=0)
    assert close(reader.GetDataInformation().GetBounds(), np.stack([low, high], axis=1).ravel())
    found = {("POINTS", name) for name in reader.PointData.keys()} | {("CELLS", name) for name in reader.CellData.keys()}
    assert found == set(fields), found ^ set(fields)
    for (place, name), values in fields.items():
        check_array((reader.PointData if place == "POINTS" else reader.CellData).GetArray(name), name, values)


def rows(data, step, count, offsets):
    return data[offsets[step] : offsets[step] + count]


def check_tissue():
    reader = simple.Xdmf3ReaderT(FileName=[os.path.join(folder, "results.xmf")])
    with h5py.File(os.path.join(folder, "results.vtkhdf"), "r") as file:
        root = file["VTKHDF"]
        days, points = root["Steps/Values"][()], root["Points"][()]
        count = {"Point": len(points), "Cell": int(root["NumberOfCells"][0])}
        check_days(reader, days)
        for step in {0, len(days) // 2, len(days) - 1}:
            fields = {(place.upper() + "S", name): rows(data, step, count[place], root[f"Steps/{place}DataOffsets/{name}"]) for place in count for name, data in root[place + "Data"].items()}
            check_day(reader, reader.TimestepValues[step], points, fields)
        return len(days), len(fields)


def check_strands(num_days):
    """Arrays of all days one after another: by nodes, or by lines; there is room for days that were planned and did not come."""
    reader = simple.Xdmf3ReaderT(FileName=[os.path.join(folder, "strands.xmf")])
    with h5py.File(os.path.join(folder, "strands.h5"), "r") as file:
        planned, days, points, lines = len(file["days"]), file["days"][:num_days], file["points"][()], len(file["lines"])
        check_days(reader, days)
        for step in {0, len(days) // 2, len(days) - 1}:
            fields = {}
            for name in set(file) - {"days", "points", "lines"}:
                data, static = file[name], len(file[name]) == lines
                count = lines if static else len(data) // planned
                fields["POINTS" if count == len(points) else "CELLS", name] = data[() if static else slice(step * count, (step + 1) * count)]
            check_day(reader, reader.TimestepValues[step], points, fields)
        return len(fields)


steps, fields = check_tissue()
strand_fields = check_strands(steps) if os.path.exists(os.path.join(folder, "strands.xmf")) else 0
print("%d days, %d fields of tissue, %d of strands, all as in the files" % (steps, fields, strand_fields))
