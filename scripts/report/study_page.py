"""What the page of a folder that holds several runs says: what differs between them, and what follows."""
import math
import re

import numpy as np

from report import results, run_page, several, treatment, words
from report.drawing import COLOURS, Colours, picture

MOST_KEYS = 6      # differing values that get figures
MOST_COLUMNS = 8   # and columns of the table
CONSEQUENCES = ("title", "safe_rate.", "output.", "mesh.file")  # differ without meaning


def content(folder, output, _):
    """What the template names."""
    summaries = [several.summarise(path) for path in results.find_runs(folder)]
    keys = differing(summaries)
    colours = Colours(several.owners_of(summaries))
    numeric = [key for key in keys if all(math.isfinite(one.run.number(key)) for one in summaries if one.run.values)]
    summaries.sort(key=lambda one: [one.run.number(key, math.inf) for key in numeric] + [str(one.run.folder)])
    return {
        "template": "study.html", "title": "%s: %s" % (folder.resolve().name, words.count(len(summaries), "run")), "sentence": sentence(summaries), "remark": remark(summaries, keys), "verdict": "within" if all(one.margin >= 0 for one in summaries if one.rows) else "beyond",
        "facts": facts(summaries), "figures": figures(summaries, keys, numeric, colours, folder), "keys": keys[:MOST_COLUMNS], "more_keys": keys[MOST_COLUMNS:], "runs": [table_row(one, keys[:MOST_COLUMNS], folder, output) for one in summaries],
        "failed": [(label(one, folder), one.run.status.get("message") or words.STATES.get(one.run.state, "")) for one in summaries if one.run.state != "done"], "without": sum(not one.run.values for one in summaries),
    }


# ---- what differs ----

def differing(summaries):
    """Values of the resolved case that differ between runs; those that somebody wrote, where there are any, first."""
    cases = [one.run.values for one in summaries if one.run.values]
    if len(cases) < 2:
        return []
    paths = dict.fromkeys(path for values in cases for path in values)
    differ = [path for path in paths if len({values[path]["value"] if path in values else "" for values in cases}) > 1 and not path.startswith(CONSEQUENCES)]
    written = [path for path in differ if any(path in values and _is_written(values[path]["origin"]) for values in cases)]
    return written or differ


def _is_written(origin):
    """By the case or --set, rather than a default or what a preset or limb brings."""
    return bool(re.match(r"--set|.*\.ya?ml:\d+", origin))


def label(one, folder):
    """A run's folder, below that of the study, without the last part that all have."""
    parts = one.run.folder.relative_to(folder).parts
    return "/".join(parts[:-1] if len(parts) > 1 and parts[-1] == "results" else parts)


# ---- in words ----

def sentence(summaries):
    """How many keep their limits."""
    judged = [one for one in summaries if one.rows]
    if not judged:
        return "None of the runs is judged by a rule of harm."
    beyond = [one for one in judged if one.margin < 0]
    if not beyond:
        worst = min(judged, key=lambda one: one.margin)
        return "No limit is passed in any of the %s; the smallest margin is %s, of the %s." % (words.count(len(judged), "run"), words.number(worst.margin, 2), words.name(worst.limiting))
    counts = {}
    for one in beyond:
        counts[one.limiting] = counts.get(one.limiting, 0) + 1
    most = sorted(counts, key=lambda owner: -counts[owner])
    return "A limit is passed in %d of %s; what goes furthest beyond is %s." % (len(beyond), words.count(len(judged), "run"), words.listed("the %s (in %d)" % (words.name(owner), counts[owner]) for owner in most[:4]))


def remark(summaries, keys):
    """What differs."""
    if keys:
        return "The runs differ in %s." % words.listed(keys[:MOST_KEYS] + (["%d more values" % (len(keys) - MOST_KEYS)] if len(keys) > MOST_KEYS else []))
    return "The resolved cases of the runs are the same, or are not in their folders."


def facts(summaries):
    """[(value, what)]."""
    states = [one.run.state for one in summaries]
    rows = [("%d of %d" % (states.count("done"), len(states)), "runs came to their end")]
    judged = [one for one in summaries if one.rows]
    if judged:
        worst, best = min(judged, key=lambda one: one.margin), max(judged, key=lambda one: one.margin)
        rows += [("%d of %d" % (sum(one.margin < 0 for one in judged), len(judged)), "pass a limit"), ("%s to %s" % (words.number(worst.margin, 2), words.number(best.margin, 2)), "smallest margin")]
    forces = [one.force for one in summaries if math.isfinite(one.force)]
    if forces:
        rows.append(("%s to %s N" % (words.number(min(forces), 3), words.number(max(forces), 3)), "largest force"))
    return rows + [(words.duration(sum(one.run.status.get("wall_time_s") or 0 for one in summaries)), "wall time, added")]


# ---- figures ----

def figures(summaries, keys, numeric, colours, folder):
    """Response curves against what differs, and what limits."""
    found = []
    for key in numeric[:MOST_KEYS]:
        others = [k for k in keys if k != key]
        found += [against_key(summaries, key, others, "Smallest margin", "smallest margin", lambda one: one.margin, colours, zero=True), against_key(summaries, key, others, "Largest force along the bone", "largest force, N", lambda one: one.force, colours)]
    if len(numeric) >= 2:
        found.append(plane(summaries, numeric[0], numeric[1], colours))
    names = [words.number(one.run.number(numeric[0])) if len(keys) == 1 and numeric else label(one, folder) for one in summaries]
    found.append(several.limiting_map(summaries[:40], names[:40], numeric[0] if len(keys) == 1 and numeric else "run"))
    return [figure for figure in found if figure]


class GroupColours:
    """Groups of runs in order."""

    def of(self, owner):
        """owner: number of the group as text."""
        return COLOURS[int(owner) % len(COLOURS)]


def against_key(summaries, key, others, title, y_label, value, _, zero=False):
    """One number of the runs against one value of the case; a curve for each combination of the other values, as long as they are few."""
    groups = {}
    for one in summaries:
        if math.isfinite(one.run.number(key)) and math.isfinite(value(one)):
            groups.setdefault(tuple(one.run.value(other) for other in others), []).append(one)
    if not groups or len({one.run.number(key) for members in groups.values() for one in members}) < 2:
        return None
    few = len(groups) <= len(COLOURS) and max(map(len, groups.values())) > 1
    series = []
    for k, (others_are, members) in enumerate(groups.items()):
        name = ", ".join("%s %s" % (other.split(".")[-1], text) for other, text in zip(others, others_are)) if few else ""
        x, y = [one.run.number(key) for one in members], [value(one) for one in members]
        series.append((name or "all", str(k if few else 0), "-" if few else "", x, y, [one.run.state == "done" for one in members]))
    if not few:
        series = [("runs", "0", "", sum((s[3] for s in series), []), sum((s[4] for s in series), []), sum((s[5] for s in series), []))]
    unit = re.sub(r"^[-+\d.eE]+\s*", "", next(one.run.value(key) for one in summaries if one.run.value(key)))
    return several.against("%s against %s" % (title, key), "A point is a run%s." % ("; open triangles have not come to their end" if any(not all(s[5]) for s in series) else ""), y_label, key + (", %s" % unit if unit else ""), series, GroupColours(), zero=zero)


def plane(summaries, key_x, key_y, colours):
    """What limits, in the plane of two values."""
    points = [(one.run.number(key_x), one.run.number(key_y), one) for one in summaries if one.rows and math.isfinite(one.run.number(key_x)) and math.isfinite(one.run.number(key_y))]
    if not points:
        return None
    owners = list(dict.fromkeys(one.limiting for _, _, one in points))

    def draw(figure, narrow):
        axes = figure.add_subplot()
        for owner in owners:
            mine = [(x, y, one) for x, y, one in points if one.limiting == owner]
            axes.scatter([p[0] for p in mine], [p[1] for p in mine], s=70, color=colours.of(owner), label=words.name(owner), zorder=3, edgecolors=["#22262b" if p[2].margin < 0 else "none" for p in mine], linewidths=1.3)
            if len(points) <= 40:
                for x, y, one in mine:
                    axes.annotate(words.number(one.margin, 2), (x, y), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=7.8)
        axes.set_xlabel(key_x)
        axes.set_ylabel(key_y)
        axes.margins(0.12)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncol=1 if narrow else 3, frameon=False, fontsize=8.6)

    alt = "; ".join("%s: %s runs" % (words.name(owner), sum(one.limiting == owner for _, _, one in points)) for owner in owners)
    return picture("What limits, by %s and %s" % (key_x, key_y), "Colour: the tissue with the smallest margin, which is written beside the point; black rims: beyond a limit.", "What limits: %s." % alt, draw, wide=(7.6, 4.4), narrow=(4.1, 4.8))


# ---- table ----

def table_row(one, keys, folder, output):
    """A run in a line."""
    row = one.rows[0] if one.rows else None
    return {"label": label(one, folder), "link": several.link(one.run.folder, output), "values": [one.run.value(key, "–") for key in keys], "state": one.run.state, "margin": words.number(one.margin), "beyond": bool(row) and row.margin < 0,
            "limiting": words.name(row.owner) if row else "–", "rule": words.rule(row.rule) if row else "–", "day": words.number(row.day, 3) if row else "–", "force": words.number(one.force, 4), "mm": words.number(one.mm, 3), "time": words.duration(one.run.status.get("wall_time_s"))}
