"""What the page of one run says."""
import re

import numpy as np

from report import histories, margin_figure, margins, pictures, results, treatment, words
from report.drawing import Colours

SHOWN = 8  # limits passed that are told on the first screen
PRESET_KINDS = {"artery": "vessel", "vein": "vessel", "aponeurosis": "tendon"}


def content(folder, _, with_pictures):
    """What the template names."""
    run = results.read_run(folder)
    rows = margins.worst(run)
    colours = Colours([(row.owner, kind_of(run, row)) for row in first_of_each(rows)])
    sentence, remark = margins.answer(run)
    beyond = passed(run)
    images, problem = pictures.of_run(folder) if with_pictures else ([], "")
    return {
        "template": "run.html", "title": run.title, "sentence": sentence, "remark": remark, "verdict": "beyond" if beyond else "within" if run.state == "done" and rows else "open", "state": run.state, "state_text": state_text(run), "facts": facts(run, rows), "passed": beyond,
        "overview": margin_figure.by_rule(run, rows, colours), "images": images, "no_pictures": problem, "described": treatment.describe(run), "provenance": provenance(run), "values": run.values, "case_text": run.case_text,
        "figures": histories.all_figures(run, colours), "rows": rows, "final": run.margins is not None, "limits": run.limits, "messages": messages(run), "work": work(run), "shown": SHOWN, "has_mm": treatment.lengthening(run) is not None,
    }


def first_of_each(rows):
    """The worst row of each tissue and strand, in order."""
    seen = {}
    for row in rows:
        seen.setdefault((row.owner, row.is_strand), row)
    return list(seen.values())


def kind_of(run, row):
    """muscle, tendon, nerve, ...: of the rule, else of the case, else of what the history tells."""
    if row.rule:
        return run.limits[row.rule]["kind"] if row.rule in run.limits else row.rule.split("-")[0]
    preset = run.value("strands.%s.preset" % row.owner)
    kind = run.value("strands.%s.kind" % row.owner) or PRESET_KINDS.get(preset, preset)
    return kind or ("nerve" if run.has("strand.%s.blood_flow_fraction_min" % row.owner) else "vessel")


def state_text(run):
    """The state in a sentence, with what the run said at its end."""
    text = words.STATES.get(run.state, run.state)
    if run.state in ("running", "killed") and len(run.days):
        text += " It has come to day %s." % words.number(run.days[-1], 3)
    message = run.status.get("message")
    return text + (" It said: %s" % message if message else "")


def facts(run, rows):
    """[(value, what)]: the few numbers that one looks for first."""
    found = []
    mm = treatment.lengthening(run)
    if mm is not None and len(mm):
        wanted = run.number("distraction.length", 0) + run.number("second_distraction.length", 0)
        found.append(("%s mm" % words.number(mm[-1], 3), "of %s mm lengthened, by day %s" % (words.number(wanted, 3), words.number(run.days[-1], 3)) if wanted else "lengthened"))
    force = next((run.history[column].to_numpy() for column in ("device_force", "axial_force") if run.has(column)), None)
    if force is not None:
        k = int(np.nanargmax(force))
        found.append(("%s N" % words.number(force[k], 3), "largest force %s, on %s" % ("on the device" if run.has("device_force") else "of soft tissue", words.day(run.days[k]))))
    if rows:
        beyond = sum(row.margin < 0 for row in rows)
        found.append((words.number(rows[0].margin, 2), "smallest margin, of the %s" % words.name(rows[0].owner)))
        found.append(("%d of %d" % (beyond, len(rows)), "limits passed"))
    for column in run.history.columns:
        if column.startswith("examination.") and column.endswith(".lost") and run.has(column) and np.nanmax(run.history[column]) > 0.05:
            found.append(("%s°" % words.number(float(np.nanmax(run.history[column])), 2), "of %s lost at most" % words.name(column.split(".")[1])))
    return found


def passed(run):
    """Limits in the order in which they are passed: rows of a table."""
    return [{"owner": words.name(row.owner), "against": words.against(row.rule) if row.rule else "–", "day": words.number(row.day, 3), "mm": words.number(row.mm, 3),
             "value": words.quantity(row.value, row.unit) if row.rule else "–", "limit": words.quantity(row.limit, row.unit) if row.rule else "–"} for row in margins.passed(run)]


def provenance(run):
    """[(what, text)] of where the results come from."""
    names = (("case", "Case"), ("program", "Program"), ("revision", "Revision"), ("petsc", "PETSc"), ("started", "Started"), ("resumed", "Resumed"), ("parallel", "Parallel"))
    rows = [(text, " ".join(run.provenance[key].split())) for key, text in names if run.provenance.get(key)]
    if not rows:
        rows = [("Program", "tasis %s" % run.status["version"])] if run.status.get("version") else []
        rows += [("Revision", run.status["revision"])] if run.status.get("revision") else []
    return rows + ([("Host", run.status["host"])] if run.status.get("host") else [])


def messages(run):
    """Lines of the log that are no table of steps or margins: (text, is it a warning)."""
    found = []
    for line in run.log.splitlines():
        is_step = re.match(r"\s*\d+\s+[\d.]+\s", line) or re.match(r"\s*step\s+day", line)
        is_margin = re.match(r"\s*-?\d+\.\d{3}\s+\S", line) or line.startswith("smallest margin of each")
        if line.strip() and not is_step and not is_margin:
            found.append((re.sub(r"\s{2,}", "  ", line.strip()), line.startswith("warning")))
    return found


def work(run):
    """[(what, text)] of what the run has cost."""
    status, rows = run.status, []
    rows.append(("Wall time", words.duration(status.get("wall_time_s"))))
    if len(run.days):
        rows.append(("Steps", "%d converged" % (len(run.days) - 1)))
    for column, text in (("newton_iterations", "Newton iterations"), ("linear_iterations", "Iterations of the linear solver")):
        if run.has(column):
            rows.append((text, "%d" % np.nansum(run.history[column])))
    size = re.search(r"(\d+) cells, (\d+) tissues, (\d+) unknowns", run.log)
    if size:
        rows.append(("Size", "%s cells, %s tissues, %s unknowns" % size.groups()))
    if status.get("memory_peak_MB"):
        rows.append(("Memory at its peak", "%s MB, all ranks" % words.number(status["memory_peak_MB"], 3)))
    if status.get("ranks"):
        rows.append(("Ranks", "%d" % status["ranks"]))
    return rows
