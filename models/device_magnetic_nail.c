/* A nail whose screw is turned by a magnet inside, and that by magnets held on the skin (PRECICE type). Theory: docs/theory/devices.md */
#include "models/device_impl.h"

#define FIRST_30 "first 30 patients with PRECICE nails (abstract, scienceopen bf090ac5-5802-4470-9e00-a374a4ebf122)"

/* clang-format off */
static const TasParameter parameters[] = {
    TAS_DEVICE_STIFFNESS(2782, "of a locked tibial nail in bone, 2782 +- 311 N/mm (Tschegg et al. 2008, Mater Sci Eng C 28:1203, abstract), which is not a lengthening nail: assumed alike"),
    TAS_DEVICE_STALL_FORCE(700, "value not verified: told of PRECICE nails, in no public page that was read. Spinal rods with the maker's same mechanism: 42 lbf (187 N) stated, 45 and 50 lbf measured (Rushton et al. 2019, Spine 44:233, abstract); 250 N, and 100 N through 25 mm of tissue (Sci Rep 2023, 13:3045, abstract)"),
    TAS_DEVICE_STROKE(80, "50 to 80 mm (Post-retrieval functionality testing of PRECICE lengthening nails, J Clin Orthop Trauma 2020, abstract), the upper end"),
    TAS_DEVICE_SPEED(0.14, "value not verified: told to be 1 mm in 7 min"),
    TAS_DEVICE_STEP(0, "assumed: programmed to any length"),
    TAS_DEVICE_ACCURACY(0.973, FIRST_30 ": accuracy 97.3 %, taken as length missing, since 4.3 cm were achieved of 4.4 cm; 96 % in 24 patients (Kirane et al. 2014, PMC4397804, abstract)"),
    TAS_DEVICE_SPREAD(0.076, FIRST_30 ": precision 92.4 %, from the relative standard deviation of accuracy"),
    TAS_DEVICE_STEP_SPREAD(0, "assumed: what differs lies between nails and in how lengths are measured; no figure found for single steps"),
};
/* clang-format on */

const TasDevice tas_device_magnetic_nail = {
    .name           = "magnetic-nail",
    .summary        = "A nail in the bone whose screw is turned from outside by magnets, as far as its clutch holds; both directions.",
    .theory         = "devices",
    .reverses       = PETSC_TRUE,
    .num_parameters = TAS_COUNT(parameters),
    .parameters     = parameters,
};
