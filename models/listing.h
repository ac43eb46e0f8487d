#pragma once
/*
  What a user reads about models, presets, limits, devices, the tissue of the gap and joint torques: `tasis models` and docs/models.md,
  made from the parameter tables.
*/
#include "models/material.h"
#include <stdio.h>

/* Names that a user may ask for, in the order in which they are listed: number, and the i-th. */
PetscInt    TasModelsNumNames(void);
const char *TasModelsName(PetscInt i);

/* Is there a model, preset, rule of harm, device or law of that name? */
PetscBool TasModelsKnows(const char *name);

/* Writes parameters, units, admissible values, defaults, meaning and sources of every model, preset, rule of harm, device and law (name
   NULL), or of those of that name; nothing where the name is unknown.  As aligned text, or as Markdown.
   Not collective. */
PetscErrorCode TasModelsPrint(FILE *out, const char *name, PetscBool markdown);
