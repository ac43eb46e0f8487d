#pragma once
/*
  Subjects that a limb is scaled to: sexes and animals.

  A subject has all lengths of the limb times one factor, that of the bone, but for dimensions with a value of their own.  The ranges of
  dimensions are scaled too: what is built is the limb of an adult with all lengths divided by the factor, and then enlarged.
*/
#include "mesh/limb.h"

typedef struct {
  const char *key; /* of the dimension; NULL ends the list */
  PetscReal   value;
  const char *source;
} TasSubjectValue;

#define TAS_SUBJECT_VALUES 6

typedef struct {
  const char     *limb;
  PetscReal       scale; /* of lengths */
  const char     *source;
  TasSubjectValue values[TAS_SUBJECT_VALUES];
} TasSubjectLimb;

#define TAS_SUBJECT_LIMBS 2

typedef struct {
  const char    *name;
  const char    *meaning;
  TasSubjectLimb limbs[TAS_SUBJECT_LIMBS];
} TasSubject;

PetscInt          TasSubjectCount(void);
const TasSubject *TasSubjectAt(PetscInt i);
/* What the subject is for that limb, or NULL. */
const TasSubjectLimb *TasSubjectFindLimb(const TasSubject *subject, const TasLimb *limb);

/* A dimension of the limb in that subject (NULL: the limb as it is): range and default; source [num]: "subject rabbit: ..." or the limb's. */
PetscErrorCode TasSubjectDimension(const TasSubject *subject, const TasLimb *limb, PetscInt i, TasDimension *dimension, size_t num,
                                   char *source);

/* As limb->build, with values of that subject's size. */
PetscErrorCode TasSubjectBuild(const TasSubject *subject, const TasLimb *limb, const PetscReal *values, PetscInt cells, TasMeshData *data,
                               TasLimbLayout *layout, char *problem);
