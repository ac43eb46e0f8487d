"""docs/gallery.md: a card a case, below the text that is written by hand."""
import os

MARK = "<!-- generated: everything below this line -->"


def cells(cards, made):
    """The cards as text: picture, heading with a link, sentences.  Pictures have a width, so that columns are alike."""
    for card in cards:
        entry = made[card.case]
        page = os.path.relpath(card.path, "docs") + "/README.md"
        yield '<img src="pictures/%s" width="420" alt="%s"><br>**[%s](%s)**<br>%s<br>%s' % (entry["picture"], card.shows, card.title, page, card.shows, entry["found"])


def table(cards, made):
    """Two cards a row."""
    found = list(cells(cards, made))
    found += [""] * (len(found) % 2)
    rows = ["| %s | %s |" % pair for pair in zip(found[::2], found[1::2])]
    return "\n".join(["| | |", "|---|---|", *rows, ""])


def text(old, cards, made):
    """The page: what stands above the mark, and the cards."""
    return "%s%s\n\n%s" % (old.split(MARK)[0], MARK, table(cards, made))
