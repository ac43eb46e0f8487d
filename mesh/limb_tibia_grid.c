/*
  The topology of the leg's cross-section: how many divisions, which nodes the patches share, the quadrilaterals and the edges on
  bone and skin.
*/
#include "mesh/limb_tibia.h"

/* Widths of the groups at the widest calf of an adult, mm: what decides how finely each is divided. */
static const PetscReal column_widths[NUM_COLUMNS] = {8, 7, 8, 7, 8}, lateral_widths[NUM_LATERAL] = {1, 9, 8, 9, 1, 1};
static const PetscReal low_widths[NUM_LOW] = {6, 6}, deep_widths[NUM_DEEP] = {8, 8, 4, 9}, outer_widths[NUM_OUTER] = {10, 4, 8, 1, 1};
static const PetscReal ring_widths[NUM_RING] = {1.2, 6, 1.8};

void TibiaDivide(const PetscReal *values, PetscReal size, TibiaDivisions *d)
{
  const PetscReal scale = values[TIBIA_CALF_GIRTH] / 370; /* a thick leg gets larger cells, not more of them */

  d->size = size;
  size /= scale;
  TasGroupDivide(NUM_COLUMNS, column_widths, size, d->column);
  TasGroupDivide(NUM_LATERAL, lateral_widths, size, d->lateral);
  TasGroupDivide(NUM_LOW, low_widths, size, d->low);
  TasGroupDivide(NUM_DEEP, deep_widths, size, d->deep);
  TasGroupDivide(NUM_OUTER, outer_widths, size, d->outer);
  TasGroupDivide(NUM_RING, ring_widths, size, d->ring);
  d->tibial = TasSweepDivisions(18, size, 2);
  d->medial = TasSweepDivisions(34, size, 4);
}

/* Sizes [nu, nv] of the patches. */
static void PatchSizes(const TibiaDivisions *d, PetscInt size[NUM_PATCHES][2])
{
  const PetscInt columns = TasGroupSum(NUM_COLUMNS, d->column), lateral = TasGroupSum(NUM_LATERAL, d->lateral), outer = TasGroupSum(NUM_OUTER, d->outer);
  const PetscInt deep = TasGroupSum(NUM_DEEP, d->deep), on_bone = d->deep[DEEP_INNER] + d->deep[DEEP_TENDON];
  const PetscInt sizes[NUM_PATCHES][2] = {
      [PATCH_ANTERIOR]  = {columns, TasGroupSum(NUM_LOW, d->low) + outer},
      [PATCH_LATERAL]   = {lateral, outer},
      [PATCH_POSTERIOR] = {columns + d->tibial, deep + outer},
      [PATCH_CORNER]    = {deep + outer - on_bone, on_bone},
      [PATCH_RING]      = {2 * columns + lateral + d->tibial + on_bone + d->medial, TasGroupSum(NUM_RING, d->ring)},
  };

  for (PetscInt p = 0; p < NUM_PATCHES; ++p) {
    size[p][0] = sizes[p][0];
    size[p][1] = sizes[p][1];
  }
}

PetscInt TibiaCountQuads(const TibiaDivisions *divisions)
{
  PetscInt size[NUM_PATCHES][2], sum = 0;

  PatchSizes(divisions, size);
  for (PetscInt p = 0; p < NUM_PATCHES; ++p) sum += size[p][0] * size[p][1];
  return sum;
}

#define LINE(u, v, du, dv) ((const PetscInt[4]){u, v, du, dv})

/* What patch p has in common with those before it. */
static void ShareWithEarlier(TasPatch *patch, PetscInt p)
{
  TasPatch *a = &patch[PATCH_ANTERIOR], *l = &patch[PATCH_LATERAL], *b = &patch[PATCH_POSTERIOR], *c = &patch[PATCH_CORNER],
             *r         = &patch[PATCH_RING];
  const PetscInt medial = r->nu - (a->nu + l->nu + b->nu + c->nv);

  if (p == PATCH_LATERAL) TasPatchShareNodes(l, l->nv + 1, LINE(0, 0, 0, 1), a, LINE(a->nu, a->nv - l->nv, 0, 1));
  if (p == PATCH_POSTERIOR) {
    TasPatchShareNodes(b, a->nu + 1, LINE(0, 0, 1, 0), a, LINE(a->nu, 0, -1, 0));
    TasPatchShareNodes(b, l->nv + 1, LINE(0, b->nv - l->nv, 0, 1), l, LINE(l->nu, 0, 0, 1));
  }
  if (p == PATCH_CORNER) {
    TasPatchShareNodes(c, c->nv + 1, LINE(0, 0, 0, 1), b, LINE(b->nu, 0, 0, 1));
    TasPatchShareNodes(c, c->nu + 1, LINE(0, c->nv, 1, 0), b, LINE(b->nu, c->nv, 0, 1));
  }
  if (p == PATCH_RING) {
    TasPatchShareNodes(r, a->nu + 1, LINE(0, 0, 1, 0), a, LINE(0, a->nv, 1, 0));
    TasPatchShareNodes(r, l->nu + 1, LINE(a->nu, 0, 1, 0), l, LINE(0, l->nv, 1, 0));
    TasPatchShareNodes(r, b->nu + 1, LINE(a->nu + l->nu, 0, 1, 0), b, LINE(0, b->nv, 1, 0));
    TasPatchShareNodes(r, c->nv + 1, LINE(a->nu + l->nu + b->nu, 0, 1, 0), c, LINE(c->nu, c->nv, 0, -1));
    TasPatchShareNodes(r, 1, LINE(a->nu + l->nu + b->nu + c->nv + medial, 0, 0, 0), a, LINE(0, a->nv, 0, 0));
  }
}

/* The side of the section that edge k of quadrilateral q lies on, or -1 inside; edges: v = 0, u = nu, v = nv, u = 0. */
static PetscInt SideOfEdge(const void *divisions, const TasPatches *cells, PetscInt q, PetscInt k)
{
  const TibiaDivisions *d = divisions;
  const PetscInt        p = cells->quad_patch[q], u = cells->quad_u[q], v = cells->quad_v[q];
  const TasPatch       *t = &cells->patch[p];

  switch (p) {
  case PATCH_ANTERIOR:
    if (k == 3 && u == 0) return SIDE_TIBIA_LATERAL;
    if (k == 0 && v == 0) return SIDE_MEMBRANE;
    if (k == 1 && u == t->nu - 1 && v < TasGroupSum(NUM_LOW, d->low)) return SIDE_FIBULA_FRONT;
    break;
  case PATCH_LATERAL:
    if (k == 0 && v == 0) return SIDE_FIBULA_LATERAL;
    break;
  case PATCH_POSTERIOR:
    if (k == 0 && v == 0 && u >= t->nu - d->tibial) return SIDE_TIBIA_POSTERIOR;
    if (k == 3 && u == 0 && v < TasGroupSum(NUM_DEEP, d->deep)) return SIDE_FIBULA_BACK;
    break;
  case PATCH_CORNER:
    if (k == 0 && v == 0) return SIDE_TIBIA_CORNER;
    break;
  default:
    if (k == 2 && v == t->nv - 1) return SIDE_SKIN;
    if (k == 0 && v == 0 && u >= t->nu - d->medial) return SIDE_TIBIA_MEDIAL;
  }
  return -1;
}

PetscErrorCode TibiaGridCreate(const TibiaDivisions *divisions, TibiaGrid *grid)
{
  PetscInt     sizes[NUM_PATCHES][2];
  TasPatchPlan plan = {.num_patches = NUM_PATCHES, .sizes = sizes, .closed = PATCH_RING, .share = ShareWithEarlier, .side = SideOfEdge};

  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(grid, sizeof(*grid)));
  grid->divisions = *divisions;
  plan.context    = &grid->divisions;
  PatchSizes(divisions, sizes);
  PetscCall(TasPatchesCreate(&plan, &grid->cells));
  PetscCall(PetscMalloc2(grid->cells.section.num_quads, &grid->quad_muscle, grid->cells.section.num_quads, &grid->quad_tendon));
  for (PetscInt q = 0; q < grid->cells.section.num_quads; ++q) TibiaQuadTissue(grid, q, &grid->quad_muscle[q], &grid->quad_tendon[q]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TibiaGridClear(TibiaGrid *grid)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree2(grid->quad_muscle, grid->quad_tendon));
  PetscCall(TasPatchesClear(&grid->cells));
  PetscFunctionReturn(PETSC_SUCCESS);
}
