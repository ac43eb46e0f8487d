#include "solver/supports/supports_impl.h"

PetscInt TasSurfaceBody(const TasCase *c, PetscInt surface, const PetscReal X[3])
{
  const TasCaseSurface *s = &c->surfaces[surface];
  PetscInt              k = 0;

  if (s->kind == TAS_SURFACE_FREE || s->num_bodies == 0) return -1;
  while (k < s->num_bodies - 1 && TasCaseIsDistal(c, s->cuts[k], X)) k++;
  return s->bodies[k];
}

/* Vector area and centroid of a facet from its corners. */
static void FacetGeometry(const TasMesh *mesh, const PetscInt *node, PetscReal area[3], PetscReal centroid[3])
{
  const PetscInt   corners = mesh->element == TAS_ELEMENT_TET10 ? 3 : 4;
  const PetscReal *x[4]    = {NULL};
  PetscReal        a[3], b[3];

  for (PetscInt k = 0; k < corners; k++) x[k] = mesh->coordinates + 3 * node[k];
  for (PetscInt d = 0; d < 3; d++) {
    a[d]        = corners == 4 ? x[2][d] - x[0][d] : x[1][d] - x[0][d];
    b[d]        = corners == 4 ? x[3][d] - x[1][d] : x[2][d] - x[0][d];
    centroid[d] = 0.;
    for (PetscInt k = 0; k < corners; k++) centroid[d] += x[k][d] / corners;
  }
  TasCross(a, b, area);
  for (PetscInt d = 0; d < 3; d++) area[d] *= 0.5;
}

static PetscErrorCode SetCentres(const TasCase *c, const TasMesh *mesh, TasBodies *bodies)
{
  PetscReal *sum, area[3], centroid[3];

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(4 * bodies->num + 1, &sum));
  for (PetscInt s = 0; s < mesh->num_surfaces; s++)
    for (PetscInt f = 0; f < mesh->surfaces[s].num_facets_owned; f++) {
      PetscInt body;
      FacetGeometry(mesh, mesh->surfaces[s].facet_nodes + f * mesh->nodes_per_facet, area, centroid);
      body = TasSurfaceBody(c, s, centroid);
      if (body < 0) continue;
      const PetscReal size = TasLength(area);
      sum[4 * body + 3] += size;
      for (PetscInt d = 0; d < 3; d++) sum[4 * body + d] += size * centroid[d];
    }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 4 * bodies->num, MPIU_REAL, MPIU_SUM, mesh->comm));
  for (PetscInt b = 0; b < bodies->num; b++)
    for (PetscInt d = 0; d < 3 && !c->bodies[b].centre_given && sum[4 * b + 3] > 0.; d++)
      bodies->body[b].centre[d] = sum[4 * b + d] / sum[4 * b + 3];
  PetscCall(PetscFree(sum));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static Support *SupportOf(TasSupports supports, PetscInt node)
{
  if (supports->index[node] < 0) supports->index[node] = supports->num++;
  return &supports->support[supports->index[node]];
}

/* Another surface asks for what the row does: its force then counts for the smaller one. The heel is a part of the foot's end, and
   who names it wants to know what pulls at it. */
static void Share(TasSupports supports, Row *row, PetscInt surface)
{
  if (supports->num_facets[surface] < supports->num_facets[row->surface]) row->surface = surface;
}

static void Attach(TasSupports supports, Support *support, PetscInt surface, PetscInt body)
{
  if (support->num && support->row[0].kind == ROW_ATTACHED) { /* the first surface decides which body */
    for (PetscInt r = 0; r < 3 && support->row[r].body == body; r++) Share(supports, &support->row[r], surface);
    return;
  }
  support->num = 3;
  for (PetscInt d = 0; d < 3; d++)
    support->row[d] = (Row){.kind = ROW_ATTACHED, .surface = surface, .body = body, .component = d, .m = {d == 0, d == 1, d == 2}};
}

static void Prescribe(TasSupports supports, Support *support, PetscInt surface, PetscInt component, const TasCaseValue *value)
{
  for (PetscInt r = 0; r < support->num; r++) {
    Row *row = &support->row[r];
    if (row->kind == ROW_ATTACHED) return;
    if (row->kind != ROW_COMPONENT || row->component != component) continue;
    if (row->value->value == value->value && row->value->curve == value->curve) Share(supports, row, surface);
    return;
  }
  if (support->num < 3)
    support->row[support->num++] = (Row){.kind      = ROW_COMPONENT,
                                         .surface   = surface,
                                         .body      = -1,
                                         .component = component,
                                         .value     = value,
                                         .m         = {component == 0, component == 1, component == 2}};
}

/* Adds a facet's vector area to the mean normal that it fits, or begins another one. Rows hold sums until Normalise(). */
static void Glide(TasSupports supports, Support *support, PetscInt surface, PetscInt body, const PetscReal area[3])
{
  for (PetscInt r = 0; r < support->num; r++) {
    Row *row = &support->row[r];
    if (row->kind == ROW_ATTACHED) return;
    if (row->kind == ROW_GLIDING &&
        TasDot(row->normal, area) > TAS_EDGE_COSINE * PetscSqrtReal(TasDot(row->normal, row->normal) * TasDot(area, area))) {
      for (PetscInt d = 0; d < 3; d++) row->normal[d] += area[d];
      if (row->body == body) Share(supports, row, surface);
      return;
    }
  }
  if (support->num < 3)
    support->row[support->num++] = (Row){.kind = ROW_GLIDING, .surface = surface, .body = body, .normal = {area[0], area[1], area[2]}};
}

/* Unit normals, and no row that the others already imply (nearly): those would make M M^T singular. */
static void Normalise(Support *support)
{
  PetscReal basis[3][3];
  PetscInt  kept = 0;

  for (PetscInt r = 0; r < support->num; r++) {
    Row      *row = &support->row[r];
    PetscReal m[3], rest[3], length;
    if (row->kind == ROW_GLIDING) {
      length = TasLength(row->normal);
      for (PetscInt d = 0; d < 3; d++) row->m[d] = row->normal[d] /= length;
    }
    for (PetscInt d = 0; d < 3; d++) rest[d] = m[d] = row->m[d];
    for (PetscInt k = 0; k < kept; k++)
      for (PetscInt d = 0; d < 3; d++) rest[d] -= TasDot(m, basis[k]) * basis[k][d];
    length = TasLength(rest);
    if (length < 0.1) continue;
    for (PetscInt d = 0; d < 3; d++) basis[kept][d] = rest[d] / length;
    support->row[kept++] = *row;
  }
  support->num = kept;
}

/* A node that glides on one surface, in one direction only: across it, it is held. Nothing is done where the surface lies across
   the direction, and at an edge, which is a line already. */
static void KeepAlong(Support *support, const PetscReal along[3])
{
  const Row *gliding = NULL;
  PetscReal  across[3];

  for (PetscInt r = 0; r < support->num; r++) {
    if (support->row[r].kind != ROW_GLIDING) continue;
    if (gliding) return;
    gliding = &support->row[r];
  }
  if (!gliding || support->num == 3) return;
  TasCross(gliding->normal, along, across);
  if (TasLength(across) < 0.1) return;
  support->row[support->num++] =
      (Row){.kind = ROW_GLIDING, .surface = gliding->surface, .body = gliding->body, .normal = {across[0], across[1], across[2]}};
  Normalise(support);
}

typedef enum { PASS_ATTACHED, PASS_COMPONENT, PASS_GLIDING, PASS_BEND, PASS_ALONG } Pass;

static void VisitSurface(TasSupports supports, PetscInt s, Pass pass)
{
  const TasMesh        *mesh    = supports->mesh;
  const TasCaseSurface *wanted  = &supports->c->surfaces[s];
  const TasSurface     *surface = &mesh->surfaces[s];

  for (PetscInt f = 0; f < surface->num_facets; f++) {
    const PetscInt *node = surface->facet_nodes + f * mesh->nodes_per_facet;
    PetscReal       area[3], centroid[3];
    FacetGeometry(mesh, node, area, centroid);
    for (PetscInt a = 0; a < mesh->nodes_per_facet; a++) {
      if (node[a] >= mesh->num_nodes_owned) continue;
      const PetscInt body = TasSurfaceBody(supports->c, s, mesh->coordinates + 3 * node[a]);
      if (pass == PASS_ATTACHED && wanted->kind == TAS_SURFACE_ATTACHED) Attach(supports, SupportOf(supports, node[a]), s, body);
      for (PetscInt d = 0; pass == PASS_COMPONENT && d < 3; d++)
        if (wanted->displacement[d].given) Prescribe(supports, SupportOf(supports, node[a]), s, d, &wanted->displacement[d]);
      if (pass == PASS_GLIDING && wanted->kind == TAS_SURFACE_GLIDING) Glide(supports, SupportOf(supports, node[a]), s, body, area);
      if (pass == PASS_BEND && wanted->kind == TAS_SURFACE_GLIDING)
        TasSupportFitAdd(SupportOf(supports, node[a]), mesh->coordinates + 3 * node[a], area, centroid);
      if (pass == PASS_ALONG && TasLength(wanted->along) > 0.) KeepAlong(SupportOf(supports, node[a]), wanted->along);
    }
  }
}

PetscErrorCode TasSupportsCreate(const TasCase *c, const TasMesh *mesh, TasBodies *bodies, TasSupports *out)
{
  TasSupports supports;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&supports));
  supports->c    = c;
  supports->mesh = mesh;
  PetscCall(SetCentres(c, mesh, bodies));
  PetscCall(PetscMalloc1(mesh->num_surfaces + 1, &supports->num_facets));
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) supports->num_facets[s] = mesh->surfaces[s].num_facets_owned;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, supports->num_facets, mesh->num_surfaces, MPIU_INT, MPI_SUM, mesh->comm));
  PetscCall(PetscMalloc1(mesh->num_nodes_owned, &supports->index));
  for (PetscInt i = 0; i < mesh->num_nodes_owned; i++) supports->index[i] = -1;
  PetscCall(PetscCalloc1(mesh->num_nodes_owned, &supports->support));
  for (Pass pass = PASS_ATTACHED; pass <= PASS_GLIDING; pass++)
    for (PetscInt s = 0; s < mesh->num_surfaces; s++) VisitSurface(supports, s, pass);
  PetscCall(PetscRealloc(PetscMax(1, supports->num) * sizeof(Support), &supports->support));
  for (PetscInt i = 0; i < supports->num; i++) Normalise(&supports->support[i]);
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) VisitSurface(supports, s, PASS_BEND);
  for (PetscInt i = 0; i < supports->num; i++)
    for (PetscInt r = 0; r < supports->support[i].num; r++)
      if (supports->support[i].row[r].kind == ROW_GLIDING)
        TasSupportFitFinish(&supports->support[i].row[r], c->osteotomy[0].given ? c->osteotomy[0].normal : NULL);
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) VisitSurface(supports, s, PASS_ALONG);
  PetscCall(VecCreateGhostBlock(mesh->comm, 9, 9 * mesh->num_nodes_owned, PETSC_DECIDE, mesh->num_nodes - mesh->num_nodes_owned,
                                mesh->ghost_nodes, &supports->exchange));
  PetscCall(PetscMalloc1(mesh->num_nodes, &supports->projectors.slot));
  *out = supports;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSupportsDestroy(TasSupports *supports)
{
  PetscFunctionBeginUser;
  if (!*supports) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree((*supports)->num_facets));
  PetscCall(PetscFree((*supports)->index));
  PetscCall(PetscFree((*supports)->support));
  PetscCall(PetscFree((*supports)->projectors.slot));
  PetscCall(PetscFree((*supports)->projectors.projector));
  PetscCall(VecDestroy(&(*supports)->exchange));
  PetscCall(PetscFree(*supports));
  PetscFunctionReturn(PETSC_SUCCESS);
}
