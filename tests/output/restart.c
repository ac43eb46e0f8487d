/*
  A checkpoint, written and read on other numbers of ranks, bit for bit.

    restart write|read PATH ELEMENT
    restart problems PATH            (PATH is a checkpoint of hex8: what must not be accepted is not)
*/
#include "solver/output/checkpoint.h"
#include "tests/output/box_mesh.h"
#include <stdio.h>
#include <string.h>

#define IDENTITY "case 1, mesh 2"

/* A number with all its bits, that depends on nothing but the item. */
static PetscReal Value(PetscInt array, PetscInt number, PetscInt component)
{
  return 1.0 / (1.0 + number + 1000.0 * component + 0.001 * array) - (array == 2 ? 1e-300 : 0);
}

enum { NUM_ARRAYS = 6 };

static PetscErrorCode MakeArrays(const TasMesh *mesh, TasCheckpointArray arrays[NUM_ARRAYS])
{
  const TasCheckpointArray made[NUM_ARRAYS] = {
      {"displacement.0", TAS_CHECKPOINT_NODES, 3, NULL}, {"displacement.1", TAS_CHECKPOINT_NODES, 3, NULL},
      {"state", TAS_CHECKPOINT_CELLS, 17, NULL},         {"slip", TAS_CHECKPOINT_NODES, 1, NULL},
      {"time", TAS_CHECKPOINT_GLOBAL, 1, NULL},          {"coordinates", TAS_CHECKPOINT_GLOBAL, 5, NULL}};

  PetscFunctionBeginUser;
  for (int a = 0; a < NUM_ARRAYS; a++) {
    const PetscInt items = made[a].place == TAS_CHECKPOINT_NODES   ? mesh->num_nodes_owned
                           : made[a].place == TAS_CHECKPOINT_CELLS ? mesh->num_cells_owned
                                                                   : 1;

    arrays[a] = made[a];
    PetscCall(PetscCalloc1(items * made[a].num_components, &arrays[a].values));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Fills the arrays, or counts what differs from that. */
static PetscInt Visit(const TasMesh *mesh, TasCheckpointArray arrays[NUM_ARRAYS], PetscBool fill)
{
  PetscInt different = 0;

  for (int a = 0; a < NUM_ARRAYS; a++) {
    const PetscInt *numbers = arrays[a].place == TAS_CHECKPOINT_NODES   ? mesh->node_number
                              : arrays[a].place == TAS_CHECKPOINT_CELLS ? mesh->cell_number
                                                                        : NULL;
    const PetscInt  items   = arrays[a].place == TAS_CHECKPOINT_NODES   ? mesh->num_nodes_owned
                              : arrays[a].place == TAS_CHECKPOINT_CELLS ? mesh->num_cells_owned
                                                                        : 1;

    for (PetscInt i = 0; i < items; i++) {
      for (PetscInt c = 0; c < arrays[a].num_components; c++) {
        PetscReal *value = &arrays[a].values[i * arrays[a].num_components + c], right = Value(a, numbers ? numbers[i] : 0, c);

        if (fill)
          *value = right;
        else
          different += memcmp(value, &right, sizeof(right)) != 0;
      }
    }
  }
  return different;
}

static PetscErrorCode Expect(const char *problem, const char *words)
{
  PetscFunctionBeginUser;
  PetscCheck(words[0] ? strstr(problem, words) != NULL : !problem[0], PETSC_COMM_SELF, PETSC_ERR_USER, "Found \"%s\", not \"%s\"", problem,
             words);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Problems(const char *path, const TasMesh *mesh, TasCheckpointArray arrays[NUM_ARRAYS])
{
  char     problem[TAS_PROBLEM_LENGTH], other[PETSC_MAX_PATH_LEN];
  PetscInt width;

  PetscFunctionBeginUser;
  PetscCall(TasCheckpointGetSize(path, mesh->comm, "state", &width, problem));
  PetscCall(Expect(problem, ""));
  PetscCheck(width == 17, PETSC_COMM_SELF, PETSC_ERR_USER, "Width %" PetscInt_FMT, width);
  PetscCall(TasCheckpointGetSize(path, mesh->comm, "coordinates", &width, problem));
  PetscCheck(width == 5, PETSC_COMM_SELF, PETSC_ERR_USER, "Width %" PetscInt_FMT, width);
  PetscCall(TasCheckpointGetSize(path, mesh->comm, "growth", &width, problem));
  PetscCheck(width == -1, PETSC_COMM_SELF, PETSC_ERR_USER, "Width %" PetscInt_FMT, width);
  PetscCall(TasCheckpointRead(path, mesh, "case 2", NUM_ARRAYS, arrays, problem));
  PetscCall(Expect(problem, "belongs to another case"));
  arrays[2].num_components = 16;
  PetscCall(TasCheckpointRead(path, mesh, IDENTITY, NUM_ARRAYS, arrays, problem));
  PetscCall(Expect(problem, "array \"state\" has the shape"));
  arrays[2].name = "growth";
  PetscCall(TasCheckpointRead(path, mesh, IDENTITY, NUM_ARRAYS, arrays, problem));
  PetscCall(Expect(problem, "has no array \"growth\""));
  PetscCall(TasCheckpointRead("/nowhere/at/all", mesh, IDENTITY, NUM_ARRAYS, arrays, problem));
  PetscCall(Expect(problem, "cannot read the checkpoint /nowhere/at/all: No such file"));
  PetscCall(TasCheckpointRead("/proc/self/exe", mesh, IDENTITY, NUM_ARRAYS, arrays, problem));
  PetscCall(Expect(problem, "not a whole checkpoint"));
  PetscCall(PetscSNPrintf(other, sizeof(other), "%s/no/folder", path));
  PetscCall(TasCheckpointWrite(other, mesh, IDENTITY, NUM_ARRAYS, arrays, problem));
  PetscCall(Expect(problem, "cannot write"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Run(const char *what, const char *path, TasElement element)
{
  TasMesh           *mesh = NULL;
  TasCheckpointArray arrays[NUM_ARRAYS];
  char               problem[TAS_PROBLEM_LENGTH] = "";

  PetscFunctionBeginUser;
  PetscCall(BoxMeshCreate(PETSC_COMM_WORLD, element, 4, &mesh));
  PetscCall(MakeArrays(mesh, arrays));
  if (what[0] == 'w') {
    Visit(mesh, arrays, PETSC_TRUE);
    PetscCall(TasCheckpointWrite(path, mesh, IDENTITY, NUM_ARRAYS, arrays, problem));
    PetscCall(Expect(problem, ""));
  } else if (what[0] == 'r') {
    PetscInt different;

    PetscCall(TasCheckpointRead(path, mesh, IDENTITY, NUM_ARRAYS, arrays, problem));
    PetscCall(Expect(problem, ""));
    different = Visit(mesh, arrays, PETSC_FALSE);
    PetscCheck(!different, PETSC_COMM_SELF, PETSC_ERR_USER, "%" PetscInt_FMT " values differ", different);
  } else
    PetscCall(Problems(path, mesh, arrays));
  for (int a = 0; a < NUM_ARRAYS; a++) PetscCall(PetscFree(arrays[a].values));
  PetscCall(BoxMeshDestroy(&mesh));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const char *const names[] = {"hex8", "tet10", "hex27"};
  int               element = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCheck(argc >= 3, PETSC_COMM_WORLD, PETSC_ERR_ARG_WRONG, "usage: restart write|read|problems PATH [ELEMENT]");
  for (int e = 0; e < 3; e++) element = argc > 3 && !strcmp(argv[3], names[e]) ? e : element;
  PetscCall(Run(argv[1], argv[2], (TasElement)element));
  PetscCall(PetscFinalize());
  return 0;
}
