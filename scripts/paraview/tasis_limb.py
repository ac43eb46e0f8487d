"""The limb that views look at: sources of data, what is known of them, and what views share (deformed tissue, cut, bones, tubes)."""
import tasis_fields as fields
import tasis_parts as parts


def around(boxes):
    """The box around boxes; those that are None have nothing in them."""
    boxes = [box for box in boxes if box] or [[0.0, 1.0] * 3]
    return [pick(box[k] for box in boxes) for k, pick in enumerate((min, max) * 3)]


class Limb:
    """Sources and what is known of them, see tasis_views.  Filters that several views share are made once."""

    def __init__(self, tissue, strands=None, pins=None, tissue_names=(), strand_names=(), osteotomies=(), box=None, ranges=None, title="", anatomical=False):
        self.tissue, self.strands, self.pins = tissue, strands, pins
        self.tissue_names, self.strand_names = list(tissue_names), list(strand_names)
        self.osteotomies, self.ranges, self.title, self.anatomical = list(osteotomies), dict(ranges or {}), title, anatomical
        self.time = None
        for source in (tissue, strands, pins):
            self.update(source)
        self.deformed = parts.deformed(tissue)
        self.deformed_strands = parts.deformed(strands) if strands else None
        self.tissue_box = self._box(box)
        self.box = self._with_pins(self.tissue_box)
        size = [self.box[2 * k + 1] - self.box[2 * k] for k in range(3)]
        self.length = max(size)
        self.long_axis = size.index(self.length)
        self._shared = {}
        self._lengtheners = []  # what follows the lengthening: functions of a list of mm

    def _box(self, given):
        """The box that is given, or that of the limb before and after its displacement now."""
        if given:
            return list(given)
        self.update(self.deformed)
        return around([parts.bounds(source) for source in (self.tissue, self.deformed)])

    def _with_pins(self, box):
        return around([box, parts.bounds(self.pins)]) if self.pins else box

    def update(self, source):
        """Brings a source or filter up to date: readers of several days to the day of the last set_day, at first to the first one."""
        if self.time is None and source is self.tissue:
            source.UpdatePipelineInformation()
            times = getattr(source, "TimestepValues", None) or []
            self.time = times[0] if hasattr(times, "__len__") and len(times) > 1 else None
        if source and self.time is not None:
            source.UpdatePipeline(self.time)
        elif source:
            source.UpdatePipeline()

    # ---- geometry ----

    def axis(self, turn=0):
        """Unit vector along the limb, or the one turn places after it in x, y, z."""
        return [1.0 if k == (self.long_axis + turn) % 3 else 0.0 for k in range(3)]

    def extent(self, turn, box=None):
        """Size (mm) along such an axis, of the limb with its pins or of another box."""
        k = (self.long_axis + turn) % 3
        box = box or self.box
        return box[2 * k + 1] - box[2 * k]

    def middle(self):
        """Where the limb is cut open: in the bone's axis at the osteotomy, else in the middle."""
        return list(self.osteotomies[0][0]) if self.osteotomies else self.centre()

    def centre(self, box=None):
        box = box or self.box
        return [(box[2 * k] + box[2 * k + 1]) / 2 for k in range(3)]

    # ---- tissue ----

    def numbers(self, wanted):
        """Numbers of those tissues of which wanted(name) is true."""
        return [k for k, name in enumerate(self.tissue_names) if wanted(name)]

    def shared(self, name, make):
        if name not in self._shared:
            self._shared[name] = make()
        return self._shared[name]

    def is_bare(self):
        """Is there anything to take off, and something below it?"""
        inside = self.numbers(lambda name: not fields.is_cover(name))
        return 0 < len(inside) < len(self.tissue_names)

    def bare(self):
        """The deformed limb without what covers the muscles; the whole where nothing else is known, or would be left."""
        if not self.is_bare():
            return self.deformed
        return self.shared("bare", lambda: parts.of_numbers(self.deformed, "tissue_id", self.numbers(lambda name: not fields.is_cover(name))))

    def outline(self):
        """The deformed outside: the skin where there is one."""
        skin = self.numbers(lambda name: "skin" in name)
        return self.shared("outline", lambda: parts.surface(parts.of_numbers(self.deformed, "tissue_id", skin) if skin else self.deformed))

    def opened(self):
        """The deformed limb cut lengthwise, the half that lies away from the eye."""
        return self.shared("opened", lambda: parts.half(self.deformed, self.middle(), self.axis(1)))

    # ---- strands ----

    def kinds(self):
        """Of the strands: nerve, vessel, other."""
        found = {fields.strand_kind(name) for name in self.strand_names} if self.strands else set()
        return [kind for kind in ("nerve", "vessel", "other") if kind in found]

    def lines(self, kind):
        """The deformed nerves, vessels or other strands."""
        numbers = [k + 1 for k, name in enumerate(self.strand_names) if fields.strand_kind(name) == kind]
        return self.shared("line " + kind, lambda: parts.of_numbers(self.deformed_strands, "strand_id", numbers))

    def tubes(self, kind):
        """They as tubes, thicker than life so that they are seen."""
        return self.shared("tube " + kind, lambda: parts.tubes(self.lines(kind), 0.005 * self.length))

    # ---- bones and pins: rigid, as before surgery, moved by what lengthen says ----

    def bones(self):
        """Surfaces of the segments of the bone, from the proximal one on: where the tissue ends, but not at the skin nor at the ends of
        the limb.  Empty where no osteotomy is known, or no skin that tells inside from outside."""
        if not self.osteotomies or not self.numbers(lambda name: "skin" in name):
            return []
        return self.shared("bones", lambda: self._segments(self._walls()))

    def _walls(self):
        walls = parts.facing_sideways(parts.surface(self.tissue), "XYZ"[self.long_axis])
        return parts.of_numbers(walls, "tissue_id", self.numbers(lambda name: "skin" not in name))

    def pin_tubes(self):
        """Wires and half-pins, by segments of the bone that hold them."""
        if not self.pins:
            return []
        return self.shared("pins", lambda: self._segments(parts.tubes(self.pins, 0.006 * self.length)))

    def _segments(self, source):
        """The source divided at the osteotomies; every part but the first follows the lengthening."""
        found = []
        for k in range(len(self.osteotomies) + 1):
            part = source
            if k > 0:
                part = parts.half(part, self.osteotomies[k - 1][0], [-x for x in self.osteotomies[k - 1][1]])
            if k < len(self.osteotomies):
                part = parts.half(part, *self.osteotomies[k])
            found.append(self._following(part, k) if k else part)
        return found

    def _following(self, source, segment):
        part = parts.movable(source)

        def follow(lengthenings):
            cuts = list(zip(self.osteotomies, lengthenings))[:segment]
            part.Transform.Translate = [sum(mm * normal[k] for (_, normal), mm in cuts) for k in range(3)]
        self._lengtheners.append(follow)
        return part

    def on_lengthening(self, function):
        """function([mm at each osteotomy]) is called whenever the lengthening is told."""
        self._lengtheners.append(function)

    def lengthen(self, lengthenings):
        """Lengthening in mm: a number, or one for each osteotomy."""
        values = list(lengthenings) if hasattr(lengthenings, "__iter__") else [lengthenings]
        for function in self._lengtheners:
            function(values)
        return sum(values)
