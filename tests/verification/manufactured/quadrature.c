#include "quadrature.h"
#include "solver/assembly/element.h"

#define POINTS_1D 5
#define NUM_POINTS (POINTS_1D * POINTS_1D * POINTS_1D)
#define MAX_NODES 27

static const PetscReal gauss[POINTS_1D]   = {-0.9061798459386639928, -0.5384693101056830910, 0., 0.5384693101056830910,
                                             0.9061798459386639928};
static const PetscReal weights[POINTS_1D] = {0.2369268850561890875, 0.4786286704993664680, 0.5688888888888888889, 0.4786286704993664680,
                                             0.2369268850561890875};

/* Shape functions at the points of the rule: Gauss on the hexahedron, the same collapsed (Duffy) on the tetrahedron. */
typedef struct {
  PetscInt  nodes;
  PetscReal weight[NUM_POINTS];
  PetscReal shape[NUM_POINTS][MAX_NODES];
  PetscReal gradient[NUM_POINTS][MAX_NODES][3];
} Rule;

static void RulePoint(TasElement element, PetscInt p, PetscReal natural[3], PetscReal *weight)
{
  const PetscInt  i = p % POINTS_1D, j = p / POINTS_1D % POINTS_1D, k = p / (POINTS_1D * POINTS_1D);
  const PetscReal x = gauss[i], y = gauss[j], z = gauss[k];

  *weight    = weights[i] * weights[j] * weights[k];
  natural[0] = x;
  natural[1] = y;
  natural[2] = z;
  if (element != TAS_ELEMENT_TET10) return;
  const PetscReal c = (1. + z) / 2., b = (1. + y) / 2. * (1. - c), a = (1. + x) / 2. * (1. - c - b);

  natural[0] = a;
  natural[1] = b;
  natural[2] = c;
  *weight *= (1. - c - b) * (1. - c) / 8.;
}

static void RuleSet(const TasMesh *mesh, Rule *rule)
{
  PetscReal natural[3];

  rule->nodes = mesh->nodes_per_cell;
  for (PetscInt p = 0; p < NUM_POINTS; p++) {
    RulePoint(mesh->element, p, natural, &rule->weight[p]);
    TasElementShape(mesh->element, natural, rule->shape[p], rule->gradient[p][0]);
  }
}

/* A point of a cell in space. */
typedef struct {
  PetscReal X[3];
  PetscReal weight;                 /* mm3 */
  PetscReal gradient[MAX_NODES][3]; /* of the shape functions by X */
} Point;

static void PointAt(const TasMesh *mesh, const Rule *rule, PetscInt cell, PetscInt p, Point *point)
{
  const PetscInt *nodes     = mesh->cells + cell * rule->nodes;
  PetscReal       jac[3][3] = {{0.}}, inverse[3][3];

  for (PetscInt d = 0; d < 3; d++) {
    point->X[d] = 0.;
    for (PetscInt a = 0; a < rule->nodes; a++) {
      point->X[d] += rule->shape[p][a] * mesh->coordinates[3 * nodes[a] + d];
      for (PetscInt k = 0; k < 3; k++) jac[d][k] += mesh->coordinates[3 * nodes[a] + d] * rule->gradient[p][a][k];
    }
  }
  for (PetscInt i = 0; i < 3; i++)
    for (PetscInt j = 0; j < 3; j++) {
      const PetscInt i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;

      inverse[j][i] = jac[i1][j1] * jac[i2][j2] - jac[i1][j2] * jac[i2][j1];
    }
  const PetscReal det = jac[0][0] * inverse[0][0] + jac[0][1] * inverse[1][0] + jac[0][2] * inverse[2][0];

  point->weight = det * rule->weight[p];
  for (PetscInt a = 0; a < rule->nodes; a++)
    for (PetscInt d = 0; d < 3; d++) {
      point->gradient[a][d] = 0.;
      for (PetscInt k = 0; k < 3; k++) point->gradient[a][d] += rule->gradient[p][a][k] * inverse[k][d] / det;
    }
}

static void AddBodyForce(const TasMesh *mesh, const Solution *s, PetscReal *force)
{
  Rule  rule;
  Point point;

  RuleSet(mesh, &rule);
  for (PetscInt cell = 0; cell < mesh->num_cells; cell++)
    for (PetscInt p = 0; p < NUM_POINTS; p++) {
      PetscReal B[3];

      PointAt(mesh, &rule, cell, p, &point);
      SolutionBodyForce(s, point.X, B);
      for (PetscInt a = 0; a < rule.nodes; a++) {
        const PetscInt node = mesh->cells[cell * rule.nodes + a];

        for (PetscInt i = 0; i < 3 && node < mesh->num_nodes_owned; i++) force[3 * node + i] += point.weight * rule.shape[p][a] * B[i];
      }
    }
}

/* P N at a point of a facet, times its area. */
static void Traction(const TasMesh *mesh, const Solution *s, const TasReferenceElement *ref, const PetscInt *nodes, PetscInt p,
                     PetscReal traction[3])
{
  PetscReal X[3] = {0.}, tangent[2][3] = {{0.}}, P[9];

  for (PetscInt a = 0; a < ref->facet_nodes; a++)
    for (PetscInt d = 0; d < 3; d++) {
      const PetscReal at = mesh->coordinates[3 * nodes[a] + d];

      X[d] += ref->facet_shape[p * ref->facet_nodes + a] * at;
      for (PetscInt k = 0; k < 2; k++) tangent[k][d] += ref->facet_gradient[(p * ref->facet_nodes + a) * 2 + k] * at;
    }
  SolutionStress(s, X, P);
  for (PetscInt i = 0; i < 3; i++) {
    traction[i] = 0.;
    for (PetscInt d = 0; d < 3; d++) {
      const PetscInt d1 = (d + 1) % 3, d2 = (d + 2) % 3;

      traction[i] += P[3 * i + d] * (tangent[0][d1] * tangent[1][d2] - tangent[0][d2] * tangent[1][d1]) * ref->facet_weight[p];
    }
  }
}

static void AddTraction(const TasMesh *mesh, const Solution *s, const TasReferenceElement *ref, const TasSurface *surface, PetscReal *force)
{
  for (PetscInt f = 0; f < surface->num_facets; f++) {
    const PetscInt *nodes = surface->facet_nodes + f * ref->facet_nodes;

    for (PetscInt p = 0; p < ref->facet_points; p++) {
      PetscReal traction[3];

      Traction(mesh, s, ref, nodes, p, traction);
      for (PetscInt a = 0; a < ref->facet_nodes; a++)
        for (PetscInt i = 0; i < 3 && nodes[a] < mesh->num_nodes_owned; i++)
          force[3 * nodes[a] + i] += ref->facet_shape[p * ref->facet_nodes + a] * traction[i];
    }
  }
}

PetscErrorCode NodalForces(const TasMesh *mesh, const Solution *s, const char *fixed, PetscReal *force)
{
  TasReferenceElement *reference;

  PetscFunctionBeginUser;
  PetscCall(PetscArrayzero(force, 3 * mesh->num_nodes_owned));
  PetscCall(TasReferenceElementCreate(mesh->element, &reference));
  AddBodyForce(mesh, s, force);
  for (PetscInt k = 0; k < mesh->num_surfaces; k++) {
    PetscBool is_fixed;

    PetscCall(PetscStrcmp(mesh->surfaces[k].name, fixed, &is_fixed));
    if (!is_fixed && !mesh->surfaces[k].interior) AddTraction(mesh, s, reference, &mesh->surfaces[k], force);
  }
  PetscCall(TasReferenceElementDestroy(&reference));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode ErrorNorms(const TasMesh *mesh, const Solution *s, const PetscReal *u, PetscReal *l2, PetscReal *h1)
{
  Rule      rule;
  Point     point;
  PetscReal sum[2] = {0., 0.};

  PetscFunctionBeginUser;
  RuleSet(mesh, &rule);
  for (PetscInt cell = 0; cell < mesh->num_cells_owned; cell++)
    for (PetscInt p = 0; p < NUM_POINTS; p++) {
      PetscReal exact[3], F[9];

      PointAt(mesh, &rule, cell, p, &point);
      SolutionDisplacement(s, point.X, exact);
      SolutionGradient(s, point.X, F);
      for (PetscInt i = 0; i < 3; i++) {
        PetscReal error = exact[i], slope[3] = {F[3 * i] - (i == 0), F[3 * i + 1] - (i == 1), F[3 * i + 2] - (i == 2)};

        for (PetscInt a = 0; a < rule.nodes; a++) {
          const PetscReal at = u[3 * mesh->cells[cell * rule.nodes + a] + i];

          error -= rule.shape[p][a] * at;
          for (PetscInt d = 0; d < 3; d++) slope[d] -= point.gradient[a][d] * at;
        }
        sum[0] += point.weight * error * error;
        sum[1] += point.weight * (slope[0] * slope[0] + slope[1] * slope[1] + slope[2] * slope[2]);
      }
    }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPIU_REAL, MPIU_SUM, mesh->comm));
  *l2 = PetscSqrtReal(sum[0]);
  *h1 = PetscSqrtReal(sum[1]);
  PetscFunctionReturn(PETSC_SUCCESS);
}
