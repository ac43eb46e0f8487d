#include "solver/output/restart.h"
#include "solver/output/checkpoint.h"

#define SECONDS_PER_DAY 86400.
#define MAX_ARRAYS      (2 * TAS_RESTART_STATES + 8 + TAS_HARM_ARRAYS)
#define NUM_PROGRESS    4

/* Keys that may change from a run to the one that goes on from it; a dot at the end: everything below. */
static const char *const free_keys[] = {"title", "solver.", "safe_rate.", "output.every", "catalyst.", "time.step", "time.steps", "distraction.steps", "distraction.steps_per_day", "second_distraction.steps", "second_distraction.steps_per_day"};

static PetscBool IsFree(const char *path)
{
  for (size_t k = 0; k < PETSC_STATIC_ARRAY_LENGTH(free_keys); k++) {
    const size_t length = strlen(free_keys[k]);
    if (free_keys[k][length - 1] == '.' ? !strncmp(path, free_keys[k], length) : !strcmp(path, free_keys[k])) return PETSC_TRUE;
  }
  return PETSC_FALSE;
}

/* Every value of the case that decides about the limb, whether it was written, is a default, or comes from a preset or a limb. */
static PetscErrorCode Identity(const TasCase *c, char **identity)
{
  size_t size = 1;
  char  *end;

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < c->num_entries; i++) size += strlen(c->entries[i].path) + strlen(c->entries[i].value) + 2;
  PetscCall(PetscCalloc1(size, identity));
  end = *identity;
  for (PetscInt i = 0; i < c->num_entries; i++)
    if (!IsFree(c->entries[i].path)) end += snprintf(end, size - (size_t)(end - *identity), "%s=%s\n", c->entries[i].path, c->entries[i].value);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The arrays of a checkpoint; those of a state are named by it. */
typedef struct {
  PetscInt           num;
  TasCheckpointArray arrays[MAX_ARRAYS];
  char               names[2 * TAS_RESTART_STATES][32];
} Arrays;

static PetscErrorCode List(const TasRestart *r, const TasRestartParts *parts, PetscReal progress[NUM_PROGRESS], Arrays *list)
{
  PetscFunctionBeginUser;
  list->num = 0;
  for (PetscInt k = 0; k < r->num_states; k++) {
    PetscCall(PetscSNPrintf(list->names[2 * k], 32, "displacement.%" PetscInt_FMT, k));
    PetscCall(PetscSNPrintf(list->names[2 * k + 1], 32, "coordinates.%" PetscInt_FMT, k));
    list->arrays[list->num++] = (TasCheckpointArray){list->names[2 * k], TAS_CHECKPOINT_NODES, 3, r->displacement[k]};
    list->arrays[list->num++] = (TasCheckpointArray){list->names[2 * k + 1], TAS_CHECKPOINT_GLOBAL, r->num_coordinates, r->coordinates[k]};
  }
  list->arrays[list->num++] = (TasCheckpointArray){"times", TAS_CHECKPOINT_GLOBAL, r->num_states, (PetscReal *)r->times};
  list->arrays[list->num++] = (TasCheckpointArray){"progress", TAS_CHECKPOINT_GLOBAL, NUM_PROGRESS, progress};
  if (r->state_size) list->arrays[list->num++] = (TasCheckpointArray){"state", TAS_CHECKPOINT_CELLS, r->state_size, r->state};
  if (r->strands_size) list->arrays[list->num++] = (TasCheckpointArray){"strands", TAS_CHECKPOINT_GLOBAL, r->strands_size, r->strands};
  list->arrays[list->num++] = (TasCheckpointArray){"treatment", TAS_CHECKPOINT_GLOBAL, r->treatment_size, r->treatment};
  list->arrays[list->num++] = (TasCheckpointArray){"history", TAS_CHECKPOINT_GLOBAL, r->history_size, r->history};
  TasHarmListArrays(parts->harm, &list->num, list->arrays);
  TasExaminationsListArrays(parts->examinations, &list->num, list->arrays);
  TasMonitoringListArrays(parts->monitoring, &list->num, list->arrays);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AllocateStates(TasRestart *r)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < r->num_states; k++) PetscCall(PetscMalloc2(3 * r->own_nodes + 1, &r->displacement[k], r->num_coordinates + 1, &r->coordinates[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRestartClear(TasRestart *r)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < r->num_states; k++) PetscCall(PetscFree2(r->displacement[k], r->coordinates[k]));
  PetscCall(PetscFree(r->strands));
  PetscCall(PetscFree(r->treatment));
  PetscCall(PetscFree(r->history));
  PetscCall(PetscFree(r->state));
  PetscCall(PetscMemzero(r, sizeof *r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRestartGather(const TasMesh *mesh, TasSystem system, TasStepper stepper, TasStrands strands, TasTreatment treatment, TasRestart *r)
{
  TasAssembly assembly = TasSystemAssembly(system);

  PetscFunctionBeginUser;
  *r = (TasRestart){.num_states = PetscMin(TasStepperNumStates(stepper), TAS_RESTART_STATES), .num_coordinates = TasSystemBodies(system)->num_coordinates, .own_nodes = mesh->num_nodes_owned};
  r->step_size   = TasStepperStep(stepper);
  r->growth_step = TasStepperGrowthStep(stepper);
  PetscCall(AllocateStates(r));
  for (PetscInt k = 0; k < r->num_states; k++) {
    const PetscScalar *values;
    Vec                state;
    PetscCall(TasStepperGetState(stepper, k, &r->times[k], &state));
    PetscCall(VecGetArrayRead(state, &values));
    PetscCall(PetscArraycpy(r->displacement[k], values, 3 * r->own_nodes));
    PetscCall(TasSystemCoordinatesOf(system, values, r->coordinates[k]));
    PetscCall(VecRestoreArrayRead(state, &values));
  }
  if (TasAssemblyHasState(assembly)) {
    r->state_size = TasAssemblyStateSize(assembly);
    PetscCall(PetscMalloc1((size_t)r->state_size * mesh->num_cells_owned + 1, &r->state));
    PetscCall(TasAssemblyGetState(assembly, r->state));
  }
  r->strands_size = TasStrandsStateSize(strands);
  PetscCall(PetscMalloc1(r->strands_size + 1, &r->strands));
  TasStrandsGetState(strands, r->strands);
  r->treatment_size = TasTreatmentStateSize(treatment);
  PetscCall(PetscMalloc1(r->treatment_size + 1, &r->treatment));
  TasTreatmentGetState(treatment, r->treatment);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRestartWrite(const TasCase *c, const TasMesh *mesh, const TasRestartParts *parts, TasResults results, PetscInt step, char *problem)
{
  const TasHistory history = TasResultsHistory(results);
  TasRestart       r;
  PetscReal        progress[NUM_PROGRESS];
  char             path[PETSC_MAX_PATH_LEN], *identity;
  Arrays           list;

  PetscFunctionBeginUser;
  PetscCall(TasRestartGather(mesh, parts->system, parts->stepper, parts->strands, parts->treatment, &r));
  r.history_size = TasHistoryNumRows(history) * TasHistoryNumColumns(history);
  r.history      = (PetscReal *)TasHistoryRows(history);
  progress[0]    = r.step_size;
  progress[1]    = step;
  progress[2]    = TasResultsNumSteps(results);
  progress[3]    = r.growth_step;
  PetscCall(List(&r, parts, progress, &list));
  PetscCall(Identity(c, &identity));
  PetscCall(TasResultsPath(results, "checkpoint.h5", path));
  PetscCall(TasCheckpointWrite(path, mesh, identity, list.num, list.arrays, problem));
  PetscCall(PetscFree(identity));
  r.history = NULL; /* it is the results' own */
  PetscCall(TasRestartClear(&r));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* How much there is to read. */
static PetscErrorCode ReadSizes(const TasMesh *mesh, const char *path, TasRestart *r, char *problem)
{
  PetscInt states = 0, coordinates = 0, strands = 0, treatment = 0, history = 0, state = -1;

  PetscFunctionBeginUser;
  PetscCall(TasCheckpointGetSize(path, mesh->comm, "times", &states, problem));
  if (!problem[0]) PetscCall(TasCheckpointGetSize(path, mesh->comm, "coordinates.0", &coordinates, problem));
  if (!problem[0]) PetscCall(TasCheckpointGetSize(path, mesh->comm, "strands", &strands, problem));
  if (!problem[0]) PetscCall(TasCheckpointGetSize(path, mesh->comm, "treatment", &treatment, problem));
  if (!problem[0]) PetscCall(TasCheckpointGetSize(path, mesh->comm, "history", &history, problem));
  if (!problem[0]) PetscCall(TasCheckpointGetSize(path, mesh->comm, "state", &state, problem));
  if (!problem[0] && (states < 1 || states > TAS_RESTART_STATES || history < 1)) PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "cannot go on from %.300s: it is damaged", path));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  r->num_states      = states;
  r->num_coordinates = PetscMax(0, coordinates);
  r->own_nodes       = mesh->num_nodes_owned;
  r->strands_size    = PetscMax(0, strands);
  r->treatment_size  = PetscMax(0, treatment);
  r->history_size    = history;
  r->state_size      = PetscMax(0, state);
  PetscCall(PetscMalloc1((size_t)r->state_size * mesh->num_cells_owned + 1, &r->state));
  PetscCall(AllocateStates(r));
  PetscCall(PetscMalloc1(r->strands_size + 1, &r->strands));
  PetscCall(PetscMalloc1(r->treatment_size + 1, &r->treatment));
  PetscCall(PetscMalloc1(history, &r->history));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRestartRead(const TasCase *c, const TasMesh *mesh, const TasRestartParts *parts, const char *path, TasRestart *r, char *problem)
{
  PetscReal progress[NUM_PROGRESS];
  char     *identity;
  Arrays    list;

  PetscFunctionBeginUser;
  PetscCall(PetscMemzero(r, sizeof *r));
  PetscCall(ReadSizes(mesh, path, r, problem));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(List(r, parts, progress, &list));
  PetscCall(Identity(c, &identity));
  PetscCall(TasCheckpointRead(path, mesh, identity, list.num, list.arrays, problem));
  PetscCall(PetscFree(identity));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  r->step_size   = progress[0];
  r->step        = (PetscInt)progress[1];
  r->num_outputs = (PetscInt)progress[2];
  r->growth_step = progress[3];
  TasHarmResume(parts->harm, r->times[0]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRestartTakeState(const TasRestart *r, TasSystem system, TasStepper stepper, TasStrands strands, TasTreatment treatment)
{
  Vec      *states;
  PetscBool good;

  PetscFunctionBeginUser;
  PetscCall(VecDuplicateVecs(TasSystemSolution(system), r->num_states, &states));
  for (PetscInt k = 0; k < r->num_states; k++) {
    PetscScalar *values;
    PetscInt     size;
    PetscCall(VecGetLocalSize(states[k], &size));
    PetscCall(VecGetArray(states[k], &values));
    PetscCall(PetscArraycpy(values, r->displacement[k], 3 * r->own_nodes));
    PetscCall(PetscArraycpy(values + 3 * r->own_nodes, r->coordinates[k], size - 3 * r->own_nodes)); /* on the last rank */
    PetscCall(VecRestoreArray(states[k], &values));
  }
  if (r->state_size) PetscCall(TasAssemblySetState(TasSystemAssembly(system), r->state));
  PetscCheck(r->strands_size == TasStrandsStateSize(strands), PETSC_COMM_SELF, PETSC_ERR_FILE_UNEXPECTED, "The checkpoint's strands have another state than the case's, though the case is the same");
  PetscCall(TasStrandsSetState(strands, r->strands));
  PetscCall(TasTreatmentSetState(treatment, r->treatment_size, r->treatment));
  TasSystemSetTimeStep(system, 0.);
  PetscCall(TasStepperRestore(stepper, r->num_states, r->times, states, r->step_size, r->growth_step));
  PetscCall(VecDestroyVecs(r->num_states, &states));
  PetscCall(TasSystemSetTimeOfState(system, r->times[0]));
  PetscCall(TasSystemIsAdmissible(system, &good)); /* takes the forces there */
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRestartTakeResults(const TasRestart *r, TasResults results, char *problem)
{
  const TasHistory history = TasResultsHistory(results);
  const PetscInt   columns = TasHistoryNumColumns(history);

  PetscFunctionBeginUser;
  problem[0] = 0;
  if (r->history_size % columns) PetscCall(PetscSNPrintf(problem, TAS_PROBLEM_LENGTH, "cannot go on: the checkpoint's history has other columns, it comes from another version of Tasis"));
  if (problem[0]) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasHistoryRestore(history, r->history_size / columns, r->history));
  PetscCall(TasResultsGoOn(results, r->num_outputs, r->times[0] / SECONDS_PER_DAY));
  PetscFunctionReturn(PETSC_SUCCESS);
}
