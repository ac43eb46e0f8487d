#include "solver/supports.h"

#define MAX_RETURNS 8         /* to a curved surface, by Newton's method at the node */
#define EDGE_COSINE 0.6427876 /* 50 degrees: facets that meet at more make an edge */

typedef enum {
  ROW_ATTACHED,
  ROW_GLIDING,
  ROW_COMPONENT
} RowKind;

typedef struct {
  RowKind             kind;
  PetscInt            surface;   /* that it stands for: the first one that asks for it */
  PetscInt            body;      /* attached, gliding; else -1 */
  PetscInt            component; /* attached, component */
  const TasCaseValue *value;     /* component */
  PetscReal           normal[3]; /* gliding: in the reference */
  PetscReal           bend[9];   /* gliding: slope of the normal along the surface, in the reference, 1/mm; before: sums of its fit */
  PetscReal           m[3], target;
} Row;

typedef struct {
  PetscInt  num; /* rows */
  Row       row[3];
  PetscReal inverse[3][3]; /* (M M^T)^-1 */
} Support;

struct TasSupports_ {
  const TasCase *c;
  const TasMesh *mesh;
  PetscInt      *index; /* [num_nodes_owned] into support, or -1 */
  PetscInt       num;
  Support       *support;
  TasProjectors  projectors;
  const TasBodies *bodies; /* and time, at which rows are taken */
  PetscReal      time;
  Vec            exchange; /* ghosted, 9 a node: projectors of ghost nodes */
  PetscBool      ready;
};

PetscInt TasSurfaceBody(const TasCase *c, PetscInt surface, const PetscReal X[3])
{
  const TasCaseSurface   *s    = &c->surfaces[surface];
  const TasCaseOsteotomy *cut  = &c->osteotomy;
  PetscReal               side = 0.;

  if (s->kind == TAS_SURFACE_FREE || s->num_bodies == 0) return -1;
  if (s->num_bodies == 1) return s->bodies[0];
  for (PetscInt d = 0; d < 3; d++) side += (X[d] - cut->point[d]) * cut->normal[d];
  return s->bodies[side > 0. ? 1 : 0];
}

/* ---- set-up ---- */

/* Vector area and centroid of a facet from its corners. */
static void FacetGeometry(const TasMesh *mesh, const PetscInt *node, PetscReal area[3], PetscReal centroid[3])
{
  const PetscInt   corners = mesh->element == TAS_ELEMENT_TET10 ? 3 : 4;
  const PetscReal *x[4] = {NULL};
  PetscReal        a[3], b[3];

  for (PetscInt k = 0; k < corners; k++) x[k] = mesh->coordinates + 3 * node[k];
  for (PetscInt d = 0; d < 3; d++) {
    a[d]        = corners == 4 ? x[2][d] - x[0][d] : x[1][d] - x[0][d];
    b[d]        = corners == 4 ? x[3][d] - x[1][d] : x[2][d] - x[0][d];
    centroid[d] = 0.;
    for (PetscInt k = 0; k < corners; k++) centroid[d] += x[k][d] / corners;
  }
  for (PetscInt d = 0; d < 3; d++) area[d] = 0.5 * (a[(d + 1) % 3] * b[(d + 2) % 3] - a[(d + 2) % 3] * b[(d + 1) % 3]);
}

static PetscReal Dot(const PetscReal *a, const PetscReal *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

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
      const PetscReal size = PetscSqrtReal(Dot(area, area));
      sum[4 * body + 3] += size;
      for (PetscInt d = 0; d < 3; d++) sum[4 * body + d] += size * centroid[d];
    }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 4 * bodies->num, MPIU_REAL, MPIU_SUM, mesh->comm));
  for (PetscInt b = 0; b < bodies->num; b++)
    for (PetscInt d = 0; d < 3 && !c->bodies[b].centre_given && sum[4 * b + 3] > 0.; d++) bodies->body[b].centre[d] = sum[4 * b + d] / sum[4 * b + 3];
  PetscCall(PetscFree(sum));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static Support *SupportOf(TasSupports supports, PetscInt node)
{
  if (supports->index[node] < 0) supports->index[node] = supports->num++;
  return &supports->support[supports->index[node]];
}

static void Attach(Support *support, PetscInt surface, PetscInt body)
{
  if (support->num && support->row[0].kind == ROW_ATTACHED) return; /* the first surface decides */
  support->num = 3;
  for (PetscInt d = 0; d < 3; d++) support->row[d] = (Row){.kind = ROW_ATTACHED, .surface = surface, .body = body, .component = d, .m = {d == 0, d == 1, d == 2}};
}

static void Prescribe(Support *support, PetscInt surface, PetscInt component, const TasCaseValue *value)
{
  for (PetscInt r = 0; r < support->num; r++)
    if (support->row[r].kind == ROW_ATTACHED || (support->row[r].kind == ROW_COMPONENT && support->row[r].component == component)) return;
  if (support->num < 3)
    support->row[support->num++] = (Row){.kind = ROW_COMPONENT, .surface = surface, .body = -1, .component = component, .value = value, .m = {component == 0, component == 1, component == 2}};
}

/* Adds a facet's vector area to the mean normal that it fits, or begins another one. Rows hold sums until Normalise(). */
static void Glide(Support *support, PetscInt surface, PetscInt body, const PetscReal area[3])
{
  for (PetscInt r = 0; r < support->num; r++) {
    Row *row = &support->row[r];
    if (row->kind == ROW_ATTACHED) return;
    if (row->kind == ROW_GLIDING && Dot(row->normal, area) > EDGE_COSINE * PetscSqrtReal(Dot(row->normal, row->normal) * Dot(area, area))) {
      for (PetscInt d = 0; d < 3; d++) row->normal[d] += area[d];
      return;
    }
  }
  if (support->num < 3) support->row[support->num++] = (Row){.kind = ROW_GLIDING, .surface = surface, .body = body, .normal = {area[0], area[1], area[2]}};
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
      length = PetscSqrtReal(Dot(row->normal, row->normal));
      for (PetscInt d = 0; d < 3; d++) row->m[d] = row->normal[d] /= length;
    }
    for (PetscInt d = 0; d < 3; d++) rest[d] = m[d] = row->m[d];
    for (PetscInt k = 0; k < kept; k++)
      for (PetscInt d = 0; d < 3; d++) rest[d] -= Dot(m, basis[k]) * basis[k][d];
    length = PetscSqrtReal(Dot(rest, rest));
    if (length < 0.1) continue;
    for (PetscInt d = 0; d < 3; d++) basis[kept][d] = rest[d] / length;
    support->row[kept++] = *row;
  }
  support->num = kept;
}

static void Tangents(const PetscReal n[3], PetscReal t[2][3])
{
  PetscInt  axis = 0;
  PetscReal length;

  for (PetscInt d = 1; d < 3; d++)
    if (PetscAbsReal(n[d]) < PetscAbsReal(n[axis])) axis = d;
  for (PetscInt d = 0; d < 3; d++) t[0][d] = (d == axis) - n[axis] * n[d];
  length = PetscSqrtReal(Dot(t[0], t[0]));
  for (PetscInt d = 0; d < 3; d++) t[0][d] /= length;
  for (PetscInt d = 0; d < 3; d++) t[1][d] = n[(d + 1) % 3] * t[0][(d + 2) % 3] - n[(d + 2) % 3] * t[0][(d + 1) % 3];
}

/* Adds a facet to the fit of a symmetric 2x2 matrix b, slope of the normal: b d = change of the normal over the distance d. */
static void Bend(Support *support, const PetscReal X[3], const PetscReal area[3], const PetscReal centroid[3])
{
  const PetscReal size = PetscSqrtReal(Dot(area, area));

  for (PetscInt r = 0; r < support->num; r++) {
    Row      *row = &support->row[r];
    PetscReal t[2][3], away[3], turn[3], d[2], e[2];
    if (row->kind != ROW_GLIDING || Dot(row->normal, area) < EDGE_COSINE * size) continue;
    Tangents(row->normal, t);
    for (PetscInt k = 0; k < 3; k++) {
      away[k] = centroid[k] - X[k];
      turn[k] = area[k] / size - row->normal[k];
    }
    for (PetscInt k = 0; k < 2; k++) {
      d[k] = Dot(away, t[k]);
      e[k] = Dot(turn, t[k]);
    }
    const PetscReal sums[9] = {d[0] * d[0], d[0] * d[1], d[1] * d[1], 0., 0., 0., d[0] * e[0], d[1] * e[0] + d[0] * e[1], d[1] * e[1]};
    for (PetscInt k = 0; k < 9; k++) row->bend[k] += size * sums[k];
    return;
  }
}

/* B <- T B T with T = I - a a^T */
static void FlattenAlong(const PetscReal a[3], PetscReal b[9])
{
  for (PetscInt pass = 0; pass < 2; pass++) {
    PetscReal along[3], t[9];
    for (PetscInt j = 0; j < 3; j++) along[j] = a[0] * b[j] + a[1] * b[3 + j] + a[2] * b[6 + j];
    for (PetscInt i = 0; i < 3; i++)
      for (PetscInt j = 0; j < 3; j++) t[3 * j + i] = b[3 * i + j] - a[i] * along[j]; /* transposed, for the other side */
    for (PetscInt e = 0; e < 9; e++) b[e] = t[e];
  }
}

/*
  Keeps the concave part of B, where the surface turns around the tissue.  A tissue that is pressed against it may slide along it
  without resistance only if it follows it; on the tangent plane it would lose the stiffness p/r.  Where the surface is convex a
  mesh of facets gains by the plane: single nodes that slide along the true surface would cut its corners, and lose p/r themselves.
*/
static void KeepConcave(const PetscReal t[2][3], PetscReal b[9])
{
  PetscReal m[3] = {0.}, part[3];

  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) {
      m[0] += t[0][i] * b[3 * i + j] * t[0][j];
      m[1] += t[0][i] * b[3 * i + j] * t[1][j];
      m[2] += t[1][i] * b[3 * i + j] * t[1][j];
    }
  const PetscReal mean = 0.5 * (m[0] + m[2]), radius = PetscSqrtReal(PetscSqr(0.5 * (m[0] - m[2])) + m[1] * m[1]);
  const PetscReal high = PetscMax(0., mean + radius), low = PetscMax(0., mean - radius);
  /* the matrix with the same axes and these two values */
  const PetscReal even = 0.5 * (high + low), uneven = radius > 0. ? 0.5 * (high - low) / radius : 0.;
  part[0] = even + uneven * 0.5 * (m[0] - m[2]);
  part[1] = uneven * m[1];
  part[2] = even - uneven * 0.5 * (m[0] - m[2]);
  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) b[3 * i + j] = part[0] * t[0][i] * t[0][j] + part[1] * (t[0][i] * t[1][j] + t[1][i] * t[0][j]) + part[2] * t[1][i] * t[1][j];
}

/* The sums of the fit become the matrix, as a tensor in space.  Where the facets say nothing of a direction it is flat
   there, and so it is along the axis of an osteotomy: slips are long in that direction, and a shaft is straight. */
static void FinishBend(Row *row, const PetscReal *axis)
{
  const PetscReal  damp = 1e-6 * (row->bend[0] + row->bend[2]), xx = row->bend[0] + damp, xy = row->bend[1], yy = row->bend[2] + damp, *rhs = row->bend + 6;
  PetscReal        t[2][3], b[3];
  const PetscReal  m[3][3] = {{xx, xy, 0.}, {xy, xx + yy, xy}, {0., xy, yy}};
  const PetscReal  det = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * m[1][0] * m[2][2];

  for (PetscInt k = 0; k < 3; k++) { /* Cramer */
    PetscReal c[3][3];
    for (PetscInt i = 0; i < 3; i++)
      for (PetscInt j = 0; j < 3; j++) c[i][j] = j == k ? rhs[i] : m[i][j];
    b[k] = det > 0. ? (c[0][0] * (c[1][1] * c[2][2] - c[1][2] * c[2][1]) - c[0][1] * (c[1][0] * c[2][2] - c[1][2] * c[2][0]) + c[0][2] * (c[1][0] * c[2][1] - c[1][1] * c[2][0])) / det : 0.;
  }
  Tangents(row->normal, t);
  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) row->bend[3 * i + j] = b[0] * t[0][i] * t[0][j] + b[1] * (t[0][i] * t[1][j] + t[1][i] * t[0][j]) + b[2] * t[1][i] * t[1][j];
  if (axis) FlattenAlong(axis, row->bend);
  KeepConcave((const PetscReal(*)[3])t, row->bend);
}

typedef enum {
  PASS_ATTACHED,
  PASS_COMPONENT,
  PASS_GLIDING,
  PASS_BEND
} Pass;

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
      if (pass == PASS_ATTACHED && wanted->kind == TAS_SURFACE_ATTACHED) Attach(SupportOf(supports, node[a]), s, body);
      for (PetscInt d = 0; pass == PASS_COMPONENT && d < 3; d++)
        if (wanted->displacement[d].given) Prescribe(SupportOf(supports, node[a]), s, d, &wanted->displacement[d]);
      if (pass == PASS_GLIDING && wanted->kind == TAS_SURFACE_GLIDING) Glide(SupportOf(supports, node[a]), s, body, area);
      if (pass == PASS_BEND && wanted->kind == TAS_SURFACE_GLIDING) Bend(SupportOf(supports, node[a]), mesh->coordinates + 3 * node[a], area, centroid);
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
      if (supports->support[i].row[r].kind == ROW_GLIDING) FinishBend(&supports->support[i].row[r], c->osteotomy.given ? c->osteotomy.normal : NULL);
  PetscCall(VecCreateGhostBlock(mesh->comm, 9, 9 * mesh->num_nodes_owned, PETSC_DECIDE, mesh->num_nodes - mesh->num_nodes_owned, mesh->ghost_nodes, &supports->exchange));
  PetscCall(PetscMalloc1(mesh->num_nodes, &supports->projectors.slot));
  *out = supports;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSupportsDestroy(TasSupports *supports)
{
  PetscFunctionBeginUser;
  if (!*supports) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree((*supports)->index));
  PetscCall(PetscFree((*supports)->support));
  PetscCall(PetscFree((*supports)->projectors.slot));
  PetscCall(PetscFree((*supports)->projectors.projector));
  PetscCall(VecDestroy(&(*supports)->exchange));
  PetscCall(PetscFree(*supports));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- state ---- */

/* Where the node is on its body: the body's own point below it, minus X, in the body's frame. */
static void BodySlip(const TasBodies *bodies, PetscInt body, const PetscReal X[3], const PetscReal u[3], PetscReal slip[3])
{
  PetscReal x[3], y[3];

  TasBodyMap(bodies, body, X, x);
  for (PetscInt d = 0; d < 3; d++) y[d] = X[d] + u[d] - x[d];
  TasBodyRotateBack(bodies, body, y, slip);
}

static void Multiply(const PetscReal a[9], const PetscReal v[3], PetscReal out[3])
{
  for (PetscInt i = 0; i < 3; i++) out[i] = Dot(a + 3 * i, v);
}

/* The row at a displacement.  Gliding: g = (n0 + B y/2) . y = 0, linearised, with y the slip in the body's frame. */
static void UpdateRow(Row *row, const TasCase *c, const TasBodies *bodies, PetscReal time, const PetscReal X[3], const PetscReal u[3])
{
  PetscReal x[3], y[3], m[3], value = 0.;

  switch (row->kind) {
  case ROW_COMPONENT: row->target = row->value->value * TasCaseCurveValue(c, row->value->curve, time); break;
  case ROW_ATTACHED:
    TasBodyMap(bodies, row->body, X, x);
    row->target = x[row->component] - X[row->component];
    break;
  case ROW_GLIDING:
    BodySlip(bodies, row->body, X, u, y);
    Multiply(row->bend, y, m);
    for (PetscInt d = 0; d < 3; d++) {
      value += (row->normal[d] + 0.5 * m[d]) * y[d];
      m[d] += row->normal[d];
    }
    TasBodyRotate(bodies, row->body, m, row->m);
    row->target = Dot(row->m, u) - value;
    break;
  }
}

static void UpdateInverse(Support *support)
{
  const PetscInt n = support->num;
  PetscReal      g[3][3];

  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) g[i][j] = i < n && j < n ? Dot(support->row[i].m, support->row[j].m) : (PetscReal)(i == j);
  const PetscReal det = g[0][0] * (g[1][1] * g[2][2] - g[1][2] * g[2][1]) - g[0][1] * (g[1][0] * g[2][2] - g[1][2] * g[2][0]) + g[0][2] * (g[1][0] * g[2][1] - g[1][1] * g[2][0]);
  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) {
      const PetscInt i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;
      support->inverse[j][i] = (g[i1][j1] * g[i2][j2] - g[i1][j2] * g[i2][j1]) / det;
    }
}

/* v = M^+ a */
static void Spread(const Support *support, const PetscReal a[3], PetscReal v[3])
{
  v[0] = v[1] = v[2] = 0.;
  for (PetscInt i = 0; i < support->num; i++) {
    PetscReal lambda = 0.;
    for (PetscInt j = 0; j < support->num; j++) lambda += support->inverse[i][j] * a[j];
    for (PetscInt d = 0; d < 3; d++) v[d] += lambda * support->row[i].m[d];
  }
}

static void Projector(const Support *support, PetscReal p[9])
{
  for (PetscInt j = 0; j < 3; j++) {
    PetscReal a[3] = {0.}, v[3];
    for (PetscInt i = 0; i < support->num; i++) a[i] = support->row[i].m[j];
    Spread(support, a, v);
    for (PetscInt i = 0; i < 3; i++) p[3 * i + j] = support->num == 3 ? 0. : (PetscReal)(i == j) - v[i];
  }
}

/* Projectors of owned and ghost nodes; a free node sends the identity. */
static PetscErrorCode ExchangeProjectors(TasSupports supports)
{
  const TasMesh *mesh = supports->mesh;
  TasProjectors *out  = &supports->projectors;
  Vec            local;
  PetscScalar   *values;

  PetscFunctionBeginUser;
  PetscCall(VecGetArray(supports->exchange, &values));
  for (PetscInt i = 0; i < mesh->num_nodes_owned; i++) {
    if (supports->index[i] >= 0) Projector(&supports->support[supports->index[i]], values + 9 * i);
    else
      for (PetscInt e = 0; e < 9; e++) values[9 * i + e] = e % 4 == 0;
  }
  PetscCall(VecRestoreArray(supports->exchange, &values));
  PetscCall(VecGhostUpdateBegin(supports->exchange, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGhostUpdateEnd(supports->exchange, INSERT_VALUES, SCATTER_FORWARD));
  PetscCall(VecGhostGetLocalForm(supports->exchange, &local));
  PetscCall(VecGetArray(local, &values));
  out->num_slots = 0;
  for (PetscInt i = 0; i < mesh->num_nodes; i++) {
    PetscBool free = PETSC_TRUE;
    for (PetscInt e = 0; e < 9; e++)
      if (values[9 * i + e] != (e % 4 == 0 ? 1. : 0.)) free = PETSC_FALSE;
    out->slot[i] = free ? -1 : out->num_slots++;
  }
  PetscCall(PetscFree(out->projector));
  PetscCall(PetscMalloc1(9 * out->num_slots + 1, &out->projector));
  for (PetscInt i = 0; i < mesh->num_nodes; i++)
    for (PetscInt e = 0; out->slot[i] >= 0 && e < 9; e++) out->projector[9 * out->slot[i] + e] = values[9 * i + e];
  PetscCall(VecRestoreArray(local, &values));
  PetscCall(VecGhostRestoreLocalForm(supports->exchange, &local));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSupportsUpdate(TasSupports supports, const TasBodies *bodies, PetscReal time)
{
  PetscFunctionBeginUser;
  supports->bodies = bodies;
  supports->time   = time;
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasProjectors *TasSupportsProjectors(TasSupports supports) { return &supports->projectors; }

#define FOR_EACH_SUPPORT(supports, node, s) \
  for (PetscInt node = 0; node < (supports)->mesh->num_nodes_owned; node++) \
    for (const Support *s = (supports)->index[node] >= 0 ? &(supports)->support[(supports)->index[node]] : NULL; s; s = NULL)

/* Rows of a node at its displacement; returns whether their directions are others than before. */
static PetscBool UpdateSupport(TasSupports supports, PetscInt node, const PetscReal u[3])
{
  Support  *s       = &supports->support[supports->index[node]];
  PetscBool changed = PETSC_FALSE;

  for (PetscInt r = 0; r < s->num; r++) {
    const PetscReal m[3] = {s->row[r].m[0], s->row[r].m[1], s->row[r].m[2]};
    UpdateRow(&s->row[r], supports->c, supports->bodies, supports->time, supports->mesh->coordinates + 3 * node, u);
    for (PetscInt d = 0; d < 3; d++)
      if (m[d] != s->row[r].m[d]) changed = PETSC_TRUE;
  }
  UpdateInverse(s);
  return changed;
}

PetscErrorCode TasSupportsImpose(TasSupports supports, PetscReal *u)
{
  PetscMPIInt changed = !supports->ready;

  PetscFunctionBeginUser;
  FOR_EACH_SUPPORT(supports, node, s)
  {
    for (PetscInt k = 0; k < MAX_RETURNS; k++) { /* one is enough on a plane, three or four on a curved surface */
      PetscReal gap[3], v[3], largest = 0.;
      if (UpdateSupport(supports, node, u + 3 * node)) changed = 1;
      for (PetscInt r = 0; r < s->num; r++) {
        gap[r]  = s->row[r].target - Dot(s->row[r].m, u + 3 * node);
        largest = PetscMax(largest, PetscAbsReal(gap[r]));
      }
      if (k > 0 && largest < 1e-13) break;
      Spread(s, gap, v);
      for (PetscInt d = 0; d < 3; d++) u[3 * node + d] += v[d];
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_MAX, supports->mesh->comm));
  if (changed) PetscCall(ExchangeProjectors(supports));
  supports->ready = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSupportsTangent(TasSupports supports, TasAssembly assembly, const TasLifts *lifts, const PetscReal *raw)
{
  PetscFunctionBeginUser;
  FOR_EACH_SUPPORT(supports, node, s)
  {
    for (PetscInt i = 0; i < s->num; i++) {
      const Row *row    = &s->row[i];
      PetscReal  lambda = 0., block[9], half[9];
      if (row->kind != ROW_GLIDING || s->num == 3) continue;
      for (PetscInt j = 0; j < s->num; j++) lambda += s->inverse[i][j] * Dot(s->row[j].m, raw + 3 * node);
      for (PetscInt k = 0; k < 3; k++) TasBodyRotate(supports->bodies, row->body, row->bend + 3 * k, half + 3 * k);
      for (PetscInt k = 0; k < 3; k++) { /* R B R^T, column by column of (R B)^T */
        const PetscReal column[3] = {half[k], half[3 + k], half[6 + k]};
        PetscReal       turned[3];
        TasBodyRotate(supports->bodies, row->body, column, turned);
        for (PetscInt l = 0; l < 3; l++) block[3 * l + k] = -lambda * turned[l];
      }
      PetscCall(TasAssemblyAddBlock(assembly, &supports->projectors, lifts, node, node, block));
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasSupportsProject(TasSupports supports, PetscReal *v)
{
  FOR_EACH_SUPPORT(supports, node, s)
  {
    PetscReal a[3], w[3];
    for (PetscInt r = 0; r < s->num; r++) a[r] = Dot(s->row[r].m, v + 3 * node);
    Spread(s, a, w);
    for (PetscInt d = 0; d < 3; d++) v[3 * node + d] = s->num == 3 ? 0. : v[3 * node + d] - w[d];
  }
}

/* How fast coordinate j moves the body's surface along the row: m . dx/dq_j of the body's point that is now below the node. */
static PetscReal RowSlope(const Row *row, const TasBodies *bodies, PetscInt j, const PetscReal X[3], const PetscReal u[3])
{
  PetscReal velocity[3], slip[3] = {0., 0., 0.}, point[3];

  if (row->kind == ROW_COMPONENT || TasBodyComponent(bodies, row->body, j) < 0) return 0.;
  if (row->kind == ROW_GLIDING) BodySlip(bodies, row->body, X, u, slip);
  for (PetscInt d = 0; d < 3; d++) point[d] = X[d] + slip[d];
  TasBodyVelocity(bodies, row->body, j, point, velocity);
  return Dot(row->m, velocity);
}

void TasSupportsLift(TasSupports supports, const TasBodies *bodies, PetscInt j, const PetscReal *u, PetscReal *w)
{
  for (PetscInt i = 0; i < 3 * supports->mesh->num_nodes_owned; i++) w[i] = 0.;
  FOR_EACH_SUPPORT(supports, node, s)
  {
    PetscReal a[3];
    for (PetscInt r = 0; r < s->num; r++) a[r] = RowSlope(&s->row[r], bodies, j, supports->mesh->coordinates + 3 * node, u + 3 * node);
    Spread(s, a, w + 3 * node);
  }
}

/* How a gliding row, phi = (n0 + B y/2) . y = 0 with the slip y = R^T (x - x_body(X)) in the body's frame, changes with the coordinates. */
typedef struct {
  PetscReal y[3], normal[3]; /* n0 + B y */
  PetscReal arm[3];          /* x - x_body(X) */
} Glider;

static Glider GliderAt(const Row *row, const TasBodies *bodies, const PetscReal X[3], const PetscReal u[3])
{
  Glider    g;
  PetscReal x[3];

  TasBodyMap(bodies, row->body, X, x);
  for (PetscInt d = 0; d < 3; d++) g.arm[d] = X[d] + u[d] - x[d];
  TasBodyRotateBack(bodies, row->body, g.arm, g.y);
  Multiply(row->bend, g.y, g.normal);
  for (PetscInt d = 0; d < 3; d++) g.normal[d] += row->normal[d];
  return g;
}

/* dy/dq_j; and B dy/dq_j */
static void SlipSlope(const Glider *g, const Row *row, const TasBodies *bodies, PetscInt j, const PetscReal X[3], PetscReal y[3], PetscReal bent[3])
{
  PetscReal v[3], back[3], axis[3], turned[3];

  TasBodyVelocity(bodies, row->body, j, X, v);
  TasBodyRotateBack(bodies, row->body, v, back);
  for (PetscInt d = 0; d < 3; d++) {
    for (PetscInt k = 0; k < 3; k++) axis[k] = k == d;
    TasBodyRotateSlope(bodies, row->body, j, axis, turned);
    y[d] = Dot(turned, g->arm) - back[d];
  }
  Multiply(row->bend, y, bent);
}

/* d(dphi/dx)/dq_j = d(R (n0 + B y))/dq_j */
static void RowTurn(const Glider *g, const Row *row, const TasBodies *bodies, PetscInt j, const PetscReal X[3], PetscReal turn[3])
{
  PetscReal y[3], bent[3], turned[3];

  SlipSlope(g, row, bodies, j, X, y, bent);
  TasBodyRotate(bodies, row->body, bent, turned);
  TasBodyRotateSlope(bodies, row->body, j, g->normal, turn);
  for (PetscInt d = 0; d < 3; d++) turn[d] += turned[d];
}

/* d2 phi/dq_i dq_j at a fixed place x */
static PetscReal RowCurvature(const Glider *g, const Row *row, const TasBodies *bodies, PetscInt i, PetscInt j, const PetscReal X[3])
{
  PetscReal yi[3], yj[3], bent[3], turned[3], vi[3], vj[3], a[3];

  SlipSlope(g, row, bodies, i, X, yi, bent);
  SlipSlope(g, row, bodies, j, X, yj, bent);
  TasBodyVelocity(bodies, row->body, i, X, vi);
  TasBodyVelocity(bodies, row->body, j, X, vj);
  TasBodyAcceleration(bodies, row->body, i, j, X, a);
  PetscReal sum = Dot(yi, bent);
  TasBodyRotateCurvature(bodies, row->body, i, j, g->normal, turned);
  sum += Dot(turned, g->arm);
  TasBodyRotateSlope(bodies, row->body, i, g->normal, turned);
  sum -= Dot(turned, vj);
  TasBodyRotateSlope(bodies, row->body, j, g->normal, turned);
  sum -= Dot(turned, vi);
  TasBodyRotate(bodies, row->body, g->normal, turned);
  return sum - Dot(turned, a);
}

/* Force of a row: its factor in raw forces r = sum of lambda m. */
static PetscReal Multiplier(const Support *s, PetscInt row, const PetscReal r[3])
{
  PetscReal lambda = 0.;

  for (PetscInt k = 0; k < s->num; k++) lambda += s->inverse[row][k] * Dot(s->row[k].m, r);
  return lambda;
}

/* How the node moves with coordinate j. */
static void NodeLift(const Support *s, const TasBodies *bodies, PetscInt j, const PetscReal X[3], const PetscReal u[3], PetscReal w[3])
{
  PetscReal a[3];

  for (PetscInt r = 0; r < s->num; r++) a[r] = RowSlope(&s->row[r], bodies, j, X, u);
  Spread(s, a, w);
}

/*
  Second-order terms at a node.  Attached: r . d2x/dq_i dq_j.  Gliding: its rows a act with forces lambda_a, and
    - sum over a of lambda_a (d2 phi_a/dq_i dq_j + W_i . d2 phi_a/dx dq_j + W_j . d2 phi_a/dx dq_i);
  the part with d2 phi_a/dx dx = R B R^T is in the matrix.
*/
static PetscReal NodeCurvature(const Support *s, const TasBodies *bodies, PetscInt i, PetscInt j, const PetscReal X[3], const PetscReal u[3], const PetscReal r[3])
{
  PetscReal sum = 0., wi[3], wj[3], turn[3];

  if (s->row[0].kind == ROW_ATTACHED) {
    TasBodyAcceleration(bodies, s->row[0].body, i, j, X, turn);
    return Dot(r, turn);
  }
  NodeLift(s, bodies, i, X, u, wi);
  NodeLift(s, bodies, j, X, u, wj);
  for (PetscInt a = 0; a < s->num; a++) {
    const Row      *row    = &s->row[a];
    const PetscReal lambda = Multiplier(s, a, r);
    const PetscBool by_i = (PetscBool)(row->kind == ROW_GLIDING && TasBodyComponent(bodies, row->body, i) >= 0), by_j = (PetscBool)(row->kind == ROW_GLIDING && TasBodyComponent(bodies, row->body, j) >= 0);
    if (!by_i && !by_j) continue;
    const Glider g = GliderAt(row, bodies, X, u);
    if (by_i && by_j) sum -= lambda * RowCurvature(&g, row, bodies, i, j, X);
    if (by_j) {
      RowTurn(&g, row, bodies, j, X, turn);
      sum -= lambda * Dot(wi, turn);
    }
    if (by_i) {
      RowTurn(&g, row, bodies, i, X, turn);
      sum -= lambda * Dot(wj, turn);
    }
  }
  return sum;
}

PetscReal TasSupportsCurvature(TasSupports supports, const TasBodies *bodies, PetscInt i, PetscInt j, const PetscReal *u, const PetscReal *r)
{
  PetscReal sum = 0.;

  FOR_EACH_SUPPORT(supports, node, s)
  sum += NodeCurvature(s, bodies, i, j, supports->mesh->coordinates + 3 * node, u + 3 * node, r + 3 * node);
  return sum;
}

void TasSupportsTurn(TasSupports supports, const TasBodies *bodies, PetscInt j, const PetscReal *u, const PetscReal *r, PetscReal *column)
{
  FOR_EACH_SUPPORT(supports, node, s)
  {
    for (PetscInt a = 0; a < s->num && s->num < 3; a++) {
      const Row *row = &s->row[a];
      PetscReal  turn[3];
      if (row->kind != ROW_GLIDING || TasBodyComponent(bodies, row->body, j) < 0) continue;
      const Glider    g      = GliderAt(row, bodies, supports->mesh->coordinates + 3 * node, u + 3 * node);
      const PetscReal lambda = Multiplier(s, a, r + 3 * node);
      RowTurn(&g, row, bodies, j, supports->mesh->coordinates + 3 * node, turn);
      for (PetscInt d = 0; d < 3; d++) column[3 * node + d] -= lambda * turn[d];
    }
  }
}

/* Share of the rows of a body and of a surface (-1: of every one) in the raw force of a node. */
static void Share(const Support *s, PetscInt body, PetscInt surface, const PetscReal r[3], PetscReal force[3])
{
  force[0] = force[1] = force[2] = 0.;
  for (PetscInt i = 0; s && i < s->num; i++) {
    PetscReal lambda = 0.;
    if ((body >= 0 && s->row[i].body != body) || (surface >= 0 && s->row[i].surface != surface)) continue;
    for (PetscInt j = 0; j < s->num; j++) lambda += s->inverse[i][j] * Dot(s->row[j].m, r);
    for (PetscInt d = 0; d < 3; d++) force[d] += lambda * s->row[i].m[d];
  }
}

static const Support *SupportAt(TasSupports supports, PetscInt node) { return supports->index[node] >= 0 ? &supports->support[supports->index[node]] : NULL; }

void TasSupportsReaction(TasSupports supports, PetscInt node, PetscInt body, const PetscReal *r, PetscReal force[3]) { Share(SupportAt(supports, node), body, -1, r + 3 * node, force); }

void TasSupportsSurfaceReaction(TasSupports supports, PetscInt node, PetscInt surface, const PetscReal *r, PetscReal force[3]) { Share(SupportAt(supports, node), -1, surface, r + 3 * node, force); }
