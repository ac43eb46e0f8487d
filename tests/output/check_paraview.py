"""results.xmf in ParaView (pvpython): all steps, all arrays, right values, and the nodes of each cell in VTK's order.
results.vtkhdf in VTK's own reader: the steps that it can read (before VTK 9.3 that is the first one).

    pvpython check_paraview.py FOLDER ELEMENT CELLS STEPS
"""
import os
import sys

import numpy as np
import vtkmodules.util.numpy_support as convert
from paraview import servermanager, simple
from vtkmodules.vtkCommonDataModel import vtkHexahedron, vtkQuadraticTetra, vtkTriQuadraticHexahedron
from vtkmodules.vtkIOHDF import vtkHDFReader

folder, element, cells, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
path = os.path.abspath(os.path.join(folder, "results.xmf"))  # a relative one fails in scripts
PER_CELL = {"hex8": 8, "tet10": 10, "hex27": 27}[element]
CELL = {"hex8": vtkHexahedron, "tet10": vtkQuadraticTetra, "hex27": vtkTriQuadraticHexahedron}[element]()
TYPE = {"hex8": 12, "tet10": 24, "hex27": 29}[element]


def array(attributes, name):
    found = attributes.GetArray(name)
    assert found is not None, (name, [attributes.GetArrayName(k) for k in range(attributes.GetNumberOfArrays())])
    return convert.vtk_to_numpy(found)


def shape_functions(parametric):
    """The interpolation functions of VTK's own cell: row j at the parametric place of node j is the j-th unit vector."""
    weights = [0.0] * PER_CELL
    CELL.InterpolateFunctions(parametric, weights)
    return np.array(weights)


def check_nodes(grid, points):
    assert (convert.vtk_to_numpy(grid.GetCellTypesArray()) == TYPE).all()
    ids = convert.vtk_to_numpy(grid.GetCells().GetConnectivityArray()).reshape(-1, PER_CELL)
    at = points[ids]
    low = at[:, 0]
    for node in range(PER_CELL):
        if element == "tet10":
            edges = at[:, 1:4] - low[:, None]
            place = np.linalg.solve(np.transpose(edges, (0, 2, 1)), (at[:, node] - low)[..., None])[..., 0]
        else:
            place = (at[:, node] - low) / 2
        assert np.allclose(place, place[0]), node
        assert np.allclose(shape_functions([float(p) for p in place[0]]), np.eye(PER_CELL)[node], atol=1e-12), node
    return at.mean(axis=1)


def check_step(grid, day):
    x = convert.vtk_to_numpy(grid.GetPoints().GetData()).astype(float)
    centre = check_nodes(grid, x)
    nodes, inside = grid.GetPointData(), grid.GetCellData()
    tissue = array(inside, "tissue_id").astype(int) - 1
    close = lambda a, b: np.allclose(a, b, rtol=3e-7, atol=1e-12)
    assert close(array(nodes, "displacement"), np.stack([day * (c + 1) * x[:, c] + 0.25 * c for c in range(3)], axis=1))
    assert close(array(nodes, "gap_distance"), x[:, 0] - 2 * x[:, 1] + 4 * x[:, 2] + day)
    assert close(array(nodes, "depth"), x[:, 2] + 8)
    # 9 components in rows; numpy_support gives tensors as they lie in memory
    assert close(array(inside, "cauchy_stress").reshape(-1, 9), np.stack([(c + 1) * day + centre[:, c % 3] for c in range(9)], axis=1))
    assert close(array(inside, "pressure"), centre[:, 0] * 0.5 - day)
    assert close(array(inside, "fibre_direction"), np.eye(3)[tissue])
    assert set(np.unique(tissue)) == {0, 1, 2}


def grid_of(data):
    """Readers wrap a single grid differently."""
    while not data.IsA("vtkUnstructuredGrid"):
        data = data.GetPartition(0) if data.IsA("vtkPartitionedDataSet") else data.GetBlock(0)
    return data


def check_vtkhdf():
    reader = vtkHDFReader()
    reader.SetFileName(os.path.join(folder, "results.vtkhdf"))
    reader.UpdateInformation()
    known = reader.GetNumberOfSteps() if hasattr(reader, "GetNumberOfSteps") else 1
    assert known in (1, steps)
    for step in range(known):
        if hasattr(reader, "SetStep"):
            reader.SetStep(step)
        reader.Update()
        check_step(grid_of(reader.GetOutputDataObject(0)), 0.5 * step)


def check(reader):
    reader.UpdatePipelineInformation()
    times = list(reader.TimestepValues)
    assert np.allclose(times, 0.5 * np.arange(steps)), times
    # backwards as well: a reader must not keep what it read for another step
    for day in times + times[::-1]:
        reader.UpdatePipeline(day)
        grid = grid_of(servermanager.Fetch(reader))
        assert grid.GetNumberOfCells() == cells**3 * (6 if element == "tet10" else 1)
        check_step(grid, day)


check(simple.Xdmf3ReaderS(FileName=[path]))
check(simple.Xdmf3ReaderT(FileName=[path]))
opened = simple.OpenDataFile(path)  # what a user gets without choosing
assert opened.GetXMLName() == "Xdmf3ReaderS", opened.GetXMLName()
check(opened)
check_vtkhdf()
print(steps, "steps, all right")
