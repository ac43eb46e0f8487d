/* A nail with an electric motor inside, powered through the skin (Fitbone type). Theory: docs/theory/devices.md */
#include "models/device_impl.h"

/* clang-format off */
static const TasParameter parameters[] = {
    TAS_DEVICE_STIFFNESS(2782, "of a locked tibial nail in bone, 2782 +- 311 N/mm (Tschegg et al. 2008, Mater Sci Eng C 28:1203, abstract), which is not a lengthening nail: assumed alike"),
    TAS_DEVICE_STALL_FORCE(850, "value not verified: told of Fitbone nails, in no public page that was read"),
    TAS_DEVICE_STROKE(80, "assumed: as the magnetic nail"),
    TAS_DEVICE_SPEED(INFINITY, "no figure found: a step is made at once"),
    TAS_DEVICE_STEP(0, "assumed: near-continuous"),
    TAS_DEVICE_ACCURACY(1, "assumed; in 30 of 32 lengthenings nothing relevant (5 mm) was missing (Intramedullary leg lengthening with a motorized nail, Acta Orthop 2011, doi 10.3109/17453674.2011.584209, abstract)"),
    TAS_DEVICE_SPREAD(0, "assumed: no figure found"),
    TAS_DEVICE_STEP_SPREAD(0, "assumed: no figure found"),
};
/* clang-format on */

const TasDevice tas_device_motorised_nail = {
    .name           = "motorised-nail",
    .summary        = "A nail in the bone with a motor inside that stops at its largest force; it does not go back.",
    .theory         = "devices",
    .num_parameters = TAS_COUNT(parameters),
    .parameters     = parameters,
};
