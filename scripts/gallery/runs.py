"""Results of a case: run, gone on with, or left as they are."""
import json
import subprocess
import sys


def is_plan(case):
    """Is the folder of a case that of a plan?"""
    return (case / "plan.yaml").exists()


def state(folder):
    """What status.json says: running, done, failed, stopped; empty where there is none."""
    try:
        return json.loads((folder / "status.json").read_text(encoding="utf-8"))["state"]
    except (OSError, ValueError, KeyError):
        return ""


def is_older(path, other):
    """Was path last written before other?"""
    return path.stat().st_mtime < other.stat().st_mtime


def complete(run_script, case, folder):
    """Results of the case in its present wording, in the folder.  A run that was interrupted goes on."""
    started = state(folder)
    stale = started and is_older(folder / "status.json", case / "case.yaml")
    if started == "done" and not stale:
        return
    resume = ["--resume"] if started and not stale and (folder / "checkpoint.h5").exists() else []
    print("%s: %s" % (folder.name, "going on" if resume else "running"), flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "gallery.log", "w", encoding="utf-8") as log:
        done = subprocess.run([str(run_script), str(case), "--results", str(folder), *resume], stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        lines = (folder / "gallery.log").read_text(encoding="utf-8").strip().splitlines()
        sys.exit("%s: status %d: %s" % (folder.name, done.returncode, lines[-1] if lines else "no message"))
