"""Opens a results folder in ParaView and makes its Limb; used by the pictures and by the GUI."""
import xml.etree.ElementTree as xml

from paraview import simple

import tasis_parts as parts
import tasis_views as views
from tasis_results import ANATOMICAL, Problem


def reader_of(results, name):
    """A reader of results or strands: VTKHDF through time from ParaView 5.12 on, XDMF before, and for strands."""
    if name == "results" and parts.release() >= (5, 12) and hasattr(simple, "VTKHDFReader"):
        reader = simple.VTKHDFReader(FileName=[results.path("results.vtkhdf")])
    else:
        path = results.path(name + ".xmf")
        try:
            xml.parse(path)  # the reader would stop ParaView with a page of messages
        except (OSError, xml.ParseError) as error:
            raise Problem("%s: cannot be read (%s)" % (path, error)) from None
        reader = simple.Xdmf3ReaderT(FileName=[path])
    simple.RenameSource({"results": "tissue"}.get(name, name), reader)
    return reader


def colour_ranges(results):
    """{field: (smallest, largest) over all days} of what the views colour by; a strand's field only where the tissue has none such."""
    ranges = {name: results.range_of(name) for name in ("fibre_stretch", "fibre_stress", "margin") if name in results.arrays}
    if results.strand_names:
        ranges.update({name: results.range_of(name, "strands.h5") for name in ("strain", "blood_flow_fraction") if name in results.strand_arrays})
    return ranges


def open_limb(results):
    """The limb of a results folder, with colours and camera for all its days."""
    tissue = reader_of(results, "results")
    strands = reader_of(results, "strands") if results.strand_names and results.has("strands.xmf") else None
    pins = simple.LegacyVTKReader(registrationName="pins", FileNames=[results.path("pins.vtk")]) if results.has("pins.vtk") else None
    return views.Limb(tissue, strands, pins, results.tissue_names, results.strand_names, results.osteotomies, results.box(), colour_ranges(results), results.title, results.limb in ANATOMICAL)


def moment(limb, day):
    """The reader's time of a day: a rounded number in XDMF, which a reader may take for the step before."""
    return min(limb.tissue.TimestepValues, key=lambda time: abs(time - day))


def make(name, limb, results, day):
    """A view that shows a day."""
    if not results.is_mesh:
        limb.time = moment(limb, day)
    scene = views.make(name, limb)
    set_day(scene, results, day)
    return scene


def set_day(scene, results, day):
    """Shows a day: data, title, bones."""
    if results.is_mesh:
        return
    scene.set_day(day, results.lengthening(day))
    scene.view.ViewTime = scene.limb.time = moment(scene.limb, day)
