"""What a Catalyst script of Tasis needs: the running limb, a standard picture of it, and a way to ask the calculation for something.

    # script-version: 2.0
    import tasis_insitu

    picture = tasis_insitu.Picture("fibre_stretch")  # a view of scripts/paraview/tasis_views.py: an extract fibre_stretch_000012.png a step
    options = tasis_insitu.options()

    def catalyst_execute(info):
        picture.update(info)
        if info.time > 30: tasis_insitu.request("stop")

Time is in days, lengths in mm.  Every rank runs the script; it serves Catalyst 2 and the generation before it alike.
"""
import csv
import io
import json
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(_HERE), "paraview"))

from paraview import catalyst, simple  # noqa: E402
from tasis_parts import bounds  # noqa: E402, F401 for scripts too: a producer's own bounds are those of one rank
import tasis_results  # noqa: E402
import tasis_views as views  # noqa: E402

HEIGHT = 800  # px of a picture: where software draws, time goes with the pixels
MILLIMETRES = {"mm": 1.0, "cm": 10.0, "m": 1000.0}


def results_folder():
    """Absolute path of the results folder of the run."""
    return os.environ["TASIS_RESULTS"]


def rank():
    from paraview.modules.vtkRemotingCore import vtkProcessModule
    return vtkProcessModule.GetProcessModule().GetPartitionId()


def options(**settings):
    """Catalyst's options of a script; settings: its properties, such as GlobalTrigger."""
    made = catalyst.Options()
    for name, value in settings.items():
        setattr(made, name, value)
    return made


def _provenance():
    with open(os.path.join(results_folder(), "provenance.json")) as file:
        return json.load(file)


def about():
    """What the run says of itself: provenance.json, the texts below its `provenance`."""
    return _provenance()["provenance"]


def lengthening():
    """mm at each osteotomy now; empty where there is none."""
    told = getattr(sys.modules.get("tasis_guard"), "lengthening", None)  # the generation before Catalyst 2 has no parameters of a step
    if told is not None:
        return list(told)
    for parameter in catalyst.get_execute_params():
        name, _, values = parameter.partition("=")
        if name == "lengthening":
            return [float(value) for value in values.split()]
    return []


def _osteotomies():
    """[(point, normal that points distally, planned lengthening), ...], in mm; a length in other units than these counts as none."""
    told = _provenance()
    values = {row[0]: row[1] for row in csv.reader(io.StringIO(told["case"].get("values.csv", "")))}
    found = []
    for prefix in ("", "second_"):
        if prefix + "osteotomy" in told["provenance"]:
            number, _, unit = values.get(prefix + "distraction.length", "0 mm").partition(" ")
            found.append((*tasis_results.plane(told["provenance"][prefix + "osteotomy"]), float(number) * MILLIMETRES.get(unit, 0.0)))
    return found


def _box(tissue, osteotomies):
    """Bounds of the limb, with room where it will be lengthened, of all ranks. Collective."""
    tissue.UpdatePipeline()
    box = bounds(tissue)
    for _point, normal, length in osteotomies:
        for d in range(3):
            box[2 * d + (normal[d] > 0)] += length * normal[d]
    return box


def num_ranks():
    from paraview.modules.vtkRemotingCore import vtkProcessModule
    return vtkProcessModule.GetProcessModule().GetNumberOfLocalPartitions()


def tissue(arrays=None):
    """The channel `tissue`; where several ranks have parts of it, with the cells beyond their borders, which are no surface then.

    arrays: of the cells, all that is wanted besides tissue_id, because every filter hands on what there is; None: all.  Collective.
    """
    source = simple.TrivialProducer(registrationName="tissue")
    if arrays is not None:
        source = simple.PassArrays(Input=source, PointDataArrays=["displacement", "node_number"], CellDataArrays=["tissue_id", *arrays])
    return simple.GhostCellsGenerator(Input=source, BuildIfRequired=0) if num_ranks() > 1 else source


def limb(arrays=None, **settings):
    """The running limb as tasis_views.Limb; arrays: as of tissue(); settings: others of Limb's arguments, such as ranges."""
    run, osteotomies = about(), _osteotomies()
    whole = tissue(arrays)
    strands = simple.TrivialProducer(registrationName="strands")
    known = {
        "strands": strands if run.get("strand_id") else None,
        "tissue_names": tasis_results.numbered(run.get("tissue_id", "")),
        "strand_names": tasis_results.numbered(run.get("strand_id", "")),
        "osteotomies": [(point, normal) for point, normal, _length in osteotomies],
        "title": run.get("title", ""),
        "anatomical": run.get("limb") in tasis_results.ANATOMICAL,
        "box": _box(whole, osteotomies),
    }
    return views.Limb(whole, **{**known, **settings})


class Picture:
    """A standard view of tasis_views as an extract: <name>_<step>.png in the folder `catalyst` of the results, each time a step is shown; and
    <name>.csv there, what the colours of each of them mean.

    running: the limb, by default one with the arrays that the view needs; size: pixels, by default such that the limb fills them.
    """

    def __init__(self, name, running=None, size=None):
        running = running or limb([need.split(":")[1] for need in views.VIEWS[name][2] if need.startswith("tissue:")])
        lacks = views.missing(name, running)
        if lacks:
            raise RuntimeError("no picture %s: %s" % (name, lacks))
        self.scene = views.make(name, running, size=size or views.fitting_size(name, running, HEIGHT))
        self.scene.view.UseFXAA = 0  # smoothing takes more than all the rest where software draws
        self.extractor = simple.CreateExtractor("PNG", self.scene.view, registrationName=name)
        self.extractor.Trigger = "TimeStep"
        self.extractor.Writer.FileName = name + "_{timestep:06d}.png"
        self.extractor.Writer.ImageResolution = list(self.scene.view.ViewSize)

    def update(self, info):
        """To the step that is shown; from catalyst_execute. Collective."""
        self.scene.set_day(info.time, lengthening() or None)
        self.scene.update_ranges()
        if rank() == 0:
            self._tell_ranges(info)

    def _tell_ranges(self, info):
        """Rows of this step and of those before it: a run that goes on may have been further already."""
        path = os.path.join(results_folder(), "catalyst", self.scene.name + ".csv")
        rows = []
        if os.path.exists(path):
            with open(path, newline="") as file:
                rows = [row for row in csv.reader(file) if row and row[0].isdigit() and int(row[0]) < info.timestep]
        for name in self.scene.fields:
            points = simple.GetColorTransferFunction(name).RGBPoints
            rows.append([info.timestep, "%.10g" % info.time, " ".join("%.10g" % x for x in lengthening()), name, "%.10g" % points[0], "%.10g" % points[-4]])
        with open(path + ".part", "w", newline="") as file:
            csv.writer(file).writerows([["step", "time [day]", "lengthening [mm]", "field", "smallest", "largest"], *rows])
        os.replace(path + ".part", path)


def request(what):
    """Asks the calculation to "stop" after this step, with a checkpoint, or to write a "checkpoint" and go on."""
    if what not in ("stop", "checkpoint"):
        raise ValueError("a calculation can be asked for: stop, checkpoint; found %r" % what)
    if rank() == 0:
        open(os.path.join(results_folder(), what), "w").close()
