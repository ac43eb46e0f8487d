"""Strands in a block that is stretched: located in cells of each element, carried along, sliding, with remote lengths; their files."""
import json
import re

import h5py
import numpy as np

from closed_forms import Material
from tasis_cases import ELEMENTS, box, main, quantity, vector

TISSUE = Material(("neo-hookean", {"mu": 1.0}), ("simo-taylor", {"K": 5.0}))
SIZE = np.array([10.0, 12.0, 40.0])
MU, AREA = 0.7, 3.0
CORD = {"coupling": "one-way", "matrix": {"model": "neo-hookean", "mu": quantity(MU, "MPa")}, "area": quantity(AREA, "mm2")}
PLANES = {"x0": {"displacement": {"x": "0 mm"}}, "y0": {"displacement": {"y": "0 mm"}}, "z0": {"displacement": {"z": "0 mm"}}}
CURVED = np.array([[1, 2, 1], [4, 3, 9], [5, 8, 17.5], [9, 10, 20], [3, 6, 31], [2, 6, 39.0]])
STRAIGHT = np.array([[5, 6, 0], [5, 6, 40.0]])


def stress(stretch):
    return MU * (stretch - stretch**-2)


def path(points):
    return {"points": [vector(point, "mm") for point in points]}


def block(element):
    return box((3, 3, 6), SIZE, element, distort=0.25)


def run(suite, element, strain, strands, steps=1, tissue=None):
    """The block gets longer along z by that share, its sides are free: x = F X."""
    case = {"tissues": {"block": tissue or TISSUE.tissue()}, "strands": strands, "time": {"end": "1 day", "steps": steps},
            "surfaces": {**PLANES, "z1": {"displacement": {"z": quantity(strain * SIZE[2], "mm")}}}}
    mesh = block(element)
    mesh.paths["course"] = CURVED
    results = suite.run(mesh, case, element)
    with h5py.File(results.folder / "strands.h5", "r") as file:
        fields = {name: file[name][()] for name in file}
        lines = [name for name in file if len(file[name]) == len(file["days"]) * len(file["lines"])]
        fields["names"] = file["strand_id"].attrs["names"].decode().split(",")
    for name in ("displacement", "slip"):
        fields[name] = fields[name].reshape(len(fields["days"]), len(fields["points"]), *fields[name].shape[1:])
    for name in lines:
        fields[name] = fields[name].reshape(len(fields["days"]), len(fields["lines"]))
    return results, fields


def deformation(strain):
    return TISSUE.free_stretches((None, None, 1 + strain))


def length(points):
    return np.linalg.norm(np.diff(points, axis=0), axis=1).sum()


def test_carried(suite):
    """On a curved path, no bed, ends fixed: one stretch, that of the whole path under x = F X"""
    for element in ELEMENTS:
        strands = {"even": {**CORD, "path": path(CURVED), "nodes": 17, "bed": {"tangential_stiffness": "0 MPa/mm"}, "start": "fixed", "end": "fixed"},
                   "held": {**CORD, "path": path(CURVED[::-1]), "spacing": "2 mm", "bed": {"tangential_stiffness": "1e9 MPa/mm"}, "start": "fixed", "end": "free"},
                   "lines": {**CORD, "path": {"group": "course"}, "nodes": 17, "bed": {"tangential_stiffness": "0 MPa/mm"}, "start": "fixed", "end": "fixed"}}
        results, fields = run(suite, element, 0.4, strands)
        F = deformation(0.4)
        stretch = length(CURVED @ F.T) / length(CURVED)
        even, held = (fields["strand_id"] == k for k in (1, 2))
        suite.check("%s: stretch along it" % element, np.abs(fields["fibre_stretch"][-1][even] - stretch).max(), 1e-9)
        suite.check("%s: tension" % element, np.abs(fields["tension"][-1][even] - AREA * stress(stretch)).max(), 1e-8)
        history = [results.history["strand.even." + name][-1] for name in ("tension_start", "tension_end", "fibre_stretch_max", "fibre_stretch_mean", "strain_max", "strain_mean")]
        expected = [AREA * stress(stretch)] * 2 + [stretch] * 2 + [stretch - 1] * 2
        suite.check("%s: history" % element, np.abs(np.array(history) - expected).max(), 1e-8)
        same = np.abs(fields["points"][np.unique(fields["lines"][fields["strand_id"] == 3])] - fields["points"][np.unique(fields["lines"][even])]).max()
        suite.check("%s: the same path as lines of the mesh" % element, same, 1e-12)
        nodes = np.unique(fields["lines"][held])
        carried = fields["points"][nodes] @ (F - np.eye(3)).T
        suite.check("%s: a stiff bed takes the strand along" % element, np.abs(fields["displacement"][-1][nodes] - carried).max(), 1e-7)
        suite.check("%s: no slip there" % element, results.history["strand.held.slip_max"][-1], 1e-7)


def test_remote(suite):
    """No bed, remote lengths at both ends share the stretch"""
    strands = {"cord": {**CORD, "path": path(STRAIGHT), "bed": {"tangential_stiffness": "0 MPa/mm"}, "start": {"remote": "100 mm"}, "end": {"remote": "3 cm"}},
               "short": {**CORD, "path": path(STRAIGHT), "bed": {"tangential_stiffness": "0 MPa/mm"}, "start": "fixed", "end": {"remote": "3 cm"}}}
    results, fields = run(suite, "hex8", 0.4, strands, steps=2)
    for number, remote in ((1, 130.0), (2, 30.0)):
        for step, strain in ((1, 0.2), (2, 0.4)):
            stretch = (40 * (1 + strain) + remote) / (40 + remote)
            error = np.abs(fields["fibre_stretch"][step][fields["strand_id"] == number] - stretch).max()
            suite.check("%g mm remote, step %d: stretch" % (remote, step), error, 1e-10)
    suite.check("force at both ends", np.abs(np.array([results.history["strand.cord.tension_" + end][-1] for end in ("start", "end")]) - AREA * stress(186 / 170)).max(), 1e-9)
    suite.check("names in the file", float(fields["names"] != ["cord", "short"]), 0)


def test_shear_lag(suite):
    """A bed of finite stiffness, small strain: slip of EA u'' = k u with remote ends"""
    strain, remote, bed, perimeter, half = 1e-6, 25.0, 0.004, 6.0, SIZE[2] / 2
    kappa = np.sqrt(bed * perimeter / (3 * MU * AREA))  # 3 mu is Young's modulus
    c = strain / (kappa * np.cosh(kappa * half) + np.sinh(kappa * half) / remote)
    sizes = (11, 21, 41)
    strands = {"cord%d" % nodes: {**CORD, "path": path(STRAIGHT), "nodes": nodes, "start": {"remote": quantity(remote, "mm")}, "end": {"remote": quantity(remote, "mm")},
                                  "bed": {"tangential_stiffness": quantity(bed, "MPa/mm"), "perimeter": quantity(perimeter, "mm")}} for nodes in sizes}
    results, fields = run(suite, "hex8", strain, strands)
    errors, forces, first = [], [], 0
    for nodes in sizes:
        s = fields["points"][first:first + nodes, 2] - half
        slip = fields["slip"][-1][first:first + nodes]
        errors.append(np.abs(slip + c * np.sinh(kappa * s)).max() / (c * np.sinh(kappa * half)))
        forces.append(results.history["strand.cord%d.tension_end" % nodes][-1])
        first += nodes
    suite.check_rate("slip", errors, 2, 1e-3, slack=0.05)
    suite.check("force at the end", abs(forces[-1] / (3 * MU * AREA * c * np.sinh(kappa * half) / remote) - 1), 1e-3)


def test_harm(suite):
    """A nerve that goes along with its bed has no flow left at 16 %, and is blocked after a day; one that slides with a long remote length is not"""
    nerve = {"preset": "nerve", "coupling": "one-way", "area": "10 mm2", "path": path(STRAIGHT), "nodes": 9}
    strands = {"held": {**nerve, "bed": {"tangential_stiffness": "1e6 MPa/mm"}, "start": "fixed", "end": "fixed"},
               "sliding": {**nerve, "bed": {"tangential_stiffness": "0 MPa/mm"}, "start": {"remote": "100 mm"}, "end": {"remote": "100 mm"}}}
    results, fields = run(suite, "hex8", 0.16, strands, steps=8)
    history = results.history
    suite.check("strain of the held nerve", abs(history["strand.held.strain_max"][-1] - 0.16), 1e-7)
    suite.check("its blood flow", history["strand.held.blood_flow_fraction_min"][-1], 0)
    suite.check("its margin, that of a limit passed", history["strand.held.margin"][-1], 0)
    suite.check("it is blocked", abs(history["strand.held.conduction_class_max"][-1] - 2), 0)
    strain = 0.16 * 40 / 240
    suite.check("strain of the sliding one", abs(history["strand.sliding.strain_max"][-1] - strain), 1e-9)
    suite.check("its blood flow is whole", abs(history["strand.sliding.blood_flow_fraction_min"][-1] - 1), 0)
    suite.check("it conducts", history["strand.sliding.conduction_class_max"][-1], 0)
    for field, column, worst in (("margin", "margin", np.min), ("blood_flow_fraction", "blood_flow_fraction_min", np.min), ("ischaemia_dose", "ischaemia_dose_max", np.max), ("conduction_class", "conduction_class_max", np.max)):
        for number, name in enumerate(strands, 1):
            found = worst(fields[field][:, fields["strand_id"] == number], axis=1)
            suite.check("field %s of %s" % (field, name), np.abs(found - history["strand.%s.%s" % (name, column)]).max(), 1e-8)


def test_envelope(suite):
    """Cells and strands have one envelope: a nerve in tissue without limits, then in a tendon that is nearer to its own for a time"""
    course = np.array([[5, 6, 4], [5, 6, 12], [5, 6, 40.0]])
    nerve = {"preset": "nerve", "coupling": "one-way", "area": "10 mm2", "path": path(course), "nodes": 10, "bed": {"tangential_stiffness": "1e6 MPa/mm"}, "start": "fixed", "end": "fixed"}
    results, fields = run(suite, "hex8", 0.3, {"nerve": nerve}, steps=30)
    history, status = results.history, json.loads((results.folder / "status.json").read_text())
    worst, log = status["envelope"], (results.folder / "run.log").read_text()
    suite.check("the nerve has the envelope", float((worst["strand"], worst["tissue"], worst["cell"], worst["rule"]) != ("nerve", None, None, "nerve-ischaemia")), 0)
    suite.check("its column", np.abs(history["envelope_margin"] - history["strand.nerve.margin"]).max(), 0)
    suite.check("strand 1 and no tissue", np.abs(history["envelope_strand"] - 1).max() + np.abs(history["envelope_tissue"] + 1).max(), 0)
    suite.check("the middle of the first element: arc", abs(worst["arc_mm"] - 2), 1e-12)
    suite.check("and place", np.abs(np.array(worst["at_mm"]) - [5, 6, 6]).max(), 1e-9)
    suite.check("day of the smallest margin", abs(worst["day"] - 1), 1e-9)
    flow = re.search(r"limit passed: .* nerve +nerve-blood-flow +(\S+) of (\S+) +day (\S+) +2.0 mm along it at \(5.0, 6.0, 6.0\) mm", log)
    suite.check("the log says when the flow stops, once", float(not flow or len(re.findall("limit passed: .*nerve-blood-flow", log)) != 1), 0)
    suite.check("on the first day beyond", abs(float(flow.group(3)) - np.ceil(float(flow.group(2)) / 0.01) / 30), 1e-4)
    suite.check("table at the end", float(not re.search("smallest margin of each tissue and strand.*\n.*nerve ", log)), 0)
    results, fields = run(suite, "hex8", 0.2, {"nerve": nerve}, steps=40, tissue={"preset": "tendon", "direction": [0, 0, 1]})
    history, worst = results.history, json.loads((results.folder / "status.json").read_text())["envelope"]
    margins = np.array([history["block.margin"], history["strand.nerve.margin"]])
    strand = margins[1] < margins[0] - 1e-6
    suite.check("the smaller of both", np.abs(history["envelope_margin"] - margins.min(axis=0)).max(), 0)
    suite.check("rows that say which", np.sum((history["envelope_strand"] == 1) != strand) + np.sum((history["envelope_tissue"] == 0) == strand), 0)
    suite.check("rows of the tissue, rows of the strand", float(not strand.any() or strand.all()), 0)
    suite.check("the last word names it", float((worst["strand"] == "nerve") != strand[margins.min(axis=0).argmin()] or (worst["tissue"] is None) != (worst["cell"] is None)), 0)


def test_growth(suite):
    """Held at 14 % it grows back to its length in situ: prestrained nerve, time constant of a day, against the closed form"""
    nerve = {"preset": "nerve", "coupling": "one-way", "area": "10 mm2", "path": path(STRAIGHT), "nodes": 9, "prestrain": {"model": "in-situ-stretch", "stretch": 1.1},
             "growth": {"model": "fibre-growth", "time": "%.17g s" % (86400 - 1), "max_rate": "10 day-1"}, "bed": {"tangential_stiffness": "1e6 MPa/mm"}, "start": "fixed", "end": "fixed"}
    case = {"tissues": {"block": TISSUE.tissue()}, "strands": {"nerve": nerve}, "time": {"end": "1 day", "steps": 400}, "curves": {"pull": [["0 s", 0], ["1 s", 1]]},
            "surfaces": {**PLANES, "z1": {"displacement": {"z": {"value": quantity(0.14 * SIZE[2], "mm"), "curve": "pull"}}}}}
    history = suite.run(block("hex8"), case, "hex8").history
    suite.check("theta after one time constant", abs(history["strand.nerve.growth_mean"][-1] - 1.08599848), 2e-6)
    suite.check("elastic stretch in situ", abs(history["strand.nerve.elastic_fibre_stretch_mean"][0] - 1.1), 1e-9)
    suite.check("and at the end", abs(history["strand.nerve.elastic_fibre_stretch_mean"][-1] - 1.1 * 1.14 / 1.08599848), 5e-6)


def test_steps(suite):
    """Growth of a strand sets the steps: in an elastic block, stretched at once and held, from one event to the next"""
    nerve = {"preset": "nerve", "coupling": "one-way", "area": "10 mm2", "path": path(STRAIGHT), "nodes": 9, "prestrain": {"model": "in-situ-stretch", "stretch": 1.1},
             "growth": {"model": "fibre-growth", "time": "%.17g s" % (86400 - 1), "max_rate": "10 day-1"}, "bed": {"tangential_stiffness": "1e6 MPa/mm"}, "start": "fixed", "end": "fixed"}
    case = {"tissues": {"block": TISSUE.tissue()}, "time": {"end": "1 day", "step": "1 day"}, "curves": {"pull": [["0 s", 0], ["1 s", 1]]},
            "surfaces": {**PLANES, "z1": {"displacement": {"z": {"value": quantity(0.14 * SIZE[2], "mm"), "curve": "pull"}}}}}
    steps = {}
    for tolerance in (2e-3, 1e-3, 5e-4, None):
        living = {"growth_tolerance": tolerance} if tolerance else {}
        strands = {"nerve": {**nerve, "growth": nerve["growth"] if tolerance else "none"}}
        history = suite.run(block("hex8"), {**case, "living": living, "strands": strands}, "hex8").history
        steps[tolerance] = len(history["time"]) - 1
        if tolerance:
            suite.check("tolerance %g: theta after one time constant, of the tolerance" % tolerance, abs(history["strand.nerve.growth_mean"][-1] - 1.08599848) / tolerance, 1)
    suite.check("without growth two steps are enough", abs(steps[None] - 2), 0)
    suite.check_range("steps at tolerance 1e-3, of those at 2e-3", steps[1e-3] / steps[2e-3], 1.1, 2.5)
    suite.check_range("steps at 5e-4, of those at 1e-3", steps[5e-4] / steps[1e-3], 1.1, 2.5)
    suite.check_range("steps at 1e-3", steps[1e-3], 6, 60)


def bar(cells, width, shear, strain, **strand):
    """A bar one cell wide, held at its sides, along 40 mm of which a strand runs in the middle."""
    sides = {side: {"displacement": {side[0]: "0 mm"}} for side in ("x0", "x1", "y0", "y1")}
    cord = {"matrix": {"model": "neo-hookean", "mu": quantity(shear, "MPa")}, "area": quantity(AREA, "mm2"), "path": path([[width / 2, width / 2, 0], [width / 2, width / 2, SIZE[2]]]), "nodes": cells + 1, **strand}
    case = {"tissues": {"block": TISSUE.tissue()}, "strands": {"cord": cord}, "solver": {"tolerance": 1e-8},
            "surfaces": {**sides, "z0": {"displacement": {"z": "0 mm"}}, "z1": {"displacement": {"z": quantity(strain * SIZE[2], "mm")}}}}
    return box((1, 1, cells), (width, width, SIZE[2])), case


def test_two_way(suite):
    """A bar of tissue and a strand along its axis, in parallel by shear lag: slip' = q (1/EA + 1/MA) - N/MA, q' = k slip, q the strand's force of all N"""
    width, half, strain, perimeter, shear = 4.0, SIZE[2] / 2, 1e-5, 6.0, 20.0
    solid, cord = (5 + 4 / 3) * width**2, 3 * shear * AREA  # the sides are held: K + 4 mu/3
    for name, bed, tolerance in (("sliding", 0.05, 1e-3), ("nearly bonded", 1.0, 3e-3)):
        kappa = np.sqrt(bed * perimeter * (1 / cord + 1 / solid))
        share = bed * perimeter / (solid * kappa**2)
        expected = 2 * half * strain * solid / (2 * half - share * (2 * half - 2 * np.tanh(kappa * half) / kappa))
        errors = []
        for cells in (20, 40, 80):
            ends = {"start": "free", "end": "free", "bed": {"tangential_stiffness": quantity(bed, "MPa/mm"), "perimeter": quantity(perimeter, "mm")}}
            results = suite.run(*bar(cells, width, shear, strain, **ends))
            errors.append(abs(results.reaction("z1")[2] / expected - 1))
        suite.check("%s: of the force of both the strand's part counts" % name, solid * strain / expected, 0.9)
        suite.check_rate("%s: force" % name, errors, 2, tolerance)
    strain = 0.3
    results = suite.run(*bar(10, width, shear, strain, start="fixed", end="fixed", bed={"tangential_stiffness": "1e3 MPa/mm"}))
    alone = suite.run(*bar(10, width, shear, strain, start="fixed", end="fixed", bed={"tangential_stiffness": "1e3 MPa/mm"}, coupling="one-way"))
    pull = AREA * shear * (1 + strain - (1 + strain) ** -2)
    suite.check("bonded, ends fixed, 30 %: the forces add up", abs(results.reaction("z1")[2] - alone.reaction("z1")[2] - pull) / pull, 1e-8)


def test_balance(suite):
    """A strand on a curved course through a block of a tenth of its stiffness that hangs on a free body: forces in balance, Newton's rate kept"""
    taut = {**CORD, "matrix": {"model": "neo-hookean", "mu": "50 MPa"}, "area": "2 mm2", "path": path(CURVED), "nodes": 31, "bed": {"tangential_stiffness": "0.02 MPa/mm"},
            "start": {"remote": "20 mm"}, "end": "fixed"}
    case = {"tissues": {"block": TISSUE.tissue()}, "bodies": {"bone": {}, "foot": {"motion": {"z": "free", "rotation_x": "free"}, "force": ["0 N", "0 N", "40 N"]}},
            "surfaces": {"z0": {"attached": "bone"}, "z1": {"attached": "foot"}}, "time": {"end": "1 day", "steps": 4}}
    gap = {}
    for coupling in ("one-way", "two-way"):
        results = suite.run(block("hex8"), {**case, "strands": {"cord": {**taut, "coupling": coupling}}})
        force = [results.reaction(name)[:3] for name in ("bone", "foot")]
        gap[coupling] = results.history["motion.foot.z"][-1]
        suite.check("%s: sum of the forces of both bodies" % coupling, np.abs(force[0] + force[1]).max(), 1e-6)
        suite.check("%s: force on the free one" % coupling, abs(force[1][2] - 40), 1e-6)
        newton = results.history["newton_iterations"]
        suite.check("%s: iterations of Newton's method in a step" % coupling, newton.max(), 5)
    results = suite.run(block("hex8"), {**case, "strands": {"cord": {**taut, "coupling": "two-way"}}, "solver": {"linear": "iterative"}})
    suite.check("multigrid finds the same", abs(results.history["motion.foot.z"][-1] / gap["two-way"] - 1), 1e-8)
    suite.check_range("the strand holds the bodies together, share of the way", gap["two-way"] / gap["one-way"], 0.1, 0.95)


def test_no_equilibrium(suite):
    """A strand whose law overflows ends the run, and is named; whether or not the tissue feels it"""
    for coupling in ("one-way", "two-way"):
        stiff = {"matrix": {"model": "ogden", "mu": ["1 MPa"], "alpha": [1000]}, "start": "fixed", "end": "fixed", "coupling": coupling}
        mesh, case = bar(4, 4.0, 1.0, 2.0, bed={"tangential_stiffness": "1 MPa/mm"}, **stiff)
        suite.run(mesh, {**case, "solver": {"smallest_step": 0.6}}, may_fail=True)
        said = (suite.root / ("run%03d" % suite.runs) / "stdout").read_text()
        suite.check("%s: the message" % coupling, float(not re.search("did not converge on day .*strand cord finds no equilibrium", said)), 0)


if __name__ == "__main__":
    main(__doc__, test_carried, test_remote, test_shear_lag, test_harm, test_envelope, test_growth, test_steps, test_two_way, test_balance, test_no_equilibrium)
