#pragma once
/*
  The path of a strand in a case.  Private to case_*.c.
*/
#include "solver/case/case_reader.h"

#define TAS_STRAND_PATH_ALLOWED "{file: name.csv}, {points: [[0 mm, 0 mm, 0 mm], ...]} or {group: name}"

/* The keys of the map `path`, whose target is a TasCaseStrand. */
#define TAS_NUM_STRAND_PATH_KEYS 3
extern const TasCaseKey tas_strand_path_keys[TAS_NUM_STRAND_PATH_KEYS];

/* The key `path`. */
PetscErrorCode TasCaseReadPath(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target);

/* What joints draw at the far ends of strands; joints have been read. */
PetscErrorCode TasCaseReadStrandArms(TasCaseReader *r);

/* Gives the strand no points, but place for so many. */
PetscErrorCode TasCaseStrandAllocate(TasCaseStrand *strand, PetscInt points);
