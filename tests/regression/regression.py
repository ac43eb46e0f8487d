#!/usr/bin/env python3
"""Runs a case as its expected.csv says, and compares named numbers of the history with it.

    regression.py TASIS CASE [--set KEY=VALUE]... [--write] [--results FOLDER]

expected.csv: lines "# set: key=value" shorten the case; then a table of
    gap [mm]   row of the history with this gap, or in its place
    time [day] row of the history at this time
    quantity   a column of the history, or "smallest <pattern>" or "largest <pattern>" of all columns that match (*, ?)
    value, tolerance, unit
A value outside its tolerance fails, whatever the reason: when a change is meant, say why in the commit and write new values (--write
keeps the tolerances).  With --results the run writes its fields too and leaves them there, for tests that look at them.  --set on the command line comes on top: to see the test fail.
"""
import argparse
import csv
import fnmatch
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent)]
from environment import environment  # noqa: E402


def read_expected(path):
    """Comment lines, settings, rows."""
    lines = path.read_text().splitlines()
    comments = [line for line in lines if line.startswith("#")]
    settings = [line.split(":", 1)[1].strip() for line in comments if line.startswith("# set:")]
    rows = list(csv.DictReader(line for line in lines if line and not line.startswith("#")))
    assert rows, f"{path} expects nothing"
    return comments, settings, rows


def read_history(path):
    """Columns without units, and units."""
    with open(path, newline="") as lines:
        head, *rows = csv.reader(lines)
    columns, units = {}, {}
    for k, title in enumerate(head):
        name, unit = re.fullmatch(r"(.*) \[(.*)\]", title).groups()
        columns[name], units[name] = [float(row[k]) for row in rows], unit
    return columns, units


def place(row):
    """Column by which a row of expected.csv finds its row of the history."""
    return "gap [mm]" if "gap [mm]" in row else "time [day]"


def find(columns, units, row):
    """What the history has for a row of expected.csv: value and unit."""
    key = place(row)
    at = [k for k, x in enumerate(columns[key.split()[0]]) if abs(x - float(row[key])) < 1e-6]
    if len(at) != 1:
        sys.exit("no single %s of %s in the history: %s" % (key, row[key], columns[key.split()[0]]))
    which, _, pattern = row["quantity"].rpartition(" ")
    names = fnmatch.filter(columns, pattern)
    if not names or (not which and len(names) > 1):
        sys.exit("%s: found %d columns" % (row["quantity"], len(names)))
    values = [columns[name][at[0]] for name in names]
    return {"": min, "smallest": min, "largest": max}[which](values), units[names[0]]


def run(tasis, case, settings, kept):
    with tempfile.TemporaryDirectory() as temporary:
        folder = kept or temporary
        command = [tasis, "run", str(case), "--results", folder] + [word for s in [*([] if kept else ["output.fields=none"]), *settings] for word in ("--set", s)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(temporary))
        if done.returncode:
            sys.exit("%s: status %d\n%s" % (" ".join(command), done.returncode, (done.stdout + done.stderr)[-3000:]))
        return read_history(pathlib.Path(folder) / "history.csv")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasis")
    parser.add_argument("case", type=pathlib.Path)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--results")
    options = parser.parse_args()
    path = options.case / "expected.csv"
    comments, settings, rows = read_expected(path)
    columns, units = run(options.tasis, options.case, settings + options.set, options.results)
    failed = 0
    for row in rows:
        value, unit = find(columns, units, row)
        bad = unit != row["unit"] or not abs(value - float(row["value"])) <= float(row["tolerance"])
        failed += bad
        print("%s  %s %6s  %-44s %12.6g  expected %10s +- %-8s %s" % ("FAILED" if bad else "ok    ", place(row), row[place(row)], row["quantity"], value, row["value"], row["tolerance"], unit))
        row["value"] = "%.6g" % value if abs(value - 1) > 0.5 else "%.6f" % value
    if options.write:
        with open(path, "w", newline="") as out:
            out.write("\n".join(comments) + "\n")
            table = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
    print("%d of %d outside their tolerance" % (failed, len(rows)))
    sys.exit(1 if failed and not options.write else 0)


if __name__ == "__main__":
    main()
