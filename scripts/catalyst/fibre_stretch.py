# script-version: 2.0
"""A picture a day of the stretch along the fibres, on the deformed limb."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tasis_insitu  # noqa: E402

picture = tasis_insitu.Picture("fibre_stretch")
options = tasis_insitu.options()


def catalyst_execute(info):
    picture.update(info)
