"""Plain words and numbers for people: engineers and clinicians read the same page."""
import math

# rule -> (what happens when its limit is passed, how its value is told)
RULES = {
    "nerve-blood-flow": ("its blood flow stops", "strained by %s above its length in situ"),
    "nerve-ischaemia": ("it goes without blood for too long", "an ischaemia dose of %s"),
    "nerve-strain": ("it tears", "strained by %s above its length in situ"),
    "vessel-stretch": ("its wall is damaged by stretch", "an elastic strain of %s"),
    "vessel-stress": ("its wall is damaged by stress", "a wall stress of %s"),
    "muscle-overstretch": ("its sarcomeres are pulled beyond overlap", "sarcomeres %s longer than their optimum"),
    "muscle-contracture": ("it becomes contracted", "%s of its sarcomeres missing"),
    "muscle-fibrosis": ("it is stretched faster than it can grow, which ends in fibrosis", "stretched by %s"),
    "tendon-strain": ("it tears", "an elastic strain of %s"),
    "skin-stretch": ("it tears", "an elastic strain of %s"),
    "fascia-strain": ("it tears", "an elastic strain of %s"),
}
STATES = {"done": "The run came to its end.", "failed": "The run failed.", "stopped": "The run was stopped before its end.", "running": "The run is still going: the page shows what is there.",
          "killed": "The run was killed before its end: the page shows what is there.", "unknown": "The state of the run is not known."}


def name(identifier):
    """soleus_muscle -> soleus muscle."""
    return identifier.replace("_", " ")


def rule(identifier):
    """muscle-fibrosis -> muscle fibrosis."""
    return identifier.replace("-", " ")


def happens(identifier):
    """What passing the limit means, in plain words."""
    return RULES.get(identifier, ("its limit %s is passed" % rule(identifier), "%s"))[0]


def number(value, digits=4):
    """Significant digits, no exponent where it can be helped; a dash for what is not known."""
    if value is None or not math.isfinite(value):
        return "–"
    text = "%.*g" % (digits, value)
    if "e" in text and 1e-4 < abs(value) < 1e7:
        text = "%.*f" % (max(0, digits - 1 - math.floor(math.log10(abs(value)))), value)
    return text.replace("-", "−")


def quantity(value, unit):
    """A value with its unit; strains in per cent."""
    if unit == "1":
        return "%s %%" % number(100 * value, 3)
    if unit == "1/day":
        return "%s %% a day" % number(100 * value, 3)
    return "%s %s" % (number(value, 3), unit)


def told(identifier, value, unit):
    """The value of a rule in words: 14.4 % of its sarcomeres missing."""
    return RULES.get(identifier, ("", "%s"))[1] % quantity(value, unit)


def day(value):
    """A day as people say it: whole ones from the fifth on."""
    return "day %s" % (number(round(value), 4) if value >= 5 else number(value, 2))


def duration(seconds):
    """45 s, 4 min 10 s, 2 h 05 min."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 60:
        return "%.3g s" % seconds
    minutes, rest = divmod(int(round(seconds)), 60)
    return "%d min %02d s" % (minutes, rest) if minutes < 60 else "%d h %02d min" % divmod(minutes, 60)


def listed(items):
    """a, b and c."""
    items = list(items)
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


def count(number_of, noun):
    """1 run, 2 runs."""
    return "%d %s%s" % (number_of, noun, "" if number_of == 1 else "s")
