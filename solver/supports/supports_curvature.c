#include "solver/supports/supports_impl.h"

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
  TasMultiply(row->bend, g.y, g.normal);
  for (PetscInt d = 0; d < 3; d++) g.normal[d] += row->normal[d];
  return g;
}

/* dy/dq_j; and B dy/dq_j */
static void SlipSlope(const Glider *g, const Row *row, const TasBodies *bodies, PetscInt j, const PetscReal X[3], PetscReal y[3],
                      PetscReal bent[3])
{
  PetscReal v[3], back[3], axis[3], turned[3];

  TasBodyVelocity(bodies, row->body, j, X, v);
  TasBodyRotateBack(bodies, row->body, v, back);
  for (PetscInt d = 0; d < 3; d++) {
    for (PetscInt k = 0; k < 3; k++) axis[k] = k == d;
    TasBodyRotateSlope(bodies, row->body, j, axis, turned);
    y[d] = TasDot(turned, g->arm) - back[d];
  }
  TasMultiply(row->bend, y, bent);
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
  PetscReal sum = TasDot(yi, bent);
  TasBodyRotateCurvature(bodies, row->body, i, j, g->normal, turned);
  sum += TasDot(turned, g->arm);
  TasBodyRotateSlope(bodies, row->body, i, g->normal, turned);
  sum -= TasDot(turned, vj);
  TasBodyRotateSlope(bodies, row->body, j, g->normal, turned);
  sum -= TasDot(turned, vi);
  TasBodyRotate(bodies, row->body, g->normal, turned);
  return sum - TasDot(turned, a);
}

/*
  Second-order terms at a node.  Attached: r . d2x/dq_i dq_j.  Gliding: its rows a act with forces lambda_a, and
    - sum over a of lambda_a (d2 phi_a/dq_i dq_j + W_i . d2 phi_a/dx dq_j + W_j . d2 phi_a/dx dq_i);
  the part with d2 phi_a/dx dx = R B R^T is in the matrix.
*/
static PetscReal NodeCurvature(const Support *s, const TasBodies *bodies, PetscInt i, PetscInt j, const PetscReal X[3],
                               const PetscReal u[3], const PetscReal r[3])
{
  PetscReal sum = 0., wi[3], wj[3], turn[3];

  if (s->row[0].kind == ROW_ATTACHED) {
    TasBodyAcceleration(bodies, s->row[0].body, i, j, X, turn);
    return TasDot(r, turn);
  }
  TasSupportNodeLift(s, bodies, i, X, u, wi);
  TasSupportNodeLift(s, bodies, j, X, u, wj);
  for (PetscInt a = 0; a < s->num; a++) {
    const Row      *row    = &s->row[a];
    const PetscReal lambda = TasSupportMultiplier(s, a, r);
    const PetscBool by_i   = (PetscBool)(row->kind == ROW_GLIDING && TasBodyMovesWith(bodies, row->body, i)),
                    by_j   = (PetscBool)(row->kind == ROW_GLIDING && TasBodyMovesWith(bodies, row->body, j));
    if (!by_i && !by_j) continue;
    const Glider g = GliderAt(row, bodies, X, u);
    if (by_i && by_j) sum -= lambda * RowCurvature(&g, row, bodies, i, j, X);
    if (by_j) {
      RowTurn(&g, row, bodies, j, X, turn);
      sum -= lambda * TasDot(wi, turn);
    }
    if (by_i) {
      RowTurn(&g, row, bodies, i, X, turn);
      sum -= lambda * TasDot(wj, turn);
    }
  }
  return sum;
}

PetscReal TasSupportsCurvature(TasSupports supports, const TasBodies *bodies, PetscInt i, PetscInt j, const PetscReal *u,
                               const PetscReal *r)
{
  PetscReal sum = 0.;

  TAS_EACH_SUPPORT(supports, node, s)
  sum += NodeCurvature(s, bodies, i, j, supports->mesh->coordinates + 3 * node, u + 3 * node, r + 3 * node);
  return sum;
}

void TasSupportsTurn(TasSupports supports, const TasBodies *bodies, PetscInt j, const PetscReal *u, const PetscReal *r, PetscReal *column)
{
  TAS_EACH_SUPPORT(supports, node, s)
  {
    for (PetscInt a = 0; a < s->num && s->num < 3; a++) {
      const Row *row = &s->row[a];
      PetscReal  turn[3];
      if (row->kind != ROW_GLIDING || !TasBodyMovesWith(bodies, row->body, j)) continue;
      const Glider    g      = GliderAt(row, bodies, supports->mesh->coordinates + 3 * node, u + 3 * node);
      const PetscReal lambda = TasSupportMultiplier(s, a, r + 3 * node);
      RowTurn(&g, row, bodies, j, supports->mesh->coordinates + 3 * node, turn);
      for (PetscInt d = 0; d < 3; d++) column[3 * node + d] -= lambda * turn[d];
    }
  }
}

PetscErrorCode TasSupportsTangent(TasSupports supports, TasAssembly assembly, const TasLifts *lifts, const PetscReal *raw)
{
  PetscFunctionBeginUser;
  TAS_EACH_SUPPORT(supports, node, s)
  {
    for (PetscInt i = 0; i < s->num; i++) {
      const Row *row = &s->row[i];
      PetscReal  block[9], half[9];
      if (row->kind != ROW_GLIDING || s->num == 3) continue;
      const PetscReal lambda = TasSupportMultiplier(s, i, raw + 3 * node);
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
