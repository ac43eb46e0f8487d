#include "solver/supports/supports_impl.h"

#define MAX_RETURNS 8 /* to a curved surface, by Newton's method at the node */

void TasSupportSlip(const TasBodies *bodies, PetscInt body, const PetscReal X[3], const PetscReal u[3], PetscReal slip[3])
{
  PetscReal x[3], y[3];

  TasBodyMap(bodies, body, X, x);
  for (PetscInt d = 0; d < 3; d++) y[d] = X[d] + u[d] - x[d];
  TasBodyRotateBack(bodies, body, y, slip);
}
/* The row at a displacement.  Gliding: g = (n0 + B y/2) . y = 0, linearised, with y the slip in the body's frame. */
static void UpdateRow(Row *row, const TasCase *c, const TasBodies *bodies, PetscReal time, const PetscReal X[3], const PetscReal u[3])
{
  PetscReal x[3], y[3], m[3], value = 0.;

  switch (row->kind) {
  case ROW_COMPONENT:
    row->target = row->value->value * TasCaseCurveValue(c, row->value->curve, time);
    break;
  case ROW_ATTACHED:
    TasBodyMap(bodies, row->body, X, x);
    row->target = x[row->component] - X[row->component];
    break;
  case ROW_GLIDING:
    TasSupportSlip(bodies, row->body, X, u, y);
    TasMultiply(row->bend, y, m);
    for (PetscInt d = 0; d < 3; d++) {
      value += (row->normal[d] + 0.5 * m[d]) * y[d];
      m[d] += row->normal[d];
    }
    TasBodyRotate(bodies, row->body, m, row->m);
    row->target = TasDot(row->m, u) - value;
    break;
  }
}

static void UpdateInverse(Support *support)
{
  const PetscInt n = support->num;
  PetscReal      g[3][3];

  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) g[i][j] = i < n && j < n ? TasDot(support->row[i].m, support->row[j].m) : (PetscReal)(i == j);
  const PetscReal det = TasDeterminant(g);
  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) {
      const PetscInt i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;
      support->inverse[j][i] = (g[i1][j1] * g[i2][j2] - g[i1][j2] * g[i2][j1]) / det;
    }
}

void TasSupportSpread(const Support *support, const PetscReal a[3], PetscReal v[3])
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
    TasSupportSpread(support, a, v);
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
    if (supports->index[i] >= 0)
      Projector(&supports->support[supports->index[i]], values + 9 * i);
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
  if (out->num_slots > supports->capacity) { /* the supported nodes stay the same, so this is once */
    PetscCall(PetscFree(out->projector));
    PetscCall(PetscMalloc1(9 * out->num_slots, &out->projector));
    supports->capacity = out->num_slots;
  }
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

const TasProjectors *TasSupportsProjectors(TasSupports supports)
{
  return &supports->projectors;
}

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
  TAS_EACH_SUPPORT(supports, node, s)
  {
    for (PetscInt k = 0; k < MAX_RETURNS; k++) { /* one is enough on a plane, three or four on a curved surface */
      PetscReal gap[3], v[3], largest = 0.;
      if (UpdateSupport(supports, node, u + 3 * node)) changed = 1;
      for (PetscInt r = 0; r < s->num; r++) {
        gap[r]  = s->row[r].target - TasDot(s->row[r].m, u + 3 * node);
        largest = PetscMax(largest, PetscAbsReal(gap[r]));
      }
      if (k > 0 && largest < 1e-13) break;
      TasSupportSpread(s, gap, v);
      for (PetscInt d = 0; d < 3; d++) u[3 * node + d] += v[d];
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &changed, 1, MPI_INT, MPI_MAX, supports->mesh->comm));
  if (changed) PetscCall(ExchangeProjectors(supports));
  supports->ready = PETSC_TRUE;
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasSupportsProject(TasSupports supports, PetscReal *v)
{
  TAS_EACH_SUPPORT(supports, node, s)
  {
    PetscReal a[3], w[3];
    for (PetscInt r = 0; r < s->num; r++) a[r] = TasDot(s->row[r].m, v + 3 * node);
    TasSupportSpread(s, a, w);
    for (PetscInt d = 0; d < 3; d++) v[3 * node + d] = s->num == 3 ? 0. : v[3 * node + d] - w[d];
  }
}

/* How fast coordinate j moves the body's surface along the row: m . dx/dq_j of the body's point that is now below the node. */
static PetscReal RowSlope(const Row *row, const TasBodies *bodies, PetscInt j, const PetscReal X[3], const PetscReal u[3])
{
  PetscReal velocity[3], slip[3] = {0., 0., 0.}, point[3];

  if (row->kind == ROW_COMPONENT || !TasBodyMovesWith(bodies, row->body, j)) return 0.;
  if (row->kind == ROW_GLIDING) TasSupportSlip(bodies, row->body, X, u, slip);
  for (PetscInt d = 0; d < 3; d++) point[d] = X[d] + slip[d];
  TasBodyVelocity(bodies, row->body, j, point, velocity);
  return TasDot(row->m, velocity);
}

PetscReal TasSupportMultiplier(const Support *s, PetscInt row, const PetscReal r[3])
{
  PetscReal lambda = 0.;

  for (PetscInt k = 0; k < s->num; k++) lambda += s->inverse[row][k] * TasDot(s->row[k].m, r);
  return lambda;
}

void TasSupportNodeLift(const Support *s, const TasBodies *bodies, PetscInt j, const PetscReal X[3], const PetscReal u[3], PetscReal w[3])
{
  PetscReal a[3];

  for (PetscInt r = 0; r < s->num; r++) a[r] = RowSlope(&s->row[r], bodies, j, X, u);
  TasSupportSpread(s, a, w);
}

void TasSupportsLift(TasSupports supports, const TasBodies *bodies, PetscInt j, const PetscReal *u, PetscReal *w)
{
  for (PetscInt i = 0; i < 3 * supports->mesh->num_nodes_owned; i++) w[i] = 0.;
  TAS_EACH_SUPPORT(supports, node, s)
  TasSupportNodeLift(s, bodies, j, supports->mesh->coordinates + 3 * node, u + 3 * node, w + 3 * node);
}

/* Share of the rows of a body and of a surface (-1: of every one) in the raw force of a node. */
static void Share(const Support *s, PetscInt body, PetscInt surface, const PetscReal r[3], PetscReal force[3])
{
  force[0] = force[1] = force[2] = 0.;
  for (PetscInt i = 0; s && i < s->num; i++) {
    if ((body >= 0 && s->row[i].body != body) || (surface >= 0 && s->row[i].surface != surface)) continue;
    const PetscReal lambda = TasSupportMultiplier(s, i, r);
    for (PetscInt d = 0; d < 3; d++) force[d] += lambda * s->row[i].m[d];
  }
}

static const Support *SupportAt(TasSupports supports, PetscInt node)
{
  return supports->index[node] >= 0 ? &supports->support[supports->index[node]] : NULL;
}

void TasSupportsReaction(TasSupports supports, PetscInt node, PetscInt body, const PetscReal *r, PetscReal force[3])
{
  Share(SupportAt(supports, node), body, -1, r + 3 * node, force);
}

void TasSupportsSurfaceReaction(TasSupports supports, PetscInt node, PetscInt surface, const PetscReal *r, PetscReal force[3])
{
  Share(SupportAt(supports, node), -1, surface, r + 3 * node, force);
}
