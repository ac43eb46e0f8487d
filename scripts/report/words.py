"""Plain words and numbers for people: engineers and clinicians read the same page."""
import math

# rule -> (what its limit is against, how its value is told)
RULES = {
    "nerve-blood-flow": ("loss of blood flow", "strained by %s above its length in situ"),
    "nerve-ischaemia": ("ischaemia", "an ischaemia dose of %s"),
    "nerve-strain": ("tearing", "strained by %s above its length in situ"),
    "vessel-stretch": ("damage of its wall by stretch", "an elastic strain of %s"),
    "vessel-stress": ("damage of its wall by stress", "a wall stress of %s"),
    "muscle-overstretch": ("overstretched sarcomeres", "sarcomeres %s longer than their optimum"),
    "muscle-contracture": ("contracture", "%s of its sarcomeres missing"),
    "muscle-fibrosis": ("fibrosis from fast stretching", "stretched by %s"),
    "tendon-strain": ("tearing", "an elastic strain of %s"),
    "skin-stretch": ("tearing", "an elastic strain of %s"),
    "fascia-strain": ("tearing", "an elastic strain of %s"),
}
STATES = {"done": "The run came to its end.", "failed": "The run failed.", "stopped": "The run was stopped before its end.", "running": "The run is still going: the page shows what is there.",
          "killed": "The run was killed before its end: the page shows what is there.", "unknown": "The state of the run is not known."}


def name(identifier):
    """soleus_muscle -> soleus muscle."""
    return identifier.replace("_", " ")


def rule(identifier):
    """muscle-fibrosis -> muscle fibrosis."""
    return identifier.replace("-", " ")


def against(identifier):
    """What the limit is against, in plain words."""
    return RULES.get(identifier, (rule(identifier), "%s"))[0]


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
