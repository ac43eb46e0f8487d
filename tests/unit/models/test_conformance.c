/*
  What every matrix and fibre model must satisfy by itself (test_wrapped.c: with prestrain, growth and relaxation), over all registered models and samples of their parameters, at random
  deformations of every kind.  A new model joins by an entry in samples.h.
*/
#include "samples.h"

#define NUM_POINTS 72 /* 8 of each kind */

static const char *where = ""; /* for messages */

static void assert_near(PetscReal found, PetscReal wanted, PetscReal tolerance, const char *what, PetscInt point, int component)
{
  if (fabs(found - wanted) <= tolerance) return;
  fail_msg("%s: %s, point %d (kind %d), component %d: %.12g, expected %.12g, tolerance %.2g", where, what, (int)point, (int)(point % 9),
           component, (double)found, (double)wanted, (double)tolerance);
}

static void ForEachSample(void (*test)(const Sample *sample, TasMaterial material))
{
  static char name[256];

  for (int s = 0; s < NUM_SAMPLES; s++) {
    TasMaterial material;

    if (samples[s].part > TAS_PART_FIBRE) continue;
    (void)snprintf(name, sizeof(name), "%s (%s)", samples[s].model, samples[s].values);
    where             = name;
    without_dilations = strstr(samples[s].values, "isochoric 1") ? PETSC_TRUE : PETSC_FALSE;
    material          = SampleMaterial(&samples[s]);
    test(&samples[s], material);
    Check(TasMaterialDestroy(&material));
  }
}

static void every_model_has_a_sample(void **state)
{
  for (PetscInt m = 0; m < tas_num_models; m++) {
    int count = 0;

    for (int s = 0; s < NUM_SAMPLES; s++) count += samples[s].part == tas_models[m]->part && !strcmp(samples[s].model, tas_models[m]->name);
    if (!count) fail_msg("%s: add values to samples.h", tas_models[m]->name);
  }
}

/* ---- derivatives ---- */

static PetscBool Active(const Sample *sample)
{
  return strstr(sample->values, "activation") ? PETSC_TRUE : PETSC_FALSE;
}

/* An active fibre has stress and energy at rest, in the rounding of which differences over tiny steps are lost. */
static PetscReal smallest_strain = 0;

/* Step of the differences at a point: small beside the strain, so that fibres are not switched on and off by it. */
static PetscReal Step(const Batch *b, PetscInt i)
{
  return 1e-3 * fmin(0.1, fmax(smallest_strain, Largest(b->strain + i, 6, b->n)));
}

/* Fourth-order central differences by component A of energy and stress, with the step scaled. */
static void Differences(TasMaterial material, const Batch *at, int A, PetscReal scale, PetscReal *energy, PetscReal *stress)
{
  static const PetscReal offset[4] = {-2, -1, 1, 2}, weight[4] = {1. / 12, -8. / 12, 8. / 12, -1. / 12};
  static Batch           moved;
  const PetscInt         n = at->n;

  memset(energy, 0, n * sizeof(*energy));
  memset(stress, 0, 6 * n * sizeof(*stress));
  for (int s = 0; s < 4; s++) {
    moved = *at;
    for (PetscInt i = 0; i < n; i++) {
      PetscReal e[6];

      GetStrain(at, i, e);
      e[A] += offset[s] * scale * Step(at, i);
      SetStrain(&moved, i, e);
    }
    Evaluate(material, &moved);
    for (PetscInt i = 0; i < n; i++) {
      const PetscReal w = weight[s] / (scale * Step(at, i));

      energy[i] += w * moved.energy[i];
      for (int k = 0; k < 6; k++) stress[k * n + i] += w * moved.stress[k * n + i];
    }
  }
}

/* A law with a kink (tension begins, a curve turns straight) has no derivative there: such a point shows by differences that
   depend on the step, and is left out. There must be few of them. */
static void stress_and_tangent_are_derivatives(const Sample *sample, TasMaterial material)
{
  static Batch b;
  PetscReal    energy[2][MAX_POINTS], stress[2][6 * MAX_POINTS];
  int          left_out = 0;

  smallest_strain = Active(sample) ? 1e-2 : 0;
  RandomBatch(&b, NUM_POINTS);
  Evaluate(material, &b);
  for (int A = 0; A < 6; A++) {
    const PetscReal twice = A < 3 ? 1 : 2; /* E_xy and E_yx move together */

    Differences(material, &b, A, 1, energy[0], stress[0]);
    Differences(material, &b, A, 0.37, energy[1], stress[1]);
    for (PetscInt i = 0; i < b.n; i++) {
      const PetscReal stiffness = Largest(b.tangent + i, 21, b.n) + 1e-300, size = Largest(b.strain + i, 6, b.n);
      PetscReal       change = fabs(energy[0][i] - energy[1][i]) / (size + smallest_strain);

      for (int k = 0; k < 6; k++) change = fmax(change, fabs(stress[0][k * b.n + i] - stress[1][k * b.n + i]));
      if (change > 1e-6 * stiffness) {
        left_out++;
        continue;
      }
      assert_near(energy[1][i] / twice, b.stress[A * b.n + i], 3e-9 * stiffness * size + 1e-10 * Largest(b.stress + i, 6, b.n),
                  "dW/dE and S", i, A);
      for (int k = 0; k < 6; k++) {
        const int K = k < A ? TAS_TANGENT(k, A) : TAS_TANGENT(A, k);

        assert_near(stress[1][k * b.n + i] / twice, b.tangent[K * b.n + i], 1e-6 * stiffness, "dS/dE and tangent", i, K);
      }
    }
  }
  if (left_out > 6 * NUM_POINTS / 20) fail_msg("%s: %d of %d differences depend on the step", where, left_out, 6 * NUM_POINTS);
}

static void test_derivatives(void **state)
{
  ForEachSample(stress_and_tangent_are_derivatives);
}

/* ---- the undeformed state, and small strain ---- */

static void rest_is_free_of_stress(const Sample *sample, TasMaterial material)
{
  static Batch    b;
  const PetscReal zero[6] = {0};

  RandomBatch(&b, TAS_LANES);
  for (PetscInt i = 0; i < b.n; i++) SetStrain(&b, i, zero);
  Evaluate(material, &b);
  for (PetscInt i = 0; i < b.n; i++) {
    if (!Active(sample)) {
      assert_near(b.energy[i], 0, 0, "energy at rest", i, 0);
      for (int k = 0; k < 6; k++) assert_near(b.stress[k * b.n + i], 0, 0, "stress at rest", i, k);
    }
    assert_near(b.flag[i], 0, 0, "flag at rest", i, 0);
  }
}

static void test_rest(void **state)
{
  ForEachSample(rest_is_free_of_stress);
}

static void Contract(const PetscReal *tangent, PetscInt n, const PetscReal e[6], PetscReal s[6])
{
  for (int k = 0; k < 6; k++) {
    s[k] = 0;
    for (int l = 0; l < 6; l++) s[k] += (l < 3 ? 1 : 2) * tangent[(k < l ? TAS_TANGENT(k, l) : TAS_TANGENT(l, k)) * n] * e[l];
  }
}

/* Along a ray S(x) = D x + B x^2 + ..., so 4 S(x) - S(2x) = 2 D x up to x^3: at x = 1e-8 every digit that is wrong shows. */
static void small_strain_keeps_its_digits(const Sample *sample, TasMaterial material)
{
  static Batch near, once, twice;

  if (Active(sample)) return;
  RandomBatch(&near, NUM_POINTS);
  once = twice = near;
  for (PetscInt i = 0; i < near.n; i++) {
    PetscReal e[6], f[6];

    GetStrain(&near, i, e);
    const PetscReal size = Largest(e, 6, 1);
    for (int k = 0; k < 6; k++) f[k] = e[k] / size * 1e-30;
    SetStrain(&near, i, f);
    for (int k = 0; k < 6; k++) f[k] = e[k] / size * 1e-8;
    SetStrain(&once, i, f);
    for (int k = 0; k < 6; k++) f[k] *= 2;
    SetStrain(&twice, i, f);
  }
  Evaluate(material, &near);
  Evaluate(material, &once);
  Evaluate(material, &twice);
  for (PetscInt i = 0; i < near.n; i++) {
    PetscReal e[6], s[6];

    GetStrain(&once, i, e);
    Contract(near.tangent + i, near.n, e, s);
    const PetscReal size = Largest(near.tangent + i, 21, near.n) * 1e-8;
    for (int k = 0; k < 6; k++)
      assert_near((4 * once.stress[k * near.n + i] - twice.stress[k * near.n + i]) / 2, s[k], 1e-11 * size, "stress at a strain of 1e-8", i,
                  k);
    /* W = S:E/2 + O(E^3) */
    PetscReal work = 0;
    for (int k = 0; k < 6; k++) work += (k < 3 ? 0.5 : 1) * s[k] * e[k];
    assert_near(once.energy[i], work, 1e-6 * fabs(work) + 1e-9 * size * 1e-8, "energy at a strain of 1e-8", i, 0);
  }
}

static void test_small_strain(void **state)
{
  ForEachSample(small_strain_keeps_its_digits);
}

/* ---- rotation of the frame and of the fibres with it ---- */

static const int row[6] = {0, 1, 2, 0, 1, 0}, column[6] = {0, 1, 2, 1, 2, 2}, place[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};

static void RotateVector(PetscReal r[3][3], const PetscReal v[3], PetscReal out[3])
{
  for (int k = 0; k < 3; k++) out[k] = r[k][0] * v[0] + r[k][1] * v[1] + r[k][2] * v[2];
}

static void RotateTensor(PetscReal r[3][3], const PetscReal a[6], PetscReal out[6])
{
  for (int A = 0; A < 6; A++) {
    out[A] = 0;
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++) out[A] += r[row[A]][i] * r[column[A]][j] * a[place[i][j]];
  }
}

static PetscReal RotatedTangent(PetscReal r[3][3], const PetscReal *tangent, PetscInt n, int A, int B)
{
  PetscReal sum = 0;

  for (int ij = 0; ij < 9; ij++)
    for (int kl = 0; kl < 9; kl++) {
      const int i = ij / 3, j = ij % 3, k = kl / 3, l = kl % 3, C = place[i][j], D = place[k][l];

      sum += r[row[A]][i] * r[column[A]][j] * r[row[B]][k] * r[column[B]][l] * tangent[(C < D ? TAS_TANGENT(C, D) : TAS_TANGENT(D, C)) * n];
    }
  return sum;
}

static void RotateBatch(PetscReal r[3][3], const Batch *from, Batch *to)
{
  *to = *from;
  for (PetscInt i = 0; i < from->n; i++) {
    PetscReal e[6], f[6], fibre[3], sheet[3], turned_fibre[3], turned_sheet[3];

    GetStrain(from, i, e);
    RotateTensor(r, e, f);
    for (int k = 0; k < 6; k++) to->strain[k * to->n + i] = f[k];
    for (int k = 0; k < 3; k++) fibre[k] = from->fibre[k * from->n + i], sheet[k] = from->sheet[k * from->n + i];
    RotateVector(r, fibre, turned_fibre);
    RotateVector(r, sheet, turned_sheet);
    SetDirections(to, i, turned_fibre, turned_sheet);
  }
}

static void results_turn_with_the_frame(const Sample *sample, TasMaterial material)
{
  static Batch b, turned;
  PetscReal    r[3][3];

  RandomBatch(&b, NUM_POINTS);
  RandomRotation(r);
  RotateBatch(r, &b, &turned);
  Evaluate(material, &b);
  Evaluate(material, &turned);
  for (PetscInt i = 0; i < b.n; i++) {
    const PetscReal stiffness = Largest(b.tangent + i, 21, b.n), size = Largest(b.strain + i, 6, b.n);
    PetscReal       s[6], t[6];

    for (int k = 0; k < 6; k++) s[k] = b.stress[k * b.n + i];
    RotateTensor(r, s, t);
    assert_near(turned.energy[i], b.energy[i], 1e-12 * stiffness * size * size + 1e-12 * fabs(b.energy[i]), "energy after rotation", i, 0);
    for (int k = 0; k < 6; k++)
      assert_near(turned.stress[k * b.n + i], t[k], 1e-12 * stiffness * size + 1e-12 * Largest(s, 6, 1), "stress after rotation", i, k);
    for (int A = 0; A < 6; A++)
      for (int B = A; B < 6; B++)
        assert_near(turned.tangent[TAS_TANGENT(A, B) * b.n + i], RotatedTangent(r, b.tangent + i, b.n, A, B), 1e-9 * stiffness,
                    "tangent after rotation", i, TAS_TANGENT(A, B));
  }
}

static void test_rotation(void **state)
{
  ForEachSample(results_turn_with_the_frame);
}

/* ---- batches ---- */

static void CopyPoint(const Batch *from, PetscInt i, Batch *to, PetscInt j)
{
  PetscReal e[6], fibre[3], sheet[3];

  GetStrain(from, i, e);
  for (int k = 0; k < 3; k++) fibre[k] = from->fibre[k * from->n + i], sheet[k] = from->sheet[k * from->n + i];
  SetStrain(to, j, e);
  SetDirections(to, j, fibre, sheet);
}

static void assert_same(const Batch *a, PetscInt i, const Batch *b, PetscInt j)
{
  PetscBool same = a->energy[i] == b->energy[j] && a->flag[i] == b->flag[j] ? PETSC_TRUE : PETSC_FALSE;

  for (int k = 0; k < 6; k++) same = same && a->stress[k * a->n + i] == b->stress[k * b->n + j];
  for (int k = 0; k < 21; k++) same = same && a->tangent[k * a->n + i] == b->tangent[k * b->n + j];
  if (!same) fail_msg("%s: the result of point %d depends on its place in the batch", where, (int)i);
}

/* To the last bit: else results would depend on threads and ranks. */
static void results_do_not_depend_on_the_place(const Sample *sample, TasMaterial material)
{
  static Batch b, shuffled, single;
  PetscInt     order[MAX_POINTS];
  const int    more = 19 * TAS_LANES;

  RandomBatch(&b, NUM_POINTS);
  Evaluate(material, &b);
  RandomBatch(&shuffled, more);
  for (PetscInt i = 0; i < more; i++) order[i] = i;
  for (PetscInt i = more - 1; i > 0; i--) {
    const PetscInt j = (PetscInt)((Random() + 1) / 2 * (PetscReal)i), k = order[i];

    order[i] = order[j];
    order[j] = k;
  }
  for (PetscInt i = 0; i < NUM_POINTS; i++) CopyPoint(&b, i, &shuffled, order[i]);
  Evaluate(material, &shuffled);
  single.n = TAS_LANES;
  for (PetscInt i = 0; i < NUM_POINTS; i++) {
    assert_same(&b, i, &shuffled, order[i]);
    for (PetscInt lane = 0; lane < TAS_LANES; lane++) CopyPoint(&b, i, &single, lane); /* padding repeats a point */
    Evaluate(material, &single);
    for (PetscInt lane = 0; lane < TAS_LANES; lane++) assert_same(&b, i, &single, lane);
  }
}

static void test_place_in_batch(void **state)
{
  ForEachSample(results_do_not_depend_on_the_place);
}

/* With and without tangent and energy, set or added: the kernels have a copy for each. */
static void all_copies_agree(const Sample *sample, TasMaterial material)
{
  static Batch    b, alone, both;
  const TasModel *model            = TasModelFind(sample->part, sample->model);
  const PetscInt  cells[TAS_LANES] = {0};
  PetscReal       constants[64 * MAX_POINTS];

  RandomBatch(&b, NUM_POINTS);
  Evaluate(material, &b);
  alone = both = b;
  TasMaterialLoadConstants(material, b.n / TAS_LANES, cells, constants);
  TasPoints points = {.n          = b.n,
                      .strain     = b.strain,
                      .dilatation = b.dilatation,
                      .fibre      = b.fibre,
                      .sheet      = b.sheet,
                      .constants  = constants,
                      .time_step  = 1,
                      .stress     = alone.stress,
                      .flag       = alone.flag};
  memset(alone.stress, 0x7f, sizeof(alone.stress));
  TasMaterialEvaluate(material, &points);
  points.add = PETSC_TRUE;
  model->evaluate(&points);
  points.stress  = both.stress;
  points.energy  = both.energy;
  points.tangent = both.tangent;
  model->evaluate(&points);
  for (PetscInt i = 0; i < b.n; i++) {
    const PetscReal size = Largest(b.stress + i, 6, b.n);

    assert_near(both.energy[i], 2 * b.energy[i], 1e-13 * fabs(b.energy[i]), "added energy", i, 0);
    for (int k = 0; k < 6; k++)
      assert_near(alone.stress[k * b.n + i], 2 * b.stress[k * b.n + i], 1e-13 * size, "stress without tangent, twice", i, k);
    for (int k = 0; k < 6; k++) assert_near(both.stress[k * b.n + i], 2 * b.stress[k * b.n + i], 1e-13 * size, "added stress", i, k);
    for (int k = 0; k < 21; k++)
      assert_near(both.tangent[k * b.n + i], 2 * b.tangent[k * b.n + i], 1e-12 * Largest(b.tangent + i, 21, b.n), "added tangent", i, k);
  }
}

static void test_copies(void **state)
{
  ForEachSample(all_copies_agree);
}

/* ---- inadmissible and extreme points ---- */

static PetscBool Finite(const Batch *b, PetscInt i)
{
  PetscReal sum = 0 * b->energy[i];

  for (int k = 0; k < 6; k++) sum += 0 * b->stress[k * b->n + i];
  for (int k = 0; k < 21; k++) sum += 0 * b->tangent[k * b->n + i];
  return sum == 0 ? PETSC_TRUE : PETSC_FALSE;
}

static void extremes_are_finite_or_flagged(const Sample *sample, TasMaterial material)
{
  static const PetscReal stretches[] = {1e-8, 1e-3, 0.1, 0.5, 2, 3, 10, 1e3, 1e10, 1e60, 1e120, 1e150};
  static Batch           b;

  for (size_t s = 0; s < sizeof(stretches) / sizeof(stretches[0]); s++) {
    RandomBatch(&b, NUM_POINTS);
    for (PetscInt i = 0; i < b.n; i++) {
      PetscReal r[3][3], values[3], e[6], other = i % 2 ? 1 : fmin(fmax(1 / sqrt(stretches[s]), 1e-8), 1e8);

      RandomRotation(r);
      values[0] = StrainOfStretch(stretches[s]);
      values[1] = values[2] = StrainOfStretch(other);
      FromPrincipal(values, r, e);
      SetStrain(&b, i, e);
      b.dilatation[i] = stretches[s] * other * other - 1;
      if (b.dilatation[i] <= -1) b.dilatation[i] = -1 + 1e-15;
    }
    Evaluate(material, &b);
    for (PetscInt i = 0; i < b.n; i++) {
      if (!Finite(&b, i) && b.flag[i] != 1)
        fail_msg("%s: stretch %g, point %d is not finite and not flagged", where, (double)stretches[s], (int)i);
      if (stretches[s] >= 0.1 && stretches[s] <= 3 && b.flag[i] != 0)
        fail_msg("%s: stretch %g, which a Newton step may meet, is flagged", where, (double)stretches[s]);
    }
  }
}

static void inverted_points_are_flagged(const Sample *sample, TasMaterial material)
{
  static const PetscReal wrong[] = {-1, -1.5, -1e10, NAN};
  static Batch           b;

  RandomBatch(&b, NUM_POINTS);
  for (PetscInt i = 0; i < b.n; i++)
    if (i % 3 == 0) b.dilatation[i] = wrong[i / 3 % 4];
  Evaluate(material, &b);
  for (PetscInt i = 0; i < b.n; i++) assert_near(b.flag[i], i % 3 == 0 ? 1 : 0, 0, "flag", i, 0);
}

static void test_extremes(void **state)
{
  ForEachSample(extremes_are_finite_or_flagged);
  ForEachSample(inverted_points_are_flagged);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_model_has_a_sample),
      cmocka_unit_test(test_derivatives),
      cmocka_unit_test(test_rest),
      cmocka_unit_test(test_small_strain),
      cmocka_unit_test(test_rotation),
      cmocka_unit_test(test_place_in_batch),
      cmocka_unit_test(test_copies),
      cmocka_unit_test(test_extremes),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
