#pragma once
/*
  Inside models/ only: prestrain, growth, turnover of the matrix and relaxation around the elastic models of a material (wrapped.c).  Theory:
  docs/theory/living-tissue.md

  State of a point, each part only where the material has it:
    prestrain   F_p [9], by rows
    growth      TAS_GROWN_... below [TAS_GROWTH_STATE]
    matrix turnover  TAS_NETWORK_... below [TAS_NETWORK_STATE]
    relaxation  S^e [6] at the end of the last step, H_t [6] of each term
*/
#include "models/average.h"
#include "models/models_impl.h"

#define TAS_DAY 86400. /* s */

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
  TAS_GROWTH_VOLUME_EXPONENT, /* of fibre growth: volume grows as theta to this power */
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

/* Turnover of the matrix: constants and state. */
enum { TAS_NETWORK_TIME /* s */, TAS_NETWORK_CONSTANTS };
enum {
  TAS_NETWORK_METRIC,                         /* Q [6]: rest state of the network's links */
  TAS_NETWORK_NEW   = TAS_NETWORK_METRIC + 6, /* [6] that of links laid down at the end of the last step */
  TAS_NETWORK_STATE = TAS_NETWORK_NEW + 6
};

void TasNetworkInit(PetscInt n, PetscReal *state);

/* Q, scaled to determinant 1, that a step from a state is calculated with; the links laid down are taken as those at its start. */
void TasNetworkPredict(const PetscReal *constants, const PetscReal *state, PetscInt n, PetscReal time_step, PetscReal q[6]);

/* State at the end of a step; laid_down: of links laid down there. Exact where that changes linearly in the step. */
void TasNetworkUpdate(const PetscReal *constants, const PetscReal *old_state, const PetscReal laid_down[6], PetscReal time_step, PetscInt n, PetscReal *new_state);
