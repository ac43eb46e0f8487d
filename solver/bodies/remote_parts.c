#include "solver/bodies/remote_parts.h"
#include <math.h>
#include "solver/strands/strand.h"

#define SHORTEST 0.1 /* of its length: nearer the attachment does not come */

typedef struct {
  PetscInt    body, slide; /* of the case; its coordinate */
  PetscReal   length;      /* mm */
  TasMaterial material;
  TasStrand   strand;      /* two nodes, fixed on a bed of two points */
  PetscReal   scale;       /* of the given area */
  PetscReal   longer;      /* mm, accepted */
  PetscReal  *reach;       /* [num_coordinates] de/dq */
} Part;

struct TasRemoteParts_ {
  TasBodies *bodies;
  PetscInt   num;
  Part      *part;
};

static void BedAt(const Part *part, PetscReal longer, PetscReal bed[6])
{
  for (PetscInt k = 0; k < 6; k++) bed[k] = 0.;
  bed[3] = PetscMax(part->length + longer, SHORTEST * part->length);
}

/* de/dq of all coordinates: -1 of its own slide, the arms of the joints. */
static void SetReach(const TasCase *c, const TasBodies *bodies, Part *part)
{
  const TasCaseBody *body = &c->bodies[part->body];

  part->reach[part->slide] = -1.;
  for (PetscInt a = 0; a < body->num_arms; a++) part->reach[TasBodiesFindCoordinate(bodies, c->joints[body->arm[a].joint].name)] += body->arm[a].length;
}

static PetscErrorCode Create(const TasCase *c, const TasBodies *bodies, PetscInt body, Part *part)
{
  const TasCaseStrand *wanted = c->bodies[body].remote;
  char                 name[2 * TAS_NAME_LENGTH], problem[TAS_PROBLEM_LENGTH] = "";
  PetscReal            bed[6];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(name, sizeof name, "%s.slide", c->bodies[body].name));
  *part = (Part){.body = body, .slide = TasBodiesFindCoordinate(bodies, name), .length = wanted->points[3], .scale = 1.};
  PetscCall(PetscCalloc1(bodies->num_coordinates, &part->reach));
  SetReach(c, bodies, part);
  PetscCall(TasCaseCreateStrandMaterial(wanted, &part->material, problem));
  PetscCheck(!problem[0], PETSC_COMM_SELF, PETSC_ERR_PLIB, "Remote part of %s: %s", c->bodies[body].name, problem);
  BedAt(part, 0., bed);
  const TasStrandSetup setup = {.material = part->material, .area = wanted->area, .bed_stiffness = 0., .start.kind = TAS_STRAND_FIXED, .end.kind = TAS_STRAND_FIXED, .num_nodes = 2, .num_bed = 2, .bed = bed};
  PetscCall(TasStrandCreate(&setup, &part->strand));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRemotePartsCreate(const TasCase *c, TasBodies *bodies, TasRemoteParts *out)
{
  TasRemoteParts parts;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&parts));
  parts->bodies = bodies;
  PetscCall(PetscCalloc1(c->num_bodies, &parts->part));
  for (PetscInt b = 0; b < c->num_bodies; b++)
    if (c->bodies[b].remote) PetscCall(Create(c, bodies, b, &parts->part[parts->num++]));
  for (PetscInt k = 0; k < parts->num; k++) TasBodiesDrive(bodies, parts->part[k].slide, PETSC_TRUE);
  *out = parts;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRemotePartsDestroy(TasRemoteParts *parts)
{
  PetscFunctionBeginUser;
  if (!*parts) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt k = 0; k < (*parts)->num; k++) {
    PetscCall(TasStrandDestroy(&(*parts)->part[k].strand));
    PetscCall(TasMaterialDestroy(&(*parts)->part[k].material));
    PetscCall(PetscFree((*parts)->part[k].reach));
  }
  PetscCall(PetscFree((*parts)->part));
  PetscCall(PetscFree(*parts));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscReal Longer(const TasRemoteParts parts, const Part *part)
{
  PetscReal longer = 0.;

  for (PetscInt j = 0; j < parts->bodies->num_coordinates; j++) longer += part->reach[j] * parts->bodies->coordinate[j].value;
  return longer;
}

/* Tension at an elongation, and its derivative; NAN where the law cannot go there. */
static PetscErrorCode Tension(const Part *part, PetscReal longer, PetscReal time_step, PetscReal *tension, PetscReal *slope)
{
  const PetscReal  direction[6] = {0., 0., 0., 1., 0., 0.};
  PetscReal        bed[6], product[6];
  TasStrandOutcome outcome;

  PetscFunctionBeginUser;
  BedAt(part, longer, bed);
  PetscCall(TasStrandSolve(part->strand, bed, time_step, &outcome));
  *tension = *slope = NAN;
  if (!outcome.converged) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasStrandBedProduct(part->strand, direction, NULL, product, NULL));
  *tension = part->scale * TasStrandEndForce(part->strand, PETSC_TRUE);
  *slope   = part->scale * product[3];
  if (*tension < 0.) *tension = *slope = 0.; /* it is a string */
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRemotePartsMount(TasRemoteParts parts, const PetscReal *tissue)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < parts->num; k++) {
    Part     *part = &parts->part[k];
    PetscReal tension, slope;
    PetscCall(Tension(part, 0., INFINITY, &tension, &slope));
    if (tension > 0. && tissue[part->slide] > 0.) part->scale = tissue[part->slide] / tension;
    PetscCall(TasStrandCommit(part->strand, INFINITY));
    TasBodiesDrive(parts->bodies, part->slide, PETSC_FALSE);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscReal TasRemotePartsForce(TasRemoteParts parts, PetscInt coordinate, PetscReal time_step, PetscReal *slope)
{
  PetscReal force = 0.;

  for (PetscInt k = 0; k < parts->num; k++) {
    const Part     *part  = &parts->part[k];
    const PetscReal reach = part->reach[coordinate];
    PetscReal       tension, stiffness;
    if (reach == 0.) continue;
    PetscCallAbort(PETSC_COMM_SELF, Tension(part, Longer(parts, part), time_step, &tension, &stiffness));
    force -= tension * reach;
    for (PetscInt j = 0; slope && j < parts->bodies->num_coordinates; j++) slope[j] -= stiffness * reach * part->reach[j];
  }
  return force;
}

PetscReal TasRemotePartsGrowthError(TasRemoteParts parts, PetscReal time_step)
{
  PetscReal error = 0.;

  for (PetscInt k = 0; k < parts->num; k++) error = PetscMax(error, TasStrandGrowthError(parts->part[k].strand, time_step));
  return error;
}

PetscErrorCode TasRemotePartsAccept(TasRemoteParts parts, PetscReal time_step)
{
  PetscReal tension, slope;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < parts->num; k++) {
    Part *part   = &parts->part[k];
    part->longer = Longer(parts, part);
    PetscCall(Tension(part, part->longer, time_step, &tension, &slope));
    PetscCall(TasStrandCommit(part->strand, time_step));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasRemotePartsStateSize(TasRemoteParts parts)
{
  PetscInt size = 0;

  for (PetscInt k = 0; k < parts->num; k++) size += 2 + TasStrandStateSize(parts->part[k].strand);
  return size;
}

void TasRemotePartsGetState(TasRemoteParts parts, PetscReal *state)
{
  for (PetscInt k = 0; k < parts->num; k++) {
    *state++ = parts->part[k].scale;
    *state++ = parts->part[k].longer;
    TasStrandGetState(parts->part[k].strand, state);
    state += TasStrandStateSize(parts->part[k].strand);
  }
}

PetscErrorCode TasRemotePartsSetState(TasRemoteParts parts, const PetscReal *state)
{
  PetscReal bed[6];

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < parts->num; k++) {
    Part *part   = &parts->part[k];
    part->scale  = *state++;
    part->longer = *state++;
    BedAt(part, part->longer, bed);
    PetscCall(TasStrandSetState(part->strand, bed, state));
    state += TasStrandStateSize(part->strand);
    TasBodiesDrive(parts->bodies, part->slide, PETSC_FALSE);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
