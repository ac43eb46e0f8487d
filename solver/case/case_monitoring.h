#pragma once
/* Private to case_*.c. */
#include "solver/case/case_reader.h"

extern const TasCaseTable tas_change_table; /* distraction.changes[] */

/* The changes of the plan; the distraction and the device have been read. */
PetscErrorCode TasCaseReadChanges(TasCaseReader *r, const TasNode *node);
