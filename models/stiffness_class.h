#pragma once
/*
  Stiffness classes: how tissue of a subject differs from that of the presets, by factors on named parameters.

  A factor counts for the value that a preset gives; what a case gives itself stays as it is.  Factors are sized on whole limbs, not on
  samples of tissue: docs/theory/stiffness-class.md.
*/
#include <petscsys.h>

typedef struct {
  const char *preset, *part_model, *key; /* parameter of a model of that preset; of a list, all its values */
  PetscReal   factor;                    /* > 0 */
  const char *source;
} TasClassFactor;

typedef struct {
  const char           *name;
  const char           *summary;
  PetscInt              num_factors;
  const TasClassFactor *factors;
} TasStiffnessClass;

extern const TasStiffnessClass tas_stiffness_classes[]; /* the first one is that of the presets, without factors */
extern const PetscInt          tas_num_stiffness_classes;

/* NULL where there is none of that name. */
const TasStiffnessClass *TasStiffnessClassFind(const char *name);

/* What the class (NULL: the first one) does to that parameter, or NULL: nothing. */
const TasClassFactor *TasStiffnessClassFactor(const TasStiffnessClass *stiffness, const char *preset, const char *part_model, const char *key);
