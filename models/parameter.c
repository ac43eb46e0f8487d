#include "models/material.h"
#include <stdio.h>

PetscBool TasParameterAdmits(const TasParameter *parameter, PetscReal value)
{
  const PetscBool low  = value > parameter->low || (parameter->low_closed && value == parameter->low);
  const PetscBool high = value < parameter->high || (parameter->high_closed && value == parameter->high);

  if (PetscIsInfReal(value) && value > 0) return parameter->high_closed && PetscIsInfReal(parameter->high) ? PETSC_TRUE : PETSC_FALSE;
  return !PetscIsInfOrNanReal(value) && low && high ? PETSC_TRUE : PETSC_FALSE;
}

const char *TasParameterRange(const TasParameter *parameter, char *text, size_t length)
{
  const double      low = (double)parameter->low, high = (double)parameter->high;
  const char *const above = parameter->low_closed ? "at least" : "above", *const below = parameter->high_closed ? "at most" : "below";

  if (PetscIsInfReal(low) && PetscIsInfReal(high))
    (void)snprintf(text, length, "any");
  else if (PetscIsInfReal(high))
    (void)snprintf(text, length, "%s %g", above, low);
  else if (PetscIsInfReal(low))
    (void)snprintf(text, length, "%s %g", below, high);
  else if (parameter->low_closed && parameter->high_closed)
    (void)snprintf(text, length, "%.4g to %.4g", low, high);
  else
    (void)snprintf(text, length, "%s %.4g, %s %.4g", above, low, below, high);
  return text;
}
