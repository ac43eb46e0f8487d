#pragma once
/* Private to case_*.c. */
#include "solver/case/case.h"

/* After every section is read: the end of the default curve. */
void TasCaseSetEnd(TasCase *c);
