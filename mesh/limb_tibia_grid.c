/*
  The topology of the leg's cross-section: how many divisions, which nodes the patches share, the quadrilaterals and the edges on
  bone and skin.
*/
#include "mesh/limb_tibia.h"

/* Widths of the groups at the widest calf of an adult, mm: what decides how finely each is divided. */
static const PetscReal column_widths[NUM_COLUMNS] = {8, 7, 8, 7, 8}, lateral_widths[NUM_LATERAL] = {1, 9, 8, 9, 1};
static const PetscReal low_widths[NUM_LOW] = {6, 6}, deep_widths[NUM_DEEP] = {8, 8, 4, 9}, outer_widths[NUM_OUTER] = {10, 4, 10};
static const PetscReal ring_widths[NUM_RING] = {1.2, 6, 1.8};

static void DivideGroups(PetscInt num, const PetscReal *widths, PetscReal size, PetscInt *parts)
{
  for (PetscInt i = 0; i < num; ++i) parts[i] = TasSweepDivisions(widths[i], size, 1);
}

void TibiaDivide(const PetscReal *values, PetscReal size, TibiaDivisions *d)
{
  const PetscReal scale = values[TIBIA_CALF_GIRTH] / 370; /* a thick leg gets larger cells, not more of them */

  d->size = size;
  size /= scale;
  DivideGroups(NUM_COLUMNS, column_widths, size, d->column);
  DivideGroups(NUM_LATERAL, lateral_widths, size, d->lateral);
  DivideGroups(NUM_LOW, low_widths, size, d->low);
  DivideGroups(NUM_DEEP, deep_widths, size, d->deep);
  DivideGroups(NUM_OUTER, outer_widths, size, d->outer);
  DivideGroups(NUM_RING, ring_widths, size, d->ring);
  d->tibial = TasSweepDivisions(18, size, 2);
  d->medial = TasSweepDivisions(34, size, 4);
}

static PetscInt Sum(PetscInt num, const PetscInt *parts)
{
  PetscInt sum = 0;

  for (PetscInt i = 0; i < num; ++i) sum += parts[i];
  return sum;
}

/* Sizes [nu, nv] of the patches. */
static void PatchSizes(const TibiaDivisions *d, PetscInt size[NUM_PATCHES][2])
{
  const PetscInt columns = Sum(NUM_COLUMNS, d->column), lateral = Sum(NUM_LATERAL, d->lateral), outer = Sum(NUM_OUTER, d->outer);
  const PetscInt deep = Sum(NUM_DEEP, d->deep), on_bone = d->deep[DEEP_INNER] + d->deep[DEEP_TENDON];
  const PetscInt sizes[NUM_PATCHES][2] = {
      [PATCH_ANTERIOR]  = {columns, Sum(NUM_LOW, d->low) + outer},
      [PATCH_LATERAL]   = {lateral, outer},
      [PATCH_POSTERIOR] = {columns + d->tibial, deep + outer},
      [PATCH_CORNER]    = {deep + outer - on_bone, on_bone},
      [PATCH_RING]      = {2 * columns + lateral + d->tibial + on_bone + d->medial, Sum(NUM_RING, d->ring)},
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

PetscInt TibiaGroup(PetscInt num_groups, const PetscInt *parts, PetscInt i)
{
  PetscInt group = 0;

  while (group < num_groups - 1 && i >= parts[group]) i -= parts[group++];
  return group;
}

PetscInt TibiaNode(const TibiaPatch *patch, PetscInt u, PetscInt v)
{
  return patch->node[u * (patch->nv + 1) + v];
}

/* Makes num nodes of `to`, from (u, v) on in steps of (du, dv), the same as those of `from`. */
static void ShareNodes(TibiaPatch *to, PetscInt num, const PetscInt start[4], const TibiaPatch *from, const PetscInt other[4])
{
  for (PetscInt i = 0; i < num; ++i)
    to->node[(start[0] + i * start[2]) * (to->nv + 1) + start[1] + i * start[3]] =
        TibiaNode(from, other[0] + i * other[2], other[1] + i * other[3]);
}

#define LINE(u, v, du, dv) ((const PetscInt[4]){u, v, du, dv})

/* What patch p has in common with those before it. */
static void ShareWithEarlier(TibiaPatch *patch, PetscInt p)
{
  TibiaPatch *a = &patch[PATCH_ANTERIOR], *l = &patch[PATCH_LATERAL], *b = &patch[PATCH_POSTERIOR], *c = &patch[PATCH_CORNER],
             *r         = &patch[PATCH_RING];
  const PetscInt medial = r->nu - (a->nu + l->nu + b->nu + c->nv);

  if (p == PATCH_LATERAL) ShareNodes(l, l->nv + 1, LINE(0, 0, 0, 1), a, LINE(a->nu, a->nv - l->nv, 0, 1));
  if (p == PATCH_POSTERIOR) {
    ShareNodes(b, a->nu + 1, LINE(0, 0, 1, 0), a, LINE(a->nu, 0, -1, 0));
    ShareNodes(b, l->nv + 1, LINE(0, b->nv - l->nv, 0, 1), l, LINE(l->nu, 0, 0, 1));
  }
  if (p == PATCH_CORNER) {
    ShareNodes(c, c->nv + 1, LINE(0, 0, 0, 1), b, LINE(b->nu, 0, 0, 1));
    ShareNodes(c, c->nu + 1, LINE(0, c->nv, 1, 0), b, LINE(b->nu, c->nv, 0, 1));
  }
  if (p == PATCH_RING) {
    ShareNodes(r, a->nu + 1, LINE(0, 0, 1, 0), a, LINE(0, a->nv, 1, 0));
    ShareNodes(r, l->nu + 1, LINE(a->nu, 0, 1, 0), l, LINE(0, l->nv, 1, 0));
    ShareNodes(r, b->nu + 1, LINE(a->nu + l->nu, 0, 1, 0), b, LINE(0, b->nv, 1, 0));
    ShareNodes(r, c->nv + 1, LINE(a->nu + l->nu + b->nu, 0, 1, 0), c, LINE(c->nu, c->nv, 0, -1));
    ShareNodes(r, 1, LINE(a->nu + l->nu + b->nu + c->nv + medial, 0, 0, 0), a, LINE(0, a->nv, 0, 0));
  }
}

/* Numbers the nodes of patch p that it does not share; the ring closes on itself. */
static void NumberOwn(TibiaPatch *patch, PetscInt p, PetscInt *num_nodes)
{
  TibiaPatch *t = &patch[p];

  for (PetscInt u = 0; u <= t->nu; ++u) {
    for (PetscInt v = 0; v <= t->nv; ++v) {
      PetscInt *node = &t->node[u * (t->nv + 1) + v];

      if (*node >= 0) continue;
      *node = p == PATCH_RING && u == t->nu ? TibiaNode(t, 0, v) : (*num_nodes)++;
    }
  }
}

static PetscErrorCode CreatePatches(const TibiaDivisions *divisions, TibiaGrid *grid)
{
  PetscInt size[NUM_PATCHES][2];

  PetscFunctionBeginUser;
  PatchSizes(divisions, size);
  for (PetscInt p = 0; p < NUM_PATCHES; ++p) {
    TibiaPatch    *patch = &grid->patch[p];
    const PetscInt n     = (size[p][0] + 1) * (size[p][1] + 1);

    patch->nu = size[p][0];
    patch->nv = size[p][1];
    PetscCall(PetscMalloc1(n, &patch->node));
    for (PetscInt i = 0; i < n; ++i) patch->node[i] = -1;
  }
  for (PetscInt p = 0; p < NUM_PATCHES; ++p) {
    ShareWithEarlier(grid->patch, p);
    NumberOwn(grid->patch, p, &grid->section.num_nodes);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateQuads(TibiaGrid *grid)
{
  TasSection *section = &grid->section;
  PetscInt    q       = 0;

  PetscFunctionBeginUser;
  section->num_quads = TibiaCountQuads(&grid->divisions);
  PetscCall(PetscMalloc1(4 * section->num_quads, &section->quads));
  PetscCall(PetscMalloc3(section->num_quads, &grid->quad_patch, section->num_quads, &grid->quad_u, section->num_quads, &grid->quad_v));
  for (PetscInt p = 0; p < NUM_PATCHES; ++p) {
    const TibiaPatch *t = &grid->patch[p];

    for (PetscInt u = 0; u < t->nu; ++u) {
      for (PetscInt v = 0; v < t->nv; ++v, ++q) {
        const PetscInt corners[4] = {TibiaNode(t, u, v), TibiaNode(t, u + 1, v), TibiaNode(t, u + 1, v + 1), TibiaNode(t, u, v + 1)};

        PetscCall(PetscArraycpy(&section->quads[4 * q], corners, 4));
        grid->quad_patch[q] = p;
        grid->quad_u[q]     = u;
        grid->quad_v[q]     = v;
      }
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The side of the section that edge k of quadrilateral q lies on, or -1 inside; edges: v = 0, u = nu, v = nv, u = 0. */
static PetscInt SideOfEdge(const TibiaGrid *grid, PetscInt q, PetscInt k)
{
  const TibiaDivisions *d = &grid->divisions;
  const PetscInt        p = grid->quad_patch[q], u = grid->quad_u[q], v = grid->quad_v[q];
  const TibiaPatch     *t = &grid->patch[p];

  switch (p) {
  case PATCH_ANTERIOR:
    if (k == 3 && u == 0) return SIDE_TIBIA_LATERAL;
    if (k == 0 && v == 0) return SIDE_MEMBRANE;
    if (k == 1 && u == t->nu - 1 && v < Sum(NUM_LOW, d->low)) return SIDE_FIBULA_FRONT;
    break;
  case PATCH_LATERAL:
    if (k == 0 && v == 0) return SIDE_FIBULA_LATERAL;
    break;
  case PATCH_POSTERIOR:
    if (k == 0 && v == 0 && u >= t->nu - d->tibial) return SIDE_TIBIA_POSTERIOR;
    if (k == 3 && u == 0 && v < Sum(NUM_DEEP, d->deep)) return SIDE_FIBULA_BACK;
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

static PetscErrorCode CreateEdges(TibiaGrid *grid)
{
  TasSection    *section = &grid->section;
  const PetscInt most    = 4 * section->num_quads;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(2 * most, &section->edges));
  PetscCall(PetscMalloc2(most, &grid->edge_side, most, &grid->edge_quad));
  for (PetscInt q = 0; q < section->num_quads; ++q) {
    for (PetscInt k = 0; k < 4; ++k) {
      const PetscInt side = SideOfEdge(grid, q, k), e = section->num_edges;

      if (side < 0) continue;
      section->edges[2 * e]     = section->quads[4 * q + k];
      section->edges[2 * e + 1] = section->quads[4 * q + (k + 1) % 4];
      grid->edge_side[e]        = side;
      grid->edge_quad[e]        = q;
      ++section->num_edges;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TibiaGridCreate(const TibiaDivisions *divisions, TibiaGrid *grid)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(grid, sizeof(*grid)));
  grid->divisions = *divisions;
  PetscCall(CreatePatches(divisions, grid));
  PetscCall(CreateQuads(grid));
  PetscCall(CreateEdges(grid));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TibiaGridClear(TibiaGrid *grid)
{
  PetscFunctionBeginUser;
  for (PetscInt p = 0; p < NUM_PATCHES; ++p) PetscCall(PetscFree(grid->patch[p].node));
  PetscCall(PetscFree3(grid->quad_patch, grid->quad_u, grid->quad_v));
  PetscCall(PetscFree2(grid->edge_side, grid->edge_quad));
  PetscCall(TasSectionClear(&grid->section));
  PetscFunctionReturn(PETSC_SUCCESS);
}
