#include "solver/recording.h"

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
  COLUMN_GAP,
  COLUMN_AXIAL_FORCE,
  COLUMN_ENERGY,
  COLUMN_NEWTON,
  COLUMN_LINEAR,
  NUM_COLUMNS
} ColumnKind;

/* What is told about a tissue: over its cells, weighted by their volume. */
typedef enum {
  TISSUE_STRETCH_MEAN,
  TISSUE_STRETCH_MAX,
  TISSUE_STRESS_MEAN,
  TISSUE_STRESS_MAX,
  TISSUE_VOLUME_RATIO,
  TISSUE_VOLUME_RATIO_MIN,
  NUM_TISSUE_COLUMNS
} TissueColumn;

static const struct {
  const char *name, *unit;
} tissue_columns[NUM_TISSUE_COLUMNS] = {
  [TISSUE_STRETCH_MEAN] = {"fibre_stretch_mean", "1"},  [TISSUE_STRETCH_MAX] = {"fibre_stretch_max", "1"}, [TISSUE_STRESS_MEAN] = {"fibre_stress_mean", "MPa"},
  [TISSUE_STRESS_MAX] = {"fibre_stress_max", "MPa"},    [TISSUE_VOLUME_RATIO] = {"volume_ratio", "1"},     [TISSUE_VOLUME_RATIO_MIN] = {"volume_ratio_min", "1"},
};
/* And of living tissue. */
typedef enum { LIVING_STRETCH_MEAN, LIVING_STRETCH_MAX, LIVING_GROWTH, NUM_LIVING_COLUMNS } LivingColumn;

static const char *const living_columns[NUM_LIVING_COLUMNS] = {[LIVING_STRETCH_MEAN] = "elastic_fibre_stretch_mean", [LIVING_STRETCH_MAX] = "elastic_fibre_stretch_max", [LIVING_GROWTH] = "growth_mean"};
static const char *const sarcomere_columns[2]                = {"sarcomere_length_mean", "sarcomere_length_max"};

static const char *const axis_name[6] = {"x", "y", "z", "rotation_x", "rotation_y", "rotation_z"};

struct TasRecording_ {
  const TasDomain *domain;
  TasSystem        system;
  TasHarm          harm;
  TasResults       results;
  PetscReal       *cell_volume;    /* [num_cells_owned] mm3, undeformed */
  PetscBool        needed[NUM_FIELDS]; /* of the cells, by a field or the history */
  PetscReal       *values[NUM_FIELDS]; /* those, from a row of the history to its release; else NULL */
  PetscInt         column[NUM_COLUMNS];
  PetscInt        *body_column;    /* [num_bodies] first of 6: force, moment */
  PetscInt        *motion_column;  /* [num_bodies*6] of free components, else -1 */
  PetscInt        *surface_column; /* [num_surfaces] first of 6, or -1 */
  PetscInt        *tissue_column;  /* [num_tissues] first of NUM_TISSUE_COLUMNS */
  PetscInt        *living_column;  /* [num_tissues] first of NUM_LIVING_COLUMNS and, with sarcomeres, 2 more; -1: elastic */
};

PetscReal TasRecordingGap(const TasCase *c, PetscReal time) { return c->distraction.given ? c->distraction.length * TasCaseCurveValue(c, c->distraction.curve, time) : NAN; }

static PetscErrorCode AddColumn(TasHistory history, PetscInt *column, const char *unit, const char *format, const char *owner, const char *name)
{
  char text[3 * TAS_NAME_LENGTH];

  PetscFunctionBeginUser;
  PetscCall(PetscSNPrintf(text, sizeof text, format, owner, name));
  PetscCall(TasHistoryAddColumn(history, text, unit, column));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Force and moment of something that holds the tissue; first: the column of the force's x. */
static PetscErrorCode AddReactionColumns(TasHistory history, const char *owner, PetscInt *first)
{
  PetscInt column;

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < 6; k++) {
    PetscCall(AddColumn(history, &column, k < 3 ? "N" : "N mm", k < 3 ? "reaction_force.%s.%s" : "reaction_moment.%s.%s", owner, axis_name[k % 3]));
    if (k == 0) *first = column;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscBool HoldsSomething(const TasCaseSurface *s)
{
  return (PetscBool)(s->kind != TAS_SURFACE_FREE || s->displacement[0].given || s->displacement[1].given || s->displacement[2].given);
}

static PetscErrorCode DeclareHistory(TasRecording r)
{
  const TasCase *c       = r->domain->c;
  const TasMesh *mesh    = r->domain->mesh;
  TasHistory     history = TasResultsHistory(r->results);

  PetscFunctionBeginUser;
  PetscCall(TasHistoryAddColumn(history, "time", "day", &r->column[COLUMN_TIME]));
  if (c->distraction.given) {
    PetscCall(TasHistoryAddColumn(history, "gap", "mm", &r->column[COLUMN_GAP]));
    PetscCall(TasHistoryAddColumn(history, "axial_force", "N", &r->column[COLUMN_AXIAL_FORCE]));
  }
  for (PetscInt b = 0; b < c->num_bodies; b++) {
    PetscCall(AddReactionColumns(history, c->bodies[b].name, &r->body_column[b]));
    for (PetscInt k = 0; k < 6; k++) {
      r->motion_column[6 * b + k] = -1;
      if (c->bodies[b].free[k]) PetscCall(AddColumn(history, &r->motion_column[6 * b + k], k < 3 ? "mm" : "rad", "motion.%s.%s", c->bodies[b].name, axis_name[k]));
    }
  }
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) {
    r->surface_column[s] = -1;
    if (HoldsSomething(&c->surfaces[s])) PetscCall(AddReactionColumns(history, mesh->surfaces[s].name, &r->surface_column[s]));
  }
  for (PetscInt t = 0; t < mesh->num_tissues; t++)
    for (PetscInt k = 0; k < NUM_TISSUE_COLUMNS; k++) {
      PetscInt column;
      PetscCall(AddColumn(history, &column, tissue_columns[k].unit, "%s.%s", mesh->tissue_names[t], tissue_columns[k].name));
      if (k == 0) r->tissue_column[t] = column;
    }
  for (PetscInt t = 0; t < mesh->num_tissues; t++) {
    PetscInt column;
    r->living_column[t] = -1;
    if (!TasMaterialNumState(r->domain->materials[t])) continue;
    for (PetscInt k = 0; k < NUM_LIVING_COLUMNS; k++) {
      PetscCall(AddColumn(history, &column, "1", "%s.%s", mesh->tissue_names[t], living_columns[k]));
      if (k == 0) r->living_column[t] = column;
    }
    for (PetscInt k = 0; k < 2 && TasMaterialSlackSarcomere(r->domain->materials[t]) > 0.; k++) PetscCall(AddColumn(history, &column, "um", "%s.%s", mesh->tissue_names[t], sarcomere_columns[k]));
  }
  PetscCall(TasHistoryAddColumn(history, "strain_energy", "N mm", &r->column[COLUMN_ENERGY]));
  PetscCall(TasHistoryAddColumn(history, "newton_iterations", "1", &r->column[COLUMN_NEWTON]));
  PetscCall(TasHistoryAddColumn(history, "linear_iterations", "1", &r->column[COLUMN_LINEAR]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode DeclareFields(TasRecording r)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < NUM_FIELDS; k++) {
    const PetscBool living  = (PetscBool)(k == FIELD_ELASTIC_FIBRE_STRETCH || k == FIELD_GROWTH || k == FIELD_SARCOMERE_LENGTH);
    const PetscBool wanted  = (PetscBool)(TasCaseWantsField(r->domain->c, field_table[k].name) && (!living || TasAssemblyHasState(TasSystemAssembly(r->system))));
    const PetscBool counted = (PetscBool)(k == FIELD_FIBRE_STRETCH || k == FIELD_FIBRE_STRESS || k == FIELD_VOLUME_RATIO || k == FIELD_STRAIN_ENERGY_DENSITY ||
                                          (TasAssemblyHasState(TasSystemAssembly(r->system)) && (k == FIELD_ELASTIC_FIBRE_STRETCH || k == FIELD_GROWTH)));
    if (wanted) PetscCall(TasResultsAddField(r->results, &field_table[k]));
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
  PetscCall(PetscMalloc6(mesh->num_cells_owned + 1, &r->cell_volume, domain->c->num_bodies + 1, &r->body_column, 6 * domain->c->num_bodies + 1, &r->motion_column, mesh->num_surfaces + 1, &r->surface_column, mesh->num_tissues + 1, &r->tissue_column, mesh->num_tissues + 1, &r->living_column));
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
  PetscCall(PetscFree6((*recording)->cell_volume, (*recording)->body_column, (*recording)->motion_column, (*recording)->surface_column, (*recording)->tissue_column, (*recording)->living_column));
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

static PetscErrorCode AddTissues(TasRecording r, PetscReal *energy)
{
  const TasMesh *mesh    = r->domain->mesh;
  TasHistory     history = TasResultsHistory(r->results);
  const PetscInt num     = mesh->num_tissues;
  PetscReal     *sum, *top;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc2(5 * num + 1, &sum, 3 * num, &top));
  for (PetscInt t = 0; t < 3 * num; t++) top[t] = -PETSC_INFINITY;
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    const PetscReal volume = r->cell_volume[c], stretch = r->values[FIELD_FIBRE_STRETCH][c], stress = r->values[FIELD_FIBRE_STRESS][c], ratio = r->values[FIELD_VOLUME_RATIO][c];
    PetscReal      *s = sum + 5 * mesh->cell_tissue[c], *m = top + 3 * mesh->cell_tissue[c];
    s[0] += volume;
    s[1] += volume * stretch;
    s[2] += volume * stress;
    s[3] += volume * ratio;
    sum[5 * num] += volume * r->values[FIELD_STRAIN_ENERGY_DENSITY][c];
    m[0] = PetscMax(m[0], stretch);
    m[1] = PetscMax(m[1], stress);
    m[2] = PetscMax(m[2], -ratio);
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 5 * num + 1, MPIU_REAL, MPIU_SUM, mesh->comm));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, top, 3 * num, MPIU_REAL, MPIU_MAX, mesh->comm));
  for (PetscInt t = 0; t < num; t++) {
    const PetscReal value[NUM_TISSUE_COLUMNS] = {[TISSUE_STRETCH_MEAN] = sum[5 * t + 1] / sum[5 * t], [TISSUE_STRETCH_MAX] = top[3 * t],
                                                 [TISSUE_STRESS_MEAN] = sum[5 * t + 2] / sum[5 * t],  [TISSUE_STRESS_MAX] = top[3 * t + 1],
                                                 [TISSUE_VOLUME_RATIO] = sum[5 * t + 3] / sum[5 * t], [TISSUE_VOLUME_RATIO_MIN] = -top[3 * t + 2]};
    for (PetscInt k = 0; k < NUM_TISSUE_COLUMNS; k++) PetscCall(TasHistorySet(history, r->tissue_column[t] + k, value[k]));
  }
  *energy = sum[5 * num];
  PetscCall(PetscFree2(sum, top));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Means and largest values over the cells of living tissues. */
static PetscErrorCode AddLiving(TasRecording r)
{
  const TasMesh *mesh    = r->domain->mesh;
  TasHistory     history = TasResultsHistory(r->results);
  const PetscInt num     = mesh->num_tissues;
  PetscReal     *sum, *top;

  PetscFunctionBeginUser;
  if (!TasAssemblyHasState(TasSystemAssembly(r->system))) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc2(3 * num, &sum, num, &top));
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) {
    PetscReal *s = sum + 3 * mesh->cell_tissue[c], stretch = r->values[FIELD_ELASTIC_FIBRE_STRETCH][c];
    s[0] += r->cell_volume[c];
    s[1] += r->cell_volume[c] * stretch;
    s[2] += r->cell_volume[c] * r->values[FIELD_GROWTH][c];
    top[mesh->cell_tissue[c]] = PetscMax(top[mesh->cell_tissue[c]], stretch);
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 3 * num, MPIU_REAL, MPIU_SUM, mesh->comm));
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, top, num, MPIU_REAL, MPIU_MAX, mesh->comm));
  for (PetscInt t = 0; t < num; t++) {
    const PetscReal mean = sum[3 * t + 1] / sum[3 * t], slack = TasMaterialSlackSarcomere(r->domain->materials[t]);
    if (r->living_column[t] < 0) continue;
    PetscCall(TasHistorySet(history, r->living_column[t] + LIVING_STRETCH_MEAN, mean));
    PetscCall(TasHistorySet(history, r->living_column[t] + LIVING_STRETCH_MAX, top[t]));
    PetscCall(TasHistorySet(history, r->living_column[t] + LIVING_GROWTH, sum[3 * t + 2] / sum[3 * t]));
    if (!(slack > 0.)) continue;
    PetscCall(TasHistorySet(history, r->living_column[t] + NUM_LIVING_COLUMNS, slack * mean));
    PetscCall(TasHistorySet(history, r->living_column[t] + NUM_LIVING_COLUMNS + 1, slack * top[t]));
  }
  PetscCall(PetscFree2(sum, top));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode SetReaction(TasHistory history, PetscInt first, const PetscReal force[3], const PetscReal moment[3])
{
  PetscFunctionBeginUser;
  for (PetscInt d = 0; d < 3; d++) {
    PetscCall(TasHistorySet(history, first + d, force[d]));
    PetscCall(TasHistorySet(history, first + 3 + d, moment[d]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Bodies: reactions, free motion, and the force along the distraction of the body that is moved and of those that move with it. */
static PetscErrorCode AddBodies(TasRecording r)
{
  const TasCase *c       = r->domain->c;
  TasHistory     history = TasResultsHistory(r->results);
  PetscReal      force[3], moment[3], axial = 0.;

  PetscFunctionBeginUser;
  for (PetscInt b = 0; b < c->num_bodies; b++) {
    PetscCall(TasSystemBodyReaction(r->system, b, force, moment));
    PetscCall(SetReaction(history, r->body_column[b], force, moment));
    for (PetscInt k = 0; k < 6; k++)
      if (r->motion_column[6 * b + k] >= 0) PetscCall(TasHistorySet(history, r->motion_column[6 * b + k], TasSystemBodies(r->system)->body[b].value[k]));
    if (c->distraction.given && TasSystemBodies(r->system)->body[b].root == c->distraction.body)
      for (PetscInt d = 0; d < 3; d++) axial += force[d] * c->distraction.direction[d];
  }
  if (c->distraction.given) PetscCall(TasHistorySet(history, r->column[COLUMN_AXIAL_FORCE], axial));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingAddRow(TasRecording r, PetscReal time, PetscInt newton, PetscInt linear)
{
  const TasCase *c       = r->domain->c;
  TasHistory     history = TasResultsHistory(r->results);
  PetscReal      force[3], moment[3], energy;

  PetscFunctionBeginUser;
  PetscCall(Evaluate(r));
  const TasHarmCells cells = HarmCells(r);
  PetscCall(TasHarmUpdate(r->harm, time, &cells));
  PetscCall(TasHarmSetColumns(r->harm, r->results));
  PetscCall(TasHistorySet(history, r->column[COLUMN_TIME], time / SECONDS_PER_DAY));
  if (c->distraction.given) PetscCall(TasHistorySet(history, r->column[COLUMN_GAP], TasRecordingGap(c, time)));
  PetscCall(AddBodies(r));
  for (PetscInt s = 0; s < r->domain->mesh->num_surfaces; s++) {
    if (r->surface_column[s] < 0) continue;
    PetscCall(TasSystemSurfaceReaction(r->system, s, force, moment));
    PetscCall(SetReaction(history, r->surface_column[s], force, moment));
  }
  PetscCall(AddTissues(r, &energy));
  PetscCall(AddLiving(r));
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

PetscErrorCode TasRecordingWriteStep(TasRecording r, PetscReal time, char *problem)
{
  const TasHarmCells cells = HarmCells(r);
  PetscReal         *reaction;

  PetscFunctionBeginUser;
  PetscCall(TasResultsBeginStep(r->results, time / SECONDS_PER_DAY));
  for (PetscInt k = 0; k < NUM_FIELDS; k++) {
    if (field_table[k].is_static || !TasCaseWantsField(r->domain->c, field_table[k].name) || (field_table[k].place == TAS_AT_CELLS && !r->needed[k])) continue;
    if (k == FIELD_DISPLACEMENT) PetscCall(TasResultsWriteField(r->results, field_table[k].name, TasSystemDisplacement(r->system)));
    else if (k == FIELD_REACTION_FORCE) {
      PetscCall(PetscMalloc1(3 * r->domain->mesh->num_nodes_owned + 1, &reaction));
      TasSystemNodalReactions(r->system, reaction);
      PetscCall(TasResultsWriteField(r->results, field_table[k].name, reaction));
      PetscCall(PetscFree(reaction));
    } else PetscCall(TasResultsWriteField(r->results, field_table[k].name, r->values[k]));
  }
  PetscCall(TasHarmWriteFields(r->harm, &cells, r->results));
  PetscCall(TasResultsEndStep(r->results, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingRelease(TasRecording r)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < NUM_FIELDS; k++) PetscCall(PetscFree(r->values[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- mesh alone ---- */

static const TasResultsField mesh_fields[] = {
  {"tissue_id", "1", TAS_AT_CELLS, 1, PETSC_TRUE, PETSC_TRUE},
  {"fibre_direction", "1", TAS_AT_CELLS, 3, PETSC_TRUE, PETSC_FALSE},
  {"sheet_direction", "1", TAS_AT_CELLS, 3, PETSC_TRUE, PETSC_FALSE},
  {"scaled_jacobian", "1", TAS_AT_CELLS, 1, PETSC_TRUE, PETSC_FALSE},
};

static void SurfaceFieldName(const TasMesh *mesh, PetscInt s, char name[TAS_NAME_LENGTH + 16]) { (void)snprintf(name, TAS_NAME_LENGTH + 16, "surface.%s", mesh->surfaces[s].name); }

PetscErrorCode TasRecordingDeclareMesh(const TasDomain *domain, TasResults results)
{
  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < 4; k++)
    if (k != 2 || domain->sheet) PetscCall(TasResultsAddField(results, &mesh_fields[k]));
  for (PetscInt s = 0; s < domain->mesh->num_surfaces; s++) {
    char            name[TAS_NAME_LENGTH + 16];
    TasResultsField field = {name, "1", TAS_AT_NODES, 1, PETSC_TRUE, PETSC_TRUE};
    SurfaceFieldName(domain->mesh, s, name);
    PetscCall(TasResultsAddField(results, &field));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasRecordingWriteMesh(const TasDomain *domain, TasResults results)
{
  const TasMesh *mesh    = domain->mesh;
  const PetscInt quality = TasMeshFindField(mesh, "scaled_jacobian");
  PetscReal     *values;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(PetscMax(mesh->num_cells_owned, mesh->num_nodes_owned) + 1, &values));
  for (PetscInt c = 0; c < mesh->num_cells_owned; c++) values[c] = mesh->cell_tissue[c];
  PetscCall(TasResultsWriteField(results, "tissue_id", values));
  PetscCall(TasResultsWriteField(results, "fibre_direction", domain->fibre));
  if (domain->sheet) PetscCall(TasResultsWriteField(results, "sheet_direction", domain->sheet));
  PetscCall(TasResultsWriteField(results, "scaled_jacobian", mesh->fields[quality].values));
  for (PetscInt s = 0; s < mesh->num_surfaces; s++) {
    char name[TAS_NAME_LENGTH + 16];
    PetscCall(PetscArrayzero(values, mesh->num_nodes_owned));
    for (PetscInt k = 0; k < mesh->surfaces[s].num_facets * mesh->nodes_per_facet; k++)
      if (mesh->surfaces[s].facet_nodes[k] < mesh->num_nodes_owned) values[mesh->surfaces[s].facet_nodes[k]] = 1.;
    SurfaceFieldName(mesh, s, name);
    PetscCall(TasResultsWriteField(results, name, values));
  }
  PetscCall(PetscFree(values));
  PetscFunctionReturn(PETSC_SUCCESS);
}
