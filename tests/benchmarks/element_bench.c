/*
  Speed of the element loops beside what the machine can do:  element_bench [-elements hex8,tet10,hex27] [-threads 1,2] [-repeats 7]
  Prints a Markdown table; how to read it: docs/developer/performance.md.
  -living: of muscle with prestrain, three terms of relaxation, growth and turnover of the matrix, in a step of a day; operations are still
  counted for the elastic one.

  -count force|tangent: instead, runs the kernel alone on one batch of the first element, -calls (1000) times; for count_operations.py.
*/
#include "solver/assembly/assembly.h"
#include "tests/benchmarks/element_operations.h"
#include "tests/benchmarks/machine_speed.h"
#include "tests/unit/mesh/box.h"
#include <math.h>
#include <stdlib.h>

#define DAY         86400. /* s */
#define MAX_THREADS 64
#define MAX_REPEATS 101

static const struct {
  const char *name;
  TasElement  element;
  PetscInt    side; /* hexahedra along a side of the block */
} kinds[] = {{"hex8", TAS_ELEMENT_HEX8, 41}, {"tet10", TAS_ELEMENT_TET10, 12}, {"hex27", TAS_ELEMENT_HEX27, 16}};
#define NUM_KINDS (int)(sizeof kinds / sizeof kinds[0])

typedef enum { LOOP_KERNEL, LOOP_ASSEMBLY } Loop;

/* What is measured on: a mesh in a stretched state. */
typedef struct {
  TasMesh             *mesh;
  TasReferenceElement *reference;
  TasMaterial          material;
  TasMaterial         *materials; /* the same for every tissue */
  PetscReal           *fibre, *displacement, *force;
} Subject;

typedef struct {
  double best, median; /* s */
} Times;

/* The roofs for a number of threads. */
typedef struct {
  double peak, bandwidth;
} Machine;

/* No cell a parallelepiped, none far from one. */
static void Distort(PetscReal x[3])
{
  const PetscReal p = x[0], q = x[1], r = x[2];

  x[0] += 0.4 * PetscSinReal(0.3 * q + 0.2 * r);
  x[1] += 0.4 * PetscSinReal(0.3 * r + 0.2 * p);
  x[2] += 0.4 * PetscSinReal(0.3 * p + 0.2 * q);
}

/* Stretched by about 10 % along the fibres, thinner across, waves on top: fibres in tension, in the toe region. */
static void Stretch(const PetscReal x[3], PetscReal u[3])
{
  u[0] = -0.045 * x[0] + 0.02 * PetscSinReal(0.5 * x[2]);
  u[1] = -0.045 * x[1] + 0.02 * PetscSinReal(0.5 * x[0]);
  u[2] = 0.1 * x[2] + 0.02 * PetscSinReal(0.5 * x[1]);
}

static PetscErrorCode AddModel(TasMaterial material, TasPart part, const char *name, const PetscReal *values)
{
  char problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(TasMaterialAddModel(material, TasModelFind(part, name), 1, values, problem));
  PetscCheck(!problem[0], PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "%s", problem);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The muscle of the leg benchmark, with full stretches as Tasis takes them by default; living as the preset is. */
static PetscErrorCode CreateMaterial(TasMaterial *material)
{
  PetscBool living = PETSC_FALSE;

  PetscFunctionBeginUser;
  PetscCall(PetscOptionsGetBool(NULL, NULL, "-living", &living, NULL));
  PetscCall(TasMaterialCreate(material));
  PetscCall(AddModel(*material, TAS_PART_MATRIX, "neo-hookean", (PetscReal[]){0.01}));
  PetscCall(AddModel(*material, TAS_PART_FIBRE, "weiss", (PetscReal[]){0.015, 6.6, 1.3873, 1.4, 0.}));
  PetscCall(AddModel(*material, TAS_PART_VOLUME, "log-squared", (PetscReal[]){5.}));
  if (!living) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(AddModel(*material, TAS_PART_PRESTRAIN, "in-situ-stretch", (PetscReal[]){1.04}));
  PetscCall(AddModel(*material, TAS_PART_RELAXATION, "prony", (PetscReal[]){0.2, 0.15, 0.15, 0., 1., 30., 600., 0.}));
  PetscCall(AddModel(*material, TAS_PART_GROWTH, "fibre-growth", (PetscReal[]){6., 17., 1., 1., 0.02, INFINITY, 0.5, 3., 1., 0.}));
  PetscCall(AddModel(*material, TAS_PART_MATRIX_TURNOVER, "transient-network", (PetscReal[]){20.}));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SubjectCreate(int kind, PetscInt side, Subject *s)
{
  Box box = {.shape = kinds[kind].element == TAS_ELEMENT_TET10 ? TAS_SHAPE_TET : TAS_SHAPE_HEX, .n = {side, side, side}, .map = Distort};
  TasMeshData data = {0};

  PetscFunctionBeginUser;
  for (int d = 0; d < 3; d++) box.length[d] = 2. * (PetscReal)side;
  PetscCall(BoxCreate(&box, &data));
  PetscCall(TasMeshCreate(PETSC_COMM_SELF, &data, kinds[kind].element, &s->mesh));
  PetscCall(TasMeshDataClear(&data));
  PetscCall(TasReferenceElementCreate(kinds[kind].element, &s->reference));
  PetscCall(CreateMaterial(&s->material));
  PetscCall(PetscMalloc1(s->mesh->num_tissues, &s->materials));
  for (PetscInt t = 0; t < s->mesh->num_tissues; t++) s->materials[t] = s->material;
  PetscCall(PetscCalloc1(3 * s->mesh->num_cells, &s->fibre));
  for (PetscInt c = 0; c < s->mesh->num_cells; c++) s->fibre[3 * c + 2] = 1.;
  PetscCall(PetscMalloc1(3 * s->mesh->num_nodes, &s->displacement));
  PetscCall(PetscMalloc1(3 * s->mesh->num_nodes, &s->force));
  for (PetscInt i = 0; i < s->mesh->num_nodes; i++) Stretch(s->mesh->coordinates + 3 * i, s->displacement + 3 * i);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SubjectDestroy(Subject *s)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(s->force));
  PetscCall(PetscFree(s->displacement));
  PetscCall(PetscFree(s->fibre));
  PetscCall(PetscFree(s->materials));
  PetscCall(TasMaterialDestroy(&s->material));
  PetscCall(TasReferenceElementDestroy(&s->reference));
  PetscCall(TasMeshDestroy(&s->mesh));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A batch of the cells from the middle of the mesh, as the assembly would gather it. */
static PetscErrorCode CreateBatch(const Subject *s, TasBatch **batch)
{
  const PetscInt   nodes = s->mesh->nodes_per_cell, first = s->mesh->num_cells / 2;
  const PetscReal *fibre[TAS_LANES];
  PetscInt         cells[TAS_LANES];

  PetscFunctionBeginUser;
  PetscCall(TasBatchCreate(s->reference, s->material, batch));
  for (PetscInt l = 0; l < TAS_LANES; l++) {
    cells[l] = first + l;
    fibre[l] = s->fibre + 3 * cells[l];
    for (PetscInt i = 0; i < 3 * nodes; i++) {
      const PetscInt place         = 3 * s->mesh->cells[cells[l] * nodes + i / 3] + i % 3;
      (*batch)->position[i][l]     = s->mesh->coordinates[place];
      (*batch)->displacement[i][l] = s->displacement[place];
    }
  }
  TasBatchLoadConstants(*batch, cells);
  TasBatchSetDirections(*batch, fibre, NULL);
  if ((*batch)->num_state) {
    const TasPoints at = TasBatchPoints(*batch, 0);
    TasMaterialInitState(s->material, at.n, at.constants, at.fibre, (PetscReal *)(*batch)->old_state);
    (*batch)->time_step = DAY;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int CompareTimes(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static Times Summarise(double *seconds, PetscInt repeats)
{
  qsort(seconds, (size_t)repeats, sizeof *seconds, CompareTimes);
  return (Times){seconds[0], 0.5 * (seconds[(repeats - 1) / 2] + seconds[repeats / 2])};
}

/* The kernel alone, on data in the nearest cache: each thread its own batch, as often as its share of the cells asks for. */
static PetscErrorCode TimeKernel(const Subject *s, int want, PetscInt threads, PetscInt repeats, Times *times)
{
  const PetscInt rounds = (s->mesh->num_cells / threads + TAS_LANES - 1) / TAS_LANES;
  TasBatch      *batch[MAX_THREADS];
  double         seconds[MAX_REPEATS];

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < threads; t++) PetscCall(CreateBatch(s, &batch[t]));
  for (PetscInt r = 0; r < repeats; r++) {
    const double start = MachineSeconds();
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (PetscInt t = 0; t < threads; t++)
      for (PetscInt k = 0; k < rounds; k++) TasBatchEvaluate(batch[t], want);
    seconds[r] = MachineSeconds() - start;
  }
  for (PetscInt t = 0; t < threads; t++) {
    for (PetscInt l = 0; l < TAS_LANES; l++) PetscCheck(batch[t]->flag[l] == 0., PETSC_COMM_SELF, PETSC_ERR_PLIB, "Inadmissible state");
    PetscCall(TasBatchDestroy(&batch[t]));
  }
  *times = Summarise(seconds, repeats);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The whole loop as the solver calls it: gather, kernel, scatter into vector and matrix. */
static PetscErrorCode AssembleOnce(TasAssembly assembly, const Subject *s, int want, Mat matrix, double *seconds)
{
  const double start = MachineSeconds();
  PetscInt     bad;

  PetscFunctionBeginUser;
  if (want & TAS_WANT_STIFFNESS)
    PetscCall(TasAssemblyTangent(assembly, s->displacement, NULL, NULL, matrix, s->force, NULL, &bad));
  else
    PetscCall(TasAssemblyForce(assembly, s->displacement, NULL, s->force, &bad));
  *seconds = MachineSeconds() - start;
  if (want & TAS_WANT_STIFFNESS) PetscCall(TasAssemblyFinish(assembly, NULL, 0., matrix));
  PetscCheck(bad < 0, PETSC_COMM_SELF, PETSC_ERR_PLIB, "Inadmissible state");
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* entries: of the matrix. */
static PetscErrorCode TimeAssembly(const Subject *s, int want, PetscInt threads, PetscInt repeats, Times *times, double *entries)
{
  TasAssembly assembly;
  Mat         matrix;
  MatInfo     info;
  double      seconds[MAX_REPEATS], first;

  PetscFunctionBeginUser;
  PetscCall(TasAssemblyCreate(s->mesh, s->materials, s->fibre, NULL, threads, &assembly));
  if (TasAssemblyHasState(assembly)) TasAssemblySetTimeStep(assembly, DAY);
  PetscCall(TasAssemblyCreateMatrix(assembly, &matrix));
  PetscCall(AssembleOnce(assembly, s, want, matrix, &first)); /* touches the pages */
  for (PetscInt r = 0; r < repeats; r++) PetscCall(AssembleOnce(assembly, s, want, matrix, &seconds[r]));
  PetscCall(MatGetInfo(matrix, MAT_LOCAL, &info));
  *entries = info.nz_used;
  PetscCall(MatDestroy(&matrix));
  PetscCall(TasAssemblyDestroy(&assembly));
  *times = Summarise(seconds, repeats);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Bytes a cell that must come from or go to memory where the mesh is far larger than the caches: the matrix is read and written
   once (set to zero just before it is added to); nodes, connectivity, places and fibres are read, forces written. */
static double LeastTraffic(const Subject *s, int want, double entries)
{
  const double nodes = s->mesh->nodes_per_cell, per_cell = (double)s->mesh->num_nodes / (double)s->mesh->num_cells;
  const double light = sizeof(PetscReal) * (9 * per_cell + 3) + sizeof(PetscInt) * nodes;

  if (!(want & TAS_WANT_STIFFNESS)) return light;
  return light + sizeof(short) * nodes * nodes + 2 * sizeof(PetscScalar) * entries / (double)s->mesh->num_cells;
}

static PetscErrorCode Row(const Subject *s, int kind, Loop loop, int want, PetscInt threads, PetscInt repeats, const Machine *machine)
{
  const double cells = (double)s->mesh->num_cells, operations = ElementOperations(s->reference, want);
  double       entries     = 0, rate;
  Times        times       = {0};
  char         traffic[64] = "";

  PetscFunctionBeginUser;
  if (loop == LOOP_KERNEL)
    PetscCall(TimeKernel(s, want, threads, repeats, &times));
  else
    PetscCall(TimeAssembly(s, want, threads, repeats, &times, &entries));
  rate = operations * cells / times.best;
  if (loop == LOOP_ASSEMBLY) {
    const double bytes = LeastTraffic(s, want, entries);
    PetscCall(PetscSNPrintf(traffic, sizeof traffic, "%.0f: %.0f %%", bytes, 100 * bytes * cells / times.best / machine->bandwidth));
  }
  PetscCall(PetscPrintf(PETSC_COMM_SELF, "| %s | %.0f | %s, %s | %d | %.0f | %.0f | %.0f | %.1f | %.0f %% | %s |\n", kinds[kind].name,
                        cells, want & TAS_WANT_STIFFNESS ? "Jacobian" : "residual", loop == LOOP_KERNEL ? "kernel alone" : "assembled",
                        (int)threads, 1e9 * times.best * (double)threads / cells, 1e9 * times.median * (double)threads / cells, operations,
                        1e-9 * rate / (double)threads, 100 * rate / machine->peak, traffic));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Element(int kind, PetscInt num_threads, const PetscInt *threads, PetscInt repeats, const Machine *machine)
{
  const int wants[] = {TAS_WANT_FORCE, TAS_WANT_FORCE | TAS_WANT_STIFFNESS};
  Subject   s;

  PetscFunctionBeginUser;
  PetscCall(SubjectCreate(kind, kinds[kind].side, &s));
  for (int w = 0; w < 2; w++)
    for (Loop loop = LOOP_KERNEL; loop <= LOOP_ASSEMBLY; loop++)
      for (PetscInt t = 0; t < num_threads; t++) PetscCall(Row(&s, kind, loop, wants[w], threads[t], repeats, &machine[t]));
  PetscCall(SubjectDestroy(&s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Table(PetscInt num_kinds, const int *chosen, PetscInt num_threads, const PetscInt *threads, PetscInt repeats)
{
  Machine machine[MAX_THREADS];

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < num_threads; t++) {
    machine[t] = (Machine){MachinePeak((int)threads[t], (int)repeats), MachineBandwidth((int)threads[t], (int)repeats)};
    PetscCall(PetscPrintf(PETSC_COMM_SELF, "Machine, %d thread%s: %.1f GFLOP/s (fused multiply-adds, vectors of %d), %.1f GB/s (triad).\n",
                          (int)threads[t], threads[t] > 1 ? "s" : "", 1e-9 * machine[t].peak, TAS_LANES, 1e-9 * machine[t].bandwidth));
  }
  PetscCall(PetscPrintf(PETSC_COMM_SELF,
                        "\nneo-hookean + weiss + log-squared; ns a cell and core: best and median of %d.\n\n"
                        "| element | cells | loop | threads | best ns | median ns | operations a cell | GFLOP/s a core | "
                        "share of peak | least bytes a cell: share of bandwidth |\n|---|---|---|---|---|---|---|---|---|---|\n",
                        (int)repeats));
  for (PetscInt k = 0; k < num_kinds; k++) PetscCall(Element(chosen[k], num_threads, threads, repeats, machine));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* For callgrind: nothing but the kernel, a known number of times. */
static PetscErrorCode Count(int kind, const char *what, PetscInt calls)
{
  Subject   s;
  TasBatch *batch;
  PetscBool tangent;
  int       want;

  PetscFunctionBeginUser;
  PetscCall(PetscStrcmp(what, "tangent", &tangent));
  want = tangent ? TAS_WANT_FORCE | TAS_WANT_STIFFNESS : TAS_WANT_FORCE;
  PetscCall(SubjectCreate(kind, 4, &s));
  PetscCall(CreateBatch(&s, &batch));
  for (PetscInt k = 0; k < calls; k++) TasBatchEvaluate(batch, want);
  PetscCall(PetscPrintf(PETSC_COMM_SELF, "%s %s lanes %d calls %d operations %.0f points %d\n", kinds[kind].name, what, TAS_LANES,
                        (int)calls, ElementOperations(s.reference, want), (int)s.reference->points));
  PetscCall(TasBatchDestroy(&batch));
  PetscCall(SubjectDestroy(&s));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The elements asked for, all by default. */
static PetscErrorCode ChooseKinds(PetscInt *num, int chosen[NUM_KINDS])
{
  char     *names[NUM_KINDS];
  PetscInt  given = NUM_KINDS;
  PetscBool set;

  PetscFunctionBeginUser;
  PetscCall(PetscOptionsGetStringArray(NULL, NULL, "-elements", names, &given, &set));
  *num = 0;
  for (int k = 0; k < NUM_KINDS; k++) {
    PetscBool wanted = (PetscBool)!set;
    for (PetscInt g = 0; set && g < given && !wanted; g++) PetscCall(PetscStrcmp(names[g], kinds[k].name, &wanted));
    if (wanted) chosen[(*num)++] = k;
  }
  for (PetscInt g = 0; set && g < given; g++) PetscCall(PetscFree(names[g]));
  PetscCheck(*num, PETSC_COMM_SELF, PETSC_ERR_USER_INPUT, "-elements: hex8, tet10, hex27, separated by commas");
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  PetscInt  num_kinds, num_threads = MAX_THREADS, threads[MAX_THREADS] = {1, 2}, repeats = 7, calls = 1000;
  int       chosen[NUM_KINDS];
  char      what[32];
  PetscBool given, count;

  PetscFunctionBeginUser;
  PetscCall(PetscInitialize(&argc, &argv, NULL, NULL));
  PetscCall(ChooseKinds(&num_kinds, chosen));
  PetscCall(PetscOptionsGetString(NULL, NULL, "-count", what, sizeof what, &count));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-calls", &calls, NULL));
  PetscCall(PetscOptionsGetInt(NULL, NULL, "-repeats", &repeats, NULL));
  PetscCall(PetscOptionsGetIntArray(NULL, NULL, "-threads", threads, &num_threads, &given));
  if (!given) num_threads = 2;
  repeats = PetscMax(1, PetscMin(repeats, MAX_REPEATS));
  for (PetscInt t = 0; t < num_threads; t++) threads[t] = PetscMax(1, PetscMin(threads[t], MAX_THREADS));
  if (count)
    PetscCall(Count(chosen[0], what, calls));
  else
    PetscCall(Table(num_kinds, chosen, num_threads, threads, repeats));
  PetscCall(PetscFinalize());
  return 0;
}
