"""The page itself: Jinja2 templates, everything escaped, style and figures inside."""
import pathlib

import jinja2

from report import words

TEMPLATES = pathlib.Path(__file__).resolve().parent / "templates"
NOTE = "Tasis is a research tool. Nothing on this page is advice for one patient."


def render(template, **content):
    """A page as text. content: what the template names."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(number=words.number, named=words.name, rule=words.rule, day=words.day, duration=words.duration)
    return environment.get_template(template).render(note=NOTE, style=(TEMPLATES / "style.css").read_text(encoding="utf-8"), **content)
