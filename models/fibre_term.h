#pragma once
/*
  Fibre models W(e) of the Green-Lagrange strain e = H:E along a structural tensor H with tr H = 1 (H = f (x) f without
  dispersion, then the fibre stretch is sqrt(1 + 2 e)): the rank-one terms that they share.  Theory: docs/theory/fibre-term.md.

    S = W' H,   dS/dE = W'' H (x) H

  With the isochoric option e is taken from J^(-2/3) C instead: H gives way to P = de/dE = J^(-2/3) (H - (H:C)/3 C^-1), and
    dP/dE = -2/3 (P (x) C^-1 + C^-1 (x) P) - 2/9 Ibar4 C^-1 (x) C^-1 + 2/3 Ibar4 D,   Ibar4 = J^(-2/3) H:C,
    D_ijkl = (C^-1_ik C^-1_jl + C^-1_il C^-1_jk) / 2.
*/
#include "models/isochoric.h"

/* dW/de and d2W/de2 at one point, MPa; constants of the point are n apart. */
typedef struct {
  PetscReal first, second;
} TasFibreDerivatives;

typedef PetscReal           TasFibreEnergy(PetscReal e, const PetscReal *constants, PetscInt n);
typedef TasFibreDerivatives TasFibreLaw(PetscReal e, const PetscReal *constants, PetscInt n);
typedef TasSymmetric        TasFibreStructure(const TasPoints *points, PetscInt i);

/* Place of the option among the constants of every fibre model with this term: 0 full stretch, 1 isochoric. */
#define TAS_FIBRE_ISOCHORIC 0

/* The parameter behind it, the last one of every such model. */
#define TAS_FIBRE_ISOCHORIC_PARAMETER                                                                                                      \
  {                                                                                                                                        \
    "isochoric", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, 0,                                                                                     \
        "0: full stretch; 1: isochoric stretch J^(-1/3) lambda, for comparison with codes that use it",                                    \
        "full stretch: Nolan et al. 2014, J Mech Behav Biomed Mater 39:48"                                                                 \
  }

/* lambda - 1 from e = (lambda^2 - 1)/2 */
TAS_INLINE PetscReal TasStretchMinusOne(PetscReal e)
{
  return 2 * e / (1 + sqrt(1 + 2 * e));
}

/* From T(lambda) = lambda dW/dlambda and its slope to derivatives by e: W' = T/lambda^2, W'' = (lambda T' - 2 T)/lambda^4. */
TAS_INLINE TasFibreDerivatives TasFibreFromTension(PetscReal tension, PetscReal slope, PetscReal stretch)
{
  const PetscReal inverse = 1 / (stretch * stretch);

  return (TasFibreDerivatives){tension * inverse, (stretch * slope - 2 * tension) * inverse * inverse};
}

/* H = f (x) f */
TAS_INLINE TasSymmetric TasFibreAligned(const TasPoints *points, PetscInt i)
{
  const PetscInt n = points->n;

  return TasSquareOf(points->fibre[i], points->fibre[n + i], points->fibre[2 * n + i]);
}

/* e of J^(-2/3) C where the option is 1, of C where it is 0; root_minus: J^(2/3) - 1; scale: J^(-2/3) or 1. */
TAS_INLINE PetscReal TasFibreStrain(PetscReal full, PetscReal root_minus, PetscReal option, PetscReal *scale)
{
  *scale = 1 / (1 + option * root_minus);
  return (full - option * root_minus / 2) * *scale;
}

typedef struct {
  TasFibreEnergy    *energy;
  TasFibreLaw       *law;
  TasFibreStructure *structure;
} TasFibreModel;

/* What the law says about a chunk of points */
typedef struct {
  PetscReal e[TAS_CHUNK], first[TAS_CHUNK], second[TAS_CHUNK];
  PetscReal scale[TAS_CHUNK], inverse_root[TAS_CHUNK]; /* with the isochoric option only */
} TasFibreChunk;

TAS_INLINE void TasFibreFullPoint(const TasPoints *points, PetscInt i, TasFibreDerivatives w, TasFibreModel model, PetscBool with_tangent,
                                  PetscBool add)
{
  const PetscInt     n      = points->n;
  const TasSymmetric h      = model.structure(points, i);
  const TasSymmetric scaled = TasScale(w.second, h);

  TasSymmetricStore(TasScale(w.first, h), points->stress + i, n, add);
  if (!with_tangent) return;
  TAS_EACH_TANGENT(K) TasMajorStore(TasOuterAt(scaled, h, K), K, points->tangent + i, n, add);
}

/* Serves both options, so that a cell's result does not depend on the option of its neighbours. */
TAS_INLINE void TasFibreIsochoricPoint(const TasPoints *points, PetscInt i, const TasFibreChunk *chunk, PetscInt k, TasFibreModel model,
                                       PetscBool with_tangent, PetscBool add)
{
  const PetscInt  n      = points->n;
  const PetscReal option = points->constants[TAS_FIBRE_ISOCHORIC * n + i], first = chunk->first[k],
                  s          = TAS_THIRD * option * (1 + 2 * chunk->e[k]);
  const TasSymmetric inverse = TasInverseC(TasSymmetricLoad(points->strain + i, n), chunk->inverse_root[k]);
  const TasSymmetric p       = TasCombine(chunk->scale[k], model.structure(points, i), -s, inverse);
  const TasSymmetric scaled = TasScale(chunk->second[k], p), half = TasScale(s * first, inverse);
  const TasSymmetric mixed = TasCombine(-2 * TAS_THIRD * option * first, p, -TAS_THIRD * option * s * first, inverse);

  TasSymmetricStore(TasScale(first, p), points->stress + i, n, add);
  if (!with_tangent) return;
  TAS_EACH_TANGENT(K)
  {
    const PetscReal value = TasOuterAt(scaled, p, K) + TasPairAt(inverse, mixed, K) + TasCrossAt(half, inverse, K);

    TasMajorStore(value, K, points->tangent + i, n, add);
  }
}

TAS_INLINE void TasFibreLoop(const TasPoints *points, PetscBool with_tangent, PetscBool add, TasFibreModel model, PetscBool isochoric)
{
  const TasPoints p = *points;
  TasFibreChunk   chunk;

  for (PetscInt start = 0; start < p.n; start += TAS_CHUNK) {
    const PetscInt count = PetscMin(TAS_CHUNK, p.n - start);

#pragma omp simd
    for (PetscInt k = 0; k < count; k++) {
      const PetscReal full = TasContract(model.structure(&p, start + k), TasSymmetricLoad(p.strain + start + k, p.n));

      chunk.e[k] = full;
      if (isochoric) {
        const PetscReal root_minus = TasRootMinusOne(p.dilatation[start + k]);

        chunk.inverse_root[k] = 1 / (1 + root_minus);
        chunk.e[k]            = TasFibreStrain(full, root_minus, p.constants[TAS_FIBRE_ISOCHORIC * p.n + start + k], &chunk.scale[k]);
      }
    }
#pragma omp simd
    for (PetscInt k = 0; k < count; k++) {
      const TasFibreDerivatives w = model.law(chunk.e[k], p.constants + start + k, p.n);

      chunk.first[k]  = w.first;
      chunk.second[k] = w.second;
    }
#pragma omp simd
    for (PetscInt k = 0; k < count; k++) {
      if (isochoric)
        TasFibreIsochoricPoint(&p, start + k, &chunk, k, model, with_tangent, add);
      else
        TasFibreFullPoint(&p, start + k, (TasFibreDerivatives){chunk.first[k], chunk.second[k]}, model, with_tangent, add);
    }
  }
}

/* Whether the option is 1 anywhere: few materials pay for it. */
TAS_INLINE PetscBool TasFibreAnyIsochoric(const TasPoints *points)
{
  const PetscReal *option = points->constants + TAS_FIBRE_ISOCHORIC * points->n;
  PetscReal        most   = 0;

#pragma omp simd reduction(max : most)
  for (PetscInt i = 0; i < points->n; i++) most = TasMax(most, option[i]);
  return most > 0 ? PETSC_TRUE : PETSC_FALSE;
}

/* The evaluate() of a model, which is constant where it is called. */
TAS_INLINE void TasFibreEvaluate(const TasPoints *points, TasFibreModel model)
{
  const TasPoints  p      = *points;
  const PetscReal *option = p.constants + TAS_FIBRE_ISOCHORIC * p.n;
  PetscReal        scale;

  if (TasFibreAnyIsochoric(&p))
    TAS_SPECIALISE(TasFibreLoop, points, model, PETSC_TRUE);
  else
    TAS_SPECIALISE(TasFibreLoop, points, model, PETSC_FALSE);
  if (!p.energy) return;
  for (PetscInt i = 0; i < p.n; i++) {
    const PetscReal full = TasContract(model.structure(&p, i), TasSymmetricLoad(p.strain + i, p.n));
    const PetscReal w    = model.energy(TasFibreStrain(full, TasRootMinusOne(p.dilatation[i]), option[i], &scale), p.constants + i, p.n);

    p.energy[i] = p.add ? p.energy[i] + w : w;
  }
}

/* derive() of the option: says so in problem where it is neither 0 nor 1. */
void TasFibreDeriveOption(PetscReal option, PetscReal *constants, char *problem);
