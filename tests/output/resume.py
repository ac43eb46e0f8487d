"""A run that was stopped, killed or did not converge goes on with --resume as if nothing had happened.

    resume.py TASIS MPIEXEC [--living|--treatment] [--keep FOLDER]

The case is a block with a free body, gliding, traction and pressure (tests/parallel).  Its uninterrupted run is compared with runs
that were broken in many ways: every row of the history and every field must be there once, and agree bitwise (on other numbers of
ranks to 1e-8).  With --living its tissue is prestrained, relaxes and grows while it is lengthened in steps; with --treatment there are a device,
a joint, sessions, examinations and monitoring, too.
"""
import argparse
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from xml.etree import ElementTree

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "parallel")]
from test_parallel import ENVIRONMENT, Written, history_error, write_living, write_loads, write_treatment  # noqa: E402

STEPS, OUTPUTS, KILLS = 12, 7, 4
SETS = [f"time.steps={STEPS}", "output.every=2", "output.precision=double", "solver.tolerance=1e-10", "solver.linear=direct"]
FAILS = ["solver.max_iterations=1", "solver.smallest_step=0.9", "solver.tolerance=2e-14", "solver.predictor=no"]


class Runs:
    def __init__(self, tasis, mpiexec, root, write):
        self.tasis, self.mpiexec, self.root, self.case = tasis, mpiexec, root, root / "case"
        self.case.mkdir(parents=True)
        write(self.case)
        self.sets = SETS if write is write_loads else SETS[2:]
        self.whole = None

    def command(self, results, *more, sets=(), case=None, ranks=0):
        words = [self.mpiexec, "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks else []
        words += [self.tasis, "run", str(case or self.case), "--results", str(results), "--threads", "1", *more]
        return words + [word for s in [*self.sets, *sets] for word in ("--set", s)]

    def run(self, results, *more, status=0, **options):
        done = subprocess.run(self.command(results, *more, **options), capture_output=True, text=True, env=ENVIRONMENT)
        assert done.returncode == status, (done.returncode, status, done.stdout + done.stderr)
        return done

    def start(self, results, rows, *more, **options):
        """Runs in the background until the history has that many rows and there is a checkpoint; the process."""
        process = subprocess.Popen(self.command(results, *more, **options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
        while process.poll() is None and (not (results / "checkpoint.h5").exists() or (results / "history.csv").read_bytes().count(b"\n") <= rows):
            time.sleep(0.001)
        return process

    def compare(self, results, what, tolerance=0.0):
        """With the uninterrupted run."""
        found, whole = Written(results), self.whole
        assert not list(results.glob("*.part")), "something half written is left"
        error, column = history_error(whole, found)
        fields = 0.0
        assert whole.arrays.keys() == found.arrays.keys()
        for name, right in whole.arrays.items():
            assert right.shape == found.arrays[name].shape, (what, name, right.shape, found.arrays[name].shape)
            fields = max(fields, abs(right - found.arrays[name]).max() / max(abs(right).max(), 1e-300))
        rows = np.genfromtxt(results / "history.csv", delimiter=",", skip_header=1)
        assert rows.shape == found.history.shape and np.allclose(rows, found.history, rtol=1e-9, equal_nan=True), "history.csv and its copy differ"
        envelope, right = (json.loads((folder / "status.json").read_text())["envelope"] for folder in (results, self.root / "whole"))
        worst = max(abs(envelope[name] - right[name]) for name in ("margin", "value", "cell", "day"))
        assert worst <= tolerance and envelope["rule"] == right["rule"], (what, envelope, right)
        print("%-44s history %.1e (%s), fields %.1e" % (what, error, column, fields), flush=True)
        assert error <= tolerance and fields <= tolerance, what
        return found


def test_uninterrupted(runs):
    runs.run(runs.root / "whole")
    runs.whole = Written(runs.root / "whole")
    if runs.sets is SETS:
        assert len(runs.whole.arrays["Steps/Values"]) == OUTPUTS
    assert len(runs.whole.history) >= STEPS + 1
    runs.run(runs.root / "whole", "--resume")
    runs.compare(runs.root / "whole", "resumed at its end")


def test_stopped(runs):
    results = runs.root / "stopped"
    process = runs.start(results, 4)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 5
    before = (results / "history.csv").read_bytes()
    runs.run(results, "--resume")
    assert (results / "history.csv").read_bytes().startswith(before)
    runs.compare(results, "stopped by SIGTERM")
    log = (results / "run.log").read_text()
    assert log.count("resumed from day") == 1 and log.count("stopped: ") == 1 and log.endswith("done\n")
    with h5py.File(results / "results.vtkhdf", "r") as file:
        assert b"from day" in file["provenance"].attrs["resumed"]


def check_opens(results):
    """Whatever a killed run left can be read, and the steps that results.xmf and strands.xmf name are in their files."""
    for light, heavy, num in (("results.xmf", "results.vtkhdf", lambda file: len(file["VTKHDF/Steps/Values"]) if "Steps" in file["VTKHDF"] else 0), ("strands.xmf", "strands.h5", lambda file: len(file["days"]))):
        if not (results / heavy).exists():
            continue
        with h5py.File(results / heavy, "r") as file:
            file.visititems(lambda name, item: item[()] if isinstance(item, h5py.Dataset) else None)
            assert num(file) >= len(ElementTree.parse(results / light).findall(".//Time")), (light, heavy)
    json.loads((results / "status.json").read_text())
    json.loads((results / "provenance.json").read_text())
    with open(results / "history.csv") as lines:
        assert "time [day]" in lines.readline()


def test_requests(runs):
    """Asked by files and by SIGUSR1 for a checkpoint, then to stop; what was asked before it began does not count."""
    results = runs.root / "asked"
    results.mkdir()
    (results / "stop").touch()
    (results / "checkpoint").touch()
    process = runs.start(results, 2)
    (results / "checkpoint").touch()
    while process.poll() is None and (results / "checkpoint").exists():
        time.sleep(0.001)
    process.send_signal(signal.SIGUSR1)
    while process.poll() is None and (results / "run.log").read_text().count("checkpoint written on request") < 2:
        time.sleep(0.001)
    (results / "stop").touch()
    assert process.wait() == 5 and not (results / "stop").exists()
    assert (results / "run.log").read_text().count("checkpoint written on request\n") == 2
    runs.run(results, "--resume")
    runs.compare(results, "stopped by a file")


def test_killed(runs):
    """Killed at random, and once more after it was resumed."""
    results = runs.root / "killed"
    for number in range(KILLS):
        shutil.rmtree(results, ignore_errors=True)
        for more in ([], ["--resume"]):
            process = runs.start(results, random.randint(2, STEPS - 2), *more)
            time.sleep(random.uniform(0, 0.05))
            process.kill()
            process.wait()
            check_opens(results)
        runs.run(results, "--resume")
        runs.compare(results, f"killed, resumed, killed, resumed: {number + 1}")


def test_before_surgery(runs):
    """A leg that looks for its equilibrium before surgery stops when asked, opens, and has nothing to go on from."""
    results, leg = runs.root / "before", {"case": HERE.parent.parent / "cases/tibia-50mm", "sets": ["mesh.resolution=2000"]}
    process = subprocess.Popen(runs.command(results, **leg), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    while process.poll() is None and not (results / "status.json").exists():
        time.sleep(0.001)
    (results / "stop").touch()
    assert process.wait() == 5 and "before surgery" in json.loads((results / "status.json").read_text())["message"]
    check_opens(results)
    runs.run(results, "--resume", status=2, **leg)


def test_not_converged(runs):
    """Stopped, resumed with settings that cannot work, and with good ones again."""
    results = runs.root / "failed"
    process = runs.start(results, 6)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 5
    assert "did not converge" in runs.run(results, "--resume", sets=FAILS, status=3).stderr
    runs.run(results, "--resume")
    runs.compare(results, "did not converge, other solver settings")
    results = runs.root / "failed_at_once"
    runs.run(results, sets=FAILS, status=3)
    runs.run(results, "--resume")
    runs.compare(results, "did not converge in the first step")


def test_ranks(runs):
    results = runs.root / "ranks"
    process = runs.start(results, 5)
    process.kill()
    process.wait()
    runs.run(results, "--resume", ranks=2)
    runs.compare(results, "resumed on 2 ranks", tolerance=1e-8)


def contents(folder):
    return {path.name: hashlib.sha1(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_refused(runs):
    """One line, status 2, and nothing in the folder has changed."""
    whole, other = runs.root / "whole", runs.root / "other"

    def refused(what, pattern, sets=(), case=None, status=2):
        before = contents(results) if results.exists() else None
        done = runs.run(results, "--resume", sets=sets, case=case, status=status)
        lines = done.stderr.splitlines()
        assert len(lines) == 1 and re.search(pattern, lines[0]), (what, done.stderr)
        assert status != 2 or (contents(results) if results.exists() else None) == before, what
        print("%-44s %s" % (what, lines[0].replace(str(runs.root) + "/", "")))

    def damaged(change):
        shutil.rmtree(results, ignore_errors=True)
        shutil.copytree(whole, results)
        change(results / "checkpoint.h5")

    def flip(path, where):
        data = bytearray(path.read_bytes())
        data[where(data)] ^= 0x10
        path.write_bytes(data)

    def in_values(data):
        with h5py.File(whole / "checkpoint.h5", "r") as file:
            return file["nodes/displacement.0"].id.get_offset() + 8 * 100 + 2

    def edit(name, value):
        def change(path):
            with h5py.File(path, "r+") as file:
                del file[name]
                if value is not None:
                    file[name] = value
        return change

    results = runs.root / "empty"
    refused("no folder", "cannot read the checkpoint .*No such file")
    results.mkdir()
    refused("no checkpoint", "cannot read the checkpoint .*No such file")
    results = runs.root / "damaged"
    damaged(lambda path: path.write_bytes(path.read_bytes()[:-1000]))
    refused("its end is missing", "not a whole checkpoint")
    damaged(lambda path: path.write_bytes(b""))
    refused("empty file", "not a whole checkpoint")
    damaged(lambda path: path.write_bytes(os.urandom(5000)))
    refused("binary garbage", "not a whole checkpoint")
    damaged(lambda path: flip(path, in_values))
    refused("one bit", 'array "displacement.0" is damaged')
    damaged(edit("global/times", None))
    refused("no times", "is damaged")
    damaged(edit("global/times", np.zeros(1000)))
    refused("other times", "is damaged")
    damaged(edit("nodes/displacement.1", np.zeros((5, 3))))
    refused("another shape", "has the shape 5 x 3")
    results = whole
    refused("another load", "belongs to another case", sets=["surfaces.pressed.pressure=0.6 kPa"])
    refused("another tissue", "belongs to another case", sets=["tissues.tendon.matrix.mu=0.2 MPa"])
    refused("other fields", "belongs to another case", sets=["output.fields=[displacement]"])
    shutil.copytree(runs.case, other)
    text = (other / "mesh.msh").read_text()
    moved = re.sub(r"(?m)^(100 \S+ \S+ )\S+$", lambda match: match.group(1) + "6.5", text, count=1)
    assert moved != text
    (other / "mesh.msh").write_text(moved)
    refused("one point elsewhere", "belongs to another mesh", case=other)
    results = runs.root / "damaged"
    damaged(lambda path: (path.parent / "results.vtkhdf").unlink())
    refused("results.vtkhdf is missing", "cannot read .*results.vtkhdf", status=6)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasis", type=os.path.abspath)
    parser.add_argument("mpiexec")
    parser.add_argument("--living", dest="write", action="store_const", const=write_living, default=write_loads, help="living tissue")
    parser.add_argument("--treatment", dest="write", action="store_const", const=write_treatment, help="a whole treatment")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    seed = random.randrange(2**32)
    random.seed(seed)
    print("seed", seed)
    with tempfile.TemporaryDirectory() as scratch:
        root = options.keep or pathlib.Path(scratch)
        if options.keep:
            shutil.rmtree(root, ignore_errors=True)
        runs = Runs(options.tasis, options.mpiexec, root, options.write)
        tests = (test_uninterrupted, test_stopped, test_killed, test_ranks)
        more = {write_loads: (test_requests, test_not_converged, test_refused), write_living: (test_before_surgery,)}
        for test in (*tests, *more.get(options.write, ())):
            test(runs)
    print("all passed")


if __name__ == "__main__":
    main()
