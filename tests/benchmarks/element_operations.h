#pragma once
/*
  Floating-point operations of the element kernel, counted from its loops (solver/assembly/element_kernel.c): an addition, multiplication,
  division or root is one, a fused multiply-add two; comparisons, copies and conversions are none.
  count_operations.py beside this file counts the instructions of the compiled kernel instead, and says how far the two are apart:
  to be run after every change of the kernel.
*/
#include "solver/assembly/element_kernel.h"

/* Of one cell with a neo-Hookean matrix, Weiss fibres and the log-squared volumetric law; want as for TasBatchEvaluate(),
   TAS_WANT_FORCE or TAS_WANT_FORCE | TAS_WANT_STIFFNESS. */
double ElementOperations(const TasReferenceElement *reference, int want);
