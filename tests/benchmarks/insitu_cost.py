#!/usr/bin/python3
"""What pictures cost while a run goes: the same case with and without section `catalyst`, in turn, as a ratio of wall times.

    insitu_cost.py TASIS CASE [--script fibre_stretch] [--ranks N] [--repeat N] [--set KEY=VALUE]...

Where there is no display xvfb-run makes one.  The log's own figure (steps shown in so many seconds) stands beside the ratio, because other
programs on the computer spoil a ratio of single runs.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent)]
from environment import environment  # noqa: E402


def run(options, folder, script):
    """Wall time (s) of a run, and what its log says of the pictures."""
    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24 -noreset"] if script and not os.environ.get("DISPLAY") else []
    command += ["mpiexec", "--oversubscribe", "--bind-to", "none", "-n", str(options.ranks)] if options.ranks > 1 else []
    command += [options.tasis, "run", options.case, "--threads", "1", "--results", str(folder / "results")]
    command += [word for s in options.set + ([f"catalyst.script={script}"] if script else []) for word in ("--set", s)]
    before = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=environment(folder, OMP_NUM_THREADS="1"))
    seconds = time.monotonic() - before
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    shown = re.search(r": (\d+) steps shown in (\S+) s", (folder / "results/run.log").read_text())
    return seconds, shown and (int(shown[1]), float(shown[2]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasis", type=os.path.abspath)
    parser.add_argument("case")
    parser.add_argument("--script", default="fibre_stretch")
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    for _ in range(options.repeat):
        times = {}
        for script in (None, options.script):
            with tempfile.TemporaryDirectory() as folder:
                times[script], shown = run(options, pathlib.Path(folder), script)
        alone, watched = times[None], times[options.script]
        print("alone %.1f s, watched %.1f s: %+.1f %%; %d steps shown in %.1f s, %.1f %% of the run alone" % (alone, watched, 100 * (watched / alone - 1), *shown, 100 * shown[1] / alone), flush=True)


main()
