/*
  Hip and knee of the thigh, and where its muscles pass them (docs/limb_thigh.md).
*/
#include "mesh/limb_thigh.h"

#define DEGREE (PETSC_PI / 180)
#define HEAD   0.95 /* height of the femoral head's centre, as a share of length; assumed */
#define OFFSET 0.1  /* how far it lies medially of the shaft, as a share of length; assumed */

static const TasLimbJoint joints[] = {
    {.name   = "hip",
     .axis   = {1, 0, 0},
     .range  = {-15 * DEGREE, 125 * DEGREE},
     .source = "range: Merck Manual, normal values for range of motion of joints (page); centre assumed; straight"},
    {.name   = "knee",
     .axis   = {-1, 0, 0},
     .range  = {0, 130 * DEGREE},
     .source = "range: Merck Manual, normal values for range of motion of joints (page); centre in the joint line, assumed; straight"},
};

/* Constant over the range, as the default's moment arms; a bent knee has smaller ones of the quadriceps. */
static const TasLimbMomentArm arms[] = {
    {.body       = "patella",
     .direction  = {0, 0, -1},
     .num_joints = 1,
     .joint      = {"knee"},
     .arm        = {40},
     .source     = "effective arm of the quadriceps tendon 32 to 47 mm between 50 and 10 degrees, MRI of 40 adults (PMC4662057, abstract)"},
    {.body       = "hamstring_insertion",
     .direction  = {0, 0, -1},
     .num_joints = 1,
     .joint      = {"knee"},
     .arm        = {-30},
     .source     = "assumed: between 20 mm of the biceps, 20 to 40 of semimembranosus and 40 to 55 of semitendinosus (page that refers to Spoor "
                   "and van Leeuwen 1992)"},
    {.body       = "rectus_origin",
     .direction  = {0, 0, 1},
     .num_joints = 1,
     .joint      = {"hip"},
     .arm        = {-35},
     .source     = "assumed: smaller than at the knee (Visser et al. 1990 Eur J Appl Physiol 61:453, abstract)"},
    {.body       = "hamstring_origin",
     .direction  = {0, 0, 1},
     .num_joints = 1,
     .joint      = {"hip"},
     .arm        = {65},
     .source     = "assumed: much larger than at the knee (Visser et al. 1990 Eur J Appl Physiol 61:453, abstract)"},
};

PetscErrorCode ThighAddJoints(const PetscReal *values, TasSweep *sweep)
{
  TasLimbJoint hip = joints[0];

  PetscFunctionBeginUser;
  hip.centre[0] = -OFFSET * values[THIGH_LENGTH];
  hip.centre[2] = HEAD * values[THIGH_LENGTH];
  PetscCall(TasSweepAddJoints(sweep, 1, &hip));
  PetscCall(TasSweepAddJoints(sweep, 1, &joints[1]));
  PetscCall(TasSweepAddMomentArms(sweep, sizeof(arms) / sizeof(arms[0]), arms));
  PetscFunctionReturn(PETSC_SUCCESS);
}
