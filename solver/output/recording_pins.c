#include "solver/output/recording_pins.h"

#define PIN_COLUMNS 5

struct TasPinColumns_ {
  const TasDomain *domain;
  TasSystem        system;
  PetscInt        *first;     /* [num_pins] of PIN_COLUMNS */
  PetscInt        *tissue;    /* [num_tissues] first of two, mean and largest; -1: no skin */
  PetscBool       *near;      /* [num_cells_owned] */
};

static PetscErrorCode AddColumns(TasPinColumns columns, TasHistory history)
{
  static const char *const names[PIN_COLUMNS] = {"force.x", "force.y", "force.z", "distance", "pressure"};
  static const char *const units[PIN_COLUMNS] = {"N", "N", "N", "mm", "MPa"};
  const TasCase           *c                  = columns->domain->c;
  PetscInt                 column;

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < c->num_pins; i++)
    for (PetscInt k = 0; k < PIN_COLUMNS; k++) {
      PetscCall(TasHistoryAddColumnOf(history, "pin.%s.%s", c->pins[i].name, names[k], units[k], &column));
      if (!k) columns->first[i] = column;
    }
  for (PetscInt t = 0; t < c->num_tissues; t++) {
    columns->tissue[t] = -1;
    if (c->tissues[t].kind != TAS_KIND_SKIN) continue;
    PetscCall(TasHistoryAddColumnOf(history, "%s.%s", c->tissues[t].name, "fibre_stretch_mean_near_pins", "1", &columns->tissue[t]));
    PetscCall(TasHistoryAddColumnOf(history, "%s.%s", c->tissues[t].name, "fibre_stretch_max_near_pins", "1", &column));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasPinColumnsCreate(const TasDomain *domain, TasSystem system, TasHistory history, TasPinColumns *out)
{
  TasPinColumns columns;

  PetscFunctionBeginUser;
  *out = NULL;
  if (!TasSystemPins(system)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscNew(&columns));
  columns->domain = domain;
  columns->system = system;
  PetscCall(PetscMalloc3(domain->c->num_pins + 1, &columns->first, domain->c->num_tissues + 1, &columns->tissue, domain->mesh->num_cells_owned + 1, &columns->near));
  PetscCall(AddColumns(columns, history));
  TasPinsNear(TasSystemPins(system), TAS_NEAR_PINS, columns->near);
  *out = columns;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasPinColumnsDestroy(TasPinColumns *columns)
{
  PetscFunctionBeginUser;
  if (!*columns) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscFree3((*columns)->first, (*columns)->tissue, (*columns)->near));
  PetscCall(PetscFree(*columns));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetPin(TasPinColumns columns, TasHistory history, PetscInt pin)
{
  const PetscReal  origin[3] = {0., 0., 0.}, *u = TasSystemDisplacement(columns->system);
  const TasBodies *bodies    = TasSystemBodies(columns->system);
  const TasPins    pins      = TasSystemPins(columns->system);
  const MPI_Comm   comm      = columns->domain->mesh->comm;
  PetscReal        sum[6]    = {0.}, largest[2];

  PetscFunctionBeginUser;
  TasPinsReaction(pins, pin, bodies, u, origin, sum);
  TasPinsLargest(pins, pin, bodies, u, &largest[0], &largest[1]);
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 3, MPIU_REAL, MPIU_SUM, comm));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, largest, 2, MPIU_REAL, MPIU_MAX, comm));
  for (PetscInt k = 0; k < PIN_COLUMNS; k++) PetscCall(TasHistorySet(history, columns->first[pin] + k, k < 3 ? sum[k] : largest[k - 3]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetTissue(TasPinColumns columns, TasHistory history, PetscInt tissue, const PetscReal *stretch, const PetscReal *volume)
{
  const TasMesh *mesh   = columns->domain->mesh;
  PetscReal      sum[2] = {0., 0.}, top = -PETSC_INFINITY;

  PetscFunctionBeginUser;
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    if (mesh->cell_tissue[c] != tissue || !columns->near[c]) continue;
    sum[0] += volume[c] * stretch[c];
    sum[1] += volume[c];
    top = PetscMax(top, stretch[c]);
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 2, MPIU_REAL, MPIU_SUM, mesh->comm));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, &top, 1, MPIU_REAL, MPIU_MAX, mesh->comm));
  if (!(sum[1] > 0.)) PetscFunctionReturn(PETSC_SUCCESS); /* no cell that near: no value */
  PetscCall(TasHistorySet(history, columns->tissue[tissue], sum[0] / sum[1]));
  PetscCall(TasHistorySet(history, columns->tissue[tissue] + 1, top));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasPinColumnsSet(TasPinColumns columns, TasHistory history, const PetscReal *stretch, const PetscReal *volume)
{
  PetscFunctionBeginUser;
  if (!columns) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < columns->domain->c->num_pins; i++) PetscCall(SetPin(columns, history, i));
  for (PetscInt t = 0; t < columns->domain->c->num_tissues; t++)
    if (columns->tissue[t] >= 0) PetscCall(SetTissue(columns, history, t, stretch, volume));
  PetscFunctionReturn(PETSC_SUCCESS);
}
