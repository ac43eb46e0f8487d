"""What stands in the pages of the documentation: blocks, links, headings."""
import dataclasses
import pathlib
import re

FENCE = re.compile(r"^( *)```(.*)$")
LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"")


@dataclasses.dataclass(frozen=True)
class Block:
    """A fenced block.  language, then word: of its first line, ```yaml rod.yaml; base: of a comment <!-- on FILE --> above it."""
    page: pathlib.Path
    line: int
    language: str
    word: str
    base: str
    text: str

    def __str__(self):
        return "%s:%d" % (self.page.name, self.line)


def all_pages(root):
    """Every page of the documentation."""
    folders = ("docs", "cases", "scripts", "solver")
    return [root / "README.md", *(page for folder in folders for page in sorted((root / folder).rglob("*.md")))]


def blocks(page):
    """The fenced blocks of a page, in order."""
    found, lines, first = [], page.read_text(encoding="utf-8").splitlines(), None
    for number, line in enumerate(lines, 1):
        fence = FENCE.match(line)
        if not fence:
            continue
        if first is None:
            first, indent = number, len(fence.group(1))
            language, _, word = fence.group(2).strip().partition(" ")
            above = re.fullmatch(r"<!-- on (\S+) -->", lines[number - 2].strip()) if number > 1 else None
        else:
            text = "".join(line[indent:] + "\n" for line in lines[first:number - 1])
            found.append(Block(page, first, language, word, above.group(1) if above else "", text))
            first = None
    assert first is None, "%s:%d: the block has no end" % (page, first)
    return found


def prose(page):
    """The page without its blocks and without what stands between backticks."""
    kept, inside = [], False
    for line in page.read_text(encoding="utf-8").splitlines():
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return re.sub(r"`[^`\n]*`", "code", "\n".join(kept)) if kept else ""


def links(page):
    """Addresses of links and pictures."""
    return [link or image for link, image in LINK.findall(prose(page))]


def anchors(page):
    """What GitHub calls the headings of a page."""
    found = set()
    for line in page.read_text(encoding="utf-8").splitlines():
        if re.match(r"#+ ", line):
            words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line.lstrip("#").strip()).lower()
            name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            count = sum(1 for other in found if other == name or re.fullmatch(re.escape(name) + r"-\d+", other))
            found.add(name if not count else "%s-%d" % (name, count))
    return found
