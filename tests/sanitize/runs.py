#!/usr/bin/env python3
"""Short runs of a program with sanitizers: every element, both linear solvers, 1 and 2 threads, 2 ranks, a resumed run, the leg's mesh.

    runs.py TASIS MPIEXEC

Memory that MPI and PETSc do not give back at the end is not looked for (detect_leaks=0).
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "parallel"), str(HERE.parent / "verification")]
import tasis_cases  # noqa: E402
from test_parallel import ENVIRONMENT, write_loads  # noqa: E402

SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=1", "UBSAN_OPTIONS": "print_stacktrace=1", **ENVIRONMENT}
STRETCHED = {
    "mesh": {"file": "mesh.msh"},
    "tissues": {"block": {"preset": "muscle", "direction": [0, 0, 1]}},
    "bodies": {"bone": {}},
    "surfaces": {"z0": {"attached": "bone"}, "z1": {"displacement": {"z": "0.2 mm"}}, "x1": {"gliding": "bone"}},
    "time": {"end": "1 day", "steps": 2},
}


def write_stretched(folder, element):
    folder.mkdir()
    tasis_cases.box((2, 2, 2), (4, 4, 4), element, distort=0.2).write(folder / "mesh.msh")
    (folder / "case.yaml").write_text(json.dumps({**STRETCHED, "mesh": {"file": "mesh.msh", "element": element}}))


class Runs:
    def __init__(self, tasis, mpiexec):
        self.tasis, self.mpiexec, self.failed = tasis, mpiexec, 0

    def run(self, what, command, *words, status=0, ranks=0):
        launcher = [self.mpiexec, "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks else []
        done = subprocess.run([*launcher, self.tasis, command, *map(str, words)], capture_output=True, text=True, env={**os.environ, **SANITIZERS})
        said = done.stdout + done.stderr
        bad = done.returncode != status or re.search(r"Sanitizer|runtime error", said)
        self.failed += bool(bad)
        print("%s  %s%s" % ("FAILED" if bad else "ok    ", what, ": status %d\n%s" % (done.returncode, said[-4000:]) if bad else ""), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasis", type=os.path.abspath)
    parser.add_argument("mpiexec")
    options = parser.parse_args()
    runs = Runs(options.tasis, options.mpiexec)
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        case, results = root / "case", root / "results"
        case.mkdir()
        write_loads(case)
        place = [case, "--results", results]
        runs.run("loads, direct, 1 thread", "run", *place, "--threads", 1, "--set", "solver.linear=direct")
        runs.run("loads, resumed at the end", "run", *place, "--threads", 1, "--resume", "--set", "solver.linear=direct")
        runs.run("loads, resumed as another case", "run", *place, "--resume", "--set", "output.fields=none", status=2)
        runs.run("loads, iterative, 2 threads", "run", *place, "--threads", 2, "--set", "solver.linear=iterative")
        runs.run("loads, direct, 2 ranks", "run", *place, "--threads", 1, "--set", "solver.linear=direct", ranks=2)
        runs.run("loads, does not converge", "run", *place, "--threads", 1, "--set", "solver.max_iterations=1", "--set", "solver.tolerance=2e-14", "--set", "solver.predictor=no",
                 "--set", "solver.smallest_step=0.9", status=3)
        for element in tasis_cases.ELEMENTS:
            write_stretched(root / element, element)
            runs.run("stretched, " + element, "run", root / element, "--results", results, "--threads", 2)
        runs.run("the leg's mesh", "mesh", HERE.parent.parent / "cases" / "tibia-50mm", "--results", results)
    sys.exit(1 if runs.failed else 0)


if __name__ == "__main__":
    main()
