/* Prestrain, growth and relaxation around every elastic model, and their closed forms. */
#include "samples.h"

#define NUM_POINTS 40 /* whole vectors of four lanes or of eight */
#define MAX_STATE  64
#define MAX_WORK   80

/* A batch with its state; what is evaluated with is borrowed by `points`. */
typedef struct {
  Batch     b;
  PetscReal old_state[MAX_STATE * MAX_POINTS], new_state[MAX_STATE * MAX_POINTS];
  PetscReal time_step;
} Living;

static PetscReal constants[96 * MAX_POINTS], work[MAX_WORK * MAX_POINTS];

static TasPoints PointsOf(TasMaterial material, Living *l, PetscBool update)
{
  const PetscInt cells[TAS_LANES] = {0};

  assert_true(TasMaterialNumConstants(material) <= 96 && TasMaterialNumState(material) <= MAX_STATE && TasMaterialNumWork(material) <= MAX_WORK);
  TasMaterialLoadConstants(material, l->b.n / TAS_LANES, cells, constants);
  return (TasPoints){.n = l->b.n, .strain = l->b.strain, .dilatation = l->b.dilatation, .fibre = l->b.fibre, .sheet = l->b.sheet, .constants = constants, .old_state = l->old_state, .time_step = l->time_step, .energy = l->b.energy, .stress = l->b.stress, .tangent = l->b.tangent, .new_state = update ? l->new_state : NULL, .work = work, .flag = l->b.flag};
}

static void EvaluateLiving(TasMaterial material, Living *l)
{
  const TasPoints points = PointsOf(material, l, PETSC_FALSE);
  TasMaterialEvaluate(material, &points);
}

/* One step: the state at its end becomes that at the start of the next. */
static void Advance(TasMaterial material, Living *l)
{
  const TasPoints points = PointsOf(material, l, PETSC_TRUE);
  TasMaterialEvaluate(material, &points);
  memcpy(l->old_state, l->new_state, sizeof(l->old_state));
}

static void Init(TasMaterial material, Living *l)
{
  (void)PointsOf(material, l, PETSC_FALSE);
  TasMaterialInitState(material, l->b.n, constants, l->b.fibre, l->old_state);
}

static const Sample prestrain = {TAS_PART_PRESTRAIN, "in-situ-stretch", "stretch 1.1"}, relaxation = {TAS_PART_RELAXATION, "prony", "fraction 0.2 0.1 time 3 40"};
static const Sample growths[] = {{TAS_PART_GROWTH, "fibre-growth", "time 6 loss_time 9"},
                                 {TAS_PART_GROWTH, "area-growth", "time 20 upper 1.05 lower 0.9"},
                                 {TAS_PART_GROWTH, "turnover", "time 60 loss_time 60 dose_exponent 4 dose_time 1"},
                                 {TAS_PART_GROWTH, "fibre-growth", "time 6 volume_exponent 0.2"}};
static const Sample network   = {TAS_PART_MATRIX_TURNOVER, "transient-network", "time 30"};

/* Elastic model s with the wrappers that the bits of `which` name: 1 prestrain, 2 relaxation, 4 turnover of the matrix, 8 growth of kind
   which/16. */
#define NUM_WRAPPED 64
static TasMaterial Wrapped(int s, int which)
{
  TasMaterial material = SampleMaterial(&samples[s]);

  if (which & 1) AddSample(material, &prestrain);
  if (which & 2) AddSample(material, &relaxation);
  if (which & 4) AddSample(material, &network);
  if (which & 8) AddSample(material, &growths[which / 16]);
  return material;
}

/* Nothing of the state as it was left: prestrains of equilibria have shear and rotation, tissue has grown, stresses relax. */
static void Disturb(TasMaterial material, int which, Living *l)
{
  const PetscInt n = l->b.n, first = TasMaterialPrestrainState(material), growth = TasMaterialGrowthState(material);
  const PetscInt matrix = (first >= 0 ? 9 : 0) + (growth >= 0 ? 5 : 0), stresses = matrix + (which & 4 ? 12 : 0);

  for (PetscInt e = 0; first >= 0 && e < 9 * n; e++) l->old_state[first * n + e] += 0.03 * Random();
  for (PetscInt i = 0; growth >= 0 && i < n; i++) {
    l->old_state[growth * n + i]       = 1.1 + 0.1 * Random();
    l->old_state[(growth + 1) * n + i] = 0.02 * Random() / 86400;
  }
  for (PetscInt e = matrix * n; e < stresses * n; e++) l->old_state[e] += 0.05 * Random();
  for (PetscInt e = stresses * n; e < TasMaterialNumState(material) * n; e++) l->old_state[e] = 0.05 * Random();
}

static void assert_close(PetscReal found, PetscReal wanted, PetscReal tolerance, const char *what)
{
  if (!(fabs(found - wanted) <= tolerance)) fail_msg("%s: %.12g, expected %.12g, tolerance %.2g", what, (double)found, (double)wanted, (double)tolerance);
}

/* ---- conformance: tangent and stress by differences, over every model and every set of wrappers ---- */

/* Small beside the strain, so that fibres are not switched on and off by it. */
static PetscReal Step(const Living *l, PetscInt i) { return fmin(1e-5, fmax(1e-8, 1e-3 * Largest(l->b.strain + i, 6, l->b.n))); }

static void Differences(TasMaterial material, const Living *at, int A, PetscReal scale, PetscReal *energy, PetscReal *stress)
{
  static const PetscReal offset[4] = {-2, -1, 1, 2}, weight[4] = {1. / 12, -8. / 12, 8. / 12, -1. / 12};
  static Living          moved;
  const PetscInt         n = at->b.n;

  memset(energy, 0, n * sizeof(*energy));
  memset(stress, 0, 6 * n * sizeof(*stress));
  for (int s = 0; s < 4; s++) {
    moved = *at;
    for (PetscInt i = 0; i < n; i++) {
      PetscReal e[6];
      GetStrain(&at->b, i, e);
      e[A] += offset[s] * scale * Step(at, i);
      SetStrain(&moved.b, i, e);
    }
    EvaluateLiving(material, &moved);
    for (PetscInt i = 0; i < n; i++) {
      const PetscReal w = weight[s] / (scale * Step(at, i));
      energy[i] += w * moved.b.energy[i];
      for (int k = 0; k < 6; k++) stress[k * n + i] += w * moved.b.stress[k * n + i];
    }
  }
}

/* Where the law has a kink differences depend on the step: such a point is left out, and there must be few. */
static void tangent_is_consistent(TasMaterial material, int which, const char *name)
{
  static Living    l;
  static PetscReal energy[2][MAX_POINTS], stress[2][6 * MAX_POINTS];
  int              left_out = 0;

  RandomBatch(&l.b, NUM_POINTS);
  l.time_step = 4000;
  Init(material, &l);
  Disturb(material, which, &l);
  EvaluateLiving(material, &l);
  for (PetscInt i = 0; i < l.b.n; i++) assert_true(l.b.flag[i] == 0);
  for (int A = 0; A < 6; A++) {
    const PetscReal twice = A < 3 ? 1 : 2;

    Differences(material, &l, A, 1, energy[0], stress[0]);
    Differences(material, &l, A, 0.37, energy[1], stress[1]);
    for (PetscInt i = 0; i < l.b.n; i++) {
      const PetscReal stiffness = Largest(l.b.tangent + i, 21, l.b.n) + Largest(l.b.stress + i, 6, l.b.n) + 0.1;
      PetscReal       change    = 0;

      for (int k = 0; k < 6; k++) change = fmax(change, fabs(stress[0][k * l.b.n + i] - stress[1][k * l.b.n + i]));
      if (change > 1e-5 * stiffness) {
        left_out++;
        continue;
      }
      if (!(which & 2)) assert_close(energy[0][i] / twice, l.b.stress[A * l.b.n + i], 1e-7 * stiffness, name);
      for (int k = 0; k < 6; k++) assert_close(stress[0][k * l.b.n + i] / twice, l.b.tangent[(k < A ? TAS_TANGENT(k, A) : TAS_TANGENT(A, k)) * l.b.n + i], 2e-5 * stiffness, name);
    }
  }
  if (left_out > 6 * NUM_POINTS / 20) fail_msg("%s: %d differences depend on the step", name, left_out);
}

static void test_tangents(void **state)
{
  for (int s = 0; s < NUM_SAMPLES; s++) {
    if (samples[s].part > TAS_PART_FIBRE) continue;
    without_dilations = PETSC_TRUE;
    for (int which = 1; which < NUM_WRAPPED; which++) {
      char        name[256];
      TasMaterial material;
      if (which >= 16 && !(which & 8)) continue;
      (void)snprintf(name, sizeof(name), "%s (%s) with wrappers %d", samples[s].model, samples[s].values, which);
      material = Wrapped(s, which);
      tangent_is_consistent(material, which, name);
      Check(TasMaterialDestroy(&material));
    }
  }
}

/* ---- prestrain ---- */

/* In situ the Cauchy stress is that of the stretched elastic tissue: F_p S F_p^T/det F_p. */
static void test_prestrain(void **state)
{
  static Living l, elastic;
  TasMaterial   bare = SampleMaterial(&samples[7]), wrapped = Wrapped(7, 1);
  PetscReal     zero[6] = {0}, along = 1.1, across = 1 / sqrt(1.1), stretched[6] = {StrainOfStretch(along), StrainOfStretch(across), StrainOfStretch(across), 0, 0, 0};

  l.b.n = elastic.b.n = TAS_LANES;
  for (PetscInt i = 0; i < TAS_LANES; i++) {
    SetStrain(&l.b, i, zero);
    SetStrain(&elastic.b, i, stretched);
    SetDirections(&l.b, i, (PetscReal[]){1, 0, 0}, (PetscReal[]){0, 1, 0});
    SetDirections(&elastic.b, i, (PetscReal[]){1, 0, 0}, (PetscReal[]){0, 1, 0});
  }
  l.time_step = elastic.time_step = INFINITY;
  Init(wrapped, &l);
  EvaluateLiving(wrapped, &l);
  EvaluateLiving(bare, &elastic);
  assert_true(elastic.b.stress[0] > 0);
  assert_close(l.b.stress[0], along * along * elastic.b.stress[0], 1e-13 * elastic.b.stress[0], "prestress along the fibre");
  assert_close(l.b.stress[TAS_LANES], across * across * elastic.b.stress[TAS_LANES], 1e-13 * elastic.b.stress[0], "prestress across the fibre");
  Check(TasMaterialDestroy(&bare));
  Check(TasMaterialDestroy(&wrapped));
}

/* ---- relaxation ---- */

/* gamma = 0.5, tau = 3 s: S^e grows by 1 a second for 10 s and stays; the stress at 10 and 20 s in closed form, in one step and in many. */
static void test_prony_ramp_and_hold(void **state)
{
  const Sample  one_term = {TAS_PART_RELAXATION, "prony", "fraction 0.33333333333333333 time 3"}, tiny = {TAS_PART_MATRIX, "neo-hookean", "mu 1"};
  static Living l;
  TasMaterial   material = SampleMaterial(&tiny);
  const int     steps[2] = {1, 8};

  AddSample(material, &one_term);
  for (int many = 0; many < 2; many++) {
    PetscReal full = 0;
    l.b.n          = TAS_LANES;
    for (PetscInt i = 0; i < TAS_LANES; i++) SetDirections(&l.b, i, (PetscReal[]){1, 0, 0}, (PetscReal[]){0, 1, 0});
    Init(material, &l);
    for (int k = 1; k <= 2 * steps[many]; k++) {
      const PetscReal e[6] = {0, 0, 0, 1e-9 * PetscMin(k, steps[many]) / steps[many], 0, 0}; /* so small that stress is linear in it */
      for (PetscInt i = 0; i < TAS_LANES; i++) SetStrain(&l.b, i, e);
      l.time_step = 10. / steps[many];
      Advance(material, &l);
      full = 2 * e[3];
      if (k == steps[many]) assert_close(10 * l.b.stress[3 * TAS_LANES] / full, 11.44648901, 1e-8, "stress at the end of the ramp");
    }
    assert_close(10 * l.b.stress[3 * TAS_LANES] / full, 10.05160204, 1e-8, "stress at the end of the hold");
  }
  Check(TasMaterialDestroy(&material));
}

/* Steps of a day with time constants of a second: the relaxed stress, no oscillation. */
static void test_prony_long_steps(void **state)
{
  const Sample  fast = {TAS_PART_RELAXATION, "prony", "fraction 0.4 time 1"};
  static Living l, elastic;
  TasMaterial   material = SampleMaterial(&samples[0]), bare = SampleMaterial(&samples[0]);

  AddSample(material, &fast);
  RandomBatch(&l.b, NUM_POINTS);
  elastic = l;
  Init(material, &l);
  l.time_step = 86400;
  for (int k = 0; k < 3; k++) {
    Advance(material, &l);
    EvaluateLiving(bare, &elastic);
    for (PetscInt i = 0; i < 6 * l.b.n; i++) assert_close(l.b.stress[i], elastic.b.stress[i], 1e-5 * (fabs(elastic.b.stress[i]) + 0.1), "relaxed stress");
  }
  Check(TasMaterialDestroy(&material));
  Check(TasMaterialDestroy(&bare));
}

/* ---- turnover of the matrix ---- */

/* Shear stress of a neo-Hookean matrix of shear modulus 1 at the end of a simple shear from shear0 to shear1 in a straight line over the
   days, tau = 30 days. */
static PetscReal Sheared(PetscReal shear0, PetscReal shear1, PetscReal days, int steps)
{
  const Sample  soft = {TAS_PART_MATRIX, "neo-hookean", "mu 1"};
  static Living l;
  TasMaterial   material = SampleMaterial(&soft);
  PetscReal     stress;

  AddSample(material, &network);
  l.b.n = TAS_LANES;
  Init(material, &l);
  for (int k = 0; k <= steps; k++) {
    const PetscReal g = shear0 + (shear1 - shear0) * k / steps, e[6] = {0, g * g / 2, 0, g / 2, 0, 0};
    for (PetscInt i = 0; i < TAS_LANES; i++) SetStrain(&l.b, i, e);
    l.time_step = k ? days * 86400 / steps : 0; /* the first one is at once */
    Advance(material, &l);
  }
  l.time_step = 0;
  EvaluateLiving(material, &l);
  stress = l.b.stress[3 * TAS_LANES] + shear1 * l.b.stress[TAS_LANES]; /* sigma_12 = S_12 + g S_22 */
  Check(TasMaterialDestroy(&material));
  return stress;
}

/* Held after a step of shear: the network is a mixture of that before, I, and that laid down since, C^-1, in any number of steps.
   b = F Q F^T, so b_12 = decay g and b_22 = 1, b_11 = 1 + decay g^2. */
static void test_network_held(void **state)
{
  for (int steps = 1; steps < 20; steps += 6) {
    const PetscReal g = 0.8, decay = exp(-45. / 30), det = 1 + decay * g * g - decay * decay * g * g;
    assert_close(Sheared(g, g, 45, steps), decay * g / cbrt(det), 1e-12, "stress of a shear that is held");
  }
}

/* Sheared steadily, after a long time: b_12 = tau rate, b_11 = 1 + 2 (tau rate)^2; the error falls with the steps. */
static void test_network_flow(void **state)
{
  const PetscReal g = 0.25, wanted = g / cbrt(1 + g * g); /* tau rate */
  PetscReal       error[2];

  for (int fine = 0; fine < 2; fine++) error[fine] = fabs(Sheared(0, 20 * g, 600, fine ? 400 : 200) - wanted);
  if (error[1] > 1e-4 || error[0] / error[1] < 1.9) fail_msg("errors of the stress in steady shear: %g and %g", (double)error[0], (double)error[1]);
}

/* Not strained, in situ: nothing changes, whatever the time. */
static void test_network_at_home(void **state)
{
  static Living l;
  TasMaterial   material = Wrapped(7, 1 | 4);
  PetscReal     zero[6] = {0}, first = 0;

  l.b.n = TAS_LANES;
  for (PetscInt i = 0; i < TAS_LANES; i++) {
    SetStrain(&l.b, i, zero);
    SetDirections(&l.b, i, (PetscReal[]){0.6, 0.8, 0}, (PetscReal[]){-0.8, 0.6, 0});
  }
  Init(material, &l);
  for (int k = 0; k < 50; k++) {
    l.time_step = 10 * 86400;
    Advance(material, &l);
    if (k == 0) first = l.b.stress[0];
  }
  assert_true(fabs(first) > 1e-4);
  assert_close(l.b.stress[0], first, 1e-12, "stress in situ");
  Check(TasMaterialDestroy(&material));
}

/* ---- growth ---- */

/* theta at the end of a stretch history of the fibre, from `stretch0` to `stretch1` in a straight line over the days, in equal steps. */
static PetscReal Grown(const char *values, PetscReal stretch0, PetscReal stretch1, PetscReal days, int steps, PetscReal *elastic)
{
  const Sample  growth = {TAS_PART_GROWTH, "fibre-growth", values};
  static Living l;
  TasMaterial   material = SampleMaterial(&samples[7]);
  TasPoints     points;

  AddSample(material, &growth);
  l.b.n = TAS_LANES;
  for (PetscInt i = 0; i < TAS_LANES; i++) SetDirections(&l.b, i, (PetscReal[]){0, 0, 1}, (PetscReal[]){0, 1, 0});
  Init(material, &l);
  for (int k = 0; k <= steps; k++) {
    const PetscReal stretch = stretch0 + (stretch1 - stretch0) * k / steps, e[6] = {0, 0, StrainOfStretch(stretch), 0, 0, 0};
    for (PetscInt i = 0; i < TAS_LANES; i++) SetStrain(&l.b, i, e);
    l.time_step = k ? days * 86400 / steps : 0; /* the first one is at once */
    Advance(material, &l);
  }
  points = PointsOf(material, &l, PETSC_FALSE);
  TasMaterialElasticStretch(material, &points, elastic);
  Check(TasMaterialDestroy(&material));
  return l.old_state[0];
}

/* Clamped at a stretch of 1.14: theta after t/tau = 0.5, 1, 2, 5, 10. */
static void test_clamped_growth(void **state)
{
  static const PetscReal share[5] = {0.5, 1, 2, 5, 10}, theta[5] = {1.05387617, 1.08599848, 1.11816302, 1.13845623, 1.13998080};
  PetscReal              elastic[TAS_LANES], error[2];

  for (int k = 0; k < 5; k++) {
    for (int fine = 0; fine < 2; fine++) error[fine] = fabs(Grown("time 6", 1.14, 1.14, 6 * share[k], 40 << fine, elastic) - theta[k]);
    assert_true(error[0] < 1e-5);
    if (error[1] > 1e-8) assert_close(log2(error[0] / error[1]), 2, 0.15, "rate in time of clamped growth");
    assert_close(Grown("time 6", 1.14, 1.14, 6 * share[k], 2000, elastic), theta[k], 1e-8, "theta of clamped growth");
    assert_close(elastic[0], 1.14 / theta[k], 1e-8, "elastic stretch of clamped growth");
  }
}

/* Stretch that grows steadily by r: the elastic stretch L tends to L^2 - L - r tau = 0, when growth, at the rate (L - 1)/tau, keeps pace. */
static void test_steady_distraction(void **state)
{
  static const PetscReal rate[4] = {0.01, 0.05, 0.1, 0.2}, limit[4] = {1.00990195, 1.04772256, 1.09160798, 1.17082039};
  PetscReal              elastic[TAS_LANES];

  for (int k = 0; k < 4; k++) {
    (void)Grown("time 1", 1, 1 + 400 * rate[k], 400, 8000, elastic);
    assert_close(elastic[0], limit[k], 2e-5 * limit[k], "elastic stretch in steady distraction");
  }
}

/* Bounds, thresholds, loss: nothing between the thresholds, shrinks below, ends at the limits and never passes the largest rate. */
static void test_growth_limits(void **state)
{
  PetscReal elastic[TAS_LANES];

  assert_true(Grown("time 6 upper 1.2 lower 0.9 loss_time 6", 1.15, 1.15, 100, 50, elastic) == 1);
  assert_close(Grown("time 6 loss_time 6", 0.9, 0.9, 200, 400, elastic), 0.9, 1e-6, "shrunk to the length that it is held at");
  assert_true(Grown("time 6", 0.9, 0.9, 200, 400, elastic) == 1);
  assert_close(Grown("time 6 largest 1.05", 1.2, 1.2, 200, 400, elastic), 1.05, 1e-12, "largest growth");
  assert_close(Grown("time 1 max_rate 0.002", 1.2, 1.2, 10, 40, elastic), 1.02, 1e-12, "growth at the largest rate");
  assert_close(Grown("time 6", 1.14, 1.14, 3000, 3, elastic), 1.14, 2e-2, "steps of years");
}

/* A day with half an hour of stretching, the rest slack: with an exponent of 1 it shrinks, with a high one it grows. */
static PetscReal AfterStretching(const char *values, int days)
{
  const Sample  growth = {TAS_PART_GROWTH, "fibre-growth", values};
  static Living l;
  TasMaterial   material = SampleMaterial(&samples[7]);

  AddSample(material, &growth);
  l.b.n = TAS_LANES;
  for (PetscInt i = 0; i < TAS_LANES; i++) SetDirections(&l.b, i, (PetscReal[]){0, 0, 1}, (PetscReal[]){0, 1, 0});
  Init(material, &l);
  for (int k = 0; k < 4 * days; k++) {
    const PetscReal stretch = k % 4 < 2 ? 1.15 : 0.92, e[6] = {0, 0, StrainOfStretch(stretch), 0, 0, 0};
    for (PetscInt i = 0; i < TAS_LANES; i++) SetStrain(&l.b, i, e);
    l.time_step = k % 2 ? (k % 4 < 2 ? 1800 : 84600 - 2) : 1; /* move within a second, and hold */
    Advance(material, &l);
  }
  Check(TasMaterialDestroy(&material));
  return l.old_state[0];
}

static void test_daily_dose(void **state)
{
  const PetscReal mean = AfterStretching("time 6 loss_time 6", 7), dose = AfterStretching("time 6 loss_time 6 dose_exponent 12 dose_time 1", 7);

  assert_true(mean < 0.97);
  assert_true(dose > mean + 0.04);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tangents),
      cmocka_unit_test(test_prestrain),
      cmocka_unit_test(test_prony_ramp_and_hold),
      cmocka_unit_test(test_prony_long_steps),
      cmocka_unit_test(test_network_held),
      cmocka_unit_test(test_network_flow),
      cmocka_unit_test(test_network_at_home),
      cmocka_unit_test(test_clamped_growth),
      cmocka_unit_test(test_steady_distraction),
      cmocka_unit_test(test_growth_limits),
      cmocka_unit_test(test_daily_dose),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
