/*
  One strand against closed forms.  A law with the nominal stress E (stretch - 1) makes the shear lag EA u'' = k u of the slip u exact at
  any stretch, so that what is left is the error of the elements, of second order; what has no such error is met to 1e-10.
*/
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <cmocka.h>
#include <string.h>
#include "solver/strands/strand.h"

#define YOUNG    2.0 /* MPa */
#define AREA     5.0 /* mm2 */
#define LENGTH   80.0 /* mm */
#define STRAIN   0.3 /* of the bed */
#define BED      0.02 /* MPa: sqrt(YOUNG*AREA/BED) = 22 mm */
#define MAX_BED  3000

static void Check(PetscErrorCode error) { assert_int_equal(error, 0); }

static void assert_near(const char *what, PetscReal found, PetscReal expected, PetscReal tolerance)
{
  if (!(PetscAbsReal(found - expected) <= tolerance)) fail_msg("%s: %.12g instead of %.12g", what, (double)found, (double)expected);
}

/* ---- laws ---- */

/* Nominal stress E (stretch - 1) along the fibre. */
static void EvaluateLinear(const TasPoints *p)
{
  for (PetscInt i = 0; i < p->n; i++) {
    const PetscReal stretch = PetscSqrtReal(1. + 2. * p->strain[i]), young = p->constants[i];

    for (int k = 0; k < 6 && !p->add; k++) p->stress[k * p->n + i] = 0.;
    for (int k = 0; k < 21 && !p->add && p->tangent; k++) p->tangent[k * p->n + i] = 0.;
    p->stress[i] += young * (1. - 1. / stretch);
    if (p->tangent) p->tangent[i] += young / (stretch * stretch * stretch);
    if (p->energy) p->energy[i] = 0.5 * young * (stretch - 1.) * (stretch - 1.);
  }
}

static const TasParameter young_key[] = {{"young", "MPa", 0., INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "modulus", "test"}};
static const TasModel     linear = {.name = "linear", .part = TAS_PART_FIBRE, .num_parameters = 1, .parameters = young_key, .num_constants = 1, .evaluate = EvaluateLinear};

static TasMaterial Material(const TasModel *model)
{
  const PetscReal young = YOUNG;
  TasMaterial     material;
  char            problem[512];

  Check(TasMaterialCreate(&material));
  Check(TasMaterialAddModel(material, model, 1, &young, problem));
  assert_string_equal(problem, "");
  return material;
}

/* With a model of the registry around it. */
static TasMaterial Living(TasPart part, const char *name, PetscInt num, const PetscReal *values)
{
  const TasModel *model    = TasModelFind(part, name);
  TasMaterial     material = Material(&linear);
  PetscReal       all[32]  = {0.};
  char            problem[512];

  for (PetscInt k = 0; k < model->num_parameters; k++) all[k * PetscMax(1, model->max_terms)] = k < num ? values[k] : model->parameters[k].standard;
  Check(TasMaterialAddModel(material, model, 1, all, problem));
  assert_string_equal(problem, "");
  return material;
}

/* A preset with the default values of its models. */
static TasMaterial PresetMaterial(const char *name)
{
  const TasPreset *preset = TasPresetFind(name);
  const char      *names[2] = {preset->models[TAS_PART_MATRIX], preset->models[TAS_PART_FIBRE]};
  TasMaterial      material;

  Check(TasMaterialCreate(&material));
  for (int part = 0; part < 2; part++) {
    const TasModel *model = names[part] ? TasModelFind(part ? TAS_PART_FIBRE : TAS_PART_MATRIX, names[part]) : NULL;
    PetscReal       values[32];
    char            problem[512];

    if (!model) continue;
    for (PetscInt k = 0; k < model->num_parameters; k++) {
      values[k] = model->parameters[k].standard;
      for (PetscInt v = 0; v < preset->num_values; v++)
        if (!strcmp(preset->values[v].part_model, names[part]) && !strcmp(preset->values[v].key, model->parameters[k].key)) values[k] = preset->values[v].value;
    }
    Check(TasMaterialAddModel(material, model, 1, values, problem));
    assert_string_equal(problem, "");
  }
  return material;
}

/* ---- strands on straight beds ---- */

typedef struct {
  TasMaterial material;
  TasStrand   strand;
  PetscInt    num_bed, num_nodes;
  PetscReal   bed[3 * MAX_BED]; /* present */
} Sample;

/* Stretched by STRAIN between the shares `from` and `to` of the length. */
static void Stretch(const PetscReal *reference, PetscInt num, PetscReal from, PetscReal to, PetscReal *bed)
{
  for (PetscInt j = 0; j < num; j++) {
    const PetscReal s = reference[3 * j], part = PetscMin(PetscMax(s - from * LENGTH, 0.), (to - from) * LENGTH);

    bed[3 * j]     = s + STRAIN * part;
    bed[3 * j + 1] = bed[3 * j + 2] = 0.;
  }
}

static void Create(Sample *s, TasMaterial material, PetscInt elements, PetscReal stiffness, TasStrandEnd start, TasStrandEnd end)
{
  PetscReal      reference[3 * MAX_BED] = {0};
  TasStrandSetup setup = {.material = material, .area = AREA, .bed_stiffness = stiffness, .start = start, .end = end, .num_nodes = elements + 1, .num_bed = 5, .bed = reference};

  s->material  = material;
  s->num_bed   = setup.num_bed;
  s->num_nodes = setup.num_nodes;
  for (PetscInt j = 0; j < setup.num_bed; j++) reference[3 * j] = LENGTH * j / (setup.num_bed - 1);
  Check(TasStrandCreate(&setup, &s->strand));
  assert_near("length", TasStrandLength(s->strand), LENGTH, 1e-12);
}

static void Solve(Sample *s, PetscReal from, PetscReal to, TasStrandOutcome *outcome)
{
  PetscReal reference[3 * MAX_BED] = {0};

  for (PetscInt j = 0; j < s->num_bed; j++) reference[3 * j] = LENGTH * j / (s->num_bed - 1);
  Stretch(reference, s->num_bed, from, to, s->bed);
  Check(TasStrandSolve(s->strand, s->bed, 0., outcome));
  assert_true(outcome->converged);
}

static void Destroy(Sample *s)
{
  Check(TasStrandDestroy(&s->strand));
  assert_null(s->strand);
  Check(TasStrandDestroy(&s->strand));
  Check(TasMaterialDestroy(&s->material));
}

static const TasStrandEnd fixed_end = {TAS_STRAND_FIXED, 0.}, free_end = {TAS_STRAND_FREE, 0.};

/* ---- shear lag ---- */

typedef PetscReal (*Exact)(PetscReal s);

static PetscReal Kappa(void) { return PetscSqrtReal(BED / (YOUNG * AREA)); }

/* Free ends on a bed that stretches evenly: u' = -strain at the ends. */
static PetscReal FreeSlip(PetscReal s) { return -STRAIN * PetscSinhReal(Kappa() * (s - LENGTH / 2)) / (Kappa() * PetscCoshReal(Kappa() * LENGTH / 2)); }

/* Remote ends of stiffness EA/r: u' + strain = u/r at the start, -u/r at the end. */
#define REMOTE 35.
static PetscReal RemoteSlip(PetscReal s)
{
  const PetscReal k = Kappa(), c = STRAIN / (k * PetscCoshReal(k * LENGTH / 2) + PetscSinhReal(k * LENGTH / 2) / REMOTE);

  return -c * PetscSinhReal(k * (s - LENGTH / 2));
}

/* Fixed ends on a bed of which the middle half stretches: u jumps in slope by strain where it begins and ends. */
static PetscReal FixedSlip(PetscReal s)
{
  const PetscReal k = Kappa(), a = LENGTH / 2, b = LENGTH / 4, x = s - a;
  /* inside A sinh kx, outside B sinh k(|x| - a): continuous, and the slope rises by strain at b */
  const PetscReal ratio = PetscSinhReal(k * b) / PetscSinhReal(k * (b - a));
  const PetscReal A     = STRAIN / (k * (ratio * PetscCoshReal(k * (b - a)) - PetscCoshReal(k * b)));

  if (PetscAbsReal(x) <= b) return A * PetscSinhReal(k * x);
  return (x > 0 ? 1. : -1.) * A * ratio * PetscSinhReal(k * (PetscAbsReal(x) - a));
}

static PetscReal SlipError(PetscInt elements, TasStrandEnd end, PetscReal from, PetscReal to, Exact exact)
{
  Sample           s;
  TasStrandOutcome outcome;
  PetscReal        slip[4096], error = 0., top = 0.;

  Create(&s, Material(&linear), elements, BED, end, end);
  Solve(&s, from, to, &outcome);
  TasStrandGetFields(s.strand, &(TasStrandFields){.slip = slip});
  for (PetscInt i = 0; i <= elements; i++) {
    const PetscReal expected = exact(i * LENGTH / elements);

    error = PetscMax(error, PetscAbsReal(slip[i] - expected));
    top   = PetscMax(top, PetscAbsReal(expected));
  }
  Destroy(&s);
  return error / top;
}

static void CheckShearLag(const char *what, TasStrandEnd end, PetscReal from, PetscReal to, Exact exact)
{
  PetscReal error[4];

  for (int level = 0; level < 4; level++) error[level] = SlipError(32 << (2 * level), end, from, to, exact);
  print_message("%s: error %.2e, %.2e, %.2e, %.2e of the largest slip\n", what, (double)error[0], (double)error[1], (double)error[2], (double)error[3]);
  for (int level = 1; level < 4; level++) assert_near("order of convergence", PetscLogReal(error[level - 1] / error[level]) / PetscLogReal(4.), 2., 0.02);
  assert_true(error[3] < 1e-6);
}

static void test_free_ends(void **state) { CheckShearLag("free ends", free_end, 0., 1., FreeSlip); }
static void test_fixed_ends(void **state) { CheckShearLag("fixed ends", fixed_end, 0.25, 0.75, FixedSlip); }
static void test_remote_ends(void **state) { CheckShearLag("remote ends", (TasStrandEnd){TAS_STRAND_REMOTE, REMOTE}, 0., 1., RemoteSlip); }

/* The elements' own solution: a difference equation with lumped springs has the same form with 2 cosh(kappa' h) = 2 + k h^2/(EA). */
static void test_discrete(void **state)
{
  const PetscInt  n = 20;
  const PetscReal h = LENGTH / n, k = acosh(1. + BED * h * h / (2. * YOUNG * AREA)) / h;
  /* half the spring at the free end: EA (1 - y') + k h/2 u = 0 with y' of the last element */
  const PetscReal last = PetscSinhReal(k * LENGTH / 2), before = PetscSinhReal(k * (LENGTH / 2 - h));
  const PetscReal c = STRAIN / ((last - before) / h + BED * h / 2. * last / (YOUNG * AREA));
  Sample           s;
  TasStrandOutcome outcome;
  PetscReal        slip[64];

  Create(&s, Material(&linear), n, BED, free_end, free_end);
  Solve(&s, 0., 1., &outcome);
  TasStrandGetFields(s.strand, &(TasStrandFields){.slip = slip});
  for (PetscInt i = 0; i <= n; i++) assert_near("slip", slip[i], -c * PetscSinhReal(k * (i * h - LENGTH / 2)), 1e-10);
  assert_int_equal(outcome.iterations, 1); /* it is linear */
  Destroy(&s);
}

/* ---- limits of the bed's stiffness, any law ---- */

static void test_no_bed(void **state)
{
  const PetscReal  remote[2] = {120., 60.}, expected = (LENGTH * (1. + STRAIN) + remote[0] + remote[1]) / (LENGTH + remote[0] + remote[1]);
  Sample           s;
  TasStrandOutcome outcome;
  PetscReal        stretch[64], tension[64];

  for (int nerve = 0; nerve < 2; nerve++) {
    Create(&s, nerve ? PresetMaterial("nerve") : Material(&linear), 21, 0., (TasStrandEnd){TAS_STRAND_REMOTE, remote[0]}, (TasStrandEnd){TAS_STRAND_REMOTE, remote[1]});
    Solve(&s, 0.25, 0.75, &outcome);
    Solve(&s, 0., 1., &outcome);
    TasStrandGetFields(s.strand, &(TasStrandFields){.stretch = stretch, .tension = tension});
    for (PetscInt e = 0; e < 21; e++) assert_near("stretch", stretch[e], expected, 1e-12);
    for (int end = 0; end < 2; end++) {
      assert_near("remote stretch", TasStrandRemoteStretch(s.strand, end), expected, 1e-12);
      assert_near("force", TasStrandEndForce(s.strand, end), tension[0], 1e-9);
    }
    if (!nerve) assert_near("force", tension[0], AREA * YOUNG * (expected - 1.), 1e-10);
    Destroy(&s);
  }
}

/* One end held and the other free, no bed: nothing stretches, the free end goes in or out. */
static void test_slack(void **state)
{
  Sample           s;
  TasStrandOutcome outcome;
  PetscReal        stretch[64], slip[64], position[192];

  Create(&s, PresetMaterial("nerve"), 16, 0., fixed_end, free_end);
  Solve(&s, 0., 1., &outcome);
  TasStrandGetFields(s.strand, &(TasStrandFields){.stretch = stretch, .slip = slip, .position = position});
  for (PetscInt e = 0; e < 16; e++) assert_near("stretch", stretch[e], 1., 1e-9);
  assert_near("slip", slip[16], -STRAIN * LENGTH, 1e-7);
  assert_near("position", position[48], LENGTH, 1e-7);
  assert_near("force", TasStrandEndForce(s.strand, PETSC_TRUE), 0., 0.);
  Destroy(&s);
}

/* The slip of the stiff limit falls as 1/k. */
static void test_stiff_bed(void **state)
{
  PetscReal slip[3];

  for (int i = 0; i < 3; i++) {
    Sample           s;
    TasStrandOutcome outcome;
    PetscReal        slips[64], stretch[64], largest = 0.;

    Create(&s, PresetMaterial("nerve"), 20, 1e3 * pow(10., i), fixed_end, free_end);
    Solve(&s, 0., 1., &outcome);
    TasStrandGetFields(s.strand, &(TasStrandFields){.slip = slips, .stretch = stretch});
    for (PetscInt k = 0; k <= 20; k++) largest = PetscMax(largest, PetscAbsReal(slips[k]));
    slip[i] = largest;
    assert_near("stretch of the bed", stretch[5], 1. + STRAIN, 1e-8);
    assert_near("slip of a fixed end", slips[0], 0., 0.);
    Destroy(&s);
  }
  assert_near("decade", slip[0] / slip[1], 10., 0.1);
  assert_near("decade", slip[1] / slip[2], 10., 0.01);
}

/* ---- the law ---- */

/* Axial stress of neo-Hookean matrix at J = 1: mu (x - x^-2); the elements' energies make the force. */
static void test_axial_stress(void **state)
{
  const PetscReal  mu = 0.7, x = 1. + STRAIN;
  Sample           s;
  TasStrandOutcome outcome;
  TasMaterial      material;
  char             problem[512];

  Check(TasMaterialCreate(&material));
  Check(TasMaterialAddModel(material, TasModelFind(TAS_PART_MATRIX, "neo-hookean"), 1, &mu, problem));
  Create(&s, material, 7, 0., fixed_end, fixed_end);
  Solve(&s, 0., 1., &outcome);
  assert_near("force", TasStrandEndForce(s.strand, PETSC_FALSE), AREA * mu * (x - 1. / (x * x)), 1e-12);
  assert_near("energy", TasStrandEnergy(s.strand), AREA * LENGTH * mu / 2. * (x * x + 2. / x - 3.), 1e-11);
  Destroy(&s);
}

/* The error of an iterate goes with the square of the last one's; a tangent of which one term is off by 5 % fails it. */
static void test_newton(void **state)
{
  Sample           s;
  TasStrandOutcome outcome;
  PetscReal        order = 0.;

  Create(&s, PresetMaterial("nerve"), 40, BED, (TasStrandEnd){TAS_STRAND_REMOTE, REMOTE}, free_end);
  Solve(&s, 0.25, 0.75, &outcome);
  for (PetscInt i = 0; i <= outcome.iterations; i++) print_message("residual %.3e N\n", (double)outcome.residual[i]);
  for (PetscInt i = 2; i <= outcome.iterations; i++)
    if (outcome.residual[i] > 1e-12) /* above rounding; the last of them counts */
      order = PetscLogReal(outcome.residual[i] / outcome.residual[i - 1]) / PetscLogReal(outcome.residual[i - 1] / outcome.residual[i - 2]);
  assert_true(outcome.iterations < 12);
  assert_true(order > 1.7);
  Destroy(&s);
}

/* ---- curved beds, forces on them ---- */

static void Spiral(PetscInt num, PetscReal pitch, PetscReal *bed)
{
  for (PetscInt j = 0; j < num; j++) {
    const PetscReal angle = 0.4 * j;

    bed[3 * j]     = 30. * cos(angle) * (1. + 0.02 * j);
    bed[3 * j + 1] = 30. * sin(angle) + 0.3 * j * j;
    bed[3 * j + 2] = pitch * j;
  }
}

static PetscReal EnergyOn(TasStrand strand, const PetscReal *bed)
{
  TasStrandOutcome outcome;

  Check(TasStrandSolve(strand, bed, 0., &outcome));
  assert_true(outcome.converged);
  return TasStrandEnergy(strand);
}

static void CheckBedForces(TasStrandEnd start, TasStrandEnd end)
{
  enum { NUM = 9 };
  const PetscReal d = 1e-3;
  PetscReal       reference[3 * NUM], bed[3 * NUM], force[3 * NUM], sum[3] = {0., 0., 0.}, top = 0.;
  TasMaterial     material = PresetMaterial("nerve");
  TasStrand       strand;

  Spiral(NUM, 8., reference);
  Spiral(NUM, 11., bed);
  Check(TasStrandCreate(&(TasStrandSetup){.material = material, .area = AREA, .bed_stiffness = BED, .start = start, .end = end, .num_nodes = 26, .num_bed = NUM, .bed = reference}, &strand));
  (void)EnergyOn(strand, bed);
  TasStrandBedForces(strand, force);
  for (PetscInt k = 0; k < 3 * NUM; k++) top = PetscMax(top, PetscAbsReal(force[k]));
  for (PetscInt k = 0; k < 3 * NUM; k++) {
    const PetscReal at = bed[k];
    PetscReal       slope;

    bed[k] = at + d;
    slope  = EnergyOn(strand, bed);
    bed[k] = at - d;
    slope  = (slope - EnergyOn(strand, bed)) / (2. * d);
    bed[k] = at;
    sum[k % 3] += force[k];
    assert_near("force on the bed", force[k], -slope, 1e-5 * top);
  }
  for (int k = 0; k < 3; k++) assert_near("sum of forces", sum[k], 0., 1e-12);
  Check(TasStrandDestroy(&strand));
  Check(TasMaterialDestroy(&material));
}

static void ForcesOn(TasStrand strand, const PetscReal *bed, PetscReal *force)
{
  (void)EnergyOn(strand, bed);
  TasStrandBedForces(strand, force);
}

/* Its product with a direction of bed and drawn ends against differences of the forces, and that it is symmetric; remote tensions are the slopes of the energy. */
static void CheckBedProduct(TasStrandEnd start, TasStrandEnd end)
{
  enum { NUM = 9 };
  const PetscReal d = 1e-4;
  PetscReal       reference[3 * NUM], bed[3 * NUM], moved[3 * NUM], way[2][3 * NUM], product[2][3 * NUM], low[3 * NUM], high[3 * NUM], top = 0., cross[2] = {0., 0.};
  const PetscReal drawn[2] = {3., -2.}, drawing[2][2] = {{0.7, -1.}, {0.4, 1.3}};
  PetscReal       ends[2], tension[2][2], pulls[2][2], energy[2];
  TasMaterial     material = PresetMaterial("nerve");
  TasStrand       strand;

  Spiral(NUM, 8., reference);
  Spiral(NUM, 11., bed);
  Check(TasStrandCreate(&(TasStrandSetup){.material = material, .area = AREA, .bed_stiffness = BED, .start = start, .end = end, .num_nodes = 26, .num_bed = NUM, .bed = reference}, &strand));
  for (int w = 0; w < 2; w++) {
    for (PetscInt k = 0; k < 3 * NUM; k++) way[w][k] = sin(1. + k * (w + 1.7));
    for (int side = -1; side <= 1; side += 2) {
      for (PetscInt k = 0; k < 3 * NUM; k++) moved[k] = bed[k] + side * d * way[w][k];
      for (int k = 0; k < 2; k++) ends[k] = drawn[k] + side * d * drawing[w][k];
      TasStrandDraw(strand, ends);
      ForcesOn(strand, moved, side < 0 ? low : high);
      for (int k = 0; k < 2; k++) pulls[side > 0][k] = TasStrandEndForce(strand, k);
    }
    TasStrandDraw(strand, drawn);
    (void)EnergyOn(strand, bed);
    Check(TasStrandBedProduct(strand, way[w], drawing[w], product[w], tension[w]));
    for (int k = 0; k < 2; k++)
      if ((k ? end : start).kind == TAS_STRAND_REMOTE) assert_near("tension", tension[w][k], (pulls[1][k] - pulls[0][k]) / (2. * d), 1e-6);
    for (PetscInt k = 0; k < 3 * NUM; k++) top = PetscMax(top, PetscAbsReal(product[w][k]));
    for (PetscInt k = 0; k < 3 * NUM; k++) assert_near("product", product[w][k], (low[k] - high[k]) / (2. * d), 1e-5 * top);
  }
  for (PetscInt k = 0; k < 3 * NUM; k++) cross[0] += product[0][k] * way[1][k];
  for (PetscInt k = 0; k < 3 * NUM; k++) cross[1] += product[1][k] * way[0][k];
  for (int w = 0; w < 2; w++)
    for (int k = 0; k < 2; k++) cross[w] += tension[w][k] * drawing[1 - w][k];
  assert_near("symmetry", cross[0], cross[1], 1e-11 * top);
  for (int k = 0; k < 2; k++) {
    for (int side = -1; side <= 1; side += 2) {
      for (int e = 0; e < 2; e++) ends[e] = drawn[e] + (e == k ? side * 1e-3 : 0.);
      TasStrandDraw(strand, ends);
      energy[side > 0] = EnergyOn(strand, bed);
    }
    TasStrandDraw(strand, drawn);
    (void)EnergyOn(strand, bed);
    if ((k ? end : start).kind == TAS_STRAND_REMOTE) assert_near("slope of the energy", TasStrandEndForce(strand, k), (energy[1] - energy[0]) / 2e-3, 1e-6);
  }
  Check(TasStrandDestroy(&strand));
  Check(TasMaterialDestroy(&material));
}

static void test_bed_product(void **state)
{
  const TasStrandEnd remote = {TAS_STRAND_REMOTE, 50.};

  CheckBedProduct(fixed_end, fixed_end);
  CheckBedProduct(fixed_end, free_end);
  CheckBedProduct(free_end, fixed_end);
  CheckBedProduct(remote, remote);
  CheckBedProduct(fixed_end, remote);
  CheckBedProduct(remote, free_end);
}

static void test_bed_forces(void **state)
{
  const TasStrandEnd remote = {TAS_STRAND_REMOTE, 50.};

  CheckBedForces(fixed_end, fixed_end);
  CheckBedForces(fixed_end, free_end);
  CheckBedForces(free_end, fixed_end);
  CheckBedForces(remote, remote);
  CheckBedForces(free_end, remote);
}

/* One element on a bed that is stretched and held: with c = 2 E A/L of the element and K = bed L/2 of a node, the springs' stretch y and the
   tension K y fade with the rate c/((c + K) T). */
static PetscReal Faded(PetscInt steps, PetscReal time, PetscReal turnover)
{
  PetscReal        reference[15] = {0}, bed[15], tension;
  TasMaterial      material = Material(&linear);
  TasStrandOutcome outcome;
  TasStrand        strand;

  for (PetscInt j = 0; j < 5; j++) reference[3 * j] = LENGTH * j / 4;
  Stretch(reference, 5, 0., 1., bed);
  Check(TasStrandCreate(&(TasStrandSetup){.material = material, .area = AREA, .bed_stiffness = BED, .bed_time = turnover, .start = free_end, .end = free_end, .num_nodes = 2, .num_bed = 5, .bed = reference}, &strand));
  for (PetscInt k = 0; k <= steps; k++) {
    const PetscReal step = k ? time / steps : 0.;
    Check(TasStrandSolve(strand, bed, step, &outcome));
    assert_true(outcome.converged);
    Check(TasStrandCommit(strand, step));
  }
  Check(TasStrandSolve(strand, bed, 0., &outcome));
  TasStrandGetFields(strand, &(TasStrandFields){.tension = &tension});
  Check(TasStrandDestroy(&strand));
  Check(TasMaterialDestroy(&material));
  return tension;
}

static void test_bed_turnover(void **state)
{
  const PetscReal c = 2. * YOUNG * AREA / LENGTH, bed = BED * LENGTH / 2., turnover = 7., time = 10.;
  const PetscReal at_once = bed * YOUNG * AREA * STRAIN / (c + bed), faded = at_once * exp(-c / (c + bed) * time / turnover);
  PetscReal       error[2];

  assert_near("tension at once", Faded(0, 0., turnover), at_once, 1e-12);
  assert_near("a bed that is not renewed", Faded(3, time, 0.), at_once, 1e-12);
  for (int fine = 0; fine < 2; fine++) error[fine] = PetscAbsReal(Faded(fine ? 200 : 100, time, turnover) - faded);
  if (error[1] > 1e-4 * faded || error[0] / error[1] < 3.7) fail_msg("errors %g and %g of a tension of %g", (double)error[0], (double)error[1], (double)faded);
  assert_near("in steps of 50 times the turnover", Faded(20, 1e3 * turnover, turnover), 0., 0.01 * at_once);
}

/* A bed that moves rigidly carries the strand along, whatever its law. */
static void test_rigid(void **state)
{
  enum { NUM = 7 };
  PetscReal        reference[3 * NUM], bed[3 * NUM], before[60], after[60], tension[60];
  TasMaterial      material = PresetMaterial("nerve");
  TasStrand        strand;
  TasStrandOutcome outcome;

  Spiral(NUM, 8., reference);
  for (PetscInt j = 0; j < NUM; j++) { /* 90 degrees about z, and a shift */
    bed[3 * j]     = -reference[3 * j + 1] + 5.;
    bed[3 * j + 1] = reference[3 * j] - 7.;
    bed[3 * j + 2] = reference[3 * j + 2] + 50.;
  }
  Check(TasStrandCreate(&(TasStrandSetup){.material = material, .area = AREA, .bed_stiffness = BED, .start = free_end, .end = {TAS_STRAND_REMOTE, 40.}, .num_nodes = 20, .num_bed = NUM, .bed = reference}, &strand));
  Check(TasStrandSolve(strand, bed, 0., &outcome));
  assert_true(outcome.converged);
  TasStrandGetFields(strand, &(TasStrandFields){.reference = before, .position = after, .tension = tension});
  for (PetscInt i = 0; i < 20; i++) {
    assert_near("x", after[3 * i], -before[3 * i + 1] + 5., 1e-9);
    assert_near("y", after[3 * i + 1], before[3 * i] - 7., 1e-9);
    assert_near("z", after[3 * i + 2], before[3 * i + 2] + 50., 1e-9);
    if (i < 19) assert_near("tension", tension[i], 0., 1e-9);
  }
  Check(TasStrandDestroy(&strand));
  Check(TasMaterialDestroy(&material));
}

/* ---- state ---- */

/* Fixed to the bed, held at the stretch, a third of the stress is lost with 3 s; and a solve that is not committed leaves no trace. */
static void test_state(void **state)
{
  const PetscReal  step = 4., tau = 3., gamma = 0.5, share = -expm1(-step / tau) * tau / step, elastic = AREA * YOUNG * STRAIN;
  const PetscReal  at_once = elastic * (1. + gamma * share), later = elastic * (1. + gamma * share * exp(-step / tau));
  Sample           s;
  TasStrandOutcome outcome;
  PetscReal       *kept, *again, fields[16];

  Create(&s, Living(TAS_PART_RELAXATION, "prony", 2, (PetscReal[]){1. / 3., tau}), 8, 0., fixed_end, fixed_end);
  Solve(&s, 0., 0., &outcome);
  Check(TasStrandCommit(s.strand, INFINITY));
  Solve(&s, 0., 1., &outcome);
  for (int repeat = 0; repeat < 2; repeat++) {
    Check(TasStrandSolve(s.strand, s.bed, step, &outcome));
    assert_near("force in the step", TasStrandEndForce(s.strand, PETSC_TRUE), at_once, 1e-11);
  }
  Check(TasStrandCommit(s.strand, step));
  TasStrandGetFields(s.strand, &(TasStrandFields){.strain = fields});
  assert_near("strain since the first commit", fields[3], STRAIN, 1e-13);
  kept = malloc(sizeof(*kept) * (size_t)TasStrandStateSize(s.strand));
  TasStrandGetState(s.strand, kept);
  Check(TasStrandSolve(s.strand, s.bed, step, &outcome));
  assert_near("force after it", TasStrandEndForce(s.strand, PETSC_TRUE), later, 1e-11);
  again = malloc(sizeof(*kept) * (size_t)TasStrandStateSize(s.strand)); /* what was tried since the commit is no part of it */
  TasStrandGetState(s.strand, again);
  assert_memory_equal(kept, again, sizeof(*kept) * (size_t)TasStrandStateSize(s.strand));
  free(again);
  Check(TasStrandDestroy(&s.strand));
  Create(&s, s.material, 8, 0., fixed_end, fixed_end); /* another one goes on from what was kept */
  Check(TasStrandSetState(s.strand, s.bed, kept));
  Check(TasStrandSolve(s.strand, s.bed, step, &outcome));
  assert_near("force after a restart", TasStrandEndForce(s.strand, PETSC_TRUE), later, 1e-11);
  TasStrandGetFields(s.strand, &(TasStrandFields){.strain = fields});
  assert_near("strain after a restart", fields[3], STRAIN, 1e-13);
  free(kept);
  Destroy(&s);
}

/* Drawn far ends belong to the state: it returns to where they were at the commit, and another strand goes on from there. */
static void test_drawn_state(void **state)
{
  const TasStrandEnd remote   = {TAS_STRAND_REMOTE, 50.};
  const PetscReal    drawn[2] = {0., 6.}, further[2] = {0., 9.};
  Sample             s;
  TasStrandOutcome   outcome;
  PetscReal         *kept, now[2], tension;

  Create(&s, Living(TAS_PART_RELAXATION, "prony", 2, (PetscReal[]){1. / 3., 3.}), 8, 0., fixed_end, remote);
  TasStrandDraw(s.strand, drawn);
  Solve(&s, 0., 0., &outcome);
  Check(TasStrandSolve(s.strand, s.bed, INFINITY, &outcome));
  tension = TasStrandEndForce(s.strand, PETSC_TRUE);
  assert_near("bed and remote part share what is drawn", TasStrandRemoteStretch(s.strand, PETSC_TRUE), 1. + drawn[1] / (TasStrandLength(s.strand) + 50.), 1e-12);
  Check(TasStrandCommit(s.strand, INFINITY));
  TasStrandDraw(s.strand, further);
  Check(TasStrandSolve(s.strand, s.bed, INFINITY, &outcome));
  assert_true(TasStrandEndForce(s.strand, PETSC_TRUE) > 1.2 * tension);
  kept = malloc(sizeof(*kept) * (size_t)TasStrandStateSize(s.strand));
  TasStrandGetState(s.strand, kept);
  TasStrandReturn(s.strand);
  TasStrandGetDrawn(s.strand, now);
  assert_near("returned", now[1], drawn[1], 0.);
  Check(TasStrandDestroy(&s.strand));
  Create(&s, s.material, 8, 0., fixed_end, remote);
  Check(TasStrandSetState(s.strand, s.bed, kept));
  Check(TasStrandSolve(s.strand, s.bed, INFINITY, &outcome));
  assert_near("force after a restart", TasStrandEndForce(s.strand, PETSC_TRUE), tension, 1e-11);
  free(kept);
  Destroy(&s);
}

/* Held at a stretch of 1.14 by its bed it grows as tissue does: theta after one time constant. */
static void test_growth(void **state)
{
  const PetscReal  tau = 6. * 86400., theta = 1.08599848;
  Sample           s;
  TasStrandOutcome outcome;
  PetscReal        growth[16], elastic[16];

  Create(&s, Living(TAS_PART_GROWTH, "fibre-growth", 1, (PetscReal[]){6.}), 8, 0., fixed_end, fixed_end);
  Solve(&s, 0., 0., &outcome);
  Check(TasStrandCommit(s.strand, INFINITY));
  Solve(&s, 0., 0.14 / STRAIN, &outcome);
  for (int k = 0; k <= 200; k++) {
    const PetscReal step = k ? tau / 200. : 1e-6;
    Check(TasStrandSolve(s.strand, s.bed, step, &outcome));
    assert_true(outcome.converged);
    Check(TasStrandCommit(s.strand, step));
  }
  TasStrandGetFields(s.strand, &(TasStrandFields){.growth = growth, .elastic_stretch = elastic});
  assert_near("theta", growth[3], theta, 1e-6);
  assert_near("elastic stretch", elastic[3], 1.14 / theta, 1e-6);
  Destroy(&s);
}

/* Stretched in situ, going on beyond its ends: even tension, no slip. */
static void test_prestrain(void **state)
{
  const TasStrandEnd remote = {TAS_STRAND_REMOTE, REMOTE};
  Sample             s;
  TasStrandOutcome   outcome;
  PetscReal          slip[16], elastic[16];

  Create(&s, Living(TAS_PART_PRESTRAIN, "in-situ-stretch", 1, (PetscReal[]){1.1}), 8, 0., remote, remote);
  Solve(&s, 0., 0., &outcome);
  Check(TasStrandCommit(s.strand, INFINITY));
  TasStrandGetFields(s.strand, &(TasStrandFields){.slip = slip, .elastic_stretch = elastic});
  for (int k = 0; k < 8; k++) {
    assert_near("elastic stretch in situ", elastic[k], 1.1, 1e-12);
    assert_near("slip in situ", slip[k], 0., 1e-10);
  }
  assert_near("tension", TasStrandEndForce(s.strand, PETSC_TRUE), AREA * YOUNG * 0.1 * 1.1, 1e-10);
  Destroy(&s);
}

/* No equilibrium: both ends held on a bed that collapses to nothing. The strand stays as it was. */
static void test_failure(void **state)
{
  Sample           s;
  TasStrandOutcome outcome;
  PetscReal        collapsed[15] = {0}, slip[64], before;

  Create(&s, PresetMaterial("nerve"), 16, BED, fixed_end, fixed_end);
  Solve(&s, 0., 1., &outcome);
  before = TasStrandEndForce(s.strand, PETSC_TRUE);
  Check(TasStrandSolve(s.strand, collapsed, 0., &outcome));
  assert_false(outcome.converged);
  TasStrandGetFields(s.strand, &(TasStrandFields){.slip = slip});
  assert_near("force", TasStrandEndForce(s.strand, PETSC_TRUE), before, 1e-12);
  assert_near("slip", slip[8], 0., 1e-10);
  Destroy(&s);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_free_ends),         cmocka_unit_test(test_fixed_ends),       cmocka_unit_test(test_remote_ends), cmocka_unit_test(test_discrete),
      cmocka_unit_test(test_no_bed),       cmocka_unit_test(test_slack),       cmocka_unit_test(test_stiff_bed), cmocka_unit_test(test_axial_stress),
      cmocka_unit_test(test_newton),       cmocka_unit_test(test_bed_forces),  cmocka_unit_test(test_bed_product),  cmocka_unit_test(test_rigid),  cmocka_unit_test(test_state), cmocka_unit_test(test_drawn_state), cmocka_unit_test(test_growth), cmocka_unit_test(test_prestrain),
      cmocka_unit_test(test_failure),      cmocka_unit_test(test_bed_turnover),
  };
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
