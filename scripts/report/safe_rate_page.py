"""What the page of a search for a safe rate says: safe_rate.json and the runs that it names."""
import math

import numpy as np

from report import margins, pictures, results, run_page, several, treatment, words
from report.drawing import Colours, picture

NAMED = 5  # rules with a name in the response curve
WHAT = {"distraction.rate": "rate of distraction", "distraction.steps_per_day": "steps a day", "days": "days of distraction"}
ENDS = {"bracketed": "The search came to its tolerance.", "all inside": "Every value within the bounds keeps the margin: beyond the bound nothing was tried.", "none inside": "Not even the safest bound keeps the margin.",
        "unfinished": "The search has not come to its tolerance."}


def content(folder, output, with_pictures):
    """What the template names."""
    found = results.read_json(folder / "safe_rate.json")
    if not isinstance(found, dict) or "answer" not in found:
        raise results.Problem("%s: cannot be read: not the answer of a search" % (folder / "safe_rate.json"))
    runs = sorted(found["runs"], key=lambda run: run["value"])
    summaries = {run["folder"]: several.summarise(folder / run["folder"] / "results") for run in runs if (folder / run["folder"] / "results" / "status.json").exists()}
    there = [run for run in runs if run["folder"] in summaries]
    colours = Colours(several.owners_of(summaries.values()))
    answer = found["answer"]
    inside = summaries.get(answer["inside"])
    images, problem = pictures.of_run(inside.run.folder) if inside and with_pictures else ([], "")
    title = inside.run.title if inside else there and summaries[there[0]["folder"]].run.title or folder.resolve().name
    return {
        "template": "safe_rate.html", "title": "Safe rate: %s" % title, "sentence": sentence(found), "remark": remark(found), "verdict": "beyond" if answer["value"] is None else "within", "end": ENDS.get(answer["end"], answer["end"]), "facts": facts(found),
        "figures": [figure for figure in (response(found, there, summaries, colours), limiting(found, there, summaries), sensitivities(found)) if figure], "images": images, "no_pictures": problem,
        "rows": [margins.of_json(entry, treatment.mm_at(inside.run, entry["day"]) if inside else math.nan) for entry in answer.get("margins") or []], "has_mm": bool(inside) and treatment.lengthening(inside.run) is not None,
        "described": treatment.describe(inside.run) if inside else [], "provenance": [("Case", found["case"])] + [row for row in (run_page.provenance(inside.run) if inside else []) if row[0] != "Case"],
        "runs": [table_row(found, run, summaries.get(run["folder"]), folder, output) for run in runs], "varied": [varied_row(found, one, folder, output) for one in found["sensitivity"]], "violations": found["violations"],
        "work": work(found, summaries.values()), "limits": inside.run.limits if inside else {}, "unit": found["search"]["unit"], "key": found["search"]["key"],
    }


def value_text(found, value):
    """0.85 mm/day."""
    unit = found["search"]["unit"]
    return words.number(value) + ("" if unit == "1" else " %s" % unit.replace("mm/day", "mm a day"))


def what(found):
    """The value that is searched, in words."""
    return WHAT.get(found["search"]["key"], found["search"]["key"])


def sentence(found):
    """The answer."""
    answer, margin = found["answer"], found["search"]["margin"]
    kept = "every tissue keeps its limits" if margin == 0 else "every tissue keeps a margin of %s to its limits" % words.number(margin)
    if answer["value"] is None:
        return "There is no safe value within the bounds: not even the safest one is such that %s." % kept
    text = "At a %s of %s %s" % (what(found), value_text(found, answer["value"]), kept) if found["search"]["key"] == "distraction.rate" else "With %s of %s %s" % (what(found), value_text(found, answer["value"]), kept)
    if answer["outside_value"] is None:
        return text + "; that is the bound of the search."
    return text + ("; at %s no longer." if answer["bracketed_by"] == "a limit" else "; at %s there is no answer, which counts as unsafe.") % value_text(found, answer["outside_value"])


def remark(found):
    """What limits, and what the answer costs."""
    answer, texts = found["answer"], []
    if answer.get("limiting"):
        row = margins.of_json(answer["limiting"])
        texts.append("What limits is the %s: its limit against %s (%s), on %s." % (words.name(row.owner), words.against(row.rule), margins.limit_text(row), words.day(row.day)))
    if answer.get("days_of_distraction"):
        texts.append("The distraction takes %s days." % words.number(answer["days_of_distraction"], 3))
    if answer.get("short_of_length"):
        texts.append("Its run ends short of the length that was wanted.")
    return " ".join(texts)


def facts(found):
    """[(value, what)]."""
    answer, rows = found["answer"], []
    if answer["value"] is not None:
        rows.append((value_text(found, answer["value"]), "%s that keeps every limit" % what(found)))
    if answer["outside_value"] is not None:
        rows.append((value_text(found, answer["outside_value"]), "that does not"))
    if answer.get("days_of_distraction"):
        rows.append(("%s days" % words.number(answer["days_of_distraction"], 3), "of distraction at the answer"))
    return rows + [("%d" % len(found["runs"]), "runs between %s and %s" % (value_text(found, found["search"]["low"]), value_text(found, found["search"]["high"])))]


# ---- figures ----

def response(found, runs, summaries, colours):
    """Margins by rule against the value; runs that ended early give upper bounds, open points."""
    rules = {}
    for run in runs:
        for row in summaries[run["folder"]].rows:
            series = rules.setdefault((row.owner, row.rule), ([], [], []))
            series[0].append(run["value"])
            series[1].append(row.margin)
            series[2].append(run["whole"])
    rules = {key: series for key, series in rules.items() if key[1] and np.nanmin(series[1]) < 0.95}
    if not rules:
        return None
    order = sorted(rules, key=lambda key: np.nanmin(rules[key][1]))
    series = [("%s, %s" % (words.name(key[0]), words.rule(key[1])) if k < NAMED else "", key[0], STYLE_OF_RULE.get(key[1], "-"), *rules[key]) for k, key in enumerate(order)][::-1]
    answer, search = found["answer"], found["search"]
    marks = [(answer["value"], "answer: %s" % words.number(answer["value"]))] if answer["value"] is not None else []
    text = "Smallest margin of each rule in each run; the %d that come lowest are named. Below 0 the limit is broken. Open triangles: runs that ended early; their margins would have fallen further." % min(NAMED, len(order))
    if answer["value"] is not None and answer["outside_value"] is not None:
        text += " The answer lies between %s (inside) and %s (outside)." % (value_text(found, answer["value"]), value_text(found, answer["outside_value"]))
    return several.against("Margins against the %s" % what(found), text, "smallest margin", axis_label(found), series, colours, zero=True, log=search["low"] > 0 and search["high"] / search["low"] > 4, marks=marks)


STYLE_OF_RULE = {"muscle-contracture": (0, (5, 1.4)), "muscle-overstretch": (0, (1.4, 1.2)), "vessel-stress": (0, (5, 1.4)), "nerve-ischaemia": (0, (5, 1.4)), "nerve-strain": (0, (1.4, 1.2))}


def axis_label(found):
    """rate of distraction, mm/day."""
    unit = found["search"]["unit"]
    return what(found) + ("" if unit == "1" else ", %s" % unit)


def limiting(found, runs, summaries):
    """Which tissue limits at which value."""
    return several.limiting_map([summaries[run["folder"]] for run in runs], [words.number(run["value"]) for run in runs], axis_label(found), "" if all(run["whole"] for run in runs) else " Of runs that ended early these are upper bounds.") if runs else None


def sensitivities(found):
    """How the answer moves with parameters."""
    rows = [one for one in found["sensitivity"] if one["change"] is not None]
    if not rows:
        return None

    def draw(figure, narrow):
        axes = figure.add_subplot()
        places = np.arange(len(rows))[::-1]
        axes.barh(places, [one["change"] for one in rows], height=0.5, color=["#0072b2" if one["change"] > 0 else "#d55e00" for one in rows], zorder=2)
        axes.axvline(0, color="#444444", linewidth=0.8)
        axes.set_yticks(places if not narrow else [])
        names = ["%s × %s" % (one["parameter"], words.number(one["factor"])) for one in rows]
        if narrow:
            for place, name in zip(places, names):
                axes.annotate(name, (0.01, place + 0.28), xycoords=("axes fraction", "data"), fontsize=8, va="bottom")
        else:
            axes.set_yticklabels(names)
        axes.set_ylim(-0.6, len(rows) - 0.2)
        axes.grid(False, axis="y")
        axes.set_xlabel("change of the answer" + ("" if found["search"]["unit"] == "1" else ", %s" % found["search"]["unit"]))

    alt = "; ".join("%s times %s: %+.3g" % (one["parameter"], words.number(one["factor"]), one["change"]) for one in rows)
    return picture("What moves the answer", "Estimated from the margins of one more run for each parameter, to first order (docs/safe-rate.md).", "How the answer moves: %s." % alt, draw, wide=(7.6, 1.1 + 0.4 * len(rows)), narrow=(4.1, 1.2 + 0.55 * len(rows)))


# ---- tables ----

def short(folder):
    """runs/rate-1.11-<hash> -> rate-1.11."""
    return folder.rpartition("/")[2].rpartition("-")[0]


def table_row(found, run, summary, folder, output):
    """A run of the search."""
    answer = found["answer"]
    row = summary.rows[0] if summary and summary.rows else None
    return {"value": words.number(run["value"]), "state": run["state"], "margin": ("" if run["whole"] else "≤ ") + words.number(run["margin"] if summary and summary.rows else math.nan), "limiting": "%s, %s" % (words.name(row.owner), words.rule(row.rule)) if row else "–", "day": words.number(run["day"], 3),
            "gap": words.number(run["gap_mm"], 3), "time": words.duration(run["wall_time_s"]), "folder": short(run["folder"]), "link": several.link(folder / run["folder"], output),
            "chosen": run["folder"] == answer["inside"], "bracket": run["folder"] in (answer["inside"], answer["outside"]), "message": run["message"] if run["state"] == "no answer" else ""}


def varied_row(found, one, folder, output):
    """A run with a parameter changed."""
    change = "no estimate" if one["change"] is None else ("%+.3g" % one["change"]).replace("-", "−")
    run = one["run"]
    return {"parameter": one["parameter"], "factor": words.number(one["factor"]), "change": change, "margin": words.number(run["margin"]), "folder": short(run["folder"]), "link": several.link(folder / run["folder"], output)}


def work(found, summaries):
    """What the search has cost."""
    return [("Runs", "%d in the search, %d for sensitivities; %d started by the last call" % (len(found["runs"]), len(found["sensitivity"]), found["started"])), ("Wall time of the last call", words.duration(found["wall_time_s"])),
            ("Wall time of the runs, added", words.duration(sum(one.run.status.get("wall_time_s") or 0 for one in summaries)))]
