#pragma once
/*
  Remote parts: what goes on of a muscle outside the mesh, from the body at which it leaves the limb to its attachment beyond the joints that it
  passes.

  The body slides along its line (coordinate s), the attachment is drawn along it by the moment arms, by sum of r_j q_j; in between is one
  element of the muscle's law, longer by e = sum of r_j q_j - s.  It pulls; pushed together it is slack.  Its tension T(e) acts with T on s and with
  -T r_j on the joints.

  Its cross-section is such that it bears what the muscle in the mesh pulls with before surgery; where that pulls with nothing, it is the given one.
*/
#include "solver/bodies/bodies.h"

typedef struct TasRemoteParts_ *TasRemoteParts;

/* Borrows both. */
PetscErrorCode TasRemotePartsCreate(const TasCase *c, TasBodies *bodies, TasRemoteParts *parts);
PetscErrorCode TasRemotePartsDestroy(TasRemoteParts *parts); /* accepts NULL, sets NULL */

/* Before the first step: at rest in the limb as it is, whose tissue resists the coordinates with those forces [num_coordinates]. The bodies slide from now on. */
PetscErrorCode TasRemotePartsMount(TasRemoteParts parts, const PetscReal *tissue);

/* Force on a coordinate towards larger values at the present coordinates, after a step of time_step (s); its derivatives are ADDED to slope
   [num_coordinates], unless that is NULL. NAN where the law cannot go there. */
PetscReal TasRemotePartsForce(TasRemoteParts parts, PetscInt coordinate, PetscReal time_step, PetscReal *slope);

/* Error of growth of the trial, see TasStrandGrowthError. */
PetscReal TasRemotePartsGrowthError(TasRemoteParts parts, PetscReal time_step);

/* The step is done. */
PetscErrorCode TasRemotePartsAccept(TasRemoteParts parts, PetscReal time_step);

PetscInt       TasRemotePartsStateSize(TasRemoteParts parts);
void           TasRemotePartsGetState(TasRemoteParts parts, PetscReal *state);
PetscErrorCode TasRemotePartsSetState(TasRemoteParts parts, const PetscReal *state);
