# script-version: 2.0
"""A picture a day of a cut through the deformed limb with the margin to the limits of harm: 1 untouched, 0 at the limit."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tasis_insitu  # noqa: E402

picture = tasis_insitu.Picture("margin")
options = tasis_insitu.options()


def catalyst_execute(info):
    picture.update(info)
