# script-version: 2.0
"""Data extracts for later, small enough to keep of every day: the deformed surface of the limb, a cut through it, nerves and vessels."""
from paraview import simple

import tasis_insitu


def extract(source, name):
    """Each time a step is shown: <name>_<step>.vtpd, in ParaView's format for partitioned data. Collective."""
    extractor = simple.CreateExtractor("VTPD", source, registrationName=name)
    extractor.Trigger = "TimeStep"
    extractor.Writer.FileName = name + "_{timestep:06d}.vtpd"


def deformed(source):
    return simple.WarpByVector(Input=source, Vectors=["POINTS", "displacement"])


tissue = deformed(tasis_insitu.tissue())
tissue.UpdatePipeline()
bounds = tasis_insitu.bounds(tissue)
cut = simple.Slice(Input=tissue)
cut.SliceType.Origin = [(bounds[2 * d] + bounds[2 * d + 1]) / 2 for d in range(3)]
cut.SliceType.Normal = [1.0, 0.0, 0.0]
extract(simple.ExtractSurface(Input=tissue), "surface")
extract(cut, "cut")
if "strand_id" in tasis_insitu.about():
    extract(deformed(simple.TrivialProducer(registrationName="strands")), "strands")
options = tasis_insitu.options()
