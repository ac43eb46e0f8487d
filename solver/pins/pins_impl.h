#pragma once
/* Inside of the pins: shared by pins.c (where they are) and pins_force.c (what they do). */
#include "solver/assembly/element.h"
#include "solver/pins/pins.h"

#define TAS_PINS_MAX_NODES 27

/* A pin in a cell. */
typedef struct {
  PetscInt   pin, cell;
  PetscBool  owned;
  PetscReal  across, along; /* stiffness, MPa */
  PetscReal *mass;          /* [nodes_per_cell][nodes_per_cell] int N_a N_b dl, mm */
} TasPinCell;

struct TasPins_ {
  const TasCase *c;
  const TasMesh *mesh;
  PetscReal    (*axis)[3]; /* [num] a_0 */
  PetscReal     *length;   /* [num] mm in the tissue */
  PetscInt       num_cells;
  TasPinCell    *cells;    /* pin by pin from its start, of the cells that this rank knows */
};
