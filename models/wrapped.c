#include "models/wrapped.h"
#include "models/material_impl.h"
#include "models/symmetric.h"
#include <math.h>

#define NUM_MAP 11 /* A by rows, det A, 1/det A */
#define DET     9
#define VOLUME  10

/* Work space, as multiples of n: the map, the elastic strain and dilatation; and those of a part with a rest state of its own, with its
   results. */
#define WORK_MAP            0
#define WORK_STRAIN         (WORK_MAP + NUM_MAP)
#define WORK_DILATATION     (WORK_STRAIN + 6)
#define WORK_RELATIVE       (WORK_DILATATION + 1)
#define WORK_OWN_MAP        (WORK_RELATIVE + NUM_MAP)
#define WORK_OWN_STRAIN     (WORK_OWN_MAP + NUM_MAP)
#define WORK_OWN_DILATATION (WORK_OWN_STRAIN + 6)
#define WORK_OWN_ENERGY     (WORK_OWN_DILATATION + 1)
#define WORK_OWN_STRESS     (WORK_OWN_ENERGY + 1)
#define WORK_OWN_TANGENT    (WORK_OWN_STRESS + 6)
#define WORK_END            (WORK_OWN_TANGENT + 21)

/* ---- places ---- */

static PetscBool IsTurnover(TasMaterial material)
{
  const TasModel *growth = material->single[TAS_PART_GROWTH].model;

  return growth && growth->growth == TAS_GROWTH_TURNOVER ? PETSC_TRUE : PETSC_FALSE;
}

PetscInt TasMaterialCountTerms(const TasMaterialPart *relaxation)
{
  PetscInt num = 0;

  for (PetscInt t = 0; t < TAS_PRONY_TERMS; t++)
    for (PetscInt i = 0; i < relaxation->num_cells; i++)
      if (relaxation->constants[t * relaxation->num_cells + i] > 0) num = t + 1;
  return num;
}

PetscInt TasMaterialPrestrainState(TasMaterial material) { return material->single[TAS_PART_PRESTRAIN].model ? 0 : -1; }
PetscInt TasMaterialGrowthState(TasMaterial material) { return material->single[TAS_PART_GROWTH].model ? (material->single[TAS_PART_PRESTRAIN].model ? 9 : 0) : -1; }

/* Where the network would stand, with or without one. */
static PetscInt NetworkPlace(TasMaterial material)
{
  return (material->single[TAS_PART_PRESTRAIN].model ? 9 : 0) + (material->single[TAS_PART_GROWTH].model ? TAS_GROWTH_STATE : 0);
}

static PetscBool HasNetwork(TasMaterial material) { return material->single[TAS_PART_MATRIX_TURNOVER].model ? PETSC_TRUE : PETSC_FALSE; }
static PetscInt  RelaxationState(TasMaterial material) { return NetworkPlace(material) + (HasNetwork(material) ? TAS_NETWORK_STATE : 0); }

PetscBool TasMaterialAdapts(TasMaterial material) { return (PetscBool)(material->single[TAS_PART_GROWTH].model || HasNetwork(material)); }

PetscInt TasMaterialNumState(TasMaterial material)
{
  return RelaxationState(material) + (material->single[TAS_PART_RELAXATION].model ? 6 * (1 + material->num_terms) : 0);
}

PetscInt TasMaterialNumWork(TasMaterial material) { return !TasMaterialIsWrapped(material) ? 0 : IsTurnover(material) || HasNetwork(material) ? WORK_END : WORK_RELATIVE; }

PetscReal TasMaterialSlackSarcomere(TasMaterial material)
{
  const TasMaterialPart *part = &material->single[TAS_PART_PRESTRAIN];

  return part->model ? part->constants[part->num_cells] : 0;
}

/* ---- maps ---- */

TAS_INLINE void LoadPrestrain(const PetscReal *state, PetscInt n, PetscReal f[9])
{
  for (int e = 0; e < 9; e++) f[e] = state ? state[e * n] : (e % 4 ? 0. : 1.);
}

TAS_INLINE PetscReal Determinant(const PetscReal a[9])
{
  return a[0] * (a[4] * a[8] - a[5] * a[7]) - a[1] * (a[3] * a[8] - a[5] * a[6]) + a[2] * (a[3] * a[7] - a[4] * a[6]);
}

/* a += s (a v) v^T */
TAS_INLINE void Lengthen(PetscReal a[9], PetscReal s, const PetscReal v[3])
{
  for (int i = 0; i < 3; i++) {
    const PetscReal av = s * (a[3 * i] * v[0] + a[3 * i + 1] * v[1] + a[3 * i + 2] * v[2]);
    for (int j = 0; j < 3; j++) a[3 * i + j] += av * v[j];
  }
}

TAS_INLINE void Cross(const PetscReal a[3], const PetscReal b[3], PetscReal c[3])
{
  for (int k = 0; k < 3; k++) c[k] = a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3];
}

TAS_INLINE void StoreMap(const PetscReal a[9], PetscInt n, PetscReal *map)
{
  const PetscReal det = Determinant(a);

  for (int e = 0; e < 9; e++) map[e * n] = a[e];
  map[DET * n]    = det;
  map[VOLUME * n] = 1 / det;
}

/* A = F_p F_g^-1 of the step. */
static void Maps(TasMaterial material, const TasPoints *points, PetscReal *map)
{
  const PetscInt        n = points->n, prestrain = TasMaterialPrestrainState(material), growth = TasMaterialGrowthState(material);
  const PetscReal      *constants = TasMaterialConstantsOf(material, TAS_PART_GROWTH, n, points->constants);
  const TasGrowthKind   kind      = growth >= 0 ? material->single[TAS_PART_GROWTH].model->growth : TAS_GROWTH_FIBRE;

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal theta = growth >= 0 ? TasGrowthPredict(constants + i, points->old_state + growth * n + i, n, points->time_step) : 1.;
    PetscReal       a[9], fibre[3], sheet[3], normal[3];

    LoadPrestrain(prestrain >= 0 ? points->old_state + prestrain * n + i : NULL, n, a);
    for (int k = 0; k < 3; k++) {
      fibre[k] = points->fibre ? points->fibre[k * n + i] : k == 0;
      sheet[k] = points->sheet ? points->sheet[k * n + i] : k == 1;
    }
    if (kind == TAS_GROWTH_FIBRE && theta != 1) {
      const PetscReal across = pow(theta, 0.5 * (1 - constants[TAS_GROWTH_VOLUME_EXPONENT * n + i])); /* 1 over what it grows to the sides */
      Lengthen(a, 1 / (theta * across) - 1, fibre);
      for (int e = 0; e < 9; e++) a[e] *= across;
    }
    if (kind == TAS_GROWTH_AREA) {
      const PetscReal side = 1 / sqrt(theta);
      Cross(fibre, sheet, normal);
      Lengthen(a, 1 / side - 1, normal);
      for (int e = 0; e < 9; e++) a[e] *= side;
    }
    StoreMap(a, n, map + i);
  }
}

/* Fibres whose rest length is theta times longer: R = I + (1/theta - 1) f (x) f. */
static void RelativeFibres(TasMaterial material, const TasPoints *points, PetscReal *relative)
{
  const PetscInt   n = points->n, growth = TasMaterialGrowthState(material);
  const PetscReal *constants = TasMaterialConstantsOf(material, TAS_PART_GROWTH, n, points->constants);

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal theta = TasGrowthPredict(constants + i, points->old_state + growth * n + i, n, points->time_step);
    PetscReal       r[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, fibre[3];

    for (int k = 0; k < 3; k++) fibre[k] = points->fibre[k * n + i];
    Lengthen(r, 1 / theta - 1, fibre);
    StoreMap(r, n, relative + i);
  }
}

/* A network with the metric Q = R R^T; the matrix is isotropic, so any R will do: the lower triangular one of Cholesky. */
static void RelativeMatrix(TasMaterial material, const TasPoints *points, PetscReal *relative)
{
  const PetscInt   n = points->n;
  const PetscReal *constants = TasMaterialConstantsOf(material, TAS_PART_MATRIX_TURNOVER, n, points->constants), *state = points->old_state + NetworkPlace(material) * n;

  for (PetscInt i = 0; i < n; i++) {
    PetscReal q[6], r[9] = {0};

    TasNetworkPredict(constants + i, state + i, n, points->time_step, q);
    r[0] = sqrt(q[0]);
    r[3] = q[3] / r[0];
    r[6] = q[5] / r[0];
    r[4] = sqrt(q[1] - r[3] * r[3]);
    r[7] = (q[4] - r[6] * r[3]) / r[4];
    r[8] = sqrt(q[2] - r[6] * r[6] - r[7] * r[7]);
    StoreMap(r, n, relative + i);
  }
}

void TasMaterialNaturalVolume(TasMaterial material, const TasPoints *points, PetscReal *volume)
{
  PetscReal *map = points->work + WORK_MAP * points->n;

  if (!TasMaterialIsWrapped(material)) {
    for (PetscInt i = 0; i < points->n; i++) volume[i] = 1;
    return;
  }
  Maps(material, points, map);
  for (PetscInt i = 0; i < points->n; i++) volume[i] = map[VOLUME * points->n + i];
}

/* E_e = A^T E A + (A^T A - I)/2 and J_e - 1 = J det A - 1 */
static void ElasticStrain(const TasPoints *points, const PetscReal *map, PetscReal *elastic, PetscReal *dilatation)
{
  const PetscInt   n      = points->n;
  const PetscReal *strain = points->strain;

#pragma omp simd
  for (PetscInt i = 0; i < n; i++) {
    PetscReal a[9], half[9];

    for (int e = 0; e < 9; e++) a[e] = map[e * n + i];
    for (int r = 0; r < 3; r++)
      for (int j = 0; j < 3; j++) {
        half[3 * r + j] = 0.5 * a[3 * r + j];
        for (int s = 0; s < 3; s++) half[3 * r + j] += strain[tas_place[r][s] * n + i] * a[3 * s + j];
      }
    for (int A = 0; A < 6; A++) {
      const int k = tas_row[A], l = tas_column[A];
      elastic[A * n + i] = a[k] * half[l] + a[3 + k] * half[3 + l] + a[6 + k] * half[6 + l] - (A < 3 ? 0.5 : 0.);
    }
    dilatation[i] = points->dilatation[i] * map[DET * n + i] + (map[DET * n + i] - 1);
  }
}

/* Stress and tangent from the natural into the undeformed configuration: S = scale A S_e A^T, and so for each index of the tangent. */
static void PushStress(const PetscReal *map, const PetscReal *scale, PetscInt n, PetscReal *stress)
{
#pragma omp simd
  for (PetscInt i = 0; i < n; i++) {
    PetscReal a[9], half[9];

    for (int e = 0; e < 9; e++) a[e] = map[e * n + i];
    for (int r = 0; r < 3; r++)
      for (int l = 0; l < 3; l++) {
        half[3 * r + l] = 0;
        for (int k = 0; k < 3; k++) half[3 * r + l] += a[3 * r + k] * stress[tas_place[k][l] * n + i];
      }
    for (int A = 0; A < 6; A++) {
      const int r = tas_row[A], s = tas_column[A];
      stress[A * n + i] = (half[3 * r] * a[3 * s] + half[3 * r + 1] * a[3 * s + 1] + half[3 * r + 2] * a[3 * s + 2]) * (scale ? scale[i] : 1.);
    }
  }
}

/* Row A of what turns symmetric tensors by the map: both orders of unlike indices at once. */
TAS_INLINE PetscReal Turned(const PetscReal a[9], int A, int B)
{
  const int i = tas_row[A], j = tas_column[A], k = tas_row[B], l = tas_column[B];

  return k == l ? a[3 * i + k] * a[3 * j + k] : a[3 * i + k] * a[3 * j + l] + a[3 * i + l] * a[3 * j + k];
}

static void PushTangent(const PetscReal *map, const PetscReal *scale, PetscInt n, PetscReal *tangent)
{
#pragma omp simd
  for (PetscInt i = 0; i < n; i++) {
    PetscReal a[9], t[36], half[36];

    for (int e = 0; e < 9; e++) a[e] = map[e * n + i];
    _Pragma("GCC unroll 36") for (int AB = 0; AB < 36; AB++) t[AB] = Turned(a, AB / 6, AB % 6);
    _Pragma("GCC unroll 36") for (int AC = 0; AC < 36; AC++)
    {
      const int A = AC / 6, C = AC % 6;
      half[AC] = 0;
      _Pragma("GCC unroll 6") for (int B = 0; B < 6; B++) half[AC] += t[6 * A + B] * tangent[(B <= C ? TAS_TANGENT(B, C) : TAS_TANGENT(C, B)) * n + i];
    }
    TAS_EACH_TANGENT(K)
    {
      const int A = tas_first[K], D = tas_second[K];
      PetscReal sum = 0;
      _Pragma("GCC unroll 6") for (int C = 0; C < 6; C++) sum += half[6 * A + C] * t[6 * D + C];
      tangent[K * n + i] = sum * (scale ? scale[i] : 1.);
    }
  }
}

/* ---- elastic ---- */

static void Add(const PetscReal *from, PetscInt count, PetscReal *to)
{
  for (PetscInt i = 0; to && i < count; i++) to[i] += from[i];
}

/* A part with a rest state of its own, that of A R in place of A: its stress goes through R into the frame of the others. */
static void AddOwn(TasMaterial material, const TasPoints *points, const TasPoints *elastic, PetscBool matrix, PetscBool fibres)
{
  const PetscInt n = points->n;
  PetscReal     *map = points->work + WORK_MAP * n, *relative = points->work + WORK_RELATIVE * n, *own_map = points->work + WORK_OWN_MAP * n;
  TasPoints      own = *elastic;

  own.strain     = points->work + WORK_OWN_STRAIN * n;
  own.dilatation = points->work + WORK_OWN_DILATATION * n;
  own.energy     = points->energy ? points->work + WORK_OWN_ENERGY * n : NULL;
  own.stress     = points->work + WORK_OWN_STRESS * n;
  own.tangent    = points->tangent ? points->work + WORK_OWN_TANGENT * n : NULL;
  for (PetscInt i = 0; i < n; i++) {
    PetscReal a[9];
    for (int r = 0; r < 3; r++)
      for (int c = 0; c < 3; c++) {
        a[3 * r + c] = 0;
        for (int k = 0; k < 3; k++) a[3 * r + c] += map[(3 * r + k) * n + i] * relative[(3 * k + c) * n + i];
      }
    StoreMap(a, n, own_map + i);
  }
  ElasticStrain(points, own_map, points->work + WORK_OWN_STRAIN * n, points->work + WORK_OWN_DILATATION * n);
  TasMaterialEvaluateParts(material, &own, matrix, fibres);
  PushStress(relative, NULL, n, own.stress);
  if (own.tangent) PushTangent(relative, NULL, n, own.tangent);
  Add(own.energy, n, points->energy);
  Add(own.stress, 6 * n, points->stress);
  if (points->tangent) Add(own.tangent, 21 * n, points->tangent);
}

/* ---- relaxation ---- */

static void Relax(TasMaterial material, const TasPoints *points)
{
  const PetscInt   n = points->n, terms = material->num_terms, first = RelaxationState(material);
  const PetscReal *constants = TasMaterialConstantsOf(material, TAS_PART_RELAXATION, n, points->constants);
  const PetscReal *old = points->old_state + first * n;
  PetscReal       *new = points->new_state ? points->new_state + first * n : NULL;

  for (PetscInt i = 0; i < n; i++) {
    PetscReal elastic[6], stiffer = 1;

    for (int A = 0; A < 6; A++) elastic[A] = points->stress[A * n + i];
    for (int A = 0; new && A < 6; A++) new[A * n + i] = elastic[A];
    for (PetscInt t = 0; t < terms; t++) {
      const PetscReal gamma = constants[t * n + i], x = points->time_step / constants[(TAS_PRONY_TERMS + t) * n + i], decay = exp(-x), share = TasShare(x);
      stiffer += gamma * share;
      for (int A = 0; A < 6; A++) {
        const PetscInt  place = (6 * (1 + t) + A) * n + i;
        const PetscReal over  = decay * old[place] + share * (elastic[A] - old[A * n + i]);
        points->stress[A * n + i] += gamma * over;
        if (new) new[place] = over;
      }
    }
    for (int K = 0; points->tangent && K < 21; K++) points->tangent[K * n + i] *= stiffer;
  }
}

/* ---- growth ---- */

/* Of the deformation F F_p: stretch along the fibre, or of the plane of fibre and sheet. */
static PetscReal Measure(TasGrowthKind kind, const PetscReal c[9], const PetscReal fibre[3], const PetscReal sheet[3])
{
  PetscReal ff = 0, fs = 0, ss = 0;

  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      ff += fibre[i] * c[3 * i + j] * fibre[j];
      fs += fibre[i] * c[3 * i + j] * sheet[j];
      ss += sheet[i] * c[3 * i + j] * sheet[j];
    }
  return kind == TAS_GROWTH_AREA ? sqrt(ff * ss - fs * fs) : sqrt(ff);
}

/* F_p^T C F_p, C = I + 2 E; strain NULL: C = I */
static void CauchyGreen(const PetscReal p[9], const PetscReal *strain, PetscInt n, PetscReal c[9])
{
  PetscReal half[9];

  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      half[3 * i + j] = p[3 * i + j];
      for (int k = 0; strain && k < 3; k++) half[3 * i + j] += 2 * strain[tas_place[i][k] * n] * p[3 * k + j];
    }
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) c[3 * i + j] = p[i] * half[j] + p[3 + i] * half[3 + j] + p[6 + i] * half[6 + j];
}

/* Stretch of a point relative to the stress-free state before growth (total), and that in situ. */
static void MeasurePoint(TasMaterial material, const TasPoints *points, PetscInt i, TasGrowthKind kind, PetscReal *total, PetscReal *in_situ)
{
  const PetscInt n = points->n, prestrain = TasMaterialPrestrainState(material);
  PetscReal      p[9], c[9], fibre[3], sheet[3];

  LoadPrestrain(prestrain >= 0 ? points->old_state + prestrain * n + i : NULL, n, p);
  for (int k = 0; k < 3; k++) {
    fibre[k] = points->fibre ? points->fibre[k * n + i] : k == 0;
    sheet[k] = points->sheet ? points->sheet[k * n + i] : k == 1;
  }
  CauchyGreen(p, points->strain + i, n, c);
  *total = Measure(kind, c, fibre, sheet);
  CauchyGreen(p, NULL, n, c);
  *in_situ = Measure(kind, c, fibre, sheet);
}

static void Grow(TasMaterial material, const TasPoints *points)
{
  const PetscInt   n = points->n, growth = TasMaterialGrowthState(material);
  const PetscReal *constants = TasMaterialConstantsOf(material, TAS_PART_GROWTH, n, points->constants);

  for (PetscInt i = 0; i < n; i++) {
    PetscReal total, in_situ;
    MeasurePoint(material, points, i, material->single[TAS_PART_GROWTH].model->growth, &total, &in_situ);
    TasGrowthUpdate(constants + i, points->old_state + growth * n + i, total / in_situ, points->time_step, n, points->new_state + growth * n + i);
  }
}

/* ---- turnover of the matrix ---- */

static void Inverse(const PetscReal a[9], PetscReal inverse[9])
{
  const PetscReal det = Determinant(a);

  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      const int p = (j + 1) % 3, q = (j + 2) % 3, r = (i + 1) % 3, s = (i + 2) % 3;
      inverse[3 * i + j] = (a[3 * p + r] * a[3 * q + s] - a[3 * p + s] * a[3 * q + r]) / det;
    }
}

/* C^(-1/2), by the iteration of Denman & Beavers 1976, Appl Math Comput 2:63. */
static void InverseRoot(const PetscReal c[9], PetscReal root[9])
{
  PetscReal y[9], change = 1;

  for (int e = 0; e < 9; e++) {
    y[e]    = c[e];
    root[e] = e % 4 ? 0. : 1.;
  }
  for (int k = 0; k < 50 && change > 1e-14; k++) {
    PetscReal other_y[9], other_root[9];
    Inverse(root, other_y);
    Inverse(y, other_root);
    change = 0;
    for (int e = 0; e < 9; e++) {
      change  = PetscMax(change, fabs(other_root[e] - root[e]));
      y[e]    = 0.5 * (y[e] + other_y[e]);
      root[e] = 0.5 * (root[e] + other_root[e]);
    }
  }
}

TAS_INLINE void Multiply(const PetscReal a[9], const PetscReal b[9], PetscReal product[9])
{
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) product[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
}

/* Links laid down now have the strain in situ, turned with the tissue: F A Q_inf A^T F^T = R F_p F_p^T R^T, with F = R U. */
static void RenewNetwork(TasMaterial material, const TasPoints *points)
{
  const PetscInt   n = points->n, prestrain = TasMaterialPrestrainState(material), network = NetworkPlace(material);
  const PetscReal *constants = TasMaterialConstantsOf(material, TAS_PART_MATRIX_TURNOVER, n, points->constants), *map = points->work + WORK_MAP * n;

  for (PetscInt i = 0; i < n; i++) {
    PetscReal in_situ[9], c[9], a[9], inverse[9], root[9], both[9], m[9], laid_down[6];

    LoadPrestrain(prestrain >= 0 ? points->old_state + prestrain * n + i : NULL, n, in_situ);
    CauchyGreen((const PetscReal[9]){1, 0, 0, 0, 1, 0, 0, 0, 1}, points->strain + i, n, c);
    for (int e = 0; e < 9; e++) a[e] = map[e * n + i];
    Inverse(a, inverse);
    InverseRoot(c, root);
    Multiply(inverse, root, both);
    Multiply(both, in_situ, m);
    for (int A = 0; A < 6; A++) {
      const int r = tas_row[A], s = tas_column[A];
      laid_down[A] = m[3 * r] * m[3 * s] + m[3 * r + 1] * m[3 * s + 1] + m[3 * r + 2] * m[3 * s + 2];
    }
    TasNetworkUpdate(constants + i, points->old_state + network * n + i, laid_down, points->time_step, n, points->new_state + network * n + i);
  }
}

void TasMaterialElasticStretch(TasMaterial material, const TasPoints *points, PetscReal *stretch)
{
  const PetscInt      n = points->n, growth = TasMaterialGrowthState(material);
  const TasGrowthKind kind = growth >= 0 ? material->single[TAS_PART_GROWTH].model->growth : TAS_GROWTH_FIBRE;

  for (PetscInt i = 0; i < n; i++) {
    const PetscReal theta = growth >= 0 ? points->old_state[growth * n + i] : 1;
    PetscReal       in_situ;
    MeasurePoint(material, points, i, TAS_GROWTH_FIBRE, &stretch[i], &in_situ);
    stretch[i] /= kind == TAS_GROWTH_AREA ? sqrt(theta) : theta;
  }
}

void TasMaterialGrowthError(TasMaterial material, const TasPoints *points, PetscReal *error)
{
  const PetscInt   n = points->n, growth = TasMaterialGrowthState(material), network = NetworkPlace(material);
  const PetscReal *constants = TasMaterialConstantsOf(material, TAS_PART_GROWTH, n, points->constants);
  const PetscReal *lives     = TasMaterialConstantsOf(material, TAS_PART_MATRIX_TURNOVER, n, points->constants);

  for (PetscInt l = 0; l < TAS_LANES; l++) error[l] = 0;
  for (PetscInt i = 0; growth >= 0 && i < n; i++) {
    const PetscReal predicted = TasGrowthPredict(constants + i, points->old_state + growth * n + i, n, points->time_step);
    error[i % TAS_LANES] = PetscMax(error[i % TAS_LANES], fabs(points->new_state[growth * n + i] - predicted));
  }
  for (PetscInt i = 0; HasNetwork(material) && i < n; i++) {
    PetscReal predicted[6], found[6];
    TasNetworkPredict(lives + i, points->old_state + network * n + i, n, points->time_step, predicted);
    TasNetworkPredict(lives + i, points->new_state + network * n + i, n, 0, found);
    for (int A = 0; A < 6; A++)
      error[i % TAS_LANES] = PetscMax(error[i % TAS_LANES], 0.5 * fabs(found[A] - predicted[A]) / sqrt(found[tas_row[A]] * found[tas_column[A]]));
  }
}

/* ---- the whole ---- */

void TasMaterialInitState(TasMaterial material, PetscInt n, const PetscReal *constants, const PetscReal *fibre, PetscReal *state)
{
  const PetscInt   prestrain = TasMaterialPrestrainState(material), growth = TasMaterialGrowthState(material);
  const PetscReal *stretch = TasMaterialConstantsOf(material, TAS_PART_PRESTRAIN, n, constants);

  for (PetscInt i = 0; i < TasMaterialNumState(material) * n; i++) state[i] = 0;
  for (PetscInt i = 0; i < n; i++) {
    if (growth >= 0) TasGrowthInit(TasMaterialConstantsOf(material, TAS_PART_GROWTH, n, constants) + i, n, state + growth * n + i);
    if (HasNetwork(material)) TasNetworkInit(n, state + NetworkPlace(material) * n + i);
    for (int r = 0; prestrain >= 0 && r < 3; r++)
      for (int c = 0; c < 3; c++) {
        const PetscReal across = 1 / sqrt(stretch[i]), both = fibre ? fibre[r * n + i] * fibre[c * n + i] : r == 0 && c == 0;
        state[(prestrain + 3 * r + c) * n + i] = (stretch[i] - across) * both + (r == c ? across : 0.);
      }
  }
}

void TasMaterialEvaluateWrapped(TasMaterial material, const TasPoints *points)
{
  const PetscInt n = points->n, prestrain = TasMaterialPrestrainState(material);
  PetscReal     *map = points->work + WORK_MAP * n, *strain = points->work + WORK_STRAIN * n, *dilatation = points->work + WORK_DILATATION * n;
  TasPoints      elastic = *points;

  Maps(material, points, map);
  ElasticStrain(points, map, strain, dilatation);
  elastic.strain     = strain;
  elastic.dilatation = dilatation;
  TasMaterialEvaluateParts(material, &elastic, (PetscBool)!HasNetwork(material), (PetscBool)!IsTurnover(material));
  if (IsTurnover(material)) {
    RelativeFibres(material, points, points->work + WORK_RELATIVE * n);
    AddOwn(material, points, &elastic, PETSC_FALSE, PETSC_TRUE);
  }
  if (HasNetwork(material)) {
    RelativeMatrix(material, points, points->work + WORK_RELATIVE * n);
    AddOwn(material, points, &elastic, PETSC_TRUE, PETSC_FALSE);
  }
  if (material->single[TAS_PART_RELAXATION].model) Relax(material, points);
  PushStress(map, map + VOLUME * n, n, points->stress);
  if (points->tangent) PushTangent(map, map + VOLUME * n, n, points->tangent);
  for (PetscInt i = 0; points->energy && i < n; i++) points->energy[i] *= map[VOLUME * n + i];
  if (!points->new_state) return;
  for (PetscInt e = 0; prestrain >= 0 && e < 9 * n; e++) points->new_state[prestrain * n + e] = points->old_state[prestrain * n + e];
  if (material->single[TAS_PART_GROWTH].model) Grow(material, points);
  if (HasNetwork(material)) RenewNetwork(material, points);
}
