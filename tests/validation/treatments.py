"""Runs of treatments that validation compares: made once, kept in a folder, looked at by their histories."""
import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy as np

CASES = pathlib.Path(__file__).resolve().parents[2] / "cases"
sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent)]
from environment import environment  # noqa: E402

failures = []


def check(good, what):
    """Says and remembers whether a line holds."""
    print(("ok      " if good else "FAILED  ") + what)
    if not good:
        failures.append(what)


class Run:
    """History of a run; columns by name without unit."""

    def __init__(self, folder):
        self.folder = folder
        with open(folder / "history.csv", newline="") as lines:
            head, *rows = csv.reader(lines)
        table = np.array([[float(x) if x not in ("", "none") else np.nan for x in numbers(row)] for row in rows])
        self.columns = {re.sub(r" \[.*\]$", "", name): table[:, k] for k, name in enumerate(head)}
        self.day = self.columns["time"]
        self.seconds = json.loads((folder / "status.json").read_text()).get("wall_time_s", np.nan)

    def __getitem__(self, name):
        return self.columns[name]

    def at(self, name, day):
        """Value at a day, between rows by a straight line; of a row that stands there, that one."""
        return np.interp(day, self.day, self[name])

    def nerve_strain(self, name):
        """Largest strain above in situ along a nerve, at each time."""
        stretch = self[f"strand.{name}.elastic_fibre_stretch_max"]
        return stretch / stretch[0] - 1


def numbers(row):
    """Texts in the history (names of tissues and rules) are no numbers."""
    for x in row:
        try:
            float(x)
            yield x
        except ValueError:
            yield ""


def run(options, case, name, **settings):
    """Runs the folder `case` with settings (key__of__case="value"), unless options.results holds that, called `name`."""
    folder = options.results / name
    status = folder / "status.json"
    if not (status.exists() and json.loads(status.read_text()).get("state") == "done"):
        words = [w for key, value in settings.items() for w in ("--set", f"{key.replace('__', '.')}={value}")]
        launch = ["mpiexec", "--quiet", "--oversubscribe", "--bind-to", "none", "-n", str(options.ranks)] if options.ranks > 1 else []
        begin = time.monotonic()
        with tempfile.TemporaryDirectory() as own:
            done = subprocess.run([*launch, str(options.tasis.resolve()), "run", str(case), "--results", str(folder), "--set", "output.fields=none", *words], env=environment(own, isolated=not launch, OMP_NUM_THREADS="1"), capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{name}: status {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
        print(f"        {name}: {time.monotonic() - begin:.0f} s")
    return Run(folder)


def options(description, what):
    """Command line: TASIS, then which of `what` (a function by name); --results, --ranks."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasis", type=pathlib.Path)
    parser.add_argument("what", nargs="*", choices=[*what, []], default=[])
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--ranks", type=int, default=2)
    return parser.parse_intermixed_args()


def validate(description, what):
    """Does what the command line says, all of `what` if nothing; ends with status 1 where a check failed."""
    chosen = options(description, what)
    with tempfile.TemporaryDirectory() as folder:
        chosen.results = chosen.results or pathlib.Path(folder)
        chosen.results.mkdir(parents=True, exist_ok=True)
        for name in chosen.what or what:
            what[name](chosen)
    print(f"\n{len(failures)} failed")
    sys.exit(1 if failures else 0)
