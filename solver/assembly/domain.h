#pragma once
/*
  What is calculated on: the distributed mesh of a case, with the material and the fibre directions of its tissues.
*/
#include "solver/case/case.h"

typedef struct {
  const TasCase *c;
  TasMesh       *mesh;
  TasMaterial   *materials; /* [num_tissues] */
  PetscBool      prestrained; /* every tissue then has a prestrain, be it none of its own */
  PetscReal     *fibre;     /* [num_cells][3] unit vectors; zero where a tissue has none */
  PetscReal     *sheet;     /* [num_cells][3] unit vectors normal to the fibre; NULL when no material needs them */
} TasDomain;

/* Distributes the case's mesh (and clears c->mesh.data), makes materials and directions. Collective.
   problem [TAS_PROBLEM_LENGTH]: empty, or one line for the user. */
PetscErrorCode TasDomainCreate(TasCase *c, TasDomain **domain, char *problem);
PetscErrorCode TasDomainDestroy(TasDomain **domain); /* accepts NULL, sets NULL */
