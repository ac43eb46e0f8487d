#pragma once
/*
  What a run records: which fields and history columns there are, and their values at each step.
*/
#include "solver/assembly/domain.h"
#include "solver/harm/harm.h"
#include "solver/output/results.h"
#include "solver/system/system.h"

typedef struct TasRecording_ *TasRecording;

/* Declares fields and columns in results (whose mesh is set). Borrows all. Collective. */
PetscErrorCode TasRecordingCreate(const TasDomain *domain, TasSystem system, TasHarm harm, TasResults results, TasRecording *recording);
PetscErrorCode TasRecordingDestroy(TasRecording *recording);

/* Fields that do not change: tissues, surfaces. After TasResultsOpen. Collective. */
PetscErrorCode TasRecordingWriteStatic(TasRecording recording);

/* A row of the history for the present state of the system, whose harm is carried to this time. Collective. */
PetscErrorCode TasRecordingAddRow(TasRecording recording, PetscReal time, PetscInt newton, PetscInt linear);

/* Fields of the state of the last row, whose evaluation they share, as an output step. Collective. problem: as of TasResultsEndStep. */
PetscErrorCode TasRecordingWriteStep(TasRecording recording, PetscReal time, char *problem);

/* The same fields to another taker; with sink->every also those that the case does not ask for. Values are good until the taker returns. Collective. */
PetscErrorCode TasRecordingGive(TasRecording recording, const TasFieldSink *sink);

/* Gives up the memory of the last row's evaluation, which the solver needs until the next one. */
PetscErrorCode TasRecordingRelease(TasRecording recording);

/* Static fields of a mesh alone (tasis mesh): tissue_id, fibre_direction, sheet_direction, scaled_jacobian, one 0/1 field a surface. */
PetscErrorCode TasRecordingDeclareMesh(const TasDomain *domain, TasResults results);
PetscErrorCode TasRecordingWriteMesh(const TasDomain *domain, TasResults results);

/* Provenance: what the numbers of tissue_id ("0 soleus, 1 skin") and strand_id mean, each osteotomy's plane (osteotomy, second_osteotomy), the built-in limb
   (limb), whose axes point laterally, anteriorly and proximally. Before TasResultsOpen. */
PetscErrorCode TasRecordingAddMeanings(const TasDomain *domain, TasResults results);
