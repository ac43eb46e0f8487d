"""Runs Tasis on the leg benchmark and measures it: wall and processor time, memory of all ranks, iterations, axial force. For speed.py."""
import csv
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field

FOLDER = pathlib.Path(__file__).resolve().parent
SAMPLE_EVERY = 0.1      # s between looks at the memory, and
SAMPLE_SHARE = 0.02     # at most this share of one core for looking: it walks the page tables of the process it looks at


class Failure(Exception):
    """A run that did not end well: what it said."""


@dataclass
class Run:
    """One run: times in s, memory in MB."""
    wall: float = 0.0
    cpu: float = 0.0    # user and system time of all ranks
    pss: float = 0.0    # largest sum over the ranks, shared pages dealt out among those who share them
    rss: float = 0.0    # the same, shared pages counted in every rank
    peak: float = 0.0   # sum of the ranks' own peaks of RSS, which need not fall together (status.json's measure)
    newton: int = 0
    linear: int = 0
    cells: int = 0
    unknowns: int = 0
    force: dict = field(default_factory=dict)  # N by gap in mm


def load_leg_mesh():
    spec = importlib.util.spec_from_file_location("leg_mesh", FOLDER / "leg_mesh.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_case(folder, shape):
    """A folder with the benchmark's case and a mesh of (cells around, per band, along); made once."""
    if not (folder / "leg.msh").exists():
        folder.mkdir(parents=True, exist_ok=True)
        leg_mesh = load_leg_mesh()
        leg_mesh.LEVELS["wanted"] = shape
        leg_mesh.write(folder / "unfinished", *leg_mesh.build("wanted"))
        (folder / "unfinished").rename(folder / "leg.msh")
    shutil.copy(FOLDER / "case.yaml", folder / "case.yaml")
    return folder


def descendants(pid):
    found = [pid]
    for parent in found:
        for listing in pathlib.Path("/proc", str(parent), "task").glob("*/children"):
            found += [int(child) for child in listing.read_text().split()]
    return found


def rollup(pid):
    """PSS and RSS of a process in MB."""
    text = pathlib.Path("/proc", str(pid), "smaps_rollup").read_text()
    return [int(re.search(rf"^{key}:\s+(\d+) kB", text, re.M).group(1)) / 1024 for key in ("Pss", "Rss")]


class MemoryWatch(threading.Thread):
    """Looks at the memory of the processes of one program below a process, from time to time."""

    def __init__(self, pid, program, ranks):
        super().__init__(daemon=True)
        self.pid, self.program, self.ranks = pid, os.path.realpath(program), ranks
        self.pids, self.pss, self.rss, self.done = [], 0.0, 0.0, threading.Event()

    def look(self):
        try:
            if len(self.pids) < self.ranks:
                self.pids = [pid for pid in descendants(self.pid) if os.path.realpath(f"/proc/{pid}/exe") == self.program]
            sums = [sum(values) for values in zip(*map(rollup, self.pids))]
        except (OSError, AttributeError):  # a process ended meanwhile
            self.pids = []
            return
        if sums:
            self.pss, self.rss = max(self.pss, sums[0]), max(self.rss, sums[1])

    def run(self):
        pause = SAMPLE_EVERY
        while not self.done.wait(pause):
            start = time.thread_time()
            self.look()
            pause = max(SAMPLE_EVERY, (time.thread_time() - start) / SAMPLE_SHARE)


def environment():
    names = {"OPENBLAS_NUM_THREADS": "1"}
    if os.geteuid() == 0:
        names.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    return {**os.environ, **names}


def read_history(results, run):
    with open(results / "history.csv", newline="") as file:
        for row in csv.DictReader(file):
            values = {name.split(" [")[0]: float(value) for name, value in row.items()}
            run.newton += int(values["newton_iterations"])
            run.linear += int(values["linear_iterations"])
            run.force[round(values["gap"], 9)] = values["axial_force"]


def run_tasis(tasis, case, configuration, settings):
    """One run of a case folder; configuration: (ranks, threads); settings: key=value pairs for --set."""
    ranks, threads = configuration
    results = case / "results"
    shutil.rmtree(results, ignore_errors=True)
    command = [tasis, "run", case, "--results", results, "--threads", threads]
    for setting in settings:
        command += ["--set", setting]
    if ranks > 1:
        command = ["mpiexec", "--bind-to", "none", "-n", ranks] + command
    run, start = Run(), time.monotonic()
    with open(case / "output.txt", "w") as output:
        process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=subprocess.STDOUT, env=environment())
        watch = MemoryWatch(process.pid, tasis, ranks)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
    run.wall, run.cpu = time.monotonic() - start, usage.ru_utime + usage.ru_stime
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.done.set()
    watch.join()
    if process.returncode:
        raise Failure(" ".join(map(str, command)) + "\n" + (case / "output.txt").read_text()[-2000:])
    run.pss, run.rss = watch.pss, watch.rss
    run.peak = float(re.search(r'"memory_peak_MB": ([\d.]+)', (results / "status.json").read_text()).group(1))
    run.cells, run.unknowns = map(int, re.search(r"(\d+) cells, .* (\d+) unknowns", (results / "run.log").read_text()).groups())
    read_history(results, run)
    shutil.rmtree(results)
    return run


def best_of(repeats, *arguments):
    """The fastest of several runs, with the largest memory of all."""
    runs = [run_tasis(*arguments) for _ in range(repeats)]
    best = min(runs, key=lambda run: run.wall)
    best.pss, best.rss, best.peak = (max(getattr(run, name) for run in runs) for name in ("pss", "rss", "peak"))
    return best


def force_difference(force, reference):
    """Largest relative difference of the axial force over the steps that both have; before the first there is no force but round-off."""
    common = [gap for gap in force if gap > 0 and gap in reference]
    return max(abs(force[gap] / reference[gap] - 1) for gap in common)
