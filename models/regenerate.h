#pragma once
/*
  Force of the tissue in the gap, and how it heals.

  The gap g (mm) is the lengthening achieved, 0 at surgery; the force (N) is positive where the tissue pulls the segments together.
  A law keeps its history in an object: the state at the start of a step.  A trial evaluates the end of the step from it and changes
  nothing, so that Newton's method, line searches and step cuts may call it as they like; accepting carries the state to the end.
  Units mm, N, MPa, s; parameters in the units of their table.  Not collective, not thread-safe for one object.
  Theory: docs/theory/regenerate.md
*/
#include "models/material.h"

#define TAS_MAX_REGENERATE_PARAMETERS 32

typedef struct TasRegenerateLaw_ {
  const char         *name;    /* as in the case file: "layered" */
  const char         *summary; /* one sentence */
  const char         *theory;  /* its page below docs/theory, without suffix */
  PetscInt            num_parameters;
  const TasParameter *parameters;
} TasRegenerateLaw;

extern const TasRegenerateLaw *const tas_regenerate_laws[];
extern const PetscInt                tas_num_regenerate_laws;

/* The law of that name, or NULL. */
const TasRegenerateLaw *TasRegenerateFind(const char *name);

/* problem (at least 512 characters): empty, or what relation between parameters is broken. */
void TasRegenerateCheck(const TasRegenerateLaw *law, const PetscReal *parameters, char *problem);

typedef struct TasRegenerate_ *TasRegenerate;

/* Tissue of a cut made just now, gap 0.  parameters [num_parameters]: admissible and checked; copied. */
PetscErrorCode TasRegenerateCreate(const TasRegenerateLaw *law, const PetscReal *parameters, TasRegenerate *regenerate);
PetscErrorCode TasRegenerateDestroy(TasRegenerate *regenerate); /* accepts NULL, sets NULL */

/* Trial: force at the end of a step at that gap, and its derivative by the gap.  The gap moves linearly in the step.
   time_step, s: 0 is a jump; infinite: stresses that relax within a day have gone, and nothing grows. */
void TasRegenerateForce(TasRegenerate regenerate, PetscReal gap, PetscReal time_step, PetscReal *force, PetscReal *slope);

/* The step is done: it ended at that gap. */
void TasRegenerateAccept(TasRegenerate regenerate, PetscReal gap, PetscReal time_step);

/* What the tissue is like at the accepted state. */
typedef struct {
  PetscReal stiffness;    /* N/mm, of a sudden small movement */
  PetscReal interzone;    /* mm of soft tissue between the mineralisation fronts */
  PetscReal mineralised;  /* mm of mineralised tissue, both sides together */
  PetscReal youngest_age; /* s since the youngest mineralised layer became so; 0 where there is none */
  PetscReal mean_modulus; /* MPa: of the whole as one column, stiffness times thickness by area */
} TasRegenerateReport;

void TasRegenerateGetReport(TasRegenerate regenerate, TasRegenerateReport *report);

typedef enum {
  TAS_REGENERATE_HEALING,
  TAS_REGENERATE_PREMATURE,    /* consolidated while it is still to be lengthened: a commanded step meets more than the premature force */
  TAS_REGENERATE_INSUFFICIENT, /* the soft interzone is wider than mineralisation can be expected to close */
  TAS_REGENERATE_CONSOLIDATED, /* the device bears less than a stated share of a load */
  TAS_NUM_REGENERATE_OUTCOMES
} TasRegenerateOutcome;
extern const char *const tas_regenerate_outcomes[TAS_NUM_REGENERATE_OUTCOMES]; /* "healing", ... */

/* Outcome at the accepted state; reported, never acted on here.  device_stiffness, N/mm: what bears load beside the tissue; not more than the
   law's reference stiffness counts (so that the verdict beside a stiff nail, or the ideal device, is that beside a frame).  next_step: the
   commanded increment still to come, mm, or 0 when lengthening is over: premature and consolidated exclude each other by it.
   Insufficient tissue may heal later. */
TasRegenerateOutcome TasRegenerateGetOutcome(TasRegenerate regenerate, PetscReal device_stiffness, PetscReal next_step);

/* Share of an axial load that a device of that stiffness bears beside the tissue, 1 with an infinite one. */
PetscReal TasRegenerateDeviceShare(TasRegenerate regenerate, PetscReal device_stiffness);

/* The accepted state as plain reals, for checkpoints: bit for bit the same afterwards.  The size depends on the law alone. */
PetscInt TasRegenerateStateSize(TasRegenerate regenerate);
void     TasRegenerateGetState(TasRegenerate regenerate, PetscReal *state);
void     TasRegenerateSetState(TasRegenerate regenerate, const PetscReal *state);
