#include "mesh/limb_patches.h"

PetscInt TasGroupOf(PetscInt num_groups, const PetscInt *parts, PetscInt i)
{
  PetscInt group = 0;

  while (group < num_groups - 1 && i >= parts[group]) i -= parts[group++];
  return group;
}

PetscInt TasGroupSum(PetscInt num_groups, const PetscInt *parts)
{
  PetscInt sum = 0;

  for (PetscInt g = 0; g < num_groups; ++g) sum += parts[g];
  return sum;
}

PetscReal TasGroupPlace(PetscInt num_groups, const PetscInt *parts, PetscReal at)
{
  PetscReal sum = 0;

  for (PetscInt g = 0; g < num_groups; ++g) sum += parts[g] * PetscMin(PetscMax(at - g, 0), 1);
  return sum;
}

void TasGroupDivide(PetscInt num_groups, const PetscReal *widths, PetscReal size, PetscInt *parts)
{
  for (PetscInt g = 0; g < num_groups; ++g) parts[g] = TasSweepDivisions(widths[g], size, 1);
}

PetscInt TasPatchNode(const TasPatch *patch, PetscInt u, PetscInt v)
{
  return patch->node[u * (patch->nv + 1) + v];
}

void TasPatchShareNodes(TasPatch *to, PetscInt num, const PetscInt line[4], const TasPatch *from, const PetscInt other[4])
{
  for (PetscInt i = 0; i < num; ++i)
    to->node[(line[0] + i * line[2]) * (to->nv + 1) + line[1] + i * line[3]] =
        TasPatchNode(from, other[0] + i * other[2], other[1] + i * other[3]);
}

/* Numbers the nodes that a patch does not share. */
static void NumberOwn(TasPatch *patch, PetscInt *num_nodes)
{
  for (PetscInt u = 0; u <= patch->nu; ++u) {
    for (PetscInt v = 0; v <= patch->nv; ++v) {
      PetscInt *node = &patch->node[u * (patch->nv + 1) + v];

      if (*node >= 0) continue;
      *node = patch->closed && u == patch->nu ? TasPatchNode(patch, 0, v) : (*num_nodes)++;
    }
  }
}

static PetscErrorCode CreateNodes(const TasPatchPlan *plan, TasPatches *patches)
{
  PetscFunctionBeginUser;
  patches->num_patches = plan->num_patches;
  PetscCall(PetscCalloc1(plan->num_patches, &patches->patch));
  for (PetscInt p = 0; p < plan->num_patches; ++p) {
    TasPatch      *patch = &patches->patch[p];
    const PetscInt n     = (plan->sizes[p][0] + 1) * (plan->sizes[p][1] + 1);

    patch->nu     = plan->sizes[p][0];
    patch->nv     = plan->sizes[p][1];
    patch->closed = p >= plan->closed ? PETSC_TRUE : PETSC_FALSE;
    PetscCall(PetscMalloc1(n, &patch->node));
    for (PetscInt i = 0; i < n; ++i) patch->node[i] = -1;
  }
  for (PetscInt p = 0; p < plan->num_patches; ++p) {
    plan->share(patches->patch, p);
    NumberOwn(&patches->patch[p], &patches->section.num_nodes);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateQuads(TasPatches *patches)
{
  TasSection *section = &patches->section;
  PetscInt    q       = 0;

  PetscFunctionBeginUser;
  for (PetscInt p = 0; p < patches->num_patches; ++p) section->num_quads += patches->patch[p].nu * patches->patch[p].nv;
  PetscCall(PetscMalloc1(4 * section->num_quads, &section->quads));
  PetscCall(PetscMalloc3(section->num_quads, &patches->quad_patch, section->num_quads, &patches->quad_u, section->num_quads,
                         &patches->quad_v));
  for (PetscInt p = 0; p < patches->num_patches; ++p) {
    const TasPatch *t = &patches->patch[p];

    for (PetscInt u = 0; u < t->nu; ++u) {
      for (PetscInt v = 0; v < t->nv; ++v, ++q) {
        const PetscInt corners[4] = {TasPatchNode(t, u, v), TasPatchNode(t, u + 1, v), TasPatchNode(t, u + 1, v + 1),
                                     TasPatchNode(t, u, v + 1)};

        PetscCall(PetscArraycpy(&section->quads[4 * q], corners, 4));
        patches->quad_patch[q] = p;
        patches->quad_u[q]     = u;
        patches->quad_v[q]     = v;
      }
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CreateEdges(const TasPatchPlan *plan, TasPatches *patches)
{
  TasSection    *section = &patches->section;
  const PetscInt most    = 4 * section->num_quads;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(2 * most, &section->edges));
  PetscCall(PetscMalloc2(most, &patches->edge_side, most, &patches->edge_quad));
  for (PetscInt q = 0; q < section->num_quads; ++q) {
    for (PetscInt k = 0; k < 4; ++k) {
      const PetscInt side = plan->side(plan->context, patches, q, k), e = section->num_edges;

      if (side < 0) continue;
      section->edges[2 * e]     = section->quads[4 * q + k];
      section->edges[2 * e + 1] = section->quads[4 * q + (k + 1) % 4];
      patches->edge_side[e]     = side;
      patches->edge_quad[e]     = q;
      ++section->num_edges;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasPatchesCreate(const TasPatchPlan *plan, TasPatches *patches)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(patches, sizeof(*patches)));
  PetscCall(CreateNodes(plan, patches));
  PetscCall(CreateQuads(patches));
  PetscCall(CreateEdges(plan, patches));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasPatchesClear(TasPatches *patches)
{
  PetscFunctionBeginUser;
  for (PetscInt p = 0; p < patches->num_patches; ++p) PetscCall(PetscFree(patches->patch[p].node));
  PetscCall(PetscFree(patches->patch));
  PetscCall(PetscFree3(patches->quad_patch, patches->quad_u, patches->quad_v));
  PetscCall(PetscFree2(patches->edge_side, patches->edge_quad));
  PetscCall(TasSectionClear(&patches->section));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscReal TasPatchesArea(const TasPatches *patches, const TasPlanePoint *xy, PetscInt quad)
{
  const PetscInt     *corner = &patches->section.quads[4 * quad];
  const TasPlanePoint a = xy[corner[0]], b = xy[corner[1]], c = xy[corner[2]], d = xy[corner[3]];

  return 0.5 * ((c.x - a.x) * (d.y - b.y) - (d.x - b.x) * (c.y - a.y));
}

TasPlanePoint TasPatchPlace(const TasPatch *patch, const TasPlanePoint *xy, PetscReal u, PetscReal v)
{
  const PetscInt i = PetscMin((PetscInt)u, patch->nu - 1), j = PetscMin((PetscInt)v, patch->nv - 1);
  TasPlanePoint  point = {0, 0};

  for (PetscInt k = 0; k < 4; ++k) {
    const TasPlanePoint *corner = &xy[TasPatchNode(patch, i + k % 2, j + k / 2)];
    const PetscReal      weight = (k % 2 ? u - i : 1 - (u - i)) * (k / 2 ? v - j : 1 - (v - j));

    point.x += weight * corner->x;
    point.y += weight * corner->y;
  }
  return point;
}

void TasPatchPlaceLayers(const TasPatch *patch, const TasOutline *outline, const PetscInt parts[TAS_LAYERS],
                         void (*thickness)(const void *context, PetscReal angle, PetscReal layers[TAS_LAYERS]), const void *context,
                         TasPlanePoint *xy)
{
  TasShares shares;

  for (PetscInt u = 0; u < patch->nu; ++u) {
    const TasPlanePoint start  = xy[TasPatchNode(patch, u, 0)];
    const PetscReal     angle  = TasOutlineAngle(outline, start);
    const TasPlanePoint normal = TasOutlineNormal(outline, angle);
    PetscReal           layers[TAS_LAYERS], whole = 0;

    thickness(context, angle, layers);
    for (PetscInt i = 0; i < TAS_LAYERS; ++i) whole += layers[i];
    TasSharesDivide(TAS_LAYERS, layers, parts, &shares);
    for (PetscInt v = 1; v <= patch->nv; ++v)
      xy[TasPatchNode(patch, u, v)] = (TasPlanePoint){start.x + whole * shares.at[v] * normal.x, start.y + whole * shares.at[v] * normal.y};
  }
}
