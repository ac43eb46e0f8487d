#!/usr/bin/python3
"""What runs and searches say while they go, and `tasis watch`, on a strip of muscle.

    test_watch.py TASIS MPIEXEC [--keep FOLDER]
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "safe_rate")]
from environment import environment  # noqa: E402
from terminal import Terminal  # noqa: E402
from test_safe_rate import CASE  # noqa: E402

DAY_LINE = r"day +[0-9.]+ of 0\.6 "


class Test:
    def __init__(self, tasis, mpiexec, root):
        self.tasis, self.mpiexec, self.root, self.failed = tasis, mpiexec, root, 0
        self.case, self.env = root / "case", environment(root / "own", OMP_NUM_THREADS="1")
        for folder in (self.case, root / "own"):
            folder.mkdir(parents=True)
        shutil.copy(HERE.parent / "bad_input" / "bar.msh", self.case)
        (self.case / "case.yaml").write_text(CASE)

    def check(self, claim, good, found=""):
        self.failed += not good
        print("%s  %s %s" % ("ok    " if good else "FAILED", claim, "" if good else found), flush=True)

    def command(self, *words, steps=None):
        return [self.tasis, *map(str, words), *(["--threads", "1", "--set", "distraction.steps=%d" % steps] if steps else [])]

    def start(self, results, steps):
        """A run in the background that has begun, in a new folder."""
        shutil.rmtree(results, ignore_errors=True)
        process = subprocess.Popen(self.command("run", self.case, "--results", results, steps=steps), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.env)
        while process.poll() is None and status_of(results).get("step", 0) < 10:
            time.sleep(0.01)
        return process

    def once(self, folder):
        done = subprocess.run([self.tasis, "watch", str(folder), "--once"], capture_output=True, text=True, env=self.env, timeout=20)
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def status_of(folder):
    try:
        return json.loads((folder / "status.json").read_text())
    except FileNotFoundError:
        return {}


def messages_of(log):
    """run.log without its table."""
    return [line for line in log.read_text().splitlines() if not re.match(r" *(step|\d+) +(day|[0-9.]+ +[0-9.]+ )", line)]


def test_run_on_terminal(t):
    """A run on a terminal: one line, rewritten, with messages above it"""
    results = t.root / "terminal"
    terminal = Terminal(t.command("run", t.case, "--results", results, steps=1500), t.env)
    terminal.read()
    screen, drawings = terminal.screen(), terminal.drawings()
    t.check("status", terminal.status == 0, terminal.text()[-500:])
    t.check("rewritten", len(drawings) >= 8, drawings)
    t.check("never wider than the terminal", all(len(line) < 80 for line in drawings), drawings)
    lines = [line for line in screen if re.match(DAY_LINE, line)]
    t.check("one line is left of it", len(lines) == 1, screen)
    t.check("at its last state", re.fullmatch(r"day 0\.60 of 0\.6 +0\.60 mm  \[======\]  100 %  margin -4\.5\d\d (muscle|tendon)", lines[0]), lines)
    messages = messages_of(results / "run.log")
    t.check("every message is whole", all(line in screen for line in messages), (messages, screen))
    t.check("warnings of limits among them", any("limit passed" in line for line in messages), messages)
    t.check("in order: steps, what is said of all of them, the folder", screen.index(lines[0]) < screen.index(next(line for line in screen if line.startswith("smallest margin"))) and screen[-2] == "done" and screen[-1].startswith("results are in"), screen[-3:])
    t.check("ends with a newline", terminal.text().endswith("\n"))
    t.check("each step is in run.log", len(re.findall(r"(?m)^ *\d+ +0\.\d+", (results / "run.log").read_text())) == 1501)
    t.check("nothing of the terminal in run.log", "\x1b" not in (results / "run.log").read_text() and "\r" not in (results / "run.log").read_text())


def test_width_changes(t):
    """A terminal that becomes narrower, and a run that is stopped on it"""
    terminal = Terminal(t.command("run", t.case, "--results", t.root / "narrow", steps=3000), t.env, columns=120)
    terminal.read(until=DAY_LINE)
    terminal.resize(40)
    before = len(terminal.drawings())
    terminal.read(seconds=1)
    os.kill(terminal.process, signal.SIGINT)
    terminal.read()
    drawings, screen = terminal.drawings(), terminal.screen()
    t.check("wide at first", len(drawings[0]) > 60, drawings[:1])
    t.check("then narrow", len(drawings) > before + 3 and all(len(line) < 40 for line in drawings[before + 3:]), drawings[before:])
    t.check("status", terminal.status == 5, terminal.status)
    t.check("what stopped it stands on a line of its own", any(line.startswith("stopped on request;") for line in screen), screen)


def test_elsewhere(t):
    """Into a pipe, on a dumb terminal and under mpiexec: plain lines"""
    piped = subprocess.run(t.command("run", t.case, "--results", t.root / "piped", steps=1500), capture_output=True, text=True, env=t.env)
    runs = {"pipe": piped.stdout.splitlines()}
    for name, command, env in (("dumb", t.command("run", t.case, "--results", t.root / "dumb", steps=300), {**t.env, "TERM": "dumb"}),
                               ("monitor", [*t.command("run", t.case, "--results", t.root / "monitor", steps=30), "--", "-ksp_monitor"], t.env),
                               ("mpiexec", [t.mpiexec, "-n", "2", *t.command("run", t.case, "--results", t.root / "ranks", steps=12)], t.env)):
        terminal = Terminal(command, env)
        terminal.read()
        runs[name] = terminal.text().replace("\r\n", "\n").splitlines()
    for name, lines in runs.items():
        t.check(name + ": no line is rewritten", not any("\x1b" in line or "\r" in line for line in lines), lines)
        t.check(name + ": header, first and last step", any(re.match(r"  step +day +gap", line) for line in lines) and any(re.match(r"     0 +0\.000", line) for line in lines) and any(re.match(r" *\d+ +0\.600 +0\.600", line) for line in lines), lines)
        t.check(name + ": done", lines[-2] == "done", lines[-3:])
    steps = [line for line in runs["pipe"] if re.match(r" *\d+ +0\.\d+ ", line)]
    t.check("not every step", 2 <= len(steps) < 40, steps)
    t.check("every message", all(line in runs["pipe"] for line in messages_of(t.root / "piped" / "run.log")), runs["pipe"])


def test_once(t):
    """watch --once on what runs, has ended, was stopped, was killed, is silent, is not there"""
    (t.root / "empty").mkdir()
    t.check("nothing yet", t.once(t.root / "empty") == (0, ["no results yet"], []), t.once(t.root / "empty"))
    for name, folder in (("no folder", t.root / "nowhere"), ("other files", t.case), ("a file", t.case / "case.yaml")):
        status, out, err = t.once(folder)
        t.check(name, status == 2 and not out and len(err) == 1 and err[0].startswith("tasis watch: "), (status, out, err))
    results = t.root / "once"
    process = t.start(results, 6000)
    status, out, err = t.once(results)
    t.check("running", status == 0 and len(out) == 1 and re.fullmatch(DAY_LINE + r" +[0-9.]+ mm +\d+ %  margin +-?[0-9.]+ (muscle|tendon)  [0-9a-z ]+ left", out[0]) and not err, (status, out, err))
    process.kill()
    process.wait()
    status, out, err = t.once(results)
    t.check("killed", status == 1 and "its process is gone" in out[0], (status, out, err))
    process = t.start(results, 6000)
    process.terminate()
    process.wait()
    status, out, err = t.once(results)
    t.check("stopped", status == 5 and "stopped on request" in out[0], (status, out, err))
    t.check("ended", t.once(t.root / "piped")[0] == 0 and "done in" in t.once(t.root / "piped")[1][0], t.once(t.root / "piped"))
    silent = t.root / "silent"
    silent.mkdir()
    (silent / "status.json").write_text(json.dumps({**status_of(t.root / "piped"), "state": "running", "exit_status": None, "host": "elsewhere", "time_left_s": None}))
    os.utime(silent / "status.json", (time.time() - 7260, time.time() - 7260))
    status, out, err = t.once(silent)
    t.check("silent, on another computer", status == 0 and "no news for 2 h 01 min" in out[0], (status, out, err))


def test_follow(t):
    """watch from before a run begins to its end; several runs at once"""
    results = t.root / "several" / "one"
    results.parent.mkdir()
    (results.parent / "two").mkdir()
    shutil.copy(t.root / "piped" / "status.json", results.parent / "two")
    terminal, log = Terminal([t.tasis, "watch", str(results)], t.env), open(t.root / "watch.log", "w+")
    terminal.read(until="waiting for them")
    t.check("waits", "no results yet; waiting for them" in terminal.text(), terminal.text())
    process = t.start(results, 3000)
    several = subprocess.Popen([t.tasis, "watch", str(results.parent)], stdout=log, stderr=subprocess.STDOUT, env=t.env)
    terminal.read()
    process.wait()
    drawings, screen = terminal.drawings(), terminal.screen()
    t.check("its line is rewritten", len(drawings) >= 3 and any(line.endswith(" left") for line in drawings), drawings)
    t.check("up to the end", re.fullmatch(DAY_LINE + r".*100 %.*done in \d+ s", screen[-1]) and terminal.status == 0, (screen, terminal.status))
    t.check("several: status", several.wait(20) == 0)
    log.seek(0)
    lines = log.read().splitlines()
    t.check("several: the one that runs, its end, and all", [bool(re.search(pattern, line)) for pattern, line in zip((r"^2 runs: 1 done, 1 at work$", r"^one +day.*left", r"^one +day.*done in", r"^2 runs: 2 done$"), lines)] == [True] * 4 and len(lines) == 4, lines)


def test_search(t):
    """safe-rate on a terminal, and watched meanwhile"""
    results, terminal = t.root / "search", None
    sets = ["--set", "safe_rate.tolerance=0.004 mm/day", "--set", "safe_rate.high=0.1 mm/day", "--set", "distraction.steps=600"]
    terminal = Terminal([*t.command("safe-rate", t.case, "--results", results), *sets], t.env, columns=100)
    terminal.read(until=r"search: ")
    with open(t.root / "search.log", "w+") as log:
        watch = subprocess.Popen([t.tasis, "watch", str(results)], stdout=log, stderr=subprocess.STDOUT, env=t.env)
        terminal.read()
        t.check("status", terminal.status == 0 and watch.wait(20) == 0, (terminal.status, watch.poll()))
        log.seek(0)
        watched = log.read().splitlines()
    drawings, screen = terminal.drawings(), terminal.screen()
    t.check("lines of runs at work", any(re.match(r"0\.0\d+ mm/day +day +[0-9.]+ of", line) for line in drawings), drawings)
    t.check("and of all", re.search(r"search: \d+ done, 2 at work, up to \d+ more, about \d+ s left", terminal.text()), terminal.text()[:2000])
    t.check("none is left", not any(line.startswith("search: ") for line in screen), screen)
    ends = [line for line in screen if re.fullmatch(r"0\.\d+ mm/day: (inside|outside), smallest margin (at most )?-?[0-9.]+ \(\d+ s\)", line)]
    found = json.loads((results / "safe_rate.json").read_text())
    t.check("a line for each run that ended", len(ends) == len(found["runs"]), (ends, len(found["runs"])))
    t.check("the report stands below them", screen[-1].startswith("safe_rate.json, safe_rate.txt and the runs are in"), screen[-2:])
    t.check("watch: runs by their value", any(re.match(r"rate-0\.0\d+ +day", line) for line in watched), watched)
    t.check("watch: the answer", watched[-1] == "distraction.rate = %g mm/day keeps a margin of 0 with every rule" % found["answer"]["value"], watched[-3:])
    status = status_of(results)
    t.check("status.json of the search", (status["state"], status["exit_status"], status["runs"]["done"], status["runs"]["most_left"]) == ("done", 0, len(found["runs"]), 0), status)
    piped = subprocess.run([*t.command("safe-rate", t.case, "--results", results), *sets], capture_output=True, text=True, env=t.env)
    t.check("again, into a pipe: what was there", piped.returncode == 0 and piped.stdout.count("(was there)") == len(found["runs"]) and "\x1b" not in piped.stdout, piped.stdout[:800])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasis", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("mpiexec")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        t = Test(options.tasis, options.mpiexec, options.keep or pathlib.Path(scratch) / "test")
        for test in (test_run_on_terminal, test_width_changes, test_elsewhere, test_once, test_follow, test_search):
            begin = time.monotonic()
            print("# %s" % test.__doc__, flush=True)
            test(t)
            print("# %.1f s" % (time.monotonic() - begin), flush=True)
    print("%d failed" % t.failed if t.failed else "all passed")
    sys.exit(1 if t.failed else 0)


if __name__ == "__main__":
    main()
