#pragma once
/* A calculation from its set-up (simulation_setup.c) over its steps (simulation.c) to its end; also the mesh alone (simulation_mesh.c). */
#include "solver/assembly/domain.h"
#include "solver/insitu/insitu.h"
#include "solver/output/recording.h"
#include "solver/output/restart.h"
#include "solver/simulation.h"
#include "solver/treatment/examinations.h"
#include "solver/treatment/monitoring.h"
#include "solver/treatment/time_left.h"

#define SECONDS_PER_DAY 86400.

typedef struct {
  TasCase       *c;
  TasDomain     *domain;
  TasSystem      system;
  TasStepper     stepper;
  TasHarm        harm;
  TasStrands     strands;
  TasPins        pins;
  TasTreatment   treatment;
  TasExaminations examinations;
  TasMonitoring  monitoring;
  TasResults     results;
  TasRecording   recording;
  TasInsitu      insitu;
  PetscInt       step; /* converged ones so far */
  PetscBool      resume;
  TasRestart     restart;         /* where a resumed run starts */
  PetscInt       checkpoint_step; /* of the last checkpoint */
  PetscLogDouble checkpoint_time, checkpoint_cost; /* s, when it was written and how long that took */
  TasTimeLeft    time_left;
  PetscLogDouble reported; /* s, when the last step was, or the last line about prestrain */
  int            exit_status;
  char           message[TAS_PROBLEM_LENGTH];
} TasRun;

/* A user's mistake or a failing disk: one line on stderr from rank 0; the run ends with that exit status. */
PetscErrorCode TasRunComplain(TasRun *run, int exit_status, const char *message);

/* Everything up to the first step; what is wrong is complained of. results_folder: made if need be; threads: of a rank. */
PetscErrorCode TasRunSetUp(TasRun *run, const char *results_folder, PetscInt threads);

/* Strands and pins in the mesh, and where a run comes from: parts of the set-up that a mesh alone needs too. */
PetscErrorCode TasRunCreateStrands(TasRun *run);
PetscErrorCode TasRunCreatePins(TasRun *run);
PetscErrorCode TasRunAddProvenance(TasRun *run, PetscInt threads);

/* What a checkpoint holds. */
TasRestartParts TasRunParts(const TasRun *run);

PetscReal TasRunStartTime(const TasRun *run); /* s: 0, or where a resumed run starts */
PetscBool TasRunIsAhead(const TasRun *run, const TasCaseEvent *event);

/* Completes the results, as far as they came, and frees everything. */
PetscErrorCode TasRunFinish(TasRun *run);
