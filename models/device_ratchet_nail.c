/*
  A nail that is turned out by rotating the leg, click by click (ISKD and Albizzia type): some days it runs away, some days it is blocked.
  Theory: docs/theory/devices.md
*/
#include "models/device_impl.h"

#define FITTED "fitted: of 45 mm at 1 mm/day, 18 % of segments gain more than 1.5 mm/day on average and 27 % less than 0.8"
#define COUNTS                                                                                                                             \
  "; found: 7 of 37 (Kenawey et al. 2011, PMC3008908, abstract) and 7 of 33 uncontrolled, 8 of 33 hard to lengthen (Simpson et al., in "  \
  "PMC3293955, table 9)"

/* clang-format off */
static const TasParameter parameters[] = {
    TAS_DEVICE_STIFFNESS(2782, "of a locked tibial nail in bone, 2782 +- 311 N/mm (Tschegg et al. 2008, Mater Sci Eng C 28:1203, abstract), which is not a lengthening nail: assumed alike"),
    TAS_DEVICE_STALL_FORCE(INFINITY, "assumed: turned by the leg, no figure found"),
    TAS_DEVICE_STROKE(80, "assumed: as the magnetic nail"),
    TAS_DEVICE_STEP(0.0666667, "Albizzia: 15 rotations to the millimetre (told by drdoan.vn)"),
    TAS_DEVICE_ACCURACY(1, "assumed: clicks are counted"),
    TAS_DEVICE_STEP_SPREAD(0.1, "assumed: no figure found for normal days"),
    {"runaway_share", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, 0.2, "share of days on which it lengthens more than commanded", FITTED COUNTS},
    {"runaway_low", "1", 1, 10, PETSC_TRUE, PETSC_TRUE, 1.5, "ratio of driven to commanded length on such a day, at least", "run-away is called what gains more than 1.5 mm/day (Lee et al. 2014, abstract, pure.korea.ac.kr); 1 mm/day commanded"},
    {"runaway_high", "1", 1, 10, PETSC_TRUE, PETSC_TRUE, 3, "and at most; evenly distributed between", "assumed"},
    {"blocked_share", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, 0.25, "share of days on which it lengthens less than commanded", FITTED COUNTS},
    {"blocked_high", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, 0.5, "ratio of driven to commanded length on such a day, at most; evenly distributed from 0 on", "assumed"},
    {"persistence", "1", 0, 1, PETSC_TRUE, PETSC_FALSE, 0.95, "probability that a day is as the day before", FITTED COUNTS},
};
/* clang-format on */

const TasDevice tas_device_ratchet_nail = {
    .name           = "ratchet-nail",
    .summary        = "A nail in the bone that is turned out click by click by rotating the leg; it may run away or block, and does not go back.",
    .theory         = "devices",
    .num_parameters = TAS_COUNT(parameters),
    .parameters     = parameters,
};
