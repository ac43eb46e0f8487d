"""docs/gallery.md: a card a case, below the text that is written by hand."""
MARK = "<!-- generated: everything below this line -->"


def cells(cards, made):
    """The cards as text: heading, picture, sentences, link."""
    for card in cards:
        entry = made[card.case]
        link = "../cases/%s/README.md" % card.case
        yield "![%s](pictures/%s)<br>**[%s](%s)**<br>%s<br>%s" % (card.shows, entry["picture"], card.title, link, card.shows, entry["found"])


def table(cards, made):
    """Two cards a row."""
    found = list(cells(cards, made))
    found += [""] * (len(found) % 2)
    rows = ["| %s | %s |" % pair for pair in zip(found[::2], found[1::2])]
    return "\n".join(["| | |", "|---|---|", *rows, ""])


def text(old, cards, made):
    """The page: what stands above the mark, and the cards."""
    return "%s%s\n\n%s" % (old.split(MARK)[0], MARK, table(cards, made))
