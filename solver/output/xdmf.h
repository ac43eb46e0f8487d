#pragma once
/*
  results.xmf: tells readers of XDMF 3 (ParaView before 5.12: "Xdmf3 Reader S" or "T") where in results.vtkhdf the steps are.
  ParaView's older "XDMF Reader" shows the mesh and the static fields only.
*/
#include "mesh/mesh.h"
#include "solver/output/results_field.h"

typedef struct {
  const char            *heavy; /* file name of the VTKHDF file, which lies in the same folder */
  TasElement             element;
  PetscInt               num_nodes, num_cells; /* global */
  PetscInt               num_fields;
  const TasResultsField *fields;
  PetscBool              double_precision;
  PetscInt               num_steps; /* 0: the mesh with its static fields, no time */
  const PetscReal       *days;      /* [num_steps] */
} TasXdmf;

/* Replaces the file.  Not collective: call it on one rank.  problem [TAS_PROBLEM_LENGTH]: left alone, or why it could not be written. */
PetscErrorCode TasXdmfWrite(const char *path, const TasXdmf *xdmf, char *problem);
