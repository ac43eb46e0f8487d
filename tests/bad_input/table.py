"""Wrong cases. Each: name; what is changed (case, mesh: replacements in base.yaml and bar.msh; files: name -> content; arguments:
of tasis, by default `run .`); expect: a pattern for the one line of the message."""


def edit(name, old, new, expect):
    return {"name": name, "case": [(old, new)], "expect": expect}


def mesh(name, old, new, expect):
    return {"name": name, "mesh": [(old, new)], "expect": expect}


def alone(name, arguments, expect):
    """Of a command that is not for mpiexec: each rank would say it."""
    return {**command(name, arguments, expect), "one_rank": True}


def whole(name, content, expect):
    return {"name": name, "files": {"case.yaml": content}, "expect": expect}


def command(name, arguments, expect):
    return {"name": name, "arguments": arguments, "expect": expect}


def override(name, setting, expect):
    return command(name, ["run", ".", "--set", setting], r"^--set .*: " + expect)



GOOD_STRAND = {"preset": "nerve", "path": "{points: [[0.5 mm, 0.5 mm, 0.2 mm], [0.5 mm, 0.5 mm, 1.8 mm]]}", "area": "2 mm2",
               "bed": "{tangential_stiffness: 0.001 MPa/mm}", "start": "fixed", "end": "{remote: 30 mm}"}

# three lines that meet in one point
LINE_GROUP = [("$PhysicalNames\n6\n", '$PhysicalNames\n7\n1 9 "nn"\n'), ("$Elements\n8\n", "$Elements\n11\n21 1 2 9 1 1 2\n22 1 2 9 1 1 4\n23 1 2 9 1 1 5\n")]


def strand(name, expect, files=None, **keys):
    """A strand with these keys instead (None: without) in the base case."""
    text = ", ".join(f"{key}: {value}" for key, value in {**GOOD_STRAND, **keys}.items() if value is not None)
    case = edit(name, "solver: {", f"strands: {{nerve: {{{text}}}}}\nsolver: {{", expect)
    case["case"].append(("direction: {laplace: {from: bottom, to: top}, pennation: 12 degree}", "direction: [0, 0, 1]"))
    return {**case, "files": files or {}}

def safe_rate(name, section, expect):
    """The base case with a section for tasis safe-rate."""
    return {**edit(name, "solver: {", f"safe_rate: {section}\nsolver: {{", expect), "arguments": ["safe-rate", "."]}


GOOD_PLAN = """left: {femur: 452 mm, tibia: 372 mm}
right: {femur: 430 mm, tibia: 359 mm}
goal: equal-legs
femur: {device: magnetic-nail}
tibia: {device: ilizarov-frame}
schedule: {surgery: 2027-03-01}
"""


def plan(name, old, new, expect):
    """A plan with one change."""
    assert old in GOOD_PLAN, name
    return {"name": name, "files": {"plan.yaml": GOOD_PLAN.replace(old, new, 1)}, "arguments": ["plan", "."], "expect": expect}


def pin(name, pins, expect):
    case = edit(name, "solver: {", f"pins: {pins}\nsolver: {{", expect)
    case["case"].append(("direction: {laplace: {from: bottom, to: top}, pennation: 12 degree}", "direction: [0, 0, 1]"))
    return case


MATRIX = "matrix: {model: neo-hookean, mu: 4 kPa}"

CASES = [
    # ---- the file ----
    whole("empty-file", "", r"case\.yaml:1: the file is empty, allowed: "),
    whole("only-comments", "# nothing\n\n", r"case\.yaml:1: the file is empty"),
    whole("binary", bytes(range(256)) * 8, r"case\.yaml:1: found bytes? .*allowed: text in UTF-8"),
    whole("not-utf8", b"title: caf\xe9\n", r"case\.yaml:1: found byte.*allowed: text in UTF-8"),
    whole("zeros", b"\0" * 64, r"allowed: text in UTF-8"),
    whole("a-text", "hello\n", r"case\.yaml:1: found no \"key: value\""),
    whole("a-list", "- mesh\n- tissues\n", r"case\.yaml:1: found no \"key: value\""),
    whole("recursive-anchor", "mesh: &a {file: *a}\n", r"case\.yaml:1: anchor \"a\" contains itself"),
    whole("unknown-anchor", "mesh: *a\n", r"case\.yaml:1: alias \"a\" has no anchor"),
    whole("two-documents", "title: x\n---\ntitle: y\n", r"second document"),
    whole("deep", "a: " + "[" * 5000 + "\n", r"case\.yaml:1: nested too deeply"),
    whole("aliases-explode", "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"{b}: &{b} [{','.join(['*' + a] * 10)}]\n" for a, b in zip("abcdef", "bcdefg")), r"aliases expand"),
    whole("no-mesh", "title: x\n", r"case\.yaml:\d+: mesh: missing, allowed: \{file: name\.msh\} or"),
    edit("tab", "  file: bar.msh", "\tfile: bar.msh", r"case\.yaml:3: found a tab, allowed: spaces"),
    edit("bad-yaml", "title: A", "title: [A", r"case\.yaml:\d+: not valid YAML: "),
    edit("duplicate-key", "  steps: 2", "  length: 2 mm", r"case\.yaml:\d+: key \"length\" is given twice, first in line \d+"),
    edit("duplicate-section", "solver:", "curves: {}\nsolver:", r"key \"curves\" is given twice"),
    {"name": "unreadable", "modes": {"case.yaml": 0}, "not_root": True, "expect": r"case\.yaml: cannot be read: Permission denied"},
    {"name": "unreadable-folder", "folders": ["locked"], "modes": {"locked": 0}, "not_root": True, "arguments": ["run", "locked"],
     "expect": r"case \"locked\": "},
    command("path-through-file", ["run", "bar.msh/case.yaml"], r"case \"bar\.msh/case\.yaml\": Not a directory, allowed: "),
    command("path-too-long", ["run", "x" * 6000], r"case \"x+\.\.\.\": File name too long"),
    command("no-such-case", ["run", "nowhere"], r"case \"nowhere\": No such file or directory, allowed: a folder that holds case\.yaml"),
    {"name": "folder-without-case", "folders": ["empty"], "arguments": ["run", "empty"], "expect": r"holds no case\.yaml"},
    command("a-device", ["run", "/dev/null"], r"case \"/dev/null\": not a file"),
    command("mesh-as-case", ["run", "bar.msh"], r"bar\.msh:\d+: "),
    # ---- plans ----
    plan("plan-unknown-key", "goal:", "gaol:", r"plan\.yaml:3: gaol: no key \"gaol\", nearest: \"goal\", allowed: title, subject, left, right"),
    plan("plan-unknown-goal", "equal-legs", "equal-leg", r"plan\.yaml:3: goal: found \"equal-leg\", nearest: \"equal-legs\", allowed: equal-legs \| stature"),
    plan("plan-no-goal", "goal: equal-legs\n", "", r"plan\.yaml:1: goal: missing, allowed: equal-legs \| stature"),
    plan("plan-unknown-device", "magnetic-nail", "magnetic-nial", r"femur\.device: found \"magnetic-nial\", nearest: \"magnetic-nail\", allowed: ilizarov-frame \|"),
    plan("plan-bone-unit", "430 mm", "430", r"right\.femur: found \"430\" \(without a unit\), allowed: a length"),
    plan("plan-bone-range", "430 mm", "43 m", r"right\.femur: found \"43 m\", allowed: a length .*50 mm to 700 mm"),
    plan("plan-half-a-leg", ", tibia: 359 mm", "", r"right\.tibia: missing, allowed: a length"),
    plan("plan-leg-twice", "tibia: 359 mm", "tibia: 359 mm, length: 700 mm", r"right: found both length and bones"),
    plan("plan-no-leg", "right: {femur: 430 mm, tibia: 359 mm}\n", "", r"plan\.yaml:1: right: missing, allowed: \{femur: "),
    plan("plan-no-bone", "femur: {device: magnetic-nail}\ntibia: {device: ilizarov-frame}\n", "", r"femur: missing, allowed: the bones to lengthen"),
    plan("plan-no-device", "{device: magnetic-nail}", "{rate: 1 mm/day}", r"femur\.device: missing, allowed: ilizarov-frame"),
    plan("plan-share", "{device: magnetic-nail}", "{device: magnetic-nail, share: 1.5}", r"femur\.share: found \"1\.5\", allowed: a number without unit.*0 to 1"),
    plan("plan-shares", "{device: magnetic-nail}\ntibia: {device: ilizarov-frame", "{device: magnetic-nail, share: 0.5}\ntibia: {device: ilizarov-frame, share: 0.4",
         r"tibia\.share: found shares that sum to 0\.9, allowed: 1"),
    plan("plan-rate-zero", "{device: magnetic-nail}", "{device: magnetic-nail, rate: 0 mm/day}", r"femur\.rate: found \"0 mm/day\", allowed: a speed"),
    plan("plan-date", "2027-03-01", "2027-02-30", r"schedule\.surgery: found \"2027-02-30\", allowed: a date such as 2027-03-01"),
    plan("plan-gain-missing", "equal-legs", "stature", r"gain: missing, allowed: a length such as \"60 mm\""),
    plan("plan-gain-and-equal-legs", "goal: equal-legs", "goal: equal-legs\ngain: 50 mm", r"plan\.yaml:4: gain: goes with the goal stature"),
    plan("plan-nothing-to-do", "goal: equal-legs", "goal: equal-legs\nresidual: 40 mm", r"plan\.yaml: the legs differ by 35 mm and 40 mm are to be left"),
    command("plan-no-file", ["plan", "nowhere"], r"^plan \"nowhere\": No such file or directory, allowed: a folder that holds plan\.yaml"),
    command("plan-no-argument", ["plan"], r"^tasis plan: names no plan, allowed: tasis plan PLAN, a folder that holds plan\.yaml"),
    command("plan-of-a-case", ["plan", "case.yaml"], r"^case\.yaml:2: mesh: no key \"mesh\""),
    # ---- safe-rate ----
    safe_rate("safe-rate-unknown-key", "{lowest: 1 mm/day}", r"case\.yaml:\d+: safe_rate\.lowest: no key \"lowest\", nearest: \"low\", allowed: search, key"),
    safe_rate("safe-rate-search", "{search: speed}", r"safe_rate\.search: found \"speed\".*, allowed: rate \| steps-per-day \| days \| key"),
    safe_rate("safe-rate-unit", "{low: 0.25 mm}", r"safe_rate\.low: found \"0\.25 mm\" \(another dimension\), allowed: a speed"),
    safe_rate("safe-rate-order", "{low: 2 mm/day, high: 1 mm/day}", r"safe_rate: low, 2, is not below high, 1 \(mm/day\), allowed: low < high"),
    safe_rate("safe-rate-zero", "{low: 0 mm/day}", r"safe_rate\.low: found \"0 mm/day\", allowed: a speed.*> 0"),
    safe_rate("safe-rate-tolerance", "{tolerance: 5 mm/day}", r"safe_rate: tolerance, 5, reaches from low to high, allowed: less than 2\.75"),
    safe_rate("safe-rate-whole", "{search: steps-per-day, high: 4.5}", r"safe_rate: found 1, 4\.5 and 1 .*, allowed: whole numbers"),
    safe_rate("safe-rate-days", "{search: days}", r"safe_rate\.low: missing, allowed: a value in the unit"),
    safe_rate("safe-rate-no-path", "{search: key, low: 1, high: 2, tolerance: 0.1}", r"safe_rate\.key: missing, allowed: the path of a value"),
    safe_rate("safe-rate-path", "{search: key, key: distraction.rat, low: 1 mm/day, high: 2 mm/day, tolerance: 0.1 mm/day}",
              r"case\.yaml: safe_rate: a run with distraction\.rat = 1 mm/day: distraction\.rat: no key \"rat\", nearest: \"rate\""),
    safe_rate("safe-rate-path-and-rate", "{key: distraction.rate}", r"safe_rate\.key: goes with search: key, allowed: nothing"),
    safe_rate("safe-rate-margin", "{margin: 1.5}", r"safe_rate\.margin: found \"1\.5\", allowed: a number without unit"),
    safe_rate("safe-rate-at-once", "{at_once: 0}", r"safe_rate\.at_once: found \"0\", allowed: a whole number, 1 to 16"),
    safe_rate("safe-rate-parameter", "{sensitivity: {solver.tolerence: 2}}", r"safe_rate\.sensitivity\.solver\.tolerence: no value of the case has that path, nearest: \"solver\.tolerance\""),
    safe_rate("safe-rate-parameter-text", "{sensitivity: {output.precision: 2}}", r"sensitivity\.output\.precision: output\.precision is single, allowed: values that are numbers"),
    safe_rate("safe-rate-factor", "{sensitivity: {solver.tolerance: -2}}", r"sensitivity\.solver\.tolerance: found \"-2\", allowed: a number"),
    safe_rate("safe-rate-factor-one", "{sensitivity: {solver.tolerance: 1}}", r"sensitivity\.solver\.tolerance: found the factor 1"),
    safe_rate("safe-rate-parameter-range", "{sensitivity: {solver.tolerance: 1e9}}", r"a run with distraction\.rate = 0\.25 mm/day and solver\.tolerance: .*found \"1000\", allowed"),
    safe_rate("safe-rate-ends-early", "{}\ntime: {end: 0.5 day}", r"case\.yaml:\d+: time\.end: ends on day 0\.5, before the distraction does on day 1, allowed: a later end, or none"),
    {**safe_rate("safe-rate-in-a-run", "{low: 0.25 mm}", r"safe_rate\.low: found \"0\.25 mm\""), "arguments": ["run", "."]},
    command("safe-rate-no-case", ["safe-rate"], r"^tasis safe-rate: names no case, allowed: tasis safe-rate CASE"),
    # ---- keys ----
    edit("unknown-section", "tissues:", "tisues:", r"case\.yaml:4: tisues: no key \"tisues\", nearest: \"tissues\", allowed: title, mesh, "),
    edit("unknown-key", MATRIX, MATRIX.replace("matrix", "matrx"), r"case\.yaml:6: tissues\.muscle\.matrx: no key \"matrx\", nearest: \"matrix\", allowed: preset, kind, matrix"),
    edit("unknown-parameter", "mu: 4 kPa", "nu: 4 kPa", r"case\.yaml:6: tissues\.muscle\.matrix\.nu: no parameter \"nu\", nearest: \"mu\", allowed: mu, model"),
    edit("unknown-solver-key", "tolerance: 1e-6", "tolerence: 1e-6", r"solver\.tolerence: no key \"tolerence\", nearest: \"tolerance\""),
    edit("unknown-surface-key", "{attached: proximal}", "{atached: proximal}", r"surfaces\.bottom\.atached: .*nearest: \"attached\""),
    edit("section-is-text", "solver: {tolerance: 1e-6}", "solver: fast", r"solver: found \"fast\", allowed: keys with values"),
    edit("section-is-list", "solver: {tolerance: 1e-6}", "solver: [1]", r"solver: found \"\[1\]\", allowed: keys with values"),
    edit("missing-key", "  length: 0.1 mm\n", "", r"case\.yaml:\d+: distraction\.length: missing, allowed: a length such as"),
    edit("missing-parameter", "c4: 46.4, ", "", r"tissues\.muscle\.fibres\[0\]\.c4: missing, allowed: a number"),
    edit("missing-volume", "    volume: {model: log-squared, K: 1 MPa}\n", "", r"tissues\.muscle\.volume: missing, allowed: a model such as"),
    edit("map-for-scalar", "0.1 mm\n  rate", "{a: 1}\n  rate", r"distraction\.length: found the map \"\{a: 1\}\", allowed: a length"),
    edit("empty-value", "length: 0.1 mm", "length:", r"distraction\.length: has no value, allowed: a length"),
    # ---- units and numbers ----
    edit("wrong-unit", "mu: 4 kPa", "mu: 4 mm", r"case\.yaml:6: tissues\.muscle\.matrix\.mu: found \"4 mm\" \(another dimension\), allowed: a pressure such as \"4 kPa\", .*0 MPa"),
    edit("missing-unit", "mu: 4 kPa", "mu: 4", r"\.mu: found \"4\" \(without a unit\), allowed: a pressure"),
    edit("unknown-unit", "mu: 4 kPa", "mu: 4 kpa", r"\.mu: found \"4 kpa\" \(unknown unit\)"),
    edit("unit-of-number", "c4: 46.4", "c4: 46.4 mm", r"\.c4: found \"46\.4 mm\" \(has a unit\), allowed: a number without unit"),
    edit("reciprocal-unit", "rate: 0.1 mm/day", "rate: 0.1 day/mm", r"distraction\.rate: .*another dimension.*a speed such as \"1 mm/day\""),
    edit("rate-is-length", "rate: 0.1 mm/day", "rate: 0.1 mm", r"distraction\.rate: found \"0\.1 mm\""),
    edit("angle-without-unit", "12 degree", "12", r"pennation: found \"12\" \(without a unit\), allowed: an angle"),
    edit("nan", "mu: 4 kPa", "mu: nan kPa", r"\.mu: found \"nan kPa\" \(not a finite number\)"),
    edit("infinite", "mu: 4 kPa", "mu: inf", r"\.mu: found \"inf\""),
    edit("huge", "mu: 4 kPa", "mu: 1e999 kPa", r"\.mu: found \"1e999 kPa\" \(too large a number\)"),
    # living tissue
    edit("living-unknown-key", "solver: {", "living: {growht: yes}\nsolver: {", r"living\.growht: no key \"growht\", nearest: \"growth\""),
    edit("living-not-a-switch", "solver: {", "living: {growth: 3}\nsolver: {", r"living\.growth: found \"3\""),
    edit("growth-tolerance-zero", "solver: {", "living: {growth_tolerance: 0}\nsolver: {", r"living\.growth_tolerance: found \"0\""),
    edit("prestrain-negative", MATRIX, MATRIX + "\n    prestrain: {model: in-situ-stretch, stretch: -1}", r"tissues\.muscle\.prestrain\.stretch: .*0\.5 to 3"),
    edit("prestrain-without-value", MATRIX, MATRIX + "\n    prestrain: {model: in-situ-stretch}", r"tissues\.muscle\.prestrain\.stretch: missing"),
    edit("sarcomere-in-metres", MATRIX, MATRIX + "\n    prestrain: {model: sarcomere-length, length: 2.8 m, slack_length: 2.7 um}", r"prestrain\.length: .*1 to 5 um"),
    edit("relaxes-more-than-all", MATRIX, MATRIX + "\n    relaxation: {model: prony, fraction: [0.6, 0.5], time: [1 s, 2 s]}", r"relaxation: .*sum to 1\.1"),
    edit("relaxation-lists-differ", MATRIX, MATRIX + "\n    relaxation: {model: prony, fraction: [0.1, 0.1], time: [1 s]}", r"relaxation\.time: found 1 values, allowed: 2"),
    edit("relaxation-time-without-unit", MATRIX, MATRIX + "\n    relaxation: {model: prony, fraction: 0.1, time: 5}", r"relaxation\.time: found \"5\""),
    edit("unknown-growth", MATRIX, MATRIX + "\n    growth: {model: fiber-growth, time: 6 day}", r"growth.*\"fiber-growth\".*fibre-growth"),
    edit("growth-thresholds-crossed", MATRIX, MATRIX + "\n    growth: {model: fibre-growth, time: 6 day, upper: 0.9, lower: 1}", r"growth: .*lower is 1, allowed: at most upper, 0\.9"),
    edit("ramp-without-steps-a-day", "  steps: 2\n", "  steps: 2\n  ramp: 1 min\n", r"distraction\.steps_per_day: missing"),
    edit("ramp-longer-than-rest", "  steps: 2\n", "  steps_per_day: 4\n  ramp: 7 hour\n", r"distraction\.ramp: found 25200 s, allowed: less than the 21600 s"),
    edit("huge-length", "length: 0.1 mm", "length: 1e30 mm", r"distraction\.length: found \"1e30 mm\", allowed: a length"),
    edit("comma", "mu: 4 kPa", "mu: '4,5 kPa'", r"\.mu: found \"4,5 kPa\" \(decimals come after a point\)"),
    edit("not-a-number", "mu: 4 kPa", "mu: soft", r"\.mu: found \"soft\", allowed: a pressure"),
    edit("control-characters", "mu: 4 kPa", "mu: \"4\\e[31m kPa\\n\"", r"\.mu: found \"4\?\[31m kPa "),
    edit("very-long-value", "mu: 4 kPa", "mu: " + "x" * 5000, r"\.mu: found \"xxx+\.\.\.\", allowed: a pressure"),
    edit("huge-integer", "steps: 2", "steps: 99999999999999999999", r"distraction\.steps: found \"9+\", allowed: a whole number, 1 to 1000000"),
    edit("fractional-integer", "steps: 2", "steps: 2.5", r"distraction\.steps: found \"2\.5\", allowed: a whole number"),
    edit("zero-steps", "steps: 2", "steps: 0", r"distraction\.steps: found \"0\", allowed: a whole number, 1 to"),
    # ---- intervals and relations ----
    edit("negative-modulus", "mu: 4 kPa", "mu: -4 kPa", r"\.mu: found \"-4 kPa\", allowed: a pressure such as \"4 kPa\", above 0 MPa"),
    edit("stretch-below-one", "stretch_linear: 1.03", "stretch_linear: 0.9", r"stretch_linear: found \"0\.9\", allowed: a number"),
    edit("parameter-relation", "stretch_linear: 1.03", "stretch_linear: 9", r"tissues\.muscle\.fibres\[0\]: c4 \(stretch_linear - 1\)"),
    edit("negative-length", "length: 0.1 mm", "length: -1 mm", r"distraction\.length: found \"-1 mm\", allowed: a length"),
    edit("negative-stiffness", "0.01 MPa/mm", "-1 MPa/mm", r"tangential_stiffness: found \"-1 MPa/mm\", allowed: .*>= 0"),
    edit("tolerance-too-large", "1e-6", "2", r"solver\.tolerance: found \"2\", allowed: a number"),
    edit("zero-direction", "direction: [0, 0, 1]", "direction: [0, 0, 0]", r"tissues\.muscle\.direction: found a direction of length zero"),
    edit("short-direction", "direction: [0, 0, 1]", "direction: [0, 1]", r"tissues\.muscle\.direction: found \"\[0, 1\]\", allowed: a list of three"),
    edit("direction-is-text", "direction: [0, 0, 1]", "direction: up", r"tissues\.muscle\.direction: not a direction, allowed: \[x, y, z\], \{laplace"),
    edit("traction-of-two", "[0 MPa, 0 MPa, 0.1 kPa]", "[0 MPa, 0 MPa]", r"surfaces\.front\.traction: found .*allowed: a list of three"),
    edit("curve-goes-back", "[5 day, 1]", "[0.5 day, 1]", r"curves\.hold\[2\]\[0\]: found \"0\.5 day\", earlier than the time before it"),
    edit("curve-of-nothing", "[[0 day, 0], [1 day, 1], [5 day, 1]]", "[]", r"curves\.hold: not a curve, allowed: "),
    edit("curve-not-pairs", "[1 day, 1]", "[1 day]", r"curves\.hold\[1\]: found no pair"),
    edit("curve-columns-differ", "[[0 day, 0], [1 day, 1], [5 day, 1]]", "{times: [0 day, 1 day], values: [1]}", r"curves\.hold\.values: found 1 values for 2 times"),
    edit("steps-twice", "steps: 2", "steps: 2\n  steps_per_day: 4", r"distraction: found both steps and steps_per_day"),
    edit("endless-steps", "steps: 2", "steps_per_day: 1e9", r"steps_per_day: makes 1e\+09 steps .*allowed: at most 1000000"),
    edit("attached-and-gliding", "{attached: distal}", "{attached: distal, gliding: distal}", r"surfaces\.top: found both attached and gliding"),
    edit("attached-and-loaded", "{attached: distal}", "{attached: distal, pressure: 1 kPa}", r"surfaces\.top: found a load on a surface that is attached"),
    edit("stiffness-without-gliding", "{attached: distal}", "{attached: distal, tangential_stiffness: 1 MPa/mm}", r"goes with gliding"),
    edit("along-without-gliding", "{attached: distal}", "{attached: distal, along: [0, 0, 1]}", r"along: goes with gliding"),
    edit("two-bodies-without-osteotomy", "osteotomy: {point: [0 mm, 0 mm, 1 mm], normal: [0, 0, 1]}\n", "", r"surfaces\.side\.gliding: found two bodies but the case has no osteotomy"),
    edit("distracted-body-moves", "motion: {rotation_x: 0 degree}", "motion: {z: 1 mm}", r"bodies\.distal\.motion\.z: this body is moved by the distraction"),
    edit("with-itself", "motion: {rotation_x: 0 degree}", "parent: distal", r"bodies\.distal\.parent: found a circle of bodies"),
    edit("force-on-held-body", "motion: {rotation_x: 0 degree}", "force: [0 N, 0 N, 1 N]", r"bodies\.distal\.force: the body has no free component"),
    edit("file-and-limb", "  file: bar.msh", "  file: bar.msh\n  limb: rod", r"mesh: found both file and limb"),
    edit("resolution-of-file", "  file: bar.msh", "  file: bar.msh\n  resolution: fine", r"mesh\.resolution: goes with a limb"),
    # ---- names ----
    edit("unknown-model", "neo-hookean", "neo-hokean", r"tissues\.muscle\.matrix\.model: no matrix model \"neo-hokean\", nearest: \"neo-hookean\", allowed: neo-hookean, mooney-rivlin"),
    edit("unknown-preset", "preset: tendon", "preset: tendn", r"tissues\.tendon\.preset: no preset \"tendn\", nearest: \"tendon\""),
    edit("unknown-body", "{attached: distal}", "{attached: distl}", r"surfaces\.top\.attached: no body \"distl\", nearest: \"distal\", allowed: proximal, distal"),
    edit("unknown-curve", "curve: hold", "curve: hlod", r"surfaces\.front\.curve: no curve \"hlod\", nearest: \"hold\""),
    edit("unknown-tissue", "  tendon:\n", "  tenden:\n", r"case\.yaml:10: tissues\.tenden: no tissue of the mesh is called \"tenden\", nearest: \"tendon\", allowed: muscle, tendon"),
    edit("missing-tissue", "  tendon:\n    preset: tendon\n    direction: {laplace: {from: bottom, to: top}, pennation: 12 degree}\n", "", r"case\.yaml:4: tissues\.tendon: missing, allowed: an entry for each tissue"),
    edit("unknown-surface", "  top: {attached", "  topp: {attached", r"surfaces\.topp: no surface of the mesh is called \"topp\", nearest: \"top\", allowed: bottom, top, side, front"),
    edit("unknown-fibre-end", "from: bottom", "from: botom", r"tissues\.tendon\.direction: no surface \(nor tissue\) of the mesh is called \"botom\", nearest: \"bottom\""),
    edit("unknown-field", "mu: 4 kPa", "mu: {field: moduls, unit: kPa}", r"tissues\.muscle: no cell field of the mesh is called \"moduls\", nearest: \"modulus\""),
    edit("field-out-of-range", "preset: tendon", "preset: tendon\n    matrix: {mu: {field: modulus, unit: kPa}}", r"tissues\.tendon: field \"modulus\" gives mu = -0\.0025 MPa in cell \d+, allowed: above 0"),
    edit("field-for-direction", "direction: [0, 0, 1]", "direction: {field: modulus}", r"tissues\.muscle\.direction: field \"modulus\" of the mesh has 1 components, allowed: 3"),
    edit("no-direction", "    direction: [0, 0, 1]\n", "", r"tissues\.muscle\.direction: missing, allowed: \[x, y, z\]"),
    edit("unknown-output-field", "fibre_stretch]", "fiber_stretch]", r"output\.fields\[1\]: no field \"fiber_stretch\", nearest: \"fibre_stretch\""),
    edit("unknown-limb", "file: bar.msh", "limb: tibea", r"mesh\.limb: found \"tibea\", nearest: \"tibia\", allowed: tibia \| thigh \| rod"),
    edit("nothing-holds", "surfaces:\n  bottom: {attached: proximal}\n  top: {attached: distal}\n  side: {gliding: [proximal, distal], tangential_stiffness: 0.01 MPa/mm}\n", "surfaces:\n", r"surfaces: missing, allowed: at least one surface that holds"),
    # ---- the mesh ----
    edit("missing-mesh", "bar.msh", "nothing.msh", r"case\.yaml:3: mesh\.file: found \".*nothing\.msh\": No such file or directory"),
    edit("mesh-is-folder", "bar.msh", ".", r"mesh\.file: found \".*\", which is a folder"),
    edit("wrong-element", "file: bar.msh", "file: bar.msh\n  element: tet10", r"mesh\.element: found \"tet10\" for a mesh of hexahedra, allowed: hex8, hex27"),
    edit("bad-length-unit", "file: bar.msh", "file: bar.msh\n  unit: kPa", r"mesh\.unit: found \"kPa\", allowed: a unit of length"),
    {"name": "mesh-binary-garbage", "files": {"bar.msh": bytes(range(255, -1, -1)) * 40}, "expect": r"case\.yaml:3: mesh\.file: "},
    {"name": "mesh-empty", "files": {"bar.msh": ""}, "expect": r"case\.yaml:3: mesh\.file: "},
    {"name": "mesh-cut-short", "files": {"bar.msh": "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n12\n1 0 0 0\n"}, "expect": r"case\.yaml:3: mesh\.file: "},
    mesh("mesh-two-dimensional", "7 5 2 1 1 1 2 3 4 5 6 7 8\n8 5 2 2 2 5 6 7 8 9 10 11 12\n", "7 3 2 3 3 5 6 7 8\n8 3 2 3 3 5 6 7 8\n", r"case\.yaml:3: mesh\.file: "),
    mesh("mesh-inverted-cell", "7 5 2 1 1 1 2 3 4 5 6 7 8", "7 5 2 1 1 5 6 7 8 1 2 3 4", r"case\.yaml:3: mesh\.file: .*(inverted|Jacobian)"),
    mesh("mesh-flat-cell", "5 0 0 1\n", "5 0 0 0\n", r"case\.yaml:3: mesh\.file: "),
    mesh("mesh-nan", "12 0 1 2", "12 0 nan 2", r"case\.yaml:3: mesh\.file: "),
    mesh("mesh-unknown-node", "5 6 7 8 9 10 11 12", "5 6 7 8 9 10 11 99", r"case\.yaml:3: mesh\.file: "),
    mesh("mesh-huge-count", "$Nodes\n12", "$Nodes\n99999999999", r"case\.yaml:3: mesh\.file: "),
    mesh("mesh-negative-count", "$Elements\n8", "$Elements\n-8", r"case\.yaml:3: mesh\.file: "),
    mesh("mesh-without-groups", "7 5 2 1 1 ", "7 5 2 0 1 ", r"case\.yaml:3: mesh\.file: "),
    mesh("mesh-missing-group", "2 4 \"top\"", "2 4 \"cap\"", r"(surfaces\.top|tissues\.tendon\.direction): no surface.* of the mesh is called \"top\".*allowed: bottom, cap"),
    # ---- --set and the command line ----
    override("set-unit", "tissues.muscle.matrix.mu=4 mm", r"tissues\.muscle\.matrix\.mu: found \"4 mm\""),
    override("set-unknown-key", "distraction.lenght=1 mm", r"distraction\.lenght: no key \"lenght\", nearest: \"length\""),
    override("set-no-value", "distraction.length", r"found no path and value, allowed: --set path\.to\.key=value"),
    override("set-empty-name", "distraction..length=1", r"found a path with an empty or unfinished name"),
    override("set-below-scalar", "title.x=1", r"title is a single value"),
    override("set-list-item", "curves.hold.7=[1 day, 2]", r"curves\.hold: found \"7\", allowed: the number of an item, 0 to 2"),
    override("set-bad-yaml", "distraction.length=[1", r"not valid YAML"),
    command("no-command", [], r"^tasis: no command, allowed: run, check"),
    alone("watch-nothing", ["watch"], r"^tasis watch: names no results, allowed: tasis watch RESULTS"),
    alone("watch-no-folder", ["watch", "results/nowhere"], r"^tasis watch: \"results/nowhere\": there is no such folder, allowed: a folder of results"),
    alone("watch-no-folder-once", ["watch", "nowhere", "--once"], r"^tasis watch: \"nowhere\": there is no such folder"),
    alone("watch-file", ["watch", "case.yaml"], r"^tasis watch: \"case\.yaml\": is a file, allowed: a folder of results"),
    alone("watch-case", ["watch", "."], r"^tasis watch: \"\.\": holds no results, neither status\.json nor folders with one"),
    alone("watch-long-name", ["watch", "x" * 5000], r"^tasis watch: \"x+\.\.\.\": its name is too long"),
    alone("watch-other-option", ["watch", ".", "--resume"], r"^tasis watch: does not take --resume"),
    alone("watch-two", ["watch", ".", "there"], r"^tasis watch: found \"there\" too, allowed: one argument"),
    command("unknown-command", ["rnu", "."], r"^tasis: unknown command \"rnu\", nearest: run, allowed: run, check"),
    command("unknown-option", ["run", ".", "--result", "x"], r"^tasis: unknown option \"--result\", nearest: --results"),
    command("petsc-option-before-dashes", ["run", ".", "-snes_monitor"], r"^tasis: unknown option \"-snes_monitor\".*PETSc's options stand after --"),
    command("option-without-value", ["run", ".", "--threads"], r"^tasis: --threads: no value"),
    command("threads-not-a-number", ["run", ".", "--threads", "two"], r"^tasis: --threads: found \"two\", allowed: a whole number"),
    command("option-of-another-command", ["check", ".", "--threads", "2"], r"^tasis check: does not take --threads"),
    command("no-case", ["run"], r"^tasis run: names no case"),
    command("two-cases", ["run", ".", "."], r"^tasis run: found \"\.\" too"),
    command("unknown-model-name", ["models", "neohookean"], r"^tasis models: no model, preset, limit, device or law \"neohookean\", nearest: neo-hookean"),
    command("unknown-limit-name", ["models", "vessel-strech"], r"^tasis models: no model, preset, limit, device or law \"vessel-strech\", nearest: vessel-stretch"),
    command("unknown-device-name", ["models", "magnetc-nail"], r"^tasis models: no model, preset, limit, device or law \"magnetc-nail\", nearest: magnetic-nail"),
    command("unknown-section-name", ["keys", "tissue"], r"^tasis keys: no section \"tissue\", nearest: tissues"),
]

# ---- limits ----
CASES += [
    override("limit-unknown", "limits.nerve=off", r"limits\.nerve: no limit \"nerve\", nearest: \"nerve-blood-flow\", allowed: nerve-blood-flow, "),
    override("limit-neither-on-nor-off", "limits.skin-stretch=maybe", r"limits\.skin-stretch: found \"maybe\", allowed: off, on, or \{parameter: value"),
    override("limit-a-list", "limits.skin-stretch=[1]", r"limits\.skin-stretch: found \"\[1\]\", allowed: off, on"),
    override("limit-unknown-parameter", "limits.nerve-blood-flow={arest_strain: 15 percent}", r"no parameter \"arest_strain\", nearest: \"arrest_strain\""),
    override("limit-unit", "limits.nerve-blood-flow={arrest_strain: 15 mm}", r"limits\.nerve-blood-flow\.arrest_strain: found \"15 mm\" \(has a unit\)"),
    override("limit-range", "limits.nerve-ischaemia={block_dose: -1 h}", r"limits\.nerve-ischaemia\.block_dose: found \"-1 h\", allowed: a time .*above 0"),
    override("limit-relation", "limits.nerve-blood-flow={arrest_strain: 5 percent}", r"limits\.nerve-blood-flow: found arrest_strain 0\.05 and slowing_strain 0\.08, allowed: arrest_strain above slowing_strain"),
    override("limits-share", "limits.share=0.7", r"limits\.share: found \"0\.7\", allowed: .*0 to 0\.5"),
    override("limits-off", "limits=off", r"limits: found \"off\", allowed: keys with values"),
    override("tissue-kind", "tissues.muscle.kind=musle", r"tissues\.muscle\.kind: found \"musle\", nearest: \"muscle\", allowed: none \| muscle"),
]

# ---- the built-in limb ----
ROD = "mesh: {limb: rod, resolution: 500}\ndistraction: {length: 5 mm}\n"
CASES += [
    whole("limb-dimension", ROD.replace("500}", "500, dimensions: {lenght: 2 mm}}"), r"mesh\.dimensions\.lenght: no dimension \"lenght\", nearest: \"length\""),
    whole("limb-dimension-range", ROD.replace("500}", "500, dimensions: {length: 9 km}}"), r"mesh\.dimensions\.length: found \"9 km\", allowed: a length .* 10 mm to 2000 mm"),
    whole("limb-dimensions-together", ROD.replace("500}", "500, dimensions: {bone_radius: 50 mm}}"), r"mesh\.dimensions: .*outer_radius"),
    whole("limb-resolution", ROD.replace("500", "finest"), r"mesh\.resolution: found \"finest\", allowed: coarse"),
    whole("subject-unknown", ROD.replace("rod, resolution", "tibia, subject: rabit, resolution"), r"mesh\.subject: found \"rabit\", nearest: \"rabbit\", allowed: male \| female"),
    whole("subject-of-rod", ROD.replace("500", "500, subject: dog"), r"mesh\.subject: has no limb \"rod\", allowed: with limb: tibia"),
    edit("subject-of-file", "  file: bar.msh", "  file: bar.msh\n  subject: male", r"mesh\.subject: goes with a limb"),
    whole("subject-range", "mesh: {limb: tibia, subject: rabbit, dimensions: {length: 372 mm}}\n", r"mesh\.dimensions\.length: found \"372 mm\", allowed: a length .* 67\.2.* mm to 134\.4.* mm"),
    whole("limb-unit", ROD.replace("500", "500, unit: cm"), r"mesh\.unit: goes with a file"),
    whole("limb-osteotomy", ROD + "osteotomy: {point: [0 mm, 0 mm, 0 mm], normal: [0, 0, 1]}\n", r"osteotomy: comes with the limb"),
    whole("limb-tissue", ROD + "tissues: {musle: {preset: muscle}}\n", r"tissues\.musle: no tissue of the mesh is called \"musle\", nearest: \"muscle\""),
    whole("limb-surface", ROD + "surfaces: {glide: {tangential_stiffness: 1 kPa/mm}}\n", r"surfaces\.glide: no surface of the limb is called \"glide\", nearest: \"glide_.*\", allowed: top, bottom"),
    # ---- stiffness class ----
    edit("stiffness-class-unknown", "title: A", "stiffness_class: congenitl\ntitle: A", r"case\.yaml:1: stiffness_class: no stiffness class \"congenitl\", nearest: \"congenital\", allowed: usual, congenital"),
    edit("stiffness-class-a-factor", "title: A", "stiffness_class: 2\ntitle: A", r"stiffness_class: no stiffness class \"2\""),
    edit("stiffness-class-a-map", "title: A", "stiffness_class: {muscle: 2}\ntitle: A", r"case\.yaml:1: stiffness_class: found .*, allowed: the name of a stiffness class"),
    # ---- strands ----
    edit("strands-a-list", "solver: {", "strands: [a]\nsolver: {", r"case\.yaml:\d+: strands: found \"\[a\]\", allowed: keys with values"),
    edit("strand-a-text", "solver: {", "strands: {nerve: fixed}\nsolver: {", r"strands\.nerve: found \"fixed\", allowed: keys with values"),
    strand("strand-unknown-key", r"case\.yaml:\d+: strands\.nerve\.aera: no key \"aera\", nearest: \"area\", allowed: preset, matrix", aera="2 mm2"),
    strand("strand-no-path", r"strands\.nerve\.path: missing, allowed: \{file: name\.csv\}, \{points: ", path=None),
    strand("strand-no-area", r"strands\.nerve\.area: missing, allowed: an area", area=None),
    strand("strand-no-bed", r"strands\.nerve\.bed: missing, allowed: \{tangential_stiffness: ", bed=None),
    strand("strand-bed-without-stiffness", r"strands\.nerve\.bed\.tangential_stiffness: missing", bed="{perimeter: 3 mm}"),
    strand("strand-no-start", r"strands\.nerve\.start: missing, allowed: fixed, free or \{remote: 300 mm, moment_arms: ", start=None),
    strand("strand-no-end", r"strands\.nerve\.end: missing, allowed: fixed, free or", end=None),
    strand("strand-no-models", r"strands\.nerve\.matrix: missing, allowed: a model such as", preset=None),
    strand("strand-area-unit", r"strands\.nerve\.area: found \"2 mm\".*, allowed: an area", area="2 mm"),
    strand("strand-area-zero", r"strands\.nerve\.area: found \"0 mm2\", allowed: an area.*> 0", area="0 mm2"),
    strand("strand-bed-unit", r"strands\.nerve\.bed\.tangential_stiffness: found \"1 MPa\".*, allowed: a pressure per length", bed="{tangential_stiffness: 1 MPa}"),
    strand("strand-bed-negative", r"tangential_stiffness: found \"-1 MPa/mm\", allowed: .*>= 0", bed="{tangential_stiffness: -1 MPa/mm}"),
    strand("strand-end-word", r"strands\.nerve\.end: found \"fre\", nearest: \"free\", allowed: fixed \| free", end="fre"),
    strand("strand-end-list", r"strands\.nerve\.end: found a list, allowed: fixed, free or", end="[free]"),
    strand("strand-remote-zero", r"strands\.nerve\.start\.remote: found \"0 mm\", allowed: a length.*> 0", start="{remote: 0 mm}"),
    strand("strand-remote-missing", r"strands\.nerve\.start\.remote: missing", start="{}"),
    strand("strand-nothing-holds-it", r"strands\.nerve: found both ends free and a bed without stiffness", start="free", end="free", bed="{tangential_stiffness: 0 MPa/mm}"),
    strand("strand-one-node", r"strands\.nerve\.nodes: found \"1\", allowed: a whole number, 2 to 100000", nodes="1"),
    strand("strand-nodes-and-spacing", r"strands\.nerve: found both nodes and spacing", nodes="10", spacing="1 mm"),
    strand("strand-preset", r"strands\.nerve\.preset: no preset \"nerv\", nearest: \"nerve\"", preset="nerv"),
    strand("strand-field", r"strands\.nerve: mu of neo-hookean is a field of the mesh, allowed: one value", matrix="{model: neo-hookean, mu: {field: stiffness, unit: kPa}}"),
    strand("strand-no-line-groups", r"strands\.nerve\.path: no group of lines of the mesh is called \"n\", allowed: none", path="{group: n}"),
    {**strand("strand-line-group", r"case\.yaml:\d+: strands\.nerve\.path: no group of lines of the mesh is called \"n\", nearest: \"nn\", allowed: nn", path="{group: n}"),
     "mesh": LINE_GROUP},
    {**strand("strand-line-group-apart", r"strands\.nerve\.path: group \"nn\" of the mesh is no path: more than two lines meet at \(0, 0, 0\)", path="{group: nn}"),
     "mesh": LINE_GROUP},
    strand("strand-coupling", r"strands\.nerve\.coupling: found \"both\", allowed: one-way \| two-way", coupling="both"),
    strand("strand-coupling-list", r"strands\.nerve\.coupling: ", coupling="[one-way]"),
    strand("strand-path-empty", r"strands\.nerve\.path: found 0 keys, allowed: \{file: ", path="{}"),
    strand("strand-path-twice", r"strands\.nerve\.path: found 2 keys, allowed: ", path="{file: a.csv, points: [[0 mm, 0 mm, 0 mm], [0 mm, 0 mm, 1 mm]]}", files={"a.csv": "x,y,z\n0,0,0\n0,0,1\n"}),
    strand("strand-path-one-point", r"strands\.nerve\.path: found 1 points, allowed: at least 2", path="{points: [[0 mm, 0 mm, 0 mm]]}"),
    strand("strand-path-same-points", r"strands\.nerve\.path: points 1 and 2 are the same", path="{points: [[0 mm, 0 mm, 1 mm], [0 mm, 0 mm, 1 mm]]}"),
    strand("strand-path-unit", r"strands\.nerve\.path\.points\[0\]\[0\]: found \"0\".*allowed: a length", path="{points: [[0, 0, 0], [0, 0, 1]]}"),
    strand("strand-path-outside", r"case\.yaml:\d+: strands\.nerve\.path: leaves the mesh at \(0\.5, 0\.5, .*\) mm, allowed: within the tissue", path="{points: [[0.5 mm, 0.5 mm, 0.2 mm], [0.5 mm, 0.5 mm, 5 mm]]}"),
    {**strand("strand-path-outside-check", r"case\.yaml:\d+: strands\.nerve\.path: leaves the mesh", path="{points: [[0.5 mm, 0.5 mm, 0.2 mm], [0.5 mm, 0.5 mm, 5 mm]]}"),
     "arguments": ["check", "."]},
    strand("strand-file-missing", r"strands\.nerve\.path\.file: \"n\.csv\" cannot be read: No such file", path="{file: n.csv}"),
    strand("strand-file-header", r"strands\.nerve\.path\.file: line 1 of the file: found \"0,0,0\", allowed: the header x,y,z", path="{file: n.csv}", files={"n.csv": "0,0,0\n0,0,1\n"}),
    strand("strand-file-row", r"line 3 of the file: found \"0,0\", allowed: three numbers", path="{file: n.csv}", files={"n.csv": "x,y,z\n0,0,0\n0,0\n"}),
    strand("strand-file-text", r"line 2 of the file: found \"0,0,1 mm\", allowed: three numbers", path="{file: n.csv}", files={"n.csv": "x,y,z\n0,0,1 mm\n"}),
    strand("strand-file-nan", r"line 2 of the file: found \"0,nan,1\", allowed: three numbers", path="{file: n.csv}", files={"n.csv": "x,y,z\n0,nan,1\n0,0,1\n"}),
    strand("strand-file-empty", r"strands\.nerve\.path: found 0 points", path="{file: n.csv}", files={"n.csv": ""}),
    strand("strand-file-binary", r"strands\.nerve\.path\.file: line \d+ of the file: found ", path="{file: n.csv}", files={"n.csv": bytes(range(256))}),
    # ---- pins ----
    pin("pins-a-list", "[a]", r"case\.yaml:\d+: pins: found \"\[a\]\", allowed: keys with values"),
    pin("pin-a-text", "{a: wire}", r"pins\.a: found \"wire\", allowed: keys with values"),
    pin("pin-unknown-key", "{a: {start: [0 mm, 0 mm, 0 mm], end: [1 mm, 1 mm, 1 mm], stifness: 1 MPa}}", r"pins\.a\.stifness: no key \"stifness\", nearest: \"stiffness\""),
    pin("pin-no-end", "{a: {start: [0 mm, 0 mm, 0 mm]}}", r"pins\.a\.end: missing, allowed: \[x, y, z\], each a length"),
    pin("pin-no-start", "{a: {end: [0 mm, 0 mm, 0 mm]}}", r"pins\.a\.start: missing"),
    pin("pin-of-no-length", "{a: {start: [0 mm, 1 mm, 0 mm], end: [0 mm, 1 mm, 0 mm]}}", r"pins\.a\.end: found the point where it starts"),
    pin("pin-unit", "{a: {start: [0, 0, 0], end: [1 mm, 1 mm, 1 mm]}}", r"pins\.a\.start\[0\]: found \"0\".*allowed: a length"),
    pin("pin-stiffness-zero", "{a: {start: [0 mm, 0 mm, 0 mm], end: [1 mm, 1 mm, 1 mm], stiffness: 0 MPa}}", r"pins\.a\.stiffness: found \"0 MPa\", allowed: a pressure .*> 0"),
    pin("pin-axial-stiffness", "{a: {start: [0 mm, 0 mm, 0 mm], end: [1 mm, 1 mm, 1 mm], axial_stiffness: -1 MPa}}", r"pins\.a\.axial_stiffness: found \"-1 MPa\""),
    pin("pin-diameter", "{a: {start: [0 mm, 0 mm, 0 mm], end: [1 mm, 1 mm, 1 mm], diameter: 0 mm}}", r"pins\.a\.diameter: found \"0 mm\""),
    pin("pin-body", "{a: {start: [0 mm, 0 mm, 0 mm], end: [1 mm, 1 mm, 1 mm], body: distl}}", r"pins\.a\.body: no body \"distl\", nearest: \"distal\""),
    {**pin("pin-no-body", "{a: {start: [0 mm, 0 mm, 0 mm], end: [1 mm, 1 mm, 1 mm]}}", r"pins\.a\.body: missing, allowed: the name of a body, as there is no osteotomy"),
     "case": [("solver: {", "pins: {a: {start: [0 mm, 0 mm, 0 mm], end: [1 mm, 1 mm, 1 mm]}}\nsolver: {"), ("osteotomy: {point: [0 mm, 0 mm, 1 mm], normal: [0, 0, 1]}\n", ""), ("gliding: [proximal, distal]", "gliding: proximal")]},
    pin("pin-outside", "{a: {start: [5 mm, 0 mm, 1 mm], end: [5 mm, 1 mm, 1 mm]}}", r"case\.yaml:\d+: pins\.a: from \(5, 0, 1\) to \(5, 1, 1\) mm it misses the tissue"),
    {**pin("pin-outside-check", "{a: {start: [5 mm, 0 mm, 1 mm], end: [5 mm, 1 mm, 1 mm]}}", r"case\.yaml:\d+: pins\.a: .*misses the tissue"), "arguments": ["check", "."]},
    pin("pin-level-and-ends", "{a: {start: [0 mm, 0 mm, 0 mm], end: [1 mm, 1 mm, 1 mm], level: 1 mm}}", r"pins\.a\.level: does not go with start and end"),
    pin("pin-level-without-limb", "{a: {level: 1 mm, angle: 0 degree}}", r"pins\.a: there is no limb whose bone it could be aimed at, allowed: start and end"),
    pin("pin-frame-without-limb", "{frame: ilizarov}", r"pins\.frame: is a frame for the limb tibia"),
    pin("pin-frame", "{frame: ilisarov}", r"pins\.frame: no frame \"ilisarov\", nearest: \"ilizarov\""),
    whole("pin-frame-other-limb", ROD + "pins: {frame: ilizarov}\n", r"pins\.frame: is a frame for the limb tibia"),
    whole("pin-no-level", ROD + "pins: {a: {angle: 0 degree}}\n", r"pins\.a\.level: missing, allowed: a height"),
    whole("pin-two-levels", ROD + "pins: {a: {angle: 0 degree, level: 9 cm, from_osteotomy: 2 cm}}\n", r"pins\.a: found both level and from_osteotomy"),
    whole("pin-no-angle", ROD + "pins: {a: {level: 9 cm}}\n", r"pins\.a\.angle: missing, allowed: an angle"),
    whole("pin-angle-unit", ROD + "pins: {a: {level: 9 cm, angle: 90}}\n", r"pins\.a\.angle: found \"90\""),
    whole("pin-kind", ROD + "pins: {a: {level: 9 cm, angle: 90 degree, kind: nail}}\n", r"pins\.a\.kind: found \"nail\", allowed: wire \| half-pin"),
    whole("pin-level-beyond", ROD + "pins: {a: {level: 9 m, angle: 90 degree}}\n", r"pins\.a\.level: found a height of 9000 mm, allowed: between 0 mm and"),
    whole("pin-beyond-by-osteotomy", ROD + "pins: {a: {from_osteotomy: 9 m, angle: 90 degree}}\n", r"pins\.a\.from_osteotomy: found a height of -\d+ mm, allowed: between"),
    whole("pin-of-frame-by-ends", "mesh: {limb: tibia, resolution: coarse}\ndistraction: {length: 5 mm}\npins: {frame: ilizarov, distal_half_pin: {start: [0 mm, 0 mm, 0 mm]}}\n", r"pins\.distal_half_pin: is a pin of the frame, allowed: level"),
]
