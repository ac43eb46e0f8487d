#pragma once
/*
  One strand: a nerve, vessel or thin tendon as a one-dimensional finite-strain fibre that slides along its bed.

  The bed is a polyline through the tissue, whose points move with it.  The strand lies on the polyline and slides along it against
  springs; at either end it is fixed to the bed, free, or goes on outside the model over a remote length (docs/theory/strands.md).

  Elements are the pieces between neighbouring nodes, of equal undeformed length; remote parts are one more element each.
  Its unknown is, for each node, the slip: the length of bed between the bed point where the node lay and the node, both in the present
  configuration (mm).  Minimum of

    area * [sum over elements of length * W(stretch) + the same of the remote parts]
    + sum over nodes of bed_stiffness * share * (slip - rest)^2 / 2

  rest, the slip at which its bed does not pull at a node, is 0 at first and follows the slip with the bed's time of turnover.

  Not collective, no communication: ranks that hold the same strand get the same answer.  Units: mm, N, MPa, s.
*/
#include "models/material.h"

typedef enum { TAS_STRAND_FIXED, TAS_STRAND_FREE, TAS_STRAND_REMOTE } TasStrandEndKind;

typedef struct {
  TasStrandEndKind kind;
  PetscReal        remote_length; /* REMOTE: of what goes on outside the model, mm > 0; its far end keeps this distance to the bed's end, but for what it is drawn by */
} TasStrandEnd;

typedef struct {
  TasMaterial      material;      /* uniform, borrowed; fibres along the strand */
  PetscReal        area;          /* of the undeformed cross-section, mm2 */
  PetscReal        bed_stiffness; /* force per slip and per undeformed length, MPa; may be 0 */
  PetscReal        bed_time;      /* of the bed's turnover, s; 0: none */
  TasStrandEnd     start, end;
  PetscInt         num_nodes;     /* at least 2, evenly over the length of the bed */
  PetscInt         num_bed;       /* bed points, at least 2 */
  const PetscReal *bed;           /* [num_bed][3] undeformed, mm; copied */
} TasStrandSetup;

#define TAS_STRAND_MAX_ITERATIONS 50

typedef struct {
  PetscBool converged;
  PetscInt  iterations;                              /* of Newton's method */
  PetscReal residual[TAS_STRAND_MAX_ITERATIONS + 1]; /* N, largest force out of balance before each of them and at the end */
} TasStrandOutcome;

typedef struct TasStrand_ *TasStrand;

/* The strand lies on the undeformed bed, without slip.  Its length and remote lengths are those of the law's reference configuration. */
PetscErrorCode TasStrandCreate(const TasStrandSetup *setup, TasStrand *strand);
PetscErrorCode TasStrandDestroy(TasStrand *strand); /* accepts NULL, sets NULL */

/* Equilibrium on the bed [num_bed][3] (mm), from the last slip, with the state that was committed last and a step of time_step (s; > 0 where the law has
   rates).
   Where it does not converge the strand is left as it was, its far ends drawn as they are. */
PetscErrorCode TasStrandSolve(TasStrand strand, const PetscReal *bed, PetscReal time_step, TasStrandOutcome *outcome);

/* The far ends of the remote parts of start and end are that much farther from the bed's ends than in the reference configuration, mm: in solutions from now
   on, until the strand returns. */
void TasStrandDraw(TasStrand strand, const PetscReal drawn[2]);
void TasStrandGetDrawn(TasStrand strand, PetscReal drawn[2]);

/* Back to the bed, the slip and the drawn ends of the last commit (before it: of the start), from where the next solution starts then: it does not
   depend on what was tried since. */
void TasStrandReturn(TasStrand strand);

/* Error of the growth (and turnover) that the step just solved was calculated with: |theta at its end - theta extrapolated to it|, the largest
   along the strand; and the same of the rest of its bed's springs, relative to its length. */
PetscReal TasStrandGrowthError(TasStrand strand, PetscReal time_step);

/* Takes over the material's state at the end of the step that was solved. The first call also makes the present stretch the one that
   strain is counted from. */
PetscErrorCode TasStrandCommit(TasStrand strand, PetscReal time_step);

/* ---- the last solution ---- */

PetscInt  TasStrandNumNodes(TasStrand strand);
PetscInt  TasStrandNumElements(TasStrand strand); /* without remote parts */
PetscReal TasStrandLength(TasStrand strand);      /* undeformed, mm */

/* Fields; any pointer may be NULL. */
typedef struct {
  PetscReal *reference; /* [nodes][3] undeformed positions, mm */
  PetscReal *position;  /* [nodes][3] mm; beyond the ends of the bed along its tangent there */
  PetscReal *slip;      /* [nodes] mm, positive towards the end */
  PetscReal *stretch;   /* [elements] 1 */
  PetscReal *strain;    /* [elements] stretch relative to that of the first commit, less 1 (before it: to 1) */
  PetscReal *elastic_stretch; /* [elements] relative to the stress-free, grown strand */
  PetscReal *growth;    /* [elements] 1 before growth */
  PetscReal *stress;    /* [elements] Cauchy stress along it, MPa */
  PetscReal *tension;   /* [elements] N */
} TasStrandFields;
void TasStrandGetFields(TasStrand strand, const TasStrandFields *fields);

/* Force that holds the end, N, positive in tension: of the remote part; of the next element where the end is fixed; 0 where free. */
PetscReal TasStrandEndForce(TasStrand strand, PetscBool at_end);
/* Stretch of the remote part; 1 where there is none. */
PetscReal TasStrandRemoteStretch(TasStrand strand, PetscBool at_end);

PetscReal TasStrandEnergy(TasStrand strand); /* N mm */

/* Forces of the strand on the bed points, force [num_bed][3] (N): minus the derivative of the energy by their positions.  Their sum is
   zero, because what holds the far ends of remote parts moves with the ends of the bed and counts among them. */
void TasStrandBedForces(TasStrand strand, PetscReal *force);

/* What the bed's resistance gains when its points move by direction [num_bed][3] (mm), the far ends of the remote parts are drawn by drawing (mm, or NULL)
   and the strand follows: the second derivative of the energy of the solved strand times that, product [num_bed][3] (N), and
   tension [2] (N, or NULL): what the remote parts' gain.  Symmetric. */
PetscErrorCode TasStrandBedProduct(TasStrand strand, const PetscReal *direction, const PetscReal *drawing, PetscReal *product, PetscReal *tension);

/* ---- checkpoint ---- */

/* Everything that the next step starts from, size values in all, of the last commit; the bed that it was on is not among it.  After it there
   are fields again with the next solution, which is bitwise that of the strand whose state it was when that has returned. */
PetscInt       TasStrandStateSize(TasStrand strand);
void           TasStrandGetState(TasStrand strand, PetscReal *state);
PetscErrorCode TasStrandSetState(TasStrand strand, const PetscReal *bed, const PetscReal *state);
