"""Pictures of the limb: scripts/view.sh draws them with ParaView, and says in pictures.json what they show."""
import json
import pathlib
import shutil
import subprocess
import sys

from report.drawing import Picture, data_uri

VIEW = pathlib.Path(__file__).resolve().parent.parent / "view.sh"
LONGEST = 1800  # s


def of_run(folder):
    """([Picture], problem): problem is one line where there are none."""
    newest = max((path.stat().st_mtime for path in (folder / "results.vtkhdf", folder / "strands.h5") if path.exists()), default=0)
    if not (folder / "results.vtkhdf").exists():
        return [], "no pictures: the run has written no fields (output.fields: none, or it has not come so far)"
    listing = folder / "pictures" / "pictures.json"
    if not (listing.exists() and listing.stat().st_mtime > newest):
        problem = _draw(folder)
        if problem:
            return _told("no pictures: %s" % problem)
    try:
        entries = json.loads(listing.read_text(encoding="utf-8"))
        return [_embed(listing.parent, entry) for entry in entries], ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        return _told("no pictures: %s cannot be used: %s" % (listing, " ".join(str(error).split())))


def _told(problem):
    print("tasis report: %s" % problem, file=sys.stderr)
    return [], problem


def _draw(folder):
    """Empty when all is well, else what is wrong."""
    if not shutil.which("pvpython"):
        return "ParaView is not there (packages paraview python3-paraview xvfb xauth)"
    if not VIEW.exists():
        return "%s is not there" % VIEW.name
    print("drawing pictures with ParaView ...", flush=True)
    try:
        done = subprocess.run([str(VIEW), str(folder), "--pictures", str(folder / "pictures")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return "%s: %s" % (VIEW.name, " ".join(str(error).split()))
    if done.returncode:
        lines = done.stdout.strip().splitlines() or ["no reason given"]
        return "%s ended with status %d: %s" % (VIEW.name, done.returncode, lines[-1])
    return ""


def _embed(folder, entry):
    path = folder / entry["file"]
    return Picture(title=entry["title"], caption=entry["caption"], alt="%s. %s" % (entry["title"], entry["caption"]), wide=data_uri(path.read_bytes(), "image/png"))
