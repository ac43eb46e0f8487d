"""A case that is watched by ParaView Catalyst while it runs.

    test_insitu.py pictures|same|cadence|failures|steering|without|blueprint TASIS MPIEXEC CASE

The leg, elastic, lengthened by little.  Where there is no display for ParaView xvfb-run makes one.
"""
import csv
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np
from PIL import Image

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent)]
from environment import environment  # noqa: E402

SCREEN = ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24 -noreset"]
PICTURES = {"fibre_stretch": {"fibre_stretch": "tissue"}, "margin": {"margin": "tissue"}, "strands": {"blood_flow_fraction": "nerve", "strain": "vessel"}}
EXTRACTS = ("surface", "cut", "strands")


class Runs:
    def __init__(self, tasis, mpiexec, case, root):
        self.tasis, self.mpiexec, self.case, self.root = tasis, mpiexec, case, root

    def command(self, name, script, ranks, sets, more=(), steps=2, petsc=()):
        words = [self.mpiexec, "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []
        sets = ["mesh.resolution=2000", "distraction.length=%d mm" % steps, "distraction.steps=%d" % steps, *([f"catalyst.script={script}"] if script else []), *sets]
        return words + [self.tasis, "run", self.case, "--results", str(self.root / name), "--threads", "1", *more] + [word for s in sets for word in ("--set", s)] + (["--", *petsc] if petsc else [])

    def environment(self, **more):
        folder = tempfile.mkdtemp(dir=self.root)
        return {**environment(folder), "OMP_NUM_THREADS": "1", **more}

    def run(self, name, script=None, ranks=1, sets=(), status=0, screen=True, env=None, **options):
        command = (SCREEN if screen else []) + self.command(name, script, ranks, sets, **options)
        done = subprocess.run(command, capture_output=True, text=True, env=env or self.environment())
        assert done.returncode == status, (done.returncode, done.stdout[-3000:] + done.stderr[-3000:])
        return self.root / name, done


def log_of(folder):
    return (folder / "run.log").read_text()


def warnings(folder):
    return [line for line in log_of(folder).splitlines() if line.startswith("warning: ")]


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


# ---- pictures ----


def fields(folder):
    """Values through the steps: of the tissue's cells, and of the strands of each kind."""
    values = {}
    with h5py.File(folder / "results.vtkhdf", "r") as file:
        cells = int(file["VTKHDF/NumberOfCells"][0])
        for name in ("fibre_stretch", "margin"):
            values[name] = file["VTKHDF/CellData/" + name][()].reshape(-1, cells)
    with h5py.File(folder / "strands.h5", "r") as file:
        names = file["strand_id"].attrs["names"].decode().split(",")
        steps = len(file["days"])
        for name, kind in PICTURES["strands"].items():
            of_kind = np.isin(file["strand_id"][()], [k + 1 for k, strand in enumerate(names) if (kind == "nerve") == ("nerve" in strand)])
            values[name] = file[name][()].reshape(steps, -1)[:, of_kind]
    return values


def check_ranges(folder, name):
    """Colours mean the range of the field up to that day, or a standard range that holds it."""
    values = fields(folder)
    with open(folder / "catalyst" / (name + ".csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == [k for k in range(3) for _ in PICTURES[name]], rows
    for row in rows:
        seen = values[row["field"]][: int(row["step"]) + 1]
        low, high = float(row["smallest"]), float(row["largest"])
        assert float(row["time [day]"]) == float(row["lengthening [mm]"]) == int(row["step"])
        assert low <= seen.min() + 2e-6 and high >= seen.max() - 2e-6, (row, seen.min(), seen.max())
        if row["field"] in ("fibre_stretch", "strain") and int(row["step"]):
            assert abs(low - seen.min()) < 2e-6 and abs(high - seen.max()) < 2e-6, (row, seen.min(), seen.max())


def check_pictures(folder, names):
    found = sorted(path.name for path in (folder / "catalyst").glob("*.png"))
    assert found == sorted("%s_%06d.png" % (name, step) for name in names for step in range(3)), found
    for name in names:
        first, last = (pixels(folder / "catalyst" / ("%s_%06d.png" % (name, step))) for step in (0, 2))
        height, width = last.shape[:2]
        share = (last.min(axis=2) < 245).mean()
        assert height == 800 and 700 <= width <= 1440, (name, width, height)
        assert 0.1 < share < 0.7, (name, share)
        assert (last[:3] > 250).all() and (last[:, :3] > 250).all(), name + " is cut off"
        assert (first != last).any(axis=2).mean() > 1e-3, name + " does not change"
        check_ranges(folder, name)


def check_extracts(folder):
    """As many surface cells, and of the same bounds, on any number of ranks; strands and a cut."""
    script = folder / "read.py"
    script.write_text(
        "import json, sys\nfrom paraview import simple\n"
        "def about(name):\n"
        "    reader = simple.OpenDataFile(sys.argv[1] + '/' + name)\n    reader.UpdatePipeline()\n    info = reader.GetDataInformation()\n"
        "    return [info.GetNumberOfCells(), list(info.GetBounds()), sorted(reader.CellData.keys())]\n"
        "print(json.dumps({name: about(name + '_000002.vtpd') for name in sys.argv[2:]}))\n")
    done = subprocess.run(["pvpython", str(script), str(folder / "catalyst"), *EXTRACTS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["surface"][0] > 500 and found["cut"][0] > 50 and found["strands"][0] > 100, found
    for name, array in (("surface", "cauchy_stress"), ("cut", "margin"), ("strands", "tension")):
        assert array in found[name][2], (name, found[name][2])
    return found


def test_pictures(runs):
    """Every ready pipeline, on 1 and 2 ranks: right and alike; some of them on 4."""
    first = None
    for ranks, names in ((1, list(PICTURES)), (2, list(PICTURES)), (4, ["fibre_stretch"])):
        folder, _ = runs.run("ranks_%d" % ranks, "[%s]" % ", ".join([*names, "extracts"]), ranks)
        assert not warnings(folder), warnings(folder)
        assert re.search(r"^ParaView Catalyst .*: 3 steps shown in ", log_of(folder), re.M)
        check_pictures(folder, names)
        extracts = check_extracts(folder)
        if first is None:
            first, first_extracts = folder, extracts
            continue
        for name in names:
            here, there = (pixels(path / "catalyst" / (name + "_000002.png")) for path in (folder, first))
            differs = (abs(here - there).max(axis=2) > 24).mean()
            print("%d ranks, %s: %.4f of the picture differ" % (ranks, name, differs))
            assert here.shape == there.shape and differs < 0.01, (ranks, name, here.shape, there.shape, differs)
        for name in EXTRACTS:
            assert extracts[name][0] == first_extracts[name][0] or name == "cut", (ranks, name, extracts[name][0], first_extracts[name][0])
            assert np.allclose(extracts[name][1], first_extracts[name][1], atol=1e-4), (ranks, name)
        print("%d ranks: alike" % ranks)


# ---- nothing changes ----


def arrays(folder):
    with h5py.File(folder / "results.vtkhdf", "r") as file:
        found = {}
        file["VTKHDF"].visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
        found["history"] = file["history/values"][()]
    with h5py.File(folder / "strands.h5", "r") as file:
        found.update({"strands/" + name: file[name][()] for name in file})
    return found


def test_same(runs):
    """Results are bitwise those of the run that nobody watches, on 1 and 2 ranks.  There PTScotch divides the mesh otherwise from run to run,
    and MUMPS adds in the order in which its messages come."""
    for ranks in (1, 2):
        settings = {"sets": ["output.precision=double"]}
        if ranks == 2:
            settings = {"sets": ["output.precision=double", "solver.linear=iterative"], "petsc": ["-mat_partitioning_type", "average"]}
        watched, _ = runs.run("watched", "fibre_stretch" if ranks == 1 else "extracts", ranks, **settings)
        alone, _ = runs.run("alone", None, ranks, **settings)
        here, there = arrays(watched), arrays(alone)
        assert here.keys() == there.keys() and len(here) > 20
        for name in here:
            assert here[name].tobytes() == there[name].tobytes(), (ranks, name)
        assert (watched / "history.csv").read_bytes() == (alone / "history.csv").read_bytes()


# ---- when ----


def steps_shown(folder, name):
    return [int(re.search(r"_(\d+)\.png", path.name).group(1)) for path in sorted((folder / "catalyst").glob(name + "_*.png"))]


def test_cadence(runs):
    """Each day; every third day and the last; every step, of which the script takes every second; no fields in the results."""
    script = runs.root / "second.py"
    script.write_text("# script-version: 2.0\nimport tasis_insitu\npicture = tasis_insitu.Picture('fibre_stretch', size=(400, 300))\n"
                      "picture.extractor.Trigger.Frequency = 2\noptions = tasis_insitu.options()\ndef catalyst_execute(info):\n    picture.update(info)\n")
    few = ["catalyst.every=3 day"]
    folder, _ = runs.run("every_third", "fibre_stretch", sets=few, steps=4)
    assert steps_shown(folder, "fibre_stretch") == [0, 3, 4], steps_shown(folder, "fibre_stretch")
    folder, _ = runs.run("by_script", script, sets=["catalyst.every=0 day", "output.fields=none"], steps=4)
    assert steps_shown(folder, "fibre_stretch") == [0, 2, 4], steps_shown(folder, "fibre_stretch")
    assert not (folder / "results.vtkhdf").exists()


# ---- what goes wrong ----

BROKEN = {
    "syntax": ("# script-version: 2.0\nfrom paraview.simple import *\nRender(\n", r"syntax\.py:3: SyntaxError"),
    "exits": ("# script-version: 2.0\nimport sys\nsys.exit(3)\n", r"exits\.py:3: SystemExit: 3"),
    "raises": ("# script-version: 2.0\nraise ValueError('two\\nlines')\n", r"raises\.py:2: ValueError: two lines"),
    "later": ("# script-version: 2.0\nfrom paraview import catalyst, simple\nt = simple.TrivialProducer(registrationName='tissue')\noptions = catalyst.Options()\n"
              "def catalyst_execute(info):\n    if info.timestep == 1: 1 / 0\n", r"later\.py:6: ZeroDivisionError"),
    "no_channel": ("# script-version: 2.0\nfrom paraview import simple\nt = simple.TrivialProducer(registrationName='bones')\nt.PointData['displacement'].GetRange(0)\n", r"no_channel\.py:"),
    "old": ("from paraview import coprocessing\n1 / 0\n", r"old\.py:"),
}


def check_whole(folder, what):
    assert log_of(folder).rstrip().endswith("done"), what
    with h5py.File(folder / "results.vtkhdf", "r") as file:
        assert len(file["VTKHDF/Steps/Values"]) == 3, what


def check_warned(folder, done, pattern, what):
    """One line, of what went wrong and where; nothing else on stderr."""
    found = warnings(folder)
    assert len(found) == 1 and re.search(r"^warning: catalyst: .*" + pattern, found[0]), (what, found)
    assert found[0].endswith("; the calculation goes on without it"), found
    assert not done.stderr.strip(), (what, done.stderr)
    check_whole(folder, what)
    print(found[0])


def test_failures(runs):
    for name, (text, pattern) in BROKEN.items():
        script = runs.root / (name + ".py")
        script.write_text(text)
        for ranks in (1, 2) if name in ("exits", "later") else (1,):
            folder, done = runs.run("broken", script, ranks)
            check_warned(folder, done, pattern, name)
    one_rank = runs.root / "one_rank.py"
    one_rank.write_text("# script-version: 2.0\nfrom paraview.modules.vtkRemotingCore import vtkProcessModule\nif vtkProcessModule.GetProcessModule().GetPartitionId() == 1: 1 / 0\n")
    folder, done = runs.run("broken", one_rank, 2)
    check_warned(folder, done, "", "one rank")
    for display in (None, ":4711"):
        env = runs.environment()
        env.pop("DISPLAY", None)
        if display:
            env["DISPLAY"] = display
        for ranks in (1, 2):
            folder, done = runs.run("dark", "margin", ranks, screen=False, env=env)
            check_warned(folder, done, "there is no display", "no display")
    folder, _ = runs.run("dark", "extracts", screen=False, env=env)  # needs none
    assert not warnings(folder) and (folder / "catalyst/surface_000002.vtpd").exists()


def test_without(runs):
    """A program without the library, and one whose library cannot be loaded."""
    alone = runs.root / "prefix/bin/tasis"
    alone.parent.mkdir(parents=True)
    shutil.copy(runs.tasis, alone)
    runs.tasis = str(alone)
    folder, done = runs.run("none", "margin", screen=False)
    check_warned(folder, done, "built without ParaView Catalyst", "none")
    library = runs.root / "prefix/lib/tasis/tasis_catalyst.so"
    library.parent.mkdir(parents=True)
    library.write_text("no library")
    folder, done = runs.run("broken", "margin", screen=False)
    check_warned(folder, done, "tasis_catalyst.so", "broken")


# ---- steering ----


def test_steering(runs):
    """A script asks for a checkpoint and for the end; SIGTERM still does; the run goes on from there with its pictures."""
    script = runs.root / "asks.py"
    script.write_text("# script-version: 2.0\nimport tasis_insitu\nlimb = tasis_insitu.limb()\noptions = tasis_insitu.options()\n"
                      "def catalyst_execute(info):\n    if info.timestep == 1: tasis_insitu.request('checkpoint')\n    if info.timestep == 2: tasis_insitu.request('stop')\n")
    for ranks in (1, 2):
        shutil.rmtree(runs.root / "asked", ignore_errors=True)
        folder, done = runs.run("asked", script, ranks, status=5, steps=4, screen=False)
        log = log_of(folder)
        assert log.count("checkpoint written on request") == 1 and "stopped on request" in done.stderr and not warnings(folder), log
        assert json.loads((folder / "status.json").read_text())["day"] == 2
    folder, _ = runs.run("asked", "fibre_stretch", 1, steps=4, more=("--resume",))
    assert steps_shown(folder, "fibre_stretch") == [3, 4]
    check_signal(runs)


def check_signal(runs):
    process = subprocess.Popen(runs.command("signal", "extracts", 1, [], steps=40), env=runs.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None and not (runs.root / "signal/catalyst/surface_000001.vtpd").exists():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 5
    finally:
        process.kill()


# ---- Catalyst 2 ----


def test_blueprint(runs):
    """Grids of 1 and 2 ranks pass the check of the Mesh Blueprint, with the stub implementation that comes with Catalyst 2."""
    folder, done = runs.run("stub", "margin", screen=False, env=runs.environment(CATALYST_IMPLEMENTATION_NAME="stub"))
    if "Catalyst 2: " not in log_of(folder):
        print("skipped: this Tasis was not built with Catalyst 2 (find_package(catalyst 2.0))")
        return
    assert not warnings(folder), warnings(folder)
    folder, done = runs.run("stub", "margin", 2, screen=False, env=runs.environment(CATALYST_IMPLEMENTATION_NAME="stub"))
    assert not warnings(folder), warnings(folder)


TESTS = {name.removeprefix("test_"): test for name, test in globals().items() if name.startswith("test_")}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as root:
        TESTS[sys.argv[1]](Runs(*map(os.path.abspath, sys.argv[2:3]), sys.argv[3], os.path.abspath(sys.argv[4]), pathlib.Path(root)))
    print("good")
