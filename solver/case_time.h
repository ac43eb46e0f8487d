#pragma once
/* The schedule of a case: distraction, steps, events.  Private to case_*.c. */
#include "solver/case_reader.h"

/* After every section is read: the end of the default curve, the events.  May complain. */
PetscErrorCode TasCaseMakeEvents(TasCaseReader *r);
