#include "solver/assembly/element.h"

#define HEX_MAX 27
static const PetscReal gauss2[2] = {-0.57735026918962576451, 0.57735026918962576451}, weight2[2] = {1., 1.};
static const PetscReal gauss3[3] = {-0.77459666924148337704, 0., 0.77459666924148337704}, weight3[3] = {5. / 9., 8. / 9., 5. / 9.};

/* Natural coordinates of the nodes of VTK_TRIQUADRATIC_HEXAHEDRON; the first 8 are those of VTK_HEXAHEDRON, and in the plane
   zeta = -1 the nodes 0-3, 8-11, 24 are those of VTK_BIQUADRATIC_QUAD. */
static const signed char hex_node[HEX_MAX][3] = {
  {-1, -1, -1}, {1, -1, -1}, {1, 1, -1}, {-1, 1, -1}, {-1, -1, 1}, {1, -1, 1}, {1, 1, 1}, {-1, 1, 1}, {0, -1, -1},
  {1, 0, -1},   {0, 1, -1},  {-1, 0, -1}, {0, -1, 1}, {1, 0, 1},   {0, 1, 1},  {-1, 0, 1}, {-1, -1, 0}, {1, -1, 0},
  {1, 1, 0},    {-1, 1, 0},  {-1, 0, 0}, {1, 0, 0},  {0, -1, 0},  {0, 1, 0},  {0, 0, -1}, {0, 0, 1},   {0, 0, 0}};
static const signed char quad_node[9][2] = {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {0, -1}, {1, 0}, {0, 1}, {-1, 0}, {0, 0}};
static const signed char tet_edge[6][2]  = {{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}};
static const signed char tri_edge[3][2]  = {{0, 1}, {1, 2}, {2, 0}};

/* One-dimensional Lagrange function of the node at -1, 0 or 1, and its derivative. */
static void Lagrange(PetscBool quadratic, int node, PetscReal x, PetscReal *value, PetscReal *slope)
{
  if (!quadratic) {
    *value = 0.5 * (1. + node * x);
    *slope = 0.5 * node;
  } else if (node == 0) {
    *value = 1. - x * x;
    *slope = -2. * x;
  } else {
    *value = 0.5 * x * (x + node);
    *slope = x + 0.5 * node;
  }
}

static void BoxShape(PetscInt dim, PetscInt nodes, const signed char *node, PetscBool quadratic, const PetscReal *x, PetscReal *shape, PetscReal *gradient)
{
  for (PetscInt a = 0; a < nodes; a++) {
    PetscReal value[3] = {1., 1., 1.}, slope[3] = {0., 0., 0.};
    for (PetscInt d = 0; d < dim; d++) Lagrange(quadratic, node[a * dim + d], x[d], &value[d], &slope[d]);
    shape[a]              = value[0] * value[1] * value[2];
    gradient[a * dim + 0] = slope[0] * value[1] * value[2];
    gradient[a * dim + 1] = value[0] * slope[1] * value[2];
    if (dim == 3) gradient[a * dim + 2] = value[0] * value[1] * slope[2];
  }
}

/* Quadratic simplex from barycentric coordinates: corners L(2L-1), edges 4 L L. */
static void SimplexShape(PetscInt dim, PetscInt num_edges, const signed char (*edge)[2], const PetscReal *x, PetscReal *shape, PetscReal *gradient)
{
  PetscReal bary[4], slope[4][3] = {{-1., -1., -1.}, {1., 0., 0.}, {0., 1., 0.}, {0., 0., 1.}};

  bary[0] = 1.;
  for (PetscInt d = 0; d < dim; d++) {
    bary[d + 1] = x[d];
    bary[0] -= x[d];
  }
  for (PetscInt a = 0; a <= dim; a++) {
    shape[a] = bary[a] * (2. * bary[a] - 1.);
    for (PetscInt d = 0; d < dim; d++) gradient[a * dim + d] = (4. * bary[a] - 1.) * slope[a][d];
  }
  for (PetscInt e = 0; e < num_edges; e++) {
    const PetscInt i = edge[e][0], j = edge[e][1], a = dim + 1 + e;
    shape[a] = 4. * bary[i] * bary[j];
    for (PetscInt d = 0; d < dim; d++) gradient[a * dim + d] = 4. * (bary[i] * slope[j][d] + bary[j] * slope[i][d]);
  }
}

void TasElementShape(TasElement element, const PetscReal natural[3], PetscReal *shape, PetscReal *gradient)
{
  switch (element) {
  case TAS_ELEMENT_HEX8: BoxShape(3, 8, hex_node[0], PETSC_FALSE, natural, shape, gradient); break;
  case TAS_ELEMENT_HEX27: BoxShape(3, 27, hex_node[0], PETSC_TRUE, natural, shape, gradient); break;
  case TAS_ELEMENT_TET10: SimplexShape(3, 6, tet_edge, natural, shape, gradient); break;
  }
}

static void FacetShape(TasElement element, const PetscReal natural[2], PetscReal *shape, PetscReal *gradient)
{
  switch (element) {
  case TAS_ELEMENT_HEX8: BoxShape(2, 4, quad_node[0], PETSC_FALSE, natural, shape, gradient); break;
  case TAS_ELEMENT_HEX27: BoxShape(2, 9, quad_node[0], PETSC_TRUE, natural, shape, gradient); break;
  case TAS_ELEMENT_TET10: SimplexShape(2, 3, tri_edge, natural, shape, gradient); break;
  }
}

/* Tensor product rule in [-1,1]^dim; returns the number of points. */
static PetscInt BoxRule(PetscInt dim, PetscInt order, PetscReal (*x)[3], PetscReal *w)
{
  const PetscReal *gauss = order == 2 ? gauss2 : gauss3, *weight = order == 2 ? weight2 : weight3;
  const PetscInt   num = dim == 3 ? order * order * order : order * order;

  for (PetscInt p = 0; p < num; p++) {
    const PetscInt i = p % order, j = (p / order) % order, k = p / (order * order);
    x[p][0] = gauss[i];
    x[p][1] = gauss[j];
    x[p][2] = dim == 3 ? gauss[k] : 0.;
    w[p]    = weight[i] * weight[j] * (dim == 3 ? weight[k] : 1.);
  }
  return num;
}

/*
  Degree 3 with 8 points, two orbits of four.  Four points would integrate the stiffness of a straight element exactly, but with one
  dilatation an element they leave 4*5 + 1 strains for 30 - 6 deformations: three modes without energy.
*/
static PetscInt TetRule(PetscReal (*x)[3], PetscReal *w)
{
  const PetscReal a[2] = {0.32816330251638171, 0.10804724989842859}, v[2] = {0.13621784253708741, 0.11378215746291261};

  for (PetscInt p = 0; p < 8; p++) {
    const PetscInt r = p / 4, corner = p % 4;
    for (PetscInt d = 0; d < 3; d++) x[p][d] = corner == d + 1 ? 1. - 3. * a[r] : a[r];
    w[p] = v[r] / 6.;
  }
  return 8;
}

/* Degree 4 with 6 points (Dunavant 1985, Int J Numer Meth Engng 21:1129), enough for N_a N_b of the six-node triangle. */
static PetscInt TriRule(PetscReal (*x)[3], PetscReal *w)
{
  const PetscReal a[2] = {0.44594849091596488632, 0.09157621350977074346}, v[2] = {0.22338158967801146570, 0.10995174365532186764};

  for (PetscInt p = 0; p < 6; p++) {
    const PetscInt r = p / 3, s = p % 3;
    x[p][0] = s == 1 ? 1. - 2. * a[r] : a[r];
    x[p][1] = s == 2 ? 1. - 2. * a[r] : a[r];
    x[p][2] = 0.;
    w[p]    = 0.5 * v[r];
  }
  return 6;
}

PetscErrorCode TasReferenceElementCreate(TasElement element, TasReferenceElement **reference)
{
  TasReferenceElement *ref;
  PetscReal            x[HEX_MAX][3], w[HEX_MAX], centre[3] = {0., 0., 0.}, shape[HEX_MAX];
  const PetscInt       nodes[3] = {8, 10, 27}, facet_nodes[3] = {4, 6, 9}, modes[3] = {1, 1, 4};

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&ref));
  ref->element     = element;
  ref->nodes       = nodes[element];
  ref->modes       = modes[element];
  ref->facet_nodes = facet_nodes[element];
  ref->points      = element == TAS_ELEMENT_TET10 ? TetRule(x, w) : BoxRule(3, element == TAS_ELEMENT_HEX8 ? 2 : 3, x, w);
  PetscCall(PetscMalloc4(ref->points * ref->nodes, &ref->shape, ref->points * ref->nodes * 3, &ref->gradient, ref->points, &ref->weight, ref->nodes * 3, &ref->centre_gradient));
  for (PetscInt p = 0; p < ref->points; p++) {
    TasElementShape(element, x[p], ref->shape + p * ref->nodes, ref->gradient + p * ref->nodes * 3);
    ref->weight[p] = w[p];
  }
  if (element == TAS_ELEMENT_TET10) centre[0] = centre[1] = centre[2] = 0.25;
  TasElementShape(element, centre, shape, ref->centre_gradient);

  ref->facet_points = element == TAS_ELEMENT_TET10 ? TriRule(x, w) : BoxRule(2, element == TAS_ELEMENT_HEX8 ? 2 : 3, x, w);
  PetscCall(PetscMalloc3(ref->facet_points * ref->facet_nodes, &ref->facet_shape, ref->facet_points * ref->facet_nodes * 2, &ref->facet_gradient, ref->facet_points, &ref->facet_weight));
  for (PetscInt p = 0; p < ref->facet_points; p++) {
    FacetShape(element, x[p], ref->facet_shape + p * ref->facet_nodes, ref->facet_gradient + p * ref->facet_nodes * 2);
    ref->facet_weight[p] = w[p];
  }
  *reference = ref;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasReferenceElementDestroy(TasReferenceElement **reference)
{
  PetscFunctionBeginUser;
  if (!*reference) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree4((*reference)->shape, (*reference)->gradient, (*reference)->weight, (*reference)->centre_gradient));
  PetscCall(PetscFree3((*reference)->facet_shape, (*reference)->facet_gradient, (*reference)->facet_weight));
  PetscCall(PetscFree(*reference));
  PetscFunctionReturn(PETSC_SUCCESS);
}
