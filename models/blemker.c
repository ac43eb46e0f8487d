/*
  Muscle fibre, passive and active (Blemker, Pinsky & Delp 2005).  Theory: docs/theory/blemker.md

    T(lambda) = lambda dW/dlambda = sigma_max x (f_passive(x) + activation f_active(x)),   x = lambda / optimal_stretch
    f_passive = 0                          x <= 1
                p1 (exp(p2 (x - 1)) - 1)   up to lambda = stretch_linear
                p3 x + p4                  beyond, with the same value and slope
    f_active  = 9 (x - 0.4)^2              0.4 < x <= 0.6
                1 - 4 (1 - x)^2            0.6 < x < 1.4
                9 (x - 1.6)^2              1.4 <= x < 1.6, else 0
*/
#include "models/fibre_term.h"
#include "models/models_impl.h"
#include <stdio.h>

#define SOURCE "Blemker et al. 2005, J Biomech 38:657"

static const TasParameter parameters[] = {
    {"sigma_max", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "peak isometric stress", SOURCE},
    {"optimal_stretch", "1", 0.1, 10, PETSC_FALSE, PETSC_TRUE, 1,
     "stretch at which the sarcomeres have their optimal length and passive tension begins", SOURCE},
    {"p1", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 0.05, "scale of the passive exponential, per sigma_max", SOURCE},
    {"p2", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, 6.6, "rate of the passive exponential", SOURCE},
    {"stretch_linear", "1", 0.1, 10, PETSC_FALSE, PETSC_TRUE, 1.4,
     "stretch from which passive tension grows linearly, at least optimal_stretch", SOURCE},
    {"activation", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, 0, "0 passive, 1 fully active", SOURCE},
    TAS_FIBRE_ISOCHORIC_PARAMETER,
};

enum { SIGMA_MAX, OPTIMAL_STRETCH, P1, P2, STRETCH_LINEAR, ACTIVATION, ISOCHORIC, NUM_PARAMETERS };
enum {
  OPTION = TAS_FIBRE_ISOCHORIC,
  STRESS,
  PER_OPTIMUM,
  SCALE,
  RATE,
  LINEAR,
  ACTIVE,
  NUM_CONSTANTS
}; /* LINEAR: x at stretch_linear, minus 1 */

#define LARGEST_EXPONENT 40.0

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  const PetscReal optimum = values[OPTIMAL_STRETCH], p2 = values[P2];
  const PetscReal linear = values[STRETCH_LINEAR] / optimum - 1;

  if (linear < 0) {
    (void)snprintf(problem, 512, "stretch_linear is %g: must not be less than optimal_stretch, %g", (double)values[STRETCH_LINEAR],
                   (double)optimum);
  } else if (p2 * linear > LARGEST_EXPONENT) {
    (void)snprintf(problem, 512, "p2 (stretch_linear/optimal_stretch - 1) is %g: at most %g is admissible", (double)(p2 * linear),
                   LARGEST_EXPONENT);
  }
  TasFibreDeriveOption(values[ISOCHORIC], constants, problem);
  constants[STRESS]      = values[SIGMA_MAX];
  constants[PER_OPTIMUM] = 1 / optimum;
  constants[SCALE]       = values[P1];
  constants[RATE]        = p2;
  constants[LINEAR]      = linear;
  constants[ACTIVE]      = values[ACTIVATION];
}

/* d = x - 1.  The bell is even in d. */
TAS_INLINE PetscReal Bell(PetscReal d, PetscReal *slope)
{
  const PetscReal a = fabs(d), tail = TasMax(0.6 - a, 0), bell = a < 0.4 ? 1 - 4 * d * d : 9 * tail * tail;

  *slope = a < 0.4 ? -8 * d : (d > 0 ? -18 : 18) * tail;
  return bell;
}

TAS_INLINE TasFibreDerivatives Law(PetscReal e, const PetscReal *constants, PetscInt n)
{
  const PetscReal stress = constants[STRESS * n], per_optimum = constants[PER_OPTIMUM * n], active = constants[ACTIVE * n];
  const PetscReal p1 = constants[SCALE * n], p2 = constants[RATE * n], linear = constants[LINEAR * n];
  const PetscReal stretched = TasStretchMinusOne(e), x = (1 + stretched) * per_optimum;
  const PetscReal d             = stretched * per_optimum + (per_optimum - 1);
  const PetscReal grown         = p1 * expm1(p2 * TasMin(TasMax(d, 0), linear));
  const PetscReal passive_slope = d > 0 ? p2 * (grown + p1) : 0;
  PetscReal       active_slope;
  const PetscReal bell  = Bell(d, &active_slope);
  const PetscReal force = grown + passive_slope * TasMax(d - linear, 0) + active * bell;

  return TasFibreFromTension(stress * x * force, stress * per_optimum * (force + x * (passive_slope + active * active_slope)),
                             1 + stretched);
}

/* Integral of the bell from x = 1 to 1 + d */
static PetscReal BellIntegral(PetscReal d)
{
  const PetscReal a = PetscMin(PetscAbsReal(d), 0.6), inside = PetscMin(a, 0.4), tail = 0.6 - PetscMax(a, 0.4);
  const PetscReal sum = inside - 4 * inside * inside * inside / 3 + 3 * (0.008 - tail * tail * tail);

  return d > 0 ? sum : -sum;
}

/* W = sigma_max * integral of (f_passive + activation f_active) over x; the active part is zero at optimal_stretch. */
static PetscReal Energy(PetscReal e, const PetscReal *constants, PetscInt n)
{
  const PetscReal per_optimum = constants[PER_OPTIMUM * n], p1 = constants[SCALE * n], p2 = constants[RATE * n],
                  linear = constants[LINEAR * n];
  const PetscReal d      = TasStretchMinusOne(e) * per_optimum + (per_optimum - 1);
  const PetscReal toe = TasMin(TasMax(d, 0), linear), beyond = TasMax(d - linear, 0), grown = p1 * expm1(p2 * toe);
  const PetscReal passive = TasExpm1MinusArgument(p2 * toe) * p1 / p2 + beyond * (grown + p2 * (grown + p1) * beyond / 2);

  return constants[STRESS * n] * (passive + constants[ACTIVE * n] * BellIntegral(d));
}

static void Evaluate(const TasPoints *points)
{
  TasFibreEvaluate(points, (TasFibreModel){Energy, Law, TasFibreAligned});
}

const TasModel tas_model_blemker = {
    .name           = "blemker",
    .summary        = "Muscle fibres: a passive exponential, then linear, and an active bell scaled by activation.",
    .theory         = "blemker",
    .part           = TAS_PART_FIBRE,
    .num_parameters = NUM_PARAMETERS,
    .parameters     = parameters,
    .num_constants  = NUM_CONSTANTS,
    .derive         = Derive,
    .evaluate       = Evaluate,
};
