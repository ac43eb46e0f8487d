#pragma once
/* What every built-in limb must satisfy, and helpers for the tests of limbs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "mesh/limb.h"

#define MAX_DIMENSIONS 64

typedef struct {
  TasMeshData   data;
  TasLimbLayout layout;
  char          problem[TAS_PROBLEM_LENGTH];
} Built;

/* Builds with some dimensions changed: pairs of key (string) and value, ended by NULL. */
static void Build(const TasLimb *limb, PetscInt cells, Built *built, const char *key, ...)
{
  PetscReal values[MAX_DIMENSIONS];
  va_list   list;

  memset(built, 0, sizeof(*built));
  assert_true(limb->num_dimensions <= MAX_DIMENSIONS);
  for (PetscInt i = 0; i < limb->num_dimensions; ++i) values[i] = limb->dimensions[i].standard;
  va_start(list, key);
  for (; key; key = va_arg(list, const char *)) {
    PetscInt i = 0;

    while (i < limb->num_dimensions && strcmp(limb->dimensions[i].key, key) != 0) ++i;
    assert_true(i < limb->num_dimensions);
    values[i] = va_arg(list, double);
  }
  va_end(list);
  assert_int_equal(limb->build(values, cells, &built->data, &built->layout, built->problem), 0);
}

static void Clear(Built *built)
{
  assert_int_equal(TasMeshDataClear(&built->data), 0);
  assert_int_equal(TasLimbLayoutClear(&built->layout), 0);
}

static PetscInt FindTissue(const Built *built, const char *name)
{
  for (PetscInt i = 0; i < built->data.num_tissues; ++i)
    if (strcmp(built->data.tissue_names[i], name) == 0) return i;
  return -1;
}

static PetscInt FindSurface(const Built *built, const char *name)
{
  for (PetscInt i = 0; i < built->data.num_surfaces; ++i)
    if (strcmp(built->data.surface_names[i], name) == 0) return i;
  return -1;
}

/* Tetrahedra between the centres of the cell and of its faces: exact where faces are flat, consistent between cells always. */
static PetscReal CellVolume(const TasMeshData *data, PetscInt cell)
{
  static const int face[6][4] = {{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}};
  const PetscInt  *corner     = &data->cells[8 * cell];
  PetscReal        o[3] = {0}, volume = 0;

  for (int i = 0; i < 8; ++i)
    for (int x = 0; x < 3; ++x) o[x] += data->points[3 * corner[i] + x] / 8;
  for (int f = 0; f < 6; ++f) {
    PetscReal m[3] = {0};

    for (int i = 0; i < 4; ++i)
      for (int x = 0; x < 3; ++x) m[x] += data->points[3 * corner[face[f][i]] + x] / 4;
    for (int i = 0; i < 4; ++i) {
      const PetscReal *p = &data->points[3 * corner[face[f][i]]], *q = &data->points[3 * corner[face[f][(i + 1) % 4]]];
      PetscReal        a[3], b[3], c[3];

      for (int x = 0; x < 3; ++x) a[x] = p[x] - o[x], b[x] = q[x] - o[x], c[x] = m[x] - o[x];
      volume += (a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])) / 6;
    }
  }
  return volume;
}

static PetscReal TissueVolume(const Built *built, const char *name)
{
  const PetscInt tissue = FindTissue(built, name);
  PetscReal      volume = 0;

  assert_true(tissue >= 0);
  for (PetscInt c = 0; c < built->data.num_cells; ++c)
    if (built->data.cell_tissue[c] == tissue) volume += CellVolume(&built->data, c);
  return volume;
}

static PetscReal LeastQuality(const TasMeshData *data)
{
  PetscReal *quality, least = 1;

  assert_int_equal(PetscMalloc1(data->num_cells, &quality), 0);
  assert_int_equal(TasMeshDataQuality(data, quality), 0);
  for (PetscInt c = 0; c < data->num_cells; ++c) least = fmin(least, quality[c]);
  assert_int_equal(PetscFree(quality), 0);
  return least;
}

typedef struct {
  PetscInt corner[4]; /* ascending */
  PetscInt owner;     /* cell, or -1 - facet */
} Face;

static int CompareNumbers(const void *a, const void *b)
{
  const PetscInt x = *(const PetscInt *)a, y = *(const PetscInt *)b;

  return (x > y) - (x < y);
}

static int CompareFaces(const void *a, const void *b)
{
  for (int i = 0; i < 4; ++i) {
    const int order = CompareNumbers(&((const Face *)a)->corner[i], &((const Face *)b)->corner[i]);

    if (order) return order;
  }
  return CompareNumbers(&((const Face *)b)->owner, &((const Face *)a)->owner); /* cells first */
}

static Face MakeFace(const PetscInt *nodes, const int *which, PetscInt owner)
{
  Face face = {.owner = owner};

  for (int i = 0; i < 4; ++i) face.corner[i] = nodes[which[i]];
  qsort(face.corner, 4, sizeof(PetscInt), CompareNumbers);
  return face;
}

/* The faces of all cells and the facets, sorted so that equal ones are neighbours, cells first. */
static Face *SortFaces(const TasMeshData *data, PetscInt *num)
{
  static const int face[6][4] = {{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}}, all[4] = {0, 1, 2, 3};
  Face            *faces;

  *num  = 6 * data->num_cells + data->num_facets;
  faces = malloc((size_t)*num * sizeof(Face));
  assert_non_null(faces);
  for (PetscInt c = 0; c < data->num_cells; ++c)
    for (int f = 0; f < 6; ++f) faces[6 * c + f] = MakeFace(&data->cells[8 * c], face[f], c);
  for (PetscInt f = 0; f < data->num_facets; ++f) faces[6 * data->num_cells + f] = MakeFace(&data->facets[4 * f], all, -1 - f);
  qsort(faces, (size_t)*num, sizeof(Face), CompareFaces);
  return faces;
}

/* Interior faces belong to two cells and to no surface but a membrane's; faces on the boundary to one cell and to exactly one surface
   that says what happens there (collections for fibres, of kind free and named origin_*, are not counted). */
static void CheckConforming(const Built *built)
{
  const TasMeshData *data = &built->data;
  PetscInt           num, from = 0;
  Face              *faces = SortFaces(data, &num);

  while (from < num) {
    PetscInt to = from, cells = 0, supports = 0, membranes = 0;

    for (; to < num && memcmp(faces[to].corner, faces[from].corner, sizeof(faces[to].corner)) == 0; ++to) {
      if (faces[to].owner >= 0) {
        ++cells;
      } else {
        const TasLimbSurface *surface = &built->layout.surfaces[data->facet_surface[-1 - faces[to].owner]];

        if (strncmp(surface->name, "membrane_", 9) == 0)
          ++membranes;
        else if (surface->kind != TAS_SURFACE_FREE || strncmp(surface->name, "origin_", 7) != 0)
          ++supports;
      }
    }
    assert_true(cells == 1 || cells == 2);
    assert_int_equal(supports, cells == 1 ? 1 : 0);
    assert_true(membranes <= cells - 1);
    from = to;
  }
  free(faces);
}

/* Names of layout and mesh agree, bodies exist, ends of fibres exist. */
static void CheckLayout(const TasLimb *limb, const Built *built)
{
  const TasLimbLayout *layout = &built->layout;

  assert_true(layout->num_surfaces >= built->data.num_surfaces);
  assert_true(layout->num_tissues >= built->data.num_tissues);
  for (PetscInt i = 0; i < built->data.num_surfaces; ++i) assert_string_equal(layout->surfaces[i].name, built->data.surface_names[i]);
  for (PetscInt i = 0; i < layout->num_surfaces; ++i) {
    PetscInt b = 0;

    while (b < limb->num_bodies && strcmp(limb->bodies[b].name, layout->surfaces[i].body) != 0) ++b;
    assert_true(layout->surfaces[i].kind == TAS_SURFACE_FREE ? layout->surfaces[i].body[0] == '\0' : b < limb->num_bodies);
  }
  for (PetscInt i = 0; i < built->data.num_tissues; ++i) {
    const TasLimbTissue *t = &layout->tissues[i];

    assert_string_equal(t->tissue, built->data.tissue_names[i]);
    if (t->from[0]) assert_true(FindSurface(built, t->from) >= 0 || FindTissue(built, t->from) >= 0);
    if (t->from[0]) assert_true(FindSurface(built, t->to) >= 0 || FindTissue(built, t->to) >= 0);
  }
}

/* Reactions of a node count for the smallest of the surfaces that hold it in the same way (solver/supports/supports.h): every one must
   have a node of its own, or its reaction is always zero. */
static void CheckNoneSwallowed(const Built *built)
{
  const TasMeshData    *data    = &built->data;
  const TasLimbSurface *surface = built->layout.surfaces;
  PetscInt             *size = calloc(data->num_surfaces, sizeof(*size)), *owned = calloc(data->num_surfaces, sizeof(*owned));
  PetscInt             *owner = malloc(data->num_points * sizeof(*owner));

  for (PetscInt f = 0; f < data->num_facets; ++f) size[data->facet_surface[f]]++;
  for (PetscInt s = 0; s < data->num_surfaces; ++s) { /* s, and all that hold as it does */
    for (PetscInt p = 0; p < data->num_points; ++p) owner[p] = -1;
    for (PetscInt f = 0; f < data->num_facets; ++f) {
      const PetscInt other = data->facet_surface[f];

      if (surface[other].kind != surface[s].kind || strcmp(surface[other].body, surface[s].body) != 0) continue;
      for (int i = 0; i < 4; ++i) {
        PetscInt *o = &owner[data->facets[4 * f + i]];

        if (*o < 0 || size[other] < size[*o] || (size[other] == size[*o] && other < *o)) *o = other;
      }
    }
    for (PetscInt p = 0; p < data->num_points; ++p) owned[s] += owner[p] == s;
    if (surface[s].kind != TAS_SURFACE_FREE && !owned[s]) fail_msg("%s is swallowed by other surfaces", surface[s].name);
  }
  free(size);
  free(owned);
  free(owner);
}

static int HasBody(const TasLimb *limb, const char *name)
{
  for (PetscInt b = 0; b < limb->num_bodies; ++b)
    if (strcmp(limb->bodies[b].name, name) == 0) return 1;
  return 0;
}

/* Bodies come after their parents; joints turn about unit vectors within ranges that hold the undeformed angle; what passes a joint is
   drawn along a unit vector and names joints of the limb. */
static void CheckJoints(const TasLimb *limb, const TasLimbLayout *layout)
{
  for (PetscInt b = 0; b < limb->num_bodies; ++b) assert_true(limb->bodies[b].parent >= (b ? 0 : -1) && limb->bodies[b].parent < b);
  for (PetscInt j = 0; j < layout->num_joints; ++j) {
    const TasLimbJoint *joint = &layout->joints[j];

    assert_true(!joint->body[0] || HasBody(limb, joint->body));
    assert_true(fabs(hypot(hypot(joint->axis[0], joint->axis[1]), joint->axis[2]) - 1) < 1e-12);
    assert_true(joint->range[0] <= joint->angle && joint->angle <= joint->range[1] && joint->range[0] < joint->range[1]);
    assert_true(joint->source[0] != '\0');
  }
  for (PetscInt a = 0; a < layout->num_moment_arms; ++a) {
    const TasLimbMomentArm *arm = &layout->moment_arms[a];

    assert_true(HasBody(limb, arm->body) && arm->num_joints > 0 && arm->num_joints <= TAS_LIMB_ARMS);
    assert_true(fabs(hypot(hypot(arm->direction[0], arm->direction[1]), arm->direction[2]) - 1) < 1e-12);
    for (PetscInt i = 0; i < arm->num_joints; ++i) {
      PetscInt j = 0;

      while (j < layout->num_joints && strcmp(layout->joints[j].name, arm->joint[i]) != 0) ++j;
      assert_true(j < layout->num_joints && arm->arm[i] != 0);
    }
    assert_true(arm->source[0] != '\0');
  }
}

/* A node of several attached surfaces follows the first one's body (solver/supports/supports.h): every surface must have one that follows its
   own, or the body pulls at nothing. */
static void CheckBodiesHold(const Built *built)
{
  const TasMeshData    *data    = &built->data;
  const TasLimbSurface *surface = built->layout.surfaces;
  PetscInt             *first = malloc(data->num_points * sizeof(*first)), *owned = calloc(data->num_surfaces, sizeof(*owned));

  for (PetscInt p = 0; p < data->num_points; ++p) first[p] = -1;
  for (PetscInt s = 0; s < data->num_surfaces; ++s)
    for (PetscInt f = 0; f < data->num_facets && surface[s].kind == TAS_SURFACE_ATTACHED; ++f)
      for (int i = 0; i < 4 && data->facet_surface[f] == s; ++i) {
        PetscInt *p = &first[data->facets[4 * f + i]];

        if (*p < 0) *p = s;
        owned[s] += strcmp(surface[*p].body, surface[s].body) == 0;
      }
  for (PetscInt s = 0; s < data->num_surfaces; ++s)
    if (surface[s].kind == TAS_SURFACE_ATTACHED && !owned[s]) fail_msg("no node of %s follows %s", surface[s].name, surface[s].body);
  free(first);
  free(owned);
}

static void CheckAll(const TasLimb *limb, const Built *built)
{
  char problem[TAS_PROBLEM_LENGTH] = "";

  assert_string_equal(built->problem, "");
  assert_int_equal(TasMeshDataCheck(&built->data, problem), 0);
  assert_string_equal(problem, "");
  assert_true(LeastQuality(&built->data) > 0.2);
  CheckLayout(limb, built);
  CheckConforming(built);
  CheckNoneSwallowed(built);
  CheckBodiesHold(built);
  CheckJoints(limb, &built->layout);
}

/* That building fails with a message that holds all the words (ended by NULL), and leaves nothing behind. */
static void CheckProblem(Built *built, const char *word, ...)
{
  va_list list;

  va_start(list, word);
  for (; word; word = va_arg(list, const char *)) {
    if (!strstr(built->problem, word)) print_error("'%s' is not in '%s'\n", word, built->problem);
    assert_non_null(strstr(built->problem, word));
  }
  va_end(list);
  assert_null(strchr(built->problem, '\n'));
  assert_int_equal(built->data.num_cells, 0);
  assert_null(built->data.points);
  assert_null(built->layout.surfaces);
}

/* Lowest (0) or highest (1) point of a surface's facets along z. */
static PetscReal SurfaceEnd(const Built *built, const char *name, int high)
{
  const PetscInt surface = FindSurface(built, name);
  PetscReal      end     = high ? -1e30 : 1e30;

  assert_true(surface >= 0);
  for (PetscInt f = 0; f < built->data.num_facets; ++f) {
    if (built->data.facet_surface[f] != surface) continue;
    for (int i = 0; i < 4; ++i) {
      const PetscReal z = built->data.points[3 * built->data.facets[4 * f + i] + 2];

      end = high ? fmax(end, z) : fmin(end, z);
    }
  }
  return end;
}

static int StartPetsc(void **state)
{
  (void)state;
  return PetscInitializeNoArguments();
}

static int EndPetsc(void **state)
{
  (void)state;
  return PetscFinalize();
}
