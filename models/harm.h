#pragma once
/*
  When a tissue comes to harm: named rules, each with its limit, unit, range, meaning and source, and pure functions from what a point
  bears and has borne to the value that a rule looks at.

  A rule belongs to a kind of tissue and looks at one value; its margin is (limit - value)/limit, at most 1: 1 untouched, 0 at the
  limit, negative beyond.  The envelope is the smallest margin over the rules of a point, and then over points, tissues and time.
  Values are in the unit of the rule, arguments in mm, N, MPa, s (sarcomere length in um).  Formulae: docs/theory/harm.md.

  Points stand in plain arrays [n], cells or elements of strands alike.  History lives in a state of TAS_RULES_STATE reals a point,
  array [TAS_RULES_STATE][n], which TasRulesBegin() sets before surgery and TasRulesAdvance() carries over each converged step; it does
  not depend on how a hold is divided into steps.  Kernels are pure, as those of material.h.
*/
#include "models/material.h"

typedef enum {
  TAS_KIND_NONE, /* fat, loose connective tissue: no rule */
  TAS_KIND_MUSCLE,
  TAS_KIND_TENDON, /* aponeuroses too */
  TAS_KIND_NERVE,
  TAS_KIND_VESSEL,
  TAS_KIND_SKIN,
  TAS_KIND_FASCIA,
  TAS_NUM_KINDS
} TasTissueKind;

extern const char *const tas_kind_names[TAS_NUM_KINDS]; /* "none", "muscle", ... */

/* The kind of what a tissue preset stands for; TAS_KIND_NONE for an unknown name. */
TasTissueKind TasKindOfPreset(const char *preset);

/* In the order in which they are listed; results number them from 1 on, 0 is no rule. */
typedef enum {
  TAS_RULE_NERVE_BLOOD_FLOW,
  TAS_RULE_NERVE_ISCHAEMIA,
  TAS_RULE_NERVE_STRAIN,
  TAS_RULE_VESSEL_STRETCH,
  TAS_RULE_VESSEL_STRESS,
  TAS_RULE_MUSCLE_OVERSTRETCH,
  TAS_RULE_MUSCLE_CONTRACTURE,
  TAS_RULE_MUSCLE_FIBROSIS,
  TAS_RULE_TENDON_STRAIN,
  TAS_RULE_SKIN_STRETCH,
  TAS_RULE_FASCIA_STRAIN,
  TAS_NUM_RULES
} TasRuleNumber;

#define TAS_MAX_RULE_PARAMETERS 4

typedef struct {
  const char         *name;    /* as in the case file: "nerve-blood-flow" */
  const char         *summary; /* one sentence */
  const char         *quantity; /* the value it looks at, in words */
  const char         *unit;     /* of the value and of the limit */
  TasTissueKind       kind;
  PetscBool           by_age; /* the limit is parameter 0, or parameter 1 below the age of 50 (parameter 2) */
  PetscInt            num_parameters;
  const TasParameter *parameters; /* the first one is the limit */
} TasRule;

extern const TasRule tas_rules[TAS_NUM_RULES];

/* Number of the rule of that name, or -1. */
PetscInt TasRuleFind(const char *name);

/* What a case says of the rules. */
typedef struct {
  PetscReal share; /* of a tissue's undeformed volume that may be beyond a limit before it counts */
  PetscBool off[TAS_NUM_RULES];
  PetscReal value[TAS_NUM_RULES][TAS_MAX_RULE_PARAMETERS]; /* in the units of the parameters */
} TasLimits;

void TasLimitsSetStandard(TasLimits *limits);

/* problem (at least 512 characters): empty, or what relation between the parameters of a rule is broken; returns that rule, else -1. */
PetscInt TasLimitsCheck(const TasLimits *limits, char *problem);

/* The limit of a rule, and the margin that a value leaves. */
PetscReal TasRuleLimit(TasRuleNumber rule, const TasLimits *limits);
PetscReal TasRuleMargin(TasRuleNumber rule, const TasLimits *limits, PetscReal value);

/* ---- points ---- */

#define TAS_RULES_STATE 5 /* reals a point */

typedef struct {
  PetscInt         n;
  PetscReal        time_step;        /* s since the state was begun or last advanced */
  const PetscReal *stretch;          /* [n] along the fibre, since surgery */
  const PetscReal *elastic_stretch;  /* [n] along the fibre, from its stress-free length as it has grown by now */
  const PetscReal *stress;           /* [n] Cauchy stress along the fibre, MPa */
  const PetscReal *sarcomere_length; /* [n] um; NULL: rest_length of muscle-overstretch, times elastic stretch over that in situ */
} TasRulePoints;

/* Sets the state before surgery: the present elastic stretch is the one in situ. */
void TasRulesBegin(TasTissueKind kind, const TasRulePoints *points, PetscReal *state);

/* Carries the state over points->time_step to the present; new_state may be old_state. */
void TasRulesAdvance(TasTissueKind kind, const TasLimits *limits, const TasRulePoints *points, const PetscReal *old_state,
                    PetscReal *new_state);

/* The values [n] that a rule looks at; state: advanced to the present. */
void TasRuleValues(TasRuleNumber rule, const TasLimits *limits, const TasRulePoints *points, const PetscReal *state, PetscReal *value);

/* The smallest margin of each point over the rules of its kind that are not off, and that rule's number from 1 on; 1 and 0 where there is
   none.  Rules that tie within TAS_RULES_TIE: the first one, so that round-off does not choose. */
#define TAS_RULES_TIE 1e-6
void TasRulesEnvelope(TasTissueKind kind, const TasLimits *limits, const TasRulePoints *points, const PetscReal *state, PetscReal *margin,
                     PetscReal *rule);

/* ---- what is told besides the values ---- */

/* Nerve: share of the blood flow that is left, 0 to 1 [n]; ischaemia dose, h [n]. */
void TasRulesBloodFlow(const TasLimits *limits, PetscInt n, const PetscReal *state, PetscReal *flow);
void TasRulesIschaemiaDose(PetscInt n, const PetscReal *state, PetscReal *dose);

/* Nerve: 0 conducts, 1 slowed, 2 blocked [n]. */
void TasRulesConductionClass(const TasLimits *limits, PetscInt n, const PetscReal *state, PetscReal *conduction);

/* Muscle, by the largest rate so far: 0 compliance kept, 1 compliance lost, 2 fibrosis [n]. */
void TasRulesFibrosisClass(const TasLimits *limits, PetscInt n, const PetscReal *state, PetscReal *fibrosis);
