/*
  Time of every constitutive model, in ns per point on one core:  models_bench [points in a batch]
  S: stress; S+D: stress and tangent; the last rows are sums of models, as tissues have them.
*/
#include "models/material.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MAX_VALUES 64
#define REPEATS 200 /* short ones, of which the best counts: others use the machine too */

typedef struct {
  PetscInt   n;
  PetscReal *strain, *dilatation, *fibre, *sheet, *energy, *stress, *tangent, *flag;
} Batch;

static double Seconds(void)
{
  struct timespec now;

  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

static PetscReal Random(void)
{
  return 2.0 * rand() / RAND_MAX - 1;
}

/* Vectors that cross lines of the cache cost half as much again; the element's arrays do not. */
static PetscReal *Aligned(PetscInt count)
{
  PetscReal *array = aligned_alloc(64, ((size_t)count * sizeof(*array) + 63) / 64 * 64);

  if (!array) abort();
  return array;
}

/* Strains of a few per cent, fibres in tension at about half of the points. */
static PetscErrorCode BatchCreate(PetscInt n, Batch *b)
{
  PetscFunctionBeginUser;
  b->n          = n;
  b->strain     = Aligned(6 * n);
  b->dilatation = Aligned(n);
  b->fibre      = Aligned(3 * n);
  b->sheet      = Aligned(3 * n);
  b->energy     = Aligned(n);
  b->stress     = Aligned(6 * n);
  b->tangent    = Aligned(21 * n);
  b->flag       = Aligned(n);
  for (PetscInt i = 0; i < n; i++) {
    const PetscReal angle = 3 * Random();

    for (int k = 0; k < 6; k++) b->strain[k * n + i] = 0.05 * Random();
    b->dilatation[i] = 0.01 * Random();
    for (int k = 0; k < 3; k++) b->fibre[k * n + i] = b->sheet[k * n + i] = 0;
    b->fibre[i] = b->sheet[n + i] = cos(angle);
    b->fibre[n + i]               = sin(angle);
    b->sheet[i]                   = -sin(angle);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BatchDestroy(Batch *b)
{
  PetscFunctionBeginUser;
  free(b->strain);
  free(b->dilatation);
  free(b->fibre);
  free(b->sheet);
  free(b->energy);
  free(b->stress);
  free(b->tangent);
  free(b->flag);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Defaults where there are any, else something plausible; three terms where the parameters are lists. */
static PetscErrorCode AddModel(TasMaterial material, const TasModel *model)
{
  static const struct {
    const char *key;
    PetscReal   value;
  } plausible[]                     = {{"mu", 0.01},       {"c1", 0.01}, {"c2", 0.005}, {"c3", 0.1}, {"c4", 20}, {"stretch_linear", 1.04},
                                       {"sigma_max", 0.3}, {"k1", 0.1},  {"k2", 5},     {"C", 0.01}, {"bf", 8},  {"bt", 2},
                                       {"bfs", 4},         {"alpha", 2}, {"K", 1}};
  PetscReal      values[MAX_VALUES] = {0};
  char           problem[512];
  const PetscInt terms = PetscMax(model->max_terms, 1);

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < model->num_parameters; k++) {
    PetscReal value = model->parameters[k].standard;

    for (size_t p = 0; p < sizeof(plausible) / sizeof(plausible[0]) && isnan(value); p++) {
      PetscBool same;

      PetscCall(PetscStrcmp(plausible[p].key, model->parameters[k].key, &same));
      if (same) value = plausible[p].value;
    }
    for (PetscInt t = 0; t < PetscMin(terms, 3); t++) values[k * terms + t] = value;
  }
  PetscCall(TasMaterialAddModel(material, model, 1, values, problem));
  PetscCheck(!problem[0], PETSC_COMM_SELF, PETSC_ERR_ARG_WRONG, "%s", problem);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static double TimeMaterial(TasMaterial material, const Batch *b, const PetscReal *constants, PetscBool tangent)
{
  const TasPoints points = {.n          = b->n,
                            .strain     = b->strain,
                            .dilatation = b->dilatation,
                            .fibre      = b->fibre,
                            .sheet      = b->sheet,
                            .constants  = constants,
                            .stress     = b->stress,
                            .tangent    = tangent ? b->tangent : NULL,
                            .flag       = b->flag,
                            .time_step  = 1};
  const int       rounds = 1 + (int)(20000 / b->n);
  double          best   = INFINITY;

  for (int r = 0; r < REPEATS; r++) {
    const double start = Seconds();

    for (int k = 0; k < rounds; k++) TasMaterialEvaluate(material, &points);
    best = fmin(best, (Seconds() - start) / rounds / (double)b->n);
  }
  return 1e9 * best;
}

static double TimeVolume(TasMaterial material, const Batch *b, const PetscReal *constants)
{
  const TasDilatations points = {.n = b->n, .dilatation = b->dilatation, .energy = b->energy, .pressure = b->stress, .modulus = b->tangent};
  const int            rounds = 1 + (int)(20000 / b->n);
  double               best   = INFINITY;

  for (int r = 0; r < REPEATS; r++) {
    const double start = Seconds();

    for (int k = 0; k < rounds; k++) TasMaterialEvaluateVolume(material, &points, constants);
    best = fmin(best, (Seconds() - start) / rounds / (double)b->n);
  }
  return 1e9 * best;
}

static PetscErrorCode Report(const char *name, const TasModel *first, const TasModel *second, const Batch *b)
{
  const PetscInt cells[TAS_LANES] = {0};
  TasMaterial    material;
  PetscReal     *constants;

  PetscFunctionBeginUser;
  PetscCall(TasMaterialCreate(&material));
  PetscCall(AddModel(material, first));
  if (second) PetscCall(AddModel(material, second));
  constants = Aligned(TasMaterialNumConstants(material) * b->n);
  TasMaterialLoadConstants(material, b->n / TAS_LANES, cells, constants);
  if (first->part == TAS_PART_VOLUME)
    (void)printf("%-36s %8s %8.2f\n", name, "", TimeVolume(material, b, constants));
  else
    (void)printf("%-36s %8.2f %8.2f\n", name, TimeMaterial(material, b, constants, PETSC_FALSE),
                 TimeMaterial(material, b, constants, PETSC_TRUE));
  free(constants);
  PetscCall(TasMaterialDestroy(&material));
  PetscFunctionReturn(PETSC_SUCCESS);
}

int main(int argc, char **argv)
{
  const TasModel *matrix;
  PetscInt        n = argc > 1 ? atoi(argv[1]) : 64;
  Batch           batch;

  PetscFunctionBeginUser;
  PetscCall(PetscInitializeNoArguments());
  n = PetscMax(n / TAS_LANES, 1) * TAS_LANES;
  PetscCall(BatchCreate(n, &batch));
  (void)printf("ns per point, batches of %d, %d lanes\n%-36s %8s %8s\n", (int)n, TAS_LANES, "", "S", "S+D");
  for (PetscInt m = 0; m < tas_num_models; m++) PetscCall(Report(tas_models[m]->name, tas_models[m], NULL, &batch));
  matrix = TasModelFind(TAS_PART_MATRIX, "neo-hookean");
  PetscCall(Report("neo-hookean + weiss", matrix, TasModelFind(TAS_PART_FIBRE, "weiss"), &batch));
  PetscCall(Report("neo-hookean + blemker", matrix, TasModelFind(TAS_PART_FIBRE, "blemker"), &batch));
  PetscCall(Report("neo-hookean + holzapfel-gasser-ogden", matrix, TasModelFind(TAS_PART_FIBRE, "holzapfel-gasser-ogden"), &batch));
  PetscCall(BatchDestroy(&batch));
  PetscCall(PetscFinalize());
  return 0;
}
