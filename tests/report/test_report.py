#!/usr/bin/python3
"""tasis report: pages of a run, a killed run, a safe rate and a sweep, read in Chromium; bad input; the blocks of docs/results.md.

    test_report.py TASIS --browser CHROMIUM --driver CHROMEDRIVER [--keep FOLDER]
"""
import argparse
import csv
import html.parser
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import h5py

import browser
import results

VOID = {"meta", "img", "source", "br", "hr", "link", "input"}
FIGURES = {"Smallest margin by rule", "Lengthening", "Force along the bone", "Margin of each tissue", "Strain along the fibres since surgery", "Sarcomere length", "Sarcomeres missing (contracture index)", "How fast muscle is stretched",
           "Elastic strain of tendons", "Elastic strain of fascia and skin", "Nerve strain", "Vessel stretch", "Joint torques", "Joint angles"}
HEADINGS = {"What was run", "Through the days", "Every rule at its worst", "Where the limits come from", "What the run said", "What it has cost"}


class Tags(html.parser.HTMLParser):
    """Every tag is closed where it should be, ids are used once, figures have alternative texts."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.wrong = [], set(), []
        self.feed(text)
        self.wrong += ["%s is not closed" % tag for tag in self.open]

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if values.get("id") in self.ids:
            self.wrong.append("id %s twice" % values["id"])
        self.ids.update([values["id"]] if "id" in values else [])
        if tag == "img" and not values.get("alt"):
            self.wrong.append("an image without words")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("</%s> out of place" % tag)


class Test:
    """Claims, counted."""

    def __init__(self, options, root):
        self.tasis, self.root, self.failed = options.tasis, root, 0
        self.browser = browser.Browser(options.browser, options.driver)

    def check(self, claim, good, found=""):
        """Prints a claim and whether it holds."""
        self.failed += not good
        print("%s  %s %s" % ("ok    " if good else "FAILED", claim, "" if good else found), flush=True)

    def report(self, *words, status=0, **environment):
        """Runs the command."""
        done = subprocess.run([self.tasis, "report", *map(str, words)], capture_output=True, text=True, env={**os.environ, **environment})
        self.check("status of report %s" % " ".join(str(word) for word in words), done.returncode == status, "%d: %s" % (done.returncode, done.stderr[-1500:]))
        return done

    def look(self, page, figures, headings, least_pages, most_pages):
        """What holds for every page. Returns titles of its figures."""
        name = page.parent.name if page.stem == "report" else page.stem
        tags = Tags(page.read_text())
        self.check("%s: well-formed" % name, not tags.wrong, tags.wrong)
        asked = self.browser.open(page)
        self.check("%s: asks for nothing else" % name, not asked, asked)
        self.check("%s: HTML5" % name, self.browser.standards_mode())
        images = self.browser.images()
        self.check("%s: every figure is decoded" % name, images and all(image["width"] > 0 for image in images), images)
        self.check("%s: every figure has a caption" % name, all(image["caption"] and image["title"] for image in images), images)
        titles = [image["title"] for image in images]
        self.check("%s: figures" % name, figures <= set(titles), figures - set(titles))
        found = set(self.browser.text("h2"))
        self.check("%s: headings" % name, headings <= found, headings - found)
        self.check("%s: says what it is" % name, any("research tool" in text for text in self.browser.text(".note")))
        pages = self.browser.pages()
        self.check("%s: %d pages on paper" % (name, pages), least_pages <= pages <= most_pages)
        self.browser.open(page, width=390)
        self.check("%s: nothing sideways on a phone" % name, self.browser.sideways() <= 0, self.browser.sideways())
        narrow = self.browser.images()
        self.check("%s: figures for a phone" % name, all(image["width"] > 0 for image in narrow) and any(image["narrow"] for image in narrow), narrow)
        self.browser.open(page)
        return titles


def numbers(text):
    """Of a table's cell: -0.5 of −0.5, NaN of a dash."""
    return float(text.replace("−", "-")) if re.search(r"\d", text) else math.nan


def same(found, wanted):
    """To the four digits that a table has."""
    return math.isclose(found, wanted, rel_tol=1e-3, abs_tol=1e-12)


def first_beyond(folder):
    """Tissue or strand whose margin is the first below 0 in the history, and the day."""
    with open(folder / "history.csv", newline="") as lines:
        for row in csv.DictReader(lines):
            margins = {column.split(".margin")[0]: float(value) for column, value in row.items() if ".margin [" in column}
            owner = min(margins, key=margins.get)
            if margins[owner] < 0:
                return owner.replace("strand.", ""), float(row["time [day]"])
    return None, math.nan


def check_margins(t, name, wanted):
    """The table of rules against margins as a file has them."""
    rows = t.browser.table("#margins")
    t.check("%s: a row for every rule" % name, len(rows) == len(wanted), (len(rows), len(wanted)))
    t.check("%s: sorted by margin" % name, [numbers(row[0]) for row in rows] == sorted(numbers(row[0]) for row in rows))
    found = {(row[1], row[2]): row for row in rows}
    wrong = []
    for entry in wanted:
        row = found.get(((entry["tissue"] or entry["strand"]).replace("_", " "), entry["rule"].replace("-", " ")))
        if not row or not all(same(numbers(row[k]), entry[key]) for k, key in ((0, "margin"), (3, "value"), (4, "limit"), (6, "day"))):
            wrong.append((entry, row))
    t.check("%s: numbers of every rule" % name, not wrong, wrong[:2])


def test_run(t):
    """A run of a leg, and what docs/results.md says of its files"""
    case = results.ROOT / "cases" / "tibia-precice"
    folder = results.run(t.tasis, case, t.root / "leg", *results.LEG)
    t.report(folder, "--no-pictures")
    t.look(folder / "report.html", FIGURES, HEADINGS, 6, 20)
    check_margins(t, "leg", json.loads((folder / "margins.json").read_text()))
    owner, day = first_beyond(folder)
    answer = t.browser.text(".answer")[0]
    if owner:
        t.check("leg: the answer names what is first", answer.startswith("The %s reaches its limit first: on day " % owner.replace("_", " ")) and abs(numbers(answer.split("on day ")[1].split(",")[0]) - day) <= 0.5, (answer, owner, day))
    else:
        t.check("leg: the answer is that there is none", answer.startswith("No tissue reaches its limit up to day 8;"), answer)
    facts = dict(zip(t.browser.text("#case + dl dt"), t.browser.text("#case + dl dd")))
    t.check("leg: what was run", facts.get("Distraction") == "6 mm at 1.5 mm/day in 3 steps a day, after 1 day of latency", facts)
    t.check("leg: what was set", "mesh.resolution = 400" in facts.get("Set on the command line", ""), facts)
    text = (folder / "report.html").read_text()
    t.check("leg: sources of limits", "Anttila et al. 2019" in text and "Ogata" in text)
    t.check("leg: the case, resolved", "tissues.soleus.matrix.c1" in text and "resolve_every" in text)
    without = results.run(t.tasis, case, t.root / "without", *results.LEG, "output.fields=none", "distraction.length=1.5 mm", "time.end=2.5 day")
    done = t.report(without)
    t.look(without / "report.html", FIGURES, HEADINGS, 5, 20)
    t.check("without fields: says that there are no pictures", any("has written no fields" in line for line in t.browser.text(".note")), done.stderr)
    test_provenance(t, folder, without)
    test_docs(t, folder)
    test_pictures(t, folder)


def test_provenance(t, folder, without):
    """provenance.json is what results.vtkhdf has, and is there without fields; the resolved case is a table."""
    origin, other = (json.loads((path / "provenance.json").read_text()) for path in (folder, without))
    with h5py.File(folder / "results.vtkhdf") as file:
        t.check("provenance: as in results.vtkhdf", origin["provenance"] == {key: value.decode() for key, value in file["provenance"].attrs.items()} and origin["case"] == {key: data[()].decode() for key, data in file["case"].items()})
    t.check("provenance: without fields", {name: set(texts) for name, texts in origin.items()} == {name: set(texts) for name, texts in other.items()})
    rows = list(csv.reader(origin["case"]["values.csv"].splitlines()))
    values = {row[0]: row[1:] for row in rows}
    checked = subprocess.run([t.tasis, "check", str(results.ROOT / "cases" / "tibia-precice"), *[word for one in results.LEG for word in ("--set", one)]], capture_output=True, text=True).stdout
    t.check("provenance: every value that tasis check prints", rows[0] == ["path", "value", "origin"] and all(len(row) == 3 and "  %s " % row[0] in checked and row[2] in checked for row in rows[1:]) and len(rows) > 900, len(rows))
    t.check("provenance: what was set", values["distraction.length"][0] == "6 mm" and values["distraction.length"][1].startswith("--set"), values["distraction.length"])


def test_docs(t, folder):
    """The blocks of docs/results.md, run as they stand."""
    blocks = re.findall(r"```python\n(.*?)```", (results.ROOT / "docs" / "results.md").read_text(), re.DOTALL)
    t.check("docs: blocks", len(blocks) >= 5, len(blocks))
    margins = json.loads((folder / "margins.json").read_text())
    worst = min(margins, key=lambda entry: entry["margin"])
    for block in blocks:
        done = subprocess.run(["/usr/bin/python3", "-W", "error::SyntaxWarning", "-c", "folder = %r\n%s" % (str(folder), block)], capture_output=True, text=True)
        t.check("docs: %s" % (done.stdout.strip().splitlines() or ["a block"])[0], done.returncode == 0 and done.stdout.strip(), done.stderr[-800:])
        if "margins.json" in block:
            t.check("docs: the worst margin", worst["rule"] in done.stdout, done.stdout)


def test_pictures(t, folder):
    """Pictures by ParaView where it is there; one line on the page and on stderr where it is not."""
    (t.root / "empty").mkdir()
    done = t.report(folder, "--output", t.root / "no-paraview.html", PATH=str(t.root / "empty"))
    t.check("no ParaView: one line on stderr", len(done.stderr.splitlines()) == 1 and "no pictures: ParaView is not there" in done.stderr, done.stderr)
    t.browser.open(t.root / "no-paraview.html")
    t.check("no ParaView: one line on the page", any("ParaView is not there" in line for line in t.browser.text(".note")))
    if not (shutil.which("pvpython") and (results.ROOT / "scripts" / "view.sh").exists()):
        print("       ParaView is not there: pictures are not tested")
        return
    t.report(folder)
    listing = json.loads((folder / "pictures" / "pictures.json").read_text())
    titles = t.look(folder / "report.html", FIGURES | {entry["title"] for entry in listing}, HEADINGS | {"Pictures"}, 6, 30)
    t.check("pictures: all of them", all(titles.count(entry["title"]) for entry in listing) and listing, listing)
    before = (folder / "pictures" / "pictures.json").stat().st_mtime
    t.report(folder)
    t.check("pictures: used again", (folder / "pictures" / "pictures.json").stat().st_mtime == before)


def test_killed(t):
    """A run that was killed, one that still goes, one whose history ends in half a row"""
    case = results.ROOT / "cases" / "tibia-precice"
    folder = results.killed(t.tasis, case, t.root / "killed", *results.LEG)
    with open(folder / "history.csv", "a") as history:
        history.write("3.25,1.0,1")  # as it is while a row is being written
    t.report(folder, "--no-pictures")
    t.look(folder / "report.html", {"Smallest margin by rule", "Force along the bone"}, HEADINGS, 4, 20)
    t.check("killed: says so", "was killed" in t.browser.text("#state")[0], t.browser.text("#state"))
    t.check("killed: margins so far", len(t.browser.table("#margins")) > 20 and "so far" in " ".join(t.browser.text(".note")))
    status = json.loads((folder / "status.json").read_text())
    (folder / "status.json").write_text(json.dumps({**status, "process": os.getpid()}))
    t.report(folder, "--no-pictures")
    t.browser.open(folder / "report.html")
    t.check("going: says so", "still going" in t.browser.text("#state")[0], t.browser.text("#state"))


def test_safe_rate(t):
    """The page of a search"""
    folder = results.safe_rate(t.tasis, results.strip(t.root / "strip"), t.root / "safe")
    found = json.loads((folder / "safe_rate.json").read_text())
    t.report(folder, "--no-pictures")
    t.look(folder / "report.html", {"Margins against the rate of distraction", "What limits"}, {"Runs", "Sensitivities", "What was run, at the answer", "Every rule at its worst, at the answer"}, 2, 10)
    answer = t.browser.text(".answer")[0]
    t.check("safe rate: the answer and its bracket", "%.4g mm a day" % found["answer"]["value"] in answer and "%.4g mm a day" % found["answer"]["outside_value"] in answer, answer)
    rows = t.browser.table("#run-table")
    t.check("safe rate: every run, in order", [numbers(row[0]) for row in rows] == sorted(run["value"] for run in found["runs"]), rows)
    check_margins(t, "safe rate", found["answer"]["margins"])
    links = [link for link in t.browser.links() if "/runs/" in link]
    t.check("safe rate: links lead to folders", len(links) == len(found["runs"]) + len(found["sensitivity"]) and all(pathlib.Path(link[len("file://"):]).is_dir() for link in links), links)


def test_sweep(t):
    """The page of several runs"""
    folder = results.sweep(t.tasis, t.root / "strip", t.root / "sweep")
    results.killed(t.tasis, t.root / "strip", folder / "killed", "distraction.rate=0.1 mm/day", "distraction.steps=2000")
    t.report(folder, "--output", t.root / "sweep.html")
    titles = t.look(t.root / "sweep.html", {"Smallest margin against distraction.rate", "Largest force along the bone against distraction.rate", "What limits"}, {"Runs", "What follows from what differs", "Runs that have not come to their end"}, 2, 10)
    t.check("sweep: a map of two values", "What limits, by distraction.rate and distraction.steps" in titles, titles)
    rows = t.browser.table("#run-table")
    t.check("sweep: every run with what differs", len(rows) == 7 and {row[1] for row in rows} == {"0.01 mm/day", "0.05 mm/day", "0.1 mm/day", "0.2 mm/day"} and {row[2] for row in rows} == {"6", "12", "2000"}, rows)
    margins = {row[0]: numbers(row[4]) for row in rows if row[0] != "killed"}
    wrong = {name: margin for name, margin in margins.items() if not same(margin, json.loads((folder / name / "status.json").read_text())["envelope"]["margin"])}
    t.check("sweep: their margins", len(margins) == 6 and not wrong, wrong)
    links = [link for link in t.browser.links() if "/sweep/" in link]
    t.check("sweep: links lead to folders", len(links) == 7 and all(pathlib.Path(link[len("file://"):]).is_dir() for link in links), links)


def test_bad_input(t):
    """One line, status 2, nothing written"""
    (t.root / "torn").mkdir()
    (t.root / "torn" / "status.json").write_text('{"state": ')
    (t.root / "nothing").mkdir()
    for words, pattern, environment in (
            ((), r"names no results, allowed: tasis report RESULTS", {}),
            ((t.root / "nowhere",), r"nowhere: no such folder", {}),
            ((t.root / "strip" / "case.yaml",), r"case.yaml: found a file, allowed: a folder of results", {}),
            ((t.root / "nothing",), r"nothing: found no results, allowed: a folder with status.json", {}),
            ((t.root / "torn",), r"status.json: cannot be read", {}),
            ((t.root / "leg", "--output", t.root / "no" / "page.html"), r"--output .*: no such folder", {}),
            ((t.root / "leg", "--output", t.root), r"--output .*: found a folder, allowed: a file", {}),
            ((t.root / "leg", "--set", "title=x"), r"tasis report: does not take --set", {}),
            ((t.root / "leg", t.root / "leg"), r"allowed: one argument", {}),
            ((t.root / "leg", "--outptu", "x"), r"unknown option \"--outptu\", nearest: --output", {}),
            ((t.root / "leg",), r"no scripts in .*/nothing, allowed: a folder that holds report", {"TASIS_SCRIPTS": str(t.root / "nothing")})):
        done = t.report(*words, status=2, **environment)
        t.check("  %s" % pattern, len(done.stderr.splitlines()) == 1 and re.search(pattern, done.stderr) and not done.stdout, done.stderr)
    t.check("nothing is written", not list((t.root / "torn").glob("report*")) + list((t.root / "nothing").iterdir()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasis", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--browser", required=True)
    parser.add_argument("--driver", required=True)
    parser.add_argument("--keep", help="an empty folder where results and pages stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["TMPDIR"] = results.ENVIRONMENT["TMPDIR"] = scratch  # Open MPI keeps files there, of all programs that run by themselves under the same names
        t = Test(options, pathlib.Path(options.keep or scratch))
        try:
            for test in (test_run, test_killed, test_safe_rate, test_sweep, test_bad_input):
                print("# %s" % test.__doc__, flush=True)
                test(t)
        finally:
            t.browser.close()
    print("%d failed" % t.failed if t.failed else "all passed")
    sys.exit(1 if t.failed else 0)


if __name__ == "__main__":
    main()
