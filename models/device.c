/*
  Devices: their list, the spring with its slipping clutch, and what a mechanism makes of commands.

    F = k (l - g), while moving at most the stall force;   driven = ratio commanded, in whole smallest steps, no faster than it turns
    ratio: accuracy + spread z(seed) + step_spread z(seed, day, step), or on run-away and blocked days evenly distributed

  Theory: docs/theory/devices.md
*/
#include "models/device_impl.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400.0 /* s */

const TasDevice *const tas_devices[]   = {&tas_device_ideal,         &tas_device_ilizarov_frame, &tas_device_hexapod,
                                          &tas_device_magnetic_nail, &tas_device_ratchet_nail,   &tas_device_motorised_nail};
const PetscInt         tas_num_devices = TAS_COUNT(tas_devices);

const char *const tas_device_days[TAS_NUM_DAYS] = {"normal", "runaway", "blocked"};

const TasDevice *TasDeviceFind(const char *name)
{
  for (PetscInt d = 0; d < tas_num_devices; d++)
    if (!strcmp(tas_devices[d]->name, name)) return tas_devices[d];
  return NULL;
}

/* What a parameter is in a mechanism, whichever device has it. */
static const struct {
  const char *key;
  size_t      offset;
  PetscReal   divisor; /* to the mechanism's unit */
} members[] = {
    {"stiffness", offsetof(TasMechanism, stiffness), 1},
    {"stall_force", offsetof(TasMechanism, stall_force), 1},
    {"stroke", offsetof(TasMechanism, stroke), 1},
    {"speed", offsetof(TasMechanism, speed), 60},
    {"smallest_step", offsetof(TasMechanism, step), 1},
    {"accuracy", offsetof(TasMechanism, accuracy), 1},
    {"spread", offsetof(TasMechanism, spread), 1},
    {"step_spread", offsetof(TasMechanism, step_spread), 1},
    {"runaway_share", offsetof(TasMechanism, runaway_share), 1},
    {"runaway_low", offsetof(TasMechanism, runaway_low), 1},
    {"runaway_high", offsetof(TasMechanism, runaway_high), 1},
    {"blocked_share", offsetof(TasMechanism, blocked_share), 1},
    {"blocked_high", offsetof(TasMechanism, blocked_high), 1},
    {"persistence", offsetof(TasMechanism, persistence), 1},
};

static TasMechanism MechanismOf(const TasDevice *device, const PetscReal *p)
{
  TasMechanism mechanism = TAS_MECHANISM_EXACT;

  for (PetscInt k = 0; k < device->num_parameters; k++)
    for (PetscInt m = 0; m < TAS_COUNT(members); m++)
      if (!strcmp(members[m].key, device->parameters[k].key)) *(PetscReal *)((char *)&mechanism + members[m].offset) = p[k] / members[m].divisor;
  return mechanism;
}

void TasDeviceCheck(const TasDevice *device, const PetscReal *p, char *problem)
{
  const TasMechanism m = MechanismOf(device, p);

  problem[0] = 0;
  if (m.runaway_share + m.blocked_share > 1)
    (void)snprintf(problem, 512, "found runaway_share %g and blocked_share %g, allowed: together at most 1", (double)m.runaway_share,
                   (double)m.blocked_share);
  else if (m.runaway_low > m.runaway_high)
    (void)snprintf(problem, 512, "found runaway_low %g and runaway_high %g, allowed: runaway_high at least runaway_low", (double)m.runaway_low,
                   (double)m.runaway_high);
}

PetscReal TasDeviceStiffness(const TasDevice *device, const PetscReal *p) { return MechanismOf(device, p).stiffness; }
PetscReal TasDeviceStallForce(const TasDevice *device, const PetscReal *p) { return MechanismOf(device, p).stall_force; }
PetscReal TasDeviceStroke(const TasDevice *device, const PetscReal *p) { return MechanismOf(device, p).stroke; }
PetscReal TasDeviceSpeed(const TasDevice *device, const PetscReal *p) { return MechanismOf(device, p).speed; }

/* ---- force ---- */

/* What a clutch lets through of a force against the movement, and its derivative. */
static PetscReal Slip(PetscReal force, PetscReal limit, PetscReal *derivative)
{
  const PetscReal corner = TAS_DEVICE_CORNER * limit, into = force - limit + corner, lost = 1 - TAS_DEVICE_SLIP;

  *derivative = 1;
  if (!(into > 0)) return force;
  if (into < 2 * corner) {
    *derivative = 1 - lost * into / (2 * corner);
    return force - lost * into * into / (4 * corner);
  }
  *derivative = TAS_DEVICE_SLIP;
  return limit + TAS_DEVICE_SLIP * (force - limit);
}

PetscReal TasDeviceForce(const TasDevice *device, const PetscReal *p, PetscReal driven, PetscReal gap, PetscInt direction, PetscReal *slope)
{
  const TasMechanism m          = MechanismOf(device, p);
  PetscReal          derivative = 1, force = m.stiffness * (driven - gap);

  PetscAssertAbort(!PetscIsInfReal(m.stiffness), PETSC_COMM_SELF, PETSC_ERR_PLIB, "an infinitely stiff device has no law of its force");
  if (direction && !PetscIsInfReal(m.stall_force)) force = direction * Slip(direction * force, m.stall_force, &derivative);
  *slope = -m.stiffness * derivative;
  return force;
}

PetscReal TasDeviceSettled(const TasDevice *device, const PetscReal *p, PetscReal driven, PetscReal gap, PetscInt direction)
{
  const PetscReal stiffness = TasDeviceStiffness(device, p);
  PetscReal       slope, force;

  if (PetscIsInfReal(stiffness)) return driven;
  force = TasDeviceForce(device, p, driven, gap, direction, &slope);
  return slope > -stiffness ? gap + force / stiffness : driven;
}

/* ---- chance ---- */

typedef enum { DRAW_DEVICE, DRAW_STEP, DRAW_KEEP, DRAW_DAY, DRAW_RATIO } Draw;

/* splitmix64 (Steele, Lea & Flood 2014): every bit of the result depends on every bit of x. */
static uint64_t Mix(uint64_t x)
{
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/* Evenly distributed in (0, 1): one number for each set of arguments. */
static PetscReal Even(PetscInt64 seed, Draw draw, PetscInt day, PetscInt step, int number)
{
  uint64_t x = Mix((uint64_t)seed);

  x = Mix(x ^ (uint64_t)(4 * draw + number));
  x = Mix(x ^ (uint64_t)day);
  x = Mix(x ^ (uint64_t)step);
  return ((PetscReal)(x >> 11) + 0.5) / 9007199254740992.0;
}

/* Normally distributed, mean 0, standard deviation 1 (Box and Muller 1958). */
static PetscReal Normal(PetscInt64 seed, Draw draw, PetscInt day, PetscInt step)
{
  return sqrt(-2 * log(Even(seed, draw, day, step, 0))) * cos(2 * PETSC_PI * Even(seed, draw, day, step, 1));
}

/* A day is drawn anew unless it keeps what the day before was: then that day says, or the one before it, ... */
static TasDeviceDay DayOf(const TasMechanism *m, PetscInt64 seed, PetscInt day)
{
  PetscReal u;

  while (day > 0 && Even(seed, DRAW_KEEP, day, 0, 0) < m->persistence) day--;
  u = Even(seed, DRAW_DAY, day, 0, 0);
  if (u < m->runaway_share) return TAS_DAY_RUNAWAY;
  return u < m->runaway_share + m->blocked_share ? TAS_DAY_BLOCKED : TAS_DAY_NORMAL;
}

TasDeviceDay TasDeviceDayOf(const TasDevice *device, const PetscReal *p, PetscInt64 seed, PetscInt day)
{
  const TasMechanism m = MechanismOf(device, p);

  return DayOf(&m, seed, day);
}

/* ---- drive ---- */

static PetscReal Ratio(const TasMechanism *m, PetscInt64 seed, PetscInt day, PetscInt step)
{
  const PetscReal even = Even(seed, DRAW_RATIO, day, 0, 0);
  PetscReal       ratio;

  switch (DayOf(m, seed, day)) {
  case TAS_DAY_RUNAWAY: return m->runaway_low + (m->runaway_high - m->runaway_low) * even;
  case TAS_DAY_BLOCKED: return m->blocked_high * even;
  default: break;
  }
  ratio = m->accuracy;
  if (m->spread > 0) ratio += m->spread * Normal(seed, DRAW_DEVICE, 0, 0);
  if (m->step_spread > 0) ratio += m->step_spread * Normal(seed, DRAW_STEP, day, step);
  return PetscMax(0, ratio);
}

PetscReal TasDeviceDrive(const TasDevice *device, const PetscReal *p, PetscInt64 seed, PetscInt day, PetscInt step, PetscInt steps,
                         PetscReal commanded, PetscReal *carried)
{
  const TasMechanism m = MechanismOf(device, p);
  PetscReal          told, made;

  if (commanded == 0 || (commanded < 0 && !device->reverses)) return 0;
  told = commanded * Ratio(&m, seed, day, step) + *carried;
  made = PetscMin(fabs(told), m.speed * DAY / PetscMax(1, steps));
  /* A whole number of smallest steps must not fall short by round-off. */
  if (m.step > 0) made = m.step * floor(made / m.step + 1e-9);
  made     = copysign(made, told);
  *carried = told - made;
  return made;
}
