"""Margins: every rule at its worst, what passes its limit first, and the answer in a sentence.

A margin is (limit - value)/limit: 1 untouched, 0 at the limit, negative beyond.
"""
import dataclasses
import math

import numpy as np

from report import treatment, words


@dataclasses.dataclass
class Margin:
    """A rule of a tissue or strand at its worst. value, limit in the rule's unit; day; mm of lengthening then."""
    margin: float
    owner: str
    is_strand: bool
    rule: str  # "" where the history does not tell it
    value: float
    limit: float
    unit: str
    day: float
    mm: float
    where: str


def worst(run):
    """All rules, the smallest margin first: of margins.json, else of the history as far as it goes."""
    rows = _of_file(run) if run.margins is not None else _of_history(run)
    return sorted(rows, key=lambda row: (row.margin, row.rule, row.owner))


def _of_file(run):
    return [of_json(entry, treatment.mm_at(run, entry["day"])) for entry in run.margins]


def of_json(entry, mm=math.nan):
    """Of an object as margins.json and safe_rate.json have them."""
    at = "(%s) mm" % ", ".join("%.1f" % x for x in entry["at_mm"]).replace("-", "−")
    if entry.get("arc_mm") is not None:
        at = "%.1f mm along it, %s" % (entry["arc_mm"], at)
    elif entry.get("cell") is not None:
        at = "cell %d, %s" % (entry["cell"], at)
    nan = float("nan")
    return Margin(margin=nan if entry["margin"] is None else entry["margin"], owner=entry["tissue"] or entry["strand"], is_strand=entry["strand"] is not None, rule=entry["rule"], value=nan if entry["value"] is None else entry["value"],
                  limit=nan if entry["limit"] is None else entry["limit"], unit=entry["unit"], day=entry["day"], mm=mm, where=at)


def _of_history(run):
    """What a run that has not come to its end tells: values of rules in tissues; of strands, and where it has no limits, the smallest margin alone."""
    rows = []
    for owner, rule, series in rule_columns(run):
        limit = run.limits[rule]["limit"]
        margin = margin_of(series, limit)
        if np.isfinite(margin).any():
            k = int(np.nanargmin(margin))
            rows.append(Margin(margin[k], owner, False, rule, series[k], limit, run.limits[rule]["unit"], run.days[k], treatment.mm_at(run, run.days[k]), ""))
    told = {row.owner for row in rows}
    for owner in judged(run):
        margin = history_margin(run, owner)
        if owner not in told and np.isfinite(margin).any():
            k = int(np.nanargmin(margin))
            is_strand = owner.startswith("strand.")
            rows.append(Margin(margin[k], owner[len("strand."):] if is_strand else owner, is_strand, "", math.nan, math.nan, "1", run.days[k], treatment.mm_at(run, run.days[k]), ""))
    return rows


def margin_of(value, limit):
    """Margins of values, at most 1."""
    return np.minimum(1, (limit - value) / limit)


def rule_columns(run):
    """(tissue, rule, values) of the history's columns that a rule looks at."""
    for column in run.history.columns:
        owner, _, quantity = column.rpartition(".")
        rule = quantity.replace("_", "-")
        if rule in run.limits and run.has(column):
            yield owner, rule, run.history[column].to_numpy()


def judged(run):
    """What has a margin in the history: tissues, and strands as strand.<name>."""
    return [column[:-len(".margin")] for column in run.history.columns if column.endswith(".margin") and run.has(column)]


def history_margin(run, owner):
    """Margin of a tissue or strand at each row."""
    return run.history[owner + ".margin"].to_numpy()


# ---- what is passed, in order ----

def passed(run):
    """[Margin] of each tissue and rule at the first row that is beyond its limit, in order of days."""
    rows = []
    for owner, rule, series in rule_columns(run):
        limit = run.limits[rule]["limit"]
        rows += _first(run, owner, False, rule, series, limit, margin_of(series, limit))
    told = {owner for owner, _, _ in rule_columns(run)}
    of_owner = {("strand." if row.is_strand else "") + row.owner: row for row in reversed(worst(run))}
    for owner in judged(run):
        if owner not in told:  # its worst rule stands for it
            row, margin = of_owner.get(owner), history_margin(run, owner)
            limit = row.limit if row else math.nan
            rows += _first(run, row.owner if row else owner, owner.startswith("strand."), row.rule if row else "", limit * (1 - margin), limit, margin)
    return sorted(rows, key=lambda row: (row.day, row.margin))


def _first(run, owner, is_strand, rule, series, limit, margin):
    beyond = np.flatnonzero(margin < 0)
    if not len(beyond):
        return []
    k = beyond[0]
    unit = run.limits[rule]["unit"] if rule in run.limits else "1"
    return [Margin(margin[k], owner, is_strand, rule, series[k], limit, unit, run.days[k], treatment.mm_at(run, run.days[k]), "")]


# ---- in words ----

def when(row):
    """on day 38, at 32 mm of lengthening."""
    return "on %s%s" % (words.day(row.day), "" if not math.isfinite(row.mm) else ", at %s mm of lengthening" % words.number(row.mm, 2))


def limit_text(row):
    """14.4 % of its sarcomeres missing, limit 15 %."""
    if not math.isfinite(row.value) or not row.rule:
        return ""
    return "%s, limit %s" % (words.told(row.rule, row.value, row.unit), words.quantity(row.limit, row.unit))


def answer(run):
    """Which tissue reaches its limit first, and when: (sentence, remark)."""
    rows = worst(run)
    if not rows:
        return "No tissue of this run is judged by a rule of harm.", ""
    first = passed(run)
    if not first:
        return _nothing_passed(run, rows[0])
    row = first[0]
    sentence = "The %s reaches its limit first: %s, the limit%s is passed." % (words.name(row.owner), when(row), " against %s" % words.against(row.rule) if row.rule else "")
    last = rows[0]
    tissues = len({(r.owner, r.is_strand) for r in first})
    remark = "%s of %d %s beyond a limit in this run; the furthest is the %s, %s (%s)." % (
        tissues, len({(r.owner, r.is_strand) for r in rows}), "tissues and strands is" if tissues == 1 else "tissues and strands are", words.name(last.owner), when(last), limit_text(last) or "margin %s" % words.number(last.margin, 2))
    return sentence, remark


def _nothing_passed(run, row):
    until = " up to %s" % words.day(run.days[-1]) if len(run.days) else ""
    reaches = "reaches its limit" if run.state == "done" else "has reached its limit"
    sentence = "No tissue %s%s; the smallest margin is %s, of the %s." % (reaches, until, words.number(row.margin, 2), words.name(row.owner))
    detail = limit_text(row)
    return sentence, "%s: %s." % (when(row).capitalize(), detail) if detail else ""
