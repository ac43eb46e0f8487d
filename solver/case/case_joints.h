#pragma once
/* Private to case_*.c. */
#include "solver/case/case_reader.h"

/* The joint of that name, or -1 and, where node is given, a problem. */
PetscInt TasCaseFindJoint(TasCaseReader *r, const TasNode *node, const char *name);

/* A map {joint: length, ...}, arm [TAS_MAX_ARMS]; joints have been read. */
PetscErrorCode TasCaseReadArms(TasCaseReader *r, const TasNode *node, PetscInt *num, TasCaseArm *arm);

/* bodies.X.remote of all bodies, those of the limb first; moment arms have been read. */
#define TAS_NUM_REMOTE_KEYS 9
extern const TasCaseKey tas_remote_keys[TAS_NUM_REMOTE_KEYS];
PetscErrorCode          TasCaseReadRemotes(TasCaseReader *r);
