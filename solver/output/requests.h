#pragma once
/*
  What a running calculation is asked for from outside, by a file in its results folder that is made there by hand or by a script:
    stop         end after the present step, with a checkpoint
    checkpoint   write a checkpoint after the present step, and go on
  A request is removed when it is taken; one that was there before the run began is dropped.
*/
#include "solver/output/results.h"

typedef enum { TAS_REQUEST_STOP, TAS_REQUEST_CHECKPOINT, TAS_NUM_REQUESTS } TasRequest;

/* Sets asked[request] to 1 where its file is there, on rank 0; the rest is left as it is.  Not collective. */
PetscErrorCode TasRequestsTake(TasResults results, PetscMPIInt asked[TAS_NUM_REQUESTS]);
