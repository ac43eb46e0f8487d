/* Subjects: limbs of other sizes are the adult's enlarged, with ranges and what they bring. */
#include "limb_checks.h"
#include "mesh/limb_subject.h"

static const TasSubject *Find(const char *name)
{
  for (PetscInt i = 0; i < TasSubjectCount(); ++i)
    if (strcmp(TasSubjectAt(i)->name, name) == 0) return TasSubjectAt(i);
  fail_msg("no subject %s", name);
  return NULL;
}

static PetscInt FindDimension(const TasLimb *limb, const char *key)
{
  PetscInt i = 0;

  while (i < limb->num_dimensions && strcmp(limb->dimensions[i].key, key) != 0) ++i;
  assert_true(i < limb->num_dimensions);
  return i;
}

/* The subject's defaults, one of them changed where key is given. */
static void BuildSubject(const char *name, const TasLimb *limb, PetscInt cells, Built *built, const char *key, PetscReal value)
{
  PetscReal values[MAX_DIMENSIONS];

  memset(built, 0, sizeof(*built));
  for (PetscInt i = 0; i < limb->num_dimensions; ++i) {
    TasDimension d;
    char         source[512];

    assert_int_equal(TasSubjectDimension(Find(name), limb, i, &d, sizeof(source), source), 0);
    assert_true(d.low <= d.standard && d.standard <= d.high && d.low < d.high);
    assert_non_null(strstr(source, ": "));
    values[i] = d.standard;
  }
  if (key) values[FindDimension(limb, key)] = value;
  assert_int_equal(TasSubjectBuild(Find(name), limb, values, cells, &built->data, &built->layout, built->problem), 0);
}

static void TestAllBuild(void **state)
{
  const TasLimb *const limbs[] = {&tas_limb_tibia, &tas_limb_thigh};

  for (PetscInt s = 0; s < TasSubjectCount(); ++s)
    for (int l = 0; l < 2; ++l) {
      Built built;

      BuildSubject(TasSubjectAt(s)->name, limbs[l], 8000, &built, NULL, 0);
      if (built.problem[0]) print_error("%s, %s: %s\n", TasSubjectAt(s)->name, limbs[l]->name, built.problem);
      CheckAll(limbs[l], &built);
      Clear(&built);
    }
}

/* A rabbit's tibia of 100 mm is the adult's of 372 mm, all of it smaller. */
static void TestRabbit(void **state)
{
  const PetscReal scale = 100. / 372;
  Built           adult, rabbit;

  Build(&tas_limb_tibia, 8000, &adult, NULL);
  BuildSubject("rabbit", &tas_limb_tibia, 8000, &rabbit, NULL, 0);
  assert_int_equal(rabbit.data.num_cells, adult.data.num_cells);
  for (PetscInt t = 0; t < adult.data.num_tissues; ++t) {
    const char *tissue = adult.data.tissue_names[t];

    assert_true(fabs(TissueVolume(&rabbit, tissue) / (scale * scale * scale * TissueVolume(&adult, tissue)) - 1) < 1e-9);
  }
  assert_true(fabs(rabbit.layout.osteotomy[2] - 72) < 1e-9);
  assert_true(fabs(SurfaceEnd(&rabbit, "top", 1) - 94) < 1e-9 && fabs(SurfaceEnd(&rabbit, "ankle", 0)) < 1e-9);
  for (PetscInt s = 0; s < adult.layout.num_strands; ++s) {
    const TasLimbStrand *a = &adult.layout.strands[s], *r = &rabbit.layout.strands[s];

    assert_true(fabs(r->area / (scale * scale * a->area) - 1) < 1e-9);
    assert_true(fabs(r->points[1][2] / (scale * a->points[1][2]) - 1) < 1e-9);
    assert_true(fabs(r->remote[0] - scale * a->remote[0]) < 1e-9 && fabs(r->tangential_stiffness * scale / a->tangential_stiffness - 1) < 1e-9);
  }
  assert_true(fabs(rabbit.layout.joints[0].centre[2] + 10 * scale) < 1e-9);
  assert_true(fabs(rabbit.layout.moment_arms[0].arm[0] / (scale * adult.layout.moment_arms[0].arm[0]) - 1) < 1e-9);
  assert_true(fabs(rabbit.layout.moment_arms[0].remote_length / (scale * adult.layout.moment_arms[0].remote_length) - 1) < 1e-9);
  assert_true(fabs(rabbit.layout.moment_arms[0].area / (scale * scale * adult.layout.moment_arms[0].area) - 1) < 1e-9);
  assert_true(fabs(rabbit.layout.bone[0][2] / (scale * adult.layout.bone[0][2]) - 1) < 1e-9);
  Clear(&adult);
  Clear(&rabbit);
}

/* Own values stay what they are; ranges follow the bone; the limb as it is without a subject. */
static void TestDimensions(void **state)
{
  const PetscInt girth = FindDimension(&tas_limb_thigh, "thigh_girth"), share = FindDimension(&tas_limb_thigh, "rectus_femoris_share"), length = FindDimension(&tas_limb_thigh, "length");
  TasDimension   d;
  char           source[512];

  assert_int_equal(TasSubjectDimension(Find("female"), &tas_limb_thigh, length, &d, sizeof(source), source), 0);
  assert_true(fabs(d.standard - 403) < 1e-9 && fabs(d.high - 560 * 403 / 436.) < 1e-9);
  assert_non_null(strstr(source, "subject female: femur of 403 mm"));
  assert_int_equal(TasSubjectDimension(Find("female"), &tas_limb_thigh, girth, &d, sizeof(source), source), 0);
  assert_true(d.standard == 520);
  assert_int_equal(TasSubjectDimension(Find("dog"), &tas_limb_thigh, share, &d, sizeof(source), source), 0);
  assert_true(d.standard == 0.065 && d.high == 0.12);
  assert_non_null(strstr(source, "limb thigh: "));
  assert_int_equal(TasSubjectDimension(NULL, &tas_limb_thigh, girth, &d, sizeof(source), source), 0);
  assert_true(d.standard == 530);
}

/* The limits of a scaled range are inside it, in spite of rounding. */
static void TestLimits(void **state)
{
  for (int high = 0; high < 2; ++high) {
    TasDimension d;
    char         source[512];
    Built        built;

    assert_int_equal(TasSubjectDimension(Find("rabbit"), &tas_limb_tibia, 0, &d, sizeof(source), source), 0);
    BuildSubject("rabbit", &tas_limb_tibia, 2000, &built, "length", high ? d.high : d.low);
    assert_string_equal(built.problem, "");
    Clear(&built);
  }
}

static void TestMistakes(void **state)
{
  Built built;

  BuildSubject("rabbit", &tas_limb_tibia, 2000, &built, "length", 372);
  CheckProblem(&built, "subject rabbit", "0.269", "length", NULL);
  assert_null(TasSubjectFindLimb(Find("rabbit"), &tas_limb_rod));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(TestAllBuild),
    cmocka_unit_test(TestRabbit),
    cmocka_unit_test(TestDimensions),
    cmocka_unit_test(TestLimits),
    cmocka_unit_test(TestMistakes),
  };

  return cmocka_run_group_tests(tests, StartPetsc, EndPetsc);
}
