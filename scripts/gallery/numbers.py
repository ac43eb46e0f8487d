"""Numbers of results in a text: {largest axial_force .0f} becomes the largest value of that column of the history."""
import re

TAKE = {"first": lambda column: column.iloc[0], "last": lambda column: column.iloc[-1], "largest": lambda column: column.max(), "smallest": lambda column: column.min()}


def fill(text, history, known):
    """The text with its numbers.

    history: a table with a column a quantity, or None; known: {name: number} of what is not in a history.
    Places look like {TAKE COLUMN FORMAT} or {NAME FORMAT}; what is not there is a KeyError.
    """
    def number(place):
        name, form = place.group(1).rsplit(" ", 1)
        if name in known:
            return format(known[name], form)
        take, column = name.split(" ", 1)
        return format(TAKE[take](history[column].dropna()), form)
    return re.sub(r"\{([^}]*)\}", number, text)
