"""Reading a folder of results: what is there, also of a run that still goes, was killed or failed.

Units are those of the files: mm, N, MPa, s; days on the time axis.
"""
import csv
import dataclasses
import io
import json
import os
import pathlib
import re
import socket

import h5py
import numpy as np
import pandas as pd

DEEPEST = 4  # folders between a study and the results of its runs


class Problem(Exception):
    """What is wrong with the input, in one line."""


def kind_of(folder):
    """'run', 'safe rate', or 'runs' for a folder that holds several."""
    if not folder.exists():
        raise Problem("%s: no such folder" % folder)
    if not folder.is_dir():
        raise Problem("%s: found a file, allowed: a folder of results" % folder)
    if (folder / "safe_rate.json").is_file():
        return "safe rate"
    if (folder / "status.json").is_file():
        return "run"
    if find_runs(folder):
        return "runs"
    raise Problem("%s: found no results, allowed: a folder with status.json (a run), with safe_rate.json, or with several runs in it" % folder)


def find_runs(folder):
    """Folders of runs below a folder, in order."""
    found = []
    for path, names, files in os.walk(folder):
        names.sort()
        if "status.json" in files and path != str(folder):
            found.append(pathlib.Path(path))
            names[:] = []
        elif len(pathlib.Path(path).relative_to(folder).parts) >= DEEPEST:
            names[:] = []
    return found


def read_json(path):
    """A JSON file; None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Problem("%s: cannot be read: %s" % (path, " ".join(str(error).split()))) from error


def read_text(path):
    """A text file; empty where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def read_history(path):
    """history.csv as a table of whole rows with columns named without units, and the units. Empty where there is none."""
    text = read_text(path)
    text = text[:text.rfind("\n") + 1]  # the last row may be half written
    if not text:
        return pd.DataFrame(), {}
    table = pd.read_csv(io.StringIO(text))
    names, units = [], {}
    for title in table.columns:
        matched = re.fullmatch(r"(.*) \[(.*)\]", title)
        name, unit = matched.groups() if matched else (title, "1")
        names.append(name)
        units[name] = unit
    table.columns = names
    return table.apply(pd.to_numeric, errors="coerce"), units


def read_origin(folder):
    """{"provenance": {...}, "case": {...}}: texts, of provenance.json, else of results.vtkhdf, else empty."""
    origin = read_json(folder / "provenance.json")
    if origin:
        return origin
    try:
        with h5py.File(folder / "results.vtkhdf", "r") as file:
            return {"provenance": {name: _text(value) for name, value in file["provenance"].attrs.items()},
                    "case": {name: _text(data[()]) for name, data in file["case"].items()}}
    except (OSError, KeyError):
        return {"provenance": {}, "case": {}}


def _text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def read_table(text):
    """Rows of a CSV text as dictionaries."""
    return list(csv.DictReader(io.StringIO(text)))


@dataclasses.dataclass
class Run:
    """One folder of results."""
    folder: pathlib.Path
    status: dict
    history: pd.DataFrame
    units: dict
    margins: list  # of margins.json; None: the run has not come to its end
    log: str
    provenance: dict
    case_text: str
    values: dict   # the resolved case: path -> {"value", "origin"}
    limits: dict   # rule -> {"limit", "unit", "source", "kind", "quantity"}

    def value(self, path, default=""):
        """A value of the resolved case, with its unit, as text."""
        return self.values[path]["value"] if path in self.values else default

    def number(self, path, default=np.nan):
        """The number of such a value, in whatever unit the case writes it."""
        matched = re.match(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", self.value(path))
        return float(matched.group()) if matched else default

    def has(self, column):
        """Has the history such a column, with a number in it?"""
        return column in self.history and bool(self.history[column].notna().any())

    @property
    def days(self):
        """Time of each row, days."""
        return self.history["time"].to_numpy() if "time" in self.history else np.zeros(0)

    @property
    def title(self):
        """What the case calls itself, else the name that it goes by: of its folder or file; else that of the results."""
        path = pathlib.Path(self.provenance.get("case", ""))
        name = path.parent.name if path.name == "case.yaml" else path.stem
        return self.provenance.get("title") or self.value("title") or name or self.folder.resolve().name

    @property
    def state(self):
        """done, failed, stopped, running or killed."""
        state = self.status.get("state", "unknown")
        return "killed" if state == "running" and self._is_gone() else state

    def _is_gone(self):
        """Of a run on this machine one sees that its process is gone; of others one does not know."""
        process = self.status.get("process")
        return bool(process) and self.status.get("host") == socket.gethostname() and not pathlib.Path("/proc/%d" % process).exists()


def read_run(folder):
    """All that is there of a run."""
    status = read_json(folder / "status.json")
    if not isinstance(status, dict):
        raise Problem("%s: cannot be read: not the status of a run" % (folder / "status.json"))
    history, units = read_history(folder / "history.csv")
    origin = read_origin(folder)
    case = origin["case"]
    values = {row["path"]: row for row in read_table(case.get("values.csv", ""))}
    limits = {row["rule"]: dict(row, limit=float(row["limit"])) for row in read_table(case.get("limits.csv", ""))}
    return Run(folder=folder, status=status, history=history, units=units, margins=read_json(folder / "margins.json"), log=read_text(folder / "run.log"),
               provenance=origin["provenance"], case_text=case.get("case.yaml", ""), values=values, limits=limits)
