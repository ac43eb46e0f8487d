#!/usr/bin/python3
"""scripts/gallery.sh [CASE]...: the pictures of docs/ and docs/gallery.md.

A case whose pictures were made of its present wording and of the newest results is left alone; so it goes on where it was stopped.
"""
import argparse
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)

from gallery import drawings, images, numbers, page, report_page, runs  # noqa: E402
from gallery.cards import CARDS, PLATES  # noqa: E402
from report.results import read_history  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
PICTURES, PAGE = ROOT / "docs" / "pictures", ROOT / "docs" / "gallery.md"
MADE = PICTURES / "made.json"  # what each picture was made of


def main(words):
    parser = argparse.ArgumentParser(prog="scripts/gallery.sh", description="Runs the cases and makes the pictures of docs/.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="names of cases; all when none is given")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "results" / "gallery", help="folder of the results, a folder a case")
    parser.add_argument("--tasis", default=str(ROOT / "build" / "bin" / "tasis"))
    parser.add_argument("--names", action="store_true", help="only looks whether the names are known")
    parser.add_argument("--check", action="store_true", help="makes nothing, fails where the page is not that of the pictures")
    options = parser.parse_args(words)
    known = [card.case for card in CARDS]
    for name in options.cases:
        if name not in known:
            print("scripts/gallery.sh: there is no case %s, allowed: %s" % (name, " ".join(known)), file=sys.stderr)
            return 2
    if options.names:
        return 0
    if options.check:
        return check()
    PICTURES.mkdir(exist_ok=True)
    for card in CARDS:
        if not options.cases or card.case in options.cases:
            make(card, options)
    return 0


def check():
    """Is docs/gallery.md that of the cards and of docs/pictures/made.json, and is every picture there?"""
    made, old = read_made(), PAGE.read_text(encoding="utf-8")
    lacking = ["%s has no picture" % card.case for card in CARDS if card.case not in made]
    lacking += ["%s is not there" % entry["picture"] for entry in made.values() if not (PICTURES / entry["picture"]).exists()]
    if not lacking and page.text(old, CARDS, made) != old:
        lacking = ["docs/gallery.md is not that of docs/pictures/made.json"]
    for line in lacking:
        print("%s: run scripts/gallery.sh" % line, file=sys.stderr)
    return 1 if lacking else 0


def read_made():
    """docs/pictures/made.json; empty where there is none."""
    return json.loads(MADE.read_text(encoding="utf-8")) if MADE.exists() else {}


# ---- one case ----

def make(card, options):
    """Results, picture and text of a card, and the plates of its case, where they are not there yet."""
    case, results = ROOT / card.path, options.results / card.case
    made = read_made()
    wanted = made_of(card, case)
    if is_fresh(made, wanted, results):
        return
    prepare(case, results, options)
    entry = dict(picture(card, results, options.tasis), made_of=wanted)
    made[card.case] = entry
    for plate in PLATES:
        if plate.case == card.case:
            made[plate.picture] = {"picture": view(results, plate.view, plate.day, PICTURES / plate.picture), "made_of": wanted}
    if card.case == report_page.CASE:
        made["report"] = {"picture": report_page.shoot(options.tasis, results, PICTURES / "report"), "made_of": wanted}
    write(made)


def made_of(card, case):
    """What decides of a picture: the case's own text, and the card's."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted([*case.rglob("*.yaml"), *case.rglob("*.geo")])) + repr(card) + repr([plate for plate in PLATES if plate.case == card.case])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_fresh(made, wanted, results):
    """Were the card's pictures made of this, and of the newest results?"""
    name = results.name
    if name not in made or made[name]["made_of"] != wanted:
        return False
    files = [PICTURES / entry["picture"] for entry in made.values() if entry["made_of"] == wanted]
    if not all(file.exists() for file in files):
        return False
    newest = max((path.stat().st_mtime for path in (results / "status.json", results / "plan.csv") if path.exists()), default=0)
    return all(file.stat().st_mtime >= newest for file in files)


def prepare(case, results, options):
    """The results of a case, of a plan, or of a case that makes its mesh first."""
    if runs.is_plan(case):
        subprocess.run([options.tasis, "plan", str(case), "--results", str(results)], check=True, stdout=subprocess.DEVNULL)
    elif list(case.glob("*.geo")):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(case, folder, dirs_exist_ok=True)
            for geometry in pathlib.Path(folder).glob("*.geo"):
                subprocess.run(["gmsh", "-3", "-v", "1", str(geometry)], check=True)
            runs.complete(ROOT / "scripts" / "run.sh", pathlib.Path(folder), results)
    elif (case / "case.yaml").exists():
        runs.complete(ROOT / "scripts" / "run.sh", case, results)


def picture(card, results, program):
    """{"picture": file, "found": text with numbers} of a card."""
    known = {}
    if card.draw:
        out = io.BytesIO()
        known = drawings.save(getattr(drawings, card.draw), results, program, out)
        file = images.reduce(out, PICTURES / card.case)
        print(PICTURES / file, flush=True)
    else:
        file = view(results, card.view, card.day, PICTURES / card.case)
    history = read_history(results / "history.csv")[0]
    return {"picture": file, "found": numbers.fill(card.found, history, known)}


def view(results, name, day, target):
    """A view of scripts/view.sh, reduced; returns the file's name."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(ROOT / "scripts" / "view.sh"), str(results), "--pictures", folder, "--views", name] + (["--day", "%g" % day] if day is not None else [])
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit("%s: status %d: %s" % (" ".join(command), done.returncode, (done.stdout + done.stderr).strip()))
        file = images.reduce(pathlib.Path(folder) / (name + ".png"), target)
    print(target.parent / file, flush=True)
    return file


def write(made):
    """What was made, and the page as soon as all of it is there."""
    new = MADE.with_suffix(".new")
    new.write_text(json.dumps(dict(sorted(made.items())), indent=1) + "\n", encoding="utf-8")
    os.replace(new, MADE)
    if all(card.case in made for card in CARDS):
        PAGE.write_text(page.text(PAGE.read_text(encoding="utf-8"), CARDS, made), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
