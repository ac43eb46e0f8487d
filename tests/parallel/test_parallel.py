#!/usr/bin/env python3
"""One case on 1 and 2 threads, and on 1, 2 and 4 ranks.

    test_parallel.py TASIS MPIEXEC leg|loads|living|treatment direct|iterative [--keep FOLDER]

Threads must agree bitwise: in history.csv, in its copy and in every field.  Ranks add forces up in another order, which round-off
tells: histories and displacements agree to 1e-8, far below what the tolerance of the equations allows a wrong assembly.
Nodes and cells are stored in an order that does not depend on the ranks, so fields are compared place by place.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "verification"), str(HERE.parent / "benchmarks" / "leg")]
import leg_mesh  # noqa: E402
import tasis_cases  # noqa: E402
from environment import environment  # noqa: E402

ENVIRONMENT = environment(isolated=False)
RANKS = (2, 4)
TOLERANCE = 1e-8
COUNTERS = ("newton_iterations", "linear_iterations")  # of work, not of the limb


def write_leg(folder):
    """The leg benchmark on half the cells of its level A, the first tenth of its way."""
    leg_mesh.LEVELS["test"] = (24, [1, 1, 1, 1, 1], 20)
    leg_mesh.write(folder / "leg.msh", *leg_mesh.build("test"))
    shutil.copy(HERE.parent / "benchmarks" / "leg" / "case.yaml", folder / "case.yaml")
    return ["distraction.length=5 mm", "distraction.steps=2"]


def write_loads(folder):
    """A block of two tissues that hangs on a free body, glides with friction along another and is pressed and sheared: everything that
    adds to the residual besides the elements."""
    mesh = tasis_cases.box((6, 5, 8), (12, 10, 32), distort=0.25)
    mesh.tissues = ["muscle", "tendon"]
    mesh.cell_tissue = (mesh.points[mesh.cells].mean(axis=1)[:, 2] > 20).astype(int)
    mesh.divide("y1", lambda x, y, z: z > 16, "pressed")
    mesh.write(folder / "mesh.msh")
    case = {
        "mesh": {"file": "mesh.msh"},
        "tissues": {"muscle": {"preset": "muscle", "direction": [0, 0.2, 1]},
                    "tendon": {"matrix": {"model": "neo-hookean", "mu": "0.1 MPa"}, "volume": {"model": "log-squared", "K": "10 MPa"}}},
        "bodies": {"bone": {}, "foot": {"motion": {"x": "free", "z": "free", "rotation_y": "free"}, "force": ["0.1 N", "0 N", "0.5 N"],
                                        "moment": ["0 N mm", "1 N mm", "0 N mm"]}},
        "surfaces": {"z0": {"attached": "bone"}, "z1": {"attached": "foot"},
                     "x0": {"gliding": "bone", "tangential_stiffness": "0.002 MPa/mm"},
                     "y0": {"traction": ["0.2 kPa", "0 kPa", "0.3 kPa"]}, "pressed": {"pressure": "0.5 kPa"}},
        # through both tissues, across cells whoever holds them, and from a file
        "strands": {"nerve": {"preset": "nerve", "path": {"points": [["3 mm", "2 mm", "1 mm"], ["6 mm", "6 mm", "16 mm"], ["9 mm", "5 mm", "31 mm"]]}, "area": "2 mm2",
                              "bed": {"tangential_stiffness": "0.0005 MPa/mm"}, "start": {"remote": "20 mm"}, "end": "free", "spacing": "1.5 mm"},
                    "cord": {"matrix": {"model": "neo-hookean", "mu": "0.5 MPa"}, "path": {"file": "cord.csv"}, "area": "1 mm2", "nodes": 12,
                             "bed": {"tangential_stiffness": "0.01 MPa/mm", "perimeter": "5 mm"}, "start": "fixed", "end": "free"}},
        "pins": {"wire": {"start": ["-5 mm", "4 mm", "24 mm"], "end": ["15 mm", "7 mm", "27 mm"], "body": "foot"},
                 "half_pin": {"start": ["7 mm", "6 mm", "10 mm"], "end": ["9 mm", "15 mm", "20 mm"], "body": "foot", "stiffness": "0.1 MPa", "axial_stiffness": "0.01 MPa"}},
        "time": {"end": "1 day", "steps": 3},
    }
    (folder / "cord.csv").write_text("x,y,z\n2,8,2\n10,8,15\n4,2,30\n")
    (folder / "case.yaml").write_text(json.dumps(case))
    return []


def write_living(folder):
    """The same block as living tissue: prestrained, relaxing, growing; its end is lengthened in steps, every second day resolved."""
    write_loads(folder)
    write_living_case(folder)
    return []


def write_living_case(folder):
    """Makes a case that write_loads has written one of living tissue."""
    case = json.loads((folder / "case.yaml").read_text())
    case["living"] = {"prestrain": "yes", "relaxation": "yes", "growth": "yes"}
    case["tissues"]["tendon"]["relaxation"] = {"model": "prony", "fraction": [0.1], "time": ["10 min"]}
    case["bodies"]["foot"] = {}
    case["distraction"] = {"body": "foot", "direction": [0, 0, 1], "length": "1.5 mm", "rate": "0.5 mm/day", "steps_per_day": 2, "ramp": "1 min", "resolve_every": 2}
    case["time"] = {"end": "6 day", "step": "1 day"}
    (folder / "case.yaml").write_text(json.dumps(case))


def write_treatment(folder):
    """The living block with two osteotomies, their nails that slip, tissue in one gap, half of its end on a heel that turns freely and is stretched and
    examined, and a rule that slows the lengthening down."""
    write_loads(folder)
    mesh = tasis_cases.box((6, 5, 8), (12, 10, 32), distort=0.25)
    mesh.tissues = ["muscle", "tendon"]
    mesh.cell_tissue = (mesh.points[mesh.cells].mean(axis=1)[:, 2] > 20).astype(int)
    mesh.divide("z1", lambda x, y, z: x > 8, "heel")
    mesh.write(folder / "mesh.msh")
    write_living_case(folder)
    case = json.loads((folder / "case.yaml").read_text())
    del case["surfaces"]["pressed"]
    case["surfaces"]["heel"] = {"attached": "heel"}
    case["bodies"].update(middle={}, foot={"parent": "middle"}, heel={"parent": "foot"})
    case["distraction"]["body"] = "middle"
    case["second_distraction"] = {"body": "foot", "length": "1 mm", "rate": "0.2 mm/day", "latency": "0.3 day", "steps_per_day": 3}
    case["second_regenerate"] = "none"
    case["device"] = {"model": "magnetic-nail", "stiffness": "5 N/mm", "stall_force": "1 N", "speed": "infinite", "step_spread": 0.1}
    case["regenerate"] = {"model": "layered", "area": "10 mm2"}
    case["joints"] = {"ankle": {"body": "heel", "centre": ["8 mm", "5 mm", "33 mm"], "axis": [0, -1, 0], "angle": "free",
                                "passive": {"model": "linear", "stiffness": "2e-5 N m/degree"}}}
    case["physiotherapy"] = {"sessions": {"stretch": {"joint": "ankle", "torque": "2 N mm", "hold": "10 min", "times_per_day": 2}}}
    case["examinations"] = {"rom": {"joint": "ankle", "torque": "3 N mm", "every": "2 day"}}
    case["monitoring"] = {"slow": {"action": "slow", "margin": 0.6}}
    case["time"] = {"end": "4 day", "step": "1 day"}
    (folder / "case.yaml").write_text(json.dumps(case))
    return []


CASES = {"leg": write_leg, "loads": write_loads, "living": write_living, "treatment": write_treatment}


class Written:
    """Everything that a run wrote about the limb."""

    def __init__(self, folder):
        self.csv = (folder / "history.csv").read_bytes()
        with h5py.File(folder / "results.vtkhdf", "r") as file:
            self.columns = file["history/columns"][()].astype(str).tolist()
            self.units = file["history/units"][()].astype(str).tolist()
            self.history = file["history/values"][()]
            root = file["VTKHDF"]
            names = [f"{place}/{name}" for place in ("PointData", "CellData") for name in root[place]]
            self.arrays = {name: root[name][()] for name in names + ["Points", "Connectivity", "Types", "Steps/Values"]}
        if (folder / "strands.h5").exists():
            with h5py.File(folder / "strands.h5", "r") as file:
                self.arrays.update({f"strands/{name}": file[name][()] for name in file})


def run(options, folder, sets, name, threads=1, ranks=0):
    results = folder / name
    launcher = [options.mpiexec, "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks else []
    sets = [*sets, f"solver.linear={options.solver}", "solver.tolerance=1e-10", "output.precision=double"]
    command = [*launcher, options.tasis, "run", str(folder), "--results", str(results), "--threads", str(threads)]
    done = subprocess.run(command + [word for s in sets for word in ("--set", s)], capture_output=True, text=True, env=ENVIRONMENT)
    if done.returncode:
        sys.exit("%s: status %d\n%s" % (" ".join(command), done.returncode, (done.stdout + done.stderr)[-3000:]))
    return Written(results)


def bitwise(one, other):
    """What differs between two runs."""
    differ = [name for name in one.arrays if one.arrays[name].tobytes() != other.arrays[name].tobytes()]
    if one.csv != other.csv:
        differ.append("history.csv")
    if one.history.tobytes() != other.history.tobytes():
        differ.append("/history")
    return differ


def history_error(one, other):
    """The largest difference, relative to the largest value of any column of that unit (a force that is zero by symmetry is round-off
    of the others), ratios to 1; and its column."""
    assert one.columns == other.columns and one.history.shape == other.history.shape, "other steps"
    worst = (0.0, "")
    for unit in set(one.units):
        group = [k for k, u in enumerate(one.units) if u == unit and one.columns[k] not in COUNTERS]
        a, b = one.history[:, group], other.history[:, group]
        assert np.array_equal(np.isnan(a), np.isnan(b))
        if not group or np.isnan(a).all():
            continue
        error = np.nan_to_num(abs(a - b)).max(axis=0) / max(np.nanmax(abs(a)), 1e-300)
        worst = max(worst, (error.max(), one.columns[group[int(error.argmax())]]))
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasis")
    parser.add_argument("mpiexec")
    parser.add_argument("case", choices=CASES)
    parser.add_argument("solver", choices=("direct", "iterative"))
    parser.add_argument("--keep", type=pathlib.Path, help="a folder to leave case and results in")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        sets = CASES[options.case](folder)
        one = run(options, folder, sets, "threads-1")
        assert np.isfinite(one.arrays["PointData/displacement"]).all() and abs(one.arrays["PointData/displacement"]).max() > 0.1
        differ = bitwise(one, run(options, folder, sets, "threads-2", threads=2))
        failed += bool(differ)
        print("1 and 2 threads: " + ("differ in " + ", ".join(differ) if differ else "bitwise the same, %d fields" % len(one.arrays)))
        for ranks in RANKS:
            many = run(options, folder, sets, f"ranks-{ranks}", ranks=ranks)
            for name in ("Points", "Connectivity", "Types", "Steps/Values"):
                assert np.array_equal(one.arrays[name], many.arrays[name]), name
            history, column = history_error(one, many)
            u, v = (written.arrays["PointData/displacement"] for written in (one, many))
            field = abs(u - v).max() / abs(u).max()
            for name in one.arrays:
                if name.startswith("strands/"):
                    u, v = (written.arrays[name] for written in (one, many))
                    field = max(field, abs(u - v).max() / max(abs(u).max(), 1e-300))
            bad = not (history <= TOLERANCE and field <= TOLERANCE)
            failed += bad
            print("1 and %d ranks: history %.1e (%s), displacement %.1e%s" % (ranks, history, column, field, "  FAILED: more than %.0e" % TOLERANCE if bad else ""))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
