#include "solver/assembly/element_kernel.h"

/* Written once for all elements; the numbers of nodes, points and modes are constants in each caller, so that the compiler
   unrolls what it can. */
#define KERNEL static inline __attribute__((always_inline)) void
#define UNROLL _Pragma("GCC unroll 9")
#define MAX_MODES 4
#define SMALLEST_SHARE 0.1 /* of its volume, that a linearised dilatation leaves of a point */

static const int voigt[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};

static inline TasLanes Fill(PetscReal value) { return value - (TasLanes){0.}; }

/* Gradients of the shape functions by reference coordinates, and weights of the points. */
KERNEL Geometry(const int nodes, const int points, TasBatch *batch)
{
  const PetscReal *natural = batch->reference->gradient;

  batch->volume = Fill(0.);
  for (int p = 0; p < points; p++, natural += nodes * 3) {
    TasLanes jac[3][3] = {{{0.}}}, inverse[3][3];
    for (int a = 0; a < nodes; a++)
      for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) jac[i][j] += batch->position[3 * a + i] * natural[3 * a + j];
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) {
        const int i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;
        inverse[j][i] = jac[i1][j1] * jac[i2][j2] - jac[i1][j2] * jac[i2][j1];
      }
    const TasLanes det = jac[0][0] * inverse[0][0] + jac[0][1] * inverse[1][0] + jac[0][2] * inverse[2][0], scale = 1. / det;
    for (int k = 0; k < 3; k++)
      for (int j = 0; j < 3; j++) inverse[k][j] *= scale;
    for (int a = 0; a < nodes; a++)
      for (int j = 0; j < 3; j++) {
        const PetscReal *g                            = natural + 3 * a;
        batch->gradient[(p * nodes + a) * 3 + j] = g[0] * inverse[0][j] + g[1] * inverse[1][j] + g[2] * inverse[2][j];
      }
    batch->weight[p] = det * batch->reference->weight[p];
    batch->volume += batch->weight[p];
  }
}

/* F, J - 1 and E from the displacement gradient H: exact for rigid translation, accurate for the smallest strains. */
KERNEL Deformation(const int nodes, const int points, TasBatch *batch)
{
  for (int p = 0; p < points; p++) {
    const TasLanes *gradient = batch->gradient + p * nodes * 3;
    TasLanes        h[3][3] = {{{0.}}}, *f = batch->deformation + 9 * p;

    for (int a = 0; a < nodes; a++)
      for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) h[i][j] += batch->displacement[3 * a + i] * gradient[3 * a + j];
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) f[3 * i + j] = h[i][j] + (i == j ? 1. : 0.);
    for (int i = 0; i < 3; i++)
      for (int j = i; j < 3; j++)
        batch->strain[voigt[i][j] * points + p] = 0.5 * (h[i][j] + h[j][i] + h[0][i] * h[0][j] + h[1][i] * h[1][j] + h[2][i] * h[2][j]);
    const TasLanes trace  = h[0][0] + h[1][1] + h[2][2];
    const TasLanes minors = h[0][0] * h[1][1] - h[0][1] * h[1][0] + h[1][1] * h[2][2] - h[1][2] * h[2][1] + h[0][0] * h[2][2] - h[0][2] * h[2][0];
    const TasLanes det    = h[0][0] * (h[1][1] * h[2][2] - h[1][2] * h[2][1]) + h[0][1] * (h[1][2] * h[2][0] - h[1][0] * h[2][2]) + h[0][2] * (h[1][0] * h[2][1] - h[1][1] * h[2][0]);
    batch->dilatation[p] = trace + minors + det;
  }
}

/* cof F = dJ/dF. */
KERNEL Cofactor(const TasLanes *f, TasLanes *cof)
{
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      const int i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;
      cof[3 * i + j] = f[3 * i1 + j1] * f[3 * i2 + j2] - f[3 * i1 + j2] * f[3 * i2 + j1];
    }
}

/* Inverse of a small symmetric positive definite matrix, Gauss-Jordan without pivoting. */
KERNEL InvertSmall(const int size, TasLanes m[MAX_MODES][MAX_MODES])
{
  for (int k = 0; k < size; k++) {
    const TasLanes pivot = 1. / m[k][k];
    m[k][k] = Fill(1.);
    for (int j = 0; j < size; j++) m[k][j] *= pivot;
    for (int i = 0; i < size; i++) {
      if (i == k) continue;
      const TasLanes factor = m[i][k];
      m[i][k] = Fill(0.);
      for (int j = 0; j < size; j++) m[i][j] -= factor * m[k][j];
    }
  }
}

/* The functions 1, (X - Xc)/h of the linear discontinuous pressure at the points. */
KERNEL PressureModes(const int nodes, const int points, const int modes, TasBatch *batch)
{
  TasLanes centre[3] = {{0.}}, size = Fill(0.);

  for (int a = 0; a < nodes; a++)
    for (int d = 0; d < 3; d++) centre[d] += batch->position[3 * a + d] / (PetscReal)nodes;
  for (int d = 0; d < 3; d++) {
    const TasLanes edge = batch->position[d] - centre[d];
    size += edge * edge;
  }
  for (int l = 0; l < TAS_LANES; l++) size[l] = 1. / PetscSqrtReal(size[l]);
  for (int p = 0; p < points; p++) {
    const PetscReal *shape = batch->reference->shape + p * nodes;
    batch->mode[p * modes] = Fill(1.);
    for (int d = 0; d < 3; d++) {
      TasLanes x = -centre[d];
      for (int a = 0; a < nodes; a++) x += shape[a] * batch->position[3 * a + d];
      batch->mode[p * modes + d + 1] = x * size;
    }
  }
}

/* The law at the dilatations theta - 1, of tissue with the natural volumes (NULL: 1): v U(theta/v), U', U''/v. */
static void VolumeLaw(TasBatch *batch, int num, TasLanes *theta, const TasLanes *natural, TasLanes *energy, TasLanes *pressure, TasLanes *modulus)
{
  const TasDilatations at = {.n          = num * TAS_LANES,
                             .dilatation = (PetscReal *)theta,
                             .energy     = (PetscReal *)energy,
                             .pressure   = (PetscReal *)pressure,
                             .modulus    = (PetscReal *)modulus};
  for (int p = 0; natural && p < num; p++) theta[p] = (theta[p] - (natural[p] - 1.)) / natural[p];
  TasMaterialEvaluateVolume(batch->material, &at, (PetscReal *)batch->volume_constants);
  for (int p = 0; natural && p < num; p++) {
    energy[p] *= natural[p];
    modulus[p] /= natural[p];
  }
}

/* Dilatation and pressure of an element with one mode; the modulus U''/V. */
KERNEL ConstantPressure(const int points, TasBatch *batch, TasLanes bulk[MAX_MODES][MAX_MODES])
{
  TasLanes *theta = batch->volume_work, *energy = theta + points, *pressure = energy + points, *modulus = pressure + points;

  theta[0] = Fill(0.);
  for (int p = 0; p < points; p++) theta[0] += batch->weight[p] * batch->dilatation[p];
  theta[0] /= batch->volume;
  if (batch->natural_volume) {
    TasLanes natural = Fill(0.);
    for (int p = 0; p < points; p++) natural += batch->weight[p] * batch->natural_volume[p];
    batch->natural_volume[0] = natural / batch->volume;
  }
  VolumeLaw(batch, 1, theta, batch->natural_volume, energy, pressure, modulus);
  batch->energy += batch->volume * energy[0];
  batch->mode_pressure[0] = pressure[0];
  for (int p = 0; p < points; p++) batch->pressure[p] = pressure[0];
  bulk[0][0] = modulus[0] / batch->volume;
}

/* Coefficients of the modes whose function is the projection of values at the points: M^-1 int psi values dV. */
KERNEL ProjectOnModes(const int points, const int modes, const TasBatch *batch, TasLanes mass[MAX_MODES][MAX_MODES], const TasLanes *values, TasLanes *coefficient)
{
  TasLanes sum[MAX_MODES] = {{0.}};

  for (int p = 0; p < points; p++)
    for (int m = 0; m < modes; m++) sum[m] += batch->mode[p * modes + m] * batch->weight[p] * values[p];
  for (int m = 0; m < modes; m++) {
    coefficient[m] = Fill(0.);
    for (int n = 0; n < modes; n++) coefficient[m] += mass[m][n] * sum[n];
  }
}

/* Values at the points of the function with these coefficients. */
KERNEL ModeValues(const int points, const int modes, const TasBatch *batch, const TasLanes *coefficient, TasLanes *values)
{
  for (int p = 0; p < points; p++) {
    values[p] = Fill(0.);
    for (int m = 0; m < modes; m++) values[p] += (modes == 1 ? Fill(1.) : batch->mode[p * modes + m]) * coefficient[m];
  }
}

/* The same for several modes: M^-1 [int U'' psi psi] M^-1. */
KERNEL ModalPressure(const int nodes, const int points, const int modes, TasBatch *batch, TasLanes bulk[MAX_MODES][MAX_MODES])
{
  TasLanes *theta = batch->volume_work, *energy = theta + points, *pressure = energy + points, *modulus = pressure + points;
  TasLanes  mass[MAX_MODES][MAX_MODES] = {{{0.}}}, swell[MAX_MODES], middle[MAX_MODES][MAX_MODES] = {{{0.}}};

  PressureModes(nodes, points, modes, batch);
  for (int p = 0; p < points; p++)
    for (int m = 0; m < modes; m++)
      for (int n = 0; n < modes; n++) mass[m][n] += batch->mode[p * modes + m] * batch->weight[p] * batch->mode[p * modes + n];
  InvertSmall(modes, mass);
  ProjectOnModes(points, modes, batch, mass, batch->dilatation, swell);
  ModeValues(points, modes, batch, swell, theta);
  VolumeLaw(batch, points, theta, batch->natural_volume, energy, pressure, modulus);
  for (int p = 0; p < points; p++) {
    batch->energy += batch->weight[p] * energy[p];
    for (int m = 0; m < modes; m++)
      for (int n = 0; n < modes; n++) middle[m][n] += batch->mode[p * modes + m] * batch->weight[p] * batch->mode[p * modes + n] * modulus[p];
  }
  ProjectOnModes(points, modes, batch, mass, pressure, batch->mode_pressure);
  ModeValues(points, modes, batch, batch->mode_pressure, batch->pressure);
  for (int m = 0; m < modes; m++)
    for (int n = 0; n < modes; n++) {
      bulk[m][n] = Fill(0.);
      for (int r = 0; r < modes; r++)
        for (int s = 0; s < modes; s++) bulk[m][n] += mass[m][r] * middle[r][s] * mass[s][n];
    }
}

/* Dilatation and pressure of the element, from the dilatation at the points; leaves the pressure there. */
KERNEL Pressure(const int nodes, const int points, const int modes, TasBatch *batch, TasLanes bulk[MAX_MODES][MAX_MODES])
{
  if (modes == 1) ConstantPressure(points, batch, bulk);
  else ModalPressure(nodes, points, modes, batch, bulk);
}

/* The dilatation at the points changes as it does to first order along the step; where that would empty the cell, it stays above. */
KERNEL AddLinearDilatation(const int nodes, const int points, TasBatch *batch)
{
  for (int p = 0; p < points; p++) {
    const TasLanes *gradient = batch->gradient + p * nodes * 3;
    TasLanes        cof[9], change = Fill(0.);

    Cofactor(batch->deformation + 9 * p, cof);
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) {
        TasLanes slope = Fill(0.);
        for (int a = 0; a < nodes; a++) slope += batch->step[3 * a + i] * gradient[3 * a + j];
        change += cof[3 * i + j] * slope;
      }
    const TasLanes smallest = SMALLEST_SHARE * (1. + batch->dilatation[p]) - 1.;
    batch->dilatation[p] += change;
    for (int l = 0; l < TAS_LANES; l++)
      if (!(batch->dilatation[p][l] > smallest[l])) batch->dilatation[p][l] = smallest[l];
  }
}

/* Internal forces, first Piola-Kirchhoff stress P = F S + p cof F. */
KERNEL Forces(const int nodes, const int points, const TasLanes *pressure, TasBatch *batch)
{
  for (int a = 0; a < 3 * nodes; a++) batch->force[a] = Fill(0.);
  for (int p = 0; p < points; p++) {
    const TasLanes *f = batch->deformation + 9 * p, *gradient = batch->gradient + p * nodes * 3;
    TasLanes        cof[9], piola[9];

    Cofactor(f, cof);
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) {
        piola[3 * i + j] = pressure[p] * cof[3 * i + j];
        for (int m = 0; m < 3; m++) piola[3 * i + j] += f[3 * i + m] * batch->stress[voigt[m][j] * points + p];
        piola[3 * i + j] *= batch->weight[p];
      }
    for (int a = 0; a < nodes; a++)
      for (int i = 0; i < 3; i++)
        batch->force[3 * a + i] += piola[3 * i] * gradient[3 * a] + piola[3 * i + 1] * gradient[3 * a + 1] + piola[3 * i + 2] * gradient[3 * a + 2];
  }
}

/* x + g . c, three fused operations. */
static inline __attribute__((always_inline)) TasLanes AddDot(TasLanes x, const TasLanes *g, TasLanes c0, TasLanes c1, TasLanes c2)
{
  x += g[0] * c0;
  x += g[1] * c1;
  x += g[2] * c2;
  return x;
}

/* The slice a[L][3*i + J] = w dP_iJ/dF_kL for one k. */
KERNEL PiolaTangent(const int points, const TasBatch *batch, const int p, const int k, TasLanes a[3][9])
{
  const TasLanes *f = batch->deformation + 9 * p, weight = batch->weight[p], pressure = batch->tangent_pressure[p] * weight;
  const TasLanes  fk[3] = {f[3 * k] * weight, f[3 * k + 1] * weight, f[3 * k + 2] * weight};
  const int       k1 = (k + 1) % 3, k2 = (k + 2) % 3;

  UNROLL for (int l = 0; l < 3; l++)
  {
    TasLanes  half[6]; /* C_MJNL F_kN */
    const int l1 = (l + 1) % 3, l2 = (l + 2) % 3;
    UNROLL for (int mj = 0; mj < 6; mj++)
    {
      half[mj] = Fill(0.);
      UNROLL for (int n = 0; n < 3; n++)
      {
        const int nl = voigt[n][l];
        half[mj] += batch->tangent[(mj <= nl ? TAS_TANGENT(mj, nl) : TAS_TANGENT(nl, mj)) * points + p] * fk[n];
      }
    }
    UNROLL for (int i = 0; i < 3; i++)
      UNROLL for (int j = 0; j < 3; j++)
      {
        const TasLanes start = i == k ? batch->stress[voigt[j][l] * points + p] * weight : Fill(0.);
        a[l][3 * i + j]      = AddDot(start, f + 3 * i, half[voigt[0][j]], half[voigt[1][j]], half[voigt[2][j]]);
      }
    /* d cof F: the entry (i, J) with i != k, J != L is plus or minus the entry of F in the remaining row and column */
    a[l][3 * k1 + l1] += pressure * f[3 * k2 + l2];
    a[l][3 * k2 + l2] += pressure * f[3 * k1 + l1];
    a[l][3 * k1 + l2] -= pressure * f[3 * k2 + l1];
    a[l][3 * k2 + l1] -= pressure * f[3 * k1 + l2];
  }
}

/* Adds the part of one point and one displacement component k of the columns. */
KERNEL AddPoint(const int nodes, const TasLanes *gradient, const int k, const TasLanes a[3][9], TasLanes *stiffness)
{
  for (int c = 0; c < nodes; c++) {
    TasLanes *block = stiffness + 9 * (c * (c + 1) / 2) + k, column[9];
    UNROLL for (int ij = 0; ij < 9; ij++) column[ij] = AddDot(Fill(0.), gradient + 3 * c, a[0][ij], a[1][ij], a[2][ij]);
    for (int r = 0; r <= c; r++, block += 9) {
      const TasLanes *g = gradient + 3 * r;
      block[0] = AddDot(block[0], g, column[0], column[1], column[2]);
      block[3] = AddDot(block[3], g, column[3], column[4], column[5]);
      block[6] = AddDot(block[6], g, column[6], column[7], column[8]);
    }
  }
}

KERNEL Stiffness(const int nodes, const int points, const int modes, TasBatch *batch, const TasLanes bulk[MAX_MODES][MAX_MODES])
{
  const int pairs = nodes * (nodes + 1) / 2;

  for (int e = 0; e < 9 * pairs; e++) batch->stiffness[e] = Fill(0.);
  for (int p = 0; p < points; p++)
    UNROLL for (int k = 0; k < 3; k++)
    {
      TasLanes a[3][9];
      PiolaTangent(points, batch, p, k, a);
      AddPoint(nodes, batch->gradient + p * nodes * 3, k, a, batch->stiffness);
    }
  /* the bulk modulus, through the coupling vectors g = int psi cof F grad N dV */
  TasLanes *g = batch->coupling;
  for (int e = 0; e < 3 * nodes * modes; e++) g[e] = Fill(0.);
  for (int p = 0; p < points; p++) {
    const TasLanes *gradient = batch->gradient + p * nodes * 3;
    TasLanes        cof[9];
    Cofactor(batch->deformation + 9 * p, cof);
    for (int m = 0; m < modes; m++) {
      const TasLanes psi = modes == 1 ? batch->weight[p] : batch->weight[p] * batch->mode[p * modes + m];
      for (int a = 0; a < nodes; a++)
        for (int i = 0; i < 3; i++) g[(m * nodes + a) * 3 + i] += psi * (cof[3 * i] * gradient[3 * a] + cof[3 * i + 1] * gradient[3 * a + 1] + cof[3 * i + 2] * gradient[3 * a + 2]);
    }
  }
  for (int m = 0; m < modes; m++)
    for (int n = 0; n < modes; n++) {
      const TasLanes *ga = g + 3 * nodes * m, *gb = g + 3 * nodes * n;
      for (int c = 0; c < nodes; c++)
        for (int k = 0; k < 3; k++) {
          const TasLanes scaled = bulk[m][n] * gb[3 * c + k];
          TasLanes      *block  = batch->stiffness + 9 * (c * (c + 1) / 2) + k;
          for (int r = 0; r <= c; r++, block += 9)
            for (int i = 0; i < 3; i++) block[3 * i] += ga[3 * r + i] * scaled;
        }
    }
}

KERNEL EvaluateMaterial(const int points, TasBatch *batch, int want)
{
  TasPoints at = TasBatchPoints(batch, want);

  at.n = points * TAS_LANES;
  TasMaterialEvaluate(batch->material, &at);
}

/* An inadmissible point: volume gone, or the model says so. */
KERNEL CollectFlags(const int points, TasBatch *batch)
{
  batch->flag = Fill(0.);
  for (int p = 0; p < points; p++)
    for (int l = 0; l < TAS_LANES; l++)
      if (!(batch->dilatation[p][l] > -1.) || batch->point_flag[p][l] != 0.) batch->flag[l] = 1.;
}

KERNEL Evaluate(const int nodes, const int points, const int modes, TasBatch *batch, int want)
{
  TasLanes bulk[MAX_MODES][MAX_MODES];

  Geometry(nodes, points, batch);
  Deformation(nodes, points, batch);
  if (batch->natural_volume) {
    const TasPoints at = TasBatchPoints(batch, want);
    TasMaterialNaturalVolume(batch->material, &at, (PetscReal *)batch->natural_volume);
  }
  if (want & TAS_WANT_PRESSURE) {
    AddLinearDilatation(nodes, points, batch);
    Pressure(nodes, points, modes, batch, bulk);
    return;
  }
  EvaluateMaterial(points, batch, want);
  CollectFlags(points, batch);
  batch->energy = Fill(0.);
  Pressure(nodes, points, modes, batch, bulk);
  if (want & TAS_WANT_ENERGY)
    for (int p = 0; p < points; p++) batch->energy += batch->weight[p] * batch->point_energy[p];
  if (batch->pressure_given) ModeValues(points, modes, batch, batch->given_pressure, batch->tangent_pressure);
  else
    for (int p = 0; p < points; p++) batch->tangent_pressure[p] = batch->pressure[p];
  Forces(nodes, points, want & TAS_GIVEN_PRESSURE ? batch->tangent_pressure : batch->pressure, batch);
  if (want & TAS_WANT_STIFFNESS) Stiffness(nodes, points, modes, batch, bulk);
}

TasPoints TasBatchPoints(const TasBatch *batch, int want)
{
  return (TasPoints){.n          = batch->reference->points * TAS_LANES,
                     .strain     = (PetscReal *)batch->strain,
                     .dilatation = (PetscReal *)batch->dilatation,
                     .fibre      = (PetscReal *)batch->fibre,
                     .sheet      = (PetscReal *)batch->sheet,
                     .constants  = (PetscReal *)batch->constants,
                     .old_state  = (PetscReal *)batch->old_state,
                     .time_step  = batch->time_step,
                     .energy     = want & TAS_WANT_ENERGY ? (PetscReal *)batch->point_energy : NULL,
                     .stress     = (PetscReal *)batch->stress,
                     .tangent    = want & TAS_WANT_STIFFNESS ? (PetscReal *)batch->tangent : NULL,
                     .new_state  = want & TAS_WANT_STATE ? (PetscReal *)batch->new_state : NULL,
                     .work       = (PetscReal *)batch->material_work,
                     .flag       = (PetscReal *)batch->point_flag};
}

static void EvaluateHex8(TasBatch *batch, int want) { Evaluate(8, 8, 1, batch, want); }
static void EvaluateTet10(TasBatch *batch, int want) { Evaluate(10, 8, 1, batch, want); }
static void EvaluateHex27(TasBatch *batch, int want) { Evaluate(27, 27, 4, batch, want); }

void TasBatchEvaluate(TasBatch *batch, int want)
{
  switch (batch->reference->element) {
  case TAS_ELEMENT_HEX8: EvaluateHex8(batch, want); break;
  case TAS_ELEMENT_TET10: EvaluateTet10(batch, want); break;
  case TAS_ELEMENT_HEX27: EvaluateHex27(batch, want); break;
  }
}

/* Four vectors of four lanes, transposed. */
#if TAS_LANES == 4
static inline void Transpose(const TasLanes *in, TasLanesAnywhere *out[4])
{
  const TasLanes a = __builtin_shufflevector(in[0], in[1], 0, 4, 2, 6), b = __builtin_shufflevector(in[0], in[1], 1, 5, 3, 7);
  const TasLanes c = __builtin_shufflevector(in[2], in[3], 0, 4, 2, 6), d = __builtin_shufflevector(in[2], in[3], 1, 5, 3, 7);

  *out[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  *out[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  *out[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  *out[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}
#endif

void TasBatchSplitStiffness(TasBatch *batch)
{
  const PetscInt size = 9 * TasNumPairs(batch->reference->nodes);
  PetscInt       e    = 0;

#if TAS_LANES == 4
  for (; e + 4 <= size; e += 4) {
    TasLanesAnywhere *out[4];
    for (PetscInt l = 0; l < 4; l++) out[l] = (TasLanesAnywhere *)(batch->cell_stiffness + l * size + e);
    Transpose(batch->stiffness + e, out);
  }
#endif
  for (; e < size; e++)
    for (PetscInt l = 0; l < TAS_LANES; l++) batch->cell_stiffness[l * size + e] = batch->stiffness[e][l];
}

PetscErrorCode TasBatchCreate(const TasReferenceElement *reference, TasMaterial material, TasBatch **out)
{
  const PetscInt nodes = reference->nodes, points = reference->points, modes = reference->modes;
  const PetscInt num_constants = TasMaterialNumConstants(material), volume_points = modes == 1 ? 1 : points;
  TasBatch      *batch;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&batch));
  batch->reference = reference;
  batch->material  = material;
  batch->num_state = TasMaterialNumState(material);
  struct {
    TasLanes **array;
    PetscInt   size;
  } parts[] = {{&batch->position, 3 * nodes},
               {&batch->displacement, 3 * nodes},
               {&batch->step, 3 * nodes},
               {&batch->given_pressure, modes},
               {&batch->mode_pressure, modes},
               {&batch->fibre, 3 * points},
               {&batch->sheet, 3 * points},
               {&batch->constants, num_constants * points},
               {&batch->volume_constants, num_constants * volume_points},
               {&batch->force, 3 * nodes},
               {&batch->stiffness, 9 * TasNumPairs(nodes)},
               {(TasLanes **)&batch->cell_stiffness, 9 * TasNumPairs(nodes)},
               {&batch->gradient, 3 * nodes * points},
               {&batch->weight, points},
               {&batch->deformation, 9 * points},
               {&batch->strain, 6 * points},
               {&batch->dilatation, points},
               {&batch->stress, 6 * points},
               {&batch->pressure, points},
               {&batch->tangent_pressure, points},
               {&batch->old_state, batch->num_state * points},
               {&batch->new_state, batch->num_state * points},
               {&batch->material_work, TasMaterialNumWork(material) * points},
               {&batch->natural_volume, points},
               {&batch->tangent, 21 * points},
               {&batch->point_energy, points},
               {&batch->point_flag, points},
               {&batch->mode, modes * points},
               {&batch->volume_work, 4 * points},
               {&batch->coupling, 3 * nodes * modes}};
  size_t total = 0;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) total += (size_t)parts[i].size;
  PetscCall(PetscCalloc1((total + 1) * sizeof(TasLanes), (char **)&batch->memory));
  char *aligned = (char *)(((size_t)batch->memory + sizeof(TasLanes) - 1) / sizeof(TasLanes) * sizeof(TasLanes));
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    *parts[i].array = (TasLanes *)aligned;
    aligned += (size_t)parts[i].size * sizeof(TasLanes);
  }
  for (PetscInt p = 0; p < points; p++) batch->fibre[p] = batch->sheet[points + p] = Fill(1.);
  if (!TasMaterialNumWork(material)) batch->natural_volume = NULL;
  *out = batch;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasBatchDestroy(TasBatch **batch)
{
  PetscFunctionBeginUser;
  if (!*batch) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree((*batch)->memory));
  PetscCall(PetscFree(*batch));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasBatchLoadConstants(TasBatch *batch, const PetscInt cells[TAS_LANES])
{
  const TasReferenceElement *ref = batch->reference;

  TasMaterialLoadConstants(batch->material, ref->points, cells, (PetscReal *)batch->constants);
  TasMaterialLoadConstants(batch->material, ref->modes == 1 ? 1 : ref->points, cells, (PetscReal *)batch->volume_constants);
}

void TasBatchSetDirections(TasBatch *batch, const PetscReal *const fibre[TAS_LANES], const PetscReal *const sheet[TAS_LANES])
{
  const PetscInt points = batch->reference->points;

  for (PetscInt d = 0; d < 3; d++) {
    TasLanes along = Fill(0.), across = Fill(0.);
    for (PetscInt l = 0; l < TAS_LANES; l++) {
      if (fibre) along[l] = fibre[l][d];
      if (sheet) across[l] = sheet[l][d];
    }
    for (PetscInt p = 0; p < points; p++) {
      if (fibre) batch->fibre[d * points + p] = along;
      if (sheet) batch->sheet[d * points + p] = across;
    }
  }
}
