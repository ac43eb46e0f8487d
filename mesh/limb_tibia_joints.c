/*
  The leg's joints, and where the gastrocnemius passes the knee (docs/limb_tibia.md).
*/
#include "mesh/limb_tibia.h"

#define DEGREE (PETSC_PI / 180)

static const TasLimbJoint joints[] = {
    {.name   = "ankle",
     .body   = "foot",
     .centre = {0, 0, -10},
     .axis   = {1, 0, 0},
     .range  = {-50 * DEGREE, 20 * DEGREE},
     .source = "range: Merck Manual, normal values for range of motion of joints (page); axis transverse, through the talus 10 mm below the "
               "tibia, assumed; neutral"},
    {.name   = "knee",
     .axis   = {-1, 0, 0},
     .range  = {0, 130 * DEGREE},
     .source = "range: Merck Manual, normal values for range of motion of joints (page); straight"},
};

static const TasLimbMomentArm arms[] = {
    {.body       = "gastrocnemius_origin",
     .direction  = {0, 0, 1},
     .num_joints = 1,
     .joint      = {"knee"},
     .arm        = {-20},
     .preset        = "muscle",
     .remote_length = 60,
     .area          = 3080,
     .source     = "assumed: at the upper end of 12 to 20 mm (page that refers to Spoor et al. 1990); constant; 60 mm from here to the femoral "
                   "condyles, assumed; cross-section 21.1 and 9.7 cm2 of both heads (Ward et al. 2009)"},
};

PetscErrorCode TibiaAddJoints(const PetscReal *values, TasSweep *sweep)
{
  TasLimbJoint knee = joints[1];

  PetscFunctionBeginUser;
  knee.centre[2] = values[TIBIA_LENGTH];
  PetscCall(TasSweepAddJoints(sweep, 1, joints));
  PetscCall(TasSweepAddJoints(sweep, 1, &knee));
  PetscCall(TasSweepAddMomentArms(sweep, sizeof(arms) / sizeof(arms[0]), arms));
  PetscFunctionReturn(PETSC_SUCCESS);
}
