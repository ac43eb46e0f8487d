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

static const TasLimbTurning turnings[] = {{"ankle_skin", "ankle", 0.5}};

static const TasLimbMomentArm arms[] = {
    {.body          = "gastrocnemius_origin",
     .direction     = {0, 0, 1},
     .num_joints    = 1,
     .joint         = {"knee"},
     .arm           = {-20},
     .preset        = "aponeurosis",
     .remote_length = 60,
     .area          = 100,
     .prestrain     = 1.012,
     .source = "assumed: at the upper end of 12 to 20 mm (page that refers to Spoor et al. 1990); constant; aponeurosis and tendons of origin, 60 mm "
               "from here to the femoral condyles, 100 mm wide and 1 mm thick, assumed"},
    {.body       = "calcaneus",
     .direction  = {0, 0, -1},
     .num_joints = 1,
     .joint      = {"ankle"},
     .arm        = {48},
     .source     = "Achilles tendon: 47.9 (SD 4.5) mm with the foot neutral (Wolfram et al. 2018, R Soc Open Sci 5:171358, abstract); the same at all angles, assumed"},
    {.body          = "popliteal",
     .direction     = {0, 0, 1},
     .num_joints    = 1,
     .joint         = {"knee"},
     .arm           = {-50},
     .preset        = "skin",
     .remote_length = 200,
     .area          = 300,
     .source = "assumed: skin, fat and fascia behind the knee, half a knee's depth behind its axis; they go on to the thigh"},
};

PetscErrorCode TibiaAddJoints(const PetscReal *values, TasSweep *sweep)
{
  TasLimbJoint knee = joints[1];

  PetscFunctionBeginUser;
  knee.centre[2] = values[TIBIA_LENGTH];
  PetscCall(TasSweepAddJoints(sweep, 1, joints));
  PetscCall(TasSweepAddJoints(sweep, 1, &knee));
  PetscCall(TasSweepAddTurnings(sweep, sizeof(turnings) / sizeof(turnings[0]), turnings));
  PetscCall(TasSweepAddMomentArms(sweep, sizeof(arms) / sizeof(arms[0]), arms));
  PetscFunctionReturn(PETSC_SUCCESS);
}
