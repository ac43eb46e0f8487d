#!/usr/bin/env python3
"""The plan for a discrepancy of 35 mm, end to end: tables, calendar, cases that `tasis check` takes.  test_plan.py TASIS PLAN"""
import csv
import datetime
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent)]
from environment import environment  # noqa: E402

ENVIRONMENT = environment()
TASIS, PLAN = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
failed = 0


def check(claim, found, expected):
    global failed
    good = found == expected
    failed += not good
    print("%s  %s%s" % ("ok    " if good else "FAILED", claim, "" if good else ": found %r, expected %r" % (found, expected)))


def tasis(*arguments):
    return subprocess.run([str(TASIS), *map(str, arguments)], capture_output=True, text=True, env=ENVIRONMENT)


def plan(folder, *settings):
    done = tasis("plan", PLAN, "--results", folder, *[word for s in settings for word in ("--set", s)])
    check("status of %s" % " ".join(("plan",) + settings), (done.returncode, done.stderr), (0, ""))
    with open(folder / "plan.csv", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return done.stdout, {(row["bone"], row["what"].split(":")[0].split(" (")[0]): row for row in rows}


def test_discrepancy(folder):
    text, rows = plan(folder)
    check("the note stands once", text.count("nothing it prints is advice"), 1)
    for pattern in (r"discrepancy +35\.0 mm, the right leg is shorter", r"right-femur +22\.0 +62\.9 % +5\.1 %  magnetic-nail", r"right-tibia +13\.0 +37\.1 % +3\.6 %  ilizarov-frame",
                    r"total 76 days \(43 to 249\)"):
        check("the table says %s" % pattern, bool(re.search(pattern, text)), True)
    # By hand: latency 7 days, 22 mm at 1 and 13 mm at 0.75 mm/day, 31.3 and 57.8 days/cm.
    days = {("right-femur", "distraction begins"): 7, ("right-femur", "distraction ends"): 29, ("right-tibia", "distraction ends"): 25,
            ("right-femur", "consolidated by the healing index"): 69, ("right-tibia", "consolidated by the healing index"): 76,
            ("-", "follow-up 1"): 7, ("-", "follow-up 5"): 35, ("-", "follow-up 6"): 63}
    check("days of the calendar", {key: int(rows[key]["day"]) for key in days if key in rows}, days)
    surgery = datetime.date(2027, 3, 1)
    check("dates of the calendar", all(row["date"] == str(surgery + datetime.timedelta(int(row["day"]))) for row in rows.values()), True)
    check("no seventh follow-up", ("-", "follow-up 7") in rows, False)
    check("plan.txt says what was printed", (folder / "plan.txt").read_text().strip() in text, True)


def test_cases(folder):
    case = yaml.safe_load((folder / "right-tibia" / "case.yaml").read_text())
    check("the tibia's mesh", case["mesh"], {"limb": "tibia", "resolution": "coarse", "dimensions": {"length": "359 mm"}})
    check("the tibia's distraction", {key: case["distraction"][key] for key in ("length", "rate", "latency", "steps_per_day")},
          {"length": "13 mm", "rate": "0.75 mm/day", "latency": "7 day", "steps_per_day": 3})
    check("the tibia's device", case["device"], "ilizarov-frame")
    check("the tibia's end", case["time"]["end"], "55 day")  # 7 + 17.33 + 30
    case = yaml.safe_load((folder / "right-femur" / "case.yaml").read_text())
    check("the femur's mesh", case["mesh"], {"limb": "thigh", "resolution": "coarse", "dimensions": {"length": "430 mm"}})
    check("nothing for the left leg", sorted(p.name for p in folder.iterdir() if p.is_dir()), ["right-femur", "right-tibia"])
    for bone in ("tibia", "femur"):
        done = tasis("check", folder / ("right-" + bone))
        check("tasis check takes the " + bone, (done.returncode, done.stderr, "The case is good." in done.stdout), (0, "", True))


def test_stature(folder):
    text, rows = plan(folder, "goal=stature", "gain=60 mm", "left={length: 800 mm}", "schedule={}", "tibia.rate=2 mm/day", "tibia.steps_per_day=1440", "femur.stroke=65 mm")
    check("both legs", sorted({bone for bone, what in rows} - {"-"}), ["left-femur", "left-tibia", "right-femur", "right-tibia"])
    check("no dates", {row["date"] for row in rows.values()}, {"-"})
    check("a leg's bones by the mean ratio", bool(re.search(r"femur +446\.0\* +430\.0", text)), True)  # 800 * 1.26/2.26
    check("it warns of the rate", "2 mm/day; above 1.5 mm/day" in text, True)
    check("a stroke of one's own", yaml.safe_load((folder / "left-femur" / "case.yaml").read_text())["device"], {"model": "magnetic-nail", "stroke": "65 mm"})
    done = tasis("check", folder / "left-tibia")
    check("tasis check takes the left tibia, steady", (done.returncode, done.stderr), (0, ""))


with tempfile.TemporaryDirectory() as root:
    ENVIRONMENT.update(environment(root))
    test_discrepancy(pathlib.Path(root) / "lld")
    test_cases(pathlib.Path(root) / "lld")
    test_stature(pathlib.Path(root) / "stature")
print("%d failed" % failed if failed else "all passed")
sys.exit(1 if failed else 0)
