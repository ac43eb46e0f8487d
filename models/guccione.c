/*
  Transversely isotropic Fung-type law of muscle (Guccione, McCulloch & Waldman 1991).  Theory: docs/theory/guccione.md

    W = C/2 (exp(Q) - 1),   Q = bf E_ff^2 + bt (E_ss^2 + E_nn^2 + 2 E_sn^2) + 2 bfs (E_fs^2 + E_fn^2)

  In terms of f alone, with a = f.E f and v = E f:  Q = (bf + bt - 2 bfs) a^2 + bt E:E + 2 (bfs - bt) v.v
  Beyond Q = TAS_EXPONENT_LIMIT exp(Q) goes on as its Taylor polynomial of second degree.

  With the isochoric option E is taken from s C, s = J^(-2/3), instead: with G = dQ/dE, H = d2Q/dE2 there and m = H:(s C),
    d/dE -> g = s G - (G:(s C))/3 C^-1,   H -> s^2 H - s/3 (C^-1 (x) m + m (x) C^-1) + (m:(s C))/9 C^-1 (x) C^-1
               - 2/3 (g (x) C^-1 + C^-1 (x) g) - 2/9 (G:(s C)) C^-1 (x) C^-1 + 2/3 (G:(s C)) D,   D as in fibre_term.h
*/
#include "models/fibre_term.h"
#include "models/models_impl.h"

#define SOURCE "Guccione et al. 1991, J Biomech Eng 113:42"

static const TasParameter parameters[] = {
    {"C", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "scale of the stress", SOURCE},
    {"bf", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "stiffness along the fibre", SOURCE},
    {"bt", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "stiffness across the fibre", SOURCE},
    {"bfs", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "stiffness in shear along the fibre", SOURCE},
    {"isochoric", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, 0, "0: full strain; 1: strain of J^(-2/3) C, for comparison with codes that use it",
     "full strain: Land et al. 2015, Proc R Soc A 471:20150641"},
};

enum { SCALE, BF, BT, BFS, ISOCHORIC, NUM_PARAMETERS };
enum { OPTION = TAS_FIBRE_ISOCHORIC, HALF, ALONG, ALL, SHEAR, NUM_CONSTANTS }; /* C/2, bf + bt - 2 bfs, bt, bfs - bt */

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  const PetscReal bf = values[BF], bt = values[BT], bfs = values[BFS];

  TasFibreDeriveOption(values[ISOCHORIC], constants, problem);
  constants[HALF]  = values[SCALE] / 2;
  constants[ALONG] = bf + bt - 2 * bfs;
  constants[ALL]   = bt;
  constants[SHEAR] = bfs - bt;
}

typedef struct {
  PetscReal    along, all, shear;
  PetscReal    f[3];
  TasSymmetric gradient; /* dQ/dE */
  PetscReal    value;    /* Q */
} Exponent;

TAS_INLINE Exponent ExponentAt(const TasPoints *points, PetscInt i, TasSymmetric e)
{
  const PetscInt   n = points->n;
  const PetscReal *c = points->constants + i, *fibre = points->fibre + i;
  Exponent         q = {.along = c[ALONG * n], .all = c[ALL * n], .shear = c[SHEAR * n], .f = {fibre[0], fibre[n], fibre[2 * n]}};
  PetscReal        v[3];

  for (int k = 0; k < 3; k++) {
    const int *at = tas_place[k];

    v[k] = e.c[at[0]] * q.f[0] + e.c[at[1]] * q.f[1] + e.c[at[2]] * q.f[2];
  }
  const PetscReal a = v[0] * q.f[0] + v[1] * q.f[1] + v[2] * q.f[2];

  q.value = q.along * a * a + q.all * TasContract(e, e) + 2 * q.shear * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  for (int A = 0; A < 6; A++) {
    const int k = tas_row[A], l = tas_column[A];

    q.gradient.c[A] = 2 * (q.along * a * q.f[k] * q.f[l] + q.all * e.c[A] + q.shear * (q.f[k] * v[l] + v[k] * q.f[l]));
  }
  return q;
}

/* d2Q/dE2 */
TAS_INLINE PetscReal HessianAt(const Exponent *q, TasSymmetric h, int K)
{
  const int i = tas_row[tas_first[K]], j = tas_column[tas_first[K]], k = tas_row[tas_second[K]], l = tas_column[tas_second[K]];
  PetscReal cross = 0;

  if (j == l) cross += h.c[tas_place[i][k]];
  if (j == k) cross += h.c[tas_place[i][l]];
  if (i == l) cross += h.c[tas_place[j][k]];
  if (i == k) cross += h.c[tas_place[j][l]];
  return 2 * q->along * TasSquareAt(h, K) + 2 * q->all * TasIdentityAt(K) + q->shear * cross;
}

/* The strain of s C, s = J^(-2/3) */
TAS_INLINE TasSymmetric IsochoricStrain(TasSymmetric strain, PetscReal root_minus, PetscReal s)
{
  TasSymmetric e = TasScale(s, strain);

  for (int A = 0; A < 3; A++) e.c[A] -= root_minus * s / 2;
  return e;
}

/* dW/dQ and d2W/dQ2 */
TAS_INLINE TasFibreDerivatives Slopes(PetscReal q, PetscReal half)
{
  const PetscReal beyond = TasMax(q - TAS_EXPONENT_LIMIT, 0), second = half * exp(TasMin(q, TAS_EXPONENT_LIMIT));

  return (TasFibreDerivatives){second * (1 + beyond), second};
}

TAS_INLINE void FullPoint(const TasPoints *points, PetscInt i, PetscBool with_tangent, PetscBool add)
{
  const PetscInt            n      = points->n;
  const Exponent            q      = ExponentAt(points, i, TasSymmetricLoad(points->strain + i, n));
  const TasFibreDerivatives w      = Slopes(q.value, points->constants[HALF * n + i]);
  const PetscReal           first  = w.first;
  const TasSymmetric        scaled = TasScale(w.second, q.gradient), h = TasSquareOf(q.f[0], q.f[1], q.f[2]);

  TasSymmetricStore(TasScale(first, q.gradient), points->stress + i, n, add);
  if (!with_tangent) return;
  TAS_EACH_TANGENT(K) TasMajorStore(TasOuterAt(scaled, q.gradient, K) + first * HessianAt(&q, h, K), K, points->tangent + i, n, add);
}

/* Serves both options, where a material has both: each point has its own. */
TAS_INLINE void IsochoricPoint(const TasPoints *points, PetscInt i, PetscReal root_minus, PetscBool with_tangent, PetscBool add)
{
  const PetscInt            n = points->n;
  const PetscReal          *c = points->constants + i, option = c[OPTION * n], third = TAS_THIRD * option;
  const PetscReal           s      = 1 / (1 + option * root_minus);
  const TasSymmetric        strain = TasSymmetricLoad(points->strain + i, n), inverse = TasInverseC(strain, 1 / (1 + root_minus));
  const TasSymmetric        e = IsochoricStrain(strain, option * root_minus, s), identity = {{1, 1, 1, 0, 0, 0}};
  const Exponent            q = ExponentAt(points, i, e);
  const TasFibreDerivatives w = Slopes(q.value, c[HALF * n]);
  const TasSymmetric        h = TasSquareOf(q.f[0], q.f[1], q.f[2]), sc = TasCombine(1, identity, 2, e);
  const PetscReal           along = TasContract(q.gradient, sc);
  const TasSymmetric        g     = TasCombine(s, q.gradient, -third * along, inverse);

  TasSymmetricStore(TasScale(w.first, g), points->stress + i, n, add);
  if (!with_tangent) return;
  const TasSymmetric of_identity = TasCombine(2 * (q.along + 2 * q.shear), h, 2 * q.all, identity); /* H:I */
  const TasSymmetric m = TasCombine(1, of_identity, 2, q.gradient), scaled = TasScale(w.second, g);
  const TasSymmetric both  = TasCombine(-third * s * w.first, m, -2 * third * w.first, g);
  const PetscReal    twice = third * third * w.first * (TasContract(m, sc) - 2 * along);
  const TasSymmetric mixed = TasCombine(1, both, twice / 2, inverse), half = TasScale(third * w.first * along, inverse);

  TAS_EACH_TANGENT(K)
  {
    const PetscReal value =
        TasOuterAt(scaled, g, K) + s * s * w.first * HessianAt(&q, h, K) + TasPairAt(inverse, mixed, K) + TasCrossAt(half, inverse, K);

    TasMajorStore(value, K, points->tangent + i, n, add);
  }
}

TAS_INLINE void FullLoop(const TasPoints *points, PetscBool with_tangent, PetscBool add, PetscInt n)
{
  const TasPoints p = *points;

#pragma omp simd
  for (PetscInt i = 0; i < n; i++) FullPoint(&p, i, with_tangent, add);
}

TAS_INLINE void IsochoricLoop(const TasPoints *points, PetscBool with_tangent, PetscBool add, PetscInt n)
{
  const TasPoints p = *points;
  PetscReal       root_minus[TAS_CHUNK];

  for (PetscInt first = 0; first < n; first += TAS_CHUNK) {
    const PetscInt count = PetscMin(TAS_CHUNK, n - first);

#pragma omp simd
    for (PetscInt k = 0; k < count; k++) root_minus[k] = TasRootMinusOne(p.dilatation[first + k]);
#pragma omp simd
    for (PetscInt k = 0; k < count; k++) IsochoricPoint(&p, first + k, root_minus[k], with_tangent, add);
  }
}

static PetscReal EnergyAt(const TasPoints *points, PetscInt i)
{
  const PetscInt     n     = points->n;
  const PetscReal    minus = points->constants[OPTION * n + i] * TasRootMinusOne(points->dilatation[i]);
  const TasSymmetric e     = IsochoricStrain(TasSymmetricLoad(points->strain + i, n), minus, 1 / (1 + minus));
  const PetscReal    q = ExponentAt(points, i, e).value, inside = TasMin(q, TAS_EXPONENT_LIMIT), beyond = q - inside;

  return points->constants[HALF * n + i] * (expm1(inside) + exp(inside) * beyond * (1 + beyond / 2));
}

static void Evaluate(const TasPoints *points)
{
  const TasPoints p = *points;

  if (TasFibreAnyIsochoric(&p))
    TAS_SPECIALISE(IsochoricLoop, points, p.n);
  else
    TAS_SPECIALISE(FullLoop, points, p.n);
  for (PetscInt i = 0; p.energy && i < p.n; i++) p.energy[i] = p.add ? p.energy[i] + EnergyAt(&p, i) : EnergyAt(&p, i);
}

const TasModel tas_model_guccione = {
    .name           = "guccione",
    .summary        = "Transversely isotropic exponential law of (heart) muscle; resists compression too.",
    .theory         = "guccione",
    .part           = TAS_PART_FIBRE,
    .num_parameters = NUM_PARAMETERS,
    .parameters     = parameters,
    .num_constants  = NUM_CONSTANTS,
    .derive         = Derive,
    .evaluate       = Evaluate,
};
