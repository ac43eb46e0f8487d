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

typedef struct {
  TasSymmetric strain;
  PetscReal    root;       /* J^(2/3) */
  PetscReal    root_minus; /* J^(2/3) - 1, accurate for small strain */
  PetscReal    i1, i2;     /* Ibar1 - 3, Ibar2 - 3 */
} TasIsochoric;

/* J^(2/3) - 1 = (J^(1/3) - 1)(J^(1/3) + 1), where J - 1 = (y - 1)(y^2 + y + 1) with y = J^(1/3) loses no digits. */
TAS_INLINE PetscReal TasRootMinusOne(PetscReal dilatation)
{
  const PetscReal y = cbrt(1 + dilatation);

  return dilatation * (y + 1) / (y * y + y + 1);
}

/* The invariants come from  J^2 - 1 = 2 tr E + 4 E_2 + 8 det E,  E_2 = second invariant of E, which cancels the terms of first
   order before they are rounded: with r = J^(2/3),
     r  (Ibar1 - 3) = (r - 1)^2 (r + 2)  - 4 E_2 - 8 det E
     r^2(Ibar2 - 3) = (r - 1)^2 (2r + 1) - 4 E_2 - 16 det E */
TAS_INLINE TasIsochoric TasIsochoricAt(const PetscReal *strain, PetscInt n, PetscReal root_minus)
{
  TasIsochoric       q        = {.strain = TasSymmetricLoad(strain, n), .root_minus = root_minus};
  const TasSymmetric adjugate = TasAdjugate(q.strain);
  const PetscReal    second = TasTrace(adjugate), square = q.root_minus * q.root_minus;
  const PetscReal    third = q.strain.c[0] * adjugate.c[0] + q.strain.c[3] * adjugate.c[3] + q.strain.c[5] * adjugate.c[5];

  q.root = 1 + q.root_minus;
  q.i1   = (square * (q.root + 2) - 4 * second - 8 * third) / q.root;
  q.i2   = (square * (2 * q.root + 1) - 4 * second - 16 * third) / (q.root * q.root);
  return q;
}

/* C^-1 = adj C / J^2 */
TAS_INLINE TasSymmetric TasInverseC(TasSymmetric strain, PetscReal dilatation)
{
  const PetscReal jacobian = 1 + dilatation;
  TasSymmetric    c        = TasScale(2, strain);

  for (int A = 0; A < 3; A++) c.c[A] += 1;
  return TasScale(1 / (jacobian * jacobian), TasAdjugate(c));
}

TAS_INLINE TasSymmetric TasFirstProjection(const TasIsochoric *q, TasSymmetric inverse)
{
  return TasProduct(inverse, TasScale(2 / q->root, TasDeviator(q->strain)));
}

TAS_INLINE TasSymmetric TasSecondProjection(const TasIsochoric *q, TasSymmetric inverse)
{
  const TasSymmetric a = TasCombine(2 + 4 * TasTrace(q->strain), q->strain, -4, TasProduct(q->strain, q->strain));

  return TasProduct(inverse, TasScale(1 / (q->root * q->root), TasDeviator(a)));
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
  const PetscReal     first = 4 * w.w1 * (3 + q->i1) / 3, second = uses & TAS_SECOND_INVARIANT ? 8 * w.w2 * (3 + q->i2) / 3 : 0;
  TasIsochoricFactors f = {.inverse = inverse, .p1 = p1, .p2 = p2};

  f.half  = TasScale((first + second) / 2, inverse);
  f.mixed = TasCombine(-4 * w.w1 / 3, p1, -first / 6 - second / 3, inverse);
  if (uses & TAS_CURVED) f.curved1 = TasScale(4 * w.w11, p1);
  if (uses & TAS_SECOND_INVARIANT) {
    f.mixed    = TasCombine(1, f.mixed, -8 * w.w2 / 3, p2);
    f.identity = 4 * w.w2 / (q->root * q->root);
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

TAS_INLINE void TasIsochoricPoint(const TasPoints *points, PetscInt i, PetscReal root_minus, TasIsochoricModel model,
                                  PetscBool with_tangent, PetscBool add)
{
  const PetscInt                n       = points->n;
  const TasIsochoric            q       = TasIsochoricAt(points->strain + i, n, root_minus);
  const TasIsochoricDerivatives w       = model.law(q.i1, q.i2, points->constants + i, n);
  const TasSymmetric            inverse = TasInverseC(q.strain, points->dilatation[i]);
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
  PetscReal       root_minus[TAS_CHUNK];

  for (PetscInt first = 0; first < p.n; first += TAS_CHUNK) {
    const PetscInt count = PetscMin(TAS_CHUNK, p.n - first);

#pragma omp simd
    for (PetscInt i = 0; i < count; i++) root_minus[i] = TasRootMinusOne(p.dilatation[first + i]);
#pragma omp simd
    for (PetscInt i = 0; i < count; i++) TasIsochoricPoint(&p, first + i, root_minus[i], model, with_tangent, add);
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
    const TasIsochoric q = TasIsochoricAt(p.strain + i, p.n, TasRootMinusOne(p.dilatation[i]));
    const PetscReal    w = model.energy(q.i1, q.i2, p.constants + i, p.n);

    p.energy[i] = p.add ? p.energy[i] + w : w;
  }
}
