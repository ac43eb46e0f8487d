/* What is commanded happens: the gap is the commanded length, whatever the force. Theory: docs/theory/devices.md */
#include "models/device_impl.h"

const TasDevice tas_device_ideal = {
    .name     = "ideal",
    .summary  = "Infinitely stiff, exact, and as strong as need be; both directions.",
    .theory   = "devices",
    .reverses = PETSC_TRUE,
};
