# script-version: 2.0
"""A picture a day of the stretch along the fibres, on the deformed limb."""
import tasis_insitu

picture = tasis_insitu.Picture("fibre_stretch")
options = tasis_insitu.options()


def catalyst_execute(info):
    picture.update(info)
