/* Tissue of the gap: closed forms, slopes, state, and the treatments that it was fitted to. */
#include "models/regenerate.h"
#include "samples.h"

#define DAY 86400.0
#define HOUR 3600.0

static PetscReal values[TAS_MAX_REGENERATE_PARAMETERS];

static const TasRegenerateLaw *Law(void) { return TasRegenerateFind("layered"); }

static void Set(const char *key, PetscReal value)
{
  PetscInt k = 0;

  while (k < Law()->num_parameters && strcmp(Law()->parameters[k].key, key)) k++;
  assert_true(k < Law()->num_parameters && TasParameterAdmits(&Law()->parameters[k], value));
  values[k] = value;
}

static int Standard(void **state)
{
  for (PetscInt k = 0; k < Law()->num_parameters; k++) values[k] = Law()->parameters[k].standard;
  return 0;
}

/* Tissue of one modulus that does not age, is not filled and not mineralised: area 100 mm2, 2 mm thick, 3 MPa: 150 N/mm. */
static void SetInert(void)
{
  Set("area", 100);
  Set("haematoma_modulus", 3);
  Set("fibrous_modulus", 3);
  Set("front_speed", 0);
  Set("filling_time", INFINITY);
}

static TasRegenerate Create(void)
{
  TasRegenerate r;

  assert_int_equal(TasRegenerateCreate(Law(), values, &r), 0);
  return r;
}

static PetscReal ForceAt(TasRegenerate r, PetscReal gap, PetscReal time)
{
  PetscReal force, slope;

  TasRegenerateForce(r, gap, time, &force, &slope);
  return force;
}

static PetscReal Go(TasRegenerate r, PetscReal gap, PetscReal time)
{
  const PetscReal force = ForceAt(r, gap, time);

  TasRegenerateAccept(r, gap, time);
  return force;
}

static TasRegenerateReport Report(TasRegenerate r)
{
  TasRegenerateReport report;

  TasRegenerateGetReport(r, &report);
  return report;
}

static int Close(PetscReal a, PetscReal b, PetscReal tolerance) { return fabs(a - b) <= tolerance * (fabs(b) + 1e-12); }

/* ---- one layer that does not age ---- */

/* Without relaxation: k = A E/h. */
static void test_spring(void **state)
{
  SetInert();
  Set("fast_share", 0);
  Set("slow_share", 0);
  TasRegenerate r = Create();

  assert_true(Close(Go(r, 0.3, 5), 45, 1e-12) && Close(Go(r, -0.1, 3 * DAY), -15, 1e-12));
  assert_true(Close(Report(r).stiffness, 150, 1e-12) && Close(Report(r).interzone, 2, 1e-12) && Report(r).mineralised == 0);
  assert_int_equal(TasRegenerateDestroy(&r), 0);
  assert_null(r);
}

/* With it: a standard linear solid with two time constants; jump and hold, ramp and hold; however time is divided. */
static void test_solid(void **state)
{
  const PetscReal times[2] = {300, 2 * HOUR}, k = 150, d = 0.25;

  SetInert();
  for (int parts = 1; parts <= 16; parts *= 4) {
    TasRegenerate r = Create(), ramp = Create();
    PetscReal     force = 0, expected = 0.4 * k * d;

    (void)Go(r, d, 0);
    for (int i = 0; i < parts; i++) force = Go(r, d, 1800. / parts);
    for (int j = 0; j < 2; j++) expected += 0.3 * k * d * exp(-1800 / times[j]);
    assert_true(Close(force, expected, 1e-12));

    for (int i = 0; i < parts; i++) force = Go(ramp, d * (i + 1) / parts, 600. / parts);
    expected = 0.4 * k * d;
    for (int j = 0; j < 2; j++) expected += 0.3 * k * d * times[j] / 600 * -expm1(-600 / times[j]);
    assert_true(Close(force, expected, 1e-11));
    assert_true(Close(ForceAt(ramp, d, INFINITY), 0.4 * k * d, 1e-12));
    TasRegenerateDestroy(&r);
    TasRegenerateDestroy(&ramp);
  }
}

/* Work put in by a closed loop is never got back. */
static void test_dissipation(void **state)
{
  SetInert();
  Set("filling_time", 1);
  for (int i = 1; i < 60; i++) {
    TasRegenerate   r = Create();
    const PetscReal period = 20. * pow(1.3, i), omega = 2 * PETSC_PI;
    PetscReal       work = 0, last = 0, gap = 0;

    for (int s = 1; s <= 200; s++) {
      const PetscReal next = 0.05 * sin(omega * s / 200), force = Go(r, next, period / 200);

      work += (force + last) / 2 * (next - gap);
      last = force;
      gap  = next;
    }
    assert_true(work > 0);
    TasRegenerateDestroy(&r);
  }
}

/* ---- trial and state ---- */

/* A treatment with everything in it, up to that day. */
static TasRegenerate Treated(PetscReal days, PetscReal rate)
{
  TasRegenerate r   = Create();
  PetscReal     gap = 0;

  (void)Go(r, 0, 7 * DAY);
  for (PetscReal day = 7; day < days - 1e-9; day += 0.25) {
    gap += rate / 4;
    (void)Go(r, gap, 60);
    (void)Go(r, gap, DAY / 4 - 60);
  }
  return r;
}

static void test_slope(void **state)
{
  static const PetscReal times[] = {0, 1, 60, 6 * HOUR, DAY, 5 * DAY};

  for (int days = 7; days <= 47; days += 10) {
    TasRegenerate   r   = Treated(days, 1);
    const PetscReal gap = days - 7;

    for (int t = 0; t < 6; t++)
      for (int i = -2; i <= 4; i++) {
        const PetscReal at = gap + 0.31 * i, h = 1e-4;
        PetscReal       force, slope, numeric;

        TasRegenerateForce(r, at, times[t], &force, &slope);
        numeric = (ForceAt(r, at + h, times[t]) - ForceAt(r, at - h, times[t])) / (2 * h);
        assert_true(fabs(slope - numeric) < 2e-4 * fabs(slope) + 1e-6);
        if (t == 0) assert_true(Close(slope, Report(r).stiffness, 1e-9));
      }
    TasRegenerateDestroy(&r);
  }
}

/* Trials leave no trace; what is accepted is what was tried; a checkpoint goes on bit for bit. */
static void test_state(void **state)
{
  TasRegenerate r = Treated(40, 1), copy = Create();
  const int     n = TasRegenerateStateSize(r);
  PetscReal    *a = malloc(n * sizeof(*a)), *b = malloc(n * sizeof(*b));

  TasRegenerateGetState(r, a);
  for (int i = 0; i < 20; i++) (void)ForceAt(r, 33 + i, 1000. * i);
  TasRegenerateGetState(r, b);
  assert_memory_equal(a, b, n * sizeof(*a));
  TasRegenerateSetState(copy, a);
  for (int i = 1; i < 40; i++) {
    const PetscReal f = ForceAt(r, 33 + 0.1 * i, HOUR * i);

    assert_true(f == Go(r, 33 + 0.1 * i, HOUR * i) && f == Go(copy, 33 + 0.1 * i, HOUR * i));
  }
  TasRegenerateGetState(r, a);
  TasRegenerateGetState(copy, b);
  assert_memory_equal(a, b, n * sizeof(*a));
  assert_int_equal(TasRegenerateStateSize(copy), n);
  free(a);
  free(b);
  TasRegenerateDestroy(&r);
  TasRegenerateDestroy(&copy);
}

/* Length is neither made nor lost: interzone, layers and what is not filled yet add up; some hours after a step it is filled. */
static void test_length(void **state)
{
  TasRegenerate r = Treated(60, 1);

  (void)Go(r, 53, 12 * DAY);
  assert_true(Close(Report(r).interzone + Report(r).mineralised, 2 + 53, 1e-6));
  (void)Go(r, 50, 12 * DAY); /* and back by 3 mm */
  assert_true(isfinite(ForceAt(r, 50, 0)) && ForceAt(r, 50, 0) < 0 && Report(r).stiffness > 0);
  TasRegenerateDestroy(&r);
}

/* ---- layers ---- */

/* Fronts of constant speed (nothing holds them, mature from the beginning) in a gap that opens faster: the layers' compliance is an integral
   over their ages; more layers than are kept apart, so the error of merging is in it. */
static void test_layers(void **state)
{
  const PetscReal v = 0.6 * 2, tau = 500;
  PetscReal       compliance;

  Set("maturation_time", 1e-3);
  Set("inhibition_rate", INFINITY);
  Set("front_speed", 0.6);
  TasRegenerate r = Create();
  for (int i = 1; i <= 2000; i++) (void)Go(r, i * 0.15, DAY / 10);
  const TasRegenerateReport report = Report(r);
  assert_true(Close(report.mineralised, v * 200, 1e-4));
  compliance = report.interzone / 6;
  for (int i = 0; i < 100000; i++) {
    const PetscReal age = (i + 0.5) * 200 / 100000;

    compliance += v * 200 / 100000 / (10 - 5990 * expm1(-age / tau));
  }
  assert_true(Close(report.stiffness, 400 / compliance, 2e-4));
  assert_true(report.youngest_age > 0 && report.youngest_age < DAY / 8);
  TasRegenerateDestroy(&r);
}

/* Tissue that is no longer pulled: the compliance of what has been mineralised is that of its ages; merging keeps it within 0.5 %. */
static void test_merging(void **state)
{
  PetscReal compliance = 0;

  Set("maturation_time", 1e-3);
  Set("inhibition_rate", INFINITY);
  Set("front_speed", 0.6);
  TasRegenerate r = Create();
  for (int i = 1; i <= 400; i++) (void)Go(r, i * 0.12, DAY / 10); /* as fast as the fronts: 48 mm and the 2 mm of the beginning */
  (void)Go(r, 48, 20 * DAY);
  assert_true(Close(Report(r).mineralised, 50, 1e-6));
  for (int i = 0; i < 50000; i++) compliance += 0.001 / (10 - 5990 * expm1(-(60 - (i + 0.5) * 0.001 / 1.2) / 500));
  assert_true(Close(Report(r).stiffness, 400 / compliance, 0.005));
  TasRegenerateDestroy(&r);
}

/* ---- steady lengthening ---- */

/* Where the fronts keep up, w = v^2/(inhibition (2 front_speed - v)); the force is v K sum of share time. */
static void test_steady(void **state)
{
  static const PetscReal rates[] = {0.3, 0.5, 0.8, 1, 1.1};

  Set("maturation_time", 1);
  Set("bone_time", 1e-3); /* hard at once: the interzone alone gives way */
  Set("young_bone_modulus", 1e7);
  Set("bone_modulus", 1e7);
  for (int n = 0; n < 5; n++) {
    TasRegenerate   r = Create();
    const PetscReal v = rates[n], w = v * v / (0.4 * (1.4 - v)), hours = (0.3 * 300 / 3600 + 0.3 * 2 + 0.4 * 24);
    PetscReal       force = 0;

    for (int i = 1; i <= 24 * 400; i++) force = Go(r, v * i / 24, HOUR);
    assert_true(Close(Report(r).interzone, w, 3e-3));
    assert_true(Close(Report(r).stiffness, 400 * 6 / w, 4e-3));
    assert_true(Close(force, v / 24 * 400 * 6 / w * hours, 4e-3));
    TasRegenerateDestroy(&r);
  }
  TasRegenerate r = Create(); /* beyond 1.4 mm/day nothing is steady: half a millimetre a day and more is not mineralised */
  for (int i = 1; i <= 24 * 100; i++) (void)Go(r, 1.9 * i / 24, HOUR);
  assert_true(Report(r).interzone > 50);
  TasRegenerateDestroy(&r);
}

/* Long steps are divided inside: whether five days are one step, seven or a thousand, force and stiffness agree within 1 %. */
static void test_long_steps(void **state)
{
  static const int parts[] = {1000, 7, 1};
  PetscReal        force[3], stiffness[3];

  for (int n = 0; n < 3; n++) {
    TasRegenerate r = Create();

    (void)Go(r, 0, 7 * DAY);
    for (int i = 1; i <= 8 * parts[n]; i++) force[n] = Go(r, 5. * i / parts[n], 5 * DAY / parts[n]);
    stiffness[n] = Report(r).stiffness;
    TasRegenerateDestroy(&r);
  }
  assert_true(Close(force[1], force[0], 0.01) && Close(force[2], force[0], 0.01));
  assert_true(Close(stiffness[1], stiffness[0], 0.01) && Close(stiffness[2], stiffness[0], 0.01));
}

/* ---- treatments ---- */

typedef struct {
  PetscReal            first_peak, last_peak, residual, widest, narrowest, healing_index; /* N, N, N, mm, mm, days/cm */
  TasRegenerateOutcome worst, last;
} Course;

/* latency (days), rate (mm/day), steps a day, length (mm), beside a frame; healing is waited for. */
static Course Treat(PetscReal latency, PetscReal rate, int steps, PetscReal length)
{
  TasRegenerate   r      = Create();
  const PetscReal step   = rate / steps, hold = DAY / steps;
  const int       number = (int)round(length / step);
  Course          course = {.narrowest = 1e9, .worst = TAS_REGENERATE_HEALING};
  PetscReal       day;

  (void)Go(r, 0, latency * DAY);
  for (int i = 0; i < number; i++) {
    const TasRegenerateOutcome outcome = TasRegenerateGetOutcome(r, 1269, step);

    if (outcome != TAS_REGENERATE_HEALING) course.worst = outcome;
    course.residual  = fmax(course.residual, ForceAt(r, i * step, 0));
    course.last_peak = Go(r, (i + 1) * step, 1);
    if (i == 0) course.first_peak = course.last_peak;
    (void)Go(r, (i + 1) * step, hold - 1);
    course.widest    = fmax(course.widest, Report(r).interzone);
    course.narrowest = fmin(course.narrowest, Report(r).interzone);
  }
  for (day = latency + number / (PetscReal)steps; day < 600; day++) {
    if (TasRegenerateGetOutcome(r, 1269, 0) == TAS_REGENERATE_CONSOLIDATED) break;
    (void)Go(r, length, DAY);
  }
  course.last          = TasRegenerateGetOutcome(r, 1269, 0);
  course.healing_index = day / (length / 10);
  TasRegenerateDestroy(&r);
  return course;
}

/* Bone transport in sheep, Mora-Macias et al. 2016: first peaks 7 to 34 N, last ones 41 to 246 N, at most 71.6 N after 24 h. */
static void test_sheep(void **state)
{
  Set("area", 300);
  const Course sheep = Treat(7, 1, 1, 15);

  assert_true(sheep.first_peak > 7 && sheep.first_peak < 34);
  assert_true(sheep.last_peak > 41 && sheep.last_peak < 246);
  assert_true(sheep.residual < 71.6 && sheep.residual > 5);
}

/* Ilizarov 1989, Kenawey et al. 2011: 0.5 mm/day consolidates too early, 1 mm/day is right, above 1.5 mm/day too little bone. */
static void test_rates(void **state)
{
  const Course slow = Treat(7, 0.5, 4, 40), usual = Treat(7, 0.75, 3, 40), right = Treat(7, 1, 4, 40), fast = Treat(7, 1.6, 4, 40), twice = Treat(7, 2, 4, 40);

  assert_int_equal(slow.worst, TAS_REGENERATE_PREMATURE);
  assert_int_equal(usual.worst, TAS_REGENERATE_HEALING);
  assert_int_equal(right.worst, TAS_REGENERATE_HEALING);
  assert_int_equal(fast.worst, TAS_REGENERATE_INSUFFICIENT);
  assert_int_equal(twice.worst, TAS_REGENERATE_INSUFFICIENT);
  assert_true(slow.narrowest < 1 && right.widest < 20 && twice.widest > 30);
  assert_true(slow.last_peak > 2.5 * right.last_peak && twice.last_peak < right.last_peak); /* Wee et al. 2011: force fell when the rate rose */
  assert_int_equal(right.last, TAS_REGENERATE_CONSOLIDATED);
}

/* 31 to 47 days/cm at 1 mm/day (Bone Joint J 2016, 98-B:1382). */
static void test_healing_index(void **state)
{
  for (PetscReal length = 20; length <= 60; length += 20) {
    const Course course = Treat(7, 1, 4, length);

    assert_true(course.healing_index > 31 && course.healing_index < 47);
  }
}

/* A cut that is left alone for long can no longer be lengthened. */
static void test_latency(void **state)
{
  TasRegenerate r = Create();

  (void)Go(r, 0, 7 * DAY);
  assert_int_equal(TasRegenerateGetOutcome(r, 1269, 0.25), TAS_REGENERATE_HEALING);
  (void)Go(r, 0, 30 * DAY);
  assert_int_equal(TasRegenerateGetOutcome(r, 1269, 0.25), TAS_REGENERATE_PREMATURE);
  TasRegenerateDestroy(&r);
}

/* Aarnes et al. 2002: 1440 small steps a day meet less force than 4; the tissue is the same. */
static void test_rhythm(void **state)
{
  const Course four = Treat(7, 1, 4, 20), many = Treat(7, 1, 144, 20), one = Treat(7, 1, 1, 20);

  assert_true(many.last_peak < 0.9 * four.last_peak && four.last_peak < 0.8 * one.last_peak);
  assert_true(Close(many.widest, four.widest, 0.02) && Close(many.healing_index, four.healing_index, 0.02));
}

/* The share of load is that of springs side by side; a stiff nail counts as the frame that the criterion was made for. */
static void test_share(void **state)
{
  TasRegenerate   r = Treated(20, 1);
  const PetscReal k = Report(r).stiffness;

  assert_true(Close(TasRegenerateDeviceShare(r, 3 * k), 0.75, 1e-12) && TasRegenerateDeviceShare(r, INFINITY) == 1);
  assert_int_equal(TasRegenerateGetOutcome(r, k / 20, 0), TAS_REGENERATE_CONSOLIDATED);
  assert_int_equal(TasRegenerateGetOutcome(r, k / 20, 0.25), TAS_REGENERATE_HEALING);
  (void)Go(r, 13, 300 * DAY);
  assert_int_equal(TasRegenerateGetOutcome(r, INFINITY, 0), TAS_REGENERATE_CONSOLIDATED);
  TasRegenerateDestroy(&r);
}

/* Premature by force alone: the next step times the stiffness. */
static void test_premature_force(void **state)
{
  TasRegenerate   r    = Treated(40, 1);
  const PetscReal step = 500 / Report(r).stiffness;

  assert_true(Report(r).interzone > 5);
  assert_int_equal(TasRegenerateGetOutcome(r, 1269, 0.99 * step), TAS_REGENERATE_HEALING);
  assert_int_equal(TasRegenerateGetOutcome(r, 1269, 1.01 * step), TAS_REGENERATE_PREMATURE);
  TasRegenerateDestroy(&r);
}

static void test_tables(void **state)
{
  char problem[512];

  assert_true(Law()->num_parameters <= TAS_MAX_REGENERATE_PARAMETERS);
  assert_null(TasRegenerateFind("none at all"));
  for (PetscInt k = 0; k < Law()->num_parameters; k++) assert_true(TasParameterAdmits(&Law()->parameters[k], Law()->parameters[k].standard));
  TasRegenerateCheck(Law(), values, problem);
  assert_string_equal(problem, "");
  Set("haematoma_modulus", 7);
  TasRegenerateCheck(Law(), values, problem);
  assert_string_equal(problem, "found haematoma_modulus 7 and fibrous_modulus 6, allowed: haematoma_modulus at most fibrous_modulus");
  Set("fast_share", 0.8);
  TasRegenerateCheck(Law(), values, problem);
  assert_string_equal(problem, "found fast_share 0.8 and slow_share 0.3, allowed: together below 1");
}

#define TEST(name) cmocka_unit_test_setup(name, Standard)

int main(void)
{
  const struct CMUnitTest tests[] = {TEST(test_spring), TEST(test_solid),   TEST(test_dissipation), TEST(test_slope),      TEST(test_state),
                                     TEST(test_length), TEST(test_layers),  TEST(test_merging),     TEST(test_steady),     TEST(test_long_steps),
                                     TEST(test_sheep),  TEST(test_rates),   TEST(test_healing_index), TEST(test_latency), TEST(test_rhythm),
                                     TEST(test_share), TEST(test_premature_force), TEST(test_tables)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
