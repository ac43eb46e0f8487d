"""The standard views of Tasis' results, on ParaView proxies: from disk, in the GUI, and inside a running simulation.

    import tasis_views as views
    limb = views.Limb(tissue, strands=strands, tissue_names=[...], strand_names=[...])
    scene = views.make("margin", limb)          # a RenderView with everything in it
    scene.set_day(12.5, 7.5)                    # the title: day after surgery, mm of lengthening (None: not known)
    scene.update_ranges()                       # in situ, each time: colour ranges grow to what has been seen so far
    simple.SaveScreenshot(path, scene.view)     # or an extractor of Catalyst

VIEWS lists the views; missing(name, limb) says in plain words what a view lacks, or None.

Limb: what is looked at.  Every proxy is a source as a reader or Catalyst's producer gives it, in undeformed coordinates (mm):
    tissue        unstructured grid: displacement (points), tissue_id, fibre_stretch, fibre_stress, margin, ... (cells)
    strands       lines with strand_id (from 1 on), strain, blood_flow_fraction, ..., or None
    pins          lines of wires and half-pins before surgery, with diameter (cells), or None
    tissue_names  in the order of tissue_id, from 0 on; strand_names in that of strand_id, from 1 on
    osteotomy     (point, normal that points distally) in mm, or None: then bones are not drawn
    box           [xmin, xmax, ymin, ymax, zmin, zmax] that a camera is to show through all days; by default that of tissue now,
                  as it is before and after its displacement.  In situ give the undeformed box with room for the lengthening.
    ranges        {field: (smallest, largest)} for colours; what is not there is taken from the data now, and grows with
                  scene.update_ranges()
    title         of the case
    live          (days, lengthenings in mm): titles follow the time of the data by themselves, as the GUI's animation needs it

On several ranks every rank calls the same functions in the same order: proxies are made everywhere, nothing is fetched, a rank may have no cells
or no strands.  Nothing depends on an animation scene.  Arrays may be missing.
"""
from paraview import simple

import tasis_fields as fields
import tasis_parts as parts


class Limb:
    """Sources and what is known of them; see the module's text.  Sources that several views share are made once."""

    def __init__(self, tissue, strands=None, pins=None, tissue_names=(), strand_names=(), osteotomy=None, box=None, ranges=None, title="", live=None):
        self.tissue, self.strands, self.pins = tissue, strands, pins
        self.tissue_names, self.strand_names = list(tissue_names), list(strand_names)
        self.osteotomy, self.ranges, self.title, self.live = osteotomy, dict(ranges or {}), title, live
        self.deformed = parts.deformed(tissue)
        self.deformed_strands = parts.deformed(strands) if strands else None
        self.box = list(box) if box else self._box()
        size = [self.box[2 * k + 1] - self.box[2 * k] for k in range(3)]
        self.long_axis = size.index(max(size))
        self.length = max(size)
        self._shared = {}

    def _box(self):
        found = []
        for source in (self.tissue, self.deformed):
            source.UpdatePipeline()
            found.append(parts.bounds(source))
        return [pick(b[k] for b in found) for k, pick in enumerate((min, max) * 3)]

    def axis(self, turn=0):
        """Unit vector along the limb, or the one turn places after it in x, y, z."""
        return [1.0 if k == (self.long_axis + turn) % 3 else 0.0 for k in range(3)]

    def middle(self):
        """Where the limb is cut open: in the bone's axis at the osteotomy, else in the middle."""
        return list(self.osteotomy[0]) if self.osteotomy else [(self.box[2 * k] + self.box[2 * k + 1]) / 2 for k in range(3)]

    def numbers(self, wanted):
        """Numbers of those tissues of which wanted(name) is true."""
        return [k for k, name in enumerate(self.tissue_names) if wanted(name)]

    def shared(self, name, make):
        if name not in self._shared:
            self._shared[name] = make()
        return self._shared[name]

    def bare(self):
        """The deformed limb without what covers the muscles; the whole where nothing else is known, or would be left."""
        inside = self.numbers(lambda name: not fields.is_cover(name))
        if not inside or len(inside) == len(self.tissue_names):
            return self.deformed
        return self.shared("bare", lambda: parts.of_numbers(self.deformed, "tissue_id", inside))

    def skin(self):
        """The deformed skin, or None."""
        skin = self.numbers(lambda name: "skin" in name)
        return self.shared("skin", lambda: parts.of_numbers(self.deformed, "tissue_id", skin)) if skin else None

    def opened(self):
        """The deformed limb cut lengthwise, the half that lies away from the eye."""
        return self.shared("opened", lambda: parts.half(self.deformed, self.middle(), self.axis(1)))

    def strands_of(self, kind):
        """Tubes of nerves, vessels or other strands, thicker than life so that they are seen; None where there are none."""
        numbers = [k + 1 for k, name in enumerate(self.strand_names) if fields.strand_kind(name) == kind]
        if not self.strands or not numbers:
            return None
        return self.shared(kind, lambda: parts.tubes(parts.of_numbers(self.deformed_strands, "strand_id", numbers), 0.005 * self.length))

    def bones(self):
        """Surfaces of the bone above and below the osteotomy: where the tissue ends, but not at the skin nor at the ends of the limb.
        Rigid: as before surgery; the distal one is moved by what set_day says."""
        if not self.osteotomy or not self.skin():
            return []
        return self.shared("bones", self._make_bones)

    def _make_bones(self):
        point, normal = self.osteotomy
        walls = parts.facing_sideways(parts.surface(self.tissue), "XYZ"[self.long_axis])
        walls = parts.of_numbers(walls, "tissue_id", self.numbers(lambda name: "skin" not in name))
        distal = parts.half(walls, point, [-x for x in normal])
        return [parts.half(walls, point, normal), parts.movable(distal)]

    def lengthen(self, lengthening):
        """Moves the distal bone."""
        for bone in self._shared.get("bones", [])[1:]:
            bone.Transform.Translate = [lengthening * x for x in self.osteotomy[1]]


class Scene:
    """A view with its title and colour bars.  view: the RenderView; fields: names of the fields that it shows with a colour bar."""

    def __init__(self, name, limb, view):
        self.name, self.limb, self.view = name, limb, view
        self.heading = VIEWS[name][1]
        self.fields, self._ranges = [], {}
        self.subtitle = None

    def set_day(self, day, lengthening=None):
        """Writes the day after surgery and the lengthening (mm) into the title."""
        if lengthening is not None:
            self.limb.lengthen(lengthening)
        if self.subtitle:
            self.subtitle.Text = day_text(day, lengthening)

    def colours(self, name, *sources):
        """The map of colours of a field over all these sources, in the range that is given, or that of the data."""
        if name not in self.fields:
            self.fields.append(name)
        self._ranges.setdefault(name, []).extend(sources)
        return parts.colour_range(name, self._range(name))

    def _range(self, name):
        if name in self.limb.ranges:
            return self.limb.ranges[name]
        spans = []
        for source in self._ranges[name]:
            source.UpdatePipeline()
            span = parts.data_range(source, name)
            if span:
                spans.append(span)
        spans.append(self.__dict__.setdefault("seen", {}).get(name, spans[0] if spans else (0.0, 1.0)))
        self.seen[name] = (min(s[0] for s in spans), max(s[1] for s in spans))
        return self.seen[name]

    def update_ranges(self):
        """Widens the colour ranges that were not given to what the data hold now.  Collective."""
        for name in self.fields:
            parts.colour_range(name, self._range(name))


def day_text(day, lengthening):
    text = "Day %s after surgery" % ("%.1f" % day).rstrip("0").rstrip(".")
    return text if lengthening is None else text + ", bone lengthened by %.1f mm" % lengthening


# ---- views ----


def two_figures(scene, below):
    """The layout of most views: the limb from outside on the left, cut open on the right of it, a column for colours at the right.
    Returns by how much the right figure is moved; below: what is written under each."""
    limb = scene.limb
    across = (limb.long_axis + 2) % 3
    width = limb.box[2 * across + 1] - limb.box[2 * across]
    by = [1.12 * width * x for x in limb.axis(2)]
    box = list(limb.box)
    box[2 * across + 1] += 1.12 * width
    at = parts.frame(scene.view, box, [-x for x in limb.axis(1)], limb.axis(), (0.05, 0.69, 0.07, 0.865))
    low = limb.box[2 * limb.long_axis]
    for k, text in enumerate(below):
        middle = [(limb.box[2 * i] + limb.box[2 * i + 1]) / 2 + k * by[i] for i in range(3)]
        middle[limb.long_axis] = low
        parts.write_below(scene.view, text, at(middle))
    return by


def show_strands_plainly(scene, by=(0.0, 0.0, 0.0)):
    """Nerves yellow, vessels red."""
    for kind, colour in (("nerve", fields.NERVE), ("vessel", fields.VESSEL), ("other", fields.OTHER_STRAND)):
        tubes = scene.limb.strands_of(kind)
        if tubes:
            parts.show_plain(parts.moved(tubes, by), scene.view, colour, Specular=0.3)


def show_bones(scene, by=(0.0, 0.0, 0.0), colour=fields.BONE_BESIDE_COLOURS):
    for bone in scene.limb.bones():
        parts.show_plain(parts.moved(bone, by), scene.view, colour, Specular=0.2)


def tissue_entries(limb):
    """Numbers, names and colours of the legend: tissues, then what has no tissue_id."""
    entries = [(k, fields.words(name), colour) for k, (name, colour) in enumerate(zip(limb.tissue_names, fields.tissue_colours(limb.tissue_names)))]
    kinds = {fields.strand_kind(name) for name in limb.strand_names} if limb.strands else set()
    more = [("bone", fields.BONE, limb.bones()), ("nerves", fields.NERVE, "nerve" in kinds), ("vessels", fields.VESSEL, "vessel" in kinds)]
    return entries + [(-1 - k, words, colour) for k, (words, colour, there) in enumerate(more) if there]


def view_tissue(scene):
    limb = scene.limb
    lut = parts.colour_categories("tissue_id", tissue_entries(limb))
    by = two_figures(scene, ("muscles and tendons", "cut lengthwise"))
    parts.show_field(limb.bare(), scene.view, "CELLS", "tissue_id", lut)
    if limb.skin() and limb.bare() is not limb.deformed:
        parts.show_plain(parts.surface(limb.skin()), scene.view, fields.NAMED["skin"], 0.15)
    parts.show_field(parts.moved(limb.opened(), by), scene.view, "CELLS", "tissue_id", lut)
    show_bones(scene, by, fields.BONE)
    show_strands_plainly(scene, by)
    parts.legend(scene.view, lut)


def field_view(name, notes=()):
    """A view of a cell field on the deformed limb, from outside and cut open."""
    def make_it(scene):
        limb = scene.limb
        by = two_figures(scene, ("muscles and tendons" if limb.bare() is not limb.deformed else "from outside", "cut lengthwise"))
        lut = scene.colours(name, limb.deformed)
        for source in (limb.bare(), parts.moved(limb.opened(), by)):
            parts.show_field(source, scene.view, "CELLS", name, lut)
        show_bones(scene, by)
        parts.colour_bar(scene.view, lut, fields.label(name), (0.74, 0.15), 0.6)
    return make_it


VIEWS = {
    # name: (function, heading, arrays of tissue or strands that it needs)
    "tissue": (view_tissue, "Tissues of the lengthened limb", ("tissue:tissue_id",)),
    "fibre_stretch": (field_view("fibre_stretch"), "Stretch of the tissue along its fibres", ("tissue:fibre_stretch",)),
    "fibre_stress": (field_view("fibre_stress"), "Stress of the tissue along its fibres", ("tissue:fibre_stress",)),
    "margin": (field_view("margin"), "Margin to the limits of harm", ("tissue:margin",)),
}


def missing(name, limb):
    """What a view needs and the limb lacks, in plain words; None where nothing is missing.  Collective."""
    if name not in VIEWS:
        return "there is no such view, allowed: %s" % ", ".join(VIEWS)
    for need in VIEWS[name][2]:
        what, array = need.split(":")
        if not parts.place_of(getattr(limb, what), array):
            return "the results have no %s of %s" % (array, {"tissue": "tissue", "strands": "nerves and vessels"}[what])
    return None


def make(name, limb, view=None, size=(1600, 1200)):
    """Makes a view, in a new RenderView of size (pixels) or in the one that is given; returns its Scene.  Collective."""
    if view is None:
        view = simple.CreateView("RenderView")
        view.ViewSize = list(size)
    parts.white_background(view)
    view.OrientationAxesVisibility = 1
    parts.set_if_there(view, OrientationAxesLabelColor=parts.INK)
    scene = Scene(name, limb, view)
    VIEWS[name][0](scene)
    title = scene.heading + (" - " + limb.title if limb.title else "")
    parts.write(view, title, (0.03, 0.945), size=26, bold=1)
    scene.subtitle = parts.day_line(view, limb, (0.03, 0.9)) if limb.live else parts.write(view, "", (0.03, 0.9), size=22)
    return scene
