"""Fields of Tasis' results in plain words: what colour bars, titles and captions call them.  The one table; units as in results.vtkhdf.

Also the colours of tissues.  Nothing here needs ParaView.
"""
from collections import namedtuple

Field = namedtuple("Field", "words unit scale colours always", defaults=((),))
Field.__doc__ = """How a field is shown.  words: plain English; unit: as in the file, "1" for none; scale: linear or log;
colours: name of a map in COLOUR_MAPS;
always: values that its colour bar shows whatever the range."""
DECADES = 3  # of a logarithmic colour bar

FIELDS = {
    "displacement": Field("Displacement", "mm", "linear", "sequential"),
    "reaction_force": Field("Force of supports on nodes", "N", "linear", "sequential"),
    "fibre_stretch": Field("Stretch along the fibre", "1", "linear", "about_one", (1.0,)),
    "elastic_fibre_stretch": Field("Elastic stretch along the fibre", "1", "linear", "about_one", (1.0,)),
    "growth": Field("Growth (length of stress-free tissue)", "1", "linear", "about_one", (1.0,)),
    "sarcomere_length": Field("Sarcomere length", "um", "linear", "sequential"),
    "fibre_stress": Field("Stress along the fibre", "MPa", "log", "sequential"),
    "fibre_direction": Field("Fibre direction", "1", "linear", "sequential"),
    "cauchy_stress": Field("Cauchy stress", "MPa", "linear", "sequential"),
    "pressure": Field("Pressure in the element (positive in tension)", "MPa", "linear", "about_zero", (0.0,)),
    "volume_ratio": Field("Volume per volume before surgery", "1", "linear", "about_one", (1.0,)),
    "green_lagrange_strain": Field("Green-Lagrange strain", "1", "linear", "about_zero", (0.0,)),
    "strain_energy_density": Field("Strain energy per volume", "MPa", "log", "sequential"),
    "tissue_id": Field("Tissue", "1", "linear", "tissues"),
    "margin": Field("Margin to the limit of harm", "1", "linear", "margin", (0.0, 1.0)),
    "limiting_rule": Field("Rule that limits", "1", "linear", "sequential"),
    "fibrosis_class": Field("Fibrosis of muscle (0 no, 1 stiff, 2 fibrosis)", "1", "linear", "sequential"),
    "blood_flow_fraction": Field("Blood flow left in nerves", "1", "linear", "flow", (0.0, 1.0)),
    "ischaemia_dose": Field("Time of nerves without blood", "h", "linear", "sequential"),
    "conduction_class": Field("Conduction of nerves (0 yes, 1 slowed, 2 blocked)", "1", "linear", "sequential"),
    "strand_id": Field("Nerve or vessel", "1", "linear", "tissues"),
    "slip": Field("Slip along the bed", "mm", "linear", "about_zero", (0.0,)),
    "strain": Field("Strain since surgery", "1", "linear", "about_zero", (0.0,)),
    "tension": Field("Tension", "N", "linear", "sequential"),
    "scaled_jacobian": Field("Quality of cells (scaled Jacobian)", "1", "linear", "sequential"),
    "sheet_direction": Field("Sheet direction", "1", "linear", "sequential"),
}

# Points (place, red, green, blue); places from 0 (low end of the range) to 1, or None: the middle value, where a diverging map turns.
COLOUR_MAPS = {
    "sequential": (None, [(0.0, 0.97, 0.95, 0.90), (0.25, 0.99, 0.82, 0.52), (0.5, 0.95, 0.55, 0.26), (0.75, 0.78, 0.22, 0.24), (1.0, 0.33, 0.04, 0.22)]),
    "about_one": (1.0, [(0.0, 0.13, 0.27, 0.58), (0.25, 0.48, 0.66, 0.84), (0.5, 0.91, 0.91, 0.89), (0.625, 0.97, 0.78, 0.55), (0.75, 0.91, 0.48, 0.30), (1.0, 0.50, 0.04, 0.12)]),
    "about_zero": (0.0, [(0.0, 0.13, 0.27, 0.58), (0.25, 0.48, 0.66, 0.84), (0.5, 0.91, 0.91, 0.89), (0.625, 0.97, 0.78, 0.55), (0.75, 0.91, 0.48, 0.30), (1.0, 0.50, 0.04, 0.12)]),
    "flow": (None, [(0.0, 0.25, 0.10, 0.40), (0.35, 0.55, 0.20, 0.50), (0.7, 0.95, 0.60, 0.35), (1.0, 0.98, 0.88, 0.35)]),
    # a jump at the limit: nobody mistakes a tissue beyond it for one that is near it
    "margin": (0.0, [(0.0, 0.16, 0.0, 0.08), (0.5, 0.70, 0.02, 0.12), (0.5, 0.96, 0.52, 0.12), (0.60, 0.98, 0.78, 0.32), (0.75, 0.86, 0.90, 0.78), (1.0, 0.40, 0.65, 0.80)]),
}

MUSCLES = [(0.80, 0.24, 0.22), (0.93, 0.55, 0.20), (0.55, 0.30, 0.62), (0.20, 0.45, 0.70), (0.30, 0.62, 0.36), (0.78, 0.36, 0.58), (0.15, 0.60, 0.62), (0.60, 0.45, 0.25), (0.45, 0.50, 0.20), (0.35, 0.35, 0.55)]
NAMED = {"skin": (0.94, 0.76, 0.65), "fat": (0.98, 0.88, 0.52), "fascia": (0.74, 0.78, 0.84), "septum": (0.62, 0.67, 0.75), "iliotibial": (0.66, 0.72, 0.80), "loose": (0.90, 0.90, 0.86), "achilles": (0.62, 0.80, 0.76), "aponeurosis": (0.80, 0.78, 0.50)}
TENDONS = [(0.62, 0.80, 0.76), (0.80, 0.72, 0.86), (0.86, 0.78, 0.55)]  # those that belong to several muscles
COVERS = ("skin", "fat", "fascia", "iliotibial", "loose")
STRAND_COLOURS, PIN = {"nerve": (0.95, 0.80, 0.10), "vessel": (0.80, 0.08, 0.10), "other": (0.30, 0.30, 0.30)}, (0.45, 0.48, 0.52)
BONE, BONE_BESIDE_COLOURS = (0.95, 0.92, 0.84), (0.66, 0.67, 0.70)  # the second one is in no map of colours


def unit_words(unit):
    """The unit as it stands in a colour bar: empty for pure numbers."""
    return {"1": "", "um": "\u00b5m", "1/day": "1/day"}.get(unit, unit)


def label(name):
    """Words and unit of a field, such as "Stress along the fibre [MPa]"; unknown fields keep their names."""
    field = FIELDS.get(name)
    if not field:
        return name.replace("_", " ")
    unit = unit_words(field.unit)
    return "%s [%s]" % (field.words, unit) if unit else field.words


def words(name):
    """A name of tissue, strand or rule as one writes it."""
    return name.replace("_", " ").replace("-", " ")


def is_cover(tissue):
    """Does a tissue lie around the muscles and hide them?"""
    return any(part in tissue for part in COVERS)


def strand_kind(name):
    """nerve, vessel or other, by the name."""
    if "nerve" in name:
        return "nerve"
    return "vessel" if any(part in name for part in ("artery", "arter", "vein", "vessel")) else "other"


def tissue_colours(names):
    """A colour (red, green, blue) for each tissue: muscles differ, a tendon is a tint of its muscle, sheets are grey, fat is yellow."""
    colours, muscles, tendons = [], {}, 0
    for name in names:
        known = [colour for part, colour in NAMED.items() if part in name]
        owner = next((m for m in muscles if name.startswith(m.rstrip("is")) and "tendon" in name), None)
        if known:
            colours.append(known[0])
        elif owner:
            colours.append(tuple(0.45 * c + 0.55 for c in muscles[owner]))
        elif "tendon" in name:
            colours.append(TENDONS[tendons % len(TENDONS)])
            tendons += 1
        else:
            muscles[name] = MUSCLES[len(muscles) % len(MUSCLES)]
            colours.append(muscles[name])
    return colours
