/*
  Rates of convergence to a manufactured solution (solution.h), through the whole path of a case: mesh file, case, system, Newton.

    manufactured CASE -options_file INPUT

  INPUT says element, ratio of bulk to shear modulus, meshes (cells along a side) and the rates that theory gives; see *.input.
  The meshes are distorted at random inside, so they do not become regular under refinement. Exit status 0: the rates are met.
*/
#include "quadrature.h"
#include "solver/assembly/domain.h"
#include "solver/system/stepper.h"
#include "tests/unit/mesh/box.h"

#define MAX_LEVELS 6

typedef struct {
  char      element[16], case_file[PETSC_MAX_PATH_LEN];
  PetscReal bulk_ratio; /* K/mu */
  PetscInt  num_levels, cells[MAX_LEVELS];
  PetscReal l2_rate, h1_rate; /* expected */
  PetscBool from_rest;        /* where Newton starts */
  PetscReal slack;            /* the observed rate of the two finest meshes may be lower by this */
} Input;

typedef struct {
  PetscReal h, l2, h1;
  PetscInt  steps, newton;
} Level;

static PetscReal mesh_size; /* of the mesh being distorted: the box's map has no other way to know it */

/* Moves a point inside the unit cube by up to 0.15 h, by a number that depends on where it is. */
static void Distort(PetscReal x[3])
{
  const PetscReal where  = 12.9898 * x[0] + 78.233 * x[1] + 37.719 * x[2];
  PetscBool       inside = PETSC_TRUE;

  for (PetscInt d = 0; d < 3; d++) inside = (PetscBool)(inside && x[d] > 1e-6 && x[d] < 1. - 1e-6);
  for (PetscInt d = 0; d < 3 && inside; d++) {
    const PetscReal seed = sin(where + d) * 43758.5453;

    x[d] += 0.3 * mesh_size * (seed - floor(seed) - 0.5);
  }
}

static PetscErrorCode ReadInput(Input *input)
{
  PetscBool found;

  PetscFunctionBeginUser;
  input->num_levels = MAX_LEVELS;
  PetscCall(PetscOptionsGetString(NULL, NULL, "-case", input->case_file, sizeof input->case_file, NULL));
  PetscCall(PetscOptionsGetString(NULL, NULL, "-element", input->element, sizeof input->element, &found));
  PetscCheck(found, PETSC_COMM_WORLD, PETSC_ERR_USER, "-element hex8, tet10 or hex27 is missing");
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-bulk_ratio", &input->bulk_ratio, NULL));
  PetscCall(PetscOptionsGetIntArray(NULL, NULL, "-cells", input->cells, &input->num_levels, &found));
  PetscCheck(found && input->num_levels > 1, PETSC_COMM_WORLD, PETSC_ERR_USER, "-cells needs two meshes at least");
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-l2_rate", &input->l2_rate, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-h1_rate", &input->h1_rate, NULL));
  PetscCall(PetscOptionsGetBool(NULL, NULL, "-from_rest", &input->from_rest, NULL));
  PetscCall(PetscOptionsGetReal(NULL, NULL, "-slack", &input->slack, NULL));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode WriteMesh(const Input *input, PetscInt n, char *path, size_t length)
{
  PetscBool   tet;
  Box         box = {.n = {n, n, n}, .length = {1., 1., 1.}, .map = Distort};
  TasMeshData data;

  PetscFunctionBeginUser;
  PetscCall(PetscStrcmp(input->element, "tet10", &tet));
  box.shape = tet ? TAS_SHAPE_TET : TAS_SHAPE_HEX;
  mesh_size = 1. / (PetscReal)n;
  PetscCall(PetscGetWorkingDirectory(path, length - 80));
  PetscCall(PetscSNPrintf(path + strlen(path), 80, "/%s_%g_%" PetscInt_FMT ".msh", input->element, (double)input->bulk_ratio, n));
  PetscCall(BoxCreate(&box, &data));
  PetscCall(TasMeshDataWriteGmsh(path, &data));
  PetscCall(TasMeshDataClear(&data));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode OpenCase(const Input *input, const char *mesh, TasCase **c, TasDomain **domain)
{
  char  text[4][PETSC_MAX_PATH_LEN + 40], problem[TAS_PROBLEM_LENGTH] = "";
  char *overrides[] = {text[0], text[1], text[2], text[3]};

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(text[0], sizeof text[0], "mesh.file=%s", mesh));
  PetscCall(PetscSNPrintf(text[1], sizeof text[1], "mesh.element=%s", input->element));
  PetscCall(PetscSNPrintf(text[2], sizeof text[2], "tissues.lower.volume.K=%.16g MPa", (double)input->bulk_ratio));
  PetscCall(PetscSNPrintf(text[3], sizeof text[3], "tissues.upper.volume.K=%.16g MPa", (double)input->bulk_ratio));
  PetscCall(TasCaseRead(PETSC_COMM_WORLD, input->case_file, 4, overrides, c, problem));
  if (!problem[0]) PetscCall(TasCaseLoadMesh(*c, 0, problem));
  if (!problem[0]) PetscCall(TasDomainCreate(*c, domain, problem));
  PetscCheck(!problem[0], PETSC_COMM_WORLD, PETSC_ERR_USER, "%s", problem);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The first value of a parameter, as the case has it. */
static PetscReal Parameter(const TasCase *c, PetscInt model, const char *key)
{
  const TasCaseModel *m = &c->tissues[0].models[model];

  for (PetscInt k = 0; k < m->model->num_parameters; k++)
    if (!strcmp(m->model->parameters[k].key, key)) return m->parameters[k].value[0];
  return NAN;
}

/* Newton from the interpolated solution: what is looked for is the discrete solution near it. */
static PetscErrorCode SolveFromSolution(const Solution *s, const TasCase *c, const TasMesh *mesh, TasSystem system, Level *level)
{
  SNESConvergedReason reason;
  PetscInt            linear;
  PetscScalar        *x;

  PetscFunctionBeginUser;
  PetscCall(TasSystemSetTime(system, c->end_time));
  PetscCall(VecGetArray(TasSystemSolution(system), &x));
  for (PetscInt a = 0; a < mesh->num_nodes_owned; a++) SolutionDisplacement(s, mesh->coordinates + 3 * a, x + 3 * a);
  PetscCall(VecRestoreArray(TasSystemSolution(system), &x));
  PetscCall(TasSystemImpose(system));
  PetscCall(TasSystemSolve(system, PETSC_FALSE, &reason, &level->newton, &linear));
  PetscCheck(reason > 0, PETSC_COMM_WORLD, PETSC_ERR_CONV_FAILED, "%s", TasSystemReason(reason));
  level->steps = 1;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* In steps from the undeformed state, as a case is run: where Q1 is nearly incompressible, the interpolated solution has a volume in
   each element that is wrong enough for a pressure beyond Newton's reach. */
static PetscErrorCode SolveFromRest(const TasCase *c, TasSystem system, Level *level)
{
  TasStepOutcome outcome;
  TasStepper     stepper;
  TasSchedule    schedule;

  PetscFunctionBeginUser;
  PetscCall(TasStepperCreate(c, system, &stepper));
  PetscCall(TasScheduleCreate(c, NULL, &schedule));
  for (PetscInt e = 0; e < schedule.num_events; e++) {
    do {
      PetscCall(TasStepperAdvance(stepper, schedule.events[e].time, &outcome));
      PetscCheck(outcome.converged, PETSC_COMM_WORLD, PETSC_ERR_CONV_FAILED, "at %g of the load: %s",
                 (double)(outcome.failed_time / c->end_time), TasSystemReason(outcome.reason));
      level->steps++;
      level->newton += outcome.newton;
    } while (outcome.time != schedule.events[e].time);
  }
  PetscCall(TasScheduleDestroy(&schedule));
  PetscCall(TasStepperDestroy(&stepper));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RunLevel(const Input *input, PetscInt n, Level *level)
{
  char       path[PETSC_MAX_PATH_LEN];
  TasCase   *c;
  TasDomain *domain;
  TasSystem  system;
  PetscReal *force;

  PetscFunctionBeginUser;
  PetscCall(WriteMesh(input, n, path, sizeof path));
  PetscCall(OpenCase(input, path, &c, &domain));
  const Solution s = {.mu = Parameter(c, 0, "mu"), .c3 = Parameter(c, 1, "c3"), .c4 = Parameter(c, 1, "c4"), .bulk = Parameter(c, 2, "K")};
  const TasMesh *mesh = domain->mesh;

  PetscCall(TasSystemCreate(c, mesh, domain->materials, domain->fibre, domain->sheet, 2, &system));
  PetscCall(PetscMalloc1(3 * mesh->num_nodes_owned, &force));
  PetscCall(NodalForces(mesh, &s, "z0", force));
  TasSystemSetNodalLoad(system, force);
  *level = (Level){.h = mesh_size};
  PetscCall(input->from_rest ? SolveFromRest(c, system, level) : SolveFromSolution(&s, c, mesh, system, level));
  PetscCall(ErrorNorms(mesh, &s, TasSystemDisplacement(system), &level->l2, &level->h1));
  PetscCall(PetscFree(force));
  PetscCall(TasSystemDestroy(&system));
  PetscCall(TasDomainDestroy(&domain));
  PetscCall(TasCaseDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Report(const Input *input, const Level *level, PetscBool *met)
{
  PetscReal rate[2] = {0., 0.};

  PetscFunctionBeginUser;
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "%s, K/mu = %g\n  cells    h [mm]   L2 error    rate   H1 error    rate  steps  newton\n",
                        input->element, (double)input->bulk_ratio));
  for (PetscInt k = 0; k < input->num_levels; k++) {
    PetscCall(PetscPrintf(PETSC_COMM_WORLD, "  %3" PetscInt_FMT "^3  %8.5f", input->cells[k], (double)level[k].h));
    for (PetscInt norm = 0; norm < 2; norm++) {
      const PetscReal error = norm ? level[k].h1 : level[k].l2, before = !k ? NAN : norm ? level[k - 1].h1 : level[k - 1].l2;

      if (k) rate[norm] = PetscLogReal(before / error) / PetscLogReal(level[k - 1].h / level[k].h);
      PetscCall(PetscPrintf(PETSC_COMM_WORLD, "  %9.3e", (double)error));
      PetscCall(k ? PetscPrintf(PETSC_COMM_WORLD, "  %6.2f", (double)rate[norm]) : PetscPrintf(PETSC_COMM_WORLD, "       -"));
    }
    PetscCall(PetscPrintf(PETSC_COMM_WORLD, "  %5" PetscInt_FMT "  %6" PetscInt_FMT "\n", level[k].steps, level[k].newton));
  }
  *met = (PetscBool)(rate[0] >= input->l2_rate - input->slack && rate[1] >= input->h1_rate - input->slack);
  PetscCall(PetscPrintf(PETSC_COMM_WORLD, "expected rates: L2 %g, H1 %g (slack %g): %s\n", (double)input->l2_rate, (double)input->h1_rate,
                        (double)input->slack, *met ? "met" : "NOT met"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  Input     input = {.bulk_ratio = 1., .l2_rate = 0., .h1_rate = 0., .slack = 0.15};
  Level     level[MAX_LEVELS];
  PetscBool met = PETSC_FALSE;

  PetscCall(PetscInitialize(&argc, &argv, NULL, "Manufactured solution: rates of convergence"));
  PetscCall(ReadInput(&input));
  for (PetscInt k = 0; k < input.num_levels; k++) PetscCall(RunLevel(&input, input.cells[k], &level[k]));
  PetscCall(Report(&input, level, &met));
  PetscCall(PetscFinalize());
  return met ? 0 : 1;
}
