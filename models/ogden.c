/*
  Ogden matrix of any number of terms:  W = sum over p of mu_p/alpha_p (lbar_1^alpha_p + lbar_2^alpha_p + lbar_3^alpha_p - 3),
  lbar_a = J^(-1/3) lambda_a.  Theory: docs/theory/ogden.md

  With the eigenvalues e_a and eigenvectors N_a of E, q_a = 1/(1 + 2 e_a) = lambda_a^-2, l_a = log lambda_a and
  b_a = sum mu_p lbar_a^alpha_p less its mean over a:
    S     = sum over a of S_a N_a (x) N_a,  S_a = q_a b_a
    dS/dE = sum over a, c of dS_a/de_c N_a N_a (x) N_c N_c + sum over a < c of 2 theta_ac M_ac (x) M_ac,
    M_ac  = (N_a (x) N_c + N_c (x) N_a)/2,  theta_ac = (S_a - S_c)/(e_a - e_c)
  theta is written as a product with expm1(alpha (l_a - l_c))/(e_a - e_c), which keeps its digits up to equal eigenvalues: there
  is no perturbation and no switch between formulae.  Small strains keep theirs because everything is expm1 and log1p of E.
*/
#include "models/models_impl.h"
#include "models/symmetric.h"
#include <stdio.h>

#define MAX_TERMS 8
#define NUM_SWEEPS                                                                                                                         \
  4 /* cyclic Jacobi of a 3x3 matrix: of 2e5 random ones none had more than 1e-20 of its norm off the diagonal after four */

/* Points treated together: several vectors, so that one's square roots and divisions run while another's are waited for.  Always
   that many, repeating the last point where there are fewer: a loop of constant length has one code, so that the result of a
   point does not depend on its place. */
#define MAX_LANES (4 * TAS_LANES)

typedef PetscReal Lanes[MAX_LANES];

static const TasParameter parameters[] = {
    {"mu", "MPa", -INFINITY, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN,
     "list: coefficient of each term; the shear modulus is half the sum of mu alpha", "Ogden 1972, Proc R Soc Lond A 326:565"},
    {"alpha", "1", -INFINITY, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "list: exponent of each term, not 0",
     "Ogden 1972, Proc R Soc Lond A 326:565"},
};

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  PetscReal twice_shear = 0;

  for (PetscInt t = 0; t < MAX_TERMS; t++) {
    const PetscReal mu = values[t], alpha = values[MAX_TERMS + t];

    if (mu != 0 && alpha == 0) (void)snprintf(problem, 512, "alpha of term %d is 0", (int)t + 1);
    constants[t]             = mu;
    constants[MAX_TERMS + t] = mu != 0 ? alpha : 0;
    twice_shear += mu * alpha;
  }
  if (!problem[0] && !(twice_shear > 0))
    (void)snprintf(problem, 512, "the sum of mu alpha is %g MPa: twice the shear modulus, must be positive", (double)twice_shear);
}

/* Some points, their eigenvalues and what is made of them */
typedef struct {
  Lanes mu[MAX_TERMS], alpha[MAX_TERMS];
  Lanes strain[6];    /* at the end its eigenvalues, in the first three */
  Lanes vector[3][3]; /* [a][k] component k of N_a */
  Lanes e[3], q[3], log_stretch[3], mean_log;
  Lanes b[3];        /* sum mu lbar_a^alpha less its mean */
  Lanes slope[3];    /* db_a/dl_a = sum mu alpha lbar_a^alpha */
  Lanes quotient[3]; /* of pair (a, c): (b_a - b_c)/(e_a - e_c) */
} Block;

static const int pair_first[3] = {0, 1, 0}, pair_second[3] = {1, 2, 2};

/* One Jacobi rotation in the plane (a, c); r is the third axis. */
TAS_INLINE void Rotate(Block *block, int lane, int a, int c, int r)
{
  PetscReal *ac = &block->strain[tas_place[a][c]][lane], *ar = &block->strain[tas_place[a][r]][lane],
            *cr      = &block->strain[tas_place[c][r]][lane];
  PetscReal      *aa = &block->strain[a][lane], *cc = &block->strain[c][lane];
  const PetscReal off = *ac, difference = *cc - *aa, size = fabs(difference) + sqrt(difference * difference + 4 * off * off);
  const PetscReal tangent = (difference < 0 ? -2 : 2) * off / (size + 1e-300);
  const PetscReal cosine = 1 / sqrt(1 + tangent * tangent), sine = tangent * cosine;
  const PetscReal old_ar = *ar, old_cr = *cr;

  *aa -= tangent * off;
  *cc += tangent * off;
  *ac = 0;
  *ar = cosine * old_ar - sine * old_cr;
  *cr = sine * old_ar + cosine * old_cr;
  for (int k = 0; k < 3; k++) {
    PetscReal      *x = &block->vector[a][k][lane], *y = &block->vector[c][k][lane];
    const PetscReal old_x = *x, old_y = *y;

    *x = cosine * old_x - sine * old_y;
    *y = sine * old_x + cosine * old_y;
  }
}

static void LoadLanes(const PetscReal *from, PetscInt count, PetscReal *to)
{
  for (int lane = 0; lane < MAX_LANES; lane++) to[lane] = from[PetscMin(lane, count - 1)];
}

static void LoadBlock(Block *block, const TasPoints *points, PetscInt first)
{
  const PetscInt n = points->n, count = PetscMin(MAX_LANES, n - first);

  for (int A = 0; A < 6; A++) LoadLanes(points->strain + A * n + first, count, block->strain[A]);
  for (int t = 0; t < MAX_TERMS; t++) {
    LoadLanes(points->constants + t * n + first, count, block->mu[t]);
    LoadLanes(points->constants + (MAX_TERMS + t) * n + first, count, block->alpha[t]);
  }
}

static void FindEigenvalues(Block *block)
{
  for (int a = 0; a < 3; a++)
    for (int k = 0; k < 3; k++)
      for (int lane = 0; lane < MAX_LANES; lane++) block->vector[a][k][lane] = a == k;
  for (int sweep = 0; sweep < NUM_SWEEPS; sweep++) {
#pragma omp simd
    for (int lane = 0; lane < MAX_LANES; lane++) Rotate(block, lane, 0, 1, 2);
#pragma omp simd
    for (int lane = 0; lane < MAX_LANES; lane++) Rotate(block, lane, 1, 2, 0);
#pragma omp simd
    for (int lane = 0; lane < MAX_LANES; lane++) Rotate(block, lane, 0, 2, 1);
  }
}

/* The determinant is taken from the eigenvalues, not from the dilatation: then the logarithms sum to zero to the last digit. */
static void FindStretches(Block *block)
{
  for (int a = 0; a < 3; a++) {
#pragma omp simd
    for (int lane = 0; lane < MAX_LANES; lane++) {
      const PetscReal e = block->strain[a][lane];

      block->e[a][lane]           = e;
      block->q[a][lane]           = 1 / (1 + 2 * e);
      block->log_stretch[a][lane] = log1p(2 * e) / 2;
    }
  }
#pragma omp simd
  for (int lane = 0; lane < MAX_LANES; lane++) {
    block->mean_log[lane] = (block->log_stretch[0][lane] + block->log_stretch[1][lane] + block->log_stretch[2][lane]) * TAS_THIRD;
  }
}

static void ZeroSums(Block *block)
{
  for (int a = 0; a < 3; a++)
    for (int lane = 0; lane < MAX_LANES; lane++) block->b[a][lane] = block->slope[a][lane] = block->quotient[a][lane] = 0;
}

static void AddTerm(Block *block, const PetscReal *mu, const PetscReal *alpha)
{
  for (int a = 0; a < 3; a++) {
#pragma omp simd
    for (int lane = 0; lane < MAX_LANES; lane++) {
      const PetscReal power_minus = expm1(alpha[lane] * (block->log_stretch[a][lane] - block->mean_log[lane]));

      block->b[a][lane] += mu[lane] * power_minus;
      block->slope[a][lane] += mu[lane] * alpha[lane] * (1 + power_minus);
    }
  }
}

/* (lbar_a^alpha - lbar_c^alpha)/(e_a - e_c) = lbar_c^alpha expm1(alpha (l_a - l_c))/(e_a - e_c) */
static void AddTermQuotients(Block *block, const PetscReal *mu, const PetscReal *alpha)
{
  for (int p = 0; p < 3; p++) {
    const int a = pair_first[p], c = pair_second[p];

#pragma omp simd
    for (int lane = 0; lane < MAX_LANES; lane++) {
      const PetscReal difference = block->e[a][lane] - block->e[c][lane], q = block->q[c][lane];
      const PetscReal power = exp(alpha[lane] * (block->log_stretch[c][lane] - block->mean_log[lane]));
      const PetscReal rise  = expm1(alpha[lane] * log1p(2 * difference * q) / 2);
      const PetscBool equal = fabs(difference) < 1e-200;

      block->quotient[p][lane] += mu[lane] * power * (equal ? alpha[lane] * q : rise / (equal ? 1 : difference));
    }
  }
}

static void SumTerms(Block *block, PetscBool with_tangent)
{
  ZeroSums(block);
  for (int t = 0; t < MAX_TERMS; t++) {
    const PetscReal *mu = block->mu[t], *alpha = block->alpha[t];
    PetscReal        largest = 0;

    for (int lane = 0; lane < MAX_LANES; lane++) largest = TasMax(largest, fabs(mu[lane]));
    if (largest == 0) continue;
    AddTerm(block, mu, alpha);
    if (with_tangent) AddTermQuotients(block, mu, alpha);
  }
#pragma omp simd
  for (int lane = 0; lane < MAX_LANES; lane++) {
    const PetscReal mean = (block->b[0][lane] + block->b[1][lane] + block->b[2][lane]) * TAS_THIRD;

    block->b[0][lane] -= mean;
    block->b[1][lane] -= mean;
    block->b[2][lane] -= mean;
  }
}

TAS_INLINE TasSymmetric PairTensor(const Block *block, int lane, int a, int c)
{
  TasSymmetric m;

  for (int A = 0; A < 6; A++) {
    const int k = tas_row[A], l = tas_column[A];

    m.c[A] = (block->vector[a][k][lane] * block->vector[c][l][lane] + block->vector[c][k][lane] * block->vector[a][l][lane]) / 2;
  }
  return m;
}

/* dS_a/de_c */
TAS_INLINE PetscReal PrincipalTangent(const Block *block, int lane, int a, int c)
{
  const PetscReal sum   = block->slope[0][lane] + block->slope[1][lane] + block->slope[2][lane];
  const PetscReal mixed = TAS_THIRD * (TAS_THIRD * sum - block->slope[a][lane] - block->slope[c][lane]);
  const PetscReal own   = a == c ? block->slope[a][lane] - 2 * block->b[a][lane] : 0;

  return block->q[a][lane] * block->q[c][lane] * (mixed + own);
}

TAS_INLINE void StressAt(const Block *block, int lane, PetscReal *stress)
{
  TasSymmetric s = TasScale(block->q[0][lane] * block->b[0][lane], PairTensor(block, lane, 0, 0));

  s = TasCombine(1, s, block->q[1][lane] * block->b[1][lane], PairTensor(block, lane, 1, 1));
  s = TasCombine(1, s, block->q[2][lane] * block->b[2][lane], PairTensor(block, lane, 2, 2));
  TasSymmetricStore(s, stress, MAX_LANES, PETSC_FALSE);
}

TAS_INLINE PetscReal Theta(const Block *block, int lane, int p)
{
  const int a = pair_first[p], c = pair_second[p];

  return block->q[a][lane] * (block->quotient[p][lane] - 2 * block->q[c][lane] * block->b[c][lane]);
}

/* sum over c of dS_a/de_c N_c (x) N_c */
TAS_INLINE TasSymmetric TangentRow(const Block *block, int lane, int a, const TasSymmetric m[3])
{
  const TasSymmetric r = TasCombine(PrincipalTangent(block, lane, a, 0), m[0], PrincipalTangent(block, lane, a, 1), m[1]);

  return TasCombine(1, r, PrincipalTangent(block, lane, a, 2), m[2]);
}

TAS_INLINE void TangentAt(const Block *block, int lane, PetscReal *tangent)
{
  const TasSymmetric m[3]      = {PairTensor(block, lane, 0, 0), PairTensor(block, lane, 1, 1), PairTensor(block, lane, 2, 2)};
  const TasSymmetric row[3]    = {TangentRow(block, lane, 0, m), TangentRow(block, lane, 1, m), TangentRow(block, lane, 2, m)};
  const TasSymmetric pair[3]   = {PairTensor(block, lane, 0, 1), PairTensor(block, lane, 1, 2), PairTensor(block, lane, 0, 2)};
  const TasSymmetric turned[3] = {TasScale(2 * Theta(block, lane, 0), pair[0]), TasScale(2 * Theta(block, lane, 1), pair[1]),
                                  TasScale(2 * Theta(block, lane, 2), pair[2])};

  TAS_EACH_TANGENT(K)
  {
    PetscReal value = 0;

    for (int a = 0; a < 3; a++) value += TasOuterAt(row[a], m[a], K) + TasOuterAt(turned[a], pair[a], K);
    TasMajorStore(value, K, tangent, MAX_LANES, PETSC_FALSE);
  }
}

/* sum mu/alpha sum over a of (exp(x_a) - 1 - x_a), x_a = alpha log lbar_a, because the x_a sum to zero */
static PetscReal EnergyAt(const Block *block, int lane)
{
  PetscReal energy = 0;

  for (int t = 0; t < MAX_TERMS; t++) {
    const PetscReal mu = block->mu[t][lane], alpha = block->alpha[t][lane];

    if (mu == 0) continue;
    for (int a = 0; a < 3; a++) energy += mu / alpha * TasExpm1MinusArgument(alpha * (block->log_stretch[a][lane] - block->mean_log[lane]));
  }
  return energy;
}

/* rows of MAX_LANES to rows of n */
static void StoreRows(const PetscReal *from, int num_rows, const TasPoints *points, PetscInt first, PetscReal *to)
{
  const PetscInt n = points->n, count = PetscMin(MAX_LANES, n - first);

  for (int r = 0; r < num_rows; r++)
    for (PetscInt lane = 0; lane < count; lane++) {
      const PetscReal value = from[r * MAX_LANES + lane];

      to[r * n + first + lane] = points->add ? to[r * n + first + lane] + value : value;
    }
}

static void EvaluateBlock(const TasPoints *points, PetscInt first)
{
  Block     block;
  PetscReal result[21 * MAX_LANES];

  LoadBlock(&block, points, first);
  FindEigenvalues(&block);
  FindStretches(&block);
  SumTerms(&block, points->tangent ? PETSC_TRUE : PETSC_FALSE);
#pragma omp simd
  for (int lane = 0; lane < MAX_LANES; lane++) StressAt(&block, lane, result + lane);
  StoreRows(result, 6, points, first, points->stress);
  if (points->tangent) {
#pragma omp simd
    for (int lane = 0; lane < MAX_LANES; lane++) TangentAt(&block, lane, result + lane);
    StoreRows(result, 21, points, first, points->tangent);
  }
  if (points->energy) {
    for (int lane = 0; lane < MAX_LANES; lane++) result[lane] = EnergyAt(&block, lane);
    StoreRows(result, 1, points, first, points->energy);
  }
}

static void Evaluate(const TasPoints *points)
{
  for (PetscInt first = 0; first < points->n; first += MAX_LANES) EvaluateBlock(points, first);
}

const TasModel tas_model_ogden = {
    .name           = "ogden",
    .summary        = "Isotropic matrix, a sum of powers of the isochoric principal stretches.",
    .theory         = "ogden",
    .part           = TAS_PART_MATRIX,
    .num_parameters = 2,
    .parameters     = parameters,
    .max_terms      = MAX_TERMS,
    .num_constants  = 2 * MAX_TERMS,
    .derive         = Derive,
    .evaluate       = Evaluate,
};
