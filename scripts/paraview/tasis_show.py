"""How views look: representations, colours, colour bars, texts and cameras on ParaView proxies."""
import math

from paraview import simple

import tasis_fields as fields
from tasis_parts import place_freely, set_if_there

# ---- representations ----

LIGHT = {"Ambient": 0.45, "Diffuse": 0.62, "Specular": 0.0}  # so that colours are those of the colour bar, and shapes are seen all the same


FLAT = {"Ambient": 1.0, "Diffuse": 0.0, "Specular": 0.0}  # for areas that are looked at straight


def show_plain(source, view, colour, opacity=1.0, **properties):
    """Shows a source in one colour."""
    shown = simple.Show(source, view)
    shown.Representation = "Surface"
    shown.ColorArrayName = ["POINTS", ""]  # not by simple.ColorBy, see below
    shown.AmbientColor = shown.DiffuseColor = list(colour)
    shown.Opacity = opacity
    set_if_there(shown, **{"Specular": 0.1, **LIGHT, **properties})
    return shown


def show_field(source, view, place, name, map_of_colours, **properties):
    """Shows a source coloured by an array.  Not by simple.ColorBy: that looks for the array, which a rank without cells has not."""
    shown = simple.Show(source, view)
    shown.Representation = "Surface"
    shown.ColorArrayName = [place, name]
    shown.LookupTable = map_of_colours
    set_if_there(shown, **{**LIGHT, **properties})
    return shown


def colour_categories(name, entries):
    """A map from whole numbers to colours with names for its legend; entries: (number, name, colour).  Numbers that no cell has are
    for the legend alone."""
    lut = simple.GetColorTransferFunction(name)
    lut.InterpretValuesAsCategories = 1
    set_if_there(lut, AnnotationsInitialized=1)
    lut.Annotations = [text for number, words, _ in entries for text in (str(number), words)]
    lut.IndexedColors = [c for _, _, colour in entries for c in colour]
    set_if_there(lut, IndexedOpacities=[1.0] * len(entries))
    return lut


def base_points(name, low, high):
    """Places in the field's unit and colours, of the whole map."""
    field = fields.FIELDS.get(name)
    middle, points = fields.COLOUR_MAPS[field.colours if field and field.colours in fields.COLOUR_MAPS else "sequential"]
    if field and field.scale == "log":
        return [(low * (high / low) ** p, rgb) for p, *rgb in points]
    if middle is None:
        return [(low + p * (high - low), rgb) for p, *rgb in points]
    wide = max(middle - low, high - middle)
    down, up = (max(middle - low, 1e-9), high - middle) if name == "margin" else (wide, wide)
    return [(middle + (p - 0.5) * 2.0 * (down if p < 0.5 else up), rgb) for p, *rgb in points]


def map_points(name, low, high):
    """[value, r, g, b, ...] from low to high.  A diverging map turns at its middle, wherever that lies in the range, and changes as
    fast on both sides: a small shortening does not look like a large one."""
    points = base_points(name, low, high)
    step = 1e-6 * (high - low)
    flat = []
    for k, (x, rgb) in enumerate(points):
        if k + 1 < len(points) and points[k + 1][0] <= x:
            x -= step  # a jump: a map cannot have two colours at one value
        if low <= x <= high:
            flat += [x, *rgb]
    for end, where in ((low, 0), (high, len(flat))):
        if not flat or abs(flat[0 if where == 0 else -4] - end) > step:
            after = next((k for k, p in enumerate(points) if p[0] >= end), len(points) - 1)
            (xa, a), (xb, b) = points[max(after - 1, 0)], points[after]
            share = min(max((end - xa) / (xb - xa), 0.0), 1.0) if xb > xa else 0.0
            flat[where:where] = [end, *[u + share * (v - u) for u, v in zip(a, b)]]
    return flat


def widen(name, span):
    """A range of values made into one that a colour bar can show: with the values that the field always shows, positive for
    logarithms, never empty."""
    field, (low, high) = fields.FIELDS.get(name), span
    if field and field.scale == "log":
        high = high if high > 0.0 else 1.0
        return high / 10 ** fields.DECADES, high
    if field:
        low, high = min([low, *field.always]), max([high, *field.always])
    if high - low < 1e-6 * max(abs(low), abs(high), 1e-3):
        low, high = low - 0.5 * max(abs(low), 0.01), high + 0.5 * max(abs(high), 0.01)
    return low, high


def colour_range(name, span):
    """A map from the values of a field within span to its colours; as it is called again it gets the new range."""
    low, high = widen(name, span)
    field = fields.FIELDS.get(name)
    lut = simple.GetColorTransferFunction(name)
    lut.InterpretValuesAsCategories = 0
    lut.AutomaticRescaleRangeMode = "Never"
    lut.UseLogScale = 0
    lut.RGBPoints = map_points(name, low, high)
    lut.ColorSpace = "RGB"
    lut.UseLogScale = 1 if field and field.scale == "log" else 0
    set_if_there(lut, NumberOfTableValues=512, NanColor=[0.75, 0.75, 0.75])
    return lut


# ---- what stands around the picture ----

INK = [0.1, 0.1, 0.1]


def font(view, size):
    """A size of letters that is meant for a view 1200 pixels high; readable in small views too."""
    return max(round(size * view.ViewSize[1] / 1200), 9)


def write(view, text, at, size=20, bold=0, colour=None, justify="Left"):
    """A line of text at a place of the view; returns the source, whose Text may be changed."""
    source = simple.Text(Text=text)
    shown = simple.Show(source, view)
    place_freely(shown, at)
    shown.FontSize, shown.Bold, shown.Color, shown.Justification = font(view, size), bold, list(colour or INK), justify
    set_if_there(shown, FontFamily="Arial", Interactivity=0)
    return source


def ticks(low, high, log):
    """At most seven round values for a colour bar, not too near its ends, which stand there themselves."""
    if log:
        values = [m * 10.0**e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) for m in (1, 3)]
        share = lambda x: math.log(x / low) / math.log(high / low)
    else:
        rough = (high - low) / 6
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= 0.999 * rough)
        values = [step * k for k in range(math.floor(low / step), math.ceil(high / step) + 1)]
        share = lambda x: (x - low) / (high - low)
    return [x for x in values if x > 0.0 or not log if 0.06 < share(x) < 0.94]


def label_ticks(bar, lut):
    points = lut.RGBPoints
    bar.UseCustomLabels, bar.CustomLabels = 1, ticks(points[0], points[-4], lut.UseLogScale)
    bar.AddRangeLabels = 1


def colour_bar(view, lut, title, at, length, size=18):
    """A vertical colour bar; at: its lower left corner, length: share of the view's height."""
    size = font(view, size)
    bar = simple.GetScalarBar(lut, view)
    place_freely(bar, at)
    bar.Orientation = "Vertical"
    bar.ScalarBarLength, bar.ScalarBarThickness = length, int(1.1 * size)
    bar.Title, bar.ComponentTitle = title, ""
    bar.TitleColor = bar.LabelColor = INK
    bar.TitleFontSize, bar.LabelFontSize = size, size - 2
    bar.TitleJustification = "Left"
    set_if_there(bar, TitleFontFamily="Arial", LabelFontFamily="Arial", AutoOrient=0, HorizontalTitle=1, DrawTickMarks=1, RangeLabelFormat="%.3g", LabelFormat="%.3g", AutomaticLabelFormat=0)
    if not lut.InterpretValuesAsCategories:
        label_ticks(bar, lut)
    bar.Visibility = 1
    return bar


def write_below(view, text, at):
    """A few words under a place, centred on it, on two lines where they hold a line break."""
    lines = text.split("\n")
    size = font(view, 18)
    width = 0.5 * size * max(len(line) for line in lines) / view.ViewSize[0]
    height = 1.35 * size * len(lines) / view.ViewSize[1]
    write(view, text, (at[0] - 0.5 * width, max(at[1] - 0.012 - height, 0.005)), size=18, justify="Center")


def legend(view, lut, left, low=0.06, high=0.85, size=17, title=""):
    """The names of a map of categories beside their colours, between two heights of the view."""
    length = min(high - low, 0.042 * len(lut.Annotations) / 2)
    bar = colour_bar(view, lut, title, (left, high - length), length, size)
    bar.TextPosition = "Ticks left/bottom, annotations right/top"
    return bar


def frame(view, box, direction, up, free):
    """A camera without perspective that shows a box [xmin, xmax, ...] within free = (left, right, bottom, top), shares of the view.
    direction: along which one looks; up: of the picture.  Both are axes of the box.  Fits any size and shape of view."""
    centre = [(box[2 * k] + box[2 * k + 1]) / 2 for k in range(3)]
    size = [box[2 * k + 1] - box[2 * k] for k in range(3)]
    right = [direction[1] * up[2] - direction[2] * up[1], direction[2] * up[0] - direction[0] * up[2], direction[0] * up[1] - direction[1] * up[0]]
    width, height = (sum(abs(a) * s for a, s in zip(axis, size)) for axis in (right, up))
    aspect = view.ViewSize[0] / view.ViewSize[1]
    half_height = 0.5 * max(height / (free[3] - free[2]), width / (free[1] - free[0]) / aspect)
    shift_right = (0.5 - (free[0] + free[1]) / 2) * 2.0 * half_height * aspect
    shift_up = (0.5 - (free[2] + free[3]) / 2) * 2.0 * half_height
    focus = [c + shift_right * r + shift_up * u for c, r, u in zip(centre, right, up)]
    far = 4.0 * max(size)
    view.CameraParallelProjection = 1
    view.CameraFocalPoint = focus
    view.CameraPosition = [f - far * d for f, d in zip(focus, direction)]
    view.CameraViewUp = list(up)
    view.CameraParallelScale = half_height
    view.CenterOfRotation = centre

    def at(point):
        """Share of the view at which a point (mm) is seen."""
        along = [sum(a * (p - f) for a, p, f in zip(axis, point, focus)) for axis in (right, up)]
        return 0.5 + along[0] / (2.0 * half_height * aspect), 0.5 + along[1] / (2.0 * half_height)

    return at
