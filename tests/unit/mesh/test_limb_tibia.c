/* The leg: counts and quality at three sizes and over the range of its dimensions, conformity, anatomy, mistakes. */
#include "limb_muscles.h"

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
  {"soleus", "achilles_tendon", "calcaneus", 370, 590},
  {"gastrocnemius", "achilles_tendon", "calcaneus", 280, 420}, /* its upper end lies above the model */
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

static void TestEveryMuscleReachesTheFoot(void **state)
{
  Built built;

  Build(tibia, 8000, &built, NULL);
  for (int u = 0; u < NUM_UNITS; ++u) {
    char origin[TAS_NAME_LENGTH];

    snprintf(origin, sizeof(origin), "origin_%s", units[u].muscle);
    CheckReaches(&built, origin, units[u].muscle, units[u].tendon, units[u].tendon, units[u].foot);
  }
  Clear(&built);
}

static void TestSidesOfTheOsteotomy(void **state)
{
  Built built;

  Build(tibia, 8000, &built, NULL);
  assert_true(fabs(built.layout.osteotomy[2] - 372 * 0.72) < 1e-9);
  CheckSides(&built, "origin", 30, 6);
  Clear(&built);
}

static void TestTendonAreas(void **state)
{
  const char *tendons[]  = {"tibialis_anterior_tendon", "toe_extensor_tendons", "peroneal_tendons", "deep_flexor_tendons", "achilles_tendon"};
  const PetscReal area[] = {30, 30, 40, 50, 70};
  Built           built;

  Build(tibia, 60000, &built, NULL);
  for (int i = 0; i < 5; ++i) {
    const PetscReal found = EndArea(&built, tendons[i], 0);

    if (fabs(found / area[i] - 1) > 0.15) print_error("%s: %g mm^2\n", tendons[i], found);
    assert_true(fabs(found / area[i] - 1) < 0.15);
  }
  Clear(&built);
}

static void TestGirths(void **state)
{
  Built built;

  Build(tibia, 60000, &built, NULL);
  assert_true(fabs(Girth(&built, 0.67 * 372) / 370 - 1) < 0.02);
  assert_true(fabs(Girth(&built, 0) / 225 - 1) < 0.02);
  Clear(&built);
}

static void TestDirections(void **state)
{
  Built built;

  Build(tibia, 8000, &built, NULL);
  CheckDirections(&built);
  CheckFibresLeaveTheBone(&built);
  Clear(&built);
}

static void TestPennation(void **state)
{
  const PetscReal soleus = MeanTilt(tibia, "soleus", "soleus_pennation"), gastrocnemius = MeanTilt(tibia, "gastrocnemius", "gastrocnemius_pennation");

  assert_true(soleus > 20 && soleus <= 28.3); /* less than the pennation only near the aponeurosis */
  assert_true(gastrocnemius > 11 && gastrocnemius <= 17);
  assert_true(MeanTilt(tibia, "skin", "soleus_pennation") < 1e-6);
}

static void TestSameEveryTime(void **state)
{
  CheckSame(tibia);
}

static void TestSmallestKnowsAll(void **state)
{
  CheckSmallestKnowsAll(tibia);
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
    cmocka_unit_test(TestSameEveryTime),
    cmocka_unit_test(TestSmallestKnowsAll),
    cmocka_unit_test(TestMistakes),
  };

  return cmocka_run_group_tests(tests, StartPetsc, EndPetsc);
}
