#include "models/models_impl.h"

const TasModel *const tas_models[] = {
    &tas_model_neo_hookean, &tas_model_mooney_rivlin,          &tas_model_yeoh,     &tas_model_ogden,       &tas_model_weiss,
    &tas_model_blemker,     &tas_model_holzapfel_gasser_ogden, &tas_model_guccione, &tas_model_log_squared, &tas_model_simo_taylor,
    &tas_model_quadratic,   &tas_model_hartmann_neff,
    &tas_model_in_situ_stretch, &tas_model_sarcomere_length, &tas_model_unstretched, &tas_model_prony,
    &tas_model_fibre_growth, &tas_model_area_growth, &tas_model_turnover, &tas_model_transient_network,
};
const PetscInt tas_num_models = TAS_COUNT(tas_models);

const TasModel *TasModelFind(TasPart part, const char *name)
{
  for (PetscInt m = 0; m < tas_num_models; m++) {
    PetscBool same = PETSC_FALSE;

    if (tas_models[m]->part != part) continue;
    if (!PetscStrcmp(tas_models[m]->name, name, &same) && same) return tas_models[m];
  }
  return NULL;
}
