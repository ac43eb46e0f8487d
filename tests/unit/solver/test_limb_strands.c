/* The nerves and arteries that the leg brings: their paths lie in its tissue, whatever its dimensions and the fineness of its mesh,
   and leave it where it is held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "mesh/limb.h"
#include "solver/strands/locate.h"

#define PARTS 4 /* that each piece of a path is looked at in */

static void Check(PetscErrorCode error) { assert_int_equal(error, 0); }

static PetscInt FindDimension(const TasLimb *limb, const char *key)
{
  for (PetscInt i = 0; i < limb->num_dimensions; i++)
    if (!strcmp(limb->dimensions[i].key, key)) return i;
  fail_msg("no dimension %s", key);
  return -1;
}

/* A facet may be listed for several surfaces, some of them mere names. */
static PetscBool Held(const TasMeshData *data, const TasLimbLayout *layout, const PetscInt *facet)
{
  for (PetscInt f = 0; f < data->num_facets; f++)
    if (!memcmp(&data->facets[4 * f], facet, 4 * sizeof(*facet)) && layout->surfaces[data->facet_surface[f]].kind == TAS_SURFACE_ATTACHED) return PETSC_TRUE;
  return PETSC_FALSE;
}

/* What goes on of a strand outside the limb keeps its distance from the end of the path, which therefore must not be left behind: the
   face through which it leaves belongs to bodies. */
static void CheckEnd(const TasMeshData *data, const TasLimbLayout *layout, const char *name, PetscReal height)
{
  PetscInt num = 0;

  for (PetscInt f = 0; f < data->num_facets; f++) {
    PetscBool there = PETSC_TRUE;

    for (int i = 0; i < 4; i++)
      if (PetscAbsReal(data->points[3 * data->facets[4 * f + i] + 2] - height) > 1e-6) there = PETSC_FALSE;
    if (!there) continue;
    if (!Held(data, layout, &data->facets[4 * f])) fail_msg("%s leaves through %s, which nothing holds", name, layout->surfaces[data->facet_surface[f]].name);
    num++;
  }
  assert_true(num > 0);
}

/* As a run does: the paths come from the coarsest mesh, the tissue from another. */
static void CheckPaths(const TasLimb *limb, PetscInt num_strands, const char *what, const PetscReal *values, PetscInt cells)
{
  TasMeshData   data = {0}, coarse = {0};
  TasLimbLayout layout = {0}, other = {0};
  TasMesh      *mesh;
  char          problem[TAS_PROBLEM_LENGTH] = "";

  Check(limb->build(values, 100, &coarse, &layout, problem));
  assert_string_equal(problem, "");
  Check(limb->build(values, cells, &data, &other, problem));
  assert_string_equal(problem, "");
  Check(TasMeshCreate(PETSC_COMM_SELF, &data, TAS_ELEMENT_HEX8, &mesh));
  assert_int_equal(layout.num_strands, num_strands);
  for (PetscInt s = 0; s < layout.num_strands; s++) {
    const TasLimbStrand *strand = &layout.strands[s];
    const PetscInt       num    = PARTS * (strand->num_points - 1) + 1;
    TasLocations         locations;
    PetscReal           *points;

    Check(PetscMalloc1(3 * num, &points));
    for (PetscInt p = 0; p < num; p++)
      for (int d = 0; d < 3; d++) {
        const PetscInt  i    = PetscMin(p / PARTS, strand->num_points - 2);
        const PetscReal part = (PetscReal)(p - i * PARTS) / PARTS;
        points[3 * p + d]    = (1 - part) * strand->points[i][d] + part * strand->points[i + 1][d];
      }
    Check(TasLocate(mesh, num, points, &locations));
    for (PetscInt p = 0; p < num; p++)
      if (!(locations.distance[p] < 1e-6))
        fail_msg("%s, %d cells: %s leaves the tissue at (%g, %g, %g) by %g mm", what, (int)cells, strand->name, (double)points[3 * p], (double)points[3 * p + 1], (double)points[3 * p + 2], (double)locations.distance[p]);
    for (int end = 0; end < 2; end++)
      if (strand->remote[end] > 0) CheckEnd(&coarse, &layout, strand->name, strand->points[end ? strand->num_points - 1 : 0][2]);
    Check(TasLocationsClear(&locations));
    Check(PetscFree(points));
  }
  Check(TasMeshDestroy(&mesh));
  Check(TasMeshDataClear(&data));
  Check(TasMeshDataClear(&coarse));
  Check(TasLimbLayoutClear(&layout));
  Check(TasLimbLayoutClear(&other));
}

static void Standard(const TasLimb *limb, PetscReal *values)
{
  for (PetscInt i = 0; i < limb->num_dimensions; i++) values[i] = limb->dimensions[i].standard;
}

static void CheckDefault(const TasLimb *limb, PetscInt num_strands)
{
  PetscReal values[64];

  Standard(limb, values);
  CheckPaths(limb, num_strands, "default", values, 1000);
  CheckPaths(limb, num_strands, "default", values, 8000);
  CheckPaths(limb, num_strands, "default", values, 30000);
}

/* Each dimension changed alone by a share of the way to its limits. */
static void CheckDimensions(const TasLimb *limb, PetscInt num_strands, const char *const *keys, size_t num_keys)
{
  PetscReal values[64];

  for (size_t k = 0; k < num_keys; k++)
    for (int side = 0; side < 2; side++) {
      const PetscInt      i = FindDimension(limb, keys[k]);
      const TasDimension *d = &limb->dimensions[i];

      Standard(limb, values);
      values[i] += (k < 2 ? 1. : 0.3) * ((side ? d->high : d->low) - d->standard);
      CheckPaths(limb, num_strands, keys[k], values, 4000);
    }
}

static void test_tibia(void **state)
{
  static const char *const keys[] = {"length", "knee_end", "calf_girth", "ankle_girth", "fat", "tibia_width", "tibia_depth", "fibula_diameter", "interosseous_width", "tibialis_anterior_share", "peronei_share", "deep_flexors_share"};

  CheckDefault(&tas_limb_tibia, 7);
  CheckDimensions(&tas_limb_tibia, 7, keys, sizeof(keys) / sizeof(keys[0]));
}

static void test_thigh(void **state)
{
  static const char *const keys[] = {"length", "skin", "upper_end", "lower_end", "thigh_girth", "knee_girth", "upper_girth", "fat", "femur_width", "femur_depth", "vastus_medialis_share", "biceps_femoris_share", "medial_hamstrings_share"};

  CheckDefault(&tas_limb_thigh, 4);
  CheckDimensions(&tas_limb_thigh, 4, keys, sizeof(keys) / sizeof(keys[0]));
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_tibia), cmocka_unit_test(test_thigh)};
  int                     failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
