#pragma once
/*
  Virtual examinations: how far a joint goes under a torque.  The angles found stand in the history until the next examination:

    examination.X.angle    degree
    examination.X.lost     degree, of the angle that was found first, towards the torque's side

  Whoever runs the case turns the joint (it needs the whole calculation for that) and tells the angle.
*/
#include "solver/output/checkpoint.h"
#include "solver/output/history.h"
#include "solver/case/case.h"

typedef struct TasExaminations_ *TasExaminations;

/* Borrows the case. */
PetscErrorCode TasExaminationsCreate(const TasCase *c, TasExaminations *examinations);
PetscErrorCode TasExaminationsDestroy(TasExaminations *examinations); /* accepts NULL, sets NULL */

/* Whether one is due at a time of the schedule (s). */
PetscBool TasExaminationIsDue(TasExaminations examinations, PetscInt number, PetscReal time);

/* The angle (rad) that was found, NAN where none was. */
void TasExaminationsSetAngle(TasExaminations examinations, PetscInt number, PetscReal angle);

PetscErrorCode TasExaminationsAddColumns(TasExaminations examinations, TasHistory history);
PetscErrorCode TasExaminationsSetColumns(TasExaminations examinations, TasHistory history);

/* What a checkpoint must hold, appended to arrays. */
void TasExaminationsListArrays(TasExaminations examinations, PetscInt *num_arrays, TasCheckpointArray *arrays);
