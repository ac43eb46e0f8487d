/* Volumetric laws: pressure and modulus against differences, closed values, the undeformed state, accuracy for small dilatation. */
#include "samples.h"

#define NUM (4 * TAS_LANES)

static void Pressures(TasMaterial material, const PetscReal *dilatation, PetscReal *energy, PetscReal *pressure, PetscReal *modulus)
{
  const PetscInt       cells[TAS_LANES] = {0};
  PetscReal            constants[8 * NUM];
  const TasDilatations points = {.n = NUM, .dilatation = dilatation, .energy = energy, .pressure = pressure, .modulus = modulus};

  TasMaterialLoadConstants(material, NUM / TAS_LANES, cells, constants);
  TasMaterialEvaluateVolume(material, &points, constants);
}

static void derivatives_hold(const char *name, TasMaterial material)
{
  PetscReal       at[NUM], moved[NUM], energy[NUM], pressure[NUM], modulus[NUM], w[4][NUM], p[4][NUM], unused[NUM];
  const PetscReal offset[4] = {-2, -1, 1, 2}, step = 1e-4;

  for (int i = 0; i < NUM; i++) at[i] = -0.6 + 1.8 * i / NUM;
  Pressures(material, at, energy, pressure, modulus);
  for (int s = 0; s < 4; s++) {
    for (int i = 0; i < NUM; i++) moved[i] = at[i] + offset[s] * step;
    Pressures(material, moved, w[s], p[s], unused);
  }
  for (int i = 0; i < NUM; i++) {
    const PetscReal dw = (w[0][i] - 8 * w[1][i] + 8 * w[2][i] - w[3][i]) / (12 * step),
                    dp = (p[0][i] - 8 * p[1][i] + 8 * p[2][i] - p[3][i]) / (12 * step);

    if (fabs(dw - pressure[i]) > 1e-8 * (1 + fabs(pressure[i])))
      fail_msg("%s: dU/dJ at J = %g: %g, pressure %g", name, 1 + at[i], dw, pressure[i]);
    if (fabs(dp - modulus[i]) > 1e-8 * (1 + fabs(modulus[i])))
      fail_msg("%s: dp/dJ at J = %g: %g, modulus %g", name, 1 + at[i], dp, modulus[i]);
  }
}

static void rest_and_small_dilatation(const char *name, TasMaterial material)
{
  PetscReal at[NUM] = {0}, energy[NUM], pressure[NUM], modulus[NUM];

  at[1] = 1e-8, at[2] = 2e-8, at[3] = 1e-12;
  Pressures(material, at, energy, pressure, modulus);
  assert_true(energy[0] == 0 && pressure[0] == 0);
  assert_true(fabs(modulus[0] - 3) < 1e-14);
  if (fabs((4 * pressure[1] - pressure[2]) / (2 * 3e-8) - 1) > 1e-12) fail_msg("%s: pressure at J - 1 = 1e-8: %.16g", name, pressure[1]);
  if (fabs(energy[3] / 1.5e-24 - 1) > 1e-11) fail_msg("%s: energy at J - 1 = 1e-12: %.16g", name, energy[3]);
}

static void test_every_law(void **state)
{
  for (int s = 0; s < NUM_SAMPLES; s++) {
    TasMaterial material;

    if (samples[s].part != TAS_PART_VOLUME) continue;
    material = SampleMaterial(&samples[s]);
    derivatives_hold(samples[s].model, material);
    rest_and_small_dilatation(samples[s].model, material);
    Check(TasMaterialDestroy(&material));
  }
}

/* U, dU/dJ, d2U/dJ2 at J, all for K = 3 */
static void assert_law(const char *name, PetscReal jacobian, PetscReal u, PetscReal p, PetscReal k)
{
  const Sample sample   = {TAS_PART_VOLUME, name, "K 3"};
  TasMaterial  material = SampleMaterial(&sample);
  PetscReal    at[NUM], energy[NUM], pressure[NUM], modulus[NUM];

  for (int i = 0; i < NUM; i++) at[i] = jacobian - 1;
  Pressures(material, at, energy, pressure, modulus);
  if (fabs(energy[0] - u) > 1e-12 || fabs(pressure[0] - p) > 1e-12 || fabs(modulus[0] - k) > 1e-12)
    fail_msg("%s at J = %g: %.15g %.15g %.15g, expected %.15g %.15g %.15g", name, jacobian, energy[0], pressure[0], modulus[0], u, p, k);
  Check(TasMaterialDestroy(&material));
}

static void test_closed_values(void **state)
{
  static const PetscReal jacobians[] = {0.5, 0.9, 0.999, 1.05, 1.2, 2};

  for (int j = 0; j < 6; j++) {
    const PetscReal J = jacobians[j];

    assert_law("log-squared", J, 1.5 * log(J) * log(J), 3 * log(J) / J, 3 * (1 - log(J)) / (J * J));
    assert_law("simo-taylor", J, 1.5 * ((J * J - 1) / 2 - log(J)), 1.5 * (J - 1 / J), 1.5 * (1 + 1 / (J * J)));
    assert_law("quadratic", J, 1.5 * (J - 1) * (J - 1), 3 * (J - 1), 3);
    assert_law("hartmann-neff", J, 0.06 * (pow(J, 5) + pow(J, -5) - 2), 0.3 * (pow(J, 4) - pow(J, -6)),
               0.3 * (4 * pow(J, 3) + 6 * pow(J, -7)));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_law), cmocka_unit_test(test_closed_values)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
