#pragma once
/*
  Between Tasis and a library that looks at a run while it runs.

  A backend is a shared library, lib/tasis/tasis_catalyst.so beside bin/, that is loaded when a case asks for it: runs that do not pay
  nothing, and a library that is missing costs a line, not the run.  It exports one TasInsituBackend by the name of TAS_INSITU_SYMBOL.
  Plain C without PETSc, so that C++ can include it.

  Every function is collective over the communicator of initialize, and called in this order: initialize, then for each step wants and,
  where that is true, execute, at last finalize.  problem [TAS_INSITU_PROBLEM] comes in empty; a rank that fills it, with one line, is
  enough: the backend is not called again then, but for finalize.  Nothing may end the program.
*/
#include <mpi.h>
#include <stdint.h>

#define TAS_INSITU_SYMBOL  "tas_insitu_backend"
#define TAS_INSITU_PROBLEM 512

typedef struct {
  MPI_Comm           comm;
  const char        *results;   /* absolute: the results folder; scripts have it as TASIS_RESULTS in their environment */
  const char        *folder;    /* absolute: where pictures and extracts go; it is there */
  const char        *pipelines; /* absolute: the folder of the ready pipelines, scripts/catalyst */
  int                num_scripts;
  const char *const *scripts; /* absolute paths */
} TasInsituSetup;

typedef struct {
  const char   *name;
  int           at_cells; /* else at nodes */
  int           num_components;
  const double *values; /* [num_cells or num_nodes][num_components] */
} TasInsituArray;

/* What one rank has of a grid; the cells of all ranks together are the whole, nodes at their borders are on each. */
typedef struct {
  const char           *name;      /* of the channel: "tissue", "strands" */
  int                   cell_type; /* as VTK numbers them: 3 line, 12 hexahedron, 24 quadratic tetrahedron, 29 triquadratic hexahedron */
  int                   nodes_per_cell;
  int64_t               num_nodes, num_cells;
  const double         *coordinates;  /* [num_nodes][3] mm, undeformed */
  const int64_t        *node_numbers; /* [num_nodes] the same on each rank that has the node */
  const int64_t        *cells;       /* [num_cells][nodes_per_cell] in the order of VTK */
  int                   num_arrays;
  const TasInsituArray *arrays;
} TasInsituGrid;

typedef struct {
  int64_t              number; /* of the converged step */
  double               day;
  int                  last; /* of the run, as planned */
  int                  num_gaps;
  const double        *gaps; /* [num_gaps] mm, lengthening at each osteotomy */
  int                  num_grids;
  const TasInsituGrid *grids;
} TasInsituStep;

typedef struct {
  const char *name; /* "ParaView Catalyst 5.11", for the log */
  void (*initialize)(const TasInsituSetup *setup, char *problem);
  int (*wants)(int64_t number, double day, int last);
  void (*execute)(const TasInsituStep *step, char *problem);
  void (*finalize)(char *problem);
} TasInsituBackend;
