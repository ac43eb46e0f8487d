/* Cases: what the structures hold after reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "solver/treatment/schedule.h"
#include "solver/case/units.h"

#define DAY 86400.0

static const char *const bar_mesh =
    "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n4\n3 1 \"tendon\"\n3 2 \"muscle\"\n2 3 \"bottom\"\n2 4 "
    "\"top\"\n$EndPhysicalNames\n"
    "$Nodes\n12\n1 0 0 0\n2 1 0 0\n3 1 1 0\n4 0 1 0\n5 0 0 1\n6 1 0 1\n7 1 1 1\n8 0 1 1\n9 0 0 2\n10 1 0 2\n11 1 1 2\n12 0 1 2\n$EndNodes\n"
    "$Elements\n4\n1 3 2 3 3 1 4 3 2\n2 3 2 4 4 9 10 11 12\n3 5 2 1 1 1 2 3 4 5 6 7 8\n4 5 2 2 2 5 6 7 8 9 10 11 12\n$EndElements\n"
    "$ElementData\n1\n\"stiffness\"\n1\n0\n3\n0\n1\n2\n3 4\n4 6\n$EndElementData\n";

static const char *const base =
    "mesh: {file: bar.msh}\n"
    "tissues:\n"
    "  muscle: {preset: muscle, matrix: {c1: {field: stiffness, unit: kPa}}, direction: [0, 0, 2]}\n"
    "  tendon: {matrix: {model: ogden, mu: [1 MPa, 2 MPa], alpha: [2, 4]}, volume: {model: quadratic, K: 10 MPa}}\n"
    "bodies: {fixed: , mover: {motion: {rotation_x: free, z: {value: 1 cm, curve: jump}}}, rider: {parent: mover}}\n"
    "surfaces: {bottom: {attached: fixed}, top: {attached: rider}}\n"
    "curves: {jump: [[1 day, 0], [2 day, 0.5], [2 day, 1], [4 day, 3]]}\n"
    "time: {end: 4 day, steps: 4}\n"
    "output: {every: 2}\n";

static char folder[] = "/tmp/tasis_test_XXXXXX";

static void WriteFile(const char *name, const char *text, char *path, size_t size)
{
  FILE *file;

  snprintf(path, size, "%s/%s", folder, name);
  file = fopen(path, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

/* problem: a part of what is expected; empty: the case is good. */
static TasCase *Read(const char *text, PetscInt num_overrides, char *const *overrides, PetscBool load, const char *expected)
{
  TasCase *c;
  char     path[128], problem[TAS_PROBLEM_LENGTH];

  WriteFile("case.yaml", text, path, sizeof(path));
  assert_int_equal(TasCaseRead(PETSC_COMM_WORLD, path, num_overrides, overrides, &c, problem), PETSC_SUCCESS);
  if (!*problem && load) assert_int_equal(TasCaseLoadMesh(c, 0, problem), PETSC_SUCCESS);
  if (*expected ? !strstr(problem, expected) : *problem != 0) fail_msg("\"%s\" does not hold \"%s\"", problem, expected);
  return c;
}

static void Near(PetscReal value, PetscReal expected)
{
  if (!(PetscAbsReal(value - expected) <= 1e-12 * PetscMax(1, PetscAbsReal(expected))))
    fail_msg("%.17g is not %.17g", (double)value, (double)expected);
}

static void ResolvesAFile(void **state)
{
  TasCase *c = Read(base, 0, NULL, PETSC_TRUE, "");

  assert_int_equal(c->mesh.element, TAS_ELEMENT_HEX8);
  assert_int_equal(c->num_tissues, 2);
  assert_string_equal(c->tissues[0].name, "tendon"); /* the order of the mesh, not of the case */
  assert_string_equal(c->tissues[0].models[0].model->name, "ogden");
  assert_int_equal(c->tissues[0].models[0].num_terms, 2);
  Near(c->tissues[0].models[0].parameters[0].value[1], 2);
  Near(c->tissues[0].models[0].parameters[1].value[1], 4);
  assert_int_equal(c->tissues[1].num_models, 3);
  assert_string_equal(c->tissues[1].models[0].parameters[0].field, "stiffness");
  Near(c->tissues[1].models[0].parameters[0].scale, 1e-3);
  Near(c->tissues[1].models[0].parameters[0].value[0], 6e-3); /* the first cell of the tissue */
  Near(c->tissues[1].fibre.constant[2], 1);
  assert_int_equal(c->num_surfaces, 2);
  assert_string_equal(c->surfaces[1].name, "top");
  assert_int_equal(c->surfaces[1].kind, TAS_SURFACE_ATTACHED);
  assert_int_equal(c->surfaces[1].bodies[0], 2);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
  assert_null(c);
}

static void ResolvesBodies(void **state)
{
  TasCase *c = Read(base, 0, NULL, PETSC_FALSE, "");

  assert_int_equal(c->num_bodies, 3);
  assert_int_equal(c->bodies[0].parent, -1);
  assert_true(c->bodies[0].motion[2].given);
  Near(c->bodies[0].motion[2].value, 0);
  assert_true(c->bodies[1].free[3]);
  Near(c->bodies[1].motion[2].value, 10);
  assert_string_equal(c->curves[c->bodies[1].motion[2].curve].name, "jump");
  assert_int_equal(c->bodies[2].parent, 1);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

static void FollowsCurves(void **state)
{
  TasCase       *c    = Read(base, 0, NULL, PETSC_FALSE, "");
  const PetscInt jump = c->bodies[1].motion[2].curve;

  Near(TasCaseCurveValue(c, jump, 0), 0);
  Near(TasCaseCurveValue(c, jump, 1.5 * DAY), 0.25);
  Near(TasCaseCurveValue(c, jump, 2 * DAY), 1); /* after the jump */
  Near(TasCaseCurveValue(c, jump, 3 * DAY), 2);
  Near(TasCaseCurveValue(c, jump, 9 * DAY), 3);
  Near(TasCaseCurveValue(c, 0, 1 * DAY), 0.25); /* the default ramp, to the end */
  Near(TasCaseCurveValue(c, 0, 4 * DAY), 1);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

static void MakesEvents(void **state)
{
  TasCase    *c = Read(base, 0, NULL, PETSC_FALSE, "");
  TasSchedule schedule;

  assert_int_equal(TasScheduleCreate(c, NULL, &schedule), PETSC_SUCCESS);
  assert_int_equal(schedule.num_events, 4); /* the points of the curve coincide with steps */
  for (PetscInt e = 0; e < 4; e++) {
    Near(schedule.events[e].time, (e + 1) * DAY);
    assert_int_equal(schedule.events[e].output, e % 2);
  }
  assert_int_equal(TasScheduleDestroy(&schedule), PETSC_SUCCESS);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

static void EventsOfCurvesAreNoSteps(void **state)
{
  char    *overrides[] = {"curves.jump=[[0 day, 0], [2.5 day, 1]]", "output.every=1"};
  TasCase *c           = Read(base, 2, overrides, PETSC_FALSE, "");
  TasSchedule schedule;

  assert_int_equal(TasScheduleCreate(c, NULL, &schedule), PETSC_SUCCESS);
  assert_int_equal(schedule.num_events, 5);
  Near(schedule.events[2].time, 2.5 * DAY);
  assert_false(schedule.events[2].output);
  assert_true(schedule.events[3].output);
  assert_int_equal(TasScheduleDestroy(&schedule), PETSC_SUCCESS);
  assert_non_null(strstr(c->text, "2.5 day")); /* provenance tells what was calculated */
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

static const char *const rod = "mesh: {limb: rod, resolution: 500}\n"
                               "distraction: {length: 6 mm, rate: 2 mm/day, latency: 5 day, steps_per_day: 4}\n"
                               "time: {end: 10 day, step: 1 day}\n"
                               "tissues: {muscle: {matrix: {c1: 9 kPa}, direction: {laplace: {from: top, to: bottom}}}}\n"
                               "surfaces: {glide_distal: {tangential_stiffness: 1 kPa/mm}}\n";

static void ResolvesALimb(void **state)
{
  TasCase              *c     = Read(rod, 0, NULL, PETSC_TRUE, "");
  const TasCaseSurface *glide = NULL;

  assert_string_equal(c->tissues[0].name, "muscle");
  assert_string_equal(c->tissues[0].preset, "muscle");
  Near(c->tissues[0].models[0].parameters[0].value[0], 9e-3); /* overrides one parameter of the preset */
  assert_string_equal(c->tissues[0].fibre.from, "top");
  assert_string_equal(c->bodies[0].name, "proximal");
  assert_int_equal(c->bodies[2].parent, 1); /* the foot follows */
  assert_int_equal(c->distraction[0].body, 1);
  Near(c->distraction[0].length * c->distraction[0].direction[2], -6); /* distal is downwards */
  for (PetscInt s = 0; s < c->num_surfaces; s++)
    if (!strcmp(c->surfaces[s].name, "glide_distal")) glide = &c->surfaces[s];
  assert_non_null(glide);
  assert_int_equal(glide->kind, TAS_SURFACE_GLIDING); /* stays */
  Near(glide->tangential_stiffness, 1e-3);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

/* Where an entry of the record comes from, or NULL. */
static const char *OriginOf(const TasCase *c, const char *path)
{
  for (PetscInt i = 0; i < c->num_entries; i++)
    if (!strcmp(c->entries[i].path, path)) return c->entries[i].origin;
  return NULL;
}

static PetscReal ParameterOf(const TasCaseTissue *tissue, const char *model, const char *key, PetscInt term)
{
  for (PetscInt m = 0; m < tissue->num_models; m++)
    for (PetscInt k = 0; k < tissue->models[m].model->num_parameters; k++)
      if (!strcmp(tissue->models[m].model->name, model) && !strcmp(tissue->models[m].model->parameters[k].key, key)) return tissue->models[m].parameters[k].value[term];
  return NAN;
}

/* It multiplies what presets give, and that alone. */
static void AppliesAStiffnessClass(void **state)
{
  char *const set[]  = {"stiffness_class=congenital", "living={relaxation: yes, growth: yes}"};
  TasCase    *usual  = Read(rod, 1, set + 1, PETSC_TRUE, ""), *c = Read(rod, 2, set, PETSC_TRUE, "");
  const TasClassFactor *c2 = TasStiffnessClassFactor(c->stiffness_class, "muscle", "yeoh", "c2"), *share = TasStiffnessClassFactor(c->stiffness_class, "muscle", "prony", "fraction");

  assert_string_equal(c->stiffness_class->name, "congenital");
  assert_string_equal(OriginOf(usual, "stiffness_class"), "default");
  Near(ParameterOf(&c->tissues[0], "yeoh", "c1", 0), 9e-3); /* the case's own */
  Near(ParameterOf(&c->tissues[0], "yeoh", "c2", 0), c2->factor * ParameterOf(&usual->tissues[0], "yeoh", "c2", 0));
  for (PetscInt t = 0; t < 3; t++) Near(ParameterOf(&c->tissues[0], "prony", "fraction", t), share->factor * ParameterOf(&usual->tissues[0], "prony", "fraction", t));
  Near(ParameterOf(&c->tissues[0], "prony", "time", 1), ParameterOf(&usual->tissues[0], "prony", "time", 1));
  assert_non_null(strstr(OriginOf(c, "tissues.muscle.matrix.c2"), "stiffness class congenital: 1.5 times that of preset muscle"));
  assert_null(strstr(OriginOf(c, "tissues.muscle.matrix.c1"), "stiffness class"));
  assert_int_equal(TasCaseDestroy(&usual), PETSC_SUCCESS);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

static void ForgetsWhatACaseReplaces(void **state)
{
  TasCase *c = Read("mesh: {limb: tibia, resolution: 500}\n"
                    "surfaces:\n"
                    "  origin_soleus_proximal: {attached: proximal}\n"
                    "  origin_peronei_proximal: {tangential_stiffness: 1 kPa/mm}\n"
                    "distraction: {length: 6 mm}\n",
                    0, NULL, PETSC_TRUE, "");

  assert_null(OriginOf(c, "surfaces.origin_soleus_proximal"));
  assert_null(OriginOf(c, "surfaces.origin_soleus_proximal.tangential_stiffness"));
  assert_non_null(strstr(OriginOf(c, "surfaces.origin_soleus_proximal.attached"), ":3"));
  assert_string_equal(OriginOf(c, "surfaces.origin_peronei_proximal"), "limb"); /* still glides on it */
  assert_non_null(strstr(OriginOf(c, "surfaces.origin_peronei_proximal.tangential_stiffness"), ":4"));
  assert_string_equal(OriginOf(c, "surfaces.origin_deep_flexors_proximal.tangential_stiffness"), "limb");
  for (PetscInt s = 0; s < c->num_surfaces; s++)
    if (!strcmp(c->surfaces[s].name, "origin_soleus_proximal")) Near(c->surfaces[s].tangential_stiffness, 0);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

static void SchedulesDistraction(void **state)
{
  TasCase    *c = Read(rod, 0, NULL, PETSC_FALSE, "");
  TasSchedule schedule;
  PetscReal   commanded, driven;

  assert_int_equal(TasScheduleCreate(c, NULL, &schedule), PETSC_SUCCESS);
  assert_int_equal(c->distraction[0].num_steps, 12);
  assert_int_equal(schedule.num_events, 1 + 12 + 2); /* end of latency, distraction, 8 to 10 days */
  Near(schedule.events[0].time, 5 * DAY);
  Near(schedule.events[1].time, 5.25 * DAY);
  Near(schedule.events[12].time, 8 * DAY);
  Near(schedule.events[14].time, 10 * DAY);
  TasLengtheningLength(&schedule.lengthening[0], 6.5 * DAY, &commanded, &driven);
  Near(commanded, 0.5 * c->distraction[0].length);
  Near(driven, 0.5 * c->distraction[0].length);
  assert_int_equal(TasScheduleDestroy(&schedule), PETSC_SUCCESS);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

static void RecordsOrigins(void **state)
{
  char     *override[] = {"mesh.dimensions.length=210 mm"};
  TasCase  *c          = Read(rod, 1, override, PETSC_FALSE, "");
  PetscBool seen[3]    = {PETSC_FALSE, PETSC_FALSE, PETSC_FALSE};

  for (PetscInt i = 0; i < c->num_entries; i++) {
    const TasCaseEntry *e = &c->entries[i];

    if (!strcmp(e->path, "mesh.dimensions.length")) seen[0] = (PetscBool)(!strcmp(e->value, "210 mm") && !strncmp(e->origin, "--set", 5));
    if (!strcmp(e->path, "solver.tolerance")) seen[1] = (PetscBool)!strcmp(e->origin, "default");
    if (!strcmp(e->path, "distraction.length")) seen[2] = (PetscBool)(strstr(e->origin, "case.yaml:2") != NULL);
  }
  assert_true(seen[0] && seen[1] && seen[2]);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

static void MakesMaterials(void **state)
{
  TasCase    *c = Read(base, 0, NULL, PETSC_TRUE, "");
  TasMesh    *mesh;
  TasMaterial material;
  PetscReal   shear, bulk;
  char        problem[TAS_PROBLEM_LENGTH];

  assert_int_equal(TasMeshCreate(PETSC_COMM_WORLD, &c->mesh.data, c->mesh.element, &mesh), PETSC_SUCCESS);
  for (PetscInt t = 0; t < c->num_tissues; t++) {
    assert_int_equal(TasCaseCreateMaterial(&c->tissues[t], mesh, &material, problem), PETSC_SUCCESS);
    assert_string_equal(problem, "");
    assert_int_equal(TasMaterialNeedsFibre(material), t == 1);
    assert_int_equal(TasMaterialIsUniform(material), t == 0);
    assert_int_equal(TasMaterialGetModuli(material, &shear, &bulk), PETSC_SUCCESS);
    if (t == 0) assert_true(PetscAbsReal(shear - (1 * 2 + 2 * 4) / 2.0) < 1e-3); /* found by differences */
    assert_int_equal(TasMaterialDestroy(&material), PETSC_SUCCESS);
  }
  assert_int_equal(TasMeshDestroy(&mesh), PETSC_SUCCESS);
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

/* Most wrong cases are in tests/bad_input; here a few that need no program. */
static void Refuses(void **state)
{
  char    *override[] = {"tissues.muscle.fibres.stretch_linear=0.5"};
  TasCase *c =
      Read(base, 1, override, PETSC_FALSE, "--set tissues.muscle.fibres.stretch_linear=0.5: tissues.muscle.fibres: stretch_linear");

  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
  override[0] = "tissues.tendon.matrix.alpha=[2]";
  c           = Read(base, 1, override, PETSC_FALSE, "tissues.tendon.matrix.alpha: found 1 values, allowed: 2");
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
  override[0] = "bodies.rider.parent=rider";
  c           = Read(base, 1, override, PETSC_FALSE, "circle of bodies");
  assert_int_equal(TasCaseDestroy(&c), PETSC_SUCCESS);
}

static int SetUp(void **state)
{
  char path[128];

  if (!mkdtemp(folder)) return 1;
  WriteFile("bar.msh", bar_mesh, path, sizeof(path));
  return 0;
}

static int TearDown(void **state)
{
  char path[128];

  snprintf(path, sizeof(path), "%s/bar.msh", folder);
  unlink(path);
  snprintf(path, sizeof(path), "%s/case.yaml", folder);
  unlink(path);
  return rmdir(folder);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ResolvesAFile),
      cmocka_unit_test(ResolvesBodies),
      cmocka_unit_test(FollowsCurves),
      cmocka_unit_test(MakesEvents),
      cmocka_unit_test(EventsOfCurvesAreNoSteps),
      cmocka_unit_test(ResolvesALimb),
      cmocka_unit_test(AppliesAStiffnessClass),
      cmocka_unit_test(ForgetsWhatACaseReplaces),
      cmocka_unit_test(SchedulesDistraction),
      cmocka_unit_test(RecordsOrigins),
      cmocka_unit_test(MakesMaterials),
      cmocka_unit_test(Refuses),
  };
  int failed;

  if (PetscInitializeNoArguments()) return 1;
  failed = cmocka_run_group_tests(tests, SetUp, TearDown);
  if (TasUnitsEnd() || PetscFinalize()) return 1;
  return failed;
}
