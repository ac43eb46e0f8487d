"""Building blocks of the views: what ParaView's releases differ in, data over ranks, filters (5.11 and newer, 6.x too).

Everything here works on proxies alone: nothing is fetched, so it runs the same in the GUI, in pvpython, and on every rank of a simulation.
What differs between releases of ParaView stands in the section "releases" and nowhere else.
"""
import math

from paraview import servermanager, simple

# ---- releases ----


def release():
    """(major, minor) of ParaView."""
    version = simple.GetParaViewVersion()
    return version.major, version.minor


def set_if_there(proxy, **properties):
    """Sets those properties that this release knows."""
    for name, value in properties.items():
        if name in proxy.ListProperties():
            setattr(proxy, name, value)


def place_freely(widget, at):
    """A text or colour bar at a place in shares of the view, from the lower left."""
    known = widget.GetProperty("WindowLocation").Available
    widget.WindowLocation = "Any Location" if "Any Location" in known else "AnyLocation"
    widget.Position = list(at)


def white_background(view):
    set_if_there(view, UseColorPaletteForBackground=0, BackgroundColorMode="Single Color")
    view.Background = [1.0, 1.0, 1.0]


# ---- ranks ----


def num_ranks():
    """Ranks that share the data: more than one in a parallel simulation."""
    module = servermanager.vtkProcessModule.GetProcessModule()
    return module.GetNumberOfLocalPartitions() if module.GetSymmetricMPIMode() else 1


def over_ranks(low, high):
    """The smallest of lows and the largest of highs of all ranks; each rank knows its own data only.  Collective."""
    if num_ranks() == 1:
        return list(low), list(high)
    from vtkmodules.vtkCommonCore import vtkDoubleArray
    from vtkmodules.vtkParallelCore import vtkCommunicator
    controller = servermanager.vtkProcessModule.GetProcessModule().GetGlobalController()
    found = []
    for values, operation in ((low, vtkCommunicator.MIN_OP), (high, vtkCommunicator.MAX_OP)):
        mine, all_ranks = vtkDoubleArray(), vtkDoubleArray()
        for value in values:
            mine.InsertNextValue(value)
        all_ranks.SetNumberOfTuples(len(values))
        controller.AllReduce(mine, all_ranks, operation)
        found.append([all_ranks.GetValue(k) for k in range(len(values))])
    return found


def bounds(source):
    """[xmin, xmax, ymin, ymax, zmin, zmax] of what a source holds now, over all ranks; None where there is nothing.  Collective."""
    b = source.GetDataInformation().GetBounds() if source else (1.0, -1.0) * 3
    empty = b[0] > b[1]
    low, high = over_ranks([1e300 if empty else b[k] for k in (0, 2, 4)], [-1e300 if empty else b[k] for k in (1, 3, 5)])
    return None if low[0] > high[0] else [low[0], high[0], low[1], high[1], low[2], high[2]]


def array_information(source, name):
    """Where an array lies ("POINTS" or "CELLS") and what ParaView knows of it, on this rank; (None, None) where it is not."""
    for place, data in (("POINTS", source.PointData), ("CELLS", source.CellData)):
        found = data.GetArray(name)
        if found:
            return place, found
    return None, None


def place_of(source, name):
    """POINTS or CELLS, over all ranks (a rank without cells knows no arrays); None where no rank has it.  Collective."""
    place = array_information(source, name)[0] if source else None
    number = {None: 0.0, "CELLS": 1.0, "POINTS": 2.0}[place]
    return (None, "CELLS", "POINTS")[int(over_ranks([number], [number])[1][0])]


def data_range(source, name):
    """(smallest, largest) value of an array now (its length, for vectors), over all ranks; None where it is not.  Collective."""
    found = array_information(source, name)[1]
    low, high = found.GetRange(-1 if found.GetNumberOfComponents() > 1 else 0) if found else (1e300, -1e300)
    low, high = over_ranks([low], [high])
    return None if low[0] > high[0] else (low[0], high[0])


# ---- filters ----


def deformed(source):
    """The source moved by its displacement, where it has one."""
    if not place_of(source, "displacement"):
        return source
    return simple.WarpByVector(Input=source, Vectors=["POINTS", "displacement"], ScaleFactor=1.0)


def between(source, array, low, high):
    """Cells whose value of an array lies from low to high."""
    cells = simple.Threshold(Input=source, Scalars=["CELLS", array])
    if "LowerThreshold" in cells.ListProperties():
        cells.LowerThreshold, cells.UpperThreshold, cells.ThresholdMethod = low, high, "Between"
    else:
        cells.ThresholdRange = [low, high]
    return cells


def of_numbers(source, array, numbers):
    """Cells whose whole number (tissue_id, strand_id) is one of a set."""
    runs = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return together([between(source, array, low - 0.5, high + 0.5) for low, high in runs])


def together(sources):
    """Several sources as one."""
    return sources[0] if len(sources) == 1 else simple.AppendDatasets(Input=sources)


def surface(source):
    """The outside of cells; across ranks without the faces where one rank's cells end at another's."""
    if num_ranks() > 1:
        ghosts = getattr(simple, "GhostCells", None) or simple.GhostCellsGenerator
        source = ghosts(Input=source)
    return simple.ExtractSurface(Input=source)


def half(source, point, normal):
    """What lies on the side of a plane to which the normal does not point."""
    cut = simple.Clip(Input=source, ClipType="Plane")
    cut.ClipType.Origin, cut.ClipType.Normal = list(point), list(normal)
    cut.Invert = 1
    set_if_there(cut, HyperTreeGridClipper="Plane")
    return cut


def cut(source, point, normal):
    """What a plane meets."""
    plane = simple.Slice(Input=source, SliceType="Plane")
    plane.SliceType.Origin, plane.SliceType.Normal = list(point), list(normal)
    plane.SliceOffsetValues = [0.0]
    return plane


def moved(source, by):
    """The source somewhere else in the picture."""
    if not any(by):
        return source
    copy = movable(source)
    copy.Transform.Translate = list(by)
    return copy


def movable(source):
    """The source in a Transform, to be moved later."""
    copy = simple.Transform(Input=source, Transform="Transform")
    copy.Transform.Translate = [0.0, 0.0, 0.0]
    set_if_there(copy, TransformAllInputVectors=0)
    return copy


def turned(source, angle, limb, by):
    """The source turned about the limb's axis through its centre (degrees), then moved."""
    if not angle:
        return moved(source, by)
    copy = movable(source)
    centre = limb.centre()
    a, b = (limb.long_axis + 1) % 3, (limb.long_axis + 2) % 3
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    gone = [0.0] * 3  # where the turn about the origin puts the centre
    gone[limb.long_axis], gone[a], gone[b] = centre[limb.long_axis], cos * centre[a] - sin * centre[b], sin * centre[a] + cos * centre[b]
    copy.Transform.Rotate = [angle * x for x in limb.axis()]
    copy.Transform.Translate = [c - g + m for c, g, m in zip(centre, gone, by)]
    return copy


FILL = """
from vtkmodules.vtkFiltersGeneral import vtkContourTriangulator
fill = vtkContourTriangulator()
fill.SetInputData(self.GetPolyDataInput())
fill.Update()
self.GetPolyDataOutput().ShallowCopy(fill.GetOutput())
"""


def filled(loops):
    """Areas within closed lines.  On several ranks the lines themselves, since no rank has them whole."""
    if num_ranks() > 1:
        return loops
    return simple.ProgrammableFilter(Input=loops, OutputDataSetType="vtkPolyData", Script=FILL)


def move_planes(cuts, point):
    for plane in cuts:
        plane.SliceType.Origin = list(point)


def short_lines(source, array, length):
    """A line at the middle of each cell along a vector of the cell."""
    middles = simple.CellCenters(Input=source)
    lines = simple.Glyph(Input=middles, GlyphType="Line")
    lines.OrientationArray, lines.ScaleArray = ["POINTS", array], ["POINTS", "No scale array"]
    lines.ScaleFactor, lines.GlyphMode = length, "All Points"
    return lines


def balls(source, radius):
    """A ball at each point.  (Points that are rendered as spheres vanish behind planes when there is no perspective, ParaView 5.11.)"""
    glyphs = simple.Glyph(Input=source, GlyphType="Sphere")
    glyphs.OrientationArray, glyphs.ScaleArray = ["POINTS", "No orientation array"], ["POINTS", "No scale array"]
    glyphs.GlyphType.Radius, glyphs.ScaleFactor, glyphs.GlyphMode = radius, 1.0, "All Points"
    return glyphs


def faces_of(source, array):
    """Faces all of whose nodes have 1 in a point array."""
    faces = simple.Threshold(Input=source, Scalars=["POINTS", array])
    faces.AllScalars = 1
    if "LowerThreshold" in faces.ListProperties():
        faces.LowerThreshold, faces.UpperThreshold, faces.ThresholdMethod = 0.5, 1.5, "Between"
    else:
        faces.ThresholdRange = [0.5, 1.5]
    return faces


def tubes(source, radius):
    """Lines as tubes of a radius in mm.  Segments are joined first, so that a bend has no gap."""
    lines = simple.ExtractSurface(Input=source)
    return simple.Tube(Input=lines, Radius=radius, NumberofSides=12, Capping=1, Vectors=["POINTS", ""], Scalars=["POINTS", ""])


def facing_sideways(source, axis):
    """Faces of a surface whose normal is not along an axis ("X", "Y" or "Z")."""
    normals = (getattr(simple, "SurfaceNormals", None) or simple.GenerateSurfaceNormals)(Input=source)
    normals.ComputeCellNormals, normals.Splitting = 1, 0
    along = simple.Calculator(Input=normals, AttributeType="Cell Data", ResultArrayName="along", Function="abs(Normals_%s)" % axis)
    return between(along, "along", -0.1, 0.7)
