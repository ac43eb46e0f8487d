#pragma once
/*
  The strands of a case in its mesh: their beds are located once, and they answer to the tissue wherever it goes.

  A strand whose coupling is two-way pulls back at the tissue: its energy, with the nodes where they are in balance, is a function of the
  displacement of the mesh, of which there are the forces and the product of the second derivative with a direction.
  Every rank holds and solves all strands, which are small; positions of the beds are all that is communicated.  Collective throughout, the
  same on every rank, except where stated.

  Results, on rank 0, in the folder of the run: strands.h5 and strands.xmf (XDMF 3, as results.xmf), lines between neighbouring nodes with
    at nodes   displacement (mm), slip (mm)
    of lines   strand_id (1, 2, ... in the order of the case; names in the attribute `names`), fibre_stretch, strain (since the first
               state), fibre_stress (MPa), tension (N); where any strand has them: elastic_fibre_stretch, growth, margin, limiting_rule,
               blood_flow_fraction, ischaemia_dose (h), conduction_class, as of the cells
*/
#include "solver/bodies/bodies.h"
#include "models/harm.h"
#include "solver/output/history.h"

typedef struct TasStrands_ *TasStrands;

/* Borrows case and mesh.  problem [TAS_PROBLEM_LENGTH]: empty, or one line for the user: a path that leaves the mesh, parameters. */
PetscErrorCode TasStrandsCreate(const TasCase *c, const TasMesh *mesh, TasStrands *strands, char *problem);
PetscErrorCode TasStrandsDestroy(TasStrands *strands); /* accepts NULL, sets NULL */

PetscInt  TasStrandsNum(TasStrands strands);
TasStrand TasStrandsGet(TasStrands strands, PetscInt number); /* borrowed */

/* Is there one with two-way coupling? */
PetscBool TasStrandsArePulling(TasStrands strands);

/* The far ends of remote parts are drawn by the joints of these bodies (borrowed), wherever their coordinates are when strands are solved. */
PetscErrorCode TasStrandsFollow(TasStrands strands, const TasBodies *bodies);

/* Length of the step (s) that is asked for from now on; infinite (as at first): relaxed tissue, and nothing grows. */
void TasStrandsSetTimeStep(TasStrands strands, PetscReal time_step);

/* Equilibrium on the beds in the displacement [3*num_nodes] (mm, ghosts included), which depends on it, on the joints' angles and on the last accepted
   state alone.  pulling: of those with two-way coupling only.  failed: number of the strand that finds none, or -1. */
PetscErrorCode TasStrandsSolve(TasStrands strands, const PetscReal *displacement, PetscBool pulling, PetscInt *failed);

/* At the last solution: adds the forces on the nodes, force [3*num_nodes] (N, ghosts included), what each rank's cells make of them; and the same
   of what resists a motion of the nodes, direction [3*num_nodes] (mm), and of the coordinates, drawing [num_coordinates] (rad; NULL: none); force
   [num_coordinates] (N mm; NULL: not wanted) is what is added to the forces that strands ask of the coordinates, on every rank the same. */
PetscErrorCode TasStrandsAddForce(TasStrands strands, PetscReal *force);
PetscErrorCode TasStrandsAddProduct(TasStrands strands, const PetscReal *direction, const PetscReal *drawing, PetscReal *product, PetscReal *force);

/* Adds what strands with two-way coupling ask of the coordinates to hold them as they are, force [num_coordinates] (N mm): their tension times its arms. Not
   collective, the same on every rank. */
void TasStrandsAddCoordinates(TasStrands strands, PetscReal *force);

/* Largest error of growth in the step to the last solution, of all strands (TasStrandGrowthError); not collective. */
PetscReal TasStrandsGrowthError(TasStrands strands);

/* The last solution of all is the state at a time (s) that the next step starts from; the first one makes the state that strain is counted
   from. */
PetscErrorCode TasStrandsAccept(TasStrands strands, PetscReal time);

/* A rule of harm (models/harm.h) at the worst element of a strand; of elements that tie within TAS_RULES_TIE the first one. */
typedef struct {
  PetscInt      strand;
  TasRuleNumber rule;
  PetscReal     margin, value;
  PetscReal     arc;   /* mm along the undeformed strand, from its start to the middle of the element */
  PetscReal     at[3]; /* mm, that place */
} TasStrandMargin;

/* The rules that judge the strands, each with each strand of its kind that has it on, in the order of the strands and of the rules; their
   values are those of the last state.  Not collective. */
PetscInt               TasStrandsNumMargins(TasStrands strands);
const TasStrandMargin *TasStrandsMargins(TasStrands strands);

/* Columns strand.<name>.<quantity>, and their values in the row that is being filled. */
PetscErrorCode TasStrandsAddColumns(TasStrands strands, TasHistory history);
PetscErrorCode TasStrandsSetRow(TasStrands strands, TasHistory history);

/* The files for num_steps output steps, the first `kept` of which are taken from the file that is there; 0: the paths alone.  Rows of steps that
   do not come are given back at the end; where a run is killed they stay zero.  problem: empty, or what failed; it stays in every later call. */
PetscErrorCode TasStrandsOpen(TasStrands strands, const char *folder, PetscInt num_steps, PetscInt kept, char *problem);
PetscErrorCode TasStrandsWriteStep(TasStrands strands, PetscReal day, char *problem);

/* All strands as lines between neighbouring nodes, with what the files have of the last state. */
#define TAS_STRAND_NUM_FIELDS 13
typedef struct {
  const char *name;
  PetscBool   at_nodes; /* else of the lines */
  PetscInt    width;
  PetscReal  *values; /* [items][width] */
} TasStrandField;
typedef struct {
  PetscInt       num_nodes, num_lines, num_fields;
  PetscReal     *points; /* [num_nodes][3] mm, undeformed */
  PetscInt      *lines;  /* [num_lines][2] */
  PetscInt      *strand; /* [num_lines] 1, 2, ... in the order of the case */
  TasStrandField field[TAS_STRAND_NUM_FIELDS];  /* [num_fields] */
  PetscReal     *values[TAS_STRAND_NUM_FIELDS]; /* what they point into */
} TasStrandLines;

/* Not collective, the same on every rank; to be cleared. */
PetscErrorCode TasStrandsGather(TasStrands strands, TasStrandLines *lines);
PetscErrorCode TasStrandLinesClear(TasStrandLines *lines);

/* State of all strands, for a checkpoint; not collective. */
PetscInt       TasStrandsStateSize(TasStrands strands);
void           TasStrandsGetState(TasStrands strands, PetscReal *state);
PetscErrorCode TasStrandsSetState(TasStrands strands, const PetscReal *state);
