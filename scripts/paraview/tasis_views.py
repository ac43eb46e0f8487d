"""The standard views of Tasis' results, on ParaView proxies: from disk, in the GUI, and inside a running simulation.

    import tasis_views as views
    limb = views.Limb(tissue, strands=strands, tissue_names=[...], strand_names=[...])
    if not views.missing("margin", limb):
        scene = views.make("margin", limb)      # a RenderView with everything in it
        scene.set_day(12.5, 7.5)                # title and bones: day after surgery, mm of lengthening (None: not known; a list of two osteotomies)
        scene.update_ranges()                   # in situ, each time: colour ranges grow to what has been seen so far
        simple.SaveScreenshot(path, scene.view) # or an extractor of Catalyst

VIEWS lists the views; missing(name, limb) says in plain words what a view lacks, or None; fitting_size(name, limb) is a good size of a picture.

Limb: what is looked at.  Sources are as a reader or Catalyst's producer gives them, in undeformed coordinates (mm):
    tissue        unstructured grid: displacement (points), tissue_id, fibre_stretch, fibre_stress, margin, ... (cells)
    strands       lines with strand_id (cells, from 1 on), strain, blood_flow_fraction, ..., or None
    pins          lines of wires and half-pins before surgery, or None
    tissue_names  in the order of tissue_id, from 0 on; strand_names in that of strand_id, from 1 on
    osteotomies   [(point, normal that points distally), ...] in mm; where empty, bones are not drawn
    box           [xmin, xmax, ymin, ymax, zmin, zmax] that the camera is to show through all days; by default that of tissue now,
                  as it is before and after its displacement.  In situ give the undeformed box with room for the lengthening.
    ranges        {field: (smallest, largest)} for colours; what is not there is taken from the data now, and grows with
                  scene.update_ranges()
    title         of the case
    anatomical    x points laterally, y anteriorly, z proximally, as in the built-in limbs: captions say from where one looks

On several ranks every rank calls the same functions in the same order: proxies are made everywhere, nothing is fetched, a rank may have no cells
or no strands.  Nothing depends on an animation scene.  Arrays may be missing.
"""
from paraview import simple

import tasis_fields as fields
import tasis_parts as parts
import tasis_show as show
from tasis_limb import Limb

__all__ = ["Limb", "Scene", "VIEWS", "make", "missing", "fitting_size"]


class Scene:
    """A view with its title and colour bars.  view: the RenderView; fields: names of the fields that have a colour bar."""

    def __init__(self, name, limb, view):
        self.name, self.limb, self.view = name, limb, view
        self.fields, self._sources, self._seen = [], {}, {}
        self.day_line = None

    def set_day(self, day, lengthening=None):
        """Writes the day after surgery and the lengthening (mm, or a list for several osteotomies) below the title, and moves the bones."""
        if day is not None and self.limb.time is not None:
            self.limb.time = day
        total = None if lengthening is None else self.limb.lengthen(lengthening)
        self.day_line.Text = ": ".join(filter(None, (shortened(self.limb.title), "" if day is None else day_text(day, total))))

    def colours(self, name, *sources):
        """The map of colours of a field over these sources, in the range that is given or that of the data.  Collective."""
        if name not in self.fields:
            self.fields.append(name)
        self._sources.setdefault(name, []).extend(sources)
        return show.colour_range(name, self._range(name))

    def _range(self, name):
        if name in self.limb.ranges:
            return self.limb.ranges[name]
        spans = [self._seen[name]] if name in self._seen else []
        for source in self._sources[name]:
            self.limb.update(source)
            spans.append(parts.data_range(source, name))
        spans = [span for span in spans if span] or [(0.0, 0.0)]
        self._seen[name] = (min(s[0] for s in spans), max(s[1] for s in spans))
        return self._seen[name]

    def update_ranges(self):
        """Widens the colour ranges that were not given to what the data hold now.  Collective."""
        for name in self.fields:
            lut = show.colour_range(name, self._range(name))
            show.label_ticks(simple.GetScalarBar(lut, self.view), lut)


def shortened(text, most=70):
    return text if len(text) <= most else text[: most - 3] + "..."


def day_text(day, lengthening=None):
    text = "day %s after surgery" % ("%.1f" % day).rstrip("0").rstrip(".")
    return text if lengthening is None else text + ", bone lengthened by %.1f mm" % lengthening


# ---- layout: figures of the limb beside each other, a column for colours at the right ----

COLUMN, LEFT, BOTTOM, TOP = 0.37, 0.17, 0.085, 0.865  # shares of the view's height
GAP = 1.14  # from one figure to the next, of the limb's width


def figures_area(view):
    """(left, right, bottom, top) that figures may take, in shares of the view."""
    height = view.ViewSize[1] / view.ViewSize[0]
    return LEFT * height, max(1.0 - COLUMN * height, 0.5), BOTTOM, TOP


def column(view):
    """Where the column for colours begins."""
    return max(1.0 - (COLUMN - 0.03) * view.ViewSize[1] / view.ViewSize[0], 0.53)


def fitting_size(name, limb, height=1200):
    """(width, height) in pixels of a picture that the figures of a view fill."""
    across, tall = (limb.extent(1, limb.tissue_box), limb.extent(2, limb.tissue_box)) if name == "section" else (limb.extent(2), limb.extent(0))
    width = (1.0 + GAP * (VIEWS[name][3] - 1)) * across / tall * (TOP - BOTTOM) + COLUMN + LEFT
    return 2 * round(0.5 * height * min(max(width, 0.9), 1.8)), height


def place_figures(scene, captions, lengthwise=True):
    """Sets the camera for a row of figures, seen lengthwise from the limb's side or at a cross-section, with a caption below each.
    Returns by how much (mm) each is moved."""
    limb, view = scene.limb, scene.view
    box = list(limb.box if lengthwise else limb.tissue_box)
    if lengthwise:
        direction, up, sideways, across = [-x for x in limb.axis(1)], limb.axis(), limb.axis(2), limb.extent(2, box)
    else:  # as radiologists look: from the foot
        direction, up, sideways, across = limb.axis(), limb.axis(2), [-x for x in limb.axis(1)], limb.extent(1, box)
    moves = [[GAP * across * k * x for x in sideways] for k in range(len(captions))]
    centre, below = limb.centre(box), limb.extent(0 if lengthwise else 2, box) / 2
    for k, x in enumerate(moves[-1]):
        box[2 * k + (x > 0.0)] += x
    at = show.frame(view, box, direction, up, figures_area(view))
    for move, text in zip(moves, captions):
        foot = [c + m - below * u for c, m, u in zip(centre, move, up)]
        show.write_below(view, text, at(foot))
    return moves


def nearer(limb, by, share):
    """by, and a share of the limb's length nearer to the eye that sees it lengthwise: in front of what it would lie in."""
    return [b + share * limb.length * a for b, a in zip(by, limb.axis(1))]


def seen_from(limb, where):
    return "\n" + where if limb.anatomical else ""


# ---- what several views show ----


def show_bones(scene, by, colour=fields.BONE_BESIDE_COLOURS, opacity=1.0):
    for bone in scene.limb.bones():
        show.show_plain(parts.moved(bone, by), scene.view, colour, opacity, Specular=0.2)


def show_pins(scene, by):
    for pin in scene.limb.pin_tubes():
        show.show_plain(parts.moved(pin, by), scene.view, fields.PIN, Specular=0.4)


def show_outline(scene, by, opacity=0.14):
    show.show_plain(parts.moved(scene.limb.outline(), by), scene.view, fields.NAMED["skin"], opacity)


def show_strands(scene, by):
    """Nerves yellow, vessels red, in front of everything: wherever they lie, they are seen."""
    by = nearer(scene.limb, by, 1.0)
    for kind in scene.limb.kinds():
        show.show_plain(parts.moved(scene.limb.tubes(kind), by), scene.view, fields.STRAND_COLOURS[kind], Specular=0.3)


def tissue_colours(limb):
    """The map of tissue_id; its legend goes on with what has no tissue_id."""
    entries = [(k, fields.words(name), colour) for k, (name, colour) in enumerate(zip(limb.tissue_names, fields.tissue_colours(limb.tissue_names)))]
    more = [("bone", fields.BONE)] if limb.bones() else []
    more += [({"nerve": "nerves", "vessel": "vessels", "other": "strands"}[kind], fields.STRAND_COLOURS[kind]) for kind in limb.kinds()]
    more += [("wires and pins", fields.PIN)] if limb.pins else []
    return show.colour_categories("tissue_id", entries + [(-1 - k, *entry) for k, entry in enumerate(more)])


# ---- views ----


def view_tissue(scene):
    limb, view = scene.limb, scene.view
    lut = tissue_colours(limb)
    outside, inside = place_figures(scene, ("muscles, tendons" + seen_from(limb, "from the outer side") if limb.is_bare() else "from outside", "cut lengthwise" + seen_from(limb, "front at right")))
    show.show_field(parts.moved(limb.bare(), outside), view, "CELLS", "tissue_id", lut)
    if limb.is_bare():
        show_outline(scene, outside)
    show.show_field(parts.moved(limb.opened(), inside), view, "CELLS", "tissue_id", lut)
    show_bones(scene, inside, fields.BONE)
    show_strands(scene, inside)
    for by in (outside, inside):
        show_pins(scene, by)
    show.legend(view, lut, column(view))


def field_view(name, note=""):
    """A view of a cell field on the deformed limb, from outside and cut open."""
    def make_it(scene):
        limb, view = scene.limb, scene.view
        captions = ("skin", "muscles\nand tendons", "cut\nlengthwise") if limb.is_bare() else ("from outside", "cut\nlengthwise")
        moves = place_figures(scene, captions)
        lut = scene.colours(name, limb.deformed)
        for source, by in zip((limb.outline(), limb.bare(), limb.opened())[-len(captions):], moves):
            show.show_field(parts.moved(source, by), view, "CELLS", name, lut)
        show_bones(scene, moves[-1])
        show.colour_bar(view, lut, fields.label(name) + note, (column(view), 0.15), 0.6)
    return make_it


def view_margin(scene):
    limb, view = scene.limb, scene.view
    beyond, outside, inside = place_figures(scene, ("beyond\nthe limit", "muscles\nand tendons" if limb.is_bare() else "from outside", "cut\nlengthwise"))
    lut = scene.colours("margin", limb.deformed)
    show_outline(scene, beyond, 0.2)
    show.show_field(parts.moved(parts.between(limb.deformed, "margin", -1e30, 0.0), nearer(limb, beyond, 0.01)), view, "CELLS", "margin", lut)
    show.show_field(parts.moved(limb.bare(), outside), view, "CELLS", "margin", lut)
    show.show_field(parts.moved(limb.opened(), inside), view, "CELLS", "margin", lut)
    show_bones(scene, inside)
    show.colour_bar(view, lut, "Margin to the limit of harm\n1 untouched, 0 at the limit,\nred: beyond it", (column(view), 0.12), 0.6)


def view_strands(scene):
    limb, view = scene.limb, scene.view
    moves = place_figures(scene, ("from the\nouter side", "from\nthe front") if limb.anatomical else ("from\none side", "turned by\n90 degrees"))
    shown = []
    for kind in limb.kinds():
        name = "blood_flow_fraction" if kind == "nerve" and parts.place_of(limb.strands, "blood_flow_fraction") else "strain"
        shown.append((limb.tubes(kind), name, scene.colours(name, limb.deformed_strands)))
    for turn, by in zip((0.0, -90.0), moves):
        for tubes, name, lut in shown:
            show.show_field(parts.turned(tubes, turn, limb, by), view, "CELLS", name, lut, Specular=0.2)
        show.show_plain(parts.turned(limb.outline(), turn, limb, by), view, fields.NAMED["skin"], 0.1)
        for bone in limb.bones():
            show.show_plain(parts.turned(bone, turn, limb, by), view, fields.BONE_BESIDE_COLOURS, 0.45)
    words = {"blood_flow_fraction": "Nerves: blood flow left\n(1 all, 0 none)", "strain": "Vessels: strain\nsince surgery" if len(scene.fields) > 1 else "Strain since surgery"}
    for k, name in enumerate(scene.fields):
        show.colour_bar(view, simple.GetColorTransferFunction(name), words[name], (column(view), 0.52 - 0.42 * k), 0.26 if len(scene.fields) > 1 else 0.6)


def view_section(scene):
    limb, view = scene.limb, scene.view
    lut = tissue_colours(limb)
    captions = (["at the osteotomy"] if limb.osteotomies else []) + ["middle of the limb"]
    moves = place_figures(scene, [text + seen_from(limb, "from below") for text in captions], lengthwise=False)
    for k, by in enumerate(moves):
        in_gap = bool(limb.osteotomies) and k == 0
        point = limb.middle() if in_gap else limb.centre()
        planes = [parts.cut(source, point, limb.axis()) for source in [limb.deformed, *limb.bones()]]
        show.show_field(parts.moved(planes[0], by), view, "CELLS", "tissue_id", lut, **show.FLAT)
        for plane in planes[1:]:
            show.show_plain(parts.moved(parts.filled(plane), by), view, fields.BONE, **show.FLAT)
            show.show_plain(parts.moved(plane, by), view, (0.2, 0.2, 0.2), LineWidth=2, **show.FLAT)
        for kind in limb.kinds():
            planes.append(parts.cut(limb.lines(kind), point, limb.axis()))
            before = [m - 0.05 * limb.length * a for m, a in zip(by, limb.axis())]  # nearer to the eye, so that nothing covers them
            show.show_plain(parts.moved(parts.balls(planes[-1], 0.013 * limb.extent(1)), before), view, fields.STRAND_COLOURS[kind], **show.FLAT)
        if in_gap:
            limb.on_lengthening(lambda mm, planes=planes, point=point: parts.move_planes(planes, [p + 0.5 * mm[0] * n for p, n in zip(point, limb.osteotomies[0][1])]))
    show.legend(view, lut, column(view))


def surface_groups(limb):
    """{first word of the names: [arrays]} of the surfaces that tasis mesh writes; without the skin, which hides the others."""
    groups = {}
    for name in limb.tissue.PointData.keys():
        if name.startswith("surface.") and name != "surface.skin":
            groups.setdefault(name[8:].split("_")[0], []).append(name)
    return groups


def view_mesh(scene):
    limb, view = scene.limb, scene.view
    lut = tissue_colours(limb)
    cells, fibres, surfaces = place_figures(scene, ("cells by tissue", "fibres", "surfaces"))
    show.show_field(parts.moved(limb.bare(), cells), view, "CELLS", "tissue_id", lut, Representation="Surface With Edges", EdgeColor=[0.2, 0.2, 0.2], LineWidth=0.5)
    lines = parts.short_lines(limb.bare(), "fibre_direction", 0.035 * limb.length)
    show.show_field(parts.moved(lines, fibres), view, "POINTS", "tissue_id", lut, LineWidth=1.5)
    outside = parts.surface(limb.tissue)
    groups = surface_groups(limb)
    entries = [(k, fields.words(name), fields.MUSCLES[k % len(fields.MUSCLES)]) for k, name in enumerate(groups)]
    for (_, _, colour), arrays in zip(entries, groups.values()):
        show.show_plain(parts.moved(parts.together([parts.faces_of(outside, array) for array in arrays]), surfaces), view, colour)
    show_outline(scene, surfaces)
    for by in (cells, surfaces):
        show_pins(scene, by)
    show.legend(view, lut, column(view), low=0.37, high=0.83, title="Tissues")
    if groups:
        show.legend(view, show.colour_categories("surfaces", entries), column(view), low=0.06, high=0.32, title="Surfaces")


VIEWS = {
    # name: (function, heading, what it needs, number of figures)
    "tissue": (view_tissue, "Tissues", ["tissue:tissue_id"], 2),
    "fibre_stretch": (field_view("fibre_stretch", "\n(1 as before surgery)"), "Stretch of the tissue along its fibres", ["tissue:fibre_stretch"], 3),
    "fibre_stress": (field_view("fibre_stress", "\n(logarithmic)"), "Stress of the tissue along its fibres", ["tissue:fibre_stress"], 3),
    "margin": (view_margin, "Margin to the limits of harm", ["tissue:margin"], 3),
    "strands": (view_strands, "Nerves and vessels", ["strands:strain"], 2),
    "section": (view_section, "Cross-sections", ["tissue:tissue_id"], 2),
    "mesh": (view_mesh, "Mesh with tissues, fibres and surfaces", ["tissue:tissue_id", "tissue:fibre_direction", "tissue:scaled_jacobian"], 3),
}


def missing(name, limb):
    """What a view needs and the limb lacks, in plain words; None where nothing is missing.  Collective."""
    if name not in VIEWS:
        return "there is no such view, allowed: %s" % ", ".join(VIEWS)
    for need in VIEWS[name][2]:
        what, array = need.split(":")
        if not parts.place_of(getattr(limb, what), array):
            return "the results have no %s of the %s" % (array, {"tissue": "tissue", "strands": "nerves and vessels"}[what])
    return None


def make(name, limb, view=None, size=None):
    """Makes a view, in a new RenderView of size (pixels; that which fits when not given) or in the one that is given; returns its Scene.
    Collective."""
    if view is None:
        view = simple.CreateView("RenderView")
        view.ViewSize = list(size or fitting_size(name, limb))
    if limb.time is not None:
        view.ViewTime = limb.time  # else every source is brought to the first day, and then back
    parts.white_background(view)
    view.OrientationAxesVisibility = 1
    parts.set_if_there(view, OrientationAxesLabelColor=show.INK)
    scene = Scene(name, limb, view)
    VIEWS[name][0](scene)
    show.write(view, VIEWS[name][1], (0.03, 0.945), size=26, bold=1)
    scene.day_line = show.write(view, " ", (0.03, 0.905), size=20)
    scene.set_day(None)
    return scene
