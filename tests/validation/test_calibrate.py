"""scripts/calibrate.py: a fit finds what its table was made from, a check fails where a value is out of its range, wrong input gives one line.

    test_calibrate.py SOURCE TASIS
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE, TASIS = pathlib.Path(sys.argv[1]), sys.argv[2]
HEAD = "run,quantity,measure,from,at,value,sd,low,high,use,source\n"
ROW = "hold,reaction_force.x1.x,lost,5 s,705 s,0.2465,0.03,0.2165,0.2765,fit,made up\n"
# What is changed in the case of fat: file, old, new; what the line must match.
WRONG = [
    ("no such key", "calibration.yaml", "runs:", "run:", r"calibration.yaml: found the key 'run', allowed: title, runs, "),
    ("no unit", "calibration.yaml", "low: 10 s", "low: 10", r"start, low and high have different units"),
    ("start outside", "calibration.yaml", "start: 300 s", "start: 3 s", r"found start 3, low 10, high 10000, allowed: 0 < low <= start <= high"),
    ("no start", "calibration.yaml", "start: 300 s, ", "", r"time.0: start is missing"),
    ("no number", "calibration.yaml", "low: 0.01", "low: small", r"low: found 'small', allowed: a number"),
    ("not YAML", "calibration.yaml", "parameters:", "parameters: [", r"calibration.yaml: while parsing"),
    ("no table", "calibration.yaml", "measurements.csv", "nothing.csv", r"nothing.csv: No such file or directory"),
    ("no case", "calibration.yaml", "case.yaml", "nothing.yaml", r"run hold: status 2: .*nothing.yaml"),
    ("Tasis finds a wrong key", "calibration.yaml", "relaxation.time.0", "relaxation.tim.0", r"run hold: status 2: .*tim"),
    ("no column", "measurements.csv", ",sd,", ",error,", r"found columns .*error.*, allowed: run,quantity"),
    ("no such run", "measurements.csv", "\nhold,", "\nheld,", r"measurements.csv:3: run: found 'held', allowed: hold"),
    ("no such quantity", "measurements.csv", "reaction_force.x1.x", "force", r"quantity: found 'force', allowed: reaction_force"),
    ("no such time", "measurements.csv", "705 s", "706 s", r"history of run hold has no row at 0.0081\d* day"),
    ("no time", "measurements.csv", "705 s", "705 mm", r"at: found '705 mm', allowed: a time in s, min, h, day"),
    ("no such measure", "measurements.csv", ",lost,", ",gone,", r"measure: found 'gone', allowed: value, ratio, lost"),
    ("from nothing", "measurements.csv", "lost,5 s", "lost,0 s", r"is 0 at 0 day: nothing to divide by"),
    ("neither value nor range", "measurements.csv", "0.2465,0.03,0.2165,0.2765", ",,,", r"found neither value nor range"),
    ("half a range", "measurements.csv", "0.2165,0.2765", "0.2165,", r"allowed: both or none"),
    ("no sd", "measurements.csv", "0.2465,0.03", "0.2465,", r"sd is missing"),
    ("too few", "measurements.csv", "0.42,fit", "0.42,predict", r"found 1 measurements to fit 2 parameters"),
]
failed = 0


def claim(text, good, said=""):
    global failed
    failed += not good
    print("%s  %s%s" % ("ok    " if good else "FAILED", text, "" if good else "\n" + said), flush=True)


def copy(folder):
    """The case of fat, to be changed."""
    shutil.copy(SOURCE / "cases/calibration/cell.msh", folder)
    shutil.copytree(SOURCE / "cases/calibration/fat-relaxation", folder / "fat")
    return folder / "fat"


def change(path, old, new):
    text = path.read_text()
    assert old in text, "%r is not in %s" % (old, path)
    path.write_text(text.replace(old, new, 1))


def calibrate(case, *arguments):
    return subprocess.run([sys.executable, str(SOURCE / "scripts/calibrate.py"), str(case), "--tasis", TASIS, *arguments], capture_output=True, text=True)


def temporary(function):
    with tempfile.TemporaryDirectory() as folder:
        function(copy(pathlib.Path(folder)))


def test_fit(case):
    """The table is what share 0.3 and 1500 s make, from the start of the hold: Tasis is exact here."""
    made = calibrate(case, "--check", "--set", "tissues.specimen.relaxation={fraction: [0.3], time: [1500 s]}")
    values = [float(line.split()[8]) for line in made.stdout.splitlines() if line.startswith("hold")]
    claim("a check fails where values are out of their range", made.returncode == 1 and "2 of 2 outside" in made.stdout, made.stdout + made.stderr)
    change(case / "measurements.csv", "0.2465,", "%g," % values[0])
    change(case / "measurements.csv", "0.39,0.03", "%g,0.03" % values[1])
    done = calibrate(case, "--markdown", str(case / "table.md"))
    found = dict(re.findall(r"(fraction|time)\.0 = ([0-9.]+) \+-", done.stdout))
    claim("a fit ends with status 0", done.returncode == 0, done.stdout + done.stderr)
    claim("it finds the share", abs(float(found.get("fraction", 0)) - 0.3) < 1e-3, done.stdout)
    claim("it finds the time constant", abs(float(found.get("time", 0)) - 1500) < 10, done.stdout)
    claim("and writes a table", (case / "table.md").is_file() and "| hold, " in (case / "table.md").read_text())


def test_open(case):
    """A range that is met everywhere says nothing about the parameter."""
    (case / "measurements.csv").write_text(HEAD + 2 * ROW.replace("0.2465,0.03,0.2165,0.2765", ",0.1,0,1"))
    done = calibrate(case)
    claim("parameters that nothing depends on are called open", done.stdout.count("left open by the measurements") == 2, done.stdout + done.stderr)


def test_wrong():
    for name, file, old, new, expected in WRONG:
        with tempfile.TemporaryDirectory() as folder:
            case = copy(pathlib.Path(folder))
            change(case / file, old, new)
            done = calibrate(case)
            lines = done.stderr.splitlines()
            good = done.returncode == 2 and len(lines) == 1 and lines[0].startswith("calibrate.py: ") and re.search(expected, lines[0]) and not done.stdout
            claim("one line, status 2: " + name, bool(good), "status %d\n%s%s" % (done.returncode, done.stdout, done.stderr))


temporary(test_fit)
temporary(test_open)
test_wrong()
print("%d failed" % failed if failed else "all passed")
sys.exit(1 if failed else 0)
