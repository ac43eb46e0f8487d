/*
  In-situ prestrain:  F_p = stretch f (x) f + stretch^(-1/2) (I - f (x) f), at first; brought to equilibrium by whoever evaluates.
  Theory: docs/theory/prestrain.md
*/
#include "models/models_impl.h"

static const TasParameter stretch_parameters[] = {
    {"stretch", "1", 0.5, 3, PETSC_TRUE, PETSC_TRUE, NAN, "of the tissue in situ along its fibres, relative to the stress-free length",
     "Maas et al. 2016, J Mech Behav Biomed Mater 61:499"},
};

/* Constants of each model here: stretch; slack length of the sarcomeres in um, 0 where it is not given. */
static void DeriveStretch(const PetscReal *values, PetscReal *constants, char *problem)
{
  constants[0] = values[0];
  constants[1] = 0;
}

const TasModel tas_model_in_situ_stretch = {
    .name           = "in-situ-stretch",
    .summary        = "The tissue in situ is stretched along its fibres, at constant volume.",
    .theory         = "prestrain",
    .part           = TAS_PART_PRESTRAIN,
    .num_parameters = 1,
    .parameters     = stretch_parameters,
    .num_constants  = 2,
    .derive         = DeriveStretch,
};

static const TasParameter sarcomere_parameters[] = {
    {"length", "um", 1, 5, PETSC_TRUE, PETSC_TRUE, NAN, "of the sarcomeres in situ, at rest", "measured by laser diffraction"},
    {"slack_length", "um", 1, 5, PETSC_TRUE, PETSC_TRUE, NAN, "of the sarcomeres where the muscle carries no passive force", "measured"},
};

static void DeriveSarcomere(const PetscReal *values, PetscReal *constants, char *problem)
{
  constants[0] = values[0] / values[1];
  constants[1] = values[1];
}

const TasModel tas_model_sarcomere_length = {
    .name           = "sarcomere-length",
    .summary        = "The muscle in situ is stretched as its sarcomeres are, relative to their slack length.",
    .theory         = "prestrain",
    .part           = TAS_PART_PRESTRAIN,
    .num_parameters = 2,
    .parameters     = sarcomere_parameters,
    .num_constants  = 2,
    .derive         = DeriveSarcomere,
};

static void DeriveUnstretched(const PetscReal *values, PetscReal *constants, char *problem)
{
  constants[0] = 1;
  constants[1] = 0;
}

/* For tissue that is not stretched itself but has to follow its neighbours when they find their equilibrium. */
const TasModel tas_model_unstretched = {
    .name          = "unstretched",
    .summary       = "No stretch of its own; takes over what the equilibrium with prestrained neighbours leaves.",
    .theory        = "prestrain",
    .part          = TAS_PART_PRESTRAIN,
    .num_constants = 2,
    .derive        = DeriveUnstretched,
};
