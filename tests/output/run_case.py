"""Writes results on 1 and 2 ranks and checks them: layout, values, the same file on both.

    run_case.py MPIEXEC WRITER FOLDER ELEMENT STEPS [OPTIONS OF THE WRITER]
"""
import os
import shutil
import subprocess
import sys

from check_vtkhdf import check

CELLS = 3


def main():
    mpiexec, writer, folder, element, steps, *options = sys.argv[1:]
    for ranks in (1, 2):
        where = f"{folder}-{ranks}"
        shutil.rmtree(where, ignore_errors=True)
        subprocess.run([mpiexec, "-n", str(ranks), writer, where, element, "-cells", str(CELLS), "-steps", steps, *options], check=True)
        rows = int(options[options.index("-rows") + 1]) if "-rows" in options else 3
        print(check(where, element, CELLS, int(steps), "-double" in options, rows, "-killed" in options), "steps on", ranks, "ranks, all right")
    for name in ("results.vtkhdf", "results.xmf", "history.csv"):
        if "-killed" in options and name == "results.vtkhdf":
            continue  # what is beyond the last step is left to chance
        first, second = (os.path.join(f"{folder}-{ranks}", name) for ranks in (1, 2))
        # every object of the two files (the bytes between them may differ)
        command = ["h5diff", first, second] if name == "results.vtkhdf" else ["cmp", first, second]
        assert subprocess.run(command, check=False).returncode == 0, name


main()
