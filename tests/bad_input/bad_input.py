#!/usr/bin/python3
"""Runs tasis on wrong cases and wrong command lines.

Each must end with status 2 and say exactly one line on stderr that matches the expected pattern; nothing on stdout, no traces of
PETSc or of sanitizers, no results. Usage: bad_input.py TASIS [--ranks N] [--every K] [--only NAME] [--print]
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import table
import table_treatment

CASES = [*table.CASES, *table_treatment.CASES]

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]
from environment import environment  # noqa: E402


def write_case(case, folder):
    """The base case and mesh with the changes of one wrong case."""
    for name in ("base.yaml", "bar.msh"):
        text = (HERE / name).read_text()
        changes = case.get("mesh" if name == "bar.msh" else "case", [])
        for old, new in changes:
            assert old in text, f"{case['name']}: {old!r} is not in {name}"
            text = text.replace(old, new, 1)
        (folder / ("case.yaml" if name == "base.yaml" else name)).write_text(text)
    for name, content in case.get("files", {}).items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    for name in case.get("folders", []):
        (folder / name).mkdir()
    for name, mode in case.get("modes", {}).items():
        (folder / name).chmod(mode)


def run(case, tasis, ranks):
    """An empty text when all is well, else what is wrong."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as own:
        folder = pathlib.Path(name)
        write_case(case, folder)
        arguments = case.get("arguments", ["run", "."])
        command = [tasis, *arguments]
        if ranks > 1:
            command = ["mpiexec", "--oversubscribe", "--quiet", "-n", str(ranks), *command]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, env=environment(own, isolated=ranks == 1, OMP_NUM_THREADS="1", ASAN_OPTIONS="detect_leaks=0"))  # MPI leaks
        except subprocess.TimeoutExpired:
            return "hangs"
        error, output = done.stderr.decode(errors="replace"), done.stdout.decode(errors="replace")
        lines = [line for line in error.splitlines() if line.strip()]
        wrong = []
        if done.returncode != 2:
            wrong.append(f"status {done.returncode}")
        if ranks == 1 and len(lines) != 1:
            wrong.append(f"{len(lines)} lines on stderr")
        if sum(bool(re.search(case["expect"], line)) for line in lines) != 1:
            wrong.append(f"not one line matches {case['expect']!r}")
        if output.strip():
            wrong.append("output on stdout")
        if re.search(r"PETSC ERROR|AddressSanitizer|runtime error|internal error|Segmentation", error):
            wrong.append("a crash or a trace")
        if (folder / "results").exists():
            wrong.append("wrote results")
        text = "; ".join(wrong)
        return (f"{text}\n    " + "\n    ".join(lines[:8]) if text else ""), (lines[0] if lines else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasis", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="run every K-th case only")
    parser.add_argument("--only", help="run the case of this name only")
    parser.add_argument("--print", action="store_true", help="print every message")
    options = parser.parse_args()
    cases = [case for case in CASES[:: options.every] if options.only in (None, case["name"])]
    if options.ranks > 1:
        cases = [case for case in cases if not case.get("one_rank")]
    if os.geteuid() == 0:  # root may read everything
        cases = [case for case in cases if not case.get("not_root")]
    workers = max(1, (os.cpu_count() or 1) // options.ranks)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for case, result in zip(cases, pool.map(lambda case: run(case, options.tasis, options.ranks), cases)):
            wrong, line = result if isinstance(result, tuple) else (result, "")
            failed += bool(wrong)
            if wrong:
                print(f"FAILED {case['name']}: {wrong}")
            elif options.print:
                print(f"{case['name']:28} {line}")
    print(f"bad input: {len(cases) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
