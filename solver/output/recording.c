#include "solver/output/recording.h"
#include "solver/output/recording_bodies.h"
#include "solver/output/recording_pins.h"
#include <string.h>

#define SECONDS_PER_DAY 86400.

/* ---- fields ---- */

typedef enum {
  FIELD_DISPLACEMENT,
  FIELD_REACTION_FORCE,
  FIELD_FIBRE_STRETCH,
  FIELD_ELASTIC_FIBRE_STRETCH,
  FIELD_GROWTH,
  FIELD_SARCOMERE_LENGTH,
  FIELD_FIBRE_STRESS,
  FIELD_FIBRE_DIRECTION,
  FIELD_CAUCHY_STRESS,
  FIELD_PRESSURE,
  FIELD_VOLUME_RATIO,
  FIELD_GREEN_LAGRANGE_STRAIN,
  FIELD_STRAIN_ENERGY_DENSITY,
  FIELD_TISSUE_ID,
  NUM_FIELDS
} FieldKind;

static const TasResultsField field_table[NUM_FIELDS] = {
  [FIELD_DISPLACEMENT]          = {"displacement", "mm", TAS_AT_NODES, 3, PETSC_FALSE, PETSC_FALSE},
  [FIELD_REACTION_FORCE]        = {"reaction_force", "N", TAS_AT_NODES, 3, PETSC_FALSE, PETSC_FALSE},
  [FIELD_FIBRE_STRETCH]         = {"fibre_stretch", "1", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE},
  [FIELD_ELASTIC_FIBRE_STRETCH] = {"elastic_fibre_stretch", "1", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE},
  [FIELD_GROWTH]                = {"growth", "1", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE},
  [FIELD_SARCOMERE_LENGTH]      = {"sarcomere_length", "um", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE},
  [FIELD_FIBRE_STRESS]          = {"fibre_stress", "MPa", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE},
  [FIELD_FIBRE_DIRECTION]       = {"fibre_direction", "1", TAS_AT_CELLS, 3, PETSC_FALSE, PETSC_FALSE},
  [FIELD_CAUCHY_STRESS]         = {"cauchy_stress", "MPa", TAS_AT_CELLS, 9, PETSC_FALSE, PETSC_FALSE},
  [FIELD_PRESSURE]              = {"pressure", "MPa", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE},
  [FIELD_VOLUME_RATIO]          = {"volume_ratio", "1", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE},
  [FIELD_GREEN_LAGRANGE_STRAIN] = {"green_lagrange_strain", "1", TAS_AT_CELLS, 9, PETSC_FALSE, PETSC_FALSE},
  [FIELD_STRAIN_ENERGY_DENSITY] = {"strain_energy_density", "MPa", TAS_AT_CELLS, 1, PETSC_FALSE, PETSC_FALSE},
  [FIELD_TISSUE_ID]             = {"tissue_id", "1", TAS_AT_CELLS, 1, PETSC_TRUE, PETSC_TRUE},
};

/* ---- history ---- */

typedef enum {
  COLUMN_TIME,
  COLUMN_ENERGY,
  COLUMN_NEWTON,
  COLUMN_LINEAR,
  NUM_COLUMNS
} ColumnKind;

/* What is told about a tissue: over its cells, means weighted by their undeformed volume. */
typedef enum { MEAN, LARGEST, SMALLEST } Summary;
typedef enum { EVERY_TISSUE, LIVING, WITH_SARCOMERES } Owner; /* sarcomeres: slack length times the elastic stretch */

static const struct {
  const char *name, *unit;
  FieldKind   field;
  Summary     summary;
  Owner       owner;
} tissue_columns[] = {
  {"fibre_stretch_mean", "1", FIELD_FIBRE_STRETCH, MEAN, EVERY_TISSUE},
  {"fibre_stretch_max", "1", FIELD_FIBRE_STRETCH, LARGEST, EVERY_TISSUE},
  {"fibre_stress_mean", "MPa", FIELD_FIBRE_STRESS, MEAN, EVERY_TISSUE},
  {"fibre_stress_max", "MPa", FIELD_FIBRE_STRESS, LARGEST, EVERY_TISSUE},
  {"volume_ratio", "1", FIELD_VOLUME_RATIO, MEAN, EVERY_TISSUE},
  {"volume_ratio_min", "1", FIELD_VOLUME_RATIO, SMALLEST, EVERY_TISSUE},
  {"elastic_fibre_stretch_mean", "1", FIELD_ELASTIC_FIBRE_STRETCH, MEAN, LIVING},
  {"elastic_fibre_stretch_max", "1", FIELD_ELASTIC_FIBRE_STRETCH, LARGEST, LIVING},
  {"growth_mean", "1", FIELD_GROWTH, MEAN, LIVING},
  {"sarcomere_length_mean", "um", FIELD_ELASTIC_FIBRE_STRETCH, MEAN, WITH_SARCOMERES},
  {"sarcomere_length_max", "um", FIELD_ELASTIC_FIBRE_STRETCH, LARGEST, WITH_SARCOMERES},
};
#define NUM_TISSUE_COLUMNS ((PetscInt)(sizeof tissue_columns / sizeof tissue_columns[0]))

struct TasRecording_ {
  const TasDomain *domain;
  TasSystem        system;
  TasHarm          harm;
  TasResults       results;
  PetscReal       *cell_volume;    /* [num_cells_owned] mm3, undeformed */
  PetscBool        there[NUM_FIELDS];  /* what the tissues of the case have */
  PetscBool        needed[NUM_FIELDS]; /* of the cells, by a field or the history */
  PetscReal       *values[NUM_FIELDS]; /* those, from a row of the history to its release; else NULL */
  PetscInt         column[NUM_COLUMNS];
  TasBodyColumns   bodies;
  TasPinColumns    pins;
  PetscInt        *tissue_column;  /* [num_tissues][NUM_TISSUE_COLUMNS], or -1 */
};

static PetscBool Owns(const TasRecording r, PetscInt tissue, Owner owner)
{
  const TasMaterial material = r->domain->materials[tissue];

  return (PetscBool)(owner == EVERY_TISSUE || (owner == LIVING && TasMaterialNumState(material)) || (owner == WITH_SARCOMERES && TasMaterialSlackSarcomere(material) > 0.));
}

/* Tissue by tissue what every one has, then what lives. */
static PetscErrorCode DeclareTissues(TasRecording r, Owner owner)
{
  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < r->domain->mesh->num_tissues; t++)
    for (PetscInt k = 0; k < NUM_TISSUE_COLUMNS; k++) {
      PetscInt *column = &r->tissue_column[t * NUM_TISSUE_COLUMNS + k];
      if ((tissue_columns[k].owner == EVERY_TISSUE) != (owner == EVERY_TISSUE)) continue;
      *column = -1;
      if (Owns(r, t, tissue_columns[k].owner)) PetscCall(TasHistoryAddColumnOf(TasResultsHistory(r->results), "%s.%s", r->domain->mesh->tissue_names[t], tissue_columns[k].name, tissue_columns[k].unit, column));
    }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode DeclareHistory(TasRecording r)
{
  TasHistory history = TasResultsHistory(r->results);

  PetscFunctionBeginUser;
  PetscCall(TasHistoryAddColumn(history, "time", "day", &r->column[COLUMN_TIME]));
  PetscCall(TasBodyColumnsCreate(r->domain, r->system, history, &r->bodies));
  PetscCall(TasPinColumnsCreate(r->domain, r->system, history, &r->pins));
  PetscCall(DeclareTissues(r, EVERY_TISSUE));
  PetscCall(DeclareTissues(r, LIVING));
  PetscCall(TasHistoryAddColumn(history, "strain_energy", "N mm", &r->column[COLUMN_ENERGY]));
  PetscCall(TasHistoryAddColumn(history, "newton_iterations", "1", &r->column[COLUMN_NEWTON]));
  PetscCall(TasHistoryAddColumn(history, "linear_iterations", "1", &r->column[COLUMN_LINEAR]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool IsSummarised(PetscInt field)
{
  for (PetscInt k = 0; k < NUM_TISSUE_COLUMNS; k++)
    if ((PetscInt)tissue_columns[k].field == field) return PETSC_TRUE;
  return PETSC_FALSE;
}

static PetscErrorCode DeclareFields(TasRecording r)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < NUM_FIELDS; k++) {
    const PetscBool living  = (PetscBool)(k == FIELD_ELASTIC_FIBRE_STRETCH || k == FIELD_GROWTH || k == FIELD_SARCOMERE_LENGTH);
    const PetscBool there   = (PetscBool)(!living || TasAssemblyHasState(TasSystemAssembly(r->system)));
    const PetscBool wanted  = (PetscBool)(there && TasCaseWantsField(r->domain->c, field_table[k].name));
    const PetscBool counted = (PetscBool)(there && (k == FIELD_STRAIN_ENERGY_DENSITY || IsSummarised(k)));
    if (wanted) PetscCall(TasResultsAddField(r->results, &field_table[k]));
    r->there[k]  = there;
    r->needed[k] = (PetscBool)((wanted || counted) && field_table[k].place == TAS_AT_CELLS && !field_table[k].is_static);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingCreate(const TasDomain *domain, TasSystem system, TasHarm harm, TasResults results, TasRecording *out)
{
  const TasMesh *mesh = domain->mesh;
  TasRecording   r;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&r));
  r->domain  = domain;
  r->system  = system;
  r->harm    = harm;
  r->results = results;
  PetscCall(PetscMalloc2(mesh->num_cells_owned + 1, &r->cell_volume, mesh->num_tissues * NUM_TISSUE_COLUMNS + 1, &r->tissue_column));
  PetscCall(DeclareFields(r));
  PetscCall(DeclareHistory(r));
  PetscCall(TasHarmDeclare(harm, results));
  PetscCall(TasAssemblyCellVolumes(TasSystemAssembly(system), r->cell_volume));
  *out = r;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingDestroy(TasRecording *recording)
{
  PetscFunctionBeginUser;
  if (!*recording) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasRecordingRelease(*recording));
  PetscCall(TasBodyColumnsDestroy(&(*recording)->bodies));
  PetscCall(TasPinColumnsDestroy(&(*recording)->pins));
  PetscCall(PetscFree2((*recording)->cell_volume, (*recording)->tissue_column));
  PetscCall(PetscFree(*recording));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- values ---- */

static PetscErrorCode Evaluate(TasRecording r)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < NUM_FIELDS; k++)
    if (r->needed[k] && !r->values[k]) PetscCall(PetscMalloc1(field_table[k].num_components * r->domain->mesh->num_cells_owned + 1, &r->values[k]));
  const TasCellFields fields = {.cauchy_stress   = r->values[FIELD_CAUCHY_STRESS],
                                .pressure        = r->values[FIELD_PRESSURE],
                                .fibre_stretch   = r->values[FIELD_FIBRE_STRETCH],
                                .fibre_direction = r->values[FIELD_FIBRE_DIRECTION],
                                .volume_ratio    = r->values[FIELD_VOLUME_RATIO],
                                .green_strain    = r->values[FIELD_GREEN_LAGRANGE_STRAIN],
                                .energy_density  = r->values[FIELD_STRAIN_ENERGY_DENSITY],
                                .fibre_stress    = r->values[FIELD_FIBRE_STRESS],
                                .growth          = r->values[FIELD_GROWTH],
                                .elastic_fibre_stretch = r->values[FIELD_ELASTIC_FIBRE_STRETCH]};
  PetscCall(TasAssemblyCellFields(TasSystemAssembly(r->system), TasSystemDisplacement(r->system), &fields));
  for (PetscInt c = 0; r->values[FIELD_SARCOMERE_LENGTH] && c < r->domain->mesh->num_cells_owned; c++)
    r->values[FIELD_SARCOMERE_LENGTH][c] = TasMaterialSlackSarcomere(r->domain->materials[r->domain->mesh->cell_tissue[c]]) * r->values[FIELD_ELASTIC_FIBRE_STRETCH][c];
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the rules of harm look at; where nothing lives the elastic stretch is the whole one. */
static TasHarmCells HarmCells(const TasRecording r)
{
  const PetscReal *elastic = r->values[FIELD_ELASTIC_FIBRE_STRETCH];

  return (TasHarmCells){.stretch = r->values[FIELD_FIBRE_STRETCH], .elastic_stretch = elastic ? elastic : r->values[FIELD_FIBRE_STRETCH], .stress = r->values[FIELD_FIBRE_STRESS], .volume = r->cell_volume};
}

/* What is told of a cell in a column; smallest values as the largest of their negatives. */
static PetscReal CellValue(const TasRecording r, PetscInt column, PetscInt cell)
{
  const PetscReal value = r->values[tissue_columns[column].field][cell];

  return tissue_columns[column].summary == MEAN ? value * r->cell_volume[cell] : tissue_columns[column].summary == SMALLEST ? -value : value;
}

static PetscErrorCode AddTissues(TasRecording r, PetscReal *energy)
{
  const TasMesh *mesh    = r->domain->mesh;
  TasHistory     history = TasResultsHistory(r->results);
  const PetscInt num     = mesh->num_tissues, size = num * NUM_TISSUE_COLUMNS;
  PetscReal     *sum, *top, *volume; /* sums of the means' columns, then volumes of the tissues, then the energy; largest values */

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc2(size + num + 1, &sum, size, &top));
  volume = sum + size;
  for (PetscInt k = 0; k < size; k++) top[k] = -PETSC_INFINITY;
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    const PetscInt tissue = mesh->cell_tissue[c];
    volume[tissue] += r->cell_volume[c];
    volume[num] += r->cell_volume[c] * r->values[FIELD_STRAIN_ENERGY_DENSITY][c];
    for (PetscInt k = 0, place = tissue * NUM_TISSUE_COLUMNS; k < NUM_TISSUE_COLUMNS; k++, place++) {
      if (r->tissue_column[place] < 0) continue;
      if (tissue_columns[k].summary == MEAN) sum[place] += CellValue(r, k, c);
      else top[place] = PetscMax(top[place], CellValue(r, k, c));
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, (PetscMPIInt)(size + num + 1), MPIU_REAL, MPIU_SUM, mesh->comm));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, top, (PetscMPIInt)size, MPIU_REAL, MPIU_MAX, mesh->comm));
  for (PetscInt t = 0; t < num; t++)
    for (PetscInt k = 0, place = t * NUM_TISSUE_COLUMNS; k < NUM_TISSUE_COLUMNS; k++, place++) {
      const PetscReal value = tissue_columns[k].summary == MEAN ? sum[place] / volume[t] : tissue_columns[k].summary == SMALLEST ? -top[place] : top[place];
      const PetscReal unit  = tissue_columns[k].owner == WITH_SARCOMERES ? TasMaterialSlackSarcomere(r->domain->materials[t]) : 1.;
      if (r->tissue_column[place] >= 0) PetscCall(TasHistorySet(history, r->tissue_column[place], unit * value));
    }
  *energy = volume[num];
  PetscCall(PetscFree2(sum, top));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingAddRow(TasRecording r, PetscReal time, PetscInt newton, PetscInt linear)
{
  TasHistory history = TasResultsHistory(r->results);
  PetscReal  energy;

  PetscFunctionBeginUser;
  PetscCall(Evaluate(r));
  const TasHarmCells cells = HarmCells(r);
  PetscCall(TasHarmUpdate(r->harm, time, &cells));
  PetscCall(TasHarmSetColumns(r->harm, r->results));
  PetscCall(TasHistorySet(history, r->column[COLUMN_TIME], time / SECONDS_PER_DAY));
  PetscCall(TasBodyColumnsSet(r->bodies, history));
  PetscCall(TasPinColumnsSet(r->pins, history, r->values[FIELD_FIBRE_STRETCH], r->cell_volume));
  PetscCall(AddTissues(r, &energy));
  PetscCall(TasHistorySet(history, r->column[COLUMN_ENERGY], energy));
  PetscCall(TasHistorySet(history, r->column[COLUMN_NEWTON], newton));
  PetscCall(TasHistorySet(history, r->column[COLUMN_LINEAR], linear));
  PetscCall(TasHistoryEndRow(history));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingWriteStatic(TasRecording r)
{
  const TasMesh *mesh = r->domain->mesh;
  PetscReal     *tissue;

  PetscFunctionBeginUser;
  if (!TasCaseWantsField(r->domain->c, field_table[FIELD_TISSUE_ID].name)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(mesh->num_cells_owned + 1, &tissue));
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) tissue[c] = mesh->cell_tissue[c];
  PetscCall(TasResultsWriteField(r->results, field_table[FIELD_TISSUE_ID].name, tissue));
  PetscCall(PetscFree(tissue));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Fields that neither the case nor the history asks for, of the same state. */
static PetscErrorCode EvaluateRest(TasRecording r)
{
  PetscBool needed[NUM_FIELDS];

  PetscFunctionBeginUser;
  PetscCall(PetscArraycpy(needed, r->needed, NUM_FIELDS));
  for (PetscInt k = 0; k < NUM_FIELDS; k++) r->needed[k] = (PetscBool)(r->there[k] && field_table[k].place == TAS_AT_CELLS && !field_table[k].is_static);
  if (memcmp(needed, r->needed, sizeof needed)) PetscCall(Evaluate(r));
  PetscCall(PetscArraycpy(r->needed, needed, NUM_FIELDS));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode GiveReactions(TasRecording r, const TasFieldSink *sink)
{
  PetscReal *reaction;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(3 * r->domain->mesh->num_nodes_owned + 1, &reaction));
  TasSystemNodalReactions(r->system, reaction);
  PetscCall(sink->take(sink->context, &field_table[FIELD_REACTION_FORCE], reaction));
  PetscCall(PetscFree(reaction));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingGive(TasRecording r, const TasFieldSink *sink)
{
  const TasHarmCells cells = HarmCells(r);

  PetscFunctionBeginUser;
  if (sink->every) PetscCall(EvaluateRest(r));
  for (PetscInt k = 0; k < NUM_FIELDS; k++) {
    if (field_table[k].is_static || !r->there[k] || (!sink->every && !TasCaseWantsField(r->domain->c, field_table[k].name))) continue;
    if (k == FIELD_REACTION_FORCE) PetscCall(GiveReactions(r, sink));
    else PetscCall(sink->take(sink->context, &field_table[k], k == FIELD_DISPLACEMENT ? TasSystemDisplacement(r->system) : r->values[k]));
  }
  PetscCall(TasHarmGiveFields(r->harm, &cells, sink));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode TakeForResults(void *results, const TasResultsField *field, const PetscReal *values)
{
  PetscFunctionBeginUser;
  PetscCall(TasResultsWriteField((TasResults)results, field->name, values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingWriteStep(TasRecording r, PetscReal time, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasResultsBeginStep(r->results, time / SECONDS_PER_DAY));
  PetscCall(TasRecordingGive(r, &(TasFieldSink){.take = TakeForResults, .context = r->results}));
  PetscCall(TasResultsEndStep(r->results, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingRelease(TasRecording r)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < NUM_FIELDS; k++) PetscCall(PetscFree(r->values[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}
