/* The linear system of a scalar field in a tissue: unknowns are its corner nodes that are not fixed. */
#include "mesh/tissue_field.h"
#include "mesh/tissue_shape.h"
#include <stdio.h>

/* Marks all nodes of the tissue that cells connect with a marked one. */
static PetscErrorCode Flood(const TasTissue *t, PetscInt *marked)
{
  const PetscInt corners = t->shape->num_corners, num_nodes = t->mesh->num_nodes;
  PetscInt      *queue, length = 0, before = -1, after = 0;
  PetscBool     *done;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(num_nodes, &queue));
  PetscCall(PetscCalloc1(num_nodes, &done));
  while (after != before) { /* until no rank brings a new one to another */
    before = after;
    length = 0;
    for (PetscInt n = 0; n < num_nodes; n++) {
      if (marked[n] && !done[n]) queue[length++] = n;
    }
    for (PetscInt next = 0; next < length; next++) {
      const PetscInt node = queue[next];
      done[node]          = PETSC_TRUE;
      for (PetscInt i = t->node_offset[node]; i < t->node_offset[node + 1]; i++) {
        const PetscInt *cell = TasTissueCell(t, t->at_node[i]);
        for (PetscInt k = 0; k < corners; k++) {
          if (!marked[cell[k]]) queue[length++] = cell[k];
          marked[cell[k]] = 1;
        }
      }
    }
    PetscCall(PetscSFReduceBegin(t->ghosts, MPIU_INT, marked + t->mesh->num_nodes_owned, marked, MPI_MAX));
    PetscCall(PetscSFReduceEnd(t->ghosts, MPIU_INT, marked + t->mesh->num_nodes_owned, marked, MPI_MAX));
    PetscCall(TasTissueShareInts(t, marked));
    PetscCall(TasTissueCount(t, marked, &after));
  }
  PetscCall(PetscFree(done));
  PetscCall(PetscFree(queue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* row [num_nodes]: global number of the unknown, or -1 where there is none. */
static PetscErrorCode NumberRows(const TasTissue *t, const PetscInt *fixed, PetscInt *row, PetscInt *num_rows, PetscInt *first_row)
{
  const TasMesh *mesh = t->mesh;
  PetscInt      *reached;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(mesh->num_nodes, &reached));
  PetscCall(PetscArraycpy(reached, fixed, mesh->num_nodes));
  PetscCall(Flood(t, reached));
  *num_rows = *first_row = 0;
  for (PetscInt n = 0; n < mesh->num_nodes_owned; n++) *num_rows += t->inside[n] && !fixed[n] && reached[n];
  PetscCallMPI(MPI_Exscan(num_rows, first_row, 1, MPIU_INT, MPI_SUM, mesh->comm));
  PetscInt next = *first_row;
  for (PetscInt n = 0; n < mesh->num_nodes_owned; n++) row[n] = t->inside[n] && !fixed[n] && reached[n] ? next++ : -1;
  PetscCall(TasTissueShareInts(t, row));
  PetscCall(PetscFree(reached));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The matrix with room for exactly the neighbours of each unknown. */
static PetscErrorCode CreateMatrix(const TasTissue *t, const PetscInt *row, PetscInt num_rows, PetscInt first_row, Mat *matrix)
{
  PetscInt *here, *there, *last, r = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc2(num_rows, &here, num_rows, &there));
  PetscCall(PetscMalloc1(t->mesh->num_nodes, &last)); /* the unknown that counted a node last */
  for (PetscInt n = 0; n < t->mesh->num_nodes; n++) last[n] = -1;
  for (PetscInt n = 0; n < t->mesh->num_nodes_owned; n++) {
    if (row[n] < 0) continue;
    for (PetscInt i = t->node_offset[n]; i < t->node_offset[n + 1]; i++) {
      const PetscInt *cell = TasTissueCell(t, t->at_node[i]);
      for (PetscInt k = 0; k < t->shape->num_corners; k++) {
        if (last[cell[k]] == n || row[cell[k]] < 0) continue;
        last[cell[k]] = n;
        if (cell[k] < t->mesh->num_nodes_owned)
          here[r]++;
        else
          there[r]++;
      }
    }
    r++;
  }
  PetscCall(MatCreate(t->mesh->comm, matrix));
  PetscCall(MatSetSizes(*matrix, num_rows, num_rows, PETSC_DETERMINE, PETSC_DETERMINE));
  PetscCall(MatSetType(*matrix, MATAIJ));
  PetscCall(MatSeqAIJSetPreallocation(*matrix, 0, here));
  PetscCall(MatMPIAIJSetPreallocation(*matrix, 0, here, 0, there));
  PetscCall(MatSetOption(*matrix, MAT_SPD, PETSC_TRUE));
  PetscCall(PetscFree(last));
  PetscCall(PetscFree2(here, there));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Stiffness [corner][corner] and load [corner] of the i-th cell of the tissue. */
static void CellIntegrals(const TasTissue *t, PetscInt i, const TasShapeRule *rule, PetscReal *stiffness, PetscReal *load)
{
  const PetscInt   corners = rule->num_corners;
  const PetscReal *x[TAS_MAX_CORNERS];
  PetscReal        gradient[TAS_MAX_CORNERS][3];

  for (PetscInt k = 0; k < corners; k++) x[k] = t->mesh->coordinates + 3 * TasTissueCell(t, i)[k];
  for (PetscInt k = 0; k < corners * corners; k++) stiffness[k] = 0;
  for (PetscInt k = 0; k < corners; k++) load[k] = 0;
  for (PetscInt q = 0; q < rule->num_points; q++) {
    const PetscReal volume = rule->weight * TasShapeGradients(rule, q, x, gradient);
    for (PetscInt a = 0; a < corners; a++) {
      load[a] += volume * rule->value[q][a];
      for (PetscInt b = 0; b < corners; b++) {
        stiffness[a * corners + b] +=
            volume * (gradient[a][0] * gradient[b][0] + gradient[a][1] * gradient[b][1] + gradient[a][2] * gradient[b][2]);
      }
    }
  }
}

/* Every rank has all cells at its nodes and so completes its own rows; PETSc passes over rows and columns of number -1. */
static PetscErrorCode Assemble(const TasTissue *t, const PetscInt *row, const PetscReal *phi, PetscReal source, Mat matrix, Vec rhs)
{
  const PetscInt corners = t->shape->num_corners;
  PetscReal      stiffness[TAS_MAX_CORNERS * TAS_MAX_CORNERS], load[TAS_MAX_CORNERS];
  TasShapeRule   rule;

  PetscFunctionBeginUser;
  TasShapeRuleSet(corners == 8 ? TAS_SHAPE_HEX : TAS_SHAPE_TET, PETSC_FALSE, &rule);
  for (PetscInt i = 0; i < t->num_cells; i++) {
    const PetscInt *cell = TasTissueCell(t, i);
    PetscInt        rows[TAS_MAX_CORNERS], columns[TAS_MAX_CORNERS];
    CellIntegrals(t, i, &rule, stiffness, load);
    for (PetscInt a = 0; a < corners; a++) {
      columns[a] = row[cell[a]];
      rows[a]    = cell[a] < t->mesh->num_nodes_owned ? row[cell[a]] : -1;
      load[a] *= source;
      for (PetscInt b = 0; b < corners; b++) {
        if (row[cell[b]] < 0) load[a] -= stiffness[a * corners + b] * phi[cell[b]];
      }
    }
    PetscCall(MatSetValues(matrix, corners, rows, corners, columns, stiffness, ADD_VALUES));
    PetscCall(VecSetValues(rhs, corners, rows, load, ADD_VALUES));
  }
  PetscCall(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY));
  PetscCall(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY));
  PetscCall(VecAssemblyBegin(rhs));
  PetscCall(VecAssemblyEnd(rhs));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Far below what fibres need, so that they do not depend on the number of ranks. Options start with -fibres_. */
static PetscErrorCode SolveSystem(Mat matrix, Vec rhs, Vec solution, char *problem)
{
  const PetscReal    tolerance = 1e-11;
  KSP                ksp;
  PC                 pc;
  KSPConvergedReason reason;

  PetscFunctionBeginUser;
  PetscCall(KSPCreate(PetscObjectComm((PetscObject)matrix), &ksp));
  PetscCall(KSPSetOptionsPrefix(ksp, "fibres_"));
  PetscCall(KSPSetOperators(ksp, matrix, matrix));
  PetscCall(KSPSetType(ksp, KSPCG));
  PetscCall(KSPSetTolerances(ksp, tolerance, PETSC_SMALL * PETSC_SMALL, PETSC_DEFAULT, 1000));
  PetscCall(KSPGetPC(ksp, &pc));
  PetscCall(PCSetType(pc, PCGAMG));
  PetscCall(KSPSetFromOptions(ksp));
  PetscCall(KSPSolve(ksp, rhs, solution));
  PetscCall(KSPGetConvergedReason(ksp, &reason));
  if (reason < 0) {
    snprintf(problem, TAS_PROBLEM_LENGTH, "the equation for the fibres was not solved: %s", KSPConvergedReasons[reason]);
  }
  PetscCall(KSPDestroy(&ksp));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* From the unknowns to the nodes; nodes that are neither unknown nor fixed are 0. */
static PetscErrorCode TakeSolution(const TasTissue *t, const PetscInt *row, const PetscInt *fixed, PetscInt first_row, Vec solution,
                                   PetscReal *phi)
{
  const PetscScalar *values;

  PetscFunctionBeginUser;
  PetscCall(VecGetArrayRead(solution, &values));
  for (PetscInt n = 0; n < t->mesh->num_nodes_owned; n++) {
    if (!fixed[n]) phi[n] = row[n] < 0 ? 0 : PetscRealPart(values[row[n] - first_row]);
  }
  PetscCall(VecRestoreArrayRead(solution, &values));
  PetscCall(TasTissueShareReals(t, 1, phi));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTissueSolve(const TasTissue *t, const PetscInt *fixed, PetscReal source, PetscReal *phi, char *problem)
{
  PetscInt *row, num_rows, first_row, total;
  Mat       matrix;
  Vec       rhs, solution;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(t->mesh->num_nodes, &row));
  PetscCall(NumberRows(t, fixed, row, &num_rows, &first_row));
  PetscCall(CreateMatrix(t, row, num_rows, first_row, &matrix));
  PetscCall(MatCreateVecs(matrix, &solution, &rhs));
  PetscCall(VecSetOption(rhs, VEC_IGNORE_NEGATIVE_INDICES, PETSC_TRUE));
  PetscCall(Assemble(t, row, phi, source, matrix, rhs));
  PetscCall(VecGetSize(rhs, &total));
  if (total) PetscCall(SolveSystem(matrix, rhs, solution, problem));
  PetscCall(TakeSolution(t, row, fixed, first_row, solution, phi));
  PetscCall(VecDestroy(&solution));
  PetscCall(VecDestroy(&rhs));
  PetscCall(MatDestroy(&matrix));
  PetscCall(PetscFree(row));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasTissueGradient(const TasTissue *t, const PetscReal *phi, PetscReal *gradient)
{
  const PetscInt   corners = t->shape->num_corners;
  const PetscReal *x[TAS_MAX_CORNERS];
  PetscReal        slope[TAS_MAX_CORNERS][3];
  TasShapeRule     rule;

  PetscFunctionBeginUser;
  TasShapeRuleSet(corners == 8 ? TAS_SHAPE_HEX : TAS_SHAPE_TET, PETSC_TRUE, &rule);
  for (PetscInt i = 0; i < t->num_cells; i++) {
    const PetscInt *cell = TasTissueCell(t, i);
    for (PetscInt k = 0; k < corners; k++) x[k] = t->mesh->coordinates + 3 * cell[k];
    TasShapeGradients(&rule, 0, x, slope);
    for (PetscInt d = 0; d < 3; d++) {
      gradient[3 * i + d] = 0;
      for (PetscInt k = 0; k < corners; k++) gradient[3 * i + d] += slope[k][d] * phi[cell[k]];
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}
