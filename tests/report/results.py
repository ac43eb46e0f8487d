"""Results to make pages of: a small leg, the same killed, a safe rate and a sweep of a strip of muscle."""
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "safe_rate")]
from test_safe_rate import CASE, ENVIRONMENT  # noqa: E402  a strip of muscle that grows

# A device, a regenerate, strands, a joint that is examined: most of what a page can show, in ten seconds.
LEG = ["mesh.resolution=400", "distraction.length=6 mm", "distraction.rate=1.5 mm/day", "distraction.latency=1 day", "distraction.resolve_every=4", "time.end=8 day",
       "examinations={dorsiflexion: {joint: ankle, torque: 10 N m, every: 4 day}}"]


def start(tasis, case, results, sets):
    """A run, as a process."""
    words = [tasis, "run", str(case), "--results", str(results), "--threads", "1", *[word for one in sets for word in ("--set", one)]]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **ENVIRONMENT})


def run(tasis, case, results, *sets):
    """A run that must come to its end; its folder."""
    process = start(tasis, case, results, sets)
    error = process.communicate()[1].decode()
    assert process.returncode == 0, "%s: status %d: %s" % (results, process.returncode, error)
    return results


def killed(tasis, case, results, *sets, rows=6):
    """A run that is killed when its history has so many rows."""
    process = start(tasis, case, results, sets)
    history = results / "history.csv"
    while process.poll() is None and not (history.exists() and history.read_bytes().count(b"\n") > rows):
        time.sleep(0.02)
    assert process.poll() is None, "the run ended before it could be killed"
    process.kill()
    process.wait()
    return results


def strip(folder):
    """The case of a strip of muscle."""
    folder.mkdir(parents=True)
    (folder / "bar.msh").write_bytes((ROOT / "tests" / "bad_input" / "bar.msh").read_bytes())
    (folder / "case.yaml").write_text(CASE)
    return folder


def safe_rate(tasis, case, results):
    """A search, with sensitivities."""
    sets = ("safe_rate.sensitivity={limits.muscle-fibrosis.rate: 1.1}", "safe_rate.tolerance=0.005 mm/day")
    subprocess.run([tasis, "safe-rate", str(case), "--results", str(results), *[word for one in sets for word in ("--set", one)]], stdout=subprocess.DEVNULL, env={**os.environ, **ENVIRONMENT}, check=True)
    return results


def sweep(tasis, case, folder):
    """Six runs over two values."""
    for rate in ("0.01", "0.05", "0.2"):
        for steps in (6, 12):
            run(tasis, case, folder / ("rate-%s-steps-%d" % (rate, steps)), "distraction.rate=%s mm/day" % rate, "distraction.steps=%d" % steps)
    return folder
