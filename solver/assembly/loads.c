#include "solver/assembly/loads.h"
#include "solver/vector3.h"

#define MAX_FACET_NODES 9

struct TasLoads_ {
  const TasCase       *c;
  const TasMesh       *mesh;
  TasReferenceElement *reference;
  PetscInt            *bed_body; /* [num_nodes] body under a node on a bed, or -1; ghosts too */
};

static PetscBool HasBed(const TasCaseSurface *s) { return s->kind == TAS_SURFACE_GLIDING && s->tangential_stiffness > 0.; }

PetscErrorCode TasLoadsCreate(const TasCase *c, const TasMesh *mesh, TasLoads *out)
{
  TasLoads loads;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&loads));
  loads->c    = c;
  loads->mesh = mesh;
  PetscCall(TasReferenceElementCreate(mesh->element, &loads->reference));
  PetscCall(PetscMalloc1(mesh->num_nodes, &loads->bed_body));
  for (PetscInt i = 0; i < mesh->num_nodes; i++) loads->bed_body[i] = -1;
  for (PetscInt s = 0; s < mesh->num_surfaces; s++)
    for (PetscInt k = 0; HasBed(&c->surfaces[s]) && k < mesh->surfaces[s].num_facets * mesh->nodes_per_facet; k++) {
      const PetscInt node = mesh->surfaces[s].facet_nodes[k];
      if (loads->bed_body[node] < 0) loads->bed_body[node] = TasSurfaceBody(c, s, mesh->coordinates + 3 * node);
    }
  *out = loads;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasLoadsDestroy(TasLoads *loads)
{
  PetscFunctionBeginUser;
  if (!*loads) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasReferenceElementDestroy(&(*loads)->reference));
  PetscCall(PetscFree((*loads)->bed_body));
  PetscCall(PetscFree(*loads));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TasLoadsUnsymmetric(TasLoads loads)
{
  for (PetscInt s = 0; s < loads->c->num_surfaces; s++)
    if (loads->c->surfaces[s].pressure.given) return PETSC_TRUE;
  return PETSC_FALSE;
}

PetscInt TasLoadsBedBody(TasLoads loads, PetscInt node) { return loads->bed_body[node]; }

/* ---- one facet ---- */

/* Tangent vectors at a point of a facet, of its reference or (with u) current shape. */
static void FacetTangents(const TasLoads loads, const PetscInt *node, PetscInt p, const PetscReal *u, PetscReal t[2][3])
{
  const PetscInt   n        = loads->reference->facet_nodes;
  const PetscReal *gradient = loads->reference->facet_gradient + p * n * 2;

  for (PetscInt k = 0; k < 2; k++)
    for (PetscInt d = 0; d < 3; d++) {
      t[k][d] = 0.;
      for (PetscInt a = 0; a < n; a++) t[k][d] += gradient[2 * a + k] * (loads->mesh->coordinates[3 * node[a] + d] + (u ? u[3 * node[a] + d] : 0.));
    }
}

/* int N_a N_b dA over the reference facet. */
static void FacetMass(const TasLoads loads, const PetscInt *node, PetscReal mass[MAX_FACET_NODES][MAX_FACET_NODES])
{
  const TasReferenceElement *ref = loads->reference;
  const PetscInt             n   = ref->facet_nodes;

  for (PetscInt a = 0; a < n; a++)
    for (PetscInt b = 0; b < n; b++) mass[a][b] = 0.;
  for (PetscInt p = 0; p < ref->facet_points; p++) {
    PetscReal t[2][3], normal[3], weight;
    FacetTangents(loads, node, p, NULL, t);
    TasCross(t[0], t[1], normal);
    weight = ref->facet_weight[p] * TasLength(normal);
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt b = 0; b < n; b++) mass[a][b] += weight * ref->facet_shape[p * n + a] * ref->facet_shape[p * n + b];
  }
}

/* Forces by which traction and pressure act on the nodes of a facet. */
static void FacetExternal(const TasLoads loads, const TasCaseSurface *s, const PetscInt *node, PetscReal time, const PetscReal *u, PetscReal force[MAX_FACET_NODES][3])
{
  const TasReferenceElement *ref      = loads->reference;
  const PetscInt             n        = ref->facet_nodes;
  const PetscReal            factor   = s->traction.given ? TasCaseCurveValue(loads->c, s->traction.curve, time) : 0.;
  const PetscReal            pressure = s->pressure.given ? s->pressure.value * TasCaseCurveValue(loads->c, s->pressure.curve, time) : 0.;

  for (PetscInt a = 0; a < n; a++) force[a][0] = force[a][1] = force[a][2] = 0.;
  for (PetscInt p = 0; p < ref->facet_points; p++) {
    PetscReal t[2][3], reference[3], current[3];
    FacetTangents(loads, node, p, NULL, t);
    TasCross(t[0], t[1], reference);
    FacetTangents(loads, node, p, u, t);
    TasCross(t[0], t[1], current);
    const PetscReal area = TasLength(reference);
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt d = 0; d < 3; d++)
        force[a][d] += ref->facet_weight[p] * ref->facet_shape[p * n + a] * ((s->traction.given ? factor * s->traction.value[d] * area : 0.) - pressure * current[d]);
  }
}

static void Slip(const TasLoads loads, const TasBodies *bodies, PetscInt node, const PetscReal *u, PetscReal slip[3])
{
  const PetscReal *X = loads->mesh->coordinates + 3 * node;
  PetscReal        x[3];

  TasBodyMap(bodies, loads->bed_body[node], X, x);
  for (PetscInt d = 0; d < 3; d++) slip[d] = X[d] + u[3 * node + d] - x[d];
}

/* Forces of the slip on the bed at the nodes of a facet. */
static void FacetBed(const TasLoads loads, const TasBodies *bodies, const TasCaseSurface *s, const PetscInt *node, const PetscReal *u, PetscReal force[MAX_FACET_NODES][3])
{
  const PetscInt n = loads->reference->facet_nodes;
  PetscReal      mass[MAX_FACET_NODES][MAX_FACET_NODES], slip[3];

  FacetMass(loads, node, mass);
  for (PetscInt a = 0; a < n; a++) force[a][0] = force[a][1] = force[a][2] = 0.;
  for (PetscInt b = 0; b < n; b++) {
    Slip(loads, bodies, node[b], u, slip);
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt d = 0; d < 3; d++) force[a][d] += s->tangential_stiffness * mass[a][b] * slip[d];
  }
}

/* ---- all facets ---- */

/* Every surface s that satisfies the condition, every local facet, its nodes. */
#define FOR_EACH_FACET(loads, s, condition, node) \
  for (PetscInt s = 0; s < (loads)->mesh->num_surfaces; s++) \
    for (const PetscInt *node = (condition) ? (loads)->mesh->surfaces[s].facet_nodes : NULL, *node##_end = node ? node + (loads)->mesh->surfaces[s].num_facets * (loads)->mesh->nodes_per_facet : NULL; node != node##_end; node += (loads)->mesh->nodes_per_facet)

static PetscBool Loaded(const TasCaseSurface *s) { return s->traction.given || s->pressure.given; }

PetscErrorCode TasLoadsForce(TasLoads loads, const TasBodies *bodies, PetscReal time, const PetscReal *u, PetscReal *force, PetscReal *bed, PetscReal *external)
{
  const PetscInt n = loads->mesh->nodes_per_facet, owned = loads->mesh->num_nodes_owned;

  PetscFunctionBeginUser;
  if (bed) PetscCall(PetscArrayzero(bed, 3 * owned));
  if (external) PetscCall(PetscArrayzero(external, 3 * owned));
  FOR_EACH_FACET(loads, s, Loaded(&loads->c->surfaces[s]), node)
  {
    PetscReal f[MAX_FACET_NODES][3];
    FacetExternal(loads, &loads->c->surfaces[s], node, time, u, f);
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt d = 0; node[a] < owned && d < 3; d++) {
        force[3 * node[a] + d] -= f[a][d];
        if (external) external[3 * node[a] + d] += f[a][d];
      }
  }
  FOR_EACH_FACET(loads, s, HasBed(&loads->c->surfaces[s]), node)
  {
    PetscReal f[MAX_FACET_NODES][3];
    FacetBed(loads, bodies, &loads->c->surfaces[s], node, u, f);
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt d = 0; node[a] < owned && d < 3; d++) {
        force[3 * node[a] + d] += f[a][d];
        if (bed) bed[3 * node[a] + d] += f[a][d];
      }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasLoadsSurfaceBed(TasLoads loads, const TasBodies *bodies, PetscInt surface, const PetscReal *u, PetscReal *bed)
{
  FOR_EACH_FACET(loads, s, s == surface && HasBed(&loads->c->surfaces[s]), node)
  {
    PetscReal f[MAX_FACET_NODES][3];
    FacetBed(loads, bodies, &loads->c->surfaces[s], node, u, f);
    for (PetscInt a = 0; a < loads->mesh->nodes_per_facet; a++)
      for (PetscInt d = 0; node[a] < loads->mesh->num_nodes_owned && d < 3; d++) bed[3 * node[a] + d] += f[a][d];
  }
}

/* Minus the derivative of the pressure's force on node a by the displacement of node b. */
static void PressureBlock(const TasReferenceElement *ref, PetscReal pressure, PetscInt a, PetscInt b, PetscReal (*tangents)[2][3], PetscReal block[9])
{
  const PetscInt n = ref->facet_nodes;

  for (PetscInt e = 0; e < 9; e++) block[e] = 0.;
  for (PetscInt p = 0; p < ref->facet_points; p++) {
    const PetscReal *gradient = ref->facet_gradient + (p * n + b) * 2, factor = pressure * ref->facet_weight[p] * ref->facet_shape[p * n + a];
    PetscReal        v[3]; /* the block is the cross-product matrix of this vector */
    for (PetscInt d = 0; d < 3; d++) v[d] = factor * (gradient[1] * tangents[p][0][d] - gradient[0] * tangents[p][1][d]);
    block[1] -= v[2];
    block[2] += v[1];
    block[3] += v[2];
    block[5] -= v[0];
    block[6] -= v[1];
    block[7] += v[0];
  }
}

PetscErrorCode TasLoadsTangent(TasLoads loads, TasAssembly assembly, const TasProjectors *projectors, const TasBodies *bodies, PetscReal time, const PetscReal *u, const TasLifts *lifts)
{
  const PetscInt n = loads->mesh->nodes_per_facet, owned = loads->mesh->num_nodes_owned;

  PetscFunctionBeginUser;
  FOR_EACH_FACET(loads, s, loads->c->surfaces[s].pressure.given, node)
  {
    const TasCaseValue *value = &loads->c->surfaces[s].pressure;
    PetscReal           tangents[MAX_FACET_NODES][2][3], block[9];
    for (PetscInt p = 0; p < loads->reference->facet_points; p++) FacetTangents(loads, node, p, u, tangents[p]);
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt b = 0; node[a] < owned && b < n; b++) {
        PressureBlock(loads->reference, value->value * TasCaseCurveValue(loads->c, value->curve, time), a, b, tangents, block);
        PetscCall(TasAssemblyAddBlock(assembly, projectors, lifts, node[a], node[b], block));
      }
  }
  FOR_EACH_FACET(loads, s, HasBed(&loads->c->surfaces[s]), node)
  {
    PetscReal mass[MAX_FACET_NODES][MAX_FACET_NODES];
    FacetMass(loads, node, mass);
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt b = 0; node[a] < owned && b < n; b++) {
        const PetscReal k = loads->c->surfaces[s].tangential_stiffness * mass[a][b], block[9] = {k, 0., 0., 0., k, 0., 0., 0., k};
        PetscCall(TasAssemblyAddBlock(assembly, projectors, lifts, node[a], node[b], block));
      }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasLoadsSkew(TasLoads loads, PetscReal time, const PetscReal *u, const PetscReal *w, PetscReal *product)
{
  const PetscInt n = loads->mesh->nodes_per_facet, owned = loads->mesh->num_nodes_owned;

  FOR_EACH_FACET(loads, s, loads->c->surfaces[s].pressure.given, node)
  {
    const TasCaseValue *value = &loads->c->surfaces[s].pressure;
    PetscReal           tangents[MAX_FACET_NODES][2][3], block[9];
    for (PetscInt p = 0; p < loads->reference->facet_points; p++) FacetTangents(loads, node, p, u, tangents[p]);
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt b = 0; b < n; b++) {
        PressureBlock(loads->reference, value->value * TasCaseCurveValue(loads->c, value->curve, time), a, b, tangents, block);
        for (PetscInt i = 0; i < 3; i++)
          for (PetscInt k = 0; k < 3; k++) {
            if (node[b] < owned) product[3 * node[b] + k] += block[3 * i + k] * w[3 * node[a] + i];
            if (node[a] < owned) product[3 * node[a] + i] -= block[3 * i + k] * w[3 * node[b] + k];
          }
      }
  }
}

PetscErrorCode TasLoadsBedCoupling(TasLoads loads, const TasBodies *bodies, const PetscReal *bed, PetscReal **columns, const PetscReal *const *lifts, PetscReal *block)
{
  const PetscInt n = loads->mesh->nodes_per_facet, owned = loads->mesh->num_nodes_owned, num = bodies->num_free, *number = bodies->free;

  PetscFunctionBeginUser;
  FOR_EACH_FACET(loads, s, HasBed(&loads->c->surfaces[s]), node)
  {
    PetscReal mass[MAX_FACET_NODES][MAX_FACET_NODES], v[3], w[3];
    FacetMass(loads, node, mass);
    for (PetscInt a = 0; a < n; a++)
      for (PetscInt b = 0; node[a] < owned && b < n; b++) {
        const PetscReal *Xa = loads->mesh->coordinates + 3 * node[a], *Xb = loads->mesh->coordinates + 3 * node[b];
        const PetscReal  k  = loads->c->surfaces[s].tangential_stiffness * mass[a][b];
        for (PetscInt j = 0; j < num; j++) {
          TasBodyVelocity(bodies, loads->bed_body[node[b]], number[j], Xb, v);
          for (PetscInt d = 0; d < 3; d++) columns[j][3 * node[a] + d] -= k * v[d];
          for (PetscInt i = 0; i < num; i++) { /* (V_i - W_i) . k (V_j - W_j): W . K W stands in the matrix part already */
            TasBodyVelocity(bodies, loads->bed_body[node[a]], number[i], Xa, w);
            block[i * num + j] += k * (TasDot(w, v) - TasDot(w, lifts[j] + 3 * node[b]) - TasDot(lifts[i] + 3 * node[a], v));
          }
        }
      }
  }
  for (PetscInt a = 0; a < owned; a++) {
    if (loads->bed_body[a] < 0) continue;
    for (PetscInt i = 0; i < num; i++)
      for (PetscInt j = 0; j < num; j++) {
        PetscReal acceleration[3];
        TasBodyAcceleration(bodies, loads->bed_body[a], number[i], number[j], loads->mesh->coordinates + 3 * a, acceleration);
        block[i * num + j] -= TasDot(acceleration, bed + 3 * a);
      }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasLoadsBedCoordinates(TasLoads loads, const TasBodies *bodies, const PetscReal *bed, PetscReal *q)
{
  for (PetscInt a = 0; a < loads->mesh->num_nodes_owned; a++) {
    if (loads->bed_body[a] < 0) continue;
    for (PetscInt j = 0; j < bodies->num_coordinates; j++) {
      PetscReal velocity[3];
      TasBodyVelocity(bodies, loads->bed_body[a], j, loads->mesh->coordinates + 3 * a, velocity);
      q[j] -= TasDot(velocity, bed + 3 * a);
    }
  }
}
