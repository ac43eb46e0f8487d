/*
  limb: rod.  A bone (a rigid rod, not meshed) in a sleeve of muscle with tendon at both ends: for teaching and verification.

  z runs from the distal end (0) to the proximal end (length); the axis of the rod is x = y = 0.  The section is a ring of
  num_radial x num_around quadrilaterals.
*/
#include "mesh/limb_sweep.h"
#include <stdio.h>

enum {
  LENGTH,
  BONE_RADIUS,
  OUTER_RADIUS,
  PROXIMAL_TENDON,
  DISTAL_TENDON,
  PROXIMAL_ATTACHMENT,
  DISTAL_ATTACHMENT,
  OSTEOTOMY,
  NUM_DIMENSIONS
};

static const TasDimension dimensions[] = {
    [LENGTH]          = {"length", "mm", 10, 2000, 200, "length of the rod", "chosen for teaching"},
    [BONE_RADIUS]     = {"bone_radius", "mm", 0.5, 200, 10, "radius of the bone", "chosen for teaching"},
    [OUTER_RADIUS]    = {"outer_radius", "mm", 1, 400, 30, "radius of the sleeve", "chosen for teaching"},
    [PROXIMAL_TENDON] = {"proximal_tendon", "mm", 0, 1000, 20, "length of the tendon at the proximal end; 0: none", "chosen for teaching"},
    [DISTAL_TENDON]   = {"distal_tendon", "mm", 0, 1000, 40, "length of the tendon at the distal end; 0: none", "chosen for teaching"},
    [PROXIMAL_ATTACHMENT] = {"proximal_attachment", "mm", 0, 1000, 20,
                             "length of bone at the proximal end to which the sleeve is attached (surface origin); 0: none",
                             "chosen for teaching"},
    [DISTAL_ATTACHMENT]   = {"distal_attachment", "mm", 0, 1000, 20,
                             "length of bone at the distal end to which the sleeve is attached (surface insertion); 0: none",
                             "chosen for teaching"},
    [OSTEOTOMY]           = {"osteotomy", "1", 0.05, 0.95, 0.4, "distance of the osteotomy from the proximal end, as a share of length",
                             "chosen for teaching"},
};

static const TasLimbBody bodies[] = {{"proximal", -1}, {"distal", 0}, {"foot", 1}};

enum { MUSCLE, TENDON_PROXIMAL, TENDON_DISTAL };
enum { TOP, BOTTOM, SKIN, ORIGIN, INSERTION, GLIDE_PROXIMAL, GLIDE_DISTAL };

static const TasLimbSurface surfaces[] = {
    [TOP]            = {.name = "top", .kind = TAS_SURFACE_ATTACHED, .body = "proximal"},
    [BOTTOM]         = {.name = "bottom", .kind = TAS_SURFACE_ATTACHED, .body = "foot"},
    [SKIN]           = {.name = "skin", .kind = TAS_SURFACE_FREE},
    [ORIGIN]         = {.name = "origin", .kind = TAS_SURFACE_ATTACHED, .body = "proximal"},
    [INSERTION]      = {.name = "insertion", .kind = TAS_SURFACE_ATTACHED, .body = "distal"},
    [GLIDE_PROXIMAL] = {.name = "glide_proximal", .kind = TAS_SURFACE_GLIDING, .body = "proximal"},
    [GLIDE_DISTAL]   = {.name = "glide_distal", .kind = TAS_SURFACE_GLIDING, .body = "distal"},
};

typedef struct {
  PetscInt   num_around, num_radial, num_layers;
  PetscReal *levels; /* [num_layers + 1] */
} Grid;

static PetscErrorCode CheckTogether(const PetscReal *v, char *problem)
{
  const PetscReal cut = v[LENGTH] * (1 - v[OSTEOTOMY]); /* its height */

  PetscFunctionBeginUser;
  if (v[OUTER_RADIUS] < 1.02 * v[BONE_RADIUS])
    (void)snprintf(problem, TAS_PROBLEM_LENGTH, "rod: outer_radius (%g mm) must exceed bone_radius (%g mm) by 2 %% or more",
                   (double)v[OUTER_RADIUS], (double)v[BONE_RADIUS]);
  else if (v[PROXIMAL_TENDON] + v[DISTAL_TENDON] > 0.95 * v[LENGTH])
    (void)snprintf(problem, TAS_PROBLEM_LENGTH,
                   "rod: proximal_tendon + distal_tendon (%g mm) leave no muscle: at most 95 %% of length (%g mm)",
                   (double)(v[PROXIMAL_TENDON] + v[DISTAL_TENDON]), (double)v[LENGTH]);
  else if (v[PROXIMAL_ATTACHMENT] > v[LENGTH] - cut)
    (void)snprintf(problem, TAS_PROBLEM_LENGTH,
                   "rod: proximal_attachment (%g mm) reaches across the osteotomy, which is %g mm from the proximal end",
                   (double)v[PROXIMAL_ATTACHMENT], (double)(v[LENGTH] - cut));
  else if (v[DISTAL_ATTACHMENT] > cut)
    (void)snprintf(problem, TAS_PROBLEM_LENGTH,
                   "rod: distal_attachment (%g mm) reaches across the osteotomy, which is %g mm from the distal end",
                   (double)v[DISTAL_ATTACHMENT], (double)cut);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The heights at which tissue or surface changes, ascending; those nearer to each other than a thousandth of the length become one. */
static PetscInt Planes(const PetscReal *v, PetscReal planes[7])
{
  const PetscReal L      = v[LENGTH];
  const PetscReal all[7] = {
      0, L, v[DISTAL_TENDON], L - v[PROXIMAL_TENDON], v[DISTAL_ATTACHMENT], L - v[PROXIMAL_ATTACHMENT], L * (1 - v[OSTEOTOMY])};
  PetscInt num = 0;

  for (PetscReal last = -1; num < 7;) {
    PetscReal next = PETSC_MAX_REAL;

    for (PetscInt i = 0; i < 7; ++i)
      if (all[i] > last + 1e-3 * L && all[i] < next) next = all[i];
    if (next == PETSC_MAX_REAL) break;
    planes[num++] = last = next;
  }
  planes[num - 1] = L;
  return num;
}

static PetscInt NumAround(const PetscReal *v, PetscReal size)
{
  return TasSweepDivisions(PETSC_PI * (v[BONE_RADIUS] + v[OUTER_RADIUS]), size, 12);
}

static PetscInt NumRadial(const PetscReal *v, PetscReal size)
{
  return TasSweepDivisions(v[OUTER_RADIUS] - v[BONE_RADIUS], size, 2);
}

/* Layers are one and a half times as thick as cells are wide: everything varies more slowly along the rod. */
static PetscReal Spacing(PetscReal size)
{
  return 1.5 * size;
}

static PetscInt CountCells(PetscReal size, const void *context)
{
  const PetscReal *v = context;
  PetscReal        planes[7], layers = 0;
  const PetscInt   n = Planes(v, planes);

  for (PetscInt i = 1; i < n; ++i) layers += TasSweepDivisions(planes[i] - planes[i - 1], Spacing(size), 1);
  return (PetscInt)PetscMin(1e9, layers * NumAround(v, size) * NumRadial(v, size));
}

static PetscErrorCode GridCreate(const PetscReal *v, PetscInt cells, Grid *grid)
{
  const PetscReal largest = PetscMax(v[LENGTH], v[OUTER_RADIUS]);
  const PetscReal size    = TasSweepFindSize(CountCells, v, cells, 1e-4 * largest, 2 * largest);
  PetscReal       planes[7];
  const PetscInt  num_planes = Planes(v, planes);

  PetscFunctionBeginUser;
  grid->num_around = NumAround(v, size);
  grid->num_radial = NumRadial(v, size);
  PetscCall(TasSweepLevels(num_planes, planes, Spacing(size), &grid->num_layers, &grid->levels));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Node = ring * num_around + spoke; the first num_around edges are on the bone, the others outside. */
static PetscErrorCode RingSection(const Grid *grid, TasSection *section)
{
  const PetscInt na = grid->num_around, nr = grid->num_radial;

  PetscFunctionBeginUser;
  *section = (TasSection){.num_nodes = na * (nr + 1), .num_quads = na * nr, .num_edges = 2 * na};
  PetscCall(PetscMalloc1(4 * section->num_quads, &section->quads));
  PetscCall(PetscMalloc1(2 * section->num_edges, &section->edges));
  for (PetscInt r = 0, q = 0; r < nr; ++r) {
    for (PetscInt a = 0; a < na; ++a, ++q) {
      const PetscInt here = r * na + a, next = r * na + (a + 1) % na;
      const PetscInt corners[4] = {here, here + na, next + na, next};

      PetscCall(PetscArraycpy(&section->quads[4 * q], corners, 4));
    }
  }
  for (PetscInt a = 0; a < na; ++a) {
    const PetscInt next = (a + 1) % na, inner[2] = {next, a}, outer[2] = {nr * na + a, nr * na + next};

    PetscCall(PetscArraycpy(&section->edges[2 * a], inner, 2));
    PetscCall(PetscArraycpy(&section->edges[2 * (na + a)], outer, 2));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void PlacePoints(const PetscReal *v, const Grid *grid, PetscReal *points)
{
  for (PetscInt level = 0; level <= grid->num_layers; ++level) {
    for (PetscInt r = 0; r <= grid->num_radial; ++r) {
      const PetscReal radius = v[BONE_RADIUS] + (v[OUTER_RADIUS] - v[BONE_RADIUS]) * r / grid->num_radial;

      for (PetscInt a = 0; a < grid->num_around; ++a, points += 3) {
        const PetscReal angle = 2 * PETSC_PI * a / grid->num_around;

        points[0] = radius * PetscCosReal(angle);
        points[1] = radius * PetscSinReal(angle);
        points[2] = grid->levels[level];
      }
    }
  }
}

static PetscErrorCode AddNames(const PetscReal *v, TasSweep *sweep)
{
  TasLimbTissue tissues[] = {
      [MUSCLE]          = {.tissue = "muscle", .preset = "muscle"},
      [TENDON_PROXIMAL] = {.tissue = "proximal_tendon", .preset = "tendon", .constant = {0, 0, -1}},
      [TENDON_DISTAL]   = {.tissue = "distal_tendon", .preset = "tendon", .constant = {0, 0, -1}},
  };

  PetscFunctionBeginUser;
  PetscCall(PetscStrncpy(tissues[MUSCLE].from, v[PROXIMAL_TENDON] > 0 ? "proximal_tendon" : "top", TAS_NAME_LENGTH));
  PetscCall(PetscStrncpy(tissues[MUSCLE].to, v[DISTAL_TENDON] > 0 ? "distal_tendon" : "bottom", TAS_NAME_LENGTH));
  PetscCall(TasSweepAddTissues(sweep, sizeof(tissues) / sizeof(tissues[0]), tissues));
  PetscCall(TasSweepAddSurfaces(sweep, sizeof(surfaces) / sizeof(surfaces[0]), surfaces));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscInt TissueAt(const PetscReal *v, PetscReal z)
{
  if (z < v[DISTAL_TENDON]) return TENDON_DISTAL;
  return z > v[LENGTH] - v[PROXIMAL_TENDON] ? TENDON_PROXIMAL : MUSCLE;
}

static PetscInt BoneSurfaceAt(const PetscReal *v, PetscReal z)
{
  if (z < v[DISTAL_ATTACHMENT]) return INSERTION;
  if (z > v[LENGTH] - v[PROXIMAL_ATTACHMENT]) return ORIGIN;
  return z < v[LENGTH] * (1 - v[OSTEOTOMY]) ? GLIDE_DISTAL : GLIDE_PROXIMAL;
}

static PetscErrorCode NameCellsAndFacets(const PetscReal *v, const Grid *grid, TasSweep *sweep)
{
  const PetscInt num_quads = sweep->section->num_quads;

  PetscFunctionBeginUser;
  for (PetscInt layer = 0; layer < grid->num_layers; ++layer) {
    const PetscReal z = 0.5 * (grid->levels[layer] + grid->levels[layer + 1]);

    for (PetscInt q = 0; q < num_quads; ++q) sweep->data->cell_tissue[layer * num_quads + q] = TissueAt(v, z);
    for (PetscInt e = 0; e < 2 * grid->num_around; ++e)
      PetscCall(TasSweepAddSide(sweep, e < grid->num_around ? BoneSurfaceAt(v, z) : SKIN, e, layer));
  }
  for (PetscInt q = 0; q < num_quads; ++q) {
    PetscCall(TasSweepAddQuad(sweep, BOTTOM, q, 0));
    PetscCall(TasSweepAddQuad(sweep, TOP, q, grid->num_layers));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BuildRod(const PetscReal *v, PetscInt cells, TasMeshData *data, TasLimbLayout *layout, char *problem)
{
  Grid       grid;
  TasSection section;
  TasSweep   sweep;

  PetscFunctionBeginUser;
  PetscCall(TasLimbCheckValues(&tas_limb_rod, v, cells, problem));
  if (!problem[0]) PetscCall(CheckTogether(v, problem));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(GridCreate(v, cells, &grid));
  PetscCall(RingSection(&grid, &section));
  PetscCall(TasSweepBegin(&sweep, &section, grid.num_layers, data, layout));
  PlacePoints(v, &grid, data->points);
  PetscCall(AddNames(v, &sweep));
  PetscCall(NameCellsAndFacets(v, &grid, &sweep));
  PetscCall(TasSweepEnd(&sweep));
  layout->num_bone     = 2;
  layout->bone[0][2]   = v[LENGTH];
  layout->osteotomy[2] = v[LENGTH] * (1 - v[OSTEOTOMY]);
  layout->axis[2]      = -1;
  PetscCall(TasSectionClear(&section));
  PetscCall(PetscFree(grid.levels));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasLimb tas_limb_rod = {
    .name           = "rod",
    .summary        = "a bone rod in a sleeve of muscle with tendon ends, for teaching and verification",
    .num_dimensions = NUM_DIMENSIONS,
    .dimensions     = dimensions,
    .num_bodies     = sizeof(bodies) / sizeof(bodies[0]),
    .bodies         = bodies,
    .build          = BuildRod,
};
