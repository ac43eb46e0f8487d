#pragma once
/*
  Laws with a flat table of parameters in a case: {model: name, parameter: value, ...}.  Private to case_*.c.
*/
#include "solver/case/case_reader.h"

typedef struct {
  const char *what;    /* "device" */
  PetscInt    num;
  const char *(*name)(const void *context, PetscInt i);
  const TasParameter *(*parameters)(PetscInt i, PetscInt *num);
  void (*check)(PetscInt i, const PetscReal *values, char *problem);
} TasLawTable;

/* Reads the law's name and its parameters into values, defaults where nothing is given, and records all of them; law: its number, or -1
   with a problem.  others [num_others]: keys of the map that are no parameters.  A scalar is the name alone. */
PetscErrorCode TasCaseReadLaw(TasCaseReader *r, const TasLawTable *table, const TasNode *node, PetscInt num_others, const char *const *others, PetscInt *law, PetscReal *values);

/* The passive torque of a joint. */
PetscErrorCode TasCaseReadPassive(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *joint);
