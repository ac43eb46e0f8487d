#include "solver/harm/harm_impl.h"
#include <math.h>
#include <stdlib.h>

/* ---- life cycle ---- */

/* The rules that judge a tissue; none where its material has no fibres to look along. */
static PetscInt NumRules(const TasDomain *domain, PetscInt tissue)
{
  PetscInt num = 0;

  if (!TasMaterialNeedsFibre(domain->materials[tissue])) return 0;
  for (PetscInt r = 0; r < TAS_NUM_RULES; r++) num += tas_rules[r].kind == domain->c->tissues[tissue].kind && !domain->c->limits.off[r] ? 1 : 0;
  return num;
}

static PetscErrorCode AddTissue(TasHarm harm, PetscInt t)
{
  const TasCase *c      = harm->domain->c;
  const TasMesh *mesh   = harm->domain->mesh;
  TasHarmTissue *tissue = &harm->tissues[harm->num_tissues];

  PetscFunctionBeginUser;
  tissue->tissue     = t;
  tissue->kind       = c->tissues[t].kind;
  tissue->first_pair = harm->num_pairs;
  tissue->num_pairs  = NumRules(harm->domain, t);
  if (!tissue->num_pairs) PetscFunctionReturn(PETSC_SUCCESS);
  harm->num_tissues++;
  for (PetscInt r = 0; r < TAS_NUM_RULES; r++)
    if (tas_rules[r].kind == tissue->kind && !c->limits.off[r]) harm->pairs[harm->num_pairs++] = (TasHarmPair){.tissue = t, .strand = -1, .rule = (TasRuleNumber)r};
  for (PetscInt i = 0; i < mesh->num_cells_owned; i++) tissue->num_cells += mesh->cell_tissue[i] == t ? 1 : 0;
  PetscCall(PetscMalloc1(tissue->num_cells + 1, &tissue->cells));
  for (PetscInt i = 0, n = 0; i < mesh->num_cells_owned; i++)
    if (mesh->cell_tissue[i] == t) tissue->cells[n++] = i;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHarmCreate(const TasDomain *domain, TasStrands strands, TasHarm *out)
{
  const PetscInt num_strands = TasStrandsNumMargins(strands);
  const TasMesh *mesh = domain->mesh;
  TasHarm        harm;
  PetscInt       num = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscNew(&harm));
  *out         = harm;
  harm->domain  = domain;
  harm->strands = strands;
  for (PetscInt t = 0; t < mesh->num_tissues; t++) num += NumRules(domain, t);
  PetscCall(PetscCalloc5(mesh->num_tissues + 1, &harm->tissues, num + num_strands + 1, &harm->pairs, num + num_strands + 1, &harm->now, num + num_strands + 1, &harm->worst, num ? TAS_RULES_STATE * mesh->num_cells_owned + 1 : 1, &harm->state));
  for (PetscInt t = 0; t < mesh->num_tissues; t++) PetscCall(AddTissue(harm, t));
  harm->num_cell_pairs = harm->num_pairs;
  for (PetscInt k = 0; k < num_strands; k++)
    harm->pairs[harm->num_pairs++] = (TasHarmPair){.tissue = -1, .strand = TasStrandsMargins(strands)[k].strand, .rule = TasStrandsMargins(strands)[k].rule};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHarmDestroy(TasHarm *harm)
{
  PetscFunctionBeginUser;
  if (!*harm) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt t = 0; t < (*harm)->num_tissues; t++) PetscCall(PetscFree((*harm)->tissues[t].cells));
  PetscCall(PetscFree5((*harm)->tissues, (*harm)->pairs, (*harm)->now, (*harm)->worst, (*harm)->state));
  PetscCall(PetscFree(*harm));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscBool TasHarmJudges(TasHarm harm) { return (PetscBool)(harm->num_pairs > 0); }

/* ---- checkpoint ---- */

void TasHarmListArrays(TasHarm harm, PetscInt *num_arrays, TasCheckpointArray *arrays)
{
  if (!TasHarmJudges(harm)) return;
  if (harm->num_cell_pairs) arrays[(*num_arrays)++] = (TasCheckpointArray){"harm.state", TAS_CHECKPOINT_CELLS, TAS_RULES_STATE, harm->state};
  arrays[(*num_arrays)++] = (TasCheckpointArray){"harm.worst", TAS_CHECKPOINT_GLOBAL, TAS_HARM_WORST * harm->num_pairs, &harm->worst[0].margin};
}

void TasHarmResume(TasHarm harm, PetscReal time)
{
  harm->begun = PETSC_TRUE;
  harm->time  = time;
}

/* ---- cells of a tissue ---- */

PetscErrorCode TasHarmGather(TasHarm harm, const TasHarmTissue *tissue, const TasHarmCells *cells, TasHarmGathered *gathered)
{
  const PetscInt         n       = tissue->num_cells;
  const PetscReal *const from[3] = {cells->stretch, cells->elastic_stretch, cells->stress};
  const PetscReal        slack   = TasMaterialSlackSarcomere(harm->domain->materials[tissue->tissue]);
  PetscReal             *next;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1((5 + TAS_RULES_STATE) * n + 1, &gathered->memory));
  next = gathered->memory;
  for (PetscInt q = 0; q < 3; q++)
    for (PetscInt i = 0; i < n; i++) next[q * n + i] = from[q][tissue->cells[i]];
  for (PetscInt i = 0; i < n; i++) next[3 * n + i] = slack * next[n + i];
  gathered->points  = (TasRulePoints){.n = n, .stretch = next, .elastic_stretch = next + n, .stress = next + 2 * n, .sarcomere_length = slack > 0. ? next + 3 * n : NULL};
  gathered->state   = next += 4 * n;
  gathered->scratch = next + TAS_RULES_STATE * n;
  for (PetscInt k = 0; k < TAS_RULES_STATE; k++)
    for (PetscInt i = 0; i < n; i++) gathered->state[k * n + i] = harm->state[TAS_RULES_STATE * tissue->cells[i] + k];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasHarmGatheredFree(TasHarmGathered *gathered)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(gathered->memory));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void Scatter(TasHarm harm, const TasHarmTissue *tissue, const PetscReal *state)
{
  for (PetscInt k = 0; k < TAS_RULES_STATE; k++)
    for (PetscInt i = 0; i < tissue->num_cells; i++) harm->state[TAS_RULES_STATE * tissue->cells[i] + k] = state[k * tissue->num_cells + i];
}

/* What a tissue tells besides its margins, over the rank's cells; value: as of Evaluate. */
static void Summarise(TasHarm harm, TasHarmTissue *tissue, const PetscReal *volume, PetscReal *const *value, TasHarmGathered *gathered)
{
  const TasLimits *limits = &harm->domain->c->limits;
  const PetscInt   n      = tissue->num_cells;

  tissue->volume = tissue->harmed = 0.;
  for (PetscInt i = 0; i < n; i++) {
    PetscBool beyond = PETSC_FALSE;
    for (PetscInt p = tissue->first_pair; p < tissue->first_pair + tissue->num_pairs; p++) beyond = (PetscBool)(beyond || TasRuleMargin(harm->pairs[p].rule, limits, value[p][i]) < 0.);
    tissue->volume += volume[tissue->cells[i]];
    tissue->harmed += beyond ? volume[tissue->cells[i]] : 0.;
  }
  tissue->flow        = 1.;
  tissue->worst_class = 0.;
  if (tissue->kind == TAS_KIND_NERVE) TasRulesBloodFlow(limits, n, gathered->state, gathered->scratch);
  for (PetscInt i = 0; tissue->kind == TAS_KIND_NERVE && i < n; i++) tissue->flow = PetscMin(tissue->flow, gathered->scratch[i]);
  if (tissue->kind == TAS_KIND_NERVE) TasRulesConductionClass(limits, n, gathered->state, gathered->scratch);
  else if (tissue->kind == TAS_KIND_MUSCLE) TasRulesFibrosisClass(limits, n, gathered->state, gathered->scratch);
  else return;
  for (PetscInt i = 0; i < n; i++) tissue->worst_class = PetscMax(tissue->worst_class, gathered->scratch[i]);
}

/* ---- worst cells ---- */

/* Values of the pairs at the cells of their tissues: of pair p [num_cells] from value[p] on. */
static PetscErrorCode Evaluate(TasHarm harm, PetscReal time, const TasHarmCells *cells, PetscReal **value)
{
  const TasLimits *limits = &harm->domain->c->limits;

  PetscFunctionBeginUser;
  for (PetscInt t = 0; t < harm->num_tissues; t++) {
    TasHarmTissue  *tissue = &harm->tissues[t];
    TasHarmGathered gathered;
    PetscCall(TasHarmGather(harm, tissue, cells, &gathered));
    gathered.points.time_step = time - harm->time;
    if (harm->begun) TasRulesAdvance(tissue->kind, limits, &gathered.points, gathered.state, gathered.state);
    else TasRulesBegin(tissue->kind, &gathered.points, gathered.state);
    Scatter(harm, tissue, gathered.state);
    for (PetscInt p = tissue->first_pair; p < tissue->first_pair + tissue->num_pairs; p++) {
      PetscCall(PetscMalloc1(tissue->num_cells + 1, &value[p]));
      TasRuleValues(harm->pairs[p].rule, limits, &gathered.points, gathered.state, value[p]);
    }
    Summarise(harm, tissue, cells->volume, value, &gathered);
    PetscCall(TasHarmGatheredFree(&gathered));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A cell of a tissue, on every rank. */
typedef struct {
  PetscReal margin, number, volume;
} Cell;

static int ByMargin(const void *a, const void *b)
{
  const Cell *x = a, *y = b;

  if (x->margin != y->margin) return x->margin < y->margin ? -1 : 1;
  return (x->number > y->number) - (x->number < y->number);
}

/* The margin of a pair that is not that of cells of the share alone which may be beyond the limit; the cells in one order, whatever the ranks. */
static PetscErrorCode SharedMargin(TasHarm harm, const TasHarmTissue *tissue, PetscInt p, const PetscReal *value, const PetscReal *volume, PetscReal *margin)
{
  const TasLimits *limits = &harm->domain->c->limits;
  const TasMesh   *mesh   = harm->domain->mesh;
  PetscMPIInt      size, mine = (PetscMPIInt)(3 * tissue->num_cells), *count, *first;
  PetscReal        whole = 0., below = 0.;
  Cell            *own, *all;
  PetscInt         num = 0, at = 0;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_size(mesh->comm, &size));
  PetscCall(PetscMalloc3(tissue->num_cells + 1, &own, size, &count, size + 1, &first));
  for (PetscInt i = 0; i < tissue->num_cells; i++)
    own[i] = (Cell){.margin = TasRuleMargin(harm->pairs[p].rule, limits, value[i]), .number = mesh->cell_number[tissue->cells[i]], .volume = volume[tissue->cells[i]]};
  PetscCallMPI(MPI_Allgather(&mine, 1, MPI_INT, count, 1, MPI_INT, mesh->comm));
  first[0] = 0;
  for (PetscMPIInt r = 0; r < size; r++) first[r + 1] = first[r] + count[r];
  num = first[size] / 3;
  PetscCall(PetscMalloc1(num + 1, &all));
  PetscCallMPI(MPI_Allgatherv(own, mine, MPIU_REAL, all, count, first, MPIU_REAL, mesh->comm));
  qsort(all, num, sizeof *all, ByMargin);
  for (PetscInt i = 0; i < num; i++) whole += all[i].volume;
  while (at + 1 < num && (below += all[at].volume) <= limits->share * whole) at++;
  *margin = num ? all[at].margin : PETSC_INFINITY;
  PetscCall(PetscFree(all));
  PetscCall(PetscFree3(own, count, first));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The smallest margins of the pairs over all ranks, and what else is smallest or largest. */
static PetscErrorCode ReduceMargins(TasHarm harm, const PetscReal *volume, PetscReal *const *value)
{
  const PetscInt num = harm->num_cell_pairs;
  PetscReal     *low;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(num + 2 * harm->num_tissues, &low));
  for (PetscInt t = 0; t < harm->num_tissues; t++) {
    const TasHarmTissue *tissue = &harm->tissues[t];
    low[num + 2 * t]            = tissue->flow;
    low[num + 2 * t + 1]        = -tissue->worst_class;
    for (PetscInt p = tissue->first_pair; p < tissue->first_pair + tissue->num_pairs; p++) {
      low[p] = PETSC_INFINITY;
      if (harm->domain->c->limits.share > 0.) PetscCall(SharedMargin(harm, tissue, p, value[p], volume, &low[p]));
      else for (PetscInt i = 0; i < tissue->num_cells; i++) low[p] = PetscMin(low[p], TasRuleMargin(harm->pairs[p].rule, &harm->domain->c->limits, value[p][i]));
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, low, num + 2 * harm->num_tissues, MPIU_REAL, MPIU_MIN, harm->domain->mesh->comm));
  for (PetscInt p = 0; p < num; p++) harm->now[p].margin = low[p];
  for (PetscInt t = 0; t < harm->num_tissues; t++) {
    harm->tissues[t].flow        = low[num + 2 * t];
    harm->tissues[t].worst_class = -low[num + 2 * t + 1];
  }
  PetscCall(PetscFree(low));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReduceVolumes(TasHarm harm)
{
  PetscReal *sum;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(2 * harm->num_tissues, &sum));
  for (PetscInt t = 0; t < harm->num_tissues; t++) {
    sum[2 * t]     = harm->tissues[t].volume;
    sum[2 * t + 1] = harm->tissues[t].harmed;
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, sum, 2 * harm->num_tissues, MPIU_REAL, MPIU_SUM, harm->domain->mesh->comm));
  for (PetscInt t = 0; t < harm->num_tissues; t++) {
    harm->tissues[t].volume = sum[2 * t];
    harm->tissues[t].harmed = sum[2 * t + 1];
  }
  PetscCall(PetscFree(sum));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Of the cells that have the margin of a pair, this rank's one of the lowest number: its place in the tissue, or -1. */
static PetscInt LowestCell(TasHarm harm, const TasHarmTissue *tissue, PetscInt p, const PetscReal *value)
{
  const PetscInt *number = harm->domain->mesh->cell_number;
  PetscInt        lowest = -1;

  for (PetscInt i = 0; i < tissue->num_cells; i++)
    if (fabs(TasRuleMargin(harm->pairs[p].rule, &harm->domain->c->limits, value[i]) - harm->now[p].margin) <= TAS_RULES_TIE && (lowest < 0 || number[tissue->cells[i]] < number[tissue->cells[lowest]])) lowest = i;
  return lowest;
}

static void Centre(const TasMesh *mesh, PetscInt cell, PetscReal at[3])
{
  for (PetscInt d = 0; d < 3; d++) {
    at[d] = 0.;
    for (PetscInt a = 0; a < mesh->nodes_per_cell; a++) at[d] += mesh->coordinates[3 * mesh->cells[cell * mesh->nodes_per_cell + a] + d] / mesh->nodes_per_cell;
  }
}

/* Where the smallest margins are: the rank that owns the cell tells the others. */
static PetscErrorCode LocateMargins(TasHarm harm, PetscReal *const *value)
{
  const TasMesh *mesh = harm->domain->mesh;
  PetscInt      *mine, *number;
  PetscReal     *told; /* [num_cell_pairs][4] value and centre */

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc3(harm->num_cell_pairs, &mine, harm->num_cell_pairs, &number, 4 * harm->num_cell_pairs, &told));
  for (PetscInt t = 0; t < harm->num_tissues; t++) {
    const TasHarmTissue *tissue = &harm->tissues[t];
    for (PetscInt p = tissue->first_pair; p < tissue->first_pair + tissue->num_pairs; p++) {
      const PetscInt i = LowestCell(harm, tissue, p, value[p]);
      mine[p] = number[p] = i < 0 ? PETSC_MAX_INT : mesh->cell_number[tissue->cells[i]];
      if (i < 0) continue;
      told[4 * p] = value[p][i];
      Centre(mesh, tissue->cells[i], told + 4 * p + 1);
    }
  }
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, number, harm->num_cell_pairs, MPIU_INT, MPI_MIN, mesh->comm));
  for (PetscInt p = 0; p < harm->num_cell_pairs; p++)
    for (PetscInt k = 0; k < 4 && mine[p] != number[p]; k++) told[4 * p + k] = 0.;
  PetscCallMPI(MPI_Allreduce(MPI_IN_PLACE, told, 4 * harm->num_cell_pairs, MPIU_REAL, MPIU_SUM, mesh->comm));
  for (PetscInt p = 0; p < harm->num_cell_pairs; p++)
    harm->now[p] = (TasHarmWorst){.margin = harm->now[p].margin, .value = told[4 * p], .place = number[p], .at = {told[4 * p + 1], told[4 * p + 2], told[4 * p + 3]}};
  PetscCall(PetscFree3(mine, number, told));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode UpdateCells(TasHarm harm, PetscReal time, const TasHarmCells *cells)
{
  PetscReal **value;

  PetscFunctionBeginUser;
  if (!harm->num_cell_pairs) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(harm->num_cell_pairs, &value));
  PetscCall(Evaluate(harm, time, cells, value));
  PetscCall(ReduceMargins(harm, cells->volume, value));
  PetscCall(ReduceVolumes(harm));
  PetscCall(LocateMargins(harm, value));
  for (PetscInt p = 0; p < harm->num_cell_pairs; p++) PetscCall(PetscFree(value[p]));
  PetscCall(PetscFree(value));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void UpdateStrands(TasHarm harm)
{
  for (PetscInt p = harm->num_cell_pairs; p < harm->num_pairs; p++) {
    const TasStrandMargin *from = &TasStrandsMargins(harm->strands)[p - harm->num_cell_pairs];
    harm->now[p]                = (TasHarmWorst){.margin = from->margin, .value = from->value, .place = from->arc, .at = {from->at[0], from->at[1], from->at[2]}};
  }
}

PetscErrorCode TasHarmUpdate(TasHarm harm, PetscReal time, const TasHarmCells *cells)
{
  PetscFunctionBeginUser;
  if (!TasHarmJudges(harm)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(UpdateCells(harm, time, cells));
  UpdateStrands(harm);
  for (PetscInt p = 0; p < harm->num_pairs; p++) {
    harm->now[p].time     = time;
    harm->pairs[p].passed = (PetscBool)(harm->now[p].margin < 0. && (!harm->begun || harm->worst[p].margin >= 0.));
    if (!harm->begun || harm->now[p].margin < harm->worst[p].margin - TAS_RULES_TIE) harm->worst[p] = harm->now[p];
  }
  harm->begun = PETSC_TRUE;
  harm->time  = time;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasHarmSmallest(const TasHarmWorst *worst, PetscInt first, PetscInt num)
{
  PetscInt smallest = first;

  for (PetscInt p = first; p < first + num; p++)
    if (worst[p].margin < worst[smallest].margin - TAS_RULES_TIE) smallest = p;
  return smallest;
}
