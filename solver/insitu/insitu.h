#pragma once
/*
  A run that is watched while it runs: pictures, cuts and extracts made by ParaView Catalyst from the fields in memory (section `catalyst`
  of a case).  What goes wrong there is one warning in the log, after which the run goes on without it; results do not depend on it.

    TasInsituCreate                     where the case asks for it; NULL otherwise
    for each converged step:
      TasInsituIsDue                    by the case's cadence, then by the script's
      TasInsituBegin, fields through TasInsituSink, TasInsituEnd
    TasInsituDestroy

  Everything is collective; a NULL object is never due.
*/
#include "mesh/mesh.h"
#include "solver/case/case.h"
#include "solver/output/log.h"
#include "solver/output/results_field.h"
#include "solver/strands/strands.h"

typedef struct TasInsitu_ *TasInsitu;

/* folder: of the results; pictures and extracts go to its subfolder `catalyst`. Borrows all but the folder's name. */
PetscErrorCode TasInsituCreate(const TasCase *c, const TasMesh *mesh, const char *folder, TasLog log, TasInsitu *insitu);

/* time (s) of a converged step; last: the calendar ends with it. */
PetscErrorCode TasInsituIsDue(TasInsitu insitu, PetscInt number, PetscReal time, PetscBool last, PetscBool *due);

/* A step that is due: takes every field, copies its values, then the strands, and shows all of it.
   gaps: [TAS_MAX_OSTEOTOMIES] mm of lengthening; NAN: no such osteotomy. */
PetscErrorCode TasInsituBegin(TasInsitu insitu, const PetscReal *gaps);
TasFieldSink   TasInsituSink(TasInsitu insitu);
PetscErrorCode TasInsituEnd(TasInsitu insitu, TasStrands strands);

/* A line of the log at the end: how many steps were shown, and the wall time that it took on rank 0. */
PetscErrorCode TasInsituReport(TasInsitu insitu);

PetscErrorCode TasInsituDestroy(TasInsitu *insitu); /* accepts NULL, sets NULL */
