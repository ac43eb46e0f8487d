"""The views' proxies (pvpython, nothing is rendered): colours range over the whole field, a margin's colours jump at 0, the camera shows the whole
limb and stays the same through the days, bones follow the gap.

    pvpython check_views.py SCRIPTS_PARAVIEW RESULTS
"""
import sys

import h5py
import numpy as np
from paraview import simple

sys.path.insert(0, sys.argv[1])
import tasis_open  # noqa: E402
import tasis_parts as parts  # noqa: E402
import tasis_views as views  # noqa: E402
from tasis_results import Results  # noqa: E402

results = Results(sys.argv[2])
limb = tasis_open.open_limb(results)


def file_range(name):
    if name in results.arrays:
        with h5py.File(results.path("results.vtkhdf"), "r") as file:
            values = file["VTKHDF/CellData/" + name][()]
    else:
        with h5py.File(results.path("strands.h5"), "r") as file:
            values = file[name][()]
    return float(values.min()), float(values.max())


def check_colours(name):
    low, high = file_range(name)
    points = np.array(simple.GetColorTransferFunction(name).RGBPoints).reshape(-1, 4)
    assert (np.diff(points[:, 0]) > 0).all(), points
    if name == "fibre_stress":
        assert np.isclose(points[-1, 0], high) and np.isclose(points[0, 0], high / 1000)
        return
    always = {"margin": (0, 1), "blood_flow_fraction": (0, 1), "fibre_stretch": (1, 1), "strain": (0, 0)}[name]
    assert np.isclose(points[0, 0], min(low, always[0])) and np.isclose(points[-1, 0], max(high, always[1])), (name, points[:, 0], low, high)
    if name == "margin" and low < 0:
        below, above = points[points[:, 0] < 0][-1], points[points[:, 0] >= 0][0]
        assert above[0] - below[0] < 1e-4 and np.abs(above[1:] - below[1:]).max() > 0.2


def check_camera(scene):
    """The limb's box on all days, in shares of the view."""
    view, before = scene.view, list(scene.view.CameraPosition) + [scene.view.CameraParallelScale]
    axis = limb.long_axis
    up = np.array(view.CameraViewUp)
    for end in (0, 1):
        corner = np.zeros(3)
        corner[axis] = limb.box[2 * axis + end]
        place = 0.5 + (corner - np.array(view.CameraFocalPoint)) @ up / (2 * view.CameraParallelScale)
        assert scene.name == "section" or 0.02 < place < 0.9, (scene.name, place)
    tasis_open.set_day(scene, results, results.days[0])
    tasis_open.set_day(scene, results, results.days[-1])
    assert before == list(view.CameraPosition) + [view.CameraParallelScale]


def check_title(scene):
    gap = sum(results.lengthening(results.days[-1]))
    assert "day %g after surgery, bone lengthened by %.1f mm" % (round(results.days[-1], 1), gap) in scene.day_line.Text, scene.day_line.Text


def check_bones():
    """The gap between the segments is that of the history."""
    proximal, distal = limb.bones()
    for day in (results.days[0], results.days[-1]):
        limb.lengthen(results.lengthening(day))
        for bone in (proximal, distal):
            limb.update(bone)
        k = 2 * limb.long_axis
        gap = parts.bounds(proximal)[k] - parts.bounds(distal)[k + 1]
        assert abs(gap - results.lengthening(day)[0]) < 0.01, (gap, results.lengthening(day))
    assert gap > 1


for name in views.VIEWS:
    lacking = views.missing(name, limb)
    if name == "mesh":
        assert lacking and "scaled_jacobian" in lacking
        continue
    assert not lacking, lacking
    scene = views.make(name, limb)
    tasis_open.set_day(scene, results, results.days[-1])
    for field in scene.fields:
        check_colours(field)
    check_camera(scene)
    check_title(scene)
    simple.Delete(scene.view)
check_bones()
print("%d views, all right" % (len(views.VIEWS) - 1))
