#pragma once
/*
  Matrix models W(Ibar1, Ibar2) of the isochoric invariants Ibar1 = J^(-2/3) I1, Ibar2 = J^(-4/3) I2 of C: the projection that
  they share.  Theory: docs/theory/isochoric.md.

    P1 = dIbar1/dC = J^(-2/3) C^-1 dev(C)               = J^(-2/3) C^-1 dev(2 E)
    P2 = dIbar2/dC = J^(-4/3) C^-1 dev(I1 C - C^2)      = J^(-4/3) C^-1 dev((2 + 4 tr E) E - 4 E^2)
    S  = 2 (W1 P1 + W2 P2)

  The products commute, so they are symmetric; written in E they keep all their digits however small the strain is.
*/
#include "models/symmetric.h"

/* Derivatives of W by Ibar1 and Ibar2 at one point, MPa. */
typedef struct {
  PetscReal w1, w2, w11, w12, w22;
} TasIsochoricDerivatives;

/* i1 = Ibar1 - 3, i2 = Ibar2 - 3 (0 without TAS_SECOND_INVARIANT); constants of the point are n apart. */
typedef PetscReal               TasIsochoricEnergy(PetscReal i1, PetscReal i2, const PetscReal *constants, PetscInt n);
typedef TasIsochoricDerivatives TasIsochoricLaw(PetscReal i1, PetscReal i2, const PetscReal *constants, PetscInt n);

/* What a law makes use of; known when its kernel is compiled, so that what is not needed is left out. */
enum {
  TAS_SECOND_INVARIANT = 1, /* W depends on Ibar2 */
  TAS_CURVED           = 2  /* second derivatives of W are not all zero */
};

/* J^(2/3) - 1 and J^(-2/3) of a chunk of points */
typedef struct {
  PetscReal minus_one[TAS_CHUNK], inverse[TAS_CHUNK];
} TasRoots;

typedef struct {
  TasSymmetric strain;
  PetscReal    root_minus, inverse_root; /* J^(2/3) - 1, accurate for small strain; J^(-2/3) */
  PetscReal    trace, second, third;     /* invariants of E */
} TasIsochoric;

/* J^(2/3) - 1 = (J^(1/3) - 1)(J^(1/3) + 1), where J - 1 = (y - 1)(y^2 + y + 1) with y = J^(1/3) loses no digits. */
TAS_INLINE PetscReal TasRootMinusOne(PetscReal dilatation)
{
  const PetscReal y = cbrt(1 + dilatation);

  return dilatation * (y + 1) / (y * y + y + 1);
}

TAS_INLINE TasIsochoric TasIsochoricAt(const PetscReal *strain, PetscInt n, PetscReal root_minus, PetscReal inverse_root)
{
  TasIsochoric       q        = {.strain = TasSymmetricLoad(strain, n), .root_minus = root_minus, .inverse_root = inverse_root};
  const TasSymmetric adjugate = TasAdjugate(q.strain);

  q.trace  = TasTrace(q.strain);
  q.second = TasTrace(adjugate);
  q.third  = q.strain.c[0] * adjugate.c[0] + q.strain.c[3] * adjugate.c[3] + q.strain.c[5] * adjugate.c[5];
  return q;
}

/* Ibar1 - 3 and Ibar2 - 3 come from  J^2 - 1 = 2 tr E + 4 E_2 + 8 det E,  E_2 = second invariant of E, which cancels the terms of
   first order before they are rounded: with r = J^(2/3),
     r  (Ibar1 - 3) = (r - 1)^2 (r + 2)  - 4 E_2 - 8 det E
     r^2(Ibar2 - 3) = (r - 1)^2 (2r + 1) - 4 E_2 - 16 det E */
TAS_INLINE PetscReal TasFirstMinusThree(const TasIsochoric *q)
{
  return (q->root_minus * q->root_minus * (q->root_minus + 3) - 4 * q->second - 8 * q->third) * q->inverse_root;
}

TAS_INLINE PetscReal TasSecondMinusThree(const TasIsochoric *q)
{
  return (q->root_minus * q->root_minus * (2 * q->root_minus + 3) - 4 * q->second - 16 * q->third) * q->inverse_root * q->inverse_root;
}

/* C^-1 = adj C / J^2 */
TAS_INLINE TasSymmetric TasInverseC(TasSymmetric strain, PetscReal inverse_root)
{
  TasSymmetric c = TasScale(2, strain);

  for (int A = 0; A < 3; A++) c.c[A] += 1;
  return TasScale(inverse_root * inverse_root * inverse_root, TasAdjugate(c));
}

TAS_INLINE TasSymmetric TasFirstProjection(const TasIsochoric *q, TasSymmetric inverse)
{
  return TasProduct(inverse, TasScale(2 * q->inverse_root, TasDeviator(q->strain)));
}

TAS_INLINE TasSymmetric TasSecondProjection(const TasIsochoric *q, TasSymmetric inverse)
{
  const TasSymmetric a = TasCombine(2 + 4 * q->trace, q->strain, -4, TasProduct(q->strain, q->strain));

  return TasProduct(inverse, TasScale(q->inverse_root * q->inverse_root, TasDeviator(a)));
}

/* dS/dE = 4 (sum W_ab P_a (x) P_b + W1 dP1/dC + W2 dP2/dC), with D_ijkl = (C^-1_ik C^-1_jl + C^-1_il C^-1_jk) / 2:
     dP1/dC = -1/3 (P1 (x) C^-1 + C^-1 (x) P1) - Ibar1/9 C^-1 (x) C^-1 + Ibar1/3 D
     dP2/dC = -2/3 (P2 (x) C^-1 + C^-1 (x) P2) - 4 Ibar2/9 C^-1 (x) C^-1 + 2 Ibar2/3 D + J^(-4/3) (I (x) I - identity) */
typedef struct {
  TasSymmetric inverse, half; /* C^-1, and what it is crossed with */
  TasSymmetric mixed;         /* paired with C^-1 */
  TasSymmetric p1, p2;
  TasSymmetric curved1, curved2; /* 2 (W11 P1 + W12 P2), 2 (W12 P1 + W22 P2) */
  PetscReal    identity;         /* 4 W2 J^(-4/3) */
} TasIsochoricFactors;

TAS_INLINE TasIsochoricFactors TasIsochoricFactor(const TasIsochoric *q, TasIsochoricDerivatives w, TasSymmetric inverse, TasSymmetric p1,
                                                  TasSymmetric p2, int uses)
{
  const PetscReal     ibar1 = (3 + 2 * q->trace) * q->inverse_root, first = 4 * TAS_THIRD * w.w1 * ibar1;
  const PetscReal     ibar2  = (3 + 4 * q->trace + 4 * q->second) * q->inverse_root * q->inverse_root;
  const PetscReal     second = uses & TAS_SECOND_INVARIANT ? 8 * TAS_THIRD * w.w2 * ibar2 : 0;
  TasIsochoricFactors f      = {.inverse = inverse, .p1 = p1, .p2 = p2};

  f.half  = TasScale(0.5 * (first + second), inverse);
  f.mixed = TasCombine(-4 * TAS_THIRD * w.w1, p1, -TAS_THIRD * (0.5 * first + second), inverse);
  if (uses & TAS_CURVED) f.curved1 = TasScale(4 * w.w11, p1);
  if (uses & TAS_SECOND_INVARIANT) {
    f.mixed    = TasCombine(1, f.mixed, -8 * TAS_THIRD * w.w2, p2);
    f.identity = 4 * w.w2 * q->inverse_root * q->inverse_root;
  }
  if ((uses & TAS_CURVED) && (uses & TAS_SECOND_INVARIANT)) {
    f.curved1 = TasCombine(1, f.curved1, 4 * w.w12, p2);
    f.curved2 = TasCombine(4 * w.w12, p1, 4 * w.w22, p2);
  }
  return f;
}

TAS_INLINE PetscReal TasIsochoricTangentAt(const TasIsochoricFactors *f, int K, int uses)
{
  PetscReal value = TasPairAt(f->inverse, f->mixed, K) + TasCrossAt(f->half, f->inverse, K);

  if (uses & TAS_SECOND_INVARIANT) value += f->identity * (TasTraceSquareAt(K) - TasIdentityAt(K));
  if (uses & TAS_CURVED) value += TasOuterAt(f->curved1, f->p1, K);
  if ((uses & TAS_CURVED) && (uses & TAS_SECOND_INVARIANT)) value += TasOuterAt(f->curved2, f->p2, K);
  return value;
}

typedef struct {
  TasIsochoricEnergy *energy;
  TasIsochoricLaw    *law;
  int                 uses; /* of TAS_SECOND_INVARIANT, TAS_CURVED */
} TasIsochoricModel;

TAS_INLINE void TasIsochoricPoint(const TasPoints *points, PetscInt i, TasIsochoric q, TasIsochoricModel model, PetscBool with_tangent,
                                  PetscBool add)
{
  const PetscInt                n  = points->n;
  const PetscReal               i1 = TasFirstMinusThree(&q), i2 = model.uses & TAS_SECOND_INVARIANT ? TasSecondMinusThree(&q) : 0;
  const TasIsochoricDerivatives w       = model.law(i1, i2, points->constants + i, n);
  const TasSymmetric            inverse = TasInverseC(q.strain, q.inverse_root);
  const TasSymmetric            p1      = TasFirstProjection(&q, inverse);
  TasSymmetric                  p2 = p1, stress = TasScale(2 * w.w1, p1);

  if (model.uses & TAS_SECOND_INVARIANT) {
    p2     = TasSecondProjection(&q, inverse);
    stress = TasCombine(1, stress, 2 * w.w2, p2);
  }
  TasSymmetricStore(stress, points->stress + i, n, add);
  if (with_tangent) {
    const TasIsochoricFactors f = TasIsochoricFactor(&q, w, inverse, p1, p2, model.uses);

    TAS_EACH_TANGENT(K) TasMajorStore(TasIsochoricTangentAt(&f, K, model.uses), K, points->tangent + i, n, add);
  }
}

TAS_INLINE void TasIsochoricLoop(const TasPoints *points, PetscBool with_tangent, PetscBool add, TasIsochoricModel model)
{
  const TasPoints p = *points;
  TasRoots        roots;

  for (PetscInt first = 0; first < p.n; first += TAS_CHUNK) {
    const PetscInt count = PetscMin(TAS_CHUNK, p.n - first);

#pragma omp simd
    for (PetscInt k = 0; k < count; k++) {
      roots.minus_one[k] = TasRootMinusOne(p.dilatation[first + k]);
      roots.inverse[k]   = 1 / (1 + roots.minus_one[k]);
    }
#pragma omp simd
    for (PetscInt k = 0; k < count; k++) {
      const TasIsochoric q = TasIsochoricAt(p.strain + first + k, p.n, roots.minus_one[k], roots.inverse[k]);

      TasIsochoricPoint(&p, first + k, q, model, with_tangent, add);
    }
  }
}

/* The evaluate() of a model, which is constant where it is called. */
TAS_INLINE void TasIsochoricEvaluate(const TasPoints *points, TasIsochoricModel model)
{
  const TasPoints p = *points;

  TAS_SPECIALISE(TasIsochoricLoop, points, model);
  if (!p.energy) return;
#pragma omp simd
  for (PetscInt i = 0; i < p.n; i++) {
    const PetscReal    root_minus = TasRootMinusOne(p.dilatation[i]);
    const TasIsochoric q          = TasIsochoricAt(p.strain + i, p.n, root_minus, 1 / (1 + root_minus));
    const PetscReal    w          = model.energy(TasFirstMinusThree(&q), TasSecondMinusThree(&q), p.constants + i, p.n);

    p.energy[i] = p.add ? p.energy[i] + w : w;
  }
}
