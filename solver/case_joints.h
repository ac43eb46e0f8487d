#pragma once
/* Private to case_*.c. */
#include "solver/case_reader.h"

/* The joint of that name, or -1 and, where node is given, a problem. */
PetscInt TasCaseFindJoint(TasCaseReader *r, const TasNode *node, const char *name);
