"""The command: what kind of folder it is, which page it gets, where that goes."""
import argparse
import os
import pathlib
import sys

from report import page, results, run_page, safe_rate_page, study_page
from report.results import Problem

BAD_INPUT, IO_FAILED = 2, 6


def parse(words):
    """The command line; argparse's own way of ending, status 2 and a line, is that of tasis."""
    parser = argparse.ArgumentParser(prog="tasis report", description="One HTML page of a run, of a safe rate or of several runs.")
    parser.add_argument("folder", metavar="RESULTS")
    parser.add_argument("--output", metavar="FILE")
    parser.add_argument("--no-pictures", action="store_true")
    return parser.parse_args(words)


def build(folder, output, pictures):
    """The page of a folder, as text. output: where it goes, for its links."""
    kind = results.kind_of(folder)
    maker = {"run": run_page, "safe rate": safe_rate_page, "runs": study_page}[kind]
    return page.render(**maker.content(folder, output, pictures))


def check_output(output):
    """Before any work: may the page go there?"""
    if output.is_dir():
        raise Problem("--output %s: found a folder, allowed: a file" % output)
    if not output.parent.is_dir():
        raise Problem("--output %s: no such folder: %s" % (output, output.parent))
    if not os.access(output.parent, os.W_OK) or (output.exists() and not os.access(output, os.W_OK)):
        raise Problem("--output %s: cannot be written" % output)


def write(text, output):
    """Whole or not at all: a reader sees the old page or the new one."""
    part = output.with_name(output.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(output)


def main(words):
    """Exit status."""
    options = parse(words)
    folder = pathlib.Path(options.folder)
    output = pathlib.Path(options.output) if options.output else folder / "report.html"
    try:
        results.kind_of(folder)
        check_output(output)
        text = build(folder, output, pictures=not options.no_pictures)
    except Problem as problem:
        print("tasis report: %s" % problem, file=sys.stderr)
        return BAD_INPUT
    try:
        write(text, output)
    except OSError as error:
        print("tasis report: cannot write %s: %s" % (output, error.strerror), file=sys.stderr)
        return IO_FAILED
    print("report is in %s" % output)
    return 0
