# script-version: 2.0
"""A picture a day of nerves and vessels as tubes, nerves coloured by the share of their blood flow that is left."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tasis_insitu  # noqa: E402

picture = tasis_insitu.Picture("strands")
options = tasis_insitu.options()


def catalyst_execute(info):
    picture.update(info)
