/* A material: sums of models, parameters by cell, constants, moduli, and what it refuses. */
#include "samples.h"

static const Sample matrix   = {TAS_PART_MATRIX, "neo-hookean", "mu 0.7"},
                    fibre    = {TAS_PART_FIBRE, "weiss", "c3 0.4 c4 5 stretch_linear 1.3"},
                    families = {TAS_PART_FIBRE, "holzapfel-gasser-ogden", "k1 0.4 k2 3 angle 40"},
                    volume   = {TAS_PART_VOLUME, "log-squared", "K 3"};

static void test_energies_add(void **state)
{
  static Batch one, two, three, sum;
  TasMaterial  a = SampleMaterial(&matrix), b = SampleMaterial(&fibre), c = SampleMaterial(&families), all = SampleMaterial(&matrix);

  AddSample(all, &fibre);
  AddSample(all, &families);
  AddSample(all, &volume);
  assert_false(TasMaterialNeedsFibre(a) || TasMaterialNeedsSheet(a) || TasMaterialNeedsSheet(b));
  assert_true(TasMaterialNeedsFibre(b) && TasMaterialNeedsFibre(all) && TasMaterialNeedsSheet(all) && TasMaterialIsUniform(all));
  assert_int_equal(TasMaterialNumState(all), 0);
  RandomBatch(&one, 72);
  two = three = sum = one;
  Evaluate(a, &one);
  Evaluate(b, &two);
  Evaluate(c, &three);
  Evaluate(all, &sum);
  for (PetscInt i = 0; i < one.n; i++) assert_true(fabs(sum.energy[i] - one.energy[i] - two.energy[i] - three.energy[i]) <= 1e-14);
  for (PetscInt i = 0; i < 6 * one.n; i++)
    assert_true(fabs(sum.stress[i] - one.stress[i] - two.stress[i] - three.stress[i]) <= 1e-13 * (1 + fabs(sum.stress[i])));
  for (PetscInt i = 0; i < 21 * one.n; i++)
    assert_true(fabs(sum.tangent[i] - one.tangent[i] - two.tangent[i] - three.tangent[i]) <= 1e-13 * (1 + fabs(sum.tangent[i])));
  Check(TasMaterialDestroy(&a));
  Check(TasMaterialDestroy(&b));
  Check(TasMaterialDestroy(&c));
  Check(TasMaterialDestroy(&all));
  assert_null(all);
  Check(TasMaterialDestroy(&all));
}

/* Values by cell reach the right lane of every point, and a uniform part beside them is not disturbed. */
static void test_parameters_by_cell(void **state)
{
  const PetscReal mu[5] = {1, 2, 3, 4, 5}, weiss[5] = {0.4, 5, 0, 1.3, 0};
  PetscInt        cells[TAS_LANES];
  PetscReal       constants[64 * 3 * TAS_LANES];
  char            problem[512];
  TasMaterial     material;

  Check(TasMaterialCreate(&material));
  Check(TasMaterialAddModel(material, TasModelFind(TAS_PART_FIBRE, "weiss"), 1, weiss, problem));
  Check(TasMaterialAddModel(material, TasModelFind(TAS_PART_MATRIX, "neo-hookean"), 5, mu, problem));
  assert_string_equal(problem, "");
  assert_false(TasMaterialIsUniform(material));
  for (PetscInt lane = 0; lane < TAS_LANES; lane++) cells[lane] = (3 * lane + 1) % 5;
  TasMaterialLoadConstants(material, 3, cells, constants);
  const PetscInt n = 3 * TAS_LANES, before = (TasMaterialNumConstants(material) - 1) * n;
  for (PetscInt p = 0; p < 3; p++)
    for (PetscInt lane = 0; lane < TAS_LANES; lane++) {
      assert_true(constants[before + p * TAS_LANES + lane] == mu[cells[lane]] / 2);
      assert_true(constants[n + p * TAS_LANES + lane] == 0.4);
    }
  Check(TasMaterialAddModel(material, TasModelFind(TAS_PART_MATRIX, "neo-hookean"), 4, mu, problem));
  assert_non_null(strstr(problem, "4 cells"));
  Check(TasMaterialDestroy(&material));
}

/* Cells with the full and with the isochoric stretch in one batch. */
static void test_options_mixed_in_a_batch(void **state)
{
  static Batch    mixed, full, isochoric;
  const Sample    option       = {TAS_PART_FIBRE, "weiss", "c3 0.4 c4 5 stretch_linear 1.3 isochoric 1"};
  const PetscReal values[5][2] = {{0.4, 0.4}, {5, 5}, {0, 0}, {1.3, 1.3}, {0, 1}};
  TasMaterial     a = SampleMaterial(&fibre), b = SampleMaterial(&option), both;
  PetscInt        cells[TAS_LANES];
  PetscReal       constants[64 * MAX_POINTS];
  char            problem[512];

  RandomBatch(&mixed, 72);
  full = isochoric = mixed;
  Evaluate(a, &full);
  Evaluate(b, &isochoric);
  Check(TasMaterialCreate(&both));
  Check(TasMaterialAddModel(both, TasModelFind(TAS_PART_FIBRE, "weiss"), 2, values[0], problem));
  assert_string_equal(problem, "");
  for (PetscInt lane = 0; lane < TAS_LANES; lane++) cells[lane] = lane % 2;
  TasMaterialLoadConstants(both, mixed.n / TAS_LANES, cells, constants);
  const TasPoints points = {.n          = mixed.n,
                            .strain     = mixed.strain,
                            .dilatation = mixed.dilatation,
                            .fibre      = mixed.fibre,
                            .sheet      = mixed.sheet,
                            .constants  = constants,
                            .time_step  = 1,
                            .energy     = mixed.energy,
                            .stress     = mixed.stress,
                            .tangent    = mixed.tangent,
                            .flag       = mixed.flag};
  TasMaterialEvaluate(both, &points);
  for (PetscInt i = 0; i < mixed.n; i++) {
    const Batch *wanted = i % 2 ? &isochoric : &full;

    assert_true(mixed.energy[i] == wanted->energy[i]);
    for (int k = 0; k < 6; k++) assert_true(mixed.stress[k * mixed.n + i] == wanted->stress[k * mixed.n + i]);
    for (int k = 0; k < 21; k++) assert_true(mixed.tangent[k * mixed.n + i] == wanted->tangent[k * mixed.n + i]);
  }
  Check(TasMaterialDestroy(&a));
  Check(TasMaterialDestroy(&b));
  Check(TasMaterialDestroy(&both));
}

static void test_moduli(void **state)
{
  TasMaterial material = SampleMaterial(&matrix);
  PetscReal   shear, bulk;

  Check(TasMaterialGetModuli(material, &shear, &bulk));
  assert_true(fabs(shear - 0.7) < 1e-5 && bulk == 0);
  AddSample(material, &volume);
  AddSample(material, &fibre);
  Check(TasMaterialGetModuli(material, &shear, &bulk));
  assert_true(fabs(shear - 0.7 - 0.4 * 5 / 2) < 1e-4 && fabs(bulk - 3) < 1e-12);
  Check(TasMaterialDestroy(&material));
}

static void assert_refused(TasPart part, const char *model, const char *values, const char *message)
{
  TasMaterial material;
  PetscReal   parameters[MAX_VALUES];
  char        problem[512];

  Check(TasMaterialCreate(&material));
  SampleValues(TasModelFind(part, model), values, parameters);
  Check(TasMaterialAddModel(material, TasModelFind(part, model), 1, parameters, problem));
  if (!strstr(problem, message) || strncmp(problem, model, strlen(model)) || strchr(problem, '\n'))
    fail_msg("%s (%s): \"%s\" does not say \"%s\"", model, values, problem, message);
  assert_int_equal(TasMaterialNumConstants(material), 0);
  Check(TasMaterialDestroy(&material));
}

static void test_refusals(void **state)
{
  TasMaterial material = SampleMaterial(&volume);
  PetscReal   bulk     = 1;
  char        problem[512];

  assert_refused(TAS_PART_MATRIX, "neo-hookean", "mu -1", "mu is -1 MPa, allowed: above 0");
  assert_refused(TAS_PART_MATRIX, "neo-hookean", "mu nan", "mu is nan");
  assert_refused(TAS_PART_MATRIX, "neo-hookean", "", "mu is nan");
  assert_refused(TAS_PART_MATRIX, "neo-hookean", "mu inf", "mu is inf");
  assert_refused(TAS_PART_MATRIX, "mooney-rivlin", "c1 1 c2 -2", "c1 + c2 is -1 MPa");
  assert_refused(TAS_PART_MATRIX, "ogden", "mu 1 2 alpha 2", "alpha of term 2 is 0");
  assert_refused(TAS_PART_MATRIX, "ogden", "mu 1 alpha -2", "sum of mu alpha is -2 MPa");
  assert_refused(TAS_PART_FIBRE, "weiss", "c3 1 c4 200 stretch_linear 1.5", "toe region would end at exp(100)");
  assert_refused(TAS_PART_FIBRE, "weiss", "c3 1 c4 20 stretch_linear 1", "stretch_linear is 1, allowed: above 1, at most 10");
  assert_refused(TAS_PART_FIBRE, "weiss", "c3 1 c4 20 stretch_linear 1.1 isochoric 0.5", "isochoric is 0.5: must be 0 or 1");
  assert_refused(TAS_PART_FIBRE, "blemker", "sigma_max 0.3 optimal_stretch 1.5",
                 "stretch_linear is 1.4: must not be less than optimal_stretch, 1.5");
  assert_refused(TAS_PART_FIBRE, "blemker", "sigma_max 0.3 activation 1.1", "activation is 1.1");
  assert_refused(TAS_PART_FIBRE, "holzapfel-gasser-ogden", "k1 1 k2 1 kappa 0.4", "kappa is 0.4");
  Check(TasMaterialAddModel(material, TasModelFind(TAS_PART_VOLUME, "quadratic"), 1, &bulk, problem));
  assert_non_null(strstr(problem, "has a volumetric law already, log-squared"));
  Check(TasMaterialDestroy(&material));
  assert_null(TasModelFind(TAS_PART_MATRIX, "weiss"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_energies_add), cmocka_unit_test(test_parameters_by_cell),
                                     cmocka_unit_test(test_options_mixed_in_a_batch), cmocka_unit_test(test_moduli),
                                     cmocka_unit_test(test_refusals)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
