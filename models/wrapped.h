#pragma once
/*
  Inside models/ only: prestrain, growth and relaxation around the elastic models of a material (wrapped.c).  Theory:
  docs/theory/living-tissue.md

  State of a point, each part only where the material has it:
    prestrain   F_p [9], by rows
    growth      TAS_GROWN_... below [TAS_GROWTH_STATE]
    relaxation  S^e [6] at the end of the last step, H_t [6] of each term
*/
#include "models/models_impl.h"

#define TAS_PRONY_TERMS 4

/* Constants of every growth model. */
enum {
  TAS_GROWTH_TIME,      /* s, of growth: dtheta/dt = overstretch/time */
  TAS_GROWTH_LOSS_TIME, /* s, of loss */
  TAS_GROWTH_UPPER,     /* ratio of the elastic stretch to that in situ above which tissue is added, */
  TAS_GROWTH_LOWER,     /* and below which it is lost */
  TAS_GROWTH_MAX_RATE,  /* 1/s */
  TAS_GROWTH_LARGEST,   /* theta */
  TAS_GROWTH_SMALLEST,
  TAS_GROWTH_DOSE_EXPONENT,
  TAS_GROWTH_DOSE_TIME, /* s; 0: what happens now counts, alone */
  TAS_GROWTH_CONSTANTS
};

/* State of growth at a point. */
enum {
  TAS_GROWN_THETA,
  TAS_GROWN_RATE,  /* 1/s, at the end of the last step */
  TAS_GROWN_RATIO, /* of the elastic stretch to that in situ, at the end of the last step */
  TAS_GROWN_OVER,  /* mean of overstretch^exponent over the dose time, */
  TAS_GROWN_UNDER, /* and of understretch */
  TAS_GROWTH_STATE
};

/* State of tissue in situ. */
void TasGrowthInit(const PetscReal *constants, PetscInt n, PetscReal *state);

/* Growth theta that a step from a state is calculated with: theta + time_step rate, within its limits. Constants and state n apart. */
PetscReal TasGrowthPredict(const PetscReal *constants, const PetscReal *state, PetscInt n, PetscReal time_step);

/* State at the end of a step at which the stretch, total by that in situ, is `ratio`: trapezoidal rule, implicit in theta (an
   implicit rule of first order where the step is longer than the time constant). */
void TasGrowthUpdate(const PetscReal *constants, const PetscReal *old_state, PetscReal ratio, PetscReal time_step, PetscInt n, PetscReal *new_state);
