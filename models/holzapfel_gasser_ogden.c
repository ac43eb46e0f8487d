/*
  Two families of dispersed collagen fibres (Holzapfel, Gasser & Ogden 2000; Gasser, Ogden & Holzapfel 2006), in the plane of
  fibre and sheet at plus and minus `angle` to the fibre direction.  Theory: docs/theory/holzapfel-gasser-ogden.md

    W = sum over two families of k1/(2 k2) (exp(k2 <E>^2) - 1),   E = H:C - 1,   H = kappa I + (1 - 3 kappa) a (x) a

  <E> = max(E, 0).  Beyond k2 E^2 = TAS_EXPONENT_LIMIT dW/dE goes on linearly with the slope it has there.
*/
#include "models/fibre_term.h"
#include "models/models_impl.h"

#define GASSER "Gasser et al. 2006, J R Soc Interface 3:15"

static const TasParameter parameters[] = {
    {"k1", "MPa", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "stiffness of each family at small strain",
     "Holzapfel et al. 2000, J Elast 61:1"},
    {"k2", "1", 0, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "rate of the exponential", "Holzapfel et al. 2000, J Elast 61:1"},
    {"kappa", "1", 0, 1. / 3, PETSC_TRUE, PETSC_TRUE, 0, "dispersion: 0 parallel fibres, 1/3 fibres in all directions", GASSER},
    {"angle", "degree", 0, 90, PETSC_TRUE, PETSC_TRUE, 0, "of the two families to the fibre direction, in the plane of fibre and sheet",
     "Holzapfel et al. 2000, J Elast 61:1"},
    TAS_FIBRE_ISOCHORIC_PARAMETER,
};

enum { K1, K2, KAPPA, ANGLE, ISOCHORIC, NUM_PARAMETERS };
enum { OPTION = TAS_FIBRE_ISOCHORIC, STIFFNESS, RATE, LIMIT, DISPERSION, COSINE, SINE, NUM_CONSTANTS }; /* LIMIT: E where linear */

static void Derive(const PetscReal *values, PetscReal *constants, char *problem)
{
  const PetscReal angle = values[ANGLE] * (PETSC_PI / 180);

  TasFibreDeriveOption(values[ISOCHORIC], constants, problem);
  constants[STIFFNESS]  = values[K1];
  constants[RATE]       = values[K2];
  constants[LIMIT]      = sqrt(TAS_EXPONENT_LIMIT / values[K2]);
  constants[DISPERSION] = values[KAPPA];
  constants[COSINE]     = cos(angle);
  constants[SINE]       = sin(angle);
}

/* H of the family at `sign` times the angle */
TAS_INLINE TasSymmetric Structure(const TasPoints *points, PetscInt i, PetscReal sign)
{
  const PetscInt     n     = points->n;
  const PetscReal   *fibre = points->fibre + i, *sheet = points->sheet + i, *constants = points->constants + i;
  const PetscReal    along = constants[COSINE * n], across = sign * constants[SINE * n], kappa = constants[DISPERSION * n];
  const TasSymmetric identity = {{1, 1, 1, 0, 0, 0}};
  const TasSymmetric aligned =
      TasSquareOf(along * fibre[0] + across * sheet[0], along * fibre[n] + across * sheet[n], along * fibre[2 * n] + across * sheet[2 * n]);

  return TasCombine(1 - 3 * kappa, aligned, kappa, identity);
}

TAS_INLINE TasSymmetric FirstFamily(const TasPoints *points, PetscInt i)
{
  return Structure(points, i, 1);
}

TAS_INLINE TasSymmetric SecondFamily(const TasPoints *points, PetscInt i)
{
  return Structure(points, i, -1);
}

/* e is half of E, so that dW/de = 2 dW/dE. */
TAS_INLINE TasFibreDerivatives Law(PetscReal e, const PetscReal *constants, PetscInt n)
{
  const PetscReal k1 = constants[STIFFNESS * n], k2 = constants[RATE * n], limit = constants[LIMIT * n];
  const PetscReal strain = 2 * e, inside = TasMin(TasMax(strain, 0), limit), exponent = k2 * inside * inside;
  const PetscReal scale = 2 * k1 * exp(exponent), slope = scale * (1 + 2 * exponent);

  return (TasFibreDerivatives){scale * inside + slope * TasMax(strain - limit, 0), strain > 0 ? 2 * slope : 0};
}

static PetscReal Energy(PetscReal e, const PetscReal *constants, PetscInt n)
{
  const PetscReal k1 = constants[STIFFNESS * n], k2 = constants[RATE * n], limit = constants[LIMIT * n];
  const PetscReal inside = TasMin(TasMax(2 * e, 0), limit), exponent = k2 * inside * inside, beyond = TasMax(2 * e - limit, 0);

  return k1 * (expm1(exponent) / (2 * k2) + exp(exponent) * beyond * (inside + (1 + 2 * exponent) * beyond / 2));
}

static void Evaluate(const TasPoints *points)
{
  TasPoints second = *points;

  TasFibreEvaluate(points, (TasFibreModel){Energy, Law, FirstFamily});
  second.add = PETSC_TRUE;
  TasFibreEvaluate(&second, (TasFibreModel){Energy, Law, SecondFamily});
}

const TasModel tas_model_holzapfel_gasser_ogden = {
    .name           = "holzapfel-gasser-ogden",
    .summary        = "Two families of dispersed collagen fibres, as in the walls of vessels, fascia and skin; tension only.",
    .theory         = "holzapfel-gasser-ogden",
    .part           = TAS_PART_FIBRE,
    .two_directions = PETSC_TRUE,
    .num_parameters = NUM_PARAMETERS,
    .parameters     = parameters,
    .num_constants  = NUM_CONSTANTS,
    .derive         = Derive,
    .evaluate       = Evaluate,
};
