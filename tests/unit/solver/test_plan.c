/* Arithmetic of plans: shares, limits, calendar, dates. Expected values are by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "solver/plan/plan.h"

#define DAY 86400.0

static void Near(PetscReal found, PetscReal expected)
{
  if (!(PetscAbsReal(found - expected) <= 1e-9 * PetscMax(1, PetscAbsReal(expected)))) fail_msg("found %.12g, expected %.12g", (double)found, (double)expected);
}

/* Femur 450/430, tibia 370/355 mm: 35 mm shorter on the right; both bones with a magnetic nail. */
static TasPlanWanted Wanted(void)
{
  TasPlanWanted w = {.bone = {{450, 370}, {430, 355}}, .bones_given = {PETSC_TRUE, PETSC_TRUE}, .goal = TAS_EQUAL_LEGS, .surgery = TAS_NO_DATE};

  for (int b = 0; b < TAS_NUM_BONES; b++)
    w.wanted[b] = (TasBoneWanted){.lengthened = PETSC_TRUE, .device = 2, .share = -1, .most_share = 0.2, .most_length = 80, .rate = 1 / DAY, .latency = 7 * DAY, .steps_per_day = 4};
  return w;
}

static TasPlan Make(const TasPlanWanted *wanted)
{
  TasPlan plan;
  char    problem[TAS_PROBLEM_LENGTH];

  TasPlanMake(wanted, &plan, problem);
  assert_string_equal(problem, "");
  return plan;
}

static PetscBool Warns(const TasPlan *plan, const char *part)
{
  for (PetscInt i = 0; i < plan->num_warnings; i++)
    if (strstr(plan->warnings[i], part)) return PETSC_TRUE;
  return PETSC_FALSE;
}

static void EachBoneGetsWhatItLacks(void **state)
{
  const TasPlanWanted w    = Wanted();
  const TasPlan       plan = Make(&w);

  Near(plan.target, 35);
  Near(plan.discrepancy, 35);
  assert_int_equal(plan.num_bones, 2);
  assert_int_equal(plan.bones[0].leg, TAS_RIGHT);
  Near(plan.bones[0].length, 20);
  Near(plan.bones[1].length, 15);
  Near(plan.missing, 0);
}

static void ResidualAndSharesCount(void **state)
{
  TasPlanWanted w = Wanted();
  TasPlan       plan;

  w.residual                = 5;
  w.wanted[TAS_FEMUR].share = 0.7;
  w.wanted[TAS_TIBIA].share = 0.3;
  plan                      = Make(&w);
  Near(plan.bones[0].length, 21);
  Near(plan.bones[1].length, 9);
}

static void StatureKeepsProportions(void **state)
{
  TasPlanWanted w = Wanted();
  TasPlan       plan;

  w.goal = TAS_STATURE;
  w.gain = 41;
  plan   = Make(&w);
  assert_int_equal(plan.num_bones, 4);
  Near(plan.bones[0].length, 41 * 450. / 820);
  Near(plan.bones[1].length, 41 * 370. / 820);
  Near(plan.bones[2].length, 41 * 430. / 785);
  assert_true(Warns(&plan, "the legs differ by 35 mm"));
}

/* 20 % of 355 mm is 71 mm; the femur takes at most 10 % of 430 mm: 43 mm. */
static void LimitsMoveLengthToTheOtherBone(void **state)
{
  TasPlanWanted w = Wanted();
  TasPlan       plan;

  w.bone[TAS_LEFT][TAS_FEMUR]    = 500; /* 85 mm shorter: 70 in the femur, 15 in the tibia */
  w.wanted[TAS_FEMUR].most_share = 0.1;
  plan                           = Make(&w);
  Near(plan.bones[0].length, 43);
  Near(plan.bones[1].length, 42);
  Near(plan.missing, 0);
  assert_true(Warns(&plan, "right-femur: 70.0 mm would be its share, its limits allow 43.0 mm"));
  w.bone[TAS_LEFT][TAS_FEMUR] = 540; /* 125 mm */
  plan                        = Make(&w);
  Near(plan.bones[1].length, 71);
  Near(plan.missing, 125 - 43 - 71);
  assert_true(Warns(&plan, "11.0 mm of the target do not fit"));
}

static void OneBoneTakesAll(void **state)
{
  TasPlanWanted w = Wanted();
  TasPlan       plan;

  w.wanted[TAS_FEMUR].lengthened = PETSC_FALSE;
  plan                           = Make(&w);
  assert_int_equal(plan.num_bones, 1);
  Near(plan.bones[0].length, 35);
}

/* Latency 7 days, 20 mm at 0.9 mm/day end on day 29.2; 31.3, 12.8 and 113 days/cm for 2 cm. */
static void CalendarByHealingIndex(void **state)
{
  TasPlanWanted w = Wanted();
  TasPlan       plan;

  w.wanted[TAS_FEMUR].rate  = 0.9 / DAY;
  w.wanted[TAS_TIBIA].start = 21 * DAY;
  plan                      = Make(&w);
  assert_int_equal(plan.bones[0].latency_end, 7);
  assert_int_equal(plan.bones[0].distraction_end, 30);
  assert_int_equal(plan.bones[0].consolidated[0], 63); /* 62.6 */
  assert_int_equal(plan.bones[0].consolidated[1], 30); /* 25.6: not before the end of distraction */
  assert_int_equal(plan.bones[0].consolidated[2], 226);
  assert_int_equal(plan.bones[1].surgery, 21);
  assert_int_equal(plan.bones[1].distraction_end, 21 + 7 + 15);
  assert_int_equal(plan.bones[1].consolidated[0], 90); /* 21 + 68.55 */
  assert_int_equal(plan.days[0], 90);
}

static void StrokeAndEvidence(void **state)
{
  TasPlanWanted w = Wanted();
  TasPlan       plan;

  w.goal                             = TAS_STATURE;
  w.gain                             = 70;
  w.wanted[TAS_FEMUR].stroke         = 65;
  w.wanted[TAS_TIBIA].lengthened     = PETSC_FALSE;
  w.wanted[TAS_FEMUR].rate           = 1.6 / DAY;
  w.wanted[TAS_FEMUR].steps_per_day  = 1;
  w.age                              = 15;
  plan                               = Make(&w);
  assert_false(plan.bones[0].stroke_suffices);
  assert_true(Warns(&plan, "more than the stroke of the magnetic-nail, 65 mm"));
  assert_true(Warns(&plan, "70 mm in one procedure, more than 50"));
  assert_true(Warns(&plan, "above 1.5 mm/day"));
  assert_true(Warns(&plan, "1 steps a day"));
  assert_true(Warns(&plan, "growth that remains"));
  w.wanted[TAS_FEMUR].stroke = 0; /* the device's own */
  w.wanted[TAS_FEMUR].rate   = 1 / DAY;
  plan                       = Make(&w);
  assert_true(plan.bones[0].stroke_suffices);
  assert_true(plan.bones[0].stroke == 80);
  assert_false(Warns(&plan, "stroke"));
  assert_false(Warns(&plan, "mm/day; "));
}

static void DevicesAreThoseOfTheModels(void **state)
{
  const char *source;

  assert_int_equal(tas_num_devices, TAS_NUM_PLAN_DEVICES);
  for (PetscInt i = 0; i < TAS_NUM_PLAN_DEVICES; i++) {
    if (!TasDeviceFind(tas_plan_devices[i].name)) fail_msg("no device %s", tas_plan_devices[i].name);
    assert_true(TasPlanStroke(&tas_plan_devices[i], &source) >= 0);
    for (int b = 0; b < TAS_NUM_BONES; b++) {
      const TasHealingIndex *h = &tas_plan_devices[i].healing[b];

      assert_true(0 < h->low && h->low <= h->typical && h->typical <= h->high && strlen(h->source) > 10);
    }
  }
}

static void EqualLegsNeedNothing(void **state)
{
  TasPlanWanted w = Wanted();
  TasPlan       plan;
  char          problem[TAS_PROBLEM_LENGTH];

  memcpy(w.bone[TAS_RIGHT], w.bone[TAS_LEFT], sizeof(w.bone[TAS_LEFT]));
  TasPlanMake(&w, &plan, problem);
  assert_non_null(strstr(problem, "nothing is to be lengthened"));
}

static void DatesRoundTrip(void **state)
{
  static const char *const bad[] = {"2027-02-29", "2027-13-01", "2027-00-10", "27-01-01", "2027-1-01", "2027/01/01", "2027-01-01x", "", "1 March"};
  int64_t                  date;
  char                     text[16];

  assert_true(TasDateRead("1970-01-01", &date));
  assert_int_equal(date, 0);
  assert_true(TasDateRead("2000-02-29", &date));
  assert_int_equal(date, 11016);
  TasDateWrite(date + 1, text);
  assert_string_equal(text, "2000-03-01");
  for (int64_t day = -719162; day < 800000; day += 137) {
    int64_t again;

    TasDateWrite(day, text);
    assert_true(TasDateRead(text, &again));
    assert_int_equal(again, day);
  }
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    if (TasDateRead(bad[i], &date)) fail_msg("%s is taken for a date", bad[i]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(EachBoneGetsWhatItLacks), cmocka_unit_test(ResidualAndSharesCount), cmocka_unit_test(StatureKeepsProportions), cmocka_unit_test(LimitsMoveLengthToTheOtherBone),
      cmocka_unit_test(OneBoneTakesAll),         cmocka_unit_test(CalendarByHealingIndex), cmocka_unit_test(StrokeAndEvidence),        cmocka_unit_test(EqualLegsNeedNothing),
      cmocka_unit_test(DevicesAreThoseOfTheModels),
      cmocka_unit_test(DatesRoundTrip)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
