#pragma once
/* Inside of an assembly: shared by assembly.c (set-up), assembly_loop.c (element loops) and assembly_fields.c. */
#include "solver/assembly/assembly.h"

/* Up to TAS_LANES local cells of one tissue; lanes beyond num repeat the last cell. */
typedef struct {
  PetscInt tissue, num;
  PetscInt cells[TAS_LANES];
} TasCellBatch;

/* What one thread does: the rows first_row <= row < last_row, from every cell that touches them. */
typedef struct {
  PetscInt      first_row, last_row;
  PetscInt      num_batches;
  TasCellBatch *batches;
  TasBatch    **work; /* [num_tissues] */
  PetscInt      num_clear; /* rows before it have been set to zero in this pass */
  PetscInt      bad_cell;
  char          apart[128]; /* each thread writes to its own at every batch: no two of them in one cache line */
} TasWorker;

struct TasAssembly_ {
  const TasMesh       *mesh;
  const TasMaterial   *materials;
  const PetscReal     *fibre, *sheet; /* [num_cells][3] or NULL */
  TasReferenceElement *reference;
  PetscInt             num_workers;
  TasWorker           *workers;
  PetscInt             num_owned_batches, num_all_batches; /* of the owned cells, and of all local ones, each once */
  TasCellBatch        *owned_batches, *all_batches;
  PetscInt            *row_start, *column;      /* block pattern of the owned rows, global columns, sorted */
  PetscInt            *own_start, *other_start; /* number of blocks before each row, in each part */
  short               *place;                   /* [num_cells][nodes][nodes]: place in the block row, see TasAssemblyPlace() */
  PetscReal           *node_stiffness;          /* [owned] mean diagonal of the unprojected matrix, N/mm */
  size_t              *state_start;             /* [num_cells + 1] of the state of a cell; NULL when no tissue has any */
  PetscReal           *state;                   /* [num_state][points] of each cell, at the start of the step */
  PetscReal            time_step;               /* s */
  Mat                  own, other;              /* while a matrix is being filled */
  PetscScalar         *own_values, *other_values;
};

/* Gathers what the kernel needs of the cells of a batch. */
TasBatch *TasWorkerGather(const TasAssembly assembly, TasWorker *worker, const TasCellBatch *cells, const PetscReal *displacement);

/*
  Evaluates every owned cell, or every local one where their neighbours need it (all), and shows each batch to `visit`, on any
  thread: each cell once.  step [3*num_nodes]: for TAS_WANT_PRESSURE, may be NULL.
*/
typedef void (*TasVisitBatch)(TasBatch *batch, const TasCellBatch *cells, void *context);
void TasAssemblyForEachCell(const TasAssembly assembly, const PetscReal *displacement, const PetscReal *step, int want, PetscBool all, TasVisitBatch visit, void *context);

/* State at the points of all cells: of tissue that nobody has touched (assembly_state.c). */
PetscErrorCode TasAssemblyCreateState(TasAssembly assembly);

/* Place of a local node's column in the block row of an owned node: k >= 0 in the rank's own part, -1 - k in the other. */
PetscInt TasAssemblyPlace(const TasAssembly assembly, PetscInt row, PetscInt node);
