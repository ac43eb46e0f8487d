/*
  Collagen fibre with a toe region, in tension only (Weiss, Maker & Govindjee 1996).  Theory: docs/theory/weiss.md

    T(lambda) = lambda dW/dlambda = 0                                lambda <= 1
                                    c3 (exp(c4 (lambda - 1)) - 1)    up to stretch_linear
                                    c5 lambda + c6                   beyond; c6 makes T continuous
*/
#include "models/fibre_term.h"
#include "models/models_impl.h"
#include <stdio.h>

static const TasParameter parameters[] = {
    {"c3", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "scale of the exponential toe region",
     "Weiss et al. 1996, Comput Methods Appl Mech Eng 135:107"},
    {"c4", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "rate at which the crimped fibres straighten",
     "Weiss et al. 1996, Comput Methods Appl Mech Eng 135:107"},
    {"c5", "MPa", 0, INFINITY, PETSC_TRUE, PETSC_FALSE, 0, "modulus of the straight fibres; 0: the slope at the end of the toe region",
     "Weiss et al. 1996, Comput Methods Appl Mech Eng 135:107"},
    {"stretch_linear", "1", 1, 10, PETSC_FALSE, PETSC_TRUE, NAN, "stretch at which the fibres are straight",
     "Weiss et al. 1996, Comput Methods Appl Mech Eng 135:107"},
    TAS_FIBRE_ISOCHORIC_PARAMETER,
};

enum { C3, C4, C5, STRETCH_LINEAR, ISOCHORIC, NUM_PARAMETERS };
enum { OPTION = TAS_FIBRE_ISOCHORIC, SCALE, RATE, MODULUS, TOE, NUM_CONSTANTS }; /* TOE: stretch_linear - 1 */

#define LARGEST_EXPONENT 40.0 /* of the toe region: keeps the energy's quadrature exact to 1e-9, and is never met in tissue */

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  const PetscReal c3 = values[C3], c4 = values[C4], c5 = values[C5], toe = values[STRETCH_LINEAR] - 1;

  if (c4 * toe > LARGEST_EXPONENT) {
    (void)snprintf(problem, 512, "c4 (stretch_linear - 1) is %g: the toe region would end at exp(%g), at most %g is admissible",
                   (double)(c4 * toe), (double)(c4 * toe), LARGEST_EXPONENT);
  }
  TasFibreDeriveOption(values[ISOCHORIC], constants, problem);
  constants[SCALE]   = c3;
  constants[RATE]    = c4;
  constants[MODULUS] = c5 > 0 ? c5 : c3 * c4 * exp(c4 * toe);
  constants[TOE]     = toe;
}

TAS_INLINE TasFibreDerivatives Law(PetscReal e, const PetscReal *constants, PetscInt n)
{
  const PetscReal c3 = constants[SCALE * n], c4 = constants[RATE * n], c5 = constants[MODULUS * n], toe = constants[TOE * n];
  const PetscReal stretched = TasStretchMinusOne(e);
  const PetscReal grown     = c3 * expm1(c4 * TasMin(TasMax(stretched, 0), toe));
  const PetscReal slope     = stretched < toe ? c4 * (grown + c3) : c5;

  return TasFibreFromTension(grown + c5 * TasMax(stretched - toe, 0), stretched > 0 ? slope : 0, 1 + stretched);
}

/* W = integral of T/lambda: by Gauss's rule over the toe region (the integral is an exponential integral), in closed form beyond.
   Not in a vector loop, nor in a hurry: only reports ask for energies. */
static PetscReal Energy(PetscReal e, const PetscReal *constants, PetscInt n)
{
  static const PetscReal node[8]   = {0.0950125098376374402, 0.2816035507792589132, 0.4580167776572273863, 0.6178762444026437484,
                                      0.7554044083550030339, 0.8656312023878317439, 0.9445750230732325761, 0.9894009349916499326};
  static const PetscReal weight[8] = {0.1894506104550684963, 0.1826034150449235889, 0.1691565193950025382, 0.1495959888165767321,
                                      0.1246289712555338720, 0.0951585116824927848, 0.0622535239386478929, 0.0271524594117540949};
  const PetscReal        c3 = constants[SCALE * n], c4 = constants[RATE * n], c5 = constants[MODULUS * n], toe = constants[TOE * n];
  const PetscReal        stretched = TasStretchMinusOne(e), end = TasMin(TasMax(stretched, 0), toe), beyond = TasMax(stretched - toe, 0);
  const PetscReal        c6  = c3 * expm1(c4 * toe) - c5 * (1 + toe);
  PetscReal              sum = 0;

  for (int k = 0; k < 8; k++) {
    const PetscReal left = end * (1 - node[k]) / 2, right = end * (1 + node[k]) / 2;

    sum += weight[k] * (expm1(c4 * left) / (1 + left) + expm1(c4 * right) / (1 + right));
  }
  return c3 * sum * end / 2 + c5 * beyond + c6 * log1p(beyond / (1 + toe));
}

static void Evaluate(const TasPoints *points)
{
  TasFibreEvaluate(points, (TasFibreModel){Energy, Law, TasFibreAligned});
}

const TasModel tas_model_weiss = {
    .name           = "weiss",
    .summary        = "Collagen fibres of tendon, ligament or nerve: an exponential toe region, then linear; tension only.",
    .theory         = "weiss",
    .part           = TAS_PART_FIBRE,
    .num_parameters = NUM_PARAMETERS,
    .parameters     = parameters,
    .num_constants  = NUM_CONSTANTS,
    .derive         = Derive,
    .evaluate       = Evaluate,
};
