# script-version: 2.0
"""A picture a day of a cut through the deformed limb with the margin to the limits of harm: 1 untouched, 0 at the limit."""
import tasis_insitu

picture = tasis_insitu.Picture("margin")
options = tasis_insitu.options()


def catalyst_execute(info):
    picture.update(info)
