#pragma once
/*
  Inside models/ only: the tables that registry.c lists, and what their files share.
*/
#include "models/material.h"

#define TAS_COUNT(table) ((PetscInt)(sizeof(table) / sizeof((table)[0])))

#define TAS_MAX_CONSTANTS 32 /* of one model */

/* Beyond this argument exponentials of a strain squared go on as polynomials with the same value, slope and curvature: it is
   far outside what tissue bears, and keeps a Newton iterate that overshoots finite (exp(16) = 9e6). */
#define TAS_EXPONENT_LIMIT 16.0

extern const TasModel tas_model_neo_hookean, tas_model_mooney_rivlin, tas_model_yeoh, tas_model_ogden;
extern const TasModel tas_model_weiss, tas_model_blemker, tas_model_holzapfel_gasser_ogden, tas_model_guccione;
extern const TasModel tas_model_log_squared, tas_model_simo_taylor, tas_model_quadratic, tas_model_hartmann_neff;
extern const TasModel tas_model_in_situ_stretch, tas_model_sarcomere_length, tas_model_unstretched;
extern const TasModel tas_model_prony;
extern const TasModel tas_model_fibre_growth, tas_model_area_growth, tas_model_turnover, tas_model_transient_network;
