/* The thigh: counts and quality at several sizes and over the range of its dimensions, conformity, anatomy, joints, mistakes. */
#include "limb_muscles.h"

static const TasLimb *const thigh = &tas_limb_thigh;

static void TestSizes(void **state)
{
  const PetscInt cells[] = {8000, 60000, 450000};

  for (int i = 0; i < 3; ++i) {
    Built built;

    Build(thigh, cells[i], &built, NULL);
    assert_string_equal(built.problem, "");
    assert_true(fabs(built.data.num_cells / (PetscReal)cells[i] - 1) < 0.1);
    assert_true(LeastQuality(&built.data) > 0.45); /* 0.2 is promised; the default limb is better */
    if (i < 2) CheckAll(thigh, &built);
    Clear(&built);
  }
}

/* Any number of cells, not only the three. */
static void TestRefinement(void **state)
{
  PetscInt before = 0;

  for (PetscInt cells = 2000; cells < 100000; cells = cells * 5 / 4) {
    Built built;

    Build(thigh, cells, &built, NULL);
    assert_string_equal(built.problem, "");
    assert_true(fabs(built.data.num_cells / (PetscReal)cells - 1) < 0.25);
    assert_true(built.data.num_cells >= before);
    before = built.data.num_cells;
    Clear(&built);
  }
}

/* Thighs of other people: short, long, slim, stout, thin and thick fat; osteotomies elsewhere. */
static void TestVariations(void **state)
{
  Built built;

#define CHECK(...) \
  do { \
    Build(thigh, 8000, &built, __VA_ARGS__, NULL); \
    if (built.problem[0]) print_error("%s\n", built.problem); \
    CheckAll(thigh, &built); \
    Clear(&built); \
  } while (0)
  CHECK("length", 320.);
  CHECK("length", 550.);
  CHECK("thigh_girth", 430., "knee_girth", 350., "upper_girth", 470.);
  CHECK("thigh_girth", 680., "knee_girth", 480., "upper_girth", 760.);
  CHECK("fat", 2., "knee_fat", 2.);
  CHECK("fat", 22., "knee_fat", 12.);
  CHECK("skin", 3.);
  CHECK("fascia", 0.4, "iliotibial_tract", 0.4);
  CHECK("fascia", 2., "iliotibial_tract", 4.);
  CHECK("femur_width", 22., "femur_depth", 22.);
  CHECK("femur_width", 36., "femur_depth", 36.);
  CHECK("rectus_femoris_share", 0.04);
  CHECK("rectus_femoris_share", 0.1);
  CHECK("vastus_lateralis_share", 0.15);
  CHECK("vastus_lateralis_share", 0.25);
  CHECK("vastus_medialis_share", 0.07);
  CHECK("vastus_medialis_share", 0.15);
  CHECK("vastus_intermedius_share", 0.09);
  CHECK("vastus_intermedius_share", 0.17);
  CHECK("biceps_femoris_share", 0.07, "medial_hamstrings_share", 0.08);
  CHECK("biceps_femoris_share", 0.14, "medial_hamstrings_share", 0.16);
  CHECK("osteotomy", 0.32);
  CHECK("osteotomy", 0.7, "free_length", 10.);
  CHECK("upper_end", 0.72, "quadriceps_tendon_start", 0.5, "belly_start", 0.69, "origin_tendon_end", 0.6);
  CHECK("upper_end", 0.85);
  CHECK("lower_end", 0.10);
  CHECK("quadriceps_tendon_area", 280.);
  CHECK("adductors_belly_end", 0.4);
#undef CHECK
}

/* Living adults: quadriceps without rectus femoris 1505 cm^3 by MRI (Fukunaga et al. 1992); of all muscles of the thigh the extensors have
   50 %, the flexors 19 %, adductors and sartorius 31 % (MRI of 41 women, Eur J Appl Physiol 2010 110:91, abstract); the model has ends. */
static void TestMuscleVolumes(void **state)
{
  static const char *const muscles[] = {"rectus_femoris",     "vastus_lateralis", "vastus_medialis",   "vastus_intermedius",
                                        "biceps_femoris", "medial_hamstrings", "adductors"};
  PetscReal                volume[7], sum = 0, vasti;
  Built                    built;

  Build(thigh, 60000, &built, NULL);
  for (int m = 0; m < 7; ++m) sum += volume[m] = TissueVolume(&built, muscles[m]) / 1000;
  vasti = volume[1] + volume[2] + volume[3];
  print_message("volumes, cm^3: vasti %g, rectus %g, hamstrings %g, adductors %g\n", vasti, volume[0], volume[4] + volume[5], volume[6]);
  assert_true(vasti > 1350 && vasti < 1900);
  assert_true(fabs((vasti + volume[0]) / sum - 0.5) < 0.04);
  assert_true(fabs((volume[4] + volume[5]) / sum - 0.22) < 0.04);
  assert_true(fabs(volume[6] / sum - 0.28) < 0.05);
  Clear(&built);
}

/* Every muscle is held at both ends, by a body or by a tendon that is. */
static void TestEveryMuscleIsHeld(void **state)
{
  static const char *const units[][5] = {
    {"origin_rectus_femoris", "rectus_femoris", "quadriceps_tendon", "rectus_femoris_tendon", "insertion_quadriceps"},
    {"origin_vastus_lateralis_proximal", "vastus_lateralis", "quadriceps_tendon", "quadriceps_tendon", "insertion_quadriceps"},
    {"origin_vastus_medialis_proximal", "vastus_medialis", "quadriceps_tendon", "quadriceps_tendon", "insertion_quadriceps"},
    {"origin_vastus_intermedius_proximal", "vastus_intermedius", "quadriceps_tendon", "quadriceps_tendon", "insertion_quadriceps"},
    {"origin_biceps_femoris", "biceps_femoris", "biceps_femoris_tendon", "hamstring_origin_tendons", "insertion_biceps_femoris"},
    {"origin_medial_hamstrings", "medial_hamstrings", "medial_hamstring_tendons", "hamstring_origin_tendons", "insertion_medial_hamstrings"},
    {"origin_adductors", "adductors", "adductor_tendon", "adductor_tendon", "adductor_tubercle"},
    {"origin_adductors", "adductors", "adductors", "adductors", "insertion_adductors_distal"},
  };
  Built built;

  Build(thigh, 8000, &built, NULL);
  for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); ++u) CheckReaches(&built, units[u][0], units[u][1], units[u][2], units[u][3], units[u][4]);
  Clear(&built);
}

static void TestSidesOfTheOsteotomy(void **state)
{
  Built built;

  Build(thigh, 8000, &built, NULL);
  assert_true(fabs(built.layout.osteotomy[2] - 436 * 0.55) < 1e-9);
  CheckSides(&built, "origin", 30, 6);
  CheckSides(&built, "insertion", 30, 6);
  Clear(&built);
}

static void TestTendonAreas(void **state)
{
  static const char *const tendons[] = {"quadriceps_tendon", "biceps_femoris_tendon", "medial_hamstring_tendons", "adductor_tendon"};
  const PetscReal          area[]    = {180, 60, 130, 35};
  Built                    built;

  Build(thigh, 60000, &built, NULL);
  for (int i = 0; i < 4; ++i) {
    const PetscReal found = EndArea(&built, tendons[i], 0.12 * 436 + 1e-6);

    if (fabs(found / area[i] - 1) > 0.15) print_error("%s: %g mm^2\n", tendons[i], found);
    assert_true(fabs(found / area[i] - 1) < 0.15);
  }
  Clear(&built);
}

static void TestGirths(void **state)
{
  Built built;

  Build(thigh, 60000, &built, "lower_end", 0.1, NULL);
  assert_true(fabs(Girth(&built, 0.5 * 436) / 530 - 1) < 0.02);
  assert_true(fabs(Girth(&built, 0.1 * 436) / 400 - 1) < 0.02);
  Clear(&built);
}

static void TestDirections(void **state)
{
  Built built;

  Build(thigh, 8000, &built, NULL);
  CheckDirections(&built);
  CheckFibresLeaveTheBone(&built);
  Clear(&built);
}

static void TestPennation(void **state)
{
  const PetscReal medialis = MeanTilt(thigh, "vastus_medialis", "vastus_medialis_pennation");
  const PetscReal biceps   = MeanTilt(thigh, "biceps_femoris", "biceps_femoris_pennation");

  assert_true(medialis > 20 && medialis <= 29.6); /* less than the pennation only near the aponeurosis */
  assert_true(biceps > 8 && biceps <= 11.8);
  assert_true(MeanTilt(thigh, "skin", "vastus_medialis_pennation") < 1e-6);
}

/* A point of the distal part, in front of or behind the axis, goes where flexion takes it: forwards at the hip, backwards at the knee. */
static PetscReal ForwardsBelow(const TasLimbJoint *joint)
{
  return -joint->axis[0] * -1; /* y of axis x (0, 0, -1) */
}

static void TestSignsOfJoints(void **state)
{
  Built built;

  Build(thigh, 1000, &built, NULL);
  assert_int_equal(built.layout.num_joints, 2);
  assert_string_equal(built.layout.joints[0].name, "hip");
  assert_true(ForwardsBelow(&built.layout.joints[0]) > 0);
  assert_true(ForwardsBelow(&built.layout.joints[1]) < 0);
  for (PetscInt a = 0; a < built.layout.num_moment_arms; ++a) {
    const TasLimbMomentArm *arm = &built.layout.moment_arms[a];
    const PetscReal         up  = arm->direction[2] * arm->arm[0]; /* by flexion */
    const int stretched = strcmp(arm->body, "patella") == 0 || strcmp(arm->body, "hamstring_origin") == 0, below = strcmp(arm->joint[0], "knee") == 0;

    assert_true((stretched ? 1 : -1) * (below ? -1 : 1) * up > 0); /* away from the thigh where flexion stretches the muscle */
  }
  Clear(&built);
}

static void TestSameEveryTime(void **state)
{
  CheckSame(thigh);
}

static void TestSmallestKnowsAll(void **state)
{
  CheckSmallestKnowsAll(thigh);
}

static void TestMistakes(void **state)
{
  Built built;

  Build(thigh, 8000, &built, "length", 100., NULL);
  CheckProblem(&built, "length", "300", "560", NULL);
  Build(thigh, 8000, &built, "biceps_femoris_belly_end", 0.3, "biceps_femoris_tendon_start", 0.28, NULL);
  CheckProblem(&built, "biceps_femoris_belly_end", "biceps_femoris_tendon_start", NULL);
  Build(thigh, 8000, &built, "lower_end", 0.19, NULL);
  CheckProblem(&built, "lower_end", "belly_end", NULL);
  Build(thigh, 8000, &built, "osteotomy", 0.3, "free_length", 80., NULL);
  CheckProblem(&built, "free_length", "osteotomy", NULL);
  Build(thigh, 8000, &built, "vastus_lateralis_share", 0.28, "biceps_femoris_share", 0.18, "medial_hamstrings_share", 0.2, "vastus_intermedius_share", 0.2, "vastus_medialis_share", 0.18, NULL);
  CheckProblem(&built, "shares", "adductors", NULL);
  Build(thigh, 8000, &built, "knee_girth", 540., "thigh_girth", 400., NULL);
  CheckProblem(&built, "knee_girth", "thigh_girth", NULL);
  Build(thigh, -1, &built, NULL);
  CheckProblem(&built, "cells", NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(TestSizes),
    cmocka_unit_test(TestRefinement),
    cmocka_unit_test(TestVariations),
    cmocka_unit_test(TestMuscleVolumes),
    cmocka_unit_test(TestEveryMuscleIsHeld),
    cmocka_unit_test(TestSidesOfTheOsteotomy),
    cmocka_unit_test(TestTendonAreas),
    cmocka_unit_test(TestGirths),
    cmocka_unit_test(TestDirections),
    cmocka_unit_test(TestPennation),
    cmocka_unit_test(TestSignsOfJoints),
    cmocka_unit_test(TestSameEveryTime),
    cmocka_unit_test(TestSmallestKnowsAll),
    cmocka_unit_test(TestMistakes),
  };

  return cmocka_run_group_tests(tests, StartPetsc, EndPetsc);
}
