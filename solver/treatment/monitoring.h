#pragma once
/*
  The monitoring rules of a case: when a margin of harm gets small, the plan is changed, as a surgeon would.

    pause     rest; looked at again when it is over
    slow      a share of the rate, until the margin has recovered
    reverse   back by a length, then rest; of two osteotomies, each
    end       lengthening is over
    stop      the calculation ends
*/
#include "solver/output/checkpoint.h"
#include "solver/harm/harm.h"
#include "solver/output/log.h"
#include "solver/treatment/treatment.h"

typedef struct TasMonitoring_ *TasMonitoring;

/* Borrows the case. */
PetscErrorCode TasMonitoringCreate(const TasCase *c, TasMonitoring *monitoring);
PetscErrorCode TasMonitoringDestroy(TasMonitoring *monitoring); /* accepts NULL, sets NULL */

/* Looks at the present margins at a time (s) of the schedule, changes the treatment, and tells the log.  stop [TAS_PROBLEM_LENGTH]: empty, or why the
   calculation is to end. */
PetscErrorCode TasMonitoringLook(TasMonitoring monitoring, TasHarm harm, TasTreatment treatment, PetscReal time, TasLog log, char *stop);

/* What a checkpoint must hold, appended to arrays. */
void TasMonitoringListArrays(TasMonitoring monitoring, PetscInt *num_arrays, TasCheckpointArray *arrays);
