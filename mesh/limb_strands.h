#pragma once
/*
  Nerves and arteries of a limb: paths from station to station of its cross-sections.
*/
#include "mesh/limb_patches.h"

/* Where a path passes: height as a share of the length, patch, and place in it as the number of a group of columns or rows plus the share
   of its width. */
typedef struct {
  PetscReal share;
  PetscInt  patch;
  PetscReal column, row;
} TasStation;

#define TAS_MAX_STATIONS 9

typedef struct {
  const char *name, *preset;
  PetscReal   area; /* mm2 */
  PetscReal   remote[2];
  const char *source;
  struct {
    const char *joint; /* NULL: none */
    PetscReal   length;
    const char *source;
  } arm[2];            /* TasLimbStrandArm */
  PetscInt    num;
  TasStation  stations[TAS_MAX_STATIONS]; /* from the top down */
} TasStrandPath;

typedef struct {
  const TasPatches *patches;
  PetscReal         length; /* mm */
  /* Height of a station as a share of the length, where the limb's ends are not the usual ones. */
  PetscReal (*share)(const void *context, const TasStation *station);
  void (*place)(const void *context, PetscReal z, TasPlanePoint *xy);
  /* Column and row in divisions of the station's patch. */
  void (*divisions)(const void *context, const TasStation *station, PetscReal *u, PetscReal *v);
  const void *context;
} TasStrandFrame;

/* Appends the paths to the layout's strands. */
PetscErrorCode TasLimbAddStrands(const TasStrandFrame *frame, PetscInt num, const TasStrandPath *paths, TasLimbLayout *layout);
