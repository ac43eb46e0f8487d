#!/usr/bin/env python3
"""tasis safe-rate on a strip of muscle that grows: right answer, going on after a kill, margins that rise, runs without an answer.

    test_safe_rate.py TASIS [--keep FOLDER]
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]
from environment import environment  # noqa: E402

ENVIRONMENT = environment(OMP_NUM_THREADS="1")
CASE = """title: A strip of muscle
mesh: {file: bar.msh}
tissues:
  muscle: {preset: muscle, direction: [0, 0, 1]}
  tendon: {preset: muscle, direction: [0, 0, 1]}
living: {growth: yes}
bodies:
  proximal:
  distal:
osteotomy: {point: [0 mm, 0 mm, 1 mm], normal: [0, 0, 1]}
surfaces:
  bottom: {attached: proximal}
  top: {attached: distal}
distraction: {length: 0.6 mm, rate: 1 mm/day, steps: 12}
solver: {linear: direct}
output: {fields: none}
limits: {muscle-fibrosis: {rate: 0.01 day-1, compliance_rate: 0.004 day-1}}
safe_rate: {low: 0.005 mm/day, high: 0.3 mm/day, tolerance: 0.001 mm/day, at_once: 2}
"""
# Strained by 12 %, and the longer it takes the longer its blood flows badly: fast is safe, slow is not.
NERVE = CASE.replace("preset: muscle,", "preset: muscle, kind: nerve,").replace("living: {growth: yes}", "living: {growth: no}").replace("0.6 mm", "0.24 mm") \
    .replace("steps: 12", "steps: 60").replace("low: 0.005 mm/day, high: 0.3 mm/day, tolerance: 0.001 mm/day", "low: 0.05 mm/day, high: 1 mm/day, tolerance: 0.05 mm/day")


class Test:
    def __init__(self, tasis, root):
        self.tasis, self.root, self.failed = tasis, root, 0

    def check(self, claim, good, found=""):
        self.failed += not good
        print("%s  %s %s" % ("ok    " if good else "FAILED", claim, "" if good else found), flush=True)

    def case(self, name, text=CASE):
        folder = self.root / name
        folder.mkdir(parents=True)
        shutil.copy(HERE.parent / "bad_input" / "bar.msh", folder)
        (folder / "case.yaml").write_text(text)
        return folder

    def command(self, *words, sets=()):
        return [self.tasis, *map(str, words), *[word for s in sets for word in ("--set", s)]]

    def run(self, *words, sets=(), status=0):
        done = subprocess.run(self.command(*words, sets=sets), capture_output=True, text=True, env=ENVIRONMENT)
        self.check("status of %s" % " ".join([str(words[0]), *sets]), done.returncode == status, "%d instead of %d: %s" % (done.returncode, status, (done.stdout + done.stderr)[-1500:]))
        return done

    def search(self, folder, results, *sets, status=0):
        done = self.run("safe-rate", folder, "--results", results, sets=sets, status=status)
        return json.loads((results / "safe_rate.json").read_text()), done

    def margin(self, case, results, *sets):
        """The smallest margin of a run by hand."""
        done = subprocess.run(self.command("run", case, "--results", results, "--threads", "1", sets=sets), capture_output=True, text=True, env=ENVIRONMENT)
        assert done.returncode == 0, done.stderr
        return json.loads((results / "status.json").read_text())["envelope"]["margin"]


def summary(found):
    """What must not depend on how often a search was broken."""
    answer = found["answer"]
    return answer["value"], answer["outside_value"], answer["inside"], answer["outside"], answer["margins"], [(run["value"], run["state"]) for run in found["runs"]]


def test_answer(t):
    """The answer against a fine scan; each run again by hand"""
    folder = t.case("answer")
    found, done = t.search(folder, t.root / "a", "safe_rate.sensitivity={limits.muscle-fibrosis.rate: 0.95, \"tissues.*.growth.time\": 1.2}")
    inside, outside = found["answer"]["value"], found["answer"]["outside_value"]
    scan = {rate: t.margin(folder, t.root / "scan", "distraction.rate=%.6g mm/day" % rate) for rate in (0.005, 0.01, 0.015, 0.018, 0.02, 0.021, 0.022, 0.025, 0.05, 0.1, 0.3)}
    limit = max(rate for rate in scan if scan[rate] >= 0)
    above = min(rate for rate in scan if scan[rate] < 0)
    t.check("the scan changes sign once", all((rate <= limit) == (margin >= 0) for rate, margin in scan.items()), scan)
    t.check("the answer is in the scan's step", limit - 0.001 <= inside <= above and limit <= outside <= above + 0.001, (inside, outside, limit, above))
    t.check("bracketed within the tolerance", 0 < outside - inside <= 0.001 + 1e-9, (inside, outside))
    t.check("by a limit", found["answer"]["bracketed_by"] == "a limit" and found["answer"]["end"] == "bracketed")
    t.check("the limiting rule", (found["answer"]["limiting"]["rule"], found["answer"]["limiting"]["margin"] < 0) == ("muscle-fibrosis", True), found["answer"]["limiting"])
    t.check("margins of all rules", sorted({m["rule"] for m in found["answer"]["margins"]}) == ["muscle-contracture", "muscle-fibrosis", "muscle-overstretch"])
    t.check("monotone", found["monotone"] and not found["violations"])
    t.check("every whole run has its length", all(abs(run["gap_mm"] - 0.6) < 1e-9 for run in found["runs"] if run["whole"]) and not found["answer"]["short_of_length"], found["runs"])
    t.check("days", abs(found["answer"]["days_of_distraction"] - 0.6 / inside) < 1e-6)
    again = t.margin(t.root / "a" / found["answer"]["inside"] / "case.yaml", t.root / "hand")
    t.check("its run by hand gives its margin", again == next(run for run in found["runs"] if run["value"] == inside)["margin"], again)
    t.check("few runs", len(found["runs"]) <= 10, len(found["runs"]))
    # The limit on the rate of strain goes with the rate: 5 % less of one is 5 % less of the other, nearly.
    sensitivity = {s["parameter"]: s["change"] for s in found["sensitivity"]}
    t.check("sensitivity to the limit", abs(sensitivity["limits.muscle-fibrosis.rate"] / (-0.05 * inside) - 1) < 0.15, sensitivity)
    t.check("the other one is smaller", abs(sensitivity["tissues.*.growth.time"]) < 0.01 * inside, sensitivity)
    t.check("printed and written alike", (t.root / "a" / "safe_rate.txt").read_text() in done.stdout)
    t.check("the note stands once", done.stdout.count("nothing it prints is advice") == 1)
    text = (t.root / "a" / found["answer"]["inside"] / "case.yaml").read_text()
    t.check("the case of a run stands alone", "safe_rate" not in text and str(folder.resolve() / "bar.msh") in text, text)
    folder_end = t.case("ends", CASE.replace("solver: {", "time: {end: 0.8 day, steps: 1}\nsolver: {"))  # 0.6 days of distraction
    later, _ = t.search(folder_end, t.root / "ends-results", "safe_rate.tolerance=0.01 mm/day", "safe_rate.high=0.05 mm/day")
    text = (t.root / "ends-results" / later["answer"]["inside"] / "case.yaml").read_text()
    end = float(text.split("end: ")[1].split()[0])
    t.check("the end moves with that of the distraction", abs(end - 0.2 - 0.6 / later["answer"]["value"]) < 1e-6, end)
    second, _ = t.search(folder, t.root / "a", "safe_rate.sensitivity={limits.muscle-fibrosis.rate: 0.95, \"tissues.*.growth.time\": 1.2}")
    t.check("a second search starts nothing", (second["started"], summary(second)) == (0, summary(found)), second["started"])
    finer, _ = t.search(folder, t.root / "a", "safe_rate.tolerance=0.0005 mm/day")
    t.check("a finer one uses what is there", finer["started"] < len(finer["runs"]), (finer["started"], len(finer["runs"])))
    other, _ = t.search(folder, t.root / "a", "distraction.steps=14")
    t.check("another case does not", other["started"] == len(other["runs"]), (other["started"], len(other["runs"])))


def test_kill(t):
    """Killed at any moment, alone or with its runs, and started again: the same answer, only the missing work"""
    folder, sets = t.case("killed"), ["distraction.steps=600", "safe_rate.stop_early=no", "safe_rate.tolerance=0.004 mm/day", "safe_rate.high=0.1 mm/day"]
    whole, _ = t.search(folder, t.root / "whole", *sets)
    for name, runs, everything in (("alone", 1, False), ("all", 3, True)):
        results = t.root / name
        process = subprocess.Popen(t.command("safe-rate", folder, "--results", results, sets=sets), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, start_new_session=True)
        while process.poll() is None and len(list(results.glob("runs/*/results/checkpoint.h5"))) < runs:
            time.sleep(0.01)
        t.check("%s: the search goes on when it is killed" % name, process.poll() is None)
        if everything:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        there = len(list(results.glob("runs/*/results/status.json")))
        found, _ = t.search(folder, results, *sets)
        t.check("%s: the same answer" % name, summary(found) == summary(whole), (summary(found)[:4], summary(whole)[:4]))
        t.check("%s: only the missing work" % name, found["started"] <= len(whole["runs"]) - (0 if everything else there), (found["started"], there, len(whole["runs"])))
        if everything:
            logs = [path.read_text() for path in results.glob("runs/*/results/run.log")]
            t.check("%s: what was interrupted went on" % name, any("resumed from day" in log for log in logs))


def test_stop(t):
    """SIGTERM: status 5, and then the rest"""
    folder, sets, results = t.case("stopped"), ["distraction.steps=600", "safe_rate.tolerance=0.004 mm/day", "safe_rate.high=0.1 mm/day"], t.root / "stop"
    process = subprocess.Popen(t.command("safe-rate", folder, "--results", results, sets=sets), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
    while process.poll() is None and not list(results.glob("runs/*/results/checkpoint.h5")):
        time.sleep(0.01)
    process.terminate()
    error = process.communicate()[1]
    t.check("status and one line", process.returncode == 5 and len(error.splitlines()) == 1, (process.returncode, error))
    found, _ = t.search(folder, results, *sets)
    t.check("goes on to an answer", found["answer"]["end"] == "bracketed")


def test_rises(t):
    """Margins that rise with the rate are told, and there is no answer above an unsafe bound"""
    found, done = t.search(t.case("nerve", NERVE), t.root / "nerve-results", status=4)
    t.check("not monotone, with the place", not found["monotone"] and "rises from" in found["violations"][0], found["violations"])
    t.check("no answer, though a run is inside", found["answer"]["value"] is None and any(run["state"] == "inside" for run in found["runs"]), found["runs"])
    t.check("the rule", found["answer"]["limiting"]["rule"] == "nerve-ischaemia", found["answer"]["limiting"])
    t.check("it says so", "Margins do not fall everywhere" in done.stdout)


def test_monitoring(t):
    """A run that its own monitoring stops is outside; one that it keeps short of its length says so"""
    folder = t.case("monitored")
    monitor = "monitoring={all: {margin: %g, action: %s}}"
    found, _ = t.search(folder, t.root / "stops", monitor % (0.3, "stop"), "safe_rate.stop_early=no", "safe_rate.tolerance=0.002 mm/day")
    t.check("outside by status 4", {run["exit_status"] for run in found["runs"] if run["state"] == "outside"} == {4}, found["runs"])
    t.check("its margin, not the one of the search", min(m["margin"] for m in found["answer"]["margins"]) > 0.29, found["answer"]["margins"])
    found, done = t.search(folder, t.root / "ends", monitor % (0.3, "end"), "safe_rate.tolerance=0.002 mm/day", "safe_rate.high=0.02 mm/day")
    t.check("short of its length", found["answer"]["short_of_length"] and "mm of the 0.6 mm that were wanted" in done.stdout, found["answer"])


def test_no_answer(t):
    """Runs that do not converge count as unsafe and are told as what they are"""
    sets = ["solver.max_iterations=1", "solver.smallest_step=0.9", "solver.tolerance=2e-14", "solver.predictor=no", "solver.absolute_tolerance=0 N"]
    found, done = t.search(t.case("fails"), t.root / "fails-results", *sets, status=3)
    t.check("no answer", found["answer"]["value"] is None and found["answer"]["bracketed_by"] == "a run without an answer", found["answer"])
    unanswered = [run for run in found["runs"] if run["state"] == "no answer"]
    t.check("status and reason of these runs", unanswered and all(run["exit_status"] == 3 and "did not converge" in run["message"] for run in unanswered), found["runs"])
    t.check("none is inside", not any(run["state"] == "inside" for run in found["runs"]), found["runs"])
    t.check("the reason is printed", "there is no answer, which counts as unsafe: did not converge" in done.stdout, done.stdout)


def test_bounds_days_key(t):
    """All inside; days in place of a rate; the path of any value; a search under mpiexec"""
    folder = t.case("others")
    found, _ = t.search(folder, t.root / "inside", "safe_rate.high=0.02 mm/day")
    t.check("all inside: the bound is the answer", (found["answer"]["value"], found["answer"]["end"], found["answer"]["bracketed_by"]) == (0.02, "all inside", "the bound"), found["answer"])
    found, _ = t.search(folder, t.root / "days", "safe_rate={search: days, low: 10 day, high: 60 day, at_once: 2}")
    t.check("fewest days are those of the largest rate", 0.0204 <= 0.6 / found["answer"]["outside_value"] and 0.6 / found["answer"]["value"] <= 0.0214, found["answer"])
    found, _ = t.search(folder, t.root / "key", "safe_rate={search: key, key: distraction.length, low: 0.1 mm, high: 1.9 mm, tolerance: 0.02 mm, margin: 0.3, at_once: 2}", "distraction.rate=0.01 mm/day", "living.growth=no")
    # Of elastic muscle 1 - 1/stretch of its sarcomeres are missing, of which 0.7 * 15 % are allowed: 0.2346 mm of 2 mm.
    t.check("the largest length", found["answer"]["value"] <= 0.2346 <= found["answer"]["outside_value"] and found["answer"]["unit"] == "mm", found["answer"])
    t.check("and what limits it", found["answer"]["limiting"]["rule"] == "muscle-contracture", found["answer"]["limiting"])
    found, _ = t.search(folder, t.root / "ranks", "safe_rate.ranks=2", "safe_rate.at_once=1", "safe_rate.tolerance=0.01 mm/day", "safe_rate.low=0.015 mm/day", "safe_rate.high=0.05 mm/day")
    path, ENVIRONMENT["PATH"] = ENVIRONMENT["PATH"], str(t.root / "bin")
    (t.root / "bin").mkdir()
    (t.root / "bin" / "mpiexec").write_text("#!/bin/sh\necho no >&2\nexit 7\n")
    (t.root / "bin" / "mpiexec").chmod(0o755)
    done = t.run("safe-rate", folder, "--results", t.root / "refused", sets=["safe_rate.ranks=2"], status=6)
    t.check("a run that does not begin ends the search", "the run ended with status 7 before it began" in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr)
    ENVIRONMENT["PATH"] = path
    t.check("runs on two ranks", found["answer"]["end"] == "bracketed" and found["answer"]["value"] <= 0.0214 <= found["answer"]["outside_value"] + 0.001, found["answer"])


def test_osteotomies(t):
    """A value holds for both osteotomies of a bone"""
    text = CASE.replace("  proximal:\n  distal:\n", "  proximal:\n  middle: {parent: proximal}\n  distal: {parent: middle}\n").replace("rate: 1 mm/day, steps: 12}", "rate: 1 mm/day, steps: 4, body: middle}\nsecond_distraction: {body: distal, length: 0.2 mm, rate: 0.5 mm/day, latency: 1 day}\ntime: {end: 3 day, steps: 1}")
    text = text.replace("length: 0.6 mm", "length: 0.4 mm").split("limits:")[0]
    for search, bounds, value in (("rate", "low: 0.1 mm/day, high: 0.2 mm/day, tolerance: 0.09 mm/day", "0.2"), ("days", "low: 2 day, high: 4 day, tolerance: 1.9 day", "2")):
        folder = t.case("two-%s" % search, text + "limits: {muscle-fibrosis: off}\nsafe_rate: {search: %s, %s, margin: -0.9, stop_early: no, at_once: 1}\n" % (search, bounds))
        found, _ = t.search(folder, t.root / ("two-%s-results" % search))
        t.check("%s: both lengths are there" % search, all(abs(run["gap_mm"] - 0.6) < 1e-9 for run in found["runs"]) and not found["answer"]["short_of_length"], found["runs"])
        run = next(run for run in found["runs"] if abs(run["value"] - float(value)) < 1e-9)
        whole = (t.root / ("two-%s-results" % search) / run["folder"] / "case.yaml").read_text()
        first, second, end = whole.split("\ndistraction:")[1], whole.split("second_distraction:")[1], float(whole.split("end: ")[1].split()[0])
        rates = [float(part.split("rate: ")[1].split()[0]) for part in (first, second)]
        wanted = [0.2, 0.2] if search == "rate" else [0.2, 0.1]
        t.check("%s: rates" % search, max(abs(a - b) for a, b in zip(rates, wanted)) < 1e-9, rates)
        t.check("%s: the end moves with that of the last distraction" % search, abs(end - 3 - (max(0.4 / rates[0], 1 + 0.2 / rates[1]) - 1.4)) < 1e-9, end)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasis", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        ENVIRONMENT.update(environment(scratch))
        t = Test(options.tasis, pathlib.Path(options.keep or scratch))
        for test in (test_answer, test_kill, test_stop, test_rises, test_monitoring, test_no_answer, test_bounds_days_key, test_osteotomies):
            print("# %s" % test.__doc__, flush=True)
            test(t)
    print("%d failed" % t.failed if t.failed else "all passed")
    sys.exit(1 if t.failed else 0)


if __name__ == "__main__":
    main()
