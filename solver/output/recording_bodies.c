#include "solver/output/recording_bodies.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

#define DEGREE (PETSC_PI / 180.)

/* Of the device line; those of the gap's tissue last. */
static const struct {
  const char *name, *unit;
  size_t      offset; /* in a TasDeviceReport */
  PetscBool   gap;
} device_columns[] = {
  {"commanded_length", "mm", offsetof(TasDeviceReport, commanded), PETSC_FALSE},
  {"lost_length", "mm", offsetof(TasDeviceReport, lost), PETSC_FALSE},
  {"device_force", "N", offsetof(TasDeviceReport, device_force), PETSC_FALSE},
  {"regenerate_force", "N", offsetof(TasDeviceReport, regenerate_force), PETSC_TRUE},
  {"regenerate_stiffness", "N/mm", offsetof(TasDeviceReport, regenerate_stiffness), PETSC_TRUE},
};
#define NUM_DEVICE_COLUMNS ((PetscInt)(sizeof device_columns / sizeof device_columns[0]))

struct TasBodyColumns_ {
  const TasDomain *domain;
  TasSystem        system;
  PetscInt        *value, *force;     /* [num_coordinates] of a coordinate and of what resists it, or -1 */
  PetscInt         device[TAS_MAX_OSTEOTOMIES][NUM_DEVICE_COLUMNS]; /* -1: none */
  PetscInt        *body, *surface;    /* [num_bodies], [num_surfaces] first of 6: reaction force and moment; -1: none */
};

/* ---- columns ---- */

static PetscErrorCode AddReactionColumns(TasHistory history, const char *owner, PetscInt *first)
{
  static const char *const axis[] = {"x", "y", "z"};
  PetscInt                 column;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < 6; k++) {
    PetscCall(TasHistoryAddColumnOf(history, k < 3 ? "reaction_force.%s.%s" : "reaction_moment.%s.%s", owner, axis[k % 3], k < 3 ? "N" : "N mm", &column));
    if (k == 0) *first = column;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What belongs to a gap; of the second one, with its prefix. */
static PetscErrorCode AddGapColumn(TasHistory history, PetscInt osteotomy, const char *name, const char *unit, PetscInt *column)
{
  char title[TAS_NAME_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(title, sizeof title, "%s%s", TAS_OSTEOTOMY_PREFIX(osteotomy), name));
  PetscCall(TasHistoryAddColumn(history, title, unit, column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddCoordinateColumns(TasHistory history, const TasBodies *bodies, PetscInt number, PetscInt *value, PetscInt *force)
{
  const TasCoordinate *coordinate = &bodies->coordinate[number];

  PetscFunctionBeginUser;
  *force = -1;
  switch (coordinate->kind) {
  case TAS_COORDINATE_GAP:
    PetscCall(AddGapColumn(history, number, "gap", "mm", value));
    PetscCall(AddGapColumn(history, number, "axial_force", "N", force));
    break;
  case TAS_COORDINATE_JOINT:
    PetscCall(TasHistoryAddColumnOf(history, "joint.%s.%s", coordinate->name, "angle", "degree", value));
    PetscCall(TasHistoryAddColumnOf(history, "joint.%s.%s", coordinate->name, "torque", "N mm", force));
    break;
  case TAS_COORDINATE_SLIDE:
  case TAS_COORDINATE_TRANSLATION:
  case TAS_COORDINATE_ROTATION:
    PetscCall(TasHistoryAddColumnOf(history, "%s.%s", "motion", coordinate->name, coordinate->kind == TAS_COORDINATE_ROTATION ? "rad" : "mm", value));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool HoldsSomething(const TasCaseSurface *s)
{
  return (PetscBool)(s->kind != TAS_SURFACE_FREE || s->displacement[0].given || s->displacement[1].given || s->displacement[2].given);
}

static PetscBool IsBody(const TasBodies *bodies, const char *name)
{
  for (PetscInt b = 0; b < bodies->num; b++)
    if (!strcmp(bodies->body[b].name, name)) return PETSC_TRUE;
  return PETSC_FALSE;
}

static PetscErrorCode AddDeviceColumns(const TasCase *c, PetscInt osteotomy, TasHistory history, PetscInt column[NUM_DEVICE_COLUMNS])
{
  const PetscBool gap = (PetscBool)(c->regenerate[osteotomy].law != NULL), device = (PetscBool)(gap || !isinf(TasDeviceStiffness(c->device[osteotomy].model, c->device[osteotomy].parameters)));

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < NUM_DEVICE_COLUMNS; k++) {
    column[k] = -1;
    if (device && (gap || !device_columns[k].gap)) PetscCall(AddGapColumn(history, osteotomy, device_columns[k].name, device_columns[k].unit, &column[k]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasBodyColumnsCreate(const TasDomain *domain, TasSystem system, TasHistory history, TasBodyColumns *out)
{
  const TasBodies *bodies = TasSystemBodies(system);
  const TasMesh   *mesh   = domain->mesh;
  TasBodyColumns   columns;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&columns));
  columns->domain = domain;
  columns->system = system;
  PetscCall(PetscMalloc4(bodies->num_coordinates + 1, &columns->value, bodies->num_coordinates + 1, &columns->force, bodies->num + 1, &columns->body, mesh->num_surfaces + 1, &columns->surface));
  for (PetscInt j = 0; j < bodies->num_coordinates; j++) PetscCall(AddCoordinateColumns(history, bodies, j, &columns->value[j], &columns->force[j]));
  for (PetscInt k = 0; k < domain->c->num_distractions; k++) PetscCall(AddDeviceColumns(domain->c, k, history, columns->device[k]));
  for (PetscInt b = 0; b < bodies->num; b++) PetscCall(AddReactionColumns(history, bodies->body[b].name, &columns->body[b]));
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) {
    char name[2 * TAS_NAME_LENGTH];
    columns->surface[s] = -1;
    PetscCall(PetscSNPrintf(name, sizeof name, "%s%s", mesh->surfaces[s].name, IsBody(bodies, mesh->surfaces[s].name) ? "_surface" : ""));
    if (HoldsSomething(&domain->c->surfaces[s])) PetscCall(AddReactionColumns(history, name, &columns->surface[s]));
  }
  *out = columns;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasBodyColumnsDestroy(TasBodyColumns *columns)
{
  PetscFunctionBeginUser;
  if (!*columns) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree4((*columns)->value, (*columns)->force, (*columns)->body, (*columns)->surface));
  PetscCall(PetscFree(*columns));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- values ---- */

static PetscErrorCode SetReaction(TasHistory history, PetscInt first, const PetscReal force[3], const PetscReal moment[3])
{
  PetscFunctionBeginUser;
  for (PetscInt d = 0; d < 3; d++) {
    PetscCall(TasHistorySet(history, first + d, force[d]));
    PetscCall(TasHistorySet(history, first + 3 + d, moment[d]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetDevice(TasTreatment treatment, PetscInt osteotomy, const PetscReal *tissue, const PetscInt column[NUM_DEVICE_COLUMNS], TasHistory history)
{
  TasDeviceReport report;

  PetscFunctionBeginUser;
  TasTreatmentReport(treatment, osteotomy, tissue, &report);
  for (PetscInt k = 0; k < NUM_DEVICE_COLUMNS; k++)
    if (column[k] >= 0) PetscCall(TasHistorySet(history, column[k], *(const PetscReal *)((const char *)&report + device_columns[k].offset)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetCoordinates(TasBodyColumns columns, TasHistory history)
{
  const TasBodies *bodies = TasSystemBodies(columns->system);
  TasTreatment     treatment = TasSystemTreatment(columns->system);
  PetscInt         joint_number = 0;
  PetscReal       *force;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(bodies->num_coordinates + 1, &force));
  PetscCall(TasSystemCoordinateForces(columns->system, force));
  for (PetscInt j = 0; j < bodies->num_coordinates; j++) {
    const TasCoordinate *coordinate = &bodies->coordinate[j];
    const PetscBool      joint      = (PetscBool)(coordinate->kind == TAS_COORDINATE_JOINT);
    PetscCall(TasHistorySet(history, columns->value[j], joint ? (coordinate->value + coordinate->undeformed) / DEGREE : coordinate->value));
    if (columns->force[j] >= 0) PetscCall(TasHistorySet(history, columns->force[j], joint ? TasTreatmentPassiveTorque(treatment, joint_number++) - force[j] : force[j]));
  }
  for (PetscInt k = 0; k < columns->domain->c->num_distractions; k++) PetscCall(SetDevice(treatment, k, force, columns->device[k], history));
  PetscCall(PetscFree(force));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasBodyColumnsSet(TasBodyColumns columns, TasHistory history)
{
  PetscReal force[3], moment[3];

  PetscFunctionBeginUser;
  PetscCall(SetCoordinates(columns, history));
  for (PetscInt b = 0; b < columns->domain->c->num_bodies; b++) {
    PetscCall(TasSystemBodyReaction(columns->system, b, force, moment));
    PetscCall(SetReaction(history, columns->body[b], force, moment));
  }
  for (PetscInt s = 0; s < columns->domain->mesh->num_surfaces; s++) {
    if (columns->surface[s] < 0) continue;
    PetscCall(TasSystemSurfaceReaction(columns->system, s, force, moment));
    PetscCall(SetReaction(history, columns->surface[s], force, moment));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
