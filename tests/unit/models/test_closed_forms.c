/*
  Incompressible closed forms of every model: stress in uniaxial, equibiaxial and planar tension and in simple shear, with the
  pressure taken from the axis that is free.  Tolerance 1e-10 unless the reference has fewer digits.
*/
#include "samples.h"

static TasMaterial Material(const char *model, const char *values)
{
  const TasPart part   = TasModelFind(TAS_PART_MATRIX, model) ? TAS_PART_MATRIX : TAS_PART_FIBRE;
  const Sample  sample = {part, model, values};

  return SampleMaterial(&sample);
}

/* Cauchy stress J^-1 F S F^T of a model at F, fibre along x, sheet along y; no pressure added. */
static void Cauchy(const char *model, const char *values, PetscReal F[3][3], PetscReal sigma[3][3])
{
  static const PetscReal fibre[3] = {1, 0, 0}, sheet[3] = {0, 1, 0};
  static const int       place[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};
  static Batch           b;
  TasMaterial            material = Material(model, values);
  PetscReal              e[6], jacobian;

  for (int A = 0; A < 3; A++)
    for (int B = A; B < 3; B++) e[place[A][B]] = (F[0][A] * F[0][B] + F[1][A] * F[1][B] + F[2][A] * F[2][B] - (A == B)) / 2;
  b.n = TAS_LANES;
  for (PetscInt i = 0; i < b.n; i++) {
    SetStrain(&b, i, e);
    SetDirections(&b, i, fibre, sheet);
  }
  jacobian = 1 + b.dilatation[0];
  Evaluate(material, &b);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      sigma[i][j] = 0;
      for (int A = 0; A < 3; A++)
        for (int B = 0; B < 3; B++) sigma[i][j] += F[i][A] * b.stress[place[A][B] * b.n] * F[j][B] / jacobian;
    }
  Check(TasMaterialDestroy(&material));
}

/* sigma_xx - sigma_zz for principal stretches x, y, z */
static PetscReal Difference(const char *model, const char *values, PetscReal x, PetscReal y, PetscReal z)
{
  PetscReal F[3][3] = {{x, 0, 0}, {0, y, 0}, {0, 0, z}}, sigma[3][3];

  Cauchy(model, values, F, sigma);
  return sigma[0][0] - sigma[2][2];
}

static void assert_close(const char *what, PetscReal at, PetscReal found, PetscReal wanted, PetscReal tolerance)
{
  if (fabs(found - wanted) > tolerance) fail_msg("%s at %g: %.14g, expected %.14g", what, at, found, wanted);
}

static const PetscReal stretches[] = {0.5, 0.8, 0.95, 1.0, 1.01, 1.1, 1.5, 2.5};
#define NUM_STRETCHES ((int)(sizeof(stretches) / sizeof(stretches[0])))

/* sigma_1 - sigma_3 = 2 (l1^2 - l3^2)(W1 + l2^2 W2) */
static void matrix_of_invariants(const char *model, const char *values, void (*derivatives)(PetscReal i1, PetscReal *w1, PetscReal *w2))
{
  for (int s = 0; s < NUM_STRETCHES; s++) {
    const PetscReal l = stretches[s], modes[3][3] = {{l, 1 / sqrt(l), 1 / sqrt(l)}, {l, l, 1 / (l * l)}, {l, 1, 1 / l}};

    for (int m = 0; m < 3; m++) {
      const PetscReal *x = modes[m];
      PetscReal        w1, w2;

      derivatives(x[0] * x[0] + x[1] * x[1] + x[2] * x[2] - 3, &w1, &w2);
      assert_close(model, l, Difference(model, values, x[0], x[1], x[2]), 2 * (x[0] * x[0] - x[2] * x[2]) * (w1 + x[1] * x[1] * w2), 1e-10);
    }
  }
  for (int s = 0; s < 3;
       s++) { /* simple shear: sigma_xy = 2 g (W1 + W2), sigma_xx - sigma_zz = 2 g^2 W1, sigma_yy - sigma_zz = -2 g^2 W2 */
    const PetscReal g       = 0.01 * pow(10, s);
    PetscReal       F[3][3] = {{1, g, 0}, {0, 1, 0}, {0, 0, 1}}, sigma[3][3], w1, w2;

    derivatives(g * g, &w1, &w2);
    Cauchy(model, values, F, sigma);
    assert_close(model, g, sigma[0][1], 2 * g * (w1 + w2), 1e-10);
    assert_close(model, g, sigma[0][0] - sigma[2][2], 2 * g * g * w1, 1e-10);
    assert_close(model, g, sigma[1][1] - sigma[2][2], -2 * g * g * w2, 1e-10);
  }
}

static void NeoHookean(PetscReal i1, PetscReal *w1, PetscReal *w2)
{
  *w1 = 0.35;
  *w2 = 0;
}

static void MooneyRivlin(PetscReal i1, PetscReal *w1, PetscReal *w2)
{
  *w1 = 0.4;
  *w2 = 0.1;
}

static void Yeoh(PetscReal i1, PetscReal *w1, PetscReal *w2)
{
  *w1 = 0.3 + 0.4 * i1 + 0.3 * i1 * i1;
  *w2 = 0;
}

static void test_invariant_models(void **state)
{
  matrix_of_invariants("neo-hookean", "mu 0.7", NeoHookean);
  matrix_of_invariants("ogden", "mu 0.7 alpha 2", NeoHookean);
  matrix_of_invariants("mooney-rivlin", "c1 0.4 c2 0.1", MooneyRivlin);
  matrix_of_invariants("ogden", "mu 0.8 -0.2 alpha 2 -2", MooneyRivlin);
  matrix_of_invariants("yeoh", "c1 0.3 c2 0.2 c3 0.1", Yeoh);
}

/* Nominal stress of Ogden's three-term fit of Treloar's rubber, to the six decimals of an independent calculation; MPa. */
static void test_ogden_treloar(void **state)
{
  static const PetscReal table[][4] = {
      {1.2, .205158, .352434, .259505},  {1.5, .401617, .601980, .481564},  {2, .602722, .821615, .685622},
      {3, .879926, 1.230705, .952428},   {4, 1.207971, 1.897660, 1.275967}, {5, 1.736666, 3.019015, 1.805384},
      {7, 3.995222, 7.440057, 4.073457},
  };
  const char *treloar = "mu 0.63 0.0012 -0.01 alpha 1.3 5 -2";

  for (int r = 0; r < 7; r++) {
    const PetscReal l = table[r][0];

    assert_close("Treloar, uniaxial", l, Difference("ogden", treloar, l, 1 / sqrt(l), 1 / sqrt(l)) / l, table[r][1], 6e-7);
    assert_close("Treloar, equibiaxial", l, Difference("ogden", treloar, l, l, 1 / (l * l)) / l, table[r][2], 6e-7);
    assert_close("Treloar, planar", l, Difference("ogden", treloar, l, 1, 1 / l) / l, table[r][3], 6e-7);
  }
}

/* sigma_a - sigma_c = sum mu (l_a^alpha - l_c^alpha) */
static void test_ogden(void **state)
{
  for (int s = 0; s < NUM_STRETCHES; s++) {
    const PetscReal l = stretches[s], y = 0.9, z = 1 / (l * y);
    const PetscReal wanted = 0.63 * (pow(l, 1.3) - pow(z, 1.3)) + 0.0012 * (pow(l, 5) - pow(z, 5)) - 0.01 * (pow(l, -2) - pow(z, -2));

    assert_close("ogden", l, Difference("ogden", "mu 0.63 0.0012 -0.01 alpha 1.3 5 -2", l, y, z), wanted, 1e-11);
  }
}

/* Fibre along x: the only stress is sigma_xx = T / J. */
static void test_weiss(void **state)
{
  static const PetscReal tendon[][2] = {{1.01, 1.59414}, {1.02, 4.12950}, {1.03, 8.16180}, {1.05, 18.24154}, {1.08, 33.36117}};
  const PetscReal        slope       = 2.7 * 46.4 * exp(46.4 * 0.03);

  for (int r = 0; r < 5; r++) { /* independent calculation, five decimals */
    assert_close("weiss, tendon", tendon[r][0],
                 Difference("weiss", "c3 2.7 c4 46.4 stretch_linear 1.03", tendon[r][0], 1, 1 / tendon[r][0]), tendon[r][1], 6e-6);
  }
  for (int s = 0; s < NUM_STRETCHES; s++) {
    const PetscReal l = stretches[s], toe = 2.7 * expm1(46.4 * 0.03);
    const PetscReal smooth = l <= 1     ? 0
                             : l < 1.03 ? 2.7 * expm1(46.4 * (l - 1))
                                        : toe + slope * (l - 1.03),
                    kinked = l <= 1.03 ? smooth : toe + 800 * (l - 1.03);

    assert_close("weiss", l, Difference("weiss", "c3 2.7 c4 46.4 stretch_linear 1.03", l, 1, 1 / l), smooth, 1e-9);
    assert_close("weiss with c5", l, Difference("weiss", "c3 2.7 c4 46.4 c5 800 stretch_linear 1.03", l, 1, 1 / l), kinked, 1e-9);
    assert_close("weiss, with volume change", l, Difference("weiss", "c3 2.7 c4 46.4 stretch_linear 1.03", l, 1.1, 1), smooth / (1.1 * l),
                 1e-9);
  }
}

/* Passive and active stress, kPa, to the digits of an independent calculation. */
static void test_blemker_table(void **state)
{
  static const PetscReal table[][3] = {
      {1.1, 3.135, 307.4}, {1.2, 20.687, 316.6}, {1.3, 57.073, 297.1}, {1.4, 130.635, 243.2}, {1.5, 239.272, 148.6}};

  for (int r = 0; r < 5; r++) {
    const PetscReal l       = table[r][0];
    const PetscReal passive = Difference("blemker", "sigma_max 0.3 optimal_stretch 1.07 p1 0.05 p2 6.6 stretch_linear 1.4", l, 1, 1 / l);
    const PetscReal total =
        Difference("blemker", "sigma_max 0.3 optimal_stretch 1.07 p1 0.05 p2 6.6 stretch_linear 1.4 activation 1", l, 1, 1 / l);

    assert_close("blemker, passive", l, 1000 * passive, table[r][1], 6e-4);
    assert_close("blemker, active", l, 1000 * (total - passive), table[r][2], 6e-2);
  }
}

static void test_blemker_bell(void **state)
{
  static const PetscReal table[][2] = {{0.3, 0}, {0.5, 0.09}, {0.6, 0.36}, {0.8, 0.84}, {1, 1}, {1.3, 0.64}, {1.5, 0.09}, {1.7, 0}};

  for (int r = 0; r < 8; r++) {
    const PetscReal x = table[r][0], passive = Difference("blemker", "sigma_max 0.3", x, 1, 1 / x),
                    total = Difference("blemker", "sigma_max 0.3 activation 0.5", x, 1, 1 / x);

    assert_close("blemker, bell", x, total - passive, 0.15 * x * table[r][1], 1e-12);
  }
}

/* Two families at +-angle in the plane of x and y: sigma = 4 k1 E exp(k2 E^2) F H F^T, E = H:C - 1, summed over both. */
static void test_holzapfel(void **state)
{
  const PetscReal k1 = 0.4, k2 = 3, kappa = 0.1, angle = 40 * PETSC_PI / 180;

  for (int s = 0; s < NUM_STRETCHES; s++) {
    const PetscReal x = stretches[s], y = 1.05, z = 1 / (x * y);
    const PetscReal h[3] = {kappa + (1 - 3 * kappa) * cos(angle) * cos(angle), kappa + (1 - 3 * kappa) * sin(angle) * sin(angle), kappa};
    const PetscReal E = fmax(h[0] * x * x + h[1] * y * y + h[2] * z * z - 1, 0), w = 4 * k1 * E * exp(k2 * E * E);

    if (k2 * E * E > 16) continue;
    assert_close("holzapfel-gasser-ogden", x, Difference("holzapfel-gasser-ogden", "k1 0.4 k2 3 kappa 0.1 angle 40", x, y, z),
                 w * (h[0] * x * x - h[2] * z * z), 1e-10 * (1 + w));
  }
}

/* In shear one family is stretched more than the other: sigma = sum over a of 2 k1 E_a exp(k2 E_a^2) (Fa) (x) (Fa). */
static void test_holzapfel_in_shear(void **state)
{
  const PetscReal k1 = 0.4, k2 = 3, angle = 40 * PETSC_PI / 180, g = 0.4;
  PetscReal       F[3][3] = {{1, g, 0}, {0, 1, 0}, {0, 0, 1}}, sigma[3][3], wanted[3] = {0, 0, 0};

  for (int sign = -1; sign < 2; sign += 2) {
    const PetscReal x = cos(angle) + g * sign * sin(angle), y = sign * sin(angle), E = fmax(x * x + y * y - 1, 0);
    const PetscReal w = 2 * k1 * E * exp(k2 * E * E);

    wanted[0] += w * x * x;
    wanted[1] += w * y * y;
    wanted[2] += w * x * y;
  }
  Cauchy("holzapfel-gasser-ogden", "k1 0.4 k2 3 angle 40", F, sigma);
  assert_close("holzapfel-gasser-ogden, shear xx", g, sigma[0][0], wanted[0], 1e-12);
  assert_close("holzapfel-gasser-ogden, shear yy", g, sigma[1][1], wanted[1], 1e-12);
  assert_close("holzapfel-gasser-ogden, shear xy", g, sigma[0][1], wanted[2], 1e-12);
}

/* Beyond k2 E^2 = 16 dW/dE is linear. */
static void test_holzapfel_beyond_the_limit(void **state)
{
  const PetscReal k1 = 0.4, k2 = 3, limit = sqrt(16 / k2), E = 2.2 * 2.2 - 1;
  const PetscReal w = 4 * k1 * exp(16) * (limit + (1 + 2 * 16) * (E - limit));

  assert_true(E > limit);
  assert_close("holzapfel-gasser-ogden", 2.2, Difference("holzapfel-gasser-ogden", "k1 0.4 k2 3", 2.2, 1, 1 / 2.2) / w, 2.2 * 2.2, 1e-12);
}

/* Fibre along x, principal axes along it: S_a = C e^Q b_a E_a, with Q = bf Exx^2 + bt (Eyy^2 + Ezz^2); and simple shear x-y. */
static void test_guccione(void **state)
{
  const PetscReal C = 2, bf = 8, bt = 2, bfs = 4;

  for (int s = 1; s < NUM_STRETCHES - 2; s++) {
    const PetscReal x = stretches[s], y = 1.05, z = 1 / (x * y), Ex = StrainOfStretch(x), Ey = StrainOfStretch(y), Ez = StrainOfStretch(z);
    const PetscReal Q = bf * Ex * Ex + bt * (Ey * Ey + Ez * Ez), scale = C * exp(Q);

    assert_close("guccione", x, Difference("guccione", "C 2 bf 8 bt 2 bfs 4", x, y, z), scale * (bf * Ex * x * x - bt * Ez * z * z),
                 1e-11 * scale);
  }
  const PetscReal g = 0.3, Exy = g / 2, Eyy = g * g / 2, Q = bt * Eyy * Eyy + 2 * bfs * Exy * Exy, Sxy = C * exp(Q) * bfs * Exy,
                  Syy = C * exp(Q) * bt * Eyy;
  PetscReal F[3][3]   = {{1, g, 0}, {0, 1, 0}, {0, 0, 1}}, sigma[3][3];

  Cauchy("guccione", "C 2 bf 8 bt 2 bfs 4", F, sigma);
  assert_close("guccione, shear", g, sigma[0][1], Sxy + g * Syy, 1e-13);
  assert_close("guccione, shear", g, sigma[0][0], 2 * g * Sxy + g * g * Syy, 1e-13);
  assert_close("guccione, shear", g, sigma[1][1], Syy, 1e-13);
}

/* With the isochoric option: J sigma(F) = dev sigma(J^-1/3 F), the latter of the full strain. */
static void test_guccione_isochoric(void **state)
{
  PetscReal       F[3][3] = {{1.1, 0.1, 0}, {0.05, 1.02, 0.03}, {0, -0.1, 1.2}}, sigma[3][3], full[3][3];
  const PetscReal J       = F[0][0] * (F[1][1] * F[2][2] - F[1][2] * F[2][1]) - F[0][1] * (F[1][0] * F[2][2] - F[1][2] * F[2][0]);

  Cauchy("guccione", "C 2 bf 8 bt 2 bfs 4 isochoric 1", F, sigma);
  for (int k = 0; k < 9; k++) F[k / 3][k % 3] /= cbrt(J);
  Cauchy("guccione", "C 2 bf 8 bt 2 bfs 4", F, full);
  const PetscReal mean = (full[0][0] + full[1][1] + full[2][2]) / 3;
  for (int k = 0; k < 9; k++)
    assert_close("guccione isochoric", k, J * sigma[k / 3][k % 3], full[k / 3][k % 3] - (k % 4 ? 0 : mean), 1e-13);
}

/* With the isochoric option: sigma = T(J^-1/3 lambda)/J (a (x) a - I/3), a the unit fibre in space. */
static void test_isochoric_option(void **state)
{
  const PetscReal F0[3][3] = {{1.1, 0.1, 0}, {0.05, 1.02, 0.03}, {0, -0.1, 0.98}};
  PetscReal       F[3][3], sigma[3][3], a[3], length = 0;

  memcpy(F, F0, sizeof(F));
  const PetscReal J = F[0][0] * (F[1][1] * F[2][2] - F[1][2] * F[2][1]) - F[0][1] * (F[1][0] * F[2][2] - F[1][2] * F[2][0]);
  for (int k = 0; k < 3; k++) a[k] = F[k][0], length += a[k] * a[k];
  const PetscReal stretch = sqrt(length) / cbrt(J), T = 0.4 * expm1(5 * (stretch - 1));

  Cauchy("weiss", "c3 0.4 c4 5 stretch_linear 1.3 isochoric 1", F, sigma);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      assert_close("isochoric weiss", 3 * i + j, sigma[i][j], T / J * (a[i] * a[j] / length - (i == j) / 3.0), 1e-13);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_invariant_models),
      cmocka_unit_test(test_ogden_treloar),
      cmocka_unit_test(test_ogden),
      cmocka_unit_test(test_weiss),
      cmocka_unit_test(test_blemker_table),
      cmocka_unit_test(test_blemker_bell),
      cmocka_unit_test(test_holzapfel),
      cmocka_unit_test(test_holzapfel_in_shear),
      cmocka_unit_test(test_holzapfel_beyond_the_limit),
      cmocka_unit_test(test_guccione),
      cmocka_unit_test(test_guccione_isochoric),
      cmocka_unit_test(test_isochoric_option),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
