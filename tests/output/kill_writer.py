"""A writer that is killed (SIGKILL) at a random moment leaves files that open, with every published step complete.

    kill_writer.py FOLDER TIMES COMMAND...     (the folder's name is put where COMMAND has FOLDER)

Kills are counted once results.vtkhdf is there; COMMAND plans for few steps and writes many, so that some kills come while the file
is copied to make room.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

from check_vtkhdf import check

CELLS, STEPS, ROWS = 6, 40, 5


def start(folder, command):
    shutil.rmtree(folder, ignore_errors=True)
    options = ["hex8", "-cells", CELLS, "-planned", 3, "-steps", STEPS, "-rows", ROWS, "-pause", 0.002]
    words = [folder if word == "FOLDER" else word for word in command] + [str(o) for o in options]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(path, process):
    while not os.path.exists(path) and process.poll() is None:
        time.sleep(0.001)


def family(parent):
    """A process and all that it started (mpirun puts its ranks into process groups of their own)."""
    found = [parent]
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as stat:
                if int(stat.read().rpartition(")")[2].split()[1]) == parent:
                    found += family(int(name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def kill(process):
    members = family(process.pid)
    for member in reversed(members):  # the ranks before mpirun, which would end them gently
        try:
            os.kill(member, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.wait()
    while any(os.path.exists(f"/proc/{member}") for member in members):
        time.sleep(0.001)


def check_light(folder, num_steps):
    """results.xmf is whole and names no step that results.vtkhdf has not; it may be missing, or lack the last one."""
    path = os.path.join(folder, "results.xmf")
    if not os.path.exists(path):
        assert num_steps == 1
        return
    days = [float(t.get("Value")) for t in xml.parse(path).getroot().iter("Time")]
    assert num_steps - 1 <= len(days) <= num_steps and days == [0.5 * s for s in range(len(days))]


def main():
    folder, times, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    heavy = os.path.join(folder, "results.vtkhdf")
    seed = random.randrange(2**32)
    random.seed(seed)
    print("seed", seed)
    process = start(folder, command)
    wait_for(heavy, process)
    begin = time.time()
    process.wait()
    duration = time.time() - begin
    assert process.returncode == 0 and check(folder, "hex8", CELLS, STEPS, rows=ROWS) == STEPS
    found, leftovers = [], 0
    while len(found) < times:
        process = start(folder, command)
        wait_for(heavy, process)
        time.sleep(random.uniform(0, duration))
        kill(process)
        with open(os.path.join(folder, "status.json")) as status:
            if json.load(status)["state"] != "running":
                continue  # it was faster than usual
        leftovers += os.path.exists(heavy + ".part")
        found.append(check(folder, "hex8", CELLS, STEPS, rows=ROWS, killed=True))
        check_light(folder, found[-1])
    print("killed", times, "times after", sorted(found), "steps, with", leftovers, "copies under way; all readable")


main()
