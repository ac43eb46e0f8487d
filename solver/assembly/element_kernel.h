#pragma once
/*
  Element kernel: internal forces and tangent of a batch of TAS_LANES cells of one tissue, one cell a vector lane.

  Total Lagrangian, three fields (displacement, dilatation, pressure), the last two local to the element and condensed:
    energy    W = int  w(E) + U(theta) + p (J - theta)  dV
    dilatation theta = M^-1 int J psi dV, pressure p = M^-1 int U'(theta) psi dV, with psi the pressure functions of the element
    force     f_a = int (F S + p cof F) grad N_a dV
    tangent   K_ab = int grad N_a . (dP/dF) . grad N_b dV + g_a^T M^-1 [int U'' psi psi dV] M^-1 g_b,  g_a = int psi cof F grad N_a dV
  (Simo, Taylor & Pister 1985, Comput Methods Appl Mech Eng 51:177; for the constant pressure also Q1P0 or mean dilatation).
  dP/dF at fixed p is F_iM C_MJNL F_kN + delta_ik S_JL + p d(cof F)_iJ/dF_kL.
  Which p stands there is the caller's choice: that of the state, U'(theta), or one that it gives.  Newton's method for the three
  fields together has the linearised one, of theta at the last iterate plus its change along the last step (TAS_WANT_PRESSURE):
  U'(theta) of an unfinished iterate holds the bulk modulus times its second-order error in volume, which has nothing to do with
  the pressure of the answer and can make the tangent indefinite.

  Living tissue (models/material.h) has a state at the points and a natural volume v per undeformed volume: U(theta) above is then
  v U(theta/v), v its mean over the element where theta is constant.

  Memory: arrays of lanes; a quantity with c components at the points is [c][points].
*/
#include "models/material.h"
#include "solver/assembly/element.h"

typedef PetscReal TasLanes __attribute__((vector_size(TAS_LANES * sizeof(PetscReal))));
typedef PetscReal TasLanesAnywhere __attribute__((vector_size(TAS_LANES * sizeof(PetscReal)), aligned(sizeof(PetscReal)))); /* in memory that is not aligned for vectors */

typedef enum {
  TAS_WANT_FORCE     = 1,
  TAS_WANT_STIFFNESS = 2,
  TAS_WANT_ENERGY    = 4,
  TAS_WANT_PRESSURE  = 8, /* alone: the pressure of the state linearised along `step`, nothing else */
  TAS_GIVEN_PRESSURE = 16, /* the force, too, takes the given pressure */
  TAS_WANT_STATE     = 32  /* the state at the end of the step */
} TasWant;

typedef struct {
  const TasReferenceElement *reference;
  TasMaterial                material;
  /* what the caller sets */
  TasLanes        *position;     /* [nodes][3] mm */
  TasLanes        *displacement; /* [nodes][3] mm */
  TasLanes        *fibre;        /* [3][points], from TasBatchSetDirections */
  TasLanes        *sheet;        /* [3][points] */
  TasLanes        *constants;    /* of the material at the points */
  TasLanes        *volume_constants; /* of the material where the volumetric law is evaluated */
  PetscInt         num_state;
  TasLanes        *old_state;    /* [num_state][points] */
  PetscReal        time_step;    /* s */
  TasLanes        *step;           /* [nodes][3] mm, for TAS_WANT_PRESSURE */
  TasLanes        *given_pressure; /* [modes] MPa, for the tangent where pressure_given */
  PetscBool        pressure_given;
  /* results */
  TasLanes *new_state;     /* [num_state][points] */
  TasLanes *mode_pressure; /* [modes] MPa: p = sum of psi_m times these */
  TasLanes *force;     /* [nodes][3] N */
  TasLanes *stiffness; /* [pairs][3][3] N/mm, pair (a, b) with a <= b at b(b+1)/2 + a, row of a, column of b */
  PetscReal *cell_stiffness; /* [lanes][pairs][3][3] the same cell by cell, after TasBatchSplitStiffness */
  TasLanesAnywhere energy; /* N mm */
  TasLanesAnywhere flag;   /* not zero: some point is inadmissible */
  TasLanesAnywhere volume; /* mm3, undeformed */
  /* at the points, left for whoever reads fields */
  TasLanes *gradient;    /* [points][nodes][3] of the shape functions, 1/mm */
  TasLanes *weight;      /* [points] mm3 */
  TasLanes *deformation; /* [points][9] F */
  TasLanes *strain;      /* [6][points] */
  TasLanes *dilatation;  /* [points] J - 1 */
  TasLanes *stress;      /* [6][points] without the volumetric part, MPa */
  TasLanes *pressure;    /* [points] MPa, of the state */
  TasLanes *tangent_pressure; /* [points] MPa, in the tangent */
  /* work */
  TasLanes *natural_volume; /* [points]; NULL: 1 */
  TasLanes *material_work, *tangent, *point_energy, *point_flag, *mode, *volume_work, *coupling;
  void     *memory;
} TasBatch;

/* A batch with its work space for one thread and material; Destroy accepts NULL. */
PetscErrorCode TasBatchCreate(const TasReferenceElement *reference, TasMaterial material, TasBatch **batch);
PetscErrorCode TasBatchDestroy(TasBatch **batch);

/* Loads the material's constants for the cells (numbers as in its parameter arrays). Once, if the material is uniform. */
void TasBatchLoadConstants(TasBatch *batch, const PetscInt cells[TAS_LANES]);

/* Directions of the cells of the batch: fibre and sheet [3] a cell, sheet may be NULL. */
void TasBatchSetDirections(TasBatch *batch, const PetscReal *const fibre[TAS_LANES], const PetscReal *const sheet[TAS_LANES]);

/* What TasMaterialEvaluate() and its like get of the batch. */
TasPoints TasBatchPoints(const TasBatch *batch, int want);

/* Sets force and, as wanted, stiffness, energy and new state; always the fields at the points. No PETSc calls: may run on any thread. */
void TasBatchEvaluate(TasBatch *batch, int want);

/* Sorts the stiffness by cells, for scattering. */
void TasBatchSplitStiffness(TasBatch *batch);

/* Number of node pairs a <= b. */
static inline PetscInt TasNumPairs(PetscInt nodes) { return nodes * (nodes + 1) / 2; }
