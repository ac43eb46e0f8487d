#include "solver/treatment/device_line.h"
#include <math.h>

static const PetscReal *Parameters(const TasDeviceLine *line) { return line->device->parameters; }

PetscErrorCode TasDeviceLineCreate(const TasCaseDevice *device, const TasCaseRegenerate *regenerate, TasDeviceLine *line)
{
  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(line, sizeof *line));
  line->device    = device;
  line->stiffness = TasDeviceStiffness(device->model, device->parameters);
  if (regenerate->law) PetscCall(TasRegenerateCreate(regenerate->law, regenerate->parameters, &line->regenerate));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasDeviceLineDestroy(TasDeviceLine *line)
{
  PetscFunctionBeginUser;
  PetscCall(TasRegenerateDestroy(&line->regenerate));
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasDeviceLineMount(TasDeviceLine *line, PetscReal force) { line->mounted = isinf(line->stiffness) ? 0. : force / line->stiffness; }

void TasDeviceLineBegin(TasDeviceLine *line, const TasLengthening *lengthening, PetscReal event)
{
  PetscReal commanded, wanted;

  TasLengtheningLength(lengthening, event, &commanded, &wanted);
  line->direction = TasLengtheningDirection(lengthening, line->time, event);
  line->event     = event;
  line->target    = line->direction ? wanted - line->lost : line->driven;
  line->trial     = line->driven;
}

void TasDeviceLineRest(TasDeviceLine *line, PetscReal event)
{
  line->direction = 0;
  line->event     = event;
  line->target    = line->driven;
}

void TasDeviceLineSetTime(TasDeviceLine *line, PetscReal time)
{
  line->trial = time == line->event ? line->target : line->driven + (line->target - line->driven) * (time - line->time) / (line->event - line->time);
}

PetscReal TasDeviceLineForce(const TasDeviceLine *line, PetscReal gap, PetscReal *slope)
{
  PetscReal force, tissue = 0., stiffness = 0.;

  force = TasDeviceForce(line->device->model, Parameters(line), line->trial + line->mounted, gap, line->direction, slope);
  if (line->regenerate) TasRegenerateForce(line->regenerate, gap, line->time_step, &tissue, &stiffness);
  *slope -= stiffness;
  return force - tissue;
}

void TasDeviceLineAccept(TasDeviceLine *line, PetscReal gap)
{
  const PetscReal whole   = line->trial + line->mounted;
  const PetscReal settled = isinf(line->stiffness) ? whole : TasDeviceSettled(line->device->model, Parameters(line), whole, gap, line->direction);

  if (line->regenerate) TasRegenerateAccept(line->regenerate, gap, line->time_step);
  line->lost += whole - settled;
  line->target -= whole - settled;
  line->driven = settled - line->mounted;
  line->gap    = gap;
}

PetscReal TasDeviceLineDeviceForce(const TasDeviceLine *line, PetscReal tissue, PetscReal *regenerate)
{
  PetscReal slope;

  *regenerate = 0.;
  if (line->regenerate) TasRegenerateForce(line->regenerate, line->gap, 0., regenerate, &slope);
  if (isinf(line->stiffness)) return tissue + *regenerate;
  return TasDeviceForce(line->device->model, Parameters(line), line->driven + line->mounted, line->gap, 0, &slope);
}

PetscInt TasDeviceLineStateSize(const TasDeviceLine *line) { return TAS_DEVICE_LINE_STATE + (line->regenerate ? TasRegenerateStateSize(line->regenerate) : 0); }

void TasDeviceLineGetState(const TasDeviceLine *line, PetscReal *state)
{
  const PetscReal values[TAS_DEVICE_LINE_STATE] = {line->mounted, line->lost, line->time, line->driven, line->event, line->target, line->direction, line->gap};

  for (PetscInt k = 0; k < TAS_DEVICE_LINE_STATE; k++) state[k] = values[k];
  if (line->regenerate) TasRegenerateGetState(line->regenerate, state + TAS_DEVICE_LINE_STATE);
}

void TasDeviceLineSetState(TasDeviceLine *line, const PetscReal *state)
{
  PetscReal *const values[TAS_DEVICE_LINE_STATE - 2] = {&line->mounted, &line->lost, &line->time, &line->driven, &line->event, &line->target};

  for (PetscInt k = 0; k < TAS_DEVICE_LINE_STATE - 2; k++) *values[k] = state[k];
  line->direction = (PetscInt)state[TAS_DEVICE_LINE_STATE - 2];
  line->gap       = state[TAS_DEVICE_LINE_STATE - 1];
  line->trial     = line->driven;
  if (line->regenerate) TasRegenerateSetState(line->regenerate, state + TAS_DEVICE_LINE_STATE);
}
