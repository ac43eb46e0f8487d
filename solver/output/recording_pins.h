#pragma once
/*
  Columns of the history for pins:
    pin.<name>.force.x, .y, .z   N, by which the pin holds the tissue
    pin.<name>.distance          mm, by which the tissue has left it, see TasPinsLargest
    pin.<name>.pressure          MPa, of the pin on the tissue, on its diameter
  and for each tissue of the kind skin
    <tissue>.fibre_stretch_mean_near_pins, ..._max_near_pins   of the cells whose middle is within TAS_NEAR_PINS of a pin
*/
#include "solver/assembly/domain.h"
#include "solver/output/history.h"
#include "solver/system/system.h"

#define TAS_NEAR_PINS 15. /* mm */

typedef struct TasPinColumns_ *TasPinColumns;

/* Borrows all. Collective, like everything here. */
PetscErrorCode TasPinColumnsCreate(const TasDomain *domain, TasSystem system, TasHistory history, TasPinColumns *columns);
PetscErrorCode TasPinColumnsDestroy(TasPinColumns *columns); /* accepts NULL, sets NULL */

/* Into the row that is being filled. stretch, volume [num_cells_owned] of the cells. */
PetscErrorCode TasPinColumnsSet(TasPinColumns columns, TasHistory history, const PetscReal *stretch, const PetscReal *volume);
