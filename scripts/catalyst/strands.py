# script-version: 2.0
"""A picture a day of nerves and vessels as tubes, nerves coloured by the share of their blood flow that is left."""
import tasis_insitu

picture = tasis_insitu.Picture("strands")
options = tasis_insitu.options()


def catalyst_execute(info):
    picture.update(info)
