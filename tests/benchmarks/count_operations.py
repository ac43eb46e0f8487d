#!/usr/bin/python3
"""Floating-point operations of the element kernel, counted in its machine code: valgrind says how often each instruction runs, objdump
what it is. Beside them the counts by formula of element_operations.c, which element_bench uses.

usage: count_operations.py ELEMENT_BENCH [ELEMENT ...]      ELEMENT hex8, tet10, hex27; all by default
Needs valgrind and objdump, and a processor with at most 256-bit vectors (valgrind knows no AVX-512: build with -DTASIS_ARCH=x86-64-v3).
Status 1 where a formula is more than 5 % off.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

CALLS = 20
TOLERANCE = 0.05
ARITHMETIC = re.compile(r"^v?(?:(?P<fused>fn?m(?:add|sub)|fm(?:addsub|subadd))(?:132|213|231)|add|sub|mul|div|sqrt|addsub|hadd|hsub)[ps]d$")
WIDTH = {"xmm": 2, "ymm": 4, "zmm": 8}


def operations(mnemonic, operands):
    """How many an instruction makes: lanes, twice for a fused multiply-add."""
    arithmetic = ARITHMETIC.match(mnemonic)
    if not arithmetic:
        return 0
    lanes = 1 if mnemonic.endswith("sd") else WIDTH[re.search(r"%([xyz]mm)", operands).group(1)]
    return lanes * (2 if arithmetic.group("fused") else 1)


def instructions(path):
    """Operations of each instruction of a program or library, by address; those without are left out."""
    listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", path], check=True, capture_output=True, text=True).stdout
    found = {}
    for line in listing.splitlines():
        parts = line.split("\t")
        if len(parts) < 2 or not parts[0].strip().endswith(":"):
            continue
        mnemonic, _, operands = parts[1].strip().partition(" ")
        count = operations(mnemonic, operands)
        if count:
            found[int(parts[0].strip()[:-1], 16)] = count
    return found


def runs(profile):
    """(library, address, times that the instruction ran) from callgrind's file."""
    library, after_call = None, False
    for line in profile.read_text().splitlines():
        if line.startswith("ob="):
            library = line[3:]
        elif line.startswith("calls="):
            after_call = True
        elif line.startswith("0x"):
            address, _, times = line.split()
            if not after_call:  # the line after a call holds the cost of what was called
                yield library, int(address, 16), int(times)
            after_call = False


def measure(bench, element, what, function, listings):
    """A batch's operations, arithmetic instructions and instructions of all kinds inside a function (what it calls included), and what
    the bench says about itself."""
    with tempfile.TemporaryDirectory() as folder:
        profile = pathlib.Path(folder, "callgrind.out")
        said = subprocess.run(["valgrind", "--tool=callgrind", "--dump-instr=yes", "--compress-strings=no", "--compress-pos=no",
                               f"--toggle-collect={function}", f"--callgrind-out-file={profile}",
                               bench, "-elements", element, "-count", what, "-calls", str(CALLS)],
                              check=True, capture_output=True, text=True).stdout
        sums = [0, 0, 0]
        for library, address, times in runs(profile):
            if library not in listings:
                listings[library] = instructions(library) if pathlib.Path(library).is_file() else {}
            count = listings[library].get(address, 0)
            sums = [sums[0] + times * count, sums[1] + times * (count > 0), sums[2] + times]
    words = said.split()
    return [total / CALLS for total in sums], {words[k]: int(words[k + 1]) for k in range(2, len(words), 2)}


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    bench, elements = sys.argv[1], sys.argv[2:] or ["hex8", "tet10", "hex27"]
    listings, worst = {}, 0
    print("| element | loop | operations a cell by formula | in the machine code | arithmetic instructions a cell | all instructions |")
    print("|---|---|---|---|---|---|")
    for element in elements:
        for what in ("force", "tangent"):
            whole, said = measure(bench, element, what, "TasBatchEvaluate", listings)
            counted, arithmetic, every = (total / said["lanes"] for total in whole)
            worst = max(worst, abs(said["operations"] / counted - 1))
            print(f"| {element} | {what} | {said['operations']} | {counted:.0f} | {arithmetic:.0f} | {every:.0f} |", flush=True)
    for what, function, points in (("force", "TasMaterialEvaluate", 8), ("tangent", "TasMaterialEvaluate", 8), ("force", "TasMaterialEvaluateVolume", 1)):
        whole, said = measure(bench, "hex8", what, function, listings)
        print(f"{function}, {what}: {whole[0] / (points * said['lanes']):.0f} a point")
    if worst > TOLERANCE:
        sys.exit(f"A formula of element_operations.c is {100 * worst:.0f} % off.")


if __name__ == "__main__":
    main()
