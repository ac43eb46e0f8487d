"""A picture of the first screen of a report, as Chromium shows it."""
import pathlib
import shutil
import subprocess
import tempfile

from gallery import images

CASE = "tibia-precice"  # the case whose report is shown
SIZE = (1180, 1050)     # px


def shoot(program, results, target):
    """Makes the report of the results and takes its picture; returns the file's name."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        raise SystemExit("chromium is not there: scripts/setup.sh gallery")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        html, shot = pathlib.Path(folder) / "report.html", pathlib.Path(folder) / "report.png"
        run([program, "report", str(results), "--output", str(html)])
        run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir=%s/profile" % folder, "--window-size=%d,%d" % SIZE, "--screenshot=%s" % shot, html.as_uri()])
        file = images.reduce(shot, target)
    print(target.parent / file, flush=True)
    return file


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit("%s: status %d: %s" % (" ".join(command), done.returncode, (done.stdout + done.stderr).strip()))
