/*
  Frames: where fixators usually have their pins.

  Two rings a segment are usual for lengthening ("generally two rings ... above the corticotomy and two rings ... below", Wheeless' Textbook of Orthopaedics,
  Limb Lengthening w/ Ring Fixators, page).  Heights and angles are assumed: wires across the leg and from anterolateral to posteromedial, half-pins square to the
  medial face of the tibia, which lies under the skin.
*/
#include "solver/case/case_pins.h"

static const TasFramePin ilizarov[] = {
    {"proximal_wire_across", PETSC_FALSE, 0.75, 90, PETSC_TRUE},   {"proximal_wire_oblique", PETSC_FALSE, 0.75, 30, PETSC_TRUE}, {"proximal_half_pin", PETSC_FALSE, 0.4, -50, PETSC_FALSE},
    {"distal_half_pin", PETSC_TRUE, 0.2, -50, PETSC_FALSE},        {"distal_wire_oblique", PETSC_TRUE, 0.8, 30, PETSC_TRUE},     {"distal_wire_across", PETSC_TRUE, 0.8, 90, PETSC_TRUE},
};

const TasFrame tas_frames[] = {
    {.name            = "ilizarov",
     .limb            = "tibia",
     .source          = "frame ilizarov: assumed",
     .wire            = 1.8,
     .half_pin        = 6,
     .wire_source     = "frame ilizarov: value not verified",
     .half_pin_source = "frame ilizarov: Lenarz et al. 2008, Clin Orthop Relat Res 466:2933, abstract: 6-mm half-pins (and 5 mm)",
     .num             = sizeof(ilizarov) / sizeof(ilizarov[0]),
     .pins            = ilizarov},
};
const PetscInt tas_num_frames = sizeof(tas_frames) / sizeof(tas_frames[0]);
