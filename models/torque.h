#pragma once
/*
  Passive torque of a joint: of what is not in the mesh (capsule, ligaments, the foot's skin, other muscles), or of the whole joint.

  Angles (rad) are those of hip, knee and ankle: flexion, flexion and dorsiflexion positive, 0 standing upright with the foot at a right
  angle.  A torque (N mm) is positive where it acts towards larger angles.  Parameters p [num_parameters] are in the units of their table.
  Functions are pure, as those of material.h.  Theory: docs/theory/joints.md
*/
#include "models/material.h"

typedef enum { TAS_JOINT_HIP, TAS_JOINT_KNEE, TAS_JOINT_ANKLE, TAS_NUM_JOINTS } TasJointKind;
extern const char *const tas_joint_kinds[TAS_NUM_JOINTS]; /* "hip", "knee", "ankle" */

#define TAS_MAX_TORQUE_PARAMETERS 8

typedef struct TasTorqueLaw_ {
  const char         *name;    /* as in the case file: "linear" */
  const char         *summary; /* one sentence */
  const char         *theory;  /* its page below docs/theory, without suffix */
  PetscInt            num_parameters;
  const TasParameter *parameters;
  /* inside models/: without end stops; N mm and N mm/rad, SET */
  void (*evaluate)(const PetscReal *p, const PetscReal angles[TAS_NUM_JOINTS], TasJointKind joint, PetscReal *torque,
                   PetscReal slope[TAS_NUM_JOINTS]);
} TasTorqueLaw;

extern const TasTorqueLaw *const tas_torque_laws[];
extern const PetscInt            tas_num_torque_laws;

/* The law of that name, or NULL. */
const TasTorqueLaw *TasTorqueFind(const char *name);

/* problem (at least 512 characters): empty, or what relation between parameters is broken. */
void TasTorqueCheck(const TasTorqueLaw *law, const PetscReal *p, char *problem);

/* Torque of a joint, end stops included, and its derivatives by the angles of hip, knee and ankle (N mm/rad). */
void TasTorque(const TasTorqueLaw *law, const PetscReal *p, const PetscReal angles[TAS_NUM_JOINTS], TasJointKind joint, PetscReal *torque,
               PetscReal slope[TAS_NUM_JOINTS]);

/* Passive torque of the whole joint of healthy adults, Riener & Edrich 1999, J Biomech 32:539: what tissues, and a law beside them, should
   add up to.  N mm; slope as above, or NULL. */
PetscReal TasTorqueTarget(const PetscReal angles[TAS_NUM_JOINTS], TasJointKind joint, PetscReal slope[TAS_NUM_JOINTS]);
