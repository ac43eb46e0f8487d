"""strands.xmf in ParaView (pvpython): all steps, all arrays, the values of strands.h5; lines that follow one another along each strand.

    pvpython check_strands.py FOLDER STEPS
"""
import os
import sys

import h5py
import numpy as np
import vtkmodules.util.numpy_support as convert
from paraview import servermanager, simple

folder, steps = os.path.abspath(sys.argv[1]), int(sys.argv[2])
RARE = ("ischaemia_dose", "conduction_class", "limiting_rule")  # zero as long as nothing is harmed
NODES, LINES = ("displacement", "slip"), ("fibre_stretch", "strain", "fibre_stress", "tension", "margin", "limiting_rule", "blood_flow_fraction", "ischaemia_dose", "conduction_class")


def grid_of(data):
    """Readers wrap a single grid differently."""
    while not data.IsA("vtkUnstructuredGrid"):
        data = data.GetPartition(0) if data.IsA("vtkPartitionedDataSet") else data.GetBlock(0)
    return data


def check_grid(grid, file):
    points = convert.vtk_to_numpy(grid.GetPoints().GetData())
    assert np.allclose(points, file["points"][()], atol=1e-12)
    ids = convert.vtk_to_numpy(grid.GetCells().GetConnectivityArray()).reshape(-1, 2)
    strand = convert.vtk_to_numpy(grid.GetCellData().GetArray("strand_id"))
    assert set(strand) == {1, 2} and file["strand_id"].attrs["names"].decode() == "nerve,cord"
    for number in (1, 2):
        own = ids[strand == number]
        assert (own[1:, 0] == own[:-1, 1]).all()
    first = points[ids[strand == 1][0, 0]], points[ids[strand == 2][-1, 1]]
    assert np.allclose(first, [(3, 2, 1), (4, 2, 30)]), first


def check(reader, file, days):
    reader.UpdatePipelineInformation()
    times = list(reader.TimestepValues)
    assert np.allclose(times, days), times
    for day in times + times[::-1]:
        step = times.index(day)
        reader.UpdatePipeline(day)
        grid = grid_of(servermanager.Fetch(reader))
        check_grid(grid, file)
        for names, place, count in ((NODES, grid.GetPointData(), grid.GetNumberOfPoints()), (LINES, grid.GetCellData(), grid.GetNumberOfCells())):
            for name in names:
                expected = file[name][step * count:(step + 1) * count]
                assert abs(expected).max() > 0 or step == 0 or name in RARE, name
                assert np.allclose(convert.vtk_to_numpy(place.GetArray(name)), expected, rtol=1e-12), (name, day)


with h5py.File(os.path.join(folder, "results", "strands.h5"), "r") as file:
    days = np.arange(steps) / (steps - 1)
    path = os.path.join(folder, "results", "strands.xmf")
    check(simple.Xdmf3ReaderS(FileName=[path]), file, days)
    check(simple.Xdmf3ReaderT(FileName=[path]), file, days)
    check(simple.OpenDataFile(path), file, days)
with h5py.File(os.path.join(folder, "mesh", "strands.h5"), "r") as file:  # tasis mesh: the paths alone
    reader = simple.Xdmf3ReaderS(FileName=[os.path.join(folder, "mesh", "strands.xmf")])
    reader.UpdatePipeline()
    check_grid(grid_of(servermanager.Fetch(reader)), file)
print(steps, "steps, all right")
