#include "models/wrapped.h"
#include "models/material_impl.h"
#include "models/symmetric.h"
#include <math.h>

#define NUM_MAP 11 /* A by rows, det A, 1/det A */
#define DET     9
#define VOLUME  10

/* Work space, as multiples of n: the map, the elastic strain and dilatation; with turnover those of the fibres and their results. */
#define WORK_MAP          0
#define WORK_STRAIN       (WORK_MAP + NUM_MAP)
#define WORK_DILATATION   (WORK_STRAIN + 6)
#define WORK_FIBRE_MAP    (WORK_DILATATION + 1)
#define WORK_FIBRE_STRAIN (WORK_FIBRE_MAP + NUM_MAP)
#define WORK_FIBRE_DILATATION (WORK_FIBRE_STRAIN + 6)
#define WORK_FIBRE_ENERGY (WORK_FIBRE_DILATATION + 1)
#define WORK_FIBRE_STRESS (WORK_FIBRE_ENERGY + 1)
#define WORK_FIBRE_TANGENT (WORK_FIBRE_STRESS + 6)
#define WORK_END          (WORK_FIBRE_TANGENT + 21)

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

static PetscInt RelaxationState(TasMaterial material)
{
  return (material->single[TAS_PART_PRESTRAIN].model ? 9 : 0) + (material->single[TAS_PART_GROWTH].model ? TAS_GROWTH_STATE : 0);
}

PetscInt TasMaterialNumState(TasMaterial material)
{
  return RelaxationState(material) + (material->single[TAS_PART_RELAXATION].model ? 6 * (1 + material->num_terms) : 0);
}

PetscInt TasMaterialNumWork(TasMaterial material) { return !TasMaterialIsWrapped(material) ? 0 : IsTurnover(material) ? WORK_END : WORK_FIBRE_MAP; }

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

/* A = F_p F_g^-1 of the step, and with turnover that of the fibres, whose rest length is theta times longer. */
static void Maps(TasMaterial material, const TasPoints *points, PetscReal *map, PetscReal *fibre_map)
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
    if (kind == TAS_GROWTH_FIBRE) Lengthen(a, 1 / theta - 1, fibre);
    if (kind == TAS_GROWTH_AREA) {
      const PetscReal side = 1 / sqrt(theta);
      Cross(fibre, sheet, normal);
      Lengthen(a, 1 / side - 1, normal);
      for (int e = 0; e < 9; e++) a[e] *= side;
    }
    StoreMap(a, n, map + i);
    if (!fibre_map) continue;
    Lengthen(a, 1 / theta - 1, fibre);
    StoreMap(a, n, fibre_map + i);
  }
}

void TasMaterialNaturalVolume(TasMaterial material, const TasPoints *points, PetscReal *volume)
{
  PetscReal *map = points->work + WORK_MAP * points->n;

  if (!TasMaterialIsWrapped(material)) {
    for (PetscInt i = 0; i < points->n; i++) volume[i] = 1;
    return;
  }
  Maps(material, points, map, NULL);
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

/* Fibres with a rest length of their own: their stress goes through R = A^-1 A_f = I + (1/theta - 1) f (x) f into the frame of the others. */
static void AddRemodelledFibres(TasMaterial material, const TasPoints *points, const TasPoints *elastic)
{
  const PetscInt n = points->n, growth = TasMaterialGrowthState(material);
  const PetscReal *constants = TasMaterialConstantsOf(material, TAS_PART_GROWTH, n, points->constants);
  PetscReal *map = points->work + WORK_FIBRE_MAP * n;
  TasPoints  fibres = *elastic;

  fibres.strain     = points->work + WORK_FIBRE_STRAIN * n;
  fibres.dilatation = points->work + WORK_FIBRE_DILATATION * n;
  fibres.energy  = points->energy ? points->work + WORK_FIBRE_ENERGY * n : NULL;
  fibres.stress  = points->work + WORK_FIBRE_STRESS * n;
  fibres.tangent = points->tangent ? points->work + WORK_FIBRE_TANGENT * n : NULL;
  ElasticStrain(points, map, points->work + WORK_FIBRE_STRAIN * n, points->work + WORK_FIBRE_DILATATION * n);
  TasMaterialEvaluateParts(material, &fibres, PETSC_FALSE, PETSC_TRUE);
  for (PetscInt i = 0; i < n; i++) {
    const PetscReal theta = TasGrowthPredict(constants + i, points->old_state + growth * n + i, n, points->time_step);
    PetscReal       r[9], fibre[3];
    for (int e = 0; e < 9; e++) r[e] = e % 4 ? 0. : 1.;
    for (int k = 0; k < 3; k++) fibre[k] = points->fibre[k * n + i];
    Lengthen(r, 1 / theta - 1, fibre);
    for (int e = 0; e < 9; e++) map[e * n + i] = r[e];
  }
  PushStress(map, NULL, n, fibres.stress);
  if (fibres.tangent) PushTangent(map, NULL, n, fibres.tangent);
  Add(fibres.energy, n, points->energy);
  Add(fibres.stress, 6 * n, points->stress);
  if (points->tangent) Add(fibres.tangent, 21 * n, points->tangent);
}

/* ---- relaxation ---- */

/* (1 - exp(-x))/x */
static PetscReal Share(PetscReal x) { return x > 0 ? -expm1(-x) / x : 1; }

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
      const PetscReal gamma = constants[t * n + i], x = points->time_step / constants[(TAS_PRONY_TERMS + t) * n + i], decay = exp(-x), share = Share(x);
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
  const PetscInt   n = points->n, growth = TasMaterialGrowthState(material);
  const PetscReal *constants = TasMaterialConstantsOf(material, TAS_PART_GROWTH, n, points->constants);

  for (PetscInt l = 0; l < TAS_LANES; l++) error[l] = 0;
  for (PetscInt i = 0; growth >= 0 && i < n; i++) {
    const PetscReal predicted = TasGrowthPredict(constants + i, points->old_state + growth * n + i, n, points->time_step);
    error[i % TAS_LANES] = PetscMax(error[i % TAS_LANES], fabs(points->new_state[growth * n + i] - predicted));
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

  Maps(material, points, map, IsTurnover(material) ? points->work + WORK_FIBRE_MAP * n : NULL);
  ElasticStrain(points, map, strain, dilatation);
  elastic.strain     = strain;
  elastic.dilatation = dilatation;
  TasMaterialEvaluateParts(material, &elastic, PETSC_TRUE, IsTurnover(material) ? PETSC_FALSE : PETSC_TRUE);
  if (IsTurnover(material)) AddRemodelledFibres(material, points, &elastic);
  if (material->single[TAS_PART_RELAXATION].model) Relax(material, points);
  PushStress(map, map + VOLUME * n, n, points->stress);
  if (points->tangent) PushTangent(map, map + VOLUME * n, n, points->tangent);
  for (PetscInt i = 0; points->energy && i < n; i++) points->energy[i] *= map[VOLUME * n + i];
  if (!points->new_state) return;
  for (PetscInt e = 0; prestrain >= 0 && e < 9 * n; e++) points->new_state[prestrain * n + e] = points->old_state[prestrain * n + e];
  if (material->single[TAS_PART_GROWTH].model) Grow(material, points);
}
