"""Wrong devices, schedules, joints, sessions, examinations and monitoring rules, in the form of table.py."""
from table import edit, strand


def section(name, text, expect):
    """The base case with a section more."""
    return edit(name, "solver: {", text + "\nsolver: {", expect)


JOINT = "joints: {ankle: {body: distal, centre: [0 mm, 0 mm, 1 mm], axis: [1, 0, 0]%s}}"
KNEE = "joints: {knee: {angle: held}}\n"
SESSION = KNEE + "physiotherapy: {sessions: {pull: {joint: knee, torque: 1 N m, hold: 5 min%s}}}"
EXAMINATION = KNEE + "examinations: {rom: {joint: knee, torque: 1 N m%s}}"
SECOND = "second_distraction: {%s}"
PLANE = "second_osteotomy: {point: [0 mm, 0 mm, 1.5 mm], normal: [0, 0, 1], %s}"
MONITOR = "monitoring: {watch: {%s}}"
RAMPED = {"case": [("steps: 2", "steps_per_day: 4\n  ramp: 1 min\n  changes: [%s]")]}


def with_knee(case):
    return {**case, "case": case["case"] + [("solver: {", KNEE + "solver: {")]}


def changes(name, text, expect, more=()):
    return {"name": name, "case": [(old, new % text) for old, new in RAMPED["case"]] + list(more), "expect": expect}


def two(name, text, expect, end="motion: {rotation_x: 0 degree}", more=()):
    """With a body below the distal one."""
    return {"name": name, "case": [("  distal:\n    motion", "  end: {parent: distal, %s}\n  distal:\n    motion" % end), ("solver: {", text + "\nsolver: {"), *more], "expect": expect}


CASES = [
    # ---- device, tissue of the gap ----
    section("unknown-device", "device: magnetic-nal", r"device: no device \"magnetic-nal\", nearest: \"magnetic-nail\""),
    section("device-without-model", "device: {stiffness: 5 N/mm}", r"device\.model: missing, allowed: the name of a device"),
    section("device-parameter", "device: {model: hexapod, stall_force: 5 N}", r"device\.stall_force: no parameter \"stall_force\".*allowed: stiffness"),
    section("device-range", "device: {model: hexapod, stiffness: -5 N/mm}", r"device\.stiffness: found \"-5 N/mm\", allowed: .*above 0 N/mm"),
    section("device-unit", "device: {model: hexapod, stiffness: 5 N}", r"device\.stiffness: found \"5 N\""),
    section("device-infinite", "device: {model: hexapod, stiffness: infinite}", r"device\.stiffness: found \"infinite\""),
    section("device-seed", "device: {model: hexapod, seed: -1}", r"device\.seed: found \"-1\""),
    section("device-stroke", "device: {model: magnetic-nail, stroke: 0.05 mm}", r"distraction\.length: found 0\.1 mm, allowed: at most the stroke of the magnetic-nail, 0\.05 mm"),
    {"name": "device-speed", "case": [("steps: 2", "steps_per_day: 1\n  ramp: 10 s"), ("solver: {", "device: magnetic-nail\nsolver: {")],
     "expect": r"distraction\.ramp: found 10 s, allowed: at least the 42\.86 s that the magnetic-nail needs for a step of 0\.1 mm"},
    section("unknown-regenerate", "regenerate: layerd", r"regenerate: no regenerate law \"layerd\", nearest: \"layered\""),
    section("regenerate-range", "regenerate: {model: layered, area: 0 mm2}", r"regenerate\.area: found \"0 mm2\""),
    # ---- a second osteotomy ----
    section("second-without-body", SECOND % "length: 0.1 mm", r"second_distraction\.body: missing, allowed: the name of the body that is moved"),
    two("second-body-unknown", SECOND % "body: foot, length: 0.1 mm", r"second_distraction\.body: no body \"foot\""),
    section("second-body-twice", SECOND % "body: distal, length: 0.1 mm", r"second_distraction\.body: found body distal, which the first distraction moves, allowed: another segment of the bone"),
    section("second-not-in-line", SECOND % "body: proximal, length: 0.1 mm", r"second_distraction\.body: found body proximal, which does not move with distal, allowed: a body of that line \(bodies\.proximal: \{parent: distal\}\)"),
    two("second-without-length", SECOND % "body: end", r"second_distraction\.length: missing"),
    two("second-key", SECOND % "body: end, length: 0.1 mm, speed: 1 mm/day", r"second_distraction\.speed: no key \"speed\""),
    two("second-rate", SECOND % "body: end, length: 0.1 mm, rate: 0 mm/day", r"second_distraction\.rate: found \"0 mm/day\""),
    two("second-no-map", "second_distraction: 5 mm", r"second_distraction: found \"5 mm\", allowed: keys with values"),
    two("second-ramp-without-rhythm", SECOND % "body: end, length: 0.1 mm, ramp: 1 min", r"second_distraction\.steps_per_day: missing"),
    two("second-body-moves-itself", SECOND % "body: end, length: 0.1 mm", r"bodies\.end\.motion\.z: this body is moved by the distraction", end="motion: {z: 1 mm}"),
    two("second-body-is-turned", SECOND % "body: end, length: 0.1 mm" + "\n" + (JOINT % "").replace("body: distal", "body: end"), r"joints\.ankle: turns the body that the device moves"),
    two("second-stroke", SECOND % "body: end, length: 2 mm" + "\nsecond_device: {model: magnetic-nail, stroke: 1 mm}", r"second_distraction\.length: found 2 mm, allowed: at most the stroke of the magnetic-nail, 1 mm"),
    two("second-device-unknown", SECOND % "body: end, length: 0.1 mm" + "\nsecond_device: hexapd", r"second_device: no device \"hexapd\", nearest: \"hexapod\""),
    two("second-regenerate-unknown", SECOND % "body: end, length: 0.1 mm" + "\nsecond_regenerate: layerd", r"second_regenerate: no regenerate law \"layerd\""),
    section("second-device-of-nothing", "second_device: hexapod", r"second_device: there is no second_distraction, allowed: where there is one"),
    section("second-regenerate-of-nothing", "second_regenerate: layered", r"second_regenerate: there is no second_distraction"),
    {"name": "second-of-no-first", "case": [("distraction:\n  length: 0.1 mm\n  rate: 0.1 mm/day\n  steps: 2\n", SECOND % "body: distal, length: 0.1 mm" + "\n")], "expect": r"second_distraction: there is no first one, allowed: where there is a distraction"},
    two("second-changes", SECOND % "body: end, length: 0.1 mm, changes: [{at: 1 day}]", r"second_distraction\.changes\[0\]: changes nothing"),
    two("second-steady-rhythm", SECOND % "body: end, length: 0.1 mm, changes: [{at: 1 day, steps_per_day: 2}]", r"second_distraction\.changes\[0\]\.steps_per_day: the lengthening is steady, allowed: a rhythm where second_distraction\.ramp is given"),
    two("second-takes-a-reversal", SECOND % "body: end, length: 0.1 mm" + "\nsecond_device: ratchet-nail", r"second_distraction: the changes of distraction reverse, and device ratchet-nail only lengthens, allowed: changes of its own", more=[("steps: 2", "steps: 2\n  changes: [{at: 1 day, reverse: 0.01 mm}]")]),
    two("monitor-reverses-second-ratchet", SECOND % "body: end, length: 0.1 mm" + "\nsecond_device: ratchet-nail\n" + MONITOR % "action: reverse", r"monitoring\.watch\.action: device ratchet-nail only lengthens"),
    two("second-osteotomy-apart", PLANE % "proximal: proximal, distal: end", r"second_osteotomy: found bodies proximal and end, which do not go on from proximal and distal of the osteotomy, allowed: proximal: distal, or distal: proximal"),
    two("second-osteotomy-the-same", PLANE % "proximal: distal, distal: distal", r"second_osteotomy: found the same body on both sides"),
    two("second-osteotomy-in-a-circle", PLANE % "proximal: distal, distal: proximal", r"second_osteotomy: found bodies distal and proximal, which do not go on"),
    two("second-osteotomy-without-side", PLANE % "proximal: distal", r"second_osteotomy\.distal: missing"),
    {"name": "second-osteotomy-of-no-first", "case": [("osteotomy: {point: [0 mm, 0 mm, 1 mm], normal: [0, 0, 1]}", PLANE % "proximal: proximal, distal: distal")], "expect": r"second_osteotomy: there is no first one, allowed: where there is an osteotomy"},
    {"name": "second-osteotomy-of-limb", "files": {"rod.yaml": "mesh: {limb: rod}\n" + PLANE % "proximal: proximal, distal: distal" + "\n"}, "arguments": ["run", "rod.yaml"],
     "expect": r"second_osteotomy: limb rod has one osteotomy, allowed: with a mesh from a file"},
    two("surface-of-three-and-one-cut", "", r"surfaces\.side\.gliding: found other bodies than the osteotomy divides, allowed: \[proximal, distal\]", more=[("[proximal, distal], tang", "[proximal, distal, end], tang")]),
    two("surface-across-two-cuts", PLANE % "proximal: distal, distal: end", r"surfaces\.side\.gliding: found other bodies than the osteotomy divides, allowed: \[proximal, distal\], \[distal, end\], or all three", more=[("[proximal, distal], tang", "[proximal, end], tang")]),
    # ---- joints ----
    section("joint-of-nobody", "joints: {ankle: {body: fot}}", r"joints\.ankle\.body: no body \"fot\""),
    section("joint-without-axis", "joints: {ankle: {body: proximal}}", r"joints\.ankle\.axis: missing, allowed: \[x, y, z\]"),
    section("joint-turns-distracted-body", JOINT % "", r"joints\.ankle: turns the body that the device moves"),
    section("joint-range", "joints: {knee: {lowest: 20 degree, highest: 10 degree}}", r"joints\.knee\.lowest: found a lowest angle of 20 and a highest of 10 degrees"),
    section("joint-angle", "joints: {knee: {angle: loose}}", r"joints\.knee\.angle: "),
    section("joint-moment-held", "joints: {knee: {moment: 1 N m}}", r"joints\.knee\.moment: acts on an angle that is not free"),
    section("joint-law", "joints: {knee: {passive: {model: linar}}}", r"joints\.knee\.passive\.model: no law of torque \"linar\", nearest: \"linear\""),
    section("joint-law-missing", "joints: {knee: {passive: {model: linear}}}", r"joints\.knee\.passive\.stiffness: missing"),
    section("joint-law-elsewhere", "joints: {elbow: {passive: {model: linear, stiffness: 1 N m/degree}}}", r"joints\.elbow\.passive: found a passive torque of joint elbow, allowed: of a joint called hip, knee or ankle"),
    with_knee(strand("strand-arm-about-nothing", r"strands\.nerve\.end\.moment_arms\.hip: no joint \"hip\", allowed: knee", end="{remote: 3 cm, moment_arms: {hip: 5 mm}}")),
    with_knee(strand("strand-arm-unit", r"strands\.nerve\.end\.moment_arms\.knee: found \"5\"", end="{remote: 3 cm, moment_arms: {knee: 5}}")),
    with_knee(strand("strand-arms-a-length", r"strands\.nerve\.start\.moment_arms: found \"5 mm\"", start="{remote: 3 cm, moment_arms: 5 mm}")),
    strand("strand-arms-without-remote", r"strands\.nerve\.start\.remote: missing, allowed: a length such as", start="{moment_arms: {knee: 5 mm}}"),
    edit("arm-about-nothing", "  proximal:\n", "  proximal: {along: [0, 0, 1], moment_arms: {knee: 5 mm}}\n", r"bodies\.proximal\.moment_arms\.knee: no joint \"knee\""),
    {**section("arm-nowhere", KNEE, r"bodies\.proximal\.along: missing, allowed: \[x, y, z\]"), "case": [("  proximal:\n", "  proximal: {moment_arms: {knee: 5 mm}}\n"), ("solver: {", KNEE + "solver: {")]},
    {**section("turning-twice", KNEE, r"bodies\.proximal\.turns_with: found 2 joints"), "case": [("  proximal:\n", "  proximal: {turns_with: {knee: 1, hip: 2}}\n"), ("solver: {", KNEE + "solver: {")]},
    # ---- physiotherapy ----
    section("unknown-preset-of-therapy", KNEE + "physiotherapy: {preset: gym}", r"physiotherapy\.preset: found \"gym\", allowed: none, own or physiotherapist"),
    section("therapy-without-joint", "physiotherapy: {preset: own}", r"physiotherapy\.preset: stretches a joint, and there is neither ankle nor knee"),
    section("brace-of-a-knee", KNEE + "physiotherapy: {night_brace: yes}", r"physiotherapy\.night_brace: joint knee is no ankle, allowed: no, or a session"),
    section("session-of-no-joint", SESSION.replace("joint: knee", "joint: hip") % "", r"physiotherapy\.sessions\.pull\.joint: no joint \"hip\""),
    section("session-without-torque", SESSION.replace("torque: 1 N m, ", "") % "", r"physiotherapy\.sessions\.pull\.torque: missing"),
    section("session-torque-zero", SESSION.replace("1 N m", "0 N m") % "", r"physiotherapy\.sessions\.pull\.torque: found no torque"),
    section("session-torque-unit", SESSION.replace("1 N m", "1 N") % "", r"physiotherapy\.sessions\.pull\.torque: found \"1 N\""),
    section("session-hold-zero", SESSION.replace("5 min", "0 min") % "", r"physiotherapy\.sessions\.pull\.hold: found \"0 min\""),
    section("session-too-long", SESSION.replace("5 min", "7 hour") % ", times_per_day: 3", r"physiotherapy\.sessions\.pull: a session takes 420\.\d+ min, and the next one begins after 360 min"),
    section("session-angle", (KNEE.replace("angle: held", "highest: 90 degree") + SESSION[len(KNEE):]) % ", angle: 100 degree", r"sessions\.pull\.angle: found 100 degree, allowed: -180 to 90 degree, the range of joint knee"),
    section("session-ends-early", SESSION % ", begin: 5 day, end: 4 day", r"physiotherapy\.sessions\.pull: ends on day 4 before it begins on day 5"),
    section("session-days", SESSION % ", days_per_week: 8", r"physiotherapy\.sessions\.pull\.days_per_week: found \"8\""),
    section("session-missed", SESSION % ", missed: 2", r"physiotherapy\.sessions\.pull\.missed: found \"2\""),
    section("sessions-overlap", (SESSION % ", begin: 0 day").replace("}}}", "}, push: {joint: knee, torque: -1 N m, hold: 5 min, first: 8.05 hour, begin: 0 day}}}"), r"physiotherapy\.sessions\.push: session push begins while session pull of the same joint is on"),
    # ---- examinations ----
    section("examination-of-no-joint", EXAMINATION.replace("joint: knee", "joint: toe") % "", r"examinations\.rom\.joint: no joint \"toe\""),
    section("examination-torque", EXAMINATION.replace("1 N m", "0 N m") % "", r"examinations\.rom\.torque: found no torque"),
    section("examination-never", EXAMINATION % ", every: 0 day", r"examinations\.rom\.every: found \"0 day\""),
    # ---- monitoring ----
    section("monitor-rule", MONITOR % "rule: nerve-strian", r"monitoring\.watch\.rule: no limit \"nerve-strian\", nearest: \"nerve-strain\""),
    section("monitor-tissue", MONITOR % "tissue: tendn", r"monitoring\.watch\.tissue: no tissue or strand \"tendn\", nearest: \"tendon\""),
    section("monitor-action", MONITOR % "action: panic", r"monitoring\.watch\.action: found \"panic\""),
    section("monitor-every", MONITOR % "every: 0 day", r"monitoring\.watch\.every: found \"0 day\""),
    section("monitor-recovery", MONITOR % "margin: 0.5, recovery: 0.2", r"monitoring\.watch\.recovery: found 0\.2 below the margin of 0\.5"),
    section("monitor-off", "limits: {nerve-strain: off}\n" + MONITOR % "rule: nerve-strain", r"monitoring\.watch\.rule: found a limit that is off"),
    section("monitor-reverses-ratchet", "device: ratchet-nail\n" + MONITOR % "action: reverse", r"monitoring\.watch\.action: device ratchet-nail only lengthens"),
    # ---- changes of the plan ----
    edit("changes-no-list", "steps: 2", "steps: 2\n  changes: {at: 1 day}", r"distraction\.changes: not a list, allowed: "),
    changes("change-of-nothing", "{at: 1 day}", r"distraction\.changes\[0\]: changes nothing"),
    changes("change-without-time", "{rate: 1 mm/day}", r"distraction\.changes\[0\]\.at: missing"),
    changes("change-unknown", "{at: 1 day, speed: 1 mm/day}", r"distraction\.changes\[0\]\.speed: no key \"speed\""),
    changes("change-rhythm", "{at: 1 day, steps_per_day: 2000}", r"distraction\.changes\[0\]\.steps_per_day: found steps every 43\.2 s that take 60 s each"),
    changes("change-reverses-ratchet", "{at: 1 day, reverse: 1 mm}", r"distraction\.changes\[0\]\.reverse: device ratchet-nail only lengthens", [("solver: {", "device: ratchet-nail\nsolver: {")]),
    edit("change-of-steady-rhythm", "steps: 2", "steps: 2\n  changes: [{at: 1 day, steps_per_day: 2}]", r"distraction\.changes\[0\]\.steps_per_day: the lengthening is steady"),
]
