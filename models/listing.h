#pragma once
/*
  What a user reads about models and limits: `tasis models` and docs/models.md, made from the parameter tables.
*/
#include "models/material.h"
#include <stdio.h>

/* Is there a model, preset or rule of harm of that name? */
PetscBool TasModelsKnows(const char *name);

/* Writes parameters, units, admissible values, defaults, meaning and sources of every model, preset and rule of harm (name NULL), or of
   those of that name; nothing where the name is unknown.  As aligned text, or as Markdown.
   Not collective. */
PetscErrorCode TasModelsPrint(FILE *out, const char *name, PetscBool markdown);
