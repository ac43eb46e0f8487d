/*
  Transversely isotropic Fung-type law of muscle (Guccione, McCulloch & Waldman 1991).  Theory: docs/theory/guccione.md

    W = C/2 (exp(Q) - 1),   Q = bf E_ff^2 + bt (E_ss^2 + E_nn^2 + 2 E_sn^2) + 2 bfs (E_fs^2 + E_fn^2)

  In terms of f alone, with a = f.E f and v = E f:  Q = (bf + bt - 2 bfs) a^2 + bt E:E + 2 (bfs - bt) v.v
  Beyond Q = TAS_EXPONENT_LIMIT exp(Q) goes on as its Taylor polynomial of second degree.
*/
#include "models/models_impl.h"
#include "models/symmetric.h"

#define SOURCE "Guccione et al. 1991, J Biomech Eng 113:42"

static const TasParameter parameters[] = {
    {"C", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "scale of the stress", SOURCE},
    {"bf", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "stiffness along the fibre", SOURCE},
    {"bt", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "stiffness across the fibre", SOURCE},
    {"bfs", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "stiffness in shear along the fibre", SOURCE},
};

enum { SCALE, BF, BT, BFS, NUM_PARAMETERS };
enum { HALF, ALONG, ALL, SHEAR, NUM_CONSTANTS }; /* C/2, bf + bt - 2 bfs, bt, bfs - bt */

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  const PetscReal bf = values[BF], bt = values[BT], bfs = values[BFS];

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

TAS_INLINE Exponent ExponentAt(const TasPoints *points, PetscInt i)
{
  const PetscInt     n = points->n;
  const PetscReal   *c = points->constants + i, *fibre = points->fibre + i;
  const TasSymmetric e = TasSymmetricLoad(points->strain + i, n);
  Exponent           q = {.along = c[ALONG * n], .all = c[ALL * n], .shear = c[SHEAR * n], .f = {fibre[0], fibre[n], fibre[2 * n]}};
  PetscReal          v[3];

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

TAS_INLINE void Point(const TasPoints *points, PetscInt i, PetscBool with_tangent, PetscBool add)
{
  const PetscInt     n      = points->n;
  const Exponent     q      = ExponentAt(points, i);
  const PetscReal    beyond = TasMax(q.value - TAS_EXPONENT_LIMIT, 0);
  const PetscReal    second = points->constants[HALF * n + i] * exp(TasMin(q.value, TAS_EXPONENT_LIMIT)), first = second * (1 + beyond);
  const TasSymmetric scaled = TasScale(second, q.gradient), h = TasSquareOf(q.f[0], q.f[1], q.f[2]);

  TasSymmetricStore(TasScale(first, q.gradient), points->stress + i, n, add);
  if (!with_tangent) return;
  TAS_EACH_TANGENT(K) TasMajorStore(TasOuterAt(scaled, q.gradient, K) + first * HessianAt(&q, h, K), K, points->tangent + i, n, add);
}

TAS_INLINE void Loop(const TasPoints *points, PetscBool with_tangent, PetscBool add, PetscInt n)
{
  const TasPoints p = *points;

#pragma omp simd
  for (PetscInt i = 0; i < n; i++) Point(&p, i, with_tangent, add);
}

static void Evaluate(const TasPoints *points)
{
  const TasPoints p = *points;

  TAS_SPECIALISE(Loop, points, p.n);
  if (!p.energy) return;
  for (PetscInt i = 0; i < p.n; i++) {
    const PetscReal q = ExponentAt(&p, i).value, inside = TasMin(q, TAS_EXPONENT_LIMIT), beyond = q - inside;
    const PetscReal w = p.constants[HALF * p.n + i] * (expm1(inside) + exp(inside) * beyond * (1 + beyond / 2));

    p.energy[i] = p.add ? p.energy[i] + w : w;
  }
}

const TasModel tas_model_guccione = {
    .name           = "guccione",
    .summary        = "Transversely isotropic exponential law of (heart) muscle, of the full strain; resists compression too.",
    .theory         = "guccione",
    .part           = TAS_PART_FIBRE,
    .num_parameters = NUM_PARAMETERS,
    .parameters     = parameters,
    .num_constants  = NUM_CONSTANTS,
    .derive         = Derive,
    .evaluate       = Evaluate,
};
