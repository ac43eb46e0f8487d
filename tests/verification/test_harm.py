"""Rules of harm through the whole program: a nerve pulled to 20 % and let go, against formulae of docs/theory/harm.md written anew here.

The strain is prescribed, so everything that follows from it is known: flow, dose (by fine quadrature), classes, margins, and where
and when the envelope is reached.
"""
import json

import h5py
import numpy as np

from tasis_cases import box, main, merge

ARREST, SLOWING, BLOCK, SLOWED, SLOWED_STRAIN, RECOVERY, TEAR = 0.157, 0.08, 1.9, 0.17, 0.1, 8.0, 0.201
RULES = ("nerve-blood-flow", "nerve-ischaemia", "nerve-strain", "vessel-stretch", "vessel-stress", "muscle-overstretch",
         "muscle-contracture", "muscle-fibrosis", "tendon-strain", "skin-stretch", "fascia-strain")


def flow(strain):
    s = np.clip((strain - SLOWING) / (ARREST - SLOWING), 0, 1)
    return 1 - s * s * (3 - 2 * s)


def dose(hours, strain, wanted):
    """At the hours wanted, of a strain that is piecewise linear in time: D' = (1 - q) - q D/recovery."""
    fine = np.unique(np.concatenate([np.linspace(hours[0], hours[-1], 40001), wanted]))
    q = flow(np.interp(0.5 * (fine[1:] + fine[:-1]), hours, strain))
    values = [0.0]
    for dt, q_i in zip(np.diff(fine), q):
        decay = np.exp(-q_i * dt / RECOVERY)
        values.append(values[-1] * decay + (1 - q_i) * (dt if q_i < 1e-9 else (1 - decay) * RECOVERY / q_i))
    return np.interp(wanted, fine, values)


def stretched(tissues, curve, end, steps, strain=0.2, **more):
    """Boxes of 2 mm in a row, pulled along x by the same strain, each with one kind of tissue."""
    mesh = merge([box((2, 1, 1), (2, 2, 2), tissue=name, origin=(0, 4 * i, 0)) for i, name in enumerate(tissues)])
    case = {"tissues": {name: {"direction": [1, 0, 0], "sheet": [0, 1, 0], **tissue} for name, tissue in tissues.items()},
            "curves": {"pull": curve}, "time": {"end": end, "steps": steps},
            "surfaces": {"x0": {"displacement": {"x": "0 mm"}}, "y0": {"displacement": {"y": "0 mm"}}, "z0": {"displacement": {"z": "0 mm"}},
                         "x1": {"displacement": {"x": {"value": "%.17g mm" % (2 * strain), "curve": "pull"}}}}, **more}
    if len(tissues) > 1:  # each box is held on one side of its own
        mesh.divide("y0", lambda x, y, z: y > 0.1, "others")
        for i, name in enumerate(tissues):
            if i:
                mesh.divide("others", lambda x, y, z, at=4 * i: abs(y - at) < 0.1, "y0 " + name)
                case["surfaces"]["y0 " + name] = {"displacement": {"y": "0 mm"}}
    return mesh, case


def status(results):
    return json.loads((results.folder / "status.json").read_text())


def test_nerve(suite):
    """A nerve is pulled to 20 % within 10 h, held for 2 h, let go within 2 h and left alone"""
    hours, strain = np.array([0, 10, 12, 14, 40.0]), np.array([0, 0.2, 0.2, 0, 0])
    curve = [["%g h" % h, s / 0.2] for h, s in zip(hours, strain)]
    results = suite.run(*stretched({"nerve": {"preset": "nerve"}}, curve, "40 h", 80))
    history = results.history
    time = history["time"] * 24
    expected = np.interp(time, hours, strain)
    suite.check("strain above in situ", abs(history["nerve.nerve_blood_flow"] - expected).max(), 1e-9)
    suite.check("blood-flow fraction", abs(history["nerve.blood_flow_fraction_min"] - flow(expected)).max(), 1e-7)
    doses = dose(hours, strain, time)
    suite.check("ischaemia dose, h", abs(history["nerve.nerve_ischaemia"] - doses).max(), 2e-3)
    near = abs(doses - BLOCK) > 0.01
    classes = np.where(doses >= BLOCK, 2, (doses >= SLOWED) | (expected >= SLOWED_STRAIN - 1e-9))
    near &= (abs(doses - SLOWED) > 0.01) & (abs(expected - SLOWED_STRAIN) > 1e-6)
    suite.check("conduction class, rows that differ", np.sum(near & (history["nerve.conduction_class_max"] != classes)), 0)
    suite.check_range("classes that occur", len(set(history["nerve.conduction_class_max"])), 3, 3)
    margins = np.stack([(ARREST - expected) / ARREST, (BLOCK - doses) / BLOCK, (TEAR - expected) / TEAR])
    suite.check("margin", abs(history["nerve.margin"] - np.minimum(1, margins.min(axis=0))).max(), 2e-3)
    suite.check("rule, rows that differ", np.sum(history["envelope_rule"] != 1 + np.where(margins.min(axis=0) > 1 - 1e-6, 0, margins.argmin(axis=0))), 0)
    worst = status(results)["envelope"]
    row = np.argmin(history["nerve.margin"])
    suite.check("status.json: worst margin", abs(worst["margin"] - history["nerve.margin"][row]), 1e-9)
    suite.check("its day", abs(worst["day"] - history["time"][row]), 1e-9)
    suite.check("rule, tissue and limit", (worst["rule"], worst["tissue"], worst["limit"], worst["unit"]) != ("nerve-ischaemia", "nerve", BLOCK, "h"), 0)
    for name, column in (("margin", "nerve.margin"), ("blood_flow_fraction", "nerve.blood_flow_fraction_min"),
                         ("ischaemia_dose", "nerve.nerve_ischaemia"), ("limiting_rule", "envelope_rule"), ("conduction_class", "nerve.conduction_class_max")):
        fields = results.fields[name].reshape(len(results.steps), -1)
        suite.check("field %s agrees with the history" % name, max(abs(fields[s] - history[column][np.argmin(abs(history["time"] - day))]).max() for s, day in enumerate(results.steps)), 1e-9)
    with h5py.File(results.folder / "results.vtkhdf", "r") as file:
        numbers = file["provenance"].attrs["limiting_rule"].decode()
        suite.check("numbers of rules in the results", numbers != ", ".join(["0 none"] + ["%d %s" % (i + 1, name) for i, name in enumerate(RULES)]), 0)
        suite.check("limits in the results", b"2,nerve-ischaemia,nerve,ischaemia dose,1.9,h," not in file["case/limits.csv"][()], 0)


def test_hold(suite):
    """A hold divided into 3 or 60 steps leaves the same state"""
    found = []
    for steps in (3, 60):
        curve = [["0 h", 0], ["1 h", 1], ["61 h", 1]]
        results = suite.run(*stretched({"nerve": {"preset": "nerve"}, "muscle": {"preset": "muscle"}}, curve, "61 h", steps, strain=0.12))
        found.append([results.history[name][-1] for name in ("nerve.nerve_ischaemia", "muscle.muscle_fibrosis", "nerve.margin", "muscle.margin")])
        hour = np.argmin(abs(results.history["time"] * 24 - 1))
        suite.check("muscle: mean rate after an hour of 11.3 %", abs(results.history["muscle.muscle_fibrosis"][hour] / (24 * np.log(1.12) * (1 - (1 + 1 / 24) * np.exp(-1 / 24))) - 1), 1e-8)
        suite.check("class is remembered", abs(results.history["muscle.fibrosis_class_max"][-1] - 2), 0)
    suite.check("dose, rate and margins", max(abs(np.array(found[0]) - found[1])), 1e-9)


def test_envelope(suite):
    """Among tissues of all kinds pulled alike the envelope is that with the smallest limit, where and when it is reached"""
    tissues = {name: {"preset": name} for name in ("muscle", "tendon", "nerve", "artery", "skin", "fascia", "fat")}
    results = suite.run(*stretched(tissues, [["0 day", 0], ["30 day", 1]], "30 day", 6, strain=0.09))
    history, strain = results.history, 0.09 * results.history["time"] / 30
    suite.check("tendon: margin", abs(history["tendon.margin"] - (0.075 - strain) / 0.075).max(), 1e-8)
    suite.check("skin: margin", abs(history["skin.margin"] - (0.13 - strain) / 0.13).max(), 1e-8)
    suite.check("fascia: margin", abs(history["fascia.margin"] - (0.1411 - strain) / 0.1411).max(), 1e-8)
    stress = history["artery.fibre_stress_max"]
    suite.check("artery: margin", abs(history["artery.margin"] - np.minimum((0.27 - strain) / 0.27, (0.106 - stress) / 0.106)).max(), 1e-8)
    suite.check("muscle: contracture index", abs(history["muscle.muscle_contracture"] - (1 - 1 / (1 + strain))).max(), 1e-9)
    suite.check("muscle: overstretch", abs(history["muscle.muscle_overstretch"] - strain).max(), 1e-9)
    suite.check("fat is not judged", sum(name.startswith("fat.m") for name in history), 0)
    suite.check("fat: margin 1, no rule", abs(results.field("margin")[-2:] - 1).max() + abs(results.field("limiting_rule")[-2:]).max(), 0)
    suite.check("envelope", abs(history["envelope_margin"] - np.min([history[name + ".margin"] for name in tissues if name != "fat"], axis=0)).max(), 0)
    suite.check("its tissue and rule at the end", abs(history["envelope_tissue"][-1] - 1) + abs(history["envelope_rule"][-1] - 9), 0)
    worst = status(results)["envelope"]
    suite.check("status.json: cell and place", abs(np.array([worst["cell"], *worst["at_mm"]]) - [3, 0.5, 5, 1]).max(), 1e-12)
    lines = [line.split() for line in (results.folder / "run.log").read_text().splitlines() if " cell " in line and " day " in line]
    passed, lines = [line[2:] for line in lines if line[0] == "limit"], [line for line in lines if line[0] != "limit"]
    suite.check("the log names six tissues, the worst first", [line[1] for line in lines[:1]] != ["tendon"] or len(lines) != 6, 0)
    suite.check("a limit is said to be passed once, and is", len({(*line[1:3],) for line in passed}) - len(passed) + sum(not line[0].startswith("-") for line in passed), 0)
    suite.check("of each tissue whose margin is negative", {line[1] for line in passed} != {line[1] for line in lines if float(line[0]) < 0} or not passed, 0)
    suite.check("and its margins rise", sum(float(a[0]) > float(b[0]) for a, b in zip(lines, lines[1:])), 0)


def test_share(suite):
    """Of a bar a third of whose volume is stretched beyond its limit, a third is told to be harmed"""
    mesh = box((2, 1, 1), (3, 1, 1), tissue="tendon")
    mesh.map(lambda x, y, z: (np.where(abs(x - 1.5) < 0.1, 1.0, x), y, z))  # cells of 1 and 2 mm
    mesh.surfaces["inner"] = mesh.cells[0][None, (1, 2, 6, 5)]
    move = {"x0": 0, "inner": 0.1, "x1": 0.2}  # 10 % and 5 %
    case = {"tissues": {"tendon": {"preset": "tendon", "direction": [1, 0, 0]}}, "time": {"end": "1 day", "steps": 2},
            "surfaces": {**{name: {"displacement": {"x": "%g mm" % u}} for name, u in move.items()},
                         "y0": {"displacement": {"y": "0 mm"}}, "z0": {"displacement": {"z": "0 mm"}}}}
    history = suite.run(mesh, case).history
    suite.check("harmed share", abs(history["tendon.harmed_share"] - [0, 0, 1 / 3]).max(), 1e-9)
    for share, strain, cell in ((0, 0.1, 1), (0.33, 0.1, 1), (0.34, 0.05, 2)):
        results = suite.run(mesh, {**case, "limits": {"share": share}})
        suite.check(f"where {share} may be beyond: margin", abs(results.history["tendon.margin"][-1] - (1 - strain / 0.075)), 2e-3)
        suite.check("its cell", abs(status(results)["envelope"]["cell"] - cell), 0)


def test_living(suite):
    """A nerve and a muscle that grow: strain counts above the grown length in situ, sarcomeres are those of the model"""
    tissues = {"nerve": {"preset": "nerve", "prestrain": {"model": "in-situ-stretch", "stretch": 1.1}, "growth": {"model": "fibre-growth", "time": "5 day", "max_rate": "1 day-1"}},
               "muscle": {"preset": "muscle", "prestrain": {"model": "sarcomere-length", "length": "2.9 um", "slack_length": "2.4 um"},
                          "growth": {"model": "fibre-growth", "time": "6 day"}}}
    history = suite.run(*stretched(tissues, [["0 day", 0], ["20 day", 1], ["70 day", 1]], "70 day", 70, strain=0.2)).history
    elastic = {name: history[name + ".elastic_fibre_stretch_max"] for name in tissues}
    above = {name: values / values[0] - 1 for name, values in elastic.items()}
    suite.check("nerve: strain above in situ", abs(history["nerve.nerve_blood_flow"] - above["nerve"]).max(), 1e-8)
    time, grown, lag = np.linspace(0, 20, 20001), 1.0, []
    for t in time:  # a day's stretch is added with a time constant of 5 days
        stretch = 1 + 0.2 * t / 20
        lag.append(stretch / grown - 1)
        grown += (stretch / grown - 1) / 5 * (time[1] - time[0])
    ends = np.argmin(abs(history["time"] - 20))
    suite.check("it trails by its growth, not by its stretch", abs(above["nerve"][ends] - lag[-1]), 1e-3)
    suite.check("what it trails by", abs(lag[-1] - 0.045), 5e-3)
    suite.check("and catches up when the stretch stays", abs(above["nerve"][-1]), 1e-3)
    suite.check("muscle: contracture index", abs(history["muscle.muscle_contracture"] - (1 - 1 / (1 + above["muscle"]))).max(), 1e-8)
    suite.check("muscle: overstretch by its sarcomeres", abs(history["muscle.muscle_overstretch"] - (history["muscle.sarcomere_length_max"] / 2.7 - 1)).max(), 1e-8)
    suite.check("sarcomeres in situ, um", abs(2.7 * (1 + history["muscle.muscle_overstretch"][0]) - 2.9), 1e-4)
    suite.check("muscle: its rate is that of the limb", abs(history["muscle.muscle_fibrosis"][ends] - np.log(1.2 / 1.19)), 2e-4)


def test_case(suite):
    """Limits of the case: another value, a rule that is off, another kind, an age; fields that are asked for"""
    tissues = {"one": {"preset": "tendon", "kind": "skin"}, "two": {"preset": "artery"}, "three": {"preset": "nerve", "kind": "none"}}
    results = suite.run(*stretched(tissues, [["0 day", 0], ["0.5 day", 1], ["1 day", 1]], "1 day", 4, strain=0.1, output={"fields": ["margin", "blood_flow_fraction"]},
                                   limits={"skin-stretch": {"strain": "20 percent"}, "vessel-stress": "off", "vessel-stretch": {"age": 30}}))
    history = results.history
    suite.check("another value, another kind", abs(history["one.margin"][-1] - 0.5), 1e-8)
    suite.check("of a margin that stays, the first day", abs(status(results)["envelope"]["day"] - 0.5), 1e-12)
    suite.check("young, stress off", abs(history["two.margin"][-1] - 0.41 / 0.51) + ("two.vessel_stress" in history), 1e-8)
    suite.check("not judged", "three.margin" in history, 0)
    suite.check("only the fields that were asked for", set(results.fields) != {"margin", "blood_flow_fraction"}, 0)
    suite.check("a field without its tissue", abs(results.fields["blood_flow_fraction"] - 1).max(), 0)
    bare = suite.run(*stretched({"fat": {"preset": "fat"}}, [["0 day", 0], ["1 day", 1]], "1 day", 1))
    suite.check("nothing is judged: no columns, fields, envelope", any("margin" in name for name in [*bare.history, *bare.fields]) or status(bare)["envelope"] is not None, 0)
    odd = suite.run(*stretched({"fat": {"preset": "fat", "kind": "muscle"}}, [["0 day", 0], ["1 day", 1]], "1 day", 1))
    suite.check("a kind without fibres is warned of", "warning: tissue fat has no fibres" not in odd.log, 0)


if __name__ == "__main__":
    main(__doc__, test_nerve, test_hold, test_envelope, test_share, test_living, test_case)
