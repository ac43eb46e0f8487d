#!/usr/bin/python3
"""Speed of Tasis: whole runs of the leg benchmark beside what FEBio needs, and the element loops beside what the machine can do.
Prints Markdown; builds nothing. How to read it: docs/developer/performance.md.

  speed.py --tasis build/bin/tasis --element-bench build/tests/benchmarks/element_bench --levels A,B,C,D --reference
  speed.py --tasis build/bin/tasis --crossover          direct and iterative solver, sizes around the one where the default changes
"""
import argparse
import csv
import datetime
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import measure

# FEBio 4.12 on the same problem, 2 threads of 2 quiet cores, displacement tolerance 1e-3, its fastest direct solver: wall s (level D:
# the best of 500 to 645), Newton iterations, peak MB. Its mesh also holds the bone as rigid cells.
FEBIO = {"A": (2.8, 30, 141), "C": (125, 26, 2865), "D": (500, 25, 8405)}
FASTER, LESS_MEMORY, JACOBIAN = 5, 1 / 3, 2500  # the bars: at level C against FEBio; ns a cell and core for hex8 with a fibre law
PASSES = 100  # over the element loops, of which the best counts: other guests of a host slow single ones by up to a half

# What is comparable: FEBio's tolerances leave errors in the axial force of about 1e-4.
SETTINGS = ["solver.tolerance=3e-4", "solver.force_tolerance=3e-2"]
TIGHT = ["solver.tolerance=1e-8", "solver.force_tolerance=0"]

# Sizes around the crossover: cells around, in the bands, along.
SIZES = [(24, [1, 1, 1, 1, 1], 10), (24, [2, 2, 2, 2, 1], 20), (48, [2, 2, 2, 2, 1], 20), (48, [2, 2, 2, 2, 1], 30), (48, [2, 2, 2, 2, 1], 40)]

BUSY = 0.5  # load average


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasis", required=True, help="the program")
    parser.add_argument("--element-bench", help="the program of that name; without it no element table")
    parser.add_argument("--levels", default="A,B", help="of leg_mesh.py, separated by commas; empty: no runs (default: A,B)")
    parser.add_argument("--configurations", default="1x1,1x2,2x1", help="ranks x threads, separated by commas (default: 1x1,1x2,2x1)")
    parser.add_argument("--repeat", type=int, default=1, help="times that each run is made; the fastest counts")
    parser.add_argument("--reference", action="store_true", help="compare the axial force with a tight run of the same level")
    parser.add_argument("--crossover", action="store_true", help="compare direct and iterative solver instead")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="changes the case, as for tasis run")
    parser.add_argument("--work", default=os.path.join(tempfile.gettempdir(), "tasis-speed"), help="folder for meshes and cached references")
    options = parser.parse_args()
    levels = measure.load_leg_mesh().LEVELS
    options.levels = [level for level in options.levels.split(",") if level]
    unknown = [level for level in options.levels if level not in levels]
    if unknown:
        parser.error(f"no level {unknown[0]}; there are {', '.join(levels)}")
    for program in (options.tasis, options.element_bench):
        if program and not os.access(program, os.X_OK):
            parser.error(f"{program} is no program; build it first")
    if options.repeat < 1:
        parser.error("--repeat must be at least 1")
    try:
        options.configurations = [tuple(map(int, re.fullmatch(r"(\d+)x(\d+)", word).groups())) for word in options.configurations.split(",")]
    except AttributeError:
        parser.error("--configurations: ranks x threads such as 1x2, separated by commas")
    return options


def processor():
    found = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return found.group(1).strip() if found else "unknown processor"


def print_heading():
    load = os.getloadavg()[0]
    print(f"{datetime.date.today()}, {processor()}, {os.cpu_count()} cores, load average {load:.2f} at the start.\n")
    if load > BUSY:
        print("**The machine is busy: times are too long, and not comparable.**\n")


def label(configuration):
    ranks, threads = configuration
    return f"{ranks} rank{'s' * (ranks > 1)}, {threads} thread{'s' * (threads > 1)}"


def reference_force(options, level, case):
    """The axial force of a tight run; kept in the work folder as long as mesh and case stay what they are."""
    content = b"".join((measure.FOLDER / name).read_bytes() for name in ("case.yaml", "leg_mesh.py")) + " ".join(TIGHT + options.set).encode()
    path = pathlib.Path(options.work, f"reference_{level}_{hashlib.sha256(content).hexdigest()[:12]}.csv")
    if not path.exists():
        run = measure.run_tasis(options.tasis, case, options.configurations[0], TIGHT + options.set)
        path.write_text("gap [mm],axial_force [N]\n" + "".join(f"{gap!r},{force!r}\n" for gap, force in run.force.items()))
    with open(path, newline="") as file:
        return {float(gap): float(force) for gap, force in list(csv.reader(file))[1:]}


def leg_row(level, configuration, run, reference):
    cells = [level, f"{run.cells:,}", f"{run.unknowns:,}", label(configuration), f"{run.wall:.1f}", f"{run.cpu:.1f}", str(run.newton),
             str(run.linear), f"{run.pss:.0f}", f"{run.rss:.0f}",
             f"{measure.force_difference(run.force, reference):.1e}" if reference else ""]
    if level in FEBIO:
        wall, newton, memory = FEBIO[level]
        cells += [str(wall), str(newton), str(memory), f"{wall / run.wall:.1f}", f"{memory_of(run) / memory:.2f}"]
    else:
        cells += [""] * 5
    return "| " + " | ".join(cells) + " |"


def memory_of(run):
    """The least favourable measure: samples may miss a short peak, the sum of the ranks' peaks cannot."""
    return max(run.pss, run.rss, run.peak)


def bar(text, kept):
    return f"- {text}: **{'kept' if kept else 'missed'}**."


def leg_table(options):
    """Prints the table, returns verdicts on the bars."""
    verdicts = []
    print("| level | cells | unknowns | run | wall s | CPU s | Newton | linear | PSS MB | RSS MB | force differs by "
          "| FEBio s | its Newton | its MB | times as fast | memory ratio |\n|" + "---|" * 16)
    for level in options.levels:
        case = measure.make_case(pathlib.Path(options.work, f"leg_{level}"), measure.load_leg_mesh().LEVELS[level])
        reference = reference_force(options, level, case) if options.reference else None
        runs = []
        for configuration in options.configurations:
            runs.append(measure.best_of(options.repeat, options.tasis, case, configuration, SETTINGS + options.set))
            print(leg_row(level, configuration, runs[-1], reference), flush=True)
        if level == "C":
            wall, _, memory = FEBIO[level]
            fast = min(runs, key=lambda run: run.wall)
            verdicts.append(bar(f"level C at least {FASTER} times as fast as FEBio: {wall / fast.wall:.1f} times", wall / fast.wall >= FASTER))
            verdicts.append(bar(f"with at most a third of its memory: {memory_of(fast) / memory:.2f}", memory_of(fast) / memory <= LESS_MEMORY))
    return verdicts


def element_table(options):
    threads = sorted({str(ranks * threads) for ranks, threads in options.configurations}, key=int)
    print("\nElement loops\n", flush=True)
    done = subprocess.run([options.element_bench, "-threads", ",".join(threads), "-repeats", str(PASSES)], check=True,
                          capture_output=True, text=True, env=measure.environment())
    print(done.stdout)
    times = [float(time) for time in re.findall(r"^\| hex8 \| \d+ \| Jacobian, assembled \| \d+ \| (\d+)", done.stdout, re.M)]
    return [bar(f"hex8 Jacobian with a fibre law at most {JACOBIAN} ns a cell and core: the slowest row says {max(times):.0f}", max(times) <= JACOBIAN)]


def crossover(options):
    print("| cells | unknowns | run | direct: wall s | CPU s | Newton | RSS MB | iterative: wall s | CPU s | Newton | linear | RSS MB |\n|"
          + "---|" * 12)
    for shape in SIZES:
        around, bands, along = shape
        case = measure.make_case(pathlib.Path(options.work, f"size_{around}_{sum(bands)}_{along}"), shape)
        for configuration in options.configurations:
            direct, iterative = (measure.best_of(options.repeat, options.tasis, case, configuration, SETTINGS + options.set + [f"solver.linear={kind}"])
                                 for kind in ("direct", "iterative"))
            print(f"| {direct.cells:,} | {direct.unknowns:,} | {label(configuration)} | {direct.wall:.1f} | {direct.cpu:.1f} | {direct.newton} "
                  f"| {memory_of(direct):.0f} | {iterative.wall:.1f} | {iterative.cpu:.1f} | {iterative.newton} | {iterative.linear} "
                  f"| {memory_of(iterative):.0f} |", flush=True)


def main():
    options = arguments()
    pathlib.Path(options.work).mkdir(parents=True, exist_ok=True)
    print_heading()
    if options.crossover:
        crossover(options)
        return
    verdicts = leg_table(options) if options.levels else []
    if options.element_bench:
        verdicts += element_table(options)
    if verdicts:
        print("\n".join(verdicts))


if __name__ == "__main__":
    try:
        main()
    except measure.Failure as failure:
        sys.exit(f"A run failed: {failure}")
