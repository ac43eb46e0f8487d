#!/usr/bin/python3
"""Fits parameters of cases to a table of measurements, by least squares (scipy), with Tasis itself as the model.

    scripts/calibrate.py FOLDER [--check] [--set KEY=VALUE]... [--markdown FILE] [--tasis PROGRAM]

FOLDER holds calibration.yaml:
    title         one line
    runs          name: {case: case.yaml, set: {key: value, ...}}: a case, with settings as of `tasis run --set`
    measurements  a table, below
    parameters    name: {start: 10 s, low: 1 s, high: 100 s, keys: {key: factor, ...}}; each key is set to factor times the parameter.
                  Without `keys` the name is the key.  All three in the same unit
    prepare       {key: value, ...}: settings of every run of a fit, before the parameters; what a preset keeps to itself, a list for
                  instance, is made changeable here
The table, a CSV file (lines that begin with # are comments), a row for each measurement:
    run           name of a run
    quantity      a column of its history.csv
    measure       value; ratio: that at `at` by that at `from`; lost: 1 less that ratio
    from, at      times such as 10 min, at which the history has a row: a step of the schedule or a point of a curve
    value, sd     what was measured and how well; without a value the range counts: the residual is the distance from it
    low, high     the range that the model is held to (--check)
    use           fit: counts in the fit; predict: does not; show: is not judged either
    source
A fit minimises the sum of ((model - value)/sd)^2 within low and high of the parameters.  Standard errors are those of a linearised
model, (J^T J)^-1, larger by the root of the mean squared residual where that is above 1.
--check: no fit; the rows against their ranges, with the cases as they are.

Exit status: 0 done, 1 a row outside its range (--check), 2 bad input, 3 the fit or a run did not converge.
"""
import argparse
import csv
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import yaml
from scipy.optimize import least_squares

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OMPI_MCA_ess_singleton_isolated": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
               "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", **os.environ}
DAYS = {"s": 1 / 86400, "min": 1 / 1440, "h": 1 / 24, "day": 1.0}
COLUMNS = ["run", "quantity", "measure", "from", "at", "value", "sd", "low", "high", "use", "source"]
KEYS = {"title": str, "runs": dict, "measurements": str, "parameters": dict, "prepare": dict}
STEP = 1e-3  # of a parameter, for differences: far above the ten digits of a history


class Problem(Exception):
    """One line for the user, and the exit status."""

    def __init__(self, text, status=2):
        super().__init__(text)
        self.status = status


# ---- reading ----

def entries(where, found, allowed, must=()):
    """A map with known keys only; allowed: key -> type."""
    if not isinstance(found, dict):
        raise Problem("%s: found %r, allowed: a map with %s" % (where, found, ", ".join(allowed)))
    for key, value in found.items():
        if key not in allowed:
            raise Problem("%s: found the key %r, allowed: %s" % (where, key, ", ".join(allowed)))
        if not isinstance(value, allowed[key]):
            raise Problem("%s: %s: found %r, allowed: %s" % (where, key, value, {dict: "a map", str: "a text"}.get(allowed[key], "a number, with its unit")))
    for key in must:
        if key not in found:
            raise Problem("%s: %s is missing" % (where, key))
    return found


def quantity(where, text):
    """Number and unit of "10 s"; 0.2 has none."""
    match = re.fullmatch(r"\s*([-+0-9.eE]+)\s*(.*?)\s*", str(text))
    try:
        return float(match.group(1)), match.group(2)
    except (AttributeError, ValueError):
        raise Problem("%s: found %r, allowed: a number, with its unit" % (where, text)) from None


def days(where, text):
    value, unit = quantity(where, text)
    if unit not in DAYS:
        raise Problem("%s: found %r, allowed: a time in %s" % (where, text, ", ".join(DAYS)))
    return value * DAYS[unit]


class Parameter:
    def __init__(self, where, name, given):
        entries(where, given, {"start": (str, int, float), "low": (str, int, float), "high": (str, int, float), "keys": dict}, ("start", "low", "high"))
        numbers = [quantity("%s: %s" % (where, key), given[key]) for key in ("start", "low", "high")]
        (self.start, self.unit), (self.low, _), (self.high, _) = numbers
        if {unit for _, unit in numbers} != {self.unit}:
            raise Problem("%s: start, low and high have different units, allowed: the same" % where)
        if not 0 < self.low <= self.start <= self.high or self.low == self.high:
            raise Problem("%s: found start %g, low %g, high %g, allowed: 0 < low <= start <= high, low < high" % (where, self.start, self.low, self.high))
        self.name, self.keys = name, given.get("keys", {name: 1})
        for key, factor in self.keys.items():
            if isinstance(factor, bool) or not isinstance(factor, (int, float)):
                raise Problem("%s: keys: %s: found %r, allowed: a number" % (where, key, factor))

    def settings(self, value):
        return ["%s=%.12g %s" % (key, factor * value, self.unit) for key, factor in self.keys.items()]


class Row:
    """A measurement."""

    def __init__(self, where, given, runs):
        self.where, self.run, self.quantity, self.measure, self.use, self.source = where, *(given[k] for k in ("run", "quantity", "measure", "use", "source"))
        for key, allowed in (("run", runs), ("measure", ("value", "ratio", "lost")), ("use", ("fit", "predict", "show"))):
            if given[key] not in allowed:
                raise Problem("%s: %s: found %r, allowed: %s" % (where, key, given[key], ", ".join(allowed)))
        self.at = days(where + ": at", given["at"])
        self.begin = None if self.measure == "value" else days(where + ": from", given["from"])
        self.value, self.sd, self.low, self.high = (None if given[k] == "" else quantity("%s: %s" % (where, k), given[k])[0] for k in ("value", "sd", "low", "high"))
        if (self.low is None) != (self.high is None) or (self.low is not None and self.low > self.high):
            raise Problem("%s: found low %r, high %r, allowed: both or none, low <= high" % (where, given["low"], given["high"]))
        if self.value is None and self.low is None:
            raise Problem("%s: found neither value nor range" % where)
        if self.sd is not None and self.sd <= 0:
            raise Problem("%s: sd: found %r, allowed: above 0" % (where, given["sd"]))

    def of(self, history):
        """What a history has for it."""
        if self.quantity not in history:
            raise Problem("%s: quantity: found %r, allowed: %s" % (self.where, self.quantity, ", ".join(k for k in history if k != "time")))

        def at(time):
            rows = np.flatnonzero(abs(history["time"] - time) <= 1e-6 * time + 1e-12)
            if not len(rows):
                raise Problem("%s: the history of run %s has no row at %g day" % (self.where, self.run, time))
            return history[self.quantity][rows[-1]]

        if self.measure == "value":
            return at(self.at)
        if at(self.begin) == 0:
            raise Problem("%s: %s of run %s is 0 at %g day: nothing to divide by" % (self.where, self.quantity, self.run, self.begin))
        ratio = at(self.at) / at(self.begin)
        return ratio if self.measure == "ratio" else 1 - ratio

    def residual(self, model):
        if self.value is not None:
            return (model - self.value) / self.sd
        return (min(model - self.low, 0) + max(model - self.high, 0)) / self.sd

    def outside(self, model):
        return self.use != "show" and self.low is not None and not self.low <= model <= self.high


class Calibration:
    def __init__(self, folder):
        path = folder / "calibration.yaml" if folder.is_dir() else folder
        self.folder, self.name = path.parent, path.parent.resolve().name
        try:
            given = yaml.safe_load(path.read_text())
        except OSError as error:
            raise Problem("%s: %s" % (path, error.strerror)) from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise Problem("%s: %s" % (path, " ".join(str(error).split()))) from None
        entries(path, given, KEYS, ("runs", "measurements"))
        self.title, self.prepare = given.get("title", self.name), given.get("prepare", {})
        self.parameters = [Parameter("%s: parameters: %s" % (path, name), name, value) for name, value in given.get("parameters", {}).items()]
        self.runs = given["runs"]
        for name, run in self.runs.items():
            entries("%s: runs: %s" % (path, name), run, {"case": str, "set": dict}, ("case",))
        self.rows = self.read_table(self.folder / given["measurements"])

    def read_table(self, path):
        try:
            lines = path.read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Problem("%s: %s" % (path, getattr(error, "strerror", error))) from None
        numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
        table = list(csv.reader(line for _, line in numbered))
        if not table or table[0] != COLUMNS:
            raise Problem("%s: found columns %s, allowed: %s" % (path, ",".join(table[0]) if table else "none", ",".join(COLUMNS)))
        rows = []
        for (n, _), row in zip(numbered[1:], table[1:]):
            if len(row) != len(COLUMNS):
                raise Problem("%s:%d: found %d columns, allowed: %d" % (path, n, len(row), len(COLUMNS)))
            rows.append(Row("%s:%d" % (path, n), dict(zip(COLUMNS, row)), self.runs))
        if not rows:
            raise Problem("%s: holds no measurement" % path)
        return rows


# ---- running ----

def settings(given):
    """--set of a map; JSON is YAML."""
    return ["%s=%s" % (key, value if isinstance(value, str) else json.dumps(value)) for key, value in given.items()]


def read_history(path):
    """Columns without units."""
    with open(path, newline="") as lines:
        head, *rows = csv.reader(lines)
    return {title.split(" [")[0]: np.array([float(row[k]) for row in rows]) for k, title in enumerate(head)}


def run(options, calibration, name, changes):
    wanted = calibration.runs[name]
    with tempfile.TemporaryDirectory() as results:
        every = [*settings(wanted.get("set", {})), *changes, *options.set]
        command = [options.tasis, "run", str(calibration.folder / wanted["case"]), "--results", results] + [word for s in every for word in ("--set", s)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, env={**ENVIRONMENT, "TMPDIR": results})  # Open MPI keeps files there, of all such programs under the same names
        except OSError as error:
            raise Problem("%s: %s" % (options.tasis, error.strerror)) from None
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise Problem("run %s: status %d: %s" % (name, done.returncode, said[-1] if said else "nothing said"), 2 if done.returncode == 2 else 3)
        return read_history(pathlib.Path(results) / "history.csv")


def model(options, calibration, rows, changes=()):
    """What the runs say for these rows; each run is made once."""
    histories = {name: run(options, calibration, name, list(changes)) for name in dict.fromkeys(row.run for row in rows)}
    return np.array([row.of(histories[row.run]) for row in rows])


# ---- fitting ----

def fit(options, calibration, rows):
    """Values, standard errors (infinite: left open by the measurements), what scipy says."""
    parameters = calibration.parameters

    def residuals(x):
        changes = settings(calibration.prepare) + [s for p, value in zip(parameters, x) for s in p.settings(value)]
        return np.array([row.residual(m) for row, m in zip(rows, model(options, calibration, rows, changes))])

    start = np.array([p.start for p in parameters])
    found = least_squares(residuals, start, bounds=([p.low for p in parameters], [p.high for p in parameters]), x_scale=start, diff_step=STEP, xtol=1e-6, ftol=1e-8)
    return found.x, standard_errors(found, start), found


def standard_errors(found, scale):
    """Of parameters that residuals at the solution do not depend on: infinite."""
    _, sigma, directions = np.linalg.svd(found.jac * scale, full_matrices=False)
    degrees = len(found.fun) - len(found.x)
    larger = max(1.0, 2 * found.cost / degrees) if degrees > 0 else 1.0
    small = sigma <= 1e-6 * max(sigma.max(), 1e-300)
    variance = np.sum((directions / np.where(small, 1, sigma)[:, None]) ** 2 * ~small[:, None], axis=0) * larger
    open_ones = np.any((abs(directions) > 1e-3) & small[:, None], axis=0)
    if len(sigma) < len(scale) or len(found.fun) < len(scale):
        open_ones[:] = True
    return np.where(open_ones, np.inf, scale * np.sqrt(variance))


# ---- saying ----

def number(value):
    return "" if value is None else "%.4g" % value


def table(rows, columns, markdown):
    """columns: heading -> values; an aligned table, or one of Markdown."""
    where = ["%s, %s %s" % (r.run, r.quantity.removeprefix("specimen."), r.measure if r.measure != "value" else "") for r in rows]
    head = ["what", "day", "measured", "range", *columns, "use", "source"]
    lines = [[w.strip(), number(r.at), number(r.value), "" if r.low is None else "%g to %g" % (r.low, r.high), *(number(c[k]) if not isinstance(c[k], str) else c[k] for c in columns.values()),
              r.use, r.source] for k, (w, r) in enumerate(zip(where, rows))]
    if markdown:
        return "\n".join("| %s |" % " | ".join(line) for line in [head, ["---"] * len(head), *lines])
    widths = [max(len(line[k]) for line in [head, *lines]) for k in range(len(head))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in [head, *lines])


def check(options, calibration):
    values = model(options, calibration, calibration.rows)
    failed = [row.outside(value) for row, value in zip(calibration.rows, values)]
    verdict = ["FAILED" if bad else "" if row.low is None or row.use == "show" else "ok" for row, bad in zip(calibration.rows, failed)]
    say(options, calibration, {"model": values, "": verdict}, ["%d of %d outside their range" % (sum(failed), len(failed))])
    return 1 if any(failed) else 0


def fit_and_say(options, calibration):
    rows = [row for row in calibration.rows if row.use == "fit"]
    if not calibration.parameters:
        raise Problem("%s: names no parameters to fit, allowed: --check" % calibration.name)
    for row in rows:
        if row.sd is None:
            raise Problem("%s: sd is missing, needed of a row that is fitted" % row.where)
    if len(rows) < len(calibration.parameters):
        raise Problem("%s: found %d measurements to fit %d parameters, allowed: as many at least" % (calibration.name, len(rows), len(calibration.parameters)))
    x, errors, found = fit(options, calibration, rows)
    changes = settings(calibration.prepare) + [s for p, value in zip(calibration.parameters, x) for s in p.settings(value)]
    before, after = model(options, calibration, calibration.rows), model(options, calibration, calibration.rows, changes)
    lines = []
    for p, value, error, side in zip(calibration.parameters, x, errors, found.active_mask):
        note = " (left open by the measurements)" if math.isinf(error) else " +- %.2g" % error
        lines.append("%s = %.5g%s%s%s" % (p.name, value, note, " " + p.unit if p.unit else "", ", at the end of its range" if side else ""))
    lines += ["--set '%s'" % s.strip() for s in changes]
    lines.append("sum of squares %.4g of %d residuals; %d evaluations: %s" % (2 * found.cost, len(rows), found.nfev, found.message))
    say(options, calibration, {"as it is": before, "fitted": after}, lines)
    return 0 if found.success else 3


def say(options, calibration, columns, lines):
    print("# %s\n%s\n\n%s" % (calibration.title, table(calibration.rows, columns, False), "\n".join(lines)))
    if options.markdown:
        text = "## %s\n\n%s\n\n%s\n" % (calibration.title, table(calibration.rows, columns, True), "\n".join("    " + line for line in lines))
        pathlib.Path(options.markdown).write_text(text)


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--check", action="store_true", help="no fit: the cases as they are against the ranges")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="for every run, after all other settings")
    parser.add_argument("--markdown", metavar="FILE", help="writes the table there too")
    parser.add_argument("--tasis", default=str(here / "build/bin/tasis"), help="the program; build/bin/tasis when not given")
    options = parser.parse_args()
    try:
        calibration = Calibration(options.folder)
        return check(options, calibration) if options.check else fit_and_say(options, calibration)
    except Problem as problem:
        print("calibrate.py: %s" % problem, file=sys.stderr)
        return problem.status


if __name__ == "__main__":
    sys.exit(main())
