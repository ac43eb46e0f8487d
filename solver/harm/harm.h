#pragma once
/*
  What harms the cells and strands of a run: the rules of the case (models/harm.h) with their history, margins, and the envelope.

  A tissue is judged when its kind has rules that are not off and its material has fibres.  Each of its rules is a pair (tissue, rule),
  in the order of the tissues and of the rules; behind them stand the pairs (strand, rule), whose margins the strands themselves find.
  Besides the present there is kept, for every pair, where and when it was worst.
  Nothing depends on the number of ranks or threads: of margins that tie within TAS_RULES_TIE the lowest cell number, and the earliest
  time, counts.

    TasHarmCreate                                       before a checkpoint is read
    TasHarmListArrays, TasHarmResume                    with a checkpoint
    TasHarmDeclare                                      before TasResultsOpen
    for each converged step, and the first state, when the strands have come to it:
      TasHarmUpdate, TasHarmSetColumns                  each
      TasHarmGiveFields                                 output steps
    TasHarmReport                                       at the end
*/
#include "solver/output/checkpoint.h"
#include "solver/assembly/domain.h"
#include "solver/output/results.h"
#include "solver/strands/strands.h"

typedef struct TasHarm_ *TasHarm;

/* Means over each owned cell, [num_cells_owned]. */
typedef struct {
  const PetscReal *stretch;         /* along the fibre, since surgery */
  const PetscReal *elastic_stretch; /* along the fibre, from its stress-free length as it has grown by now */
  const PetscReal *stress;          /* Cauchy stress along the fibre, MPa */
  const PetscReal *volume;           /* mm3, undeformed */
} TasHarmCells;

/* Borrows both. */
PetscErrorCode TasHarmCreate(const TasDomain *domain, TasStrands strands, TasHarm *harm);
PetscErrorCode TasHarmDestroy(TasHarm *harm); /* accepts NULL, sets NULL */

/* Whether any tissue or strand is judged. */
PetscBool TasHarmJudges(TasHarm harm);

/* What a checkpoint must hold: appended to arrays (TAS_HARM_ARRAYS at most), which point into harm. */
#define TAS_HARM_ARRAYS 2
void TasHarmListArrays(TasHarm harm, PetscInt *num_arrays, TasCheckpointArray *arrays);
/* These arrays have been read and are of that time (s). */
void TasHarmResume(TasHarm harm, PetscReal time);

/* Declares fields and columns, says which tissues are left out, and writes the rules below /case and /provenance. Collective. */
PetscErrorCode TasHarmDeclare(TasHarm harm, TasResults results);

/* The state of the cells at a time (s); the first call is the state before surgery. Collective. */
PetscErrorCode TasHarmUpdate(TasHarm harm, PetscReal time, const TasHarmCells *cells);

/* The smallest margin at present over the pairs of a rule (-1: any) and of a tissue or strand (empty name: any); 1 where there is none.
   what [TAS_PROBLEM_LENGTH]: which it is, in words. */
PetscReal TasHarmMarginNow(TasHarm harm, PetscInt rule, const char *owner, char *what);

/* Columns of the row that is being filled, the envelope in status.json, and a line in the log for each limit that has just been passed;
   after TasHarmUpdate. */
PetscErrorCode TasHarmSetColumns(TasHarm harm, TasResults results);

/* Fields of the present state; cells: as at the last TasHarmUpdate. Collective. */
PetscErrorCode TasHarmGiveFields(TasHarm harm, const TasHarmCells *cells, const TasFieldSink *sink);

/* A table of the smallest margin of each tissue and strand in the log, and margins.json: every pair at its worst so far, as a list of
   objects with the keys of `envelope` in status.json; numbers with 17 digits. Collective. */
PetscErrorCode TasHarmReport(TasHarm harm, TasResults results);
