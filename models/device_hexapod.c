/* Two rings on six struts. Theory: docs/theory/devices.md */
#include "models/device_impl.h"

/* clang-format off */
static const TasParameter parameters[] = {
    TAS_DEVICE_STIFFNESS(645, "Henderson et al. 2017, Clin Orthop Relat Res 475:1472 (abstract): 645 +- 57 N/mm, Taylor Spatial Frame"),
    TAS_DEVICE_STROKE(INFINITY, "assumed: rods and struts are exchanged when they have come to their end"),
    TAS_DEVICE_STEP(0, "assumed: turned to any angle"),
    TAS_DEVICE_ACCURACY(1, "assumed: a thread turns out what it is turned"),
    TAS_DEVICE_SPREAD(0, "assumed, as accuracy"),
    TAS_DEVICE_STEP_SPREAD(0, "assumed, as accuracy; no figure found for steps turned by hand"),
};
/* clang-format on */

const TasDevice tas_device_hexapod = {
    .name           = "hexapod",
    .summary        = "Two rings, joined by six struts of adjustable length; softer along the axis than rods.",
    .theory         = "devices",
    .external       = PETSC_TRUE,
    .reverses       = PETSC_TRUE,
    .num_parameters = TAS_COUNT(parameters),
    .parameters     = parameters,
};
