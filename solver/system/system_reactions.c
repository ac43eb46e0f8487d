/* What holds the tissue: forces and moments by bodies and surfaces, from the raw forces of the last state. */
#include "solver/system/system_impl.h"

/* Adds the force at a node, and its moment about a point, to sum[6]. */
static void Add(const TasSystem system, PetscInt node, const PetscReal force[3], const PetscReal about[3], PetscReal sum[6])
{
  const PetscScalar *u = TasSystemDisplacement(system);
  PetscReal          arm[3];

  for (PetscInt d = 0; d < 3; d++) {
    arm[d] = system->mesh->coordinates[3 * node + d] + u[3 * node + d] - about[d];
    sum[d] += force[d];
  }
  for (PetscInt d = 0; d < 3; d++) sum[3 + d] += arm[(d + 1) % 3] * force[(d + 2) % 3] - arm[(d + 2) % 3] * force[(d + 1) % 3];
}

static PetscErrorCode Share(const TasSystem system, PetscReal sum[6], PetscReal force[3], PetscReal moment[3])
{
  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 6, MPIU_REAL, MPIU_SUM, system->mesh->comm));
  for (PetscInt d = 0; d < 3; d++) {
    force[d]  = sum[d];
    moment[d] = sum[3 + d];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A bed pulls the tissue back: minus its part in the raw forces. */
static void SubtractBed(const TasSystem system, PetscInt node, PetscReal force[3])
{
  for (PetscInt d = 0; d < 3; d++) force[d] -= system->bed[3 * node + d];
}

PetscErrorCode TasSystemBodyReaction(TasSystem system, PetscInt body, PetscReal force[3], PetscReal moment[3])
{
  PetscReal      sum[6] = {0.}, about[3];

  PetscFunctionBeginUser;
  TasBodyMap(system->bodies, body, system->bodies->body[body].centre, about);
  for (PetscInt node = 0; node < system->mesh->num_nodes_owned; node++) {
    PetscReal f[3];
    TasSupportsReaction(system->supports, node, body, system->raw, f);
    if (TasLoadsBedBody(system->loads, node) == body) SubtractBed(system, node, f);
    Add(system, node, f, about, sum);
  }
  for (PetscInt i = 0; system->pins && i < TasPinsNum(system->pins); i++)
    if (system->c->pins[i].body == body) TasPinsReaction(system->pins, i, system->bodies, TasSystemDisplacement(system), about, sum);
  PetscCall(Share(system, sum, force, moment));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSystemSurfaceReaction(TasSystem system, PetscInt surface, PetscReal force[3], PetscReal moment[3])
{
  const PetscReal origin[3] = {0., 0., 0.};
  PetscReal       sum[6]    = {0.}, *bed;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(3 * system->mesh->num_nodes_owned + 1, &bed));
  TasLoadsSurfaceBed(system->loads, system->bodies, surface, TasSystemDisplacement(system), bed);
  for (PetscInt node = 0; node < system->mesh->num_nodes_owned; node++) {
    PetscReal f[3];
    TasSupportsSurfaceReaction(system->supports, node, surface, system->raw, f);
    for (PetscInt d = 0; d < 3; d++) f[d] -= bed[3 * node + d];
    Add(system, node, f, origin, sum);
  }
  PetscCall(PetscFree(bed));
  PetscCall(Share(system, sum, force, moment));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasSystemNodalReactions(TasSystem system, PetscReal *reaction)
{
  for (PetscInt node = 0; node < system->mesh->num_nodes_owned; node++) {
    TasSupportsReaction(system->supports, node, -1, system->raw, reaction + 3 * node);
    if (TasLoadsBedBody(system->loads, node) >= 0) SubtractBed(system, node, reaction + 3 * node);
    for (PetscInt d = 0; system->pins && d < 3; d++) reaction[3 * node + d] -= system->pinned[3 * node + d];
  }
}
