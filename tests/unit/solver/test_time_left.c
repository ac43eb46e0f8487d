/* The time left of runs whose cost is a formula. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "solver/treatment/time_left.h"

#define DAY  86400.
#define MOST 400

static TasCaseEvent events[MOST];

/* Each interval's length, again and again. */
static TasSchedule Calendar(PetscInt num, PetscInt num_lengths, const PetscReal *lengths)
{
  PetscReal time = 0;

  for (PetscInt k = 0; k < num; k++) events[k] = (TasCaseEvent){.time = time += lengths[k % num_lengths]};
  return (TasSchedule){.num_events = num, .events = events};
}

static void assert_about(PetscReal value, PetscReal wanted, PetscReal share)
{
  if (!(fabs(value - wanted) <= share * wanted)) fail_msg("%g instead of %g", (double)value, (double)wanted);
}

static void test_equal_steps(void **state)
{
  const PetscReal   day      = DAY;
  const TasSchedule schedule = Calendar(100, 1, &day);
  TasTimeLeft       left;

  TasTimeLeftBegin(&left, 0, PETSC_FALSE);
  for (PetscInt k = 0; k < 100; k++) {
    TasTimeLeftStep(&left, &schedule, events[k].time, 4, 2);
    if (k < 2) assert_true(isnan(TasTimeLeftEstimate(&left, &schedule)));
    else assert_about(TasTimeLeftEstimate(&left, &schedule), 2 * (99 - k), 1e-9);
  }
  assert_true(TasTimeLeftEstimate(&left, &schedule) == 0);
}

/* A minute's ramp takes five times as many iterations as the hours after it; most ramps come late. */
static void test_kinds(void **state)
{
  const PetscReal lengths[3] = {60, 600, 0.24 * DAY};
  TasSchedule     schedule   = Calendar(120, 3, lengths);
  TasTimeLeft     left;

  for (PetscInt k = 20; k < 120; k++) events[k].time = events[k - 1].time + lengths[k % 2]; /* no more long ones */
  TasTimeLeftBegin(&left, 0, PETSC_TRUE);
  for (PetscInt k = 0; k < 20; k++) TasTimeLeftStep(&left, &schedule, events[k].time, k % 3 ? 3 : 23, k % 3 ? 1 : 5);
  assert_about(TasTimeLeftEstimate(&left, &schedule), 50 * (5 + 1), 0.01);
}

/* The computer does something else, too, from the middle on: soon half the old speed counts. */
static void test_speed(void **state)
{
  const PetscReal   hour     = 3600;
  const TasSchedule schedule = Calendar(200, 1, &hour);
  TasTimeLeft       left;

  TasTimeLeftBegin(&left, 0, PETSC_TRUE);
  for (PetscInt k = 0; k < 140; k++) TasTimeLeftStep(&left, &schedule, events[k].time, 4, k < 100 ? 1 : 2);
  assert_about(TasTimeLeftEstimate(&left, &schedule), 2 * 60, 0.2);
}

/* Of a run that goes on in the middle of an interval only its own work counts. */
static void test_resumed(void **state)
{
  const PetscReal   day      = DAY;
  const TasSchedule schedule = Calendar(100, 1, &day);
  TasTimeLeft       left;

  TasTimeLeftBegin(&left, 80.5 * DAY, PETSC_FALSE);
  TasTimeLeftStep(&left, &schedule, 80.75 * DAY, 1, 0.5);
  for (PetscInt k = 80; k < 90; k++) TasTimeLeftStep(&left, &schedule, events[k].time, 8, 10);
  assert_about(TasTimeLeftEstimate(&left, &schedule), 100, 0.05);
}

/* Five days of growth take four steps where the bone is lengthened, and two at rest; this is learnt from what was seen, and expected before. */
static void test_long_intervals(void **state)
{
  const PetscReal length     = 5 * DAY;
  TasSchedule     schedule   = Calendar(20, 1, &length);
  PetscReal       times[2]   = {0, 50 * DAY}, driven[2] = {0, 50};
  TasTimeLeft     left;

  schedule.num_lengthenings = 1;
  schedule.lengthening[0]   = (TasLengthening){.num_points = 2, .times = times, .commanded = driven, .driven = driven, .end = 50 * DAY};
  TasTimeLeftBegin(&left, 0, PETSC_TRUE);
  for (PetscInt k = 0; k < 5; k++)
    for (PetscInt i = 1; i <= 4; i++) TasTimeLeftStep(&left, &schedule, i == 4 ? events[k].time : (k + 0.25 * i) * length, 3, 1);
  assert_about(TasTimeLeftEstimate(&left, &schedule), 5 * 4 + 10 * 2.5, 0.02);
  for (PetscInt k = 5; k < 15; k++) {
    const PetscInt n = k < 10 ? 4 : 2;

    for (PetscInt i = 1; i <= n; i++) TasTimeLeftStep(&left, &schedule, i == n ? events[k].time : (k + (PetscReal)i / n) * length, 3, 1);
  }
  assert_about(TasTimeLeftEstimate(&left, &schedule), 5 * 2, 0.1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal_steps), cmocka_unit_test(test_kinds), cmocka_unit_test(test_speed), cmocka_unit_test(test_resumed), cmocka_unit_test(test_long_intervals)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
