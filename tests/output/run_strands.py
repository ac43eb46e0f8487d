"""A run with strands, for check_strands.py.

    run_strands.py TASIS FOLDER
"""
import pathlib
import shutil
import subprocess
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "parallel")]
from test_parallel import ENVIRONMENT, write_loads  # noqa: E402

tasis, folder = sys.argv[1], pathlib.Path(sys.argv[2])
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
write_loads(folder)
for command, results in (("run", "results"), ("mesh", "mesh")):
    subprocess.run([tasis, command, str(folder), "--results", str(folder / results)], env=ENVIRONMENT, check=True)
