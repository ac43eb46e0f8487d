#pragma once
/*
  Tendons of a limb: how wide the groups of their cells must be to have the cross-section asked for at every height.
*/
#include "mesh/limb_patches.h"

#define TAS_MAX_TENDONS 8

/* A tendon begins inside a belly and has its whole area where the belly ends; numbers of dimensions. */
typedef struct {
  PetscInt  start, end;    /* heights, as shares of the length, of its begin and of its belly's end */
  PetscInt  area;          /* mm2 */
  PetscReal at_start;      /* share of its area that it begins with */
  PetscReal passage;       /* share of the length over which its groups become as wide as in the belly */
  PetscBool from_end;      /* the passage begins one passage above the belly's end; otherwise at the start */
} TasTendonRule;

typedef struct {
  const TasPatches    *patches;
  const PetscInt      *quad_tendon; /* [num_quads] tendon or -1; those from num on are no tendons */
  const PetscReal     *values;
  PetscInt             num; /* of tendons */
  const TasTendonRule *rules;
  /* The section at a height with the tendons' groups wider by factors [num]. */
  void (*place)(const void *context, PetscReal z, const PetscReal *factors, TasPlanePoint *xy);
  const void *context;
} TasTendonFit;

/* Positions xy [num_nodes] at the height z, which is `share` of the length, with the tendons' areas as asked for. */
void TasTendonsPlace(const TasTendonFit *fit, PetscReal z, PetscReal share, TasPlanePoint *xy);

/* problem: empty, or which tendon does not fit at the height z; where: "in an ankle with ...". */
PetscErrorCode TasTendonsCheck(const TasTendonFit *fit, const TasLimb *limb, PetscReal z, PetscReal share, const char *where, char *problem);
