/* The leg: counts and quality at three sizes and over the range of its dimensions, conformity, anatomy, mistakes. */
#include "limb_checks.h"

static const TasLimb *const tibia = &tas_limb_tibia;

static void TestSizes(void **state)
{
  const PetscInt cells[] = {8000, 60000, 450000};

  for (int i = 0; i < 3; ++i) {
    Built built;

    Build(tibia, cells[i], &built, NULL);
    assert_string_equal(built.problem, "");
    assert_true(fabs(built.data.num_cells / (PetscReal)cells[i] - 1) < 0.1);
    assert_true(LeastQuality(&built.data) > 0.4); /* 0.2 is promised; the default limb is better */
    if (i < 2) CheckAll(tibia, &built);
    Clear(&built);
  }
}

/* Any number of cells, not only the three. */
static void TestRefinement(void **state)
{
  PetscInt before = 0;

  for (PetscInt cells = 6000; cells < 100000; cells = cells * 5 / 4) {
    Built built;

    Build(tibia, cells, &built, NULL);
    assert_string_equal(built.problem, "");
    assert_true(fabs(built.data.num_cells / (PetscReal)cells - 1) < 0.25);
    assert_true(built.data.num_cells >= before);
    before = built.data.num_cells;
    Clear(&built);
  }
}

/* Legs of other people: short, long, slim, stout, thin and thick fat; osteotomies elsewhere. */
static void TestVariations(void **state)
{
  Built built;

#define CHECK(...) \
  do { \
    Build(tibia, 8000, &built, __VA_ARGS__, NULL); \
    if (built.problem[0]) print_error("%s\n", built.problem); \
    CheckAll(tibia, &built); \
    Clear(&built); \
  } while (0)
  CHECK("length", 250.);
  CHECK("length", 500.);
  CHECK("calf_girth", 320., "ankle_girth", 205., "tibia_depth", 28., "tibia_width", 31., "fibula_diameter", 12., "peroneal_tendon_area", 30.);
  CHECK("calf_girth", 450., "ankle_girth", 260., "fat", 14., "ankle_fat", 5.);
  CHECK("fat", 12.);
  CHECK("fat", 2., "ankle_fat", 1., "shin_fat", 1.);
  CHECK("skin", 3.);
  CHECK("fascia", 0.4);
  CHECK("tibia_width", 26., "tibia_depth", 24.);
  CHECK("tibia_width", 40., "tibia_depth", 34., "ankle_girth", 245.);
  CHECK("gastrocnemius_share", 0.2);
  CHECK("gastrocnemius_share", 0.4);
  CHECK("deep_flexors_share", 0.06);
  CHECK("deep_flexors_share", 0.2);
  CHECK("tibialis_anterior_share", 0.16);
  CHECK("peronei_share", 0.06);
  CHECK("peronei_share", 0.12);
  CHECK("osteotomy", 0.2, "free_length", 10.);
  CHECK("osteotomy", 0.6);
  CHECK("knee_end", 0.88);
  CHECK("knee_end", 0.97);
  CHECK("achilles_tendon_area", 110.);
  CHECK("gastrocnemius_belly_end", 0.3, "soleus_belly_end", 0.05);
#undef CHECK
}

/* Volumes of living adults: soleus 489 and gastrocnemius 385 cm^3 by MRI (Fukunaga et al. 1992); dissected muscles (Ward et al. 2009:
   soleus 276 g, tibialis anterior 80 g, peroneus longus 58 g) are 1.9 to 2.4 times smaller.  Others: order of magnitude. */
typedef struct {
  const char *muscle, *tendon, *foot;
  PetscReal   least, most; /* volume, cm^3 */
} Unit;

static const Unit units[] = {
  {"tibialis_anterior", "tibialis_anterior_tendon", "ankle", 120, 185},
  {"toe_extensors", "toe_extensor_tendons", "ankle", 60, 160},
  {"peronei", "peroneal_tendons", "ankle", 100, 190},
  {"deep_flexors", "deep_flexor_tendons", "ankle", 130, 280},
  {"soleus", "achilles_tendon", "calcaneus", 390, 590},
  {"gastrocnemius", "achilles_tendon", "calcaneus", 290, 420}, /* its upper end lies above the model */
};
#define NUM_UNITS 6

static void TestMuscleVolumes(void **state)
{
  Built built;

  Build(tibia, 60000, &built, NULL);
  for (int i = 0; i < NUM_UNITS; ++i) {
    const PetscReal volume = TissueVolume(&built, units[i].muscle) / 1000;

    if (volume < units[i].least || volume > units[i].most) print_error("%s: %g cm^3\n", units[i].muscle, volume);
    assert_true(volume >= units[i].least && volume <= units[i].most);
  }
  Clear(&built);
}

static void Mark(const Built *built, const char *surface, PetscBool *node)
{
  const PetscInt s = FindSurface(built, surface);

  assert_true(s >= 0);
  for (PetscInt f = 0; f < built->data.num_facets; ++f)
    for (int i = 0; i < 4; ++i)
      if (built->data.facet_surface[f] == s) node[built->data.facets[4 * f + i]] = PETSC_TRUE;
}

/* Spreads from marked nodes through cells of a tissue, over whole faces (4 marked corners); whether it went on. */
static PetscBool Spread(const TasMeshData *data, PetscInt a, PetscInt b, PetscBool *node)
{
  PetscBool any = PETSC_FALSE;

  for (PetscInt c = 0; c < data->num_cells; ++c) {
    int marked = 0;

    if (data->cell_tissue[c] != a && data->cell_tissue[c] != b) continue;
    for (int i = 0; i < 8; ++i) marked += node[data->cells[8 * c + i]];
    if (marked < 4 || marked == 8) continue;
    for (int i = 0; i < 8; ++i) node[data->cells[8 * c + i]] = PETSC_TRUE;
    any = PETSC_TRUE;
  }
  return any;
}

/* From its origin through belly and tendon to the foot. */
static void TestEveryMuscleReachesTheFoot(void **state)
{
  Built built;

  Build(tibia, 8000, &built, NULL);
  for (int u = 0; u < NUM_UNITS; ++u) {
    PetscBool *node = calloc((size_t)built.data.num_points, sizeof(PetscBool));
    PetscInt   foot = FindSurface(&built, units[u].foot), reached = 0;
    char       origin[TAS_NAME_LENGTH];

    assert_non_null(node);
    snprintf(origin, sizeof(origin), "origin_%s", units[u].muscle);
    Mark(&built, origin, node);
    while (Spread(&built.data, FindTissue(&built, units[u].muscle), FindTissue(&built, units[u].tendon), node)) continue;
    for (PetscInt f = 0; f < built.data.num_facets; ++f) {
      const PetscInt *n = &built.data.facets[4 * f];

      if (built.data.facet_surface[f] == foot && node[n[0]] && node[n[1]] && node[n[2]] && node[n[3]]) ++reached;
    }
    if (!reached) print_error("%s does not reach the foot\n", units[u].muscle);
    assert_true(reached > 0);
    free(node);
  }
  Clear(&built);
}

static void TestSidesOfTheOsteotomy(void **state)
{
  const PetscReal free_length = 30;
  Built           built;
  PetscReal       cut;

  Build(tibia, 8000, &built, NULL);
  cut = built.layout.osteotomy[2];
  assert_true(fabs(cut - 372 * 0.72) < 1e-9);
  assert_true(built.layout.axis[0] == 0 && built.layout.axis[1] == 0 && built.layout.axis[2] == -1);
  for (PetscInt s = 0; s < built.data.num_surfaces; ++s) {
    const TasLimbSurface *surface = &built.layout.surfaces[s];
    const char           *end     = strrchr(surface->name, '_');

    if (!end) continue;
    if (strcmp(end, "_proximal") == 0) {
      assert_string_equal(surface->body, "proximal");
      assert_true(SurfaceEnd(&built, surface->name, 0) >= cut);
      if (strncmp(surface->name, "origin", 6) == 0) assert_true(SurfaceEnd(&built, surface->name, 0) > cut + free_length - 6);
    } else if (strcmp(end, "_distal") == 0) {
      assert_string_equal(surface->body, "distal");
      assert_true(SurfaceEnd(&built, surface->name, 1) <= cut);
      if (strncmp(surface->name, "origin", 6) == 0) assert_true(SurfaceEnd(&built, surface->name, 1) < cut - free_length + 6);
    }
  }
  Clear(&built);
}

/* Area of a tissue's cells on the lower end. */
static PetscReal EndArea(const Built *built, const char *tissue)
{
  const PetscInt t    = FindTissue(built, tissue);
  PetscReal      area = 0;

  for (PetscInt c = 0; c < built->data.num_cells; ++c) {
    const PetscReal *p[4];

    if (built->data.cell_tissue[c] != t) continue;
    for (int i = 0; i < 4; ++i) p[i] = &built->data.points[3 * built->data.cells[8 * c + i]];
    if (p[0][2] > 0) continue;
    area += 0.5 * ((p[2][0] - p[0][0]) * (p[3][1] - p[1][1]) - (p[3][0] - p[1][0]) * (p[2][1] - p[0][1]));
  }
  return area;
}

static void TestTendonAreas(void **state)
{
  const char *tendons[]  = {"tibialis_anterior_tendon", "toe_extensor_tendons", "peroneal_tendons", "deep_flexor_tendons", "achilles_tendon"};
  const PetscReal area[] = {30, 30, 40, 50, 70};
  Built           built;

  Build(tibia, 60000, &built, NULL);
  for (int i = 0; i < 5; ++i) {
    const PetscReal found = EndArea(&built, tendons[i]);

    if (fabs(found / area[i] - 1) > 0.15) print_error("%s: %g mm^2\n", tendons[i], found);
    assert_true(fabs(found / area[i] - 1) < 0.15);
  }
  Clear(&built);
}

/* Length around the skin at the level nearest to z. */
static PetscReal Girth(const Built *built, PetscReal z)
{
  const PetscInt skin  = FindSurface(built, "skin");
  PetscReal      girth = 0, level = -1e30;

  for (PetscInt i = 0; i < built->data.num_points; ++i)
    if (fabs(built->data.points[3 * i + 2] - z) < fabs(level - z)) level = built->data.points[3 * i + 2];
  for (PetscInt f = 0; f < built->data.num_facets; ++f) {
    const PetscReal *p = &built->data.points[3 * built->data.facets[4 * f]], *q = &built->data.points[3 * built->data.facets[4 * f + 1]];

    if (built->data.facet_surface[f] == skin && p[2] == level && q[2] == level) girth += hypot(p[0] - q[0], p[1] - q[1]);
  }
  return girth;
}

static void TestGirths(void **state)
{
  Built built;

  Build(tibia, 60000, &built, NULL);
  assert_true(fabs(Girth(&built, 0.67 * 372) / 370 - 1) < 0.02);
  assert_true(fabs(Girth(&built, 0) / 225 - 1) < 0.02);
  Clear(&built);
}

/* Unit vectors at right angles, down the leg. */
static void TestDirections(void **state)
{
  Built built;

  Build(tibia, 8000, &built, NULL);
  assert_int_equal(built.data.num_fields, 2);
  assert_string_equal(built.data.fields[0].name, "fibre");
  assert_string_equal(built.data.fields[1].name, "sheet");
  for (PetscInt c = 0; c < built.data.num_cells; ++c) {
    const PetscReal *f = &built.data.fields[0].values[3 * c], *s = &built.data.fields[1].values[3 * c];

    assert_true(fabs(f[0] * f[0] + f[1] * f[1] + f[2] * f[2] - 1) < 1e-12);
    assert_true(fabs(s[0] * s[0] + s[1] * s[1] + s[2] * s[2] - 1) < 1e-12);
    assert_true(fabs(f[0] * s[0] + f[1] * s[1] + f[2] * s[2]) < 1e-12);
    assert_true(f[2] < -0.5);
  }
  Clear(&built);
}

/* Mean angle in degrees between the fibres of a tissue with pennation and those without. */
static PetscReal MeanTilt(const char *tissue, const char *key)
{
  PetscReal sum = 0;
  PetscInt  n   = 0;
  Built     with, without;

  Build(tibia, 8000, &with, NULL);
  Build(tibia, 8000, &without, key, 0., NULL);
  for (PetscInt c = 0; c < with.data.num_cells; ++c) {
    const PetscReal *f = &with.data.fields[0].values[3 * c], *g = &without.data.fields[0].values[3 * c];

    if (with.data.cell_tissue[c] != FindTissue(&with, tissue)) continue;
    sum += acos(fmin(1, f[0] * g[0] + f[1] * g[1] + f[2] * g[2])) * 45 / atan(1);
    ++n;
  }
  Clear(&with);
  Clear(&without);
  return sum / n;
}

static void TestPennation(void **state)
{
  const PetscReal soleus = MeanTilt("soleus", "soleus_pennation"), gastrocnemius = MeanTilt("gastrocnemius", "gastrocnemius_pennation");

  assert_true(soleus > 20 && soleus <= 28.3); /* less than the pennation only near the aponeurosis */
  assert_true(gastrocnemius > 7 && gastrocnemius <= 10.6);
  assert_true(MeanTilt("skin", "soleus_pennation") < 1e-6);
}

/* No fibre of a muscle runs into the bone that it comes from. */
static void TestFibresLeaveTheBone(void **state)
{
  Built     built;
  PetscReal worst = 1;

  Build(tibia, 8000, &built, NULL);
  for (PetscInt f = 0; f < built.data.num_facets; ++f) {
    const char     *name = built.data.surface_names[built.data.facet_surface[f]];
    const PetscInt *n    = &built.data.facets[4 * f];

    if (strncmp(name, "origin_", 7) != 0 || !strstr(name, "al") || built.data.points[3 * n[0] + 2] == built.data.points[3 * n[2] + 2]) continue;
    for (PetscInt c = 0; c < built.data.num_cells; ++c) {
      int              shared = 0;
      PetscReal        normal[3], length = 0, inward = 0, side = 0;
      const PetscReal *p[3];

      for (int i = 0; i < 8; ++i)
        for (int j = 0; j < 4; ++j) shared += built.data.cells[8 * c + i] == n[j];
      if (shared < 4) continue;
      for (int i = 0; i < 3; ++i) p[i] = &built.data.points[3 * n[i]];
      for (int x = 0; x < 3; ++x) {
        const int y = (x + 1) % 3, z = (x + 2) % 3;

        normal[x] = (p[1][y] - p[0][y]) * (p[2][z] - p[0][z]) - (p[1][z] - p[0][z]) * (p[2][y] - p[0][y]);
        length += normal[x] * normal[x];
      }
      for (int i = 0; i < 8; ++i)
        for (int x = 0; x < 3; ++x) side += normal[x] * (built.data.points[3 * built.data.cells[8 * c + i] + x] - p[0][x]);
      for (int x = 0; x < 3; ++x) inward += built.data.fields[0].values[3 * c + x] * normal[x] * (side > 0 ? 1 : -1) / sqrt(length);
      worst = fmin(worst, inward);
    }
  }
  if (worst < -0.2) print_error("a fibre runs into the bone: sine %g\n", worst);
  assert_true(worst > -0.2);
  Clear(&built);
}

static void TestSameEveryTime(void **state)
{
  Built a, b;

  Build(tibia, 8000, &a, NULL);
  Build(tibia, 8000, &b, NULL);
  assert_int_equal(a.data.num_points, b.data.num_points);
  assert_memory_equal(a.data.points, b.data.points, 3 * (size_t)a.data.num_points * sizeof(PetscReal));
  Clear(&a);
  Clear(&b);
}

static void TestMistakes(void **state)
{
  Built built;

  Build(tibia, 8000, &built, "length", 100., NULL);
  CheckProblem(&built, "length", "250", "500", NULL);
  Build(tibia, 8000, &built, "ankle_girth", 190., NULL);
  CheckProblem(&built, "ankle_girth", "tibia_depth", "fibula_diameter", NULL);
  Build(tibia, 8000, &built, "calf_girth", 280., NULL);
  CheckProblem(&built, "calf_girth", NULL);
  Build(tibia, 8000, &built, "soleus_belly_end", 0.3, "gastrocnemius_belly_end", 0.3, NULL);
  CheckProblem(&built, "soleus_belly_end", "gastrocnemius_belly_end", NULL);
  Build(tibia, 8000, &built, "free_length", 80., NULL);
  CheckProblem(&built, "free_length", "osteotomy", NULL);
  Build(tibia, 8000, &built, "ankle_fat", 6.5, NULL);
  CheckProblem(&built, "peroneal_tendon_area", "ankle_girth", NULL);
  Build(tibia, -1, &built, NULL);
  CheckProblem(&built, "cells", NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(TestSizes),
    cmocka_unit_test(TestRefinement),
    cmocka_unit_test(TestVariations),
    cmocka_unit_test(TestMuscleVolumes),
    cmocka_unit_test(TestEveryMuscleReachesTheFoot),
    cmocka_unit_test(TestSidesOfTheOsteotomy),
    cmocka_unit_test(TestTendonAreas),
    cmocka_unit_test(TestGirths),
    cmocka_unit_test(TestDirections),
    cmocka_unit_test(TestPennation),
    cmocka_unit_test(TestFibresLeaveTheBone),
    cmocka_unit_test(TestSameEveryTime),
    cmocka_unit_test(TestMistakes),
  };

  return cmocka_run_group_tests(tests, StartPetsc, EndPetsc);
}
