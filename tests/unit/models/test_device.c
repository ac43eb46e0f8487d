/* Devices: clutch, mechanism, chance. */
#include "models/device.h"
#include "samples.h"

#define DAY 86400.0

typedef struct {
  const TasDevice *device;
  PetscReal        p[TAS_MAX_DEVICE_PARAMETERS];
} Built;

static Built Standard(const char *name)
{
  Built built = {.device = TasDeviceFind(name)};

  assert_non_null(built.device);
  for (PetscInt k = 0; k < built.device->num_parameters; k++) built.p[k] = built.device->parameters[k].standard;
  return built;
}

static void Set(Built *built, const char *key, PetscReal value)
{
  PetscInt k = 0;

  while (k < built->device->num_parameters && strcmp(built->device->parameters[k].key, key)) k++;
  assert_true(k < built->device->num_parameters);
  assert_true(TasParameterAdmits(&built->device->parameters[k], value));
  built->p[k] = value;
}

static PetscReal Force(const Built *built, PetscReal driven, PetscReal gap, int direction)
{
  PetscReal slope;

  return TasDeviceForce(built->device, built->p, driven, gap, direction, &slope);
}

/* ---- force ---- */

/* At rest, and below the corner, a plain spring; both ways. */
static void test_spring(void **state)
{
  const Built nail = Standard("magnetic-nail"), frame = Standard("ilizarov-frame");

  assert_true(Force(&frame, 10, 9, 1) == 1269 && Force(&frame, 10, 12, -1) == -2 * 1269.);
  assert_true(Force(&nail, 10, 0, 0) == 27820 && Force(&nail, 0, 10, 0) == -27820);
  assert_true(fabs(Force(&nail, 5, 5 - 685. / 2782, 1) - 685) < 1e-9);
}

/* Beyond the stall force: no more than a thousandth of the excess, half a percent less in the corner; never against what helps. */
static void test_clutch(void **state)
{
  const Built     nail = Standard("magnetic-nail");
  const PetscReal k = 2782, stall = 700;

  for (int direction = -1; direction <= 1; direction += 2) {
    PetscReal last = 0;

    for (int i = 0; i <= 3000; i++) {
      const PetscReal e = i, f = direction * Force(&nail, direction * e / k, 0, direction), free = fmin(e, stall);

      assert_true(f >= last && f - last < 1 + 1e-9);
      assert_true(f <= stall + 1e-3 * fmax(0, e - stall) + 1e-9 && f >= 0.995 * free - 1e-9);
      last = f;
    }
    assert_true(fabs(direction * Force(&nail, direction * stall / k, 0, direction) - 0.995 * stall) < 0.005 * stall * 2e-3);
    assert_true(Force(&nail, -direction * 3000 / k, 0, direction) == -direction * 3000); /* pushed the way that it moves */
  }
}

static void test_slope(void **state)
{
  const Built     nail = Standard("motorised-nail");
  const PetscReal h = 1e-6;

  for (int direction = -1; direction <= 1; direction++)
    for (int i = -40; i <= 40; i++) {
      PetscReal       slope;
      const PetscReal gap = 3 + i * 0.0131, numeric = (Force(&nail, 3, gap + h, direction) - Force(&nail, 3, gap - h, direction)) / (2 * h);

      (void)TasDeviceForce(nail.device, nail.p, 3, gap, direction, &slope);
      assert_true(slope <= -2782 * 0.999e-3 && fabs(slope - numeric) < 2e-3 * 2782);
    }
}

/* A nail against a spring of tissue: it stalls where the spring has the stall force, and what is lost stays lost. */
static void test_stall(void **state)
{
  Built           nail   = Standard("magnetic-nail");
  const PetscReal tissue = 100, k = 2782, stall = 700;
  PetscReal       driven = 0, gap = 0;

  for (int step = 1; step <= 40; step++) {
    driven += 0.25;
    for (int i = 0; i < 60; i++) { /* Newton for F(gap) = tissue gap */
      PetscReal       slope;
      const PetscReal f = TasDeviceForce(nail.device, nail.p, driven, gap, 1, &slope);

      gap -= (f - tissue * gap) / (slope - tissue);
    }
    driven = TasDeviceSettled(nail.device, nail.p, driven, gap, 1);
    assert_true(fabs(Force(&nail, driven, gap, 0) - tissue * gap) < 1e-8); /* at rest it goes on bearing what it bore */
    if (step == 20) assert_true(fabs(driven - 5) < 1e-14 && fabs(gap - 5 * k / (k + tissue)) < 1e-9); /* not yet: in series */
  }
  assert_true(fabs(gap - stall / tissue) < 0.006 * stall / tissue);
  assert_true(fabs(10 - driven - (10 - gap - stall / k)) < 0.01 && 10 - driven > 2.7);
  assert_true(TasDeviceSettled(nail.device, nail.p, 5, 1, 0) == 5);
}

/* ---- drive ---- */

static PetscReal Drive(const Built *built, PetscInt64 seed, int day, int step, int steps, PetscReal commanded, PetscReal *carried)
{
  return TasDeviceDrive(built->device, built->p, seed, day, step, steps, commanded, carried);
}

static void test_exact(void **state)
{
  static const char *const names[] = {"ideal", "ilizarov-frame", "hexapod", "motorised-nail"};

  for (int n = 0; n < 4; n++) {
    const Built built   = Standard(names[n]);
    PetscReal   carried = 0;

    for (int day = 0; day < 9; day++) assert_true(Drive(&built, 7, day, 0, 4, 0.25, &carried) == 0.25 && carried == 0);
    assert_true(Drive(&built, 7, 9, 0, 4, -0.25, &carried) == (built.device->reverses ? -0.25 : 0) && carried == 0);
  }
  const Built ideal = Standard("ideal");
  assert_true(isinf(TasDeviceStiffness(ideal.device, ideal.p)) && isinf(TasDeviceStallForce(ideal.device, ideal.p)));
  assert_true(TasDeviceSettled(ideal.device, ideal.p, 3, 2, 1) == 3);
  const Built nail = Standard("magnetic-nail");
  assert_true(TasDeviceStroke(nail.device, nail.p) == 80 && TasDeviceStallForce(nail.device, nail.p) == 700 && fabs(TasDeviceSpeed(nail.device, nail.p) - 0.14 / 60) < 1e-15);
}

/* Steps are whole smallest steps, the rest is carried; nothing is lost, whatever the step commanded. */
static void test_smallest_step(void **state)
{
  Built     frame   = Standard("ilizarov-frame");
  PetscReal carried = 0, sum = 0;

  Set(&frame, "smallest_step", 0.25);
  for (int i = 0; i < 1000; i++) {
    const PetscReal made = Drive(&frame, 1, i / 10, i % 10, 10, 0.1, &carried), clicks = made / 0.25;

    sum += made;
    assert_true(fabs(clicks - round(clicks)) < 1e-9 && carried < 0.25 && carried > -1e-8);
    assert_true(fabs(sum + carried - 0.1 * (i + 1)) < 1e-9);
  }
  assert_true(fabs(sum - 100) < 1e-9);
  carried = 0;
  Set(&frame, "smallest_step", 0.1);
  assert_true(fabs(Drive(&frame, 1, 0, 0, 1, 0.3, &carried) - 0.3) < 1e-12); /* 0.3/0.1 is below 3 in binary */
  Set(&frame, "smallest_step", 0.25);
  carried = 0;
  for (int i = 0; i < 40; i++) assert_true(fabs(Drive(&frame, 1, i, 0, 1, i < 20 ? 0.75 : -0.75, &carried) - (i < 20 ? 0.75 : -0.75)) < 1e-12);
}

/* What the interval does not leave time for is made later. */
static void test_speed(void **state)
{
  Built     nail    = Standard("motorised-nail");
  PetscReal carried = 0, sum = 0;

  Set(&nail, "speed", 0.001); /* mm/min: 0.36 mm in a quarter of a day */
  for (int i = 0; i < 4; i++) sum += Drive(&nail, 1, 0, i, 4, 0.5, &carried);
  assert_true(fabs(sum - 1.44) < 1e-12 && fabs(carried - 0.56) < 1e-12);
  assert_true(fabs(Drive(&nail, 1, 1, 0, 1, 0.1, &carried) - 0.66) < 1e-12 && fabs(carried) < 1e-12);
}

/* ---- chance ---- */

/* Nails differ by 7.6 % around 97.3 %; one nail is always the same. */
static void test_spread(void **state)
{
  const Built nail = Standard("magnetic-nail");
  const int   n    = 20000;
  PetscReal   mean = 0, square = 0;

  for (int seed = 0; seed < n; seed++) {
    PetscReal       carried = 0;
    const PetscReal ratio   = Drive(&nail, seed, 3, 1, 4, 0.25, &carried) / 0.25;

    assert_true(fabs(Drive(&nail, seed, 60, 0, 1, 1, &carried) - ratio) < 1e-12);
    mean += ratio / n;
    square += ratio * ratio / n;
  }
  assert_true(fabs(mean - 0.973) < 3 * 0.076 / sqrt(n));
  assert_true(fabs(sqrt(square - mean * mean) - 0.076) < 3 * 0.076 / sqrt(2. * n));
}

/* Steps of one device are independent, and do not depend on which was asked first. */
static void test_steps_scatter(void **state)
{
  Built     frame = Standard("hexapod");
  PetscReal mean = 0, square = 0, lag = 0, last = 0, forward[400];
  const int n = 400;

  Set(&frame, "step_spread", 0.1);
  for (int i = 0; i < n; i++) {
    PetscReal carried = 0;

    forward[i] = Drive(&frame, 5, i / 4, i % 4, 4, 1, &carried);
    mean += forward[i] / n;
    square += PetscSqr(forward[i] - 1) / n;
    lag += (forward[i] - 1) * last / n;
    last = forward[i] - 1;
  }
  assert_true(fabs(mean - 1) < 0.02 && fabs(sqrt(square) - 0.1) < 0.015 && fabs(lag) < 0.2 * square);
  for (int i = n - 1; i >= 0; i--) {
    PetscReal carried = 0;

    assert_true(Drive(&frame, 5, i / 4, i % 4, 4, 1, &carried) == forward[i]);
  }
}

/* Days come in the shares of the table, and last as long as persistence says. */
static void test_days(void **state)
{
  Built     nail = Standard("ratchet-nail");
  const int n    = 100000;

  for (int persistent = 0; persistent < 2; persistent++) {
    PetscReal share[TAS_NUM_DAYS] = {0}, changes = 0;

    Set(&nail, "persistence", persistent ? 0.8 : 0);
    for (int day = 0; day < n; day++) {
      const TasDeviceDay today = TasDeviceDayOf(nail.device, nail.p, 11, day);

      share[today] += 1. / n;
      if (day > 0 && today != TasDeviceDayOf(nail.device, nail.p, 11, day - 1)) changes += 1. / n;
    }
    const PetscReal differ = 1 - 0.2 * 0.2 - 0.25 * 0.25 - 0.55 * 0.55;
    assert_true(fabs(share[TAS_DAY_RUNAWAY] - 0.2) < 0.02 && fabs(share[TAS_DAY_BLOCKED] - 0.25) < 0.02);
    assert_true(fabs(changes - (persistent ? 0.2 : 1) * differ) < 0.01);
  }
}

/* What a day is like can be read off what is driven. */
static void test_runaway(void **state)
{
  const Built nail = Standard("ratchet-nail");

  for (int day = 0; day < 400; day++) {
    PetscReal          carried = 0, sum = 0;
    const TasDeviceDay kind    = TasDeviceDayOf(nail.device, nail.p, 3, day);

    for (int step = 0; step < 4; step++) sum += Drive(&nail, 3, day, step, 4, 0.25, &carried);
    sum += carried;
    if (kind == TAS_DAY_RUNAWAY) assert_true(sum >= 1.5 - 1e-9 && sum <= 3 + 1e-9);
    if (kind == TAS_DAY_BLOCKED) assert_true(sum >= -1e-9 && sum <= 0.5 + 1e-9);
    if (kind == TAS_DAY_NORMAL) assert_true(sum > 0.75 && sum < 1.25);
  }
}

/* The counts that the shares are fitted to: 18 % of segments run away on average, 27 % are slow; 7 of 37, 7 of 33 and 8 of 33 were found. */
static void test_segments(void **state)
{
  const Built nail = Standard("ratchet-nail");
  const int   n    = 2000;
  PetscReal   fast = 0, slow = 0;

  for (int seed = 0; seed < n; seed++) {
    PetscReal carried = 0, length = 0;
    int       day = 0;

    for (; length < 45 && day < 400; day++)
      for (int step = 0; step < 4; step++) length += Drive(&nail, seed, day, step, 4, 0.25, &carried);
    fast += length / day > 1.5 ? 1. / n : 0;
    slow += length / day < 0.8 ? 1. / n : 0;
  }
  assert_true(fabs(fast - 0.18) < 0.03 && fabs(slow - 0.27) < 0.03);
}

/* ---- tables ---- */

static void test_tables(void **state)
{
  for (PetscInt d = 0; d < tas_num_devices; d++) {
    const TasDevice *device = tas_devices[d];
    const Built      built  = Standard(device->name);
    char             problem[512];

    assert_ptr_equal(TasDeviceFind(device->name), device);
    assert_true(device->num_parameters <= TAS_MAX_DEVICE_PARAMETERS && *device->summary && !strcmp(device->theory, "devices"));
    for (PetscInt k = 0; k < device->num_parameters; k++) {
      assert_true(TasParameterAdmits(&device->parameters[k], device->parameters[k].standard));
      assert_true(strlen(device->parameters[k].source) > 4 && strlen(device->parameters[k].source) < 512);
    }
    TasDeviceCheck(device, built.p, problem);
    assert_string_equal(problem, "");
  }
  assert_null(TasDeviceFind("magnetic"));
  Built nail = Standard("ratchet-nail");
  char  problem[512];
  Set(&nail, "blocked_share", 0.9);
  TasDeviceCheck(nail.device, nail.p, problem);
  assert_string_equal(problem, "found runaway_share 0.2 and blocked_share 0.9, allowed: together at most 1");
  Set(&nail, "blocked_share", 0.1);
  Set(&nail, "runaway_high", 1.2);
  TasDeviceCheck(nail.device, nail.p, problem);
  assert_non_null(strstr(problem, "runaway_high at least runaway_low"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_spring),        cmocka_unit_test(test_clutch), cmocka_unit_test(test_slope),
                                     cmocka_unit_test(test_stall),         cmocka_unit_test(test_exact),  cmocka_unit_test(test_smallest_step),
                                     cmocka_unit_test(test_speed),         cmocka_unit_test(test_spread), cmocka_unit_test(test_steps_scatter),
                                     cmocka_unit_test(test_days),          cmocka_unit_test(test_runaway), cmocka_unit_test(test_segments),
                                     cmocka_unit_test(test_tables)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
