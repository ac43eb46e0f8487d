/* What the pins do: derivatives of their energy by nodes and coordinates. */
#include "solver/pins/pins_impl.h"
#include "solver/vector3.h"

/* A pin in a cell as it stands. */
typedef struct {
  const TasPinCell *entry;
  const PetscInt   *nodes;                      /* of the cell */
  PetscInt          num, body;
  PetscReal         axis[3];                    /* a */
  PetscReal         slip[TAS_PINS_MAX_NODES][3]; /* s at the nodes */
} Place;

static void PlaceAt(TasPins pins, PetscInt k, const TasBodies *bodies, const PetscReal *u, Place *at)
{
  const TasMesh *mesh = pins->mesh;

  at->entry = &pins->cells[k];
  at->num   = mesh->nodes_per_cell;
  at->nodes = mesh->cells + at->entry->cell * at->num;
  at->body  = pins->c->pins[at->entry->pin].body;
  TasBodyRotate(bodies, at->body, pins->axis[at->entry->pin], at->axis);
  for (PetscInt a = 0; u && a < at->num; a++) {
    const PetscReal *X = mesh->coordinates + 3 * at->nodes[a];
    PetscReal        x[3];
    TasBodyMap(bodies, at->body, X, x);
    for (int d = 0; d < 3; d++) at->slip[a][d] = X[d] + u[3 * at->nodes[a] + d] - x[d];
  }
}

/* Node's part of the line's integral of a nodal quantity: sum_b M_ab v_b. */
static void Integral(const Place *at, PetscInt a, PetscReal (*v)[3], PetscReal sum[3])
{
  const PetscReal *mass = at->entry->mass + a * at->num;

  sum[0] = sum[1] = sum[2] = 0.;
  for (PetscInt b = 0; b < at->num; b++)
    for (int d = 0; d < 3; d++) sum[d] += mass[b] * v[b][d];
}

/* k v - (k - k_a) (v.a) a */
static void Stiffness(const Place *at, const PetscReal v[3], PetscReal out[3])
{
  const PetscReal less = (at->entry->across - at->entry->along) * TasDot(v, at->axis);

  for (int d = 0; d < 3; d++) out[d] = at->entry->across * v[d] - less * at->axis[d];
}

static void NodeForce(const Place *at, PetscInt a, PetscReal (*slip)[3], PetscReal force[3])
{
  PetscReal sum[3];

  Integral(at, a, slip, sum);
  Stiffness(at, sum, force);
}

PetscReal TasPinsEnergy(TasPins pins, const TasBodies *bodies, const PetscReal *u)
{
  PetscReal energy = 0., force[3];
  Place     at;

  for (PetscInt k = 0; k < pins->num_cells; k++) {
    if (!pins->cells[k].owned) continue;
    PlaceAt(pins, k, bodies, u, &at);
    for (PetscInt a = 0; a < at.num; a++) {
      NodeForce(&at, a, at.slip, force);
      energy += 0.5 * TasDot(at.slip[a], force);
    }
  }
  return energy;
}

void TasPinsForce(TasPins pins, const TasBodies *bodies, const PetscReal *u, PetscReal *force)
{
  PetscReal f[3];
  Place     at;

  for (PetscInt k = 0; k < pins->num_cells; k++) {
    PlaceAt(pins, k, bodies, u, &at);
    for (PetscInt a = 0; a < at.num; a++) {
      if (at.nodes[a] >= pins->mesh->num_nodes_owned) continue;
      NodeForce(&at, a, at.slip, f);
      for (int d = 0; d < 3; d++) force[3 * at.nodes[a] + d] += f[d];
    }
  }
}

PetscErrorCode TasPinsTangent(TasPins pins, TasAssembly assembly, const TasProjectors *projectors, const TasBodies *bodies, const TasLifts *lifts)
{
  Place at;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < pins->num_cells; k++) {
    PlaceAt(pins, k, bodies, NULL, &at);
    for (PetscInt a = 0; a < at.num; a++)
      for (PetscInt b = 0; at.nodes[a] < pins->mesh->num_nodes_owned && b < at.num; b++) {
        const PetscReal mass = at.entry->mass[a * at.num + b], less = at.entry->across - at.entry->along;
        PetscReal       block[9];
        for (int i = 0; i < 3; i++)
          for (int j = 0; j < 3; j++) block[3 * i + j] = mass * ((i == j ? at.entry->across : 0.) - less * at.axis[i] * at.axis[j]);
        PetscCall(TasAssemblyAddBlock(assembly, projectors, lifts, at.nodes[a], at.nodes[b], block));
      }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- coordinates ---- */

/* How slip and axis change with a coordinate, the nodes held: s_i = -dx_body/dq_i, a_i. */
typedef struct {
  PetscReal slip[TAS_PINS_MAX_NODES][3], axis[3];
} Rate;

static void RateOf(TasPins pins, const TasBodies *bodies, const Place *at, PetscInt coordinate, Rate *rate)
{
  TasBodyRotateSlope(bodies, at->body, coordinate, pins->axis[at->entry->pin], rate->axis);
  for (PetscInt a = 0; a < at->num; a++) {
    TasBodyVelocity(bodies, at->body, coordinate, pins->mesh->coordinates + 3 * at->nodes[a], rate->slip[a]);
    for (int d = 0; d < 3; d++) rate->slip[a][d] = -rate->slip[a][d];
  }
}

/* B_i at a node: the derivative of NodeForce. */
static void NodeForceRate(const Place *at, PetscInt a, PetscReal (*slip)[3], const Rate *rate, PetscReal out[3])
{
  const PetscReal less = at->entry->across - at->entry->along;
  PetscReal       sum[3], turned[3];

  Integral(at, a, slip, sum);
  Integral(at, a, (PetscReal(*)[3])rate->slip, turned);
  Stiffness(at, turned, out);
  for (int d = 0; d < 3; d++) out[d] -= less * (TasDot(sum, rate->axis) * at->axis[d] + TasDot(sum, at->axis) * rate->axis[d]);
}

void TasPinsCoordinates(TasPins pins, const TasBodies *bodies, const PetscReal *u, PetscReal *q)
{
  Place at;
  Rate  rate;

  for (PetscInt k = 0; k < pins->num_cells; k++) {
    if (!pins->cells[k].owned) continue;
    PlaceAt(pins, k, bodies, u, &at);
    for (PetscInt j = 0; j < bodies->num_coordinates; j++) {
      const PetscReal less = at.entry->across - at.entry->along;
      if (!TasBodyMovesWith(bodies, at.body, j)) continue;
      RateOf(pins, bodies, &at, j, &rate);
      for (PetscInt a = 0; a < at.num; a++) {
        PetscReal force[3], sum[3];
        NodeForce(&at, a, at.slip, force);
        Integral(&at, a, at.slip, sum);
        q[j] += TasDot(rate.slip[a], force) - less * TasDot(sum, at.axis) * TasDot(at.slip[a], rate.axis);
      }
    }
  }
}

/* d2(energy)/dq_i dq_j in a cell: differentiates what TasPinsCoordinates adds. */
static PetscReal Curvature(TasPins pins, const TasBodies *bodies, Place *at, PetscInt i, PetscInt j, const Rate *by_i, const Rate *by_j)
{
  const PetscReal less = at->entry->across - at->entry->along;
  PetscReal       sum = 0., turn[3];

  TasBodyRotateCurvature(bodies, at->body, i, j, pins->axis[at->entry->pin], turn);
  for (PetscInt a = 0; a < at->num; a++) {
    PetscReal force[3], slip[3], rate[3], force_rate[3], second[3];
    NodeForce(at, a, at->slip, force);
    NodeForceRate(at, a, at->slip, by_j, force_rate);
    Integral(at, a, at->slip, slip);
    Integral(at, a, (PetscReal(*)[3])by_j->slip, rate);
    TasBodyAcceleration(bodies, at->body, i, j, pins->mesh->coordinates + 3 * at->nodes[a], second);
    sum += TasDot(by_i->slip[a], force_rate) - TasDot(second, force);
    sum -= less * ((TasDot(rate, at->axis) + TasDot(slip, by_j->axis)) * TasDot(at->slip[a], by_i->axis) + TasDot(slip, at->axis) * (TasDot(by_j->slip[a], by_i->axis) + TasDot(at->slip[a], turn)));
  }
  return sum;
}

/* The part of a cell in one pair of coordinates, and in one column. */
static void Couple(TasPins pins, const TasBodies *bodies, Place *at, const Rate *rates, PetscReal **columns, const PetscReal *const *lifts, PetscReal *block)
{
  const PetscInt n = bodies->num_free, owned = pins->mesh->num_nodes_owned;

  for (PetscInt j = 0; j < n; j++) {
    for (PetscInt a = 0; a < at->num; a++) {
      const PetscInt node = at->nodes[a];
      PetscReal      b[3];
      if (node >= owned) continue;
      NodeForceRate(at, a, at->slip, &rates[j], b);
      for (int d = 0; d < 3; d++) columns[j][3 * node + d] += b[d];
      for (PetscInt i = 0; i < n; i++) {
        const PetscReal work = TasDot(lifts[i] + 3 * node, b);
        block[i * n + j] += work;
        block[j * n + i] += work;
      }
    }
    for (PetscInt i = 0; at->entry->owned && i < n; i++) block[i * n + j] += Curvature(pins, bodies, at, bodies->free[i], bodies->free[j], &rates[i], &rates[j]);
  }
}

PetscErrorCode TasPinsCoupling(TasPins pins, const TasBodies *bodies, const PetscReal *u, PetscReal **columns, const PetscReal *const *lifts, PetscReal *block)
{
  Place at;
  Rate *rates;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(bodies->num_free + 1, &rates));
  for (PetscInt k = 0; k < pins->num_cells; k++) {
    PlaceAt(pins, k, bodies, u, &at);
    for (PetscInt j = 0; j < bodies->num_free; j++) RateOf(pins, bodies, &at, bodies->free[j], &rates[j]);
    Couple(pins, bodies, &at, rates, columns, lifts, block);
  }
  PetscCall(PetscFree(rates));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- what is reported ---- */

void TasPinsReaction(TasPins pins, PetscInt pin, const TasBodies *bodies, const PetscReal *u, const PetscReal about[3], PetscReal sum[6])
{
  Place at;

  for (PetscInt k = 0; k < pins->num_cells; k++) {
    if (!pins->cells[k].owned || pins->cells[k].pin != pin) continue;
    PlaceAt(pins, k, bodies, u, &at);
    for (PetscInt a = 0; a < at.num; a++) {
      PetscReal force[3], arm[3], moment[3];
      NodeForce(&at, a, at.slip, force);
      for (int d = 0; d < 3; d++) arm[d] = pins->mesh->coordinates[3 * at.nodes[a] + d] + u[3 * at.nodes[a] + d] - about[d];
      TasCross(arm, force, moment);
      for (int d = 0; d < 3; d++) {
        sum[d] -= force[d];
        sum[3 + d] -= moment[d];
      }
    }
  }
}

void TasPinsLargest(TasPins pins, PetscInt pin, const TasBodies *bodies, const PetscReal *u, PetscReal *distance, PetscReal *pressure)
{
  Place at;

  *distance = *pressure = 0.;
  for (PetscInt k = 0; k < pins->num_cells; k++) {
    PetscReal mean[3] = {0., 0., 0.}, length = 0.;
    if (!pins->cells[k].owned || pins->cells[k].pin != pin) continue;
    PlaceAt(pins, k, bodies, u, &at);
    for (PetscInt a = 0; a < at.num; a++) {
      PetscReal sum[3];
      Integral(&at, a, at.slip, sum);
      for (int d = 0; d < 3; d++) mean[d] += sum[d];
      for (PetscInt b = 0; b < at.num; b++) length += at.entry->mass[a * at.num + b];
    }
    const PetscReal across = PetscSqrtReal(PetscMax(0., TasDot(mean, mean) - PetscSqr(TasDot(mean, at.axis)))) / length;
    *distance              = PetscMax(*distance, across);
    *pressure              = PetscMax(*pressure, at.entry->across * across / pins->c->pins[pin].diameter);
  }
}
