/* The element kernel: forces are the slope of the energy, the tangent that of the forces, for every element. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "solver/assembly/element_kernel.h"

#define MAX_NODES 27

static PetscReal Random(void)
{
  static unsigned state = 12345;
  state = 1103515245u * state + 12345u;
  return (PetscReal)((state >> 8) & 0xffff) / 65535. - 0.5;
}

/* A muscle: neo-Hookean matrix, exponential fibre, nearly incompressible. */
static TasMaterial Muscle(void)
{
  const struct { TasPart part; const char *name; } parts[] = {{TAS_PART_MATRIX, "neo-hookean"}, {TAS_PART_FIBRE, "weiss"}, {TAS_PART_VOLUME, "log-squared"}};
  TasMaterial material;
  char        problem[512];

  assert_int_equal(TasMaterialCreate(&material), 0);
  for (int i = 0; i < 3; i++) {
    const TasModel *model = TasModelFind(parts[i].part, parts[i].name);
    PetscReal       values[16];
    assert_non_null(model);
    for (PetscInt k = 0; k < model->num_parameters; k++) {
      values[k] = model->parameters[k].standard;
      if (!strcmp(model->parameters[k].key, "mu")) values[k] = 0.1;
      if (!strcmp(model->parameters[k].key, "K")) values[k] = 10.;
      if (!strcmp(model->parameters[k].key, "c3")) values[k] = 0.2;
      if (!strcmp(model->parameters[k].key, "c4")) values[k] = 10.;
      if (!strcmp(model->parameters[k].key, "stretch_linear")) values[k] = 1.5;
    }
    assert_int_equal(TasMaterialAddModel(material, model, 1, values, problem), 0);
    assert_string_equal(problem, "");
  }
  return material;
}

/* Nodes of the reference cell, scaled to 10 mm and distorted. */
static void PlaceNodes(const TasReferenceElement *ref, TasBatch *batch)
{
  static const PetscReal hex[8][3] = {{-1, -1, -1}, {1, -1, -1}, {1, 1, -1}, {-1, 1, -1}, {-1, -1, 1}, {1, -1, 1}, {1, 1, 1}, {-1, 1, 1}};
  static const PetscReal tet[4][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  const PetscInt         corners = ref->element == TAS_ELEMENT_TET10 ? 4 : 8;
  PetscReal              found[MAX_NODES][3], shape[MAX_NODES], gradient[3 * MAX_NODES];

  /* the stretch along the fibres stays above 1, where their law has a kink */
  /* natural coordinates of the other nodes: halfway between corners, where their own shape function is one */
  for (PetscInt a = 0; a < ref->nodes; a++)
    for (int code = 0; code < 27; code++) {
      PetscReal x[3] = {code % 3 - 1., code / 3 % 3 - 1., code / 9 - 1.};
      if (ref->element == TAS_ELEMENT_TET10)
        for (int d = 0; d < 3; d++) x[d] = 0.5 * (x[d] + 1.);
      TasElementShape(ref->element, x, shape, gradient);
      if (PetscAbsReal(shape[a] - 1.) < 1e-12 && (ref->element != TAS_ELEMENT_TET10 || x[0] + x[1] + x[2] < 1.25))
        for (int d = 0; d < 3; d++) found[a][d] = x[d];
    }
  for (PetscInt a = 0; a < corners; a++)
    for (int d = 0; d < 3; d++) assert_true(PetscAbsReal(found[a][d] - (corners == 4 ? tet[a][d] : hex[a][d])) < 1e-12);
  for (PetscInt a = 0; a < 3 * ref->nodes; a++)
    for (PetscInt l = 0; l < TAS_LANES; l++) {
      batch->position[a][l]     = 10. * found[a / 3][a % 3] + (a < 3 * corners ? 2. * Random() : 0.3 * Random());
      batch->displacement[a][l] = 0.4 * Random() + (a % 3 == 2 ? 0.15 * batch->position[a][l] : 0.);
    }
}

static void CheckElement(TasElement element)
{
  TasReferenceElement *ref;
  TasBatch            *batch;
  TasMaterial          material = Muscle();
  const PetscReal      along[3] = {0.36, 0.48, 0.8}, *fibre[TAS_LANES];
  const PetscInt       none[TAS_LANES] = {0};
  const PetscReal      h = 1e-4;

  assert_int_equal(TasReferenceElementCreate(element, &ref), 0);
  assert_int_equal(TasBatchCreate(ref, material, &batch), 0);
  TasBatchLoadConstants(batch, none);
  for (PetscInt l = 0; l < TAS_LANES; l++) fibre[l] = along;
  TasBatchSetDirections(batch, fibre, NULL);
  PlaceNodes(ref, batch);
  TasBatchEvaluate(batch, TAS_WANT_FORCE | TAS_WANT_STIFFNESS | TAS_WANT_ENERGY);
  const PetscInt n = 3 * ref->nodes;
  TasLanes       force[3 * MAX_NODES], *stiffness = aligned_alloc(64, 9 * TasNumPairs(ref->nodes) * sizeof(TasLanes));
  PetscReal      scale_force = 0., scale_stiffness = 0.;
  for (PetscInt i = 0; i < n; i++) force[i] = batch->force[i];
  for (PetscInt i = 0; i < 9 * TasNumPairs(ref->nodes); i++) {
    stiffness[i]    = batch->stiffness[i];
    scale_stiffness = PetscMax(scale_stiffness, PetscAbsReal(stiffness[i][0]));
  }
  for (PetscInt i = 0; i < n; i++) scale_force = PetscMax(scale_force, PetscAbsReal(force[i][0]));
  for (PetscInt l = 0; l < TAS_LANES; l++) assert_true(batch->flag[l] == 0.);
  for (PetscInt j = 0; j < n; j++) {
    static const PetscReal place[4] = {-2., -1., 1., 2.}, weight[4] = {1. / 12., -8. / 12., 8. / 12., -1. / 12.};
    TasLanes               energy_slope = {0.}, force_slope[3 * MAX_NODES] = {{0.}};
    const TasLanes         u = batch->displacement[j];
    for (int k = 0; k < 4; k++) {
      batch->displacement[j] = u + place[k] * h;
      TasBatchEvaluate(batch, TAS_WANT_FORCE | TAS_WANT_ENERGY);
      energy_slope += batch->energy * (weight[k] / h);
      for (PetscInt i = 0; i < n; i++) force_slope[i] += batch->force[i] * (weight[k] / h);
    }
    batch->displacement[j] = u;
    for (PetscInt l = 0; l < TAS_LANES; l++) {
      assert_true(PetscAbsReal(energy_slope[l] - force[j][l]) < 1e-7 * scale_force);
      for (PetscInt i = 0; i < n; i++) {
        const PetscInt  a = PetscMin(i / 3, j / 3), b = PetscMax(i / 3, j / 3), row = i / 3 <= j / 3 ? i % 3 : j % 3, column = i / 3 <= j / 3 ? j % 3 : i % 3;
        const PetscReal k = stiffness[9 * (b * (b + 1) / 2 + a) + 3 * row + column][l];
        assert_true(PetscAbsReal(force_slope[i][l] - k) < 1e-7 * scale_stiffness);
      }
    }
  }
  free(stiffness);
  assert_int_equal(TasBatchDestroy(&batch), 0);
  assert_int_equal(TasReferenceElementDestroy(&ref), 0);
  assert_int_equal(TasMaterialDestroy(&material), 0);
}

static void TestHex8(void **state) { CheckElement(TAS_ELEMENT_HEX8); }
static void TestTet10(void **state) { CheckElement(TAS_ELEMENT_TET10); }
static void TestHex27(void **state) { CheckElement(TAS_ELEMENT_HEX27); }

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(TestHex8), cmocka_unit_test(TestTet10), cmocka_unit_test(TestHex27)};

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
