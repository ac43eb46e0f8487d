#pragma once
/* What limbs of muscles must satisfy (the leg, the thigh), beyond what every limb must. */
#include "limb_checks.h"

static void Mark(const Built *built, const char *surface, PetscBool *node)
{
  const PetscInt s = FindSurface(built, surface);

  assert_true(s >= 0);
  for (PetscInt f = 0; f < built->data.num_facets; ++f)
    for (int i = 0; i < 4; ++i)
      if (built->data.facet_surface[f] == s) node[built->data.facets[4 * f + i]] = PETSC_TRUE;
}

/* Spreads from marked nodes through cells of three tissues, over whole faces (4 marked corners); whether it went on. */
static PetscBool Spread(const TasMeshData *data, const PetscInt tissue[3], PetscBool *node)
{
  PetscBool any = PETSC_FALSE;

  for (PetscInt c = 0; c < data->num_cells; ++c) {
    int marked = 0;

    if (data->cell_tissue[c] != tissue[0] && data->cell_tissue[c] != tissue[1] && data->cell_tissue[c] != tissue[2]) continue;
    for (int i = 0; i < 8; ++i) marked += node[data->cells[8 * c + i]];
    if (marked < 4 || marked == 8) continue;
    for (int i = 0; i < 8; ++i) node[data->cells[8 * c + i]] = PETSC_TRUE;
    any = PETSC_TRUE;
  }
  return any;
}

/* From where it comes through belly and tendons to where it ends: whole faces of the surface `to` are reached. */
static void CheckReaches(const Built *built, const char *from, const char *muscle, const char *tendon, const char *other, const char *to)
{
  PetscBool     *node = calloc((size_t)built->data.num_points, sizeof(PetscBool));
  const PetscInt end = FindSurface(built, to), tissue[3] = {FindTissue(built, muscle), FindTissue(built, tendon), FindTissue(built, other)};
  PetscInt       reached = 0;

  assert_non_null(node);
  assert_true(end >= 0);
  Mark(built, from, node);
  while (Spread(&built->data, tissue, node)) continue;
  for (PetscInt f = 0; f < built->data.num_facets; ++f) {
    const PetscInt *n = &built->data.facets[4 * f];

    if (built->data.facet_surface[f] == end && node[n[0]] && node[n[1]] && node[n[2]] && node[n[3]]) ++reached;
  }
  if (!reached) print_error("%s does not reach %s\n", muscle, to);
  assert_true(reached > 0);
  free(node);
}

/* Surfaces of the segments lie on their sides of the osteotomy, those that hold muscles (prefix) not near it. */
static void CheckSides(const Built *built, const char *prefix, PetscReal free_length, PetscReal tolerance)
{
  const PetscReal cut = built->layout.osteotomy[2];

  assert_true(built->layout.axis[0] == 0 && built->layout.axis[1] == 0 && built->layout.axis[2] == -1);
  for (PetscInt s = 0; s < built->data.num_surfaces; ++s) {
    const TasLimbSurface *surface = &built->layout.surfaces[s];
    const char           *end     = strrchr(surface->name, '_');
    const int             holds   = strncmp(surface->name, prefix, strlen(prefix)) == 0;

    if (!end) continue;
    if (strcmp(end, "_proximal") == 0) {
      assert_string_equal(surface->body, "proximal");
      assert_true(SurfaceEnd(built, surface->name, 0) >= cut);
      if (holds) assert_true(SurfaceEnd(built, surface->name, 0) > cut + free_length - tolerance);
    } else if (strcmp(end, "_distal") == 0) {
      assert_string_equal(surface->body, "distal");
      assert_true(SurfaceEnd(built, surface->name, 1) <= cut);
      if (holds) assert_true(SurfaceEnd(built, surface->name, 1) < cut - free_length + tolerance);
    }
  }
}

/* Area of a tissue's cells on the lower end. */
static PetscReal EndArea(const Built *built, const char *tissue, PetscReal lowest)
{
  const PetscInt t    = FindTissue(built, tissue);
  PetscReal      area = 0;

  for (PetscInt c = 0; c < built->data.num_cells; ++c) {
    const PetscReal *p[4];

    if (built->data.cell_tissue[c] != t) continue;
    for (int i = 0; i < 4; ++i) p[i] = &built->data.points[3 * built->data.cells[8 * c + i]];
    if (p[0][2] > lowest) continue;
    area += 0.5 * ((p[2][0] - p[0][0]) * (p[3][1] - p[1][1]) - (p[3][0] - p[1][0]) * (p[2][1] - p[0][1]));
  }
  return area;
}

/* Length around the skin at the level nearest to z. */
static PetscReal Girth(const Built *built, PetscReal z)
{
  const PetscInt skin  = FindSurface(built, "skin");
  PetscReal      girth = 0, level = -1e30;

  for (PetscInt i = 0; i < built->data.num_points; ++i)
    if (fabs(built->data.points[3 * i + 2] - z) < fabs(level - z)) level = built->data.points[3 * i + 2];
  for (PetscInt f = 0; f < built->data.num_facets; ++f) {
    const PetscReal *p = &built->data.points[3 * built->data.facets[4 * f]], *q = &built->data.points[3 * built->data.facets[4 * f + 1]];

    if (built->data.facet_surface[f] == skin && p[2] == level && q[2] == level) girth += hypot(p[0] - q[0], p[1] - q[1]);
  }
  return girth;
}

/* Unit vectors at right angles, down the limb. */
static void CheckDirections(const Built *built)
{
  assert_int_equal(built->data.num_fields, 2);
  assert_string_equal(built->data.fields[0].name, "fibre");
  assert_string_equal(built->data.fields[1].name, "sheet");
  for (PetscInt c = 0; c < built->data.num_cells; ++c) {
    const PetscReal *f = &built->data.fields[0].values[3 * c], *s = &built->data.fields[1].values[3 * c];

    assert_true(fabs(f[0] * f[0] + f[1] * f[1] + f[2] * f[2] - 1) < 1e-12);
    assert_true(fabs(s[0] * s[0] + s[1] * s[1] + s[2] * s[2] - 1) < 1e-12);
    assert_true(fabs(f[0] * s[0] + f[1] * s[1] + f[2] * s[2]) < 1e-12);
    assert_true(f[2] < -0.5);
  }
}

/* Mean angle in degrees between the fibres of a tissue with pennation and those without. */
static PetscReal MeanTilt(const TasLimb *limb, const char *tissue, const char *key)
{
  PetscReal sum = 0;
  PetscInt  n   = 0;
  Built     with, without;

  Build(limb, 8000, &with, NULL);
  Build(limb, 8000, &without, key, 0., NULL);
  for (PetscInt c = 0; c < with.data.num_cells; ++c) {
    const PetscReal *f = &with.data.fields[0].values[3 * c], *g = &without.data.fields[0].values[3 * c];

    if (with.data.cell_tissue[c] != FindTissue(&with, tissue)) continue;
    sum += acos(fmin(1, f[0] * g[0] + f[1] * g[1] + f[2] * g[2])) * 45 / atan(1);
    ++n;
  }
  Clear(&with);
  Clear(&without);
  return sum / n;
}

/* No fibre of a muscle runs into the bone that it comes from. */
static void CheckFibresLeaveTheBone(const Built *built)
{
  PetscReal worst = 1;

  for (PetscInt f = 0; f < built->data.num_facets; ++f) {
    const char     *name = built->data.surface_names[built->data.facet_surface[f]];
    const PetscInt *n    = &built->data.facets[4 * f];

    if (strncmp(name, "origin_", 7) != 0 || !strstr(name, "al") || built->data.points[3 * n[0] + 2] == built->data.points[3 * n[2] + 2]) continue;
    for (PetscInt c = 0; c < built->data.num_cells; ++c) {
      int              shared = 0;
      PetscReal        normal[3], length = 0, inward = 0, side = 0;
      const PetscReal *p[3];

      for (int i = 0; i < 8; ++i)
        for (int j = 0; j < 4; ++j) shared += built->data.cells[8 * c + i] == n[j];
      if (shared < 4) continue;
      for (int i = 0; i < 3; ++i) p[i] = &built->data.points[3 * n[i]];
      for (int x = 0; x < 3; ++x) {
        const int y = (x + 1) % 3, z = (x + 2) % 3;

        normal[x] = (p[1][y] - p[0][y]) * (p[2][z] - p[0][z]) - (p[1][z] - p[0][z]) * (p[2][y] - p[0][y]);
        length += normal[x] * normal[x];
      }
      for (int i = 0; i < 8; ++i)
        for (int x = 0; x < 3; ++x) side += normal[x] * (built->data.points[3 * built->data.cells[8 * c + i] + x] - p[0][x]);
      for (int x = 0; x < 3; ++x) inward += built->data.fields[0].values[3 * c + x] * normal[x] * (side > 0 ? 1 : -1) / sqrt(length);
      worst = fmin(worst, inward);
    }
  }
  if (worst < -0.2) print_error("a fibre runs into the bone: sine %g\n", worst);
  assert_true(worst > -0.2);
}

static void CheckSame(const TasLimb *limb)
{
  Built a, b;

  Build(limb, 8000, &a, NULL);
  Build(limb, 8000, &b, NULL);
  assert_int_equal(a.data.num_points, b.data.num_points);
  assert_memory_equal(a.data.points, b.data.points, 3 * (size_t)a.data.num_points * sizeof(PetscReal));
  Clear(&a);
  Clear(&b);
}

/* A case takes what the limb brings from the smallest mesh: it holds whatever any other mesh has. */
static void CheckSmallestKnowsAll(const TasLimb *limb)
{
  Built small, large;

  Build(limb, 100, &small, NULL);
  Build(limb, 60000, &large, NULL);
  for (PetscInt i = 0; i < large.data.num_surfaces; ++i) {
    PetscInt s = 0;

    while (s < small.layout.num_surfaces && strcmp(small.layout.surfaces[s].name, large.data.surface_names[i])) ++s;
    if (s == small.layout.num_surfaces) print_error("the smallest mesh does not know %s\n", large.data.surface_names[i]);
    assert_true(s < small.layout.num_surfaces);
  }
  assert_int_equal(small.layout.num_surfaces, large.layout.num_surfaces);
  assert_int_equal(small.layout.num_tissues, large.layout.num_tissues);
  Clear(&small);
  Clear(&large);
}
