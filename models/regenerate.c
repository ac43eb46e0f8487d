/*
  Force of the tissue in the gap, law "layered": a soft interzone between two mineralisation fronts, and mineralised layers of known age.

    thickness    initial_gap + gap = w + x + sum h_i          w interzone, x extension not yet filled, h_i layers
    stiffness    K = area/(w/E_soft(t) + sum h_i/E_bone(t - t_i))
    force        F = sum F_j,  dF_j/dt = share_j K dg/dt - F_j/time_j;  j: fast, slow, and the rest, which relaxes as x is filled
    filling      dx/dt = dg/dt - x/filling_time
    fronts       -dw/dt = 2 front_speed m(t) w/(w + r/inhibition_rate),  r = x/filling_time
    maturity     m(t) = 1 - exp(-(t/maturation_time)^3)

  Theory: docs/theory/regenerate.md
*/
#include "models/regenerate.h"
#include "models/average.h"
#include "models/models_impl.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400.0 /* s */
#define HOUR 3600.0

#define MAX_LAYERS 64
#define NUM_BRANCHES 3
#define LONGEST_PART (DAY / 8) /* of a step; what changes with the days is constant in it */
#define THINNEST 1e-3          /* mm of interzone that always give way */

const char *const tas_regenerate_outcomes[TAS_NUM_REGENERATE_OUTCOMES] = {"healing", "premature", "insufficient", "consolidated"};

/* ---- parameters ---- */

enum {
  AREA, INITIAL_GAP, HAEMATOMA_MODULUS, FIBROUS_MODULUS, MATURATION_TIME, YOUNG_BONE_MODULUS, BONE_MODULUS, BONE_TIME, FRONT_SPEED,
  INHIBITION_RATE, FILLING_TIME, FAST_SHARE, FAST_TIME, SLOW_SHARE, SLOW_TIME, PREMATURE_FORCE, PREMATURE_INTERZONE, INSUFFICIENT_INTERZONE,
  CONSOLIDATED_SHARE, REFERENCE_STIFFNESS
};

#define MORA "Mora-Macias et al. 2016, J Mech Behav Biomed Mater, bone transport in sheep (abstract)"
#define PRONY "assumed; two time constants describe it (Richards et al. 1999, J Biomech Eng 121:116, abstract without their values)"
#define RATES "fitted: 0.5 mm/day often consolidates (Ilizarov 1989, Clin Orthop Relat Res 239:263, abstract), above 1.5 mm/day new bone is insufficient 9.1 times as often (Kenawey et al. 2011, PMC3008908, abstract)"

/* clang-format off */
static const TasParameter parameters[] = {
    {"area", "mm2", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 400, "cross-section of the new tissue", "assumed: shaft of an adult tibia, cortex and medulla"},
    {"initial_gap", "mm", 0, 100, PETSC_FALSE, PETSC_TRUE, 2, "thickness of the tissue that gives way when lengthening begins", "assumed: the cut and the callus around it"},
    {"haematoma_modulus", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 0.05, "modulus of the soft tissue just after surgery", "fitted: first peaks 7 to 34 N, " MORA "; area 300 mm2, 1 mm once a day from day 7 on assumed"},
    {"fibrous_modulus", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 6, "modulus of the soft tissue when mature", "fitted: last peaks 41 to 246 N, " MORA "; assumed as haematoma_modulus"},
    {"maturation_time", "day", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 25, "time from surgery on in which soft tissue stiffens and mineralisation starts", "fitted: as fibrous_modulus"},
    {"young_bone_modulus", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 10, "modulus of tissue that has just been mineralised", "assumed; callus of the rat has 0.51 to 1680 MPa on day 24 (Leong & Morgan 2009, PMC3202910, abstract)"},
    {"bone_modulus", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 6000, "modulus of the new bone in the end", "assumed; between trabecular and cortical bone"},
    {"bone_time", "day", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 500, "time constant with which new bone stiffens", "fitted: healing index of 40 mm at 1 mm/day within 31 to 47 days/cm (Bone Joint J 2016, 98-B:1382, abstract)"},
    {"front_speed", "mm/day", 0, INFINITY, PETSC_TRUE, PETSC_FALSE, 0.7, "largest speed of each mineralisation front", RATES},
    {"inhibition_rate", "1/day", 0, INFINITY, PETSC_FALSE, PETSC_TRUE, 0.4, "strain a day of the interzone at which the fronts go at half their speed", RATES},
    {"filling_time", "day", 0, INFINITY, PETSC_FALSE, PETSC_TRUE, 1, "time constant with which stretched tissue is filled by new, stress-free tissue", "fitted: residual force after 24 h at most 71.6 N, " MORA},
    {"fast_share", "1", 0, 1, PETSC_TRUE, PETSC_FALSE, 0.3, "share of the force of a sudden step that relaxes with fast_time", PRONY},
    {"fast_time", "s", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 300, "its time constant", PRONY},
    {"slow_share", "1", 0, 1, PETSC_TRUE, PETSC_FALSE, 0.3, "share of the force of a sudden step that relaxes with slow_time", PRONY},
    {"slow_time", "h", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 2, "its time constant", PRONY},
    {"premature_force", "N", 0, INFINITY, PETSC_FALSE, PETSC_TRUE, 500, "premature: the next step alone adds more force than this", "assumed: below what frames bear, 1000 N with complications (Simpson et al. 1996, J Bone Joint Surg Br 78:979, abstract)"},
    {"premature_interzone", "mm", 0, INFINITY, PETSC_TRUE, PETSC_FALSE, 1, "premature: the interzone is thinner than this", RATES},
    {"insufficient_interzone", "mm", 0, INFINITY, PETSC_FALSE, PETSC_TRUE, 22, "insufficient: the interzone is thicker than this", RATES},
    {"consolidated_share", "1", 0, 1, PETSC_FALSE, PETSC_FALSE, 0.1, "consolidated: the device bears less than this share of a load", "Aarnes et al. 2005, J Orthop Res 23:494 (abstract): 10 %, no fracture in 22 tibias"},
    {"reference_stiffness", "N/mm", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 1269, "stiffest device that is taken for that share", "Henderson et al. 2017, Clin Orthop Relat Res 475:1472 (abstract), Ilizarov frame; the share was measured on frames"},
};
/* clang-format on */

static const TasRegenerateLaw layered = {
    .name           = "layered",
    .summary        = "Two mineralisation fronts eat the soft interzone that lengthening widens; mineralised layers stiffen with their age.",
    .theory         = "regenerate",
    .num_parameters = TAS_COUNT(parameters),
    .parameters     = parameters,
};

const TasRegenerateLaw *const tas_regenerate_laws[]   = {&layered};
const PetscInt                tas_num_regenerate_laws = TAS_COUNT(tas_regenerate_laws);

const TasRegenerateLaw *TasRegenerateFind(const char *name)
{
  for (PetscInt l = 0; l < tas_num_regenerate_laws; l++)
    if (!strcmp(tas_regenerate_laws[l]->name, name)) return tas_regenerate_laws[l];
  return NULL;
}

void TasRegenerateCheck(const TasRegenerateLaw *law, const PetscReal *p, char *problem)
{
  static const struct {
    int smaller, larger;
  } ordered[] = {{HAEMATOMA_MODULUS, FIBROUS_MODULUS}, {YOUNG_BONE_MODULUS, BONE_MODULUS}, {PREMATURE_INTERZONE, INSUFFICIENT_INTERZONE}};

  problem[0] = 0;
  if (!(p[FAST_SHARE] + p[SLOW_SHARE] < 1))
    (void)snprintf(problem, 512, "found fast_share %g and slow_share %g, allowed: together below 1", (double)p[FAST_SHARE], (double)p[SLOW_SHARE]);
  for (PetscInt o = 0; !*problem && o < TAS_COUNT(ordered); o++)
    if (p[ordered[o].smaller] > p[ordered[o].larger])
      (void)snprintf(problem, 512, "found %s %g and %s %g, allowed: %s at most %s", law->parameters[ordered[o].smaller].key,
                     (double)p[ordered[o].smaller], law->parameters[ordered[o].larger].key, (double)p[ordered[o].larger],
                     law->parameters[ordered[o].smaller].key, law->parameters[ordered[o].larger].key);
}

/* ---- state ---- */

/* A quantity during a trial, and its derivative by the gap at the end of the step. */
typedef struct {
  PetscReal value, by;
} Dual;

typedef struct {
  Dual      thickness;
  PetscReal since; /* s after surgery, when it was mineralised (mean) */
} Layer;

typedef struct {
  PetscReal time; /* s since surgery */
  Dual      gap, extension, force[NUM_BRANCHES];
  PetscInt  num_layers; /* oldest first */
  Layer     layers[MAX_LAYERS + 1];
} State;

struct TasRegenerate_ {
  const TasRegenerateLaw *law;
  PetscReal               p[TAS_MAX_REGENERATE_PARAMETERS];
  PetscReal               share[NUM_BRANCHES], relaxation_time[NUM_BRANCHES]; /* s; the last one is the filling time */
  State                   accepted;                                           /* all derivatives 0 */
};

PetscErrorCode TasRegenerateCreate(const TasRegenerateLaw *law, const PetscReal *p, TasRegenerate *regenerate)
{
  PetscFunctionBeginUser;
  PetscCall(PetscNew(regenerate));
  (*regenerate)->law = law;
  PetscCall(PetscArraycpy((*regenerate)->p, p, law->num_parameters));
  (*regenerate)->share[0]           = p[FAST_SHARE];
  (*regenerate)->share[1]           = p[SLOW_SHARE];
  (*regenerate)->share[2]           = 1 - p[FAST_SHARE] - p[SLOW_SHARE];
  (*regenerate)->relaxation_time[0] = p[FAST_TIME];
  (*regenerate)->relaxation_time[1] = p[SLOW_TIME] * HOUR;
  (*regenerate)->relaxation_time[2] = p[FILLING_TIME] * DAY;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRegenerateDestroy(TasRegenerate *regenerate)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(*regenerate));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- tissue ---- */

static PetscReal Maturity(const PetscReal *p, PetscReal time)
{
  const PetscReal x = time / (p[MATURATION_TIME] * DAY);

  return -expm1(-x * x * x);
}

static PetscReal SoftModulus(const PetscReal *p, PetscReal time)
{
  return p[HAEMATOMA_MODULUS] + (p[FIBROUS_MODULUS] - p[HAEMATOMA_MODULUS]) * Maturity(p, time);
}

static PetscReal BoneModulus(const PetscReal *p, PetscReal age)
{
  return p[YOUNG_BONE_MODULUS] - (p[BONE_MODULUS] - p[YOUNG_BONE_MODULUS]) * expm1(-PetscMax(0, age) / (p[BONE_TIME] * DAY));
}

/* What is left between the fronts; not positive where bone has been pushed into bone. */
static Dual Interzone(const PetscReal *p, const State *s)
{
  Dual w = {p[INITIAL_GAP] + s->gap.value - s->extension.value, s->gap.by - s->extension.by};

  for (PetscInt i = 0; i < s->num_layers; i++) {
    w.value -= s->layers[i].thickness.value;
    w.by -= s->layers[i].thickness.by;
  }
  return w;
}

static Dual AtLeastThinnest(Dual w) { return w.value > THINNEST ? w : (Dual){THINNEST, 0}; }

/* N/mm, with an interzone of that thickness. */
static Dual Stiffness(const PetscReal *p, const State *s, Dual interzone, PetscReal time)
{
  const Dual w          = AtLeastThinnest(interzone);
  Dual       compliance = {w.value / SoftModulus(p, time), w.by / SoftModulus(p, time)};

  for (PetscInt i = 0; i < s->num_layers; i++) {
    const PetscReal modulus = BoneModulus(p, time - s->layers[i].since);

    compliance.value += s->layers[i].thickness.value / modulus;
    compliance.by += s->layers[i].thickness.by / modulus;
  }
  return (Dual){p[AREA] / compliance.value, -p[AREA] * compliance.by / PetscSqr(compliance.value)};
}

/* Error of the compliance when layer i and the next one become one: half of the second moment of their ages times (1/E)". */
static PetscReal LostByMerging(const PetscReal *p, const Layer *layer, PetscReal time)
{
  const PetscReal a = layer[0].thickness.value, b = layer[1].thickness.value, apart = layer[1].since - layer[0].since;
  const PetscReal modulus = BoneModulus(p, time - (a * layer[0].since + b * layer[1].since) / (a + b));
  const PetscReal growth  = (p[BONE_MODULUS] - modulus) / (p[BONE_TIME] * DAY);

  return a * b / (a + b) * apart * apart * growth * (growth / modulus + 0.5 / (p[BONE_TIME] * DAY)) / (modulus * modulus);
}

static void Merge(Layer *layer)
{
  const PetscReal a = layer[0].thickness.value, b = layer[1].thickness.value;

  layer->since = (a * layer[0].since + b * layer[1].since) / (a + b);
  layer->thickness.value += layer[1].thickness.value;
  layer->thickness.by += layer[1].thickness.by;
}

static void AddLayer(const PetscReal *p, State *s, Dual thickness, PetscReal since)
{
  PetscInt  best  = 0;
  PetscReal least = INFINITY;

  s->layers[s->num_layers++] = (Layer){thickness, since};
  if (s->num_layers <= MAX_LAYERS) return;
  for (PetscInt i = 0; i < MAX_LAYERS; i++) {
    const PetscReal lost = LostByMerging(p, &s->layers[i], since);

    if (lost < least) best = i;
    least = PetscMin(least, lost);
  }
  Merge(&s->layers[best]);
  s->num_layers--;
  for (PetscInt i = best + 1; i < s->num_layers; i++) s->layers[i] = s->layers[i + 1];
}

/* ---- a step ---- */

/* What the fronts eat of the interzone, that thick at the start of the part of a step and filled by so much in it. */
static Dual Eaten(const PetscReal *p, Dual start, Dual filled, PetscReal time, PetscReal part)
{
  const Dual      w       = AtLeastThinnest(start);
  const PetscReal most    = 2 * p[FRONT_SPEED] / DAY * Maturity(p, time) * part, per_part = DAY / (part * p[INHIBITION_RATE]);
  const PetscReal hold    = PetscMax(0, filled.value) * per_part, sum = w.value + hold;
  const PetscReal hold_by = filled.value > 0 ? filled.by * per_part : 0;
  const Dual      eaten   = {most * w.value / sum, most * (w.by * hold - w.value * hold_by) / (sum * sum)};
  const Dual      all     = {start.value + filled.value, start.by + filled.by};

  if (!(all.value > 0)) return (Dual){0, 0};
  return eaten.value < all.value ? eaten : all;
}

/* Part of a step that begins at s->time and opens the gap by `opening`. */
static void AdvancePart(TasRegenerate r, State *s, Dual opening, PetscReal part)
{
  const PetscReal *p     = r->p;
  const PetscReal  decay = exp(-part / r->relaxation_time[2]), mean = TasShare(part / r->relaxation_time[2]), time = s->time + part / 2;
  const Dual       start  = Interzone(p, s);
  const Dual       filled = {s->extension.value * (1 - decay) + opening.value * (1 - mean), s->extension.by * (1 - decay) + opening.by * (1 - mean)};
  const Dual       eaten  = part > 0 ? Eaten(p, start, filled, time, part) : (Dual){0, 0};
  const Dual       middle = {start.value + (filled.value - eaten.value) / 2, start.by + (filled.by - eaten.by) / 2};
  const Dual       k      = Stiffness(p, s, middle, time);

  for (int j = 0; j < NUM_BRANCHES; j++) {
    const PetscReal x = part / r->relaxation_time[j], e = exp(-x), a = r->share[j] * TasShare(x);

    s->force[j].value = s->force[j].value * e + a * k.value * opening.value;
    s->force[j].by    = s->force[j].by * e + a * (k.value * opening.by + k.by * opening.value);
  }
  s->extension = (Dual){s->extension.value * decay + mean * opening.value, s->extension.by * decay + mean * opening.by};
  s->gap       = (Dual){s->gap.value + opening.value, s->gap.by + opening.by};
  if (eaten.value > 0) AddLayer(p, s, eaten, time);
  s->time += part;
}

/* All that relaxes within a day has gone; what takes days stands still. */
static void AdvanceRelaxed(TasRegenerate r, State *s, PetscReal gap)
{
  const PetscReal k = Stiffness(r->p, s, Interzone(r->p, s), s->time).value, opening = gap - s->gap.value;

  s->force[0] = s->force[1] = (Dual){0, 0};
  s->force[2]  = (Dual){s->force[2].value + r->share[2] * k * opening, r->share[2] * k};
  s->extension = (Dual){s->extension.value + opening, 1};
  s->gap       = (Dual){gap, 1};
}

static void Advance(TasRegenerate r, State *s, PetscReal gap, PetscReal time_step)
{
  PetscInt parts;
  Dual     opening;

  if (PetscIsInfReal(time_step)) {
    AdvanceRelaxed(r, s, gap);
    return;
  }
  parts   = (PetscInt)PetscMax(1, ceil(time_step / LONGEST_PART * (1 - 1e-12)));
  opening = (Dual){(gap - s->gap.value) / parts, 1. / parts};
  for (PetscInt i = 0; i < parts; i++) AdvancePart(r, s, opening, time_step / parts);
  s->gap = (Dual){gap, 1};
}

void TasRegenerateForce(TasRegenerate r, PetscReal gap, PetscReal time_step, PetscReal *force, PetscReal *slope)
{
  State s = r->accepted;

  Advance(r, &s, gap, time_step);
  *force = *slope = 0;
  for (int j = 0; j < NUM_BRANCHES; j++) {
    *force += s.force[j].value;
    *slope += s.force[j].by;
  }
}

void TasRegenerateAccept(TasRegenerate r, PetscReal gap, PetscReal time_step)
{
  State *s = &r->accepted;

  Advance(r, s, gap, time_step);
  s->gap.by = s->extension.by = 0;
  for (int j = 0; j < NUM_BRANCHES; j++) s->force[j].by = 0;
  for (PetscInt i = 0; i < s->num_layers; i++) s->layers[i].thickness.by = 0;
}

/* ---- what is told ---- */

void TasRegenerateGetReport(TasRegenerate r, TasRegenerateReport *report)
{
  const State *s         = &r->accepted;
  const Dual   interzone = Interzone(r->p, s);

  report->stiffness    = Stiffness(r->p, s, interzone, s->time).value;
  report->interzone    = PetscMax(0, interzone.value);
  report->mineralised  = 0;
  report->youngest_age = s->num_layers ? s->time - s->layers[s->num_layers - 1].since : 0;
  report->mean_modulus = report->stiffness * PetscMax(0, r->p[INITIAL_GAP] + s->gap.value) / r->p[AREA];
  for (PetscInt i = 0; i < s->num_layers; i++) report->mineralised += s->layers[i].thickness.value;
}

PetscReal TasRegenerateDeviceShare(TasRegenerate r, PetscReal device_stiffness)
{
  const PetscReal k = Stiffness(r->p, &r->accepted, Interzone(r->p, &r->accepted), r->accepted.time).value;

  return PetscIsInfReal(device_stiffness) ? 1 : device_stiffness / (device_stiffness + k);
}

TasRegenerateOutcome TasRegenerateGetOutcome(TasRegenerate r, PetscReal device_stiffness, PetscReal next_step)
{
  TasRegenerateReport report;

  TasRegenerateGetReport(r, &report);
  if (next_step > 0 && (report.interzone < r->p[PREMATURE_INTERZONE] || report.stiffness * next_step > r->p[PREMATURE_FORCE])) return TAS_REGENERATE_PREMATURE;
  if (report.interzone > r->p[INSUFFICIENT_INTERZONE]) return TAS_REGENERATE_INSUFFICIENT;
  if (next_step > 0) return TAS_REGENERATE_HEALING;
  return TasRegenerateDeviceShare(r, PetscMin(device_stiffness, r->p[REFERENCE_STIFFNESS])) < r->p[CONSOLIDATED_SHARE] ? TAS_REGENERATE_CONSOLIDATED : TAS_REGENERATE_HEALING;
}

/* ---- checkpoints ---- */

enum { SAVED_TIME, SAVED_GAP, SAVED_EXTENSION, SAVED_FORCE, SAVED_NUM_LAYERS = SAVED_FORCE + NUM_BRANCHES, SAVED_LAYERS };

PetscInt TasRegenerateStateSize(TasRegenerate r)
{
  (void)r;
  return SAVED_LAYERS + 2 * MAX_LAYERS;
}

void TasRegenerateGetState(TasRegenerate r, PetscReal *state)
{
  const State *s = &r->accepted;

  state[SAVED_TIME]       = s->time;
  state[SAVED_GAP]        = s->gap.value;
  state[SAVED_EXTENSION]  = s->extension.value;
  state[SAVED_NUM_LAYERS] = s->num_layers;
  for (int j = 0; j < NUM_BRANCHES; j++) state[SAVED_FORCE + j] = s->force[j].value;
  /* Not one loop that chooses between the layer and 0: gcc 12 with AVX2 reads the wrong ones there. */
  for (PetscInt i = 0; i < 2 * MAX_LAYERS; i++) state[SAVED_LAYERS + i] = 0;
  for (PetscInt i = 0; i < s->num_layers; i++) {
    state[SAVED_LAYERS + 2 * i]     = s->layers[i].thickness.value;
    state[SAVED_LAYERS + 2 * i + 1] = s->layers[i].since;
  }
}

void TasRegenerateSetState(TasRegenerate r, const PetscReal *state)
{
  State s = {.time = state[SAVED_TIME], .gap = {state[SAVED_GAP], 0}, .extension = {state[SAVED_EXTENSION], 0}};

  s.num_layers = (PetscInt)state[SAVED_NUM_LAYERS];
  for (int j = 0; j < NUM_BRANCHES; j++) s.force[j].value = state[SAVED_FORCE + j];
  for (PetscInt i = 0; i < s.num_layers; i++) s.layers[i] = (Layer){{state[SAVED_LAYERS + 2 * i], 0}, state[SAVED_LAYERS + 2 * i + 1]};
  r->accepted = s;
}
