#pragma once
/*
  Constitutive models in a case: their names, presets, parameters.  Private to case_*.c.
*/
#include "solver/case/case_reader.h"

/* Reads the value of a parameter, in its unit and range. */
PetscErrorCode TasCaseReadParameter(TasCaseReader *r, const TasNode *node, const TasParameter *p, PetscReal *value);

/* Reads one model of a part: {model: neo-hookean, mu: 4 kPa}, or its name alone. base: values that stay where a key is not given, from a
   preset; NULL: none.  model is filled (its parameters allocated). */
PetscErrorCode TasCaseReadModel(TasCaseReader *r, const TasNode *node, TasPart part, const TasCaseModel *base, TasCaseModel *model);

/* The preset's model of a part (model->model is NULL when it has none), from PetscMalloc; path: for entries, "tissues.muscle.matrix". */
PetscErrorCode TasCasePresetModel(TasCaseReader *r, const TasPreset *preset, TasPart part, TasCaseModel *model);
/* Writes the values of a model that were not written in the case into the entries. */
PetscErrorCode TasCaseRecordModel(TasCaseReader *r, const char *path, const TasPreset *preset, const TasCaseModel *model,
                                  const TasNode *node);

PetscErrorCode TasCaseModelClear(TasCaseModel *model);
PetscErrorCode TasCaseTissueClear(TasCaseTissue *tissue);
PetscErrorCode TasCaseStrandClear(TasCaseStrand *strand);
/* Paths that are groups of lines of the mesh, which is on rank 0. Collective. */
PetscErrorCode TasCaseLoadPaths(TasCaseReader *r);

/* The key `preset` of a table whose target is, or begins with, a TasCaseTissue. */
PetscErrorCode TasCaseReadPreset(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target);

/* The models of a tissue (or of what is read like one) from its preset and the keys matrix, fibres and, where wanted, volume of its node;
   section: "tissues". */
PetscErrorCode TasCaseAddModels(TasCaseReader *r, const char *section, PetscBool volume, TasCaseTissue *tissue);
