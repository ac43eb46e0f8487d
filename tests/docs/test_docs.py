#!/usr/bin/python3
"""What the documentation says works: links, YAML blocks, commands.

    test_docs.py TASIS [--only PAGE]

Links: every file that a page links to is there, with its heading.
YAML: a block that is a whole case (it has `mesh`) is checked by `tasis check`, one that is a whole plan by `tasis plan`; any other is laid over a
    case: that of <!-- on FILE --> above it, else a small leg.  A case on the rod is run.  A block with the name of a file, of any language, is written
    to it, and must be that file where it is one of the repository.
Commands: the blocks `sh run` are run, those of a page one after the other in a folder of its own.  In other `sh` blocks scripts must exist, and
    each call of tasis is made harmless: run and safe-rate become check.
"""
import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import yaml

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent)]
from environment import environment  # noqa: E402
import pages  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEG = {"mesh": {"limb": "tibia", "resolution": "2000"}, "distraction": {"length": "50 mm", "rate": "1 mm/day"}}
HARMLESS = {"run": "check", "safe-rate": "check", "mesh": "check", "check": "check"}
STANDS_FOR = {"CASE": "cases/tibia-50mm", "PLAN": "cases/plan-lld-35mm"}  # in texts such as `tasis run CASE`


class Docs:
    """A sandbox that looks like a checkout, and what was found wrong."""

    def __init__(self, tasis, folder):
        self.tasis, self.folder, self.wrong, self.count, self.helps = pathlib.Path(tasis).resolve(), folder, [], {}, {}
        for name in ("cases", "docs", "scripts"):
            (folder / name).symlink_to(ROOT / name)
        (folder / "build" / "bin").mkdir(parents=True)
        (folder / "build" / "bin" / "tasis").symlink_to(self.tasis)
        self.environment = dict(environment(str(folder)), OMP_NUM_THREADS="1", PATH="%s:%s" % (folder / "build" / "bin", os.environ["PATH"]))

    def expect(self, good, where, what):
        """Counts a check, remembers it where it fails."""
        kind = what.split(":")[0]
        self.count[kind] = self.count.get(kind, 0) + 1
        if not good:
            self.wrong.append("%s: %s" % (where, what))

    def run(self, command, where, kind):
        """A program with status 0."""
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=self.environment, timeout=900, check=False)
        self.expect(done.returncode == 0, where, "%s: status %d of %s: %s" % (kind, done.returncode, command if isinstance(command, str) else shlex.join(map(str, command)), (done.stdout[-500:] + done.stderr[-1500:]).strip()))
        return done.stdout

    def help(self, command, where):
        """What tasis COMMAND --help says."""
        if command not in self.helps:
            self.helps[command] = self.run([self.tasis, "--help"] if command.startswith("-") else [self.tasis, command, "--help"], where, "command")
        return self.helps[command]


# ---- links ----

def check_links(docs, page):
    for link in pages.links(page):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, heading = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        docs.expect(target.exists(), page.relative_to(ROOT), "link: %s is not there" % link)
        if heading and target.suffix == ".md" and target.exists():
            docs.expect(heading in pages.anchors(target), page.relative_to(ROOT), "link: %s has no such heading" % link)


# ---- YAML ----

def has_names(section):
    """Is it a section of named entries, such as tissues or surfaces?"""
    return isinstance(section, dict) and all(isinstance(value, dict) or value == "" for value in section.values())


def laid_over(base, top):
    """The case base with the sections of top: entries by their names, other sections as a whole."""
    merged = {name: {**base[name], **value} if name in base and has_names(base[name]) and has_names(value) else value for name, value in top.items()}
    return {**base, **merged}


def check_yaml(docs, block, number):
    value = yaml.load(block.text, Loader=yaml.BaseLoader)
    if block.word:
        known = ROOT / block.word
        if known.exists():
            docs.expect(yaml.load(known.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) == value, block, "YAML: %s is otherwise" % block.word)
        else:
            (docs.folder / block.word).write_text(block.text, encoding="utf-8")
    if "goal" in value:
        return check_case(docs, block, block.text, "plan-%d.yaml" % number, "plan")
    text = block.text
    if "mesh" not in value:
        base = yaml.load((ROOT / block.base).read_text(encoding="utf-8"), Loader=yaml.BaseLoader) if block.base else LEG
        value = laid_over(base, value)
        text = yaml.dump(value, sort_keys=False).replace("''\n", "{}\n")
    return check_case(docs, block, text, "block-%d.yaml" % number, "run" if value["mesh"].get("limb") == "rod" else "check")


def check_case(docs, block, text, name, command):
    """tasis command of a text."""
    (docs.folder / name).write_text(text, encoding="utf-8")
    docs.run([docs.tasis, command, name], block, "YAML")


# ---- commands ----

def lines_of(text):
    """Lines of a shell block without comments; a line that ends in a backslash goes on."""
    return [line for line in (re.sub(r"(^| )#.*", "", line).strip() for line in text.replace("\\\n", " ").splitlines()) if line]


def check_line(docs, block, line):
    words = shlex.split(line)
    for word in words:
        if word.startswith("scripts/"):
            docs.expect((ROOT / word).exists(), block, "command: %s is not there" % word)
    at = next((k for k, word in enumerate(words) if word in ("tasis", "build/bin/tasis", "scripts/run.sh")), None)
    if at is not None and at + 1 < len(words):
        check_call(docs, block, (["run"] if words[at].endswith(".sh") else []) + words[at + 1:])


def check_call(docs, block, words):
    """A call of tasis, made harmless."""
    command, words = words[0], [STANDS_FOR.get(word, word) for word in words[1:]]
    text = docs.help(command, block)
    for word in words:
        if word.startswith("--") and word != "--":
            docs.expect(word in text, block, "command: tasis %s has no option %s" % (command, word))
    words = [word for word in words if word != "--resume"]
    case = words[0] if words and not words[0].startswith("-") else ""
    if command in HARMLESS and case and (ROOT / case).exists():
        docs.run([docs.tasis, HARMLESS[command], *words], block, "command")
    elif command in HARMLESS:
        docs.expect(not case.startswith(("cases/", "docs/")), block, "command: %s is not there" % case)
    elif command in ("models", "keys"):
        docs.run([docs.tasis, command, *words], block, "command")


def check_sh(docs, block):
    if block.word == "run":
        docs.run(["bash", "-euc", block.text], block, "command")
        return
    for line in lines_of(block.text):
        if not re.match(r"(for|do|done|if|fi|then)\b", line):
            check_line(docs, block, line)


def check_inline(docs, page):
    """`tasis ...` in the text."""
    for text in re.findall(r"`((?:build/bin/)?tasis [a-z-]+[^`]*)`", page.read_text(encoding="utf-8")):
        if not re.search(r"RESULTS|\.\.\.|\[|FOLDER|<", text):
            check_line(docs, page.relative_to(ROOT), text)


# ---- all ----

def make_meshes(docs):
    """Meshes that cases of the pages name, beside them."""
    for geometry in (ROOT / "docs" / "own-mesh" / "my_leg.geo", ROOT / "tests" / "docs" / "tube.geo"):
        docs.run(["gmsh", "-3", "-v", "1", str(geometry), "-o", geometry.stem + ".msh"], geometry.name, "mesh")


def check_page(docs, page):
    check_links(docs, page)
    for number, block in enumerate(pages.blocks(page)):
        if block.language == "yaml":
            check_yaml(docs, block, number)
        elif block.language == "sh":
            check_sh(docs, block)
        elif block.word:
            (docs.folder / block.word).write_text(block.text, encoding="utf-8")
    check_inline(docs, page)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasis")
    parser.add_argument("--only")
    options = parser.parse_args()
    wrong, count = [], {}
    for page in pages.all_pages(ROOT):
        if options.only and options.only not in str(page):
            continue
        with tempfile.TemporaryDirectory() as folder:
            docs = Docs(options.tasis, pathlib.Path(folder))
            if any(block.language == "yaml" for block in pages.blocks(page)):
                make_meshes(docs)
            check_page(docs, page)
        wrong += docs.wrong
        for kind, number in docs.count.items():
            count[kind] = count.get(kind, 0) + number
    print(", ".join("%s: %d" % item for item in sorted(count.items())))
    for line in wrong:
        print("FAILED  %s" % line)
    print("%d wrong" % len(wrong))
    return 1 if wrong or not count.get("YAML") else 0


if __name__ == "__main__":
    assert shutil.which("gmsh"), "needs gmsh: scripts/setup.sh tests"
    sys.exit(main())
