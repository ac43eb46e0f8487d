#pragma once
/*
  A run in its checkpoint, and back: what checkpoint.h5 holds of it.

    displacement.K, coordinates.K, times    the last equilibria, the newest first, on which predictions rest
    strands                                 state of the strands, where there are any
    progress                                size of the next step, converged steps, output steps, step that growth allows
    treatment                               what has been changed of the plan, device line, joints
    history                                 every row of the history so far
    state                                   of living tissue at the points of the cells
    harm.state, harm.worst                  see solver/harm/harm.h
    examinations, monitoring                angles found so far; what is being done

  The history is there whole, so that nothing but the fields has to be taken from results that may have gone on after the checkpoint.
  A run that goes on must have the same case and mesh, except for what does not change the path of the limb: solver settings, the
  sizes of steps, how often fields are written, the title.
*/
#include "solver/treatment/examinations.h"
#include "solver/harm/harm.h"
#include "solver/treatment/monitoring.h"
#include "solver/output/results.h"
#include "solver/system/stepper.h"
#include "solver/strands/strands.h"

#define TAS_RESTART_STATES 8

typedef struct {
  PetscInt   num_states, num_coordinates, own_nodes;
  PetscReal  times[TAS_RESTART_STATES];         /* s */
  PetscReal *displacement[TAS_RESTART_STATES]; /* [own_nodes][3] mm */
  PetscReal *coordinates[TAS_RESTART_STATES];  /* [num_coordinates] */
  PetscReal  step_size, growth_step;           /* s */
  PetscInt   step;                             /* converged ones */
  PetscInt   num_outputs;
  PetscInt   strands_size; /* values of the strands' state */
  PetscReal *strands;
  PetscInt   treatment_size;
  PetscReal *treatment;
  PetscInt   history_size; /* values in all rows */
  PetscReal *history;
  PetscInt   state_size; /* of a cell; 0: nothing lives */
  PetscReal *state;      /* [num_cells_owned][state_size] */
} TasRestart;

/* Everything that has a state. */
typedef struct {
  TasSystem       system;
  TasStepper      stepper;
  TasStrands      strands;
  TasTreatment    treatment;
  TasHarm         harm;
  TasExaminations examinations;
  TasMonitoring   monitoring;
} TasRestartParts;

/* The state of the limb, without history, harm and what was found in it: what TasRestartTakeState needs. Collective. */
PetscErrorCode TasRestartGather(const TasMesh *mesh, TasSystem system, TasStepper stepper, TasStrands strands, TasTreatment treatment, TasRestart *restart);

/* Writes all parts to the checkpoint of the results folder. Collective. problem: as of TasCheckpointWrite. */
PetscErrorCode TasRestartWrite(const TasCase *c, const TasMesh *mesh, const TasRestartParts *parts, TasResults results, PetscInt step, char *problem);

/* Reads a checkpoint of this case and mesh; harm, examinations and monitoring take their part at once (the others need not be there yet). Collective. problem: as of TasCheckpointRead; then
   there is only TasRestartClear to do. */
PetscErrorCode TasRestartRead(const TasCase *c, const TasMesh *mesh, const TasRestartParts *parts, const char *path, TasRestart *restart, char *problem);
PetscErrorCode TasRestartClear(TasRestart *restart);

/* Puts the equilibria into stepper and system, and the state of strands and treatment into them. Collective. */
PetscErrorCode TasRestartTakeState(const TasRestart *restart, TasSystem system, TasStepper stepper, TasStrands strands, TasTreatment treatment);

/* Puts what was written before into results, whose columns and fields are declared, before TasResultsOpen. Collective. */
PetscErrorCode TasRestartTakeResults(const TasRestart *restart, TasResults results, char *problem);
