#pragma once
/* Inside of a material: shared by material.c (its parts) and wrapped.c (prestrain, growth, relaxation around them). */
#include "models/models_impl.h"

typedef struct {
  const TasModel *model; /* NULL: none */
  PetscInt        num_cells; /* 1: uniform */
  PetscReal      *constants; /* [num_constants][num_cells] */
} TasMaterialPart;

/* Constants of the points follow this order: parts, then the single ones as TasPart counts them. */
struct TasMaterial_ {
  PetscInt         num_parts;
  TasMaterialPart *parts;                 /* matrix and fibre models, in the order in which they were added */
  TasMaterialPart  single[TAS_NUM_PARTS]; /* volume, prestrain, relaxation, growth: at most one of each, by TasPart */
  PetscInt         num_constants;         /* of the parts alone */
  PetscInt         num_terms;             /* of relaxation, that some cell has */
};

/* Sum of the matrix (fibres: FALSE) or fibre models, SET; constants: of the first part. */
void TasMaterialEvaluateParts(TasMaterial material, const TasPoints *points, PetscBool matrix, PetscBool fibres);

/* Terms of a relaxation that some cell has. */
PetscInt TasMaterialCountTerms(const TasMaterialPart *relaxation);

/* Through the wrappers; flags are raised by the caller. */
void TasMaterialEvaluateWrapped(TasMaterial material, const TasPoints *points);

static inline PetscBool TasMaterialIsWrapped(TasMaterial material) { return (PetscBool)(material->single[TAS_PART_PRESTRAIN].model || material->single[TAS_PART_RELAXATION].model || material->single[TAS_PART_GROWTH].model || material->single[TAS_PART_MATRIX_TURNOVER].model); }

/* Constants of a single part among those of n points. */
const PetscReal *TasMaterialConstantsOf(TasMaterial material, TasPart part, PetscInt n, const PetscReal *constants);
