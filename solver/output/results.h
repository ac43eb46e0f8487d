#pragma once
/*
  The results folder of a run, and all that is written to it:

    results.vtkhdf  fields through time, mesh stored once (VTKHDF UnstructuredGrid, ParaView >= 5.12); also /history, /provenance, /case
    results.xmf     the same data for ParaView 5.11 and other readers of XDMF3
    history.csv     numbers through time, a row each converged step
    run.log         what was printed
    status.json     state, exit status, message
    pins.vtk        wires and half-pins before surgery, where there are any (solver/pins/pins.h)
    provenance.json version, libraries, the case as read and resolved: /provenance and /case, with or without fields
    margins.json    where tissue is judged: every rule at its worst, at the end (solver/harm/harm.h)
    catalyst/       pictures and extracts (solver/insitu/insitu.h)
    stop, checkpoint    made by others, to ask for it (solver/output/requests.h)
    checkpoint.h5   written by solver/output/checkpoint.h; its path is TasResultsPath(results, "checkpoint.h5", ...)

  At any moment, also when the program is killed, each file that is there can be read and holds every output step that was completed.
  Nodes and cells are stored in the order of mesh->node_number and mesh->cell_number, which does not depend on the number of ranks.

  Order of calls:
    TasResultsCreate                                     folder, log, status
    TasResultsSetMesh                                    the mesh must outlive the results
    TasResultsAddField, AddProvenance, AddCaseText       any number
    TasHistoryAddColumn(TasResultsHistory(results),...)  any number
    TasHistoryRestore, TasResultsGoOn                    with options.resume: what is kept of the earlier run
    TasResultsOpen                                       writes mesh and metadata
    TasResultsWriteField                                 each static field, once
    for each time step:
      TasHistorySet..., TasHistoryEndRow                 each converged step
      TasResultsReport                                   each converged step: progress line and status.json
      TasResultsBeginStep, TasResultsWriteField each temporal field, TasResultsEndStep    each output step
    TasResultsClose, TasResultsDestroy

  Everything is collective over the communicator, except where stated.  A failing disk is not an error but a problem: problem
  [TAS_PROBLEM_LENGTH] is empty, or one line, the same on all ranks (exit status 6); it stays set in every later call, and
  nothing more is written to the fields then.
*/
#include "mesh/mesh.h"
#include "solver/output/history.h"
#include "solver/output/log.h"
#include "solver/output/results_field.h"
#include "solver/output/status.h"

typedef struct TasResults_ *TasResults;

typedef struct {
  PetscBool double_precision; /* fields as 64-bit reals; else 32-bit.  Coordinates and history are always 64-bit */
  PetscBool quiet;            /* nothing on standard output, only run.log */
  PetscBool resume;           /* goes on from a checkpoint.h5 that is there: nothing is removed, run.log is continued */
  PetscBool no_fields;        /* neither results.vtkhdf nor results.xmf: history, log, status, margins and provenance only (sweeps) */
} TasResultsOptions;

/* Makes the folder with its parents, removes what an earlier run of Tasis left there (its own file names, nothing else), starts
   run.log and status.json.  options: NULL for all defaults. */
PetscErrorCode TasResultsCreate(MPI_Comm comm, const char *folder, const TasResultsOptions *options, TasResults *results, char *problem);

PetscErrorCode TasResultsSetMesh(TasResults results, const TasMesh *mesh);
PetscErrorCode TasResultsAddField(TasResults results, const TasResultsField *field);

/* A line of provenance: version, command line, libraries, host, ...  An attribute of /provenance. */
PetscErrorCode TasResultsAddProvenance(TasResults results, const char *key, const char *value);

/* A text below /case, e.g. "case.yaml" and "values.csv", as a string dataset. */
PetscErrorCode TasResultsAddCaseText(TasResults results, const char *name, const char *text);

/* Keeps the first num_steps output steps of the results that are in the folder, none of which is later than day; what came after them
   goes.  Until Open has copied them the old file stays. */
PetscErrorCode TasResultsGoOn(TasResults results, PetscInt num_steps, PetscReal day);

/* num_steps: how many output steps are planned, kept ones included (0 for a mesh alone; best not too few: room for more is made by copying). */
PetscErrorCode TasResultsOpen(TasResults results, PetscInt num_steps, char *problem);

PetscErrorCode TasResultsBeginStep(TasResults results, PetscReal day);

/* values [num_nodes_owned or num_cells_owned][num_components].  A static field before the first step, a temporal one once within each step. */
PetscErrorCode TasResultsWriteField(TasResults results, const char *name, const PetscReal *values);

/* The step is published: from now on a reader sees it. */
PetscErrorCode TasResultsEndStep(TasResults results, char *problem);

/* Progress line and status.json. */
PetscErrorCode TasResultsReport(TasResults results, const TasProgress *progress);

/* status.json once more as it was, with the time of now: the run is alive. Failures are told by the next report. */
PetscErrorCode TasResultsTouch(TasResults results);

/* The smallest margin so far, for status.json from the next report on; its texts must outlive the results. */
PetscErrorCode TasResultsSetEnvelope(TasResults results, const TasEnvelope *envelope);

/* Completes every file; state, exit status and message (NULL: none) go to status.json and to the end of run.log.  Call it also
   when the run failed, or when Open never came. */
PetscErrorCode TasResultsClose(TasResults results, TasState state, PetscInt exit_status, const char *message, char *problem);

/* Not collective: */
TasHistory     TasResultsHistory(TasResults results);
TasLog         TasResultsLog(TasResults results);
PetscMPIInt    TasResultsRank(TasResults results);
PetscInt       TasResultsNumSteps(TasResults results); /* output steps so far, 0 without fields */
PetscErrorCode TasResultsPath(TasResults results, const char *name, char path[PETSC_MAX_PATH_LEN]);

/* Accepts NULL, sets NULL.  Without Close the files stay as the last output step left them, as if the program had been killed. */
PetscErrorCode TasResultsDestroy(TasResults *results);
