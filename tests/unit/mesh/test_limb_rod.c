/* The rod: counts, conformity, volumes, surfaces, mistakes; and the registry of limbs. */
#include "limb_checks.h"

static void TestRegistry(void **state)
{
  assert_ptr_equal(TasLimbFind("rod"), &tas_limb_rod);
  assert_ptr_equal(TasLimbFind("tibia"), &tas_limb_tibia);
  assert_null(TasLimbFind("arm"));
  assert_null(TasLimbFind(""));
}

static void TestDimensionTables(void **state)
{
  const TasLimb *limbs[] = {&tas_limb_rod, &tas_limb_tibia};

  for (int l = 0; l < 2; ++l) {
    for (PetscInt i = 0; i < limbs[l]->num_dimensions; ++i) {
      const TasDimension *d = &limbs[l]->dimensions[i];

      assert_true(d->key && d->key[0] && d->unit[0] && d->meaning[0] && d->source[0]);
      assert_true(d->low < d->standard && d->standard < d->high);
    }
  }
}

static void TestSizes(void **state)
{
  const PetscInt cells[] = {1, 300, 8000, 60000};

  for (int i = 0; i < 4; ++i) {
    Built built;

    Build(&tas_limb_rod, cells[i], &built, NULL);
    CheckAll(&tas_limb_rod, &built);
    if (i > 0) assert_true(fabs(built.data.num_cells / (PetscReal)cells[i] - 1) < 0.25);
    Clear(&built);
  }
}

static void TestVolumes(void **state)
{
  const PetscReal section = 4 * atan(1) * (900 - 100);
  Built           built;

  Build(&tas_limb_rod, 60000, &built, NULL);
  assert_true(fabs(TissueVolume(&built, "muscle") / (140 * section) - 1) < 2e-3);
  assert_true(fabs(TissueVolume(&built, "proximal_tendon") / (20 * section) - 1) < 2e-3);
  assert_true(fabs(TissueVolume(&built, "distal_tendon") / (40 * section) - 1) < 2e-3);
  Clear(&built);
}

static void TestSurfaces(void **state)
{
  Built built;

  Build(&tas_limb_rod, 2000, &built, NULL);
  assert_true(fabs(built.layout.osteotomy[2] - 120) < 1e-12);
  assert_true(built.layout.axis[2] == -1);
  assert_true(SurfaceEnd(&built, "glide_proximal", 0) == built.layout.osteotomy[2]);
  assert_true(SurfaceEnd(&built, "glide_distal", 1) == built.layout.osteotomy[2]);
  assert_true(fabs(SurfaceEnd(&built, "origin", 0) - 180) < 1e-12);
  assert_true(fabs(SurfaceEnd(&built, "insertion", 1) - 20) < 1e-12);
  Clear(&built);
}

static void TestWithoutEnds(void **state)
{
  Built built;

  Build(&tas_limb_rod, 1000, &built, "proximal_tendon", 0., "distal_tendon", 0., "proximal_attachment", 0., "distal_attachment", 0., NULL);
  CheckAll(&tas_limb_rod, &built);
  assert_int_equal(built.data.num_tissues, 1);
  assert_string_equal(built.layout.tissues[0].from, "top");
  assert_string_equal(built.layout.tissues[0].to, "bottom");
  assert_int_equal(FindSurface(&built, "origin"), -1);
  Clear(&built);
}

static void TestMistakes(void **state)
{
  Built built;

  Build(&tas_limb_rod, 1000, &built, "outer_radius", 10., NULL);
  CheckProblem(&built, "outer_radius", "bone_radius", NULL);
  Build(&tas_limb_rod, 1000, &built, "distal_tendon", 190., NULL);
  CheckProblem(&built, "proximal_tendon", "distal_tendon", "length", NULL);
  Build(&tas_limb_rod, 1000, &built, "osteotomy", 0.05, NULL);
  CheckProblem(&built, "proximal_attachment", "osteotomy", NULL);
  Build(&tas_limb_rod, 1000, &built, "osteotomy", 0.95, NULL);
  CheckProblem(&built, "distal_attachment", "osteotomy", NULL);
  Build(&tas_limb_rod, 1000, &built, "length", (double)NAN, NULL);
  CheckProblem(&built, "length", "10", "2000", NULL);
  Build(&tas_limb_rod, 0, &built, NULL);
  CheckProblem(&built, "cells", NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(TestRegistry), cmocka_unit_test(TestDimensionTables), cmocka_unit_test(TestSizes),    cmocka_unit_test(TestVolumes),
    cmocka_unit_test(TestSurfaces), cmocka_unit_test(TestWithoutEnds),     cmocka_unit_test(TestMistakes),
  };

  return cmocka_run_group_tests(tests, StartPetsc, EndPetsc);
}
