#pragma once
/* Private to case_*.c. */
#include "solver/case/case_reader.h"

extern const TasCaseTable tas_change_table; /* distraction.changes[] */

/* The changes of the plan at an osteotomy; its distraction and device have been read. */
PetscErrorCode TasCaseReadChanges(TasCaseReader *r, const TasNode *node, PetscInt osteotomy);

/* At the second one those of the first; node: of its distraction, for messages. */
PetscErrorCode TasCaseTakeChanges(TasCaseReader *r, const TasNode *node);
