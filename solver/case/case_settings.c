/* The sections `title`, `living`, `solver` and `output`. */
#include "solver/case/case_reader.h"
#include "solver/text.h"
#include <stddef.h>
#include <string.h>

/* ---- title ---- */

/* clang-format off */
static const TasCaseKey title_keys[] = {{.key = "title", .type = TAS_KEY_TEXT, .offset = offsetof(TasCase, title), .meaning = "one line that says what the case is; it goes into results and reports"}};
/* clang-format on */
static const TasCaseTable title_tables[] = {TAS_CASE_TABLE("", "At the top of the file.", title_keys)};

static PetscErrorCode ReadTitle(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadKey(r, &title_keys[0], node, r->c->title));
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_title = {
    .key = "title", .meaning = "one line that says what the case is", .num_tables = 1, .tables = title_tables, .read = ReadTitle};

/* ---- living ---- */

#define PLACE(member) .offset = offsetof(TasCaseLiving, member)
/* clang-format off */
static const TasCaseKey living_keys[] = {
  {.key = "prestrain", .type = TAS_KEY_SWITCH, PLACE(prestrain), .standard = "no",
   .meaning = "tissues have the in-situ stretch of their presets"},
  {.key = "relaxation", .type = TAS_KEY_SWITCH, PLACE(relaxation), .standard = "no",
   .meaning = "tissues relax as their presets say"},
  {.key = "growth", .type = TAS_KEY_SWITCH, PLACE(growth), .standard = "no",
   .meaning = "tissues grow as their presets say"},
  {.key = "geometry_tolerance", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_ABOVE, 0, 0}, PLACE(geometry_tolerance), .standard = "0.01 mm",
   .meaning = "by which the limb may move when prestrain comes to equilibrium, before surgery"},
  {.key = "growth_tolerance", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_BETWEEN, 0, 1}, PLACE(growth_tolerance), .standard = "1e-3",
   .meaning = "error of growth in a step, root mean square over the cells of a tissue; it sets the size of steps"},
};
/* clang-format on */
#undef PLACE
static const TasCaseTable living_tables[] = {TAS_CASE_TABLE(
    "living", "What makes tissue more than elastic. A tissue that gives its own prestrain, relaxation or growth has it whatever stands here.", living_keys)};

static PetscErrorCode ReadLiving(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &living_tables[0], "living", node, &r->c->living));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_living = {
    .key = "living", .meaning = "prestrain, relaxation and growth", .num_tables = 1, .tables = living_tables, .read = ReadLiving};

/* ---- solver ---- */

#define PLACE(member) .offset = offsetof(TasCaseSolver, member)
/* clang-format off */
static const TasCaseKey solver_keys[] = {
  {.key = "tolerance", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_BETWEEN, 1e-14, 0.1}, PLACE(tolerance), .standard = "1e-6",
   .meaning = "of the displacement: the error that is left, as estimated, relative to the displacement"},
  {.key = "force_tolerance", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_WITHIN, 0, 1}, PLACE(force_tolerance), .standard = "0",
   .meaning = "of the balance of forces: norm of the residual relative to that of the forces that act; 0 for ten times `tolerance`"},
  {.key = "absolute_tolerance", .type = TAS_KEY_VALUE, .unit = "N", .range = {TAS_AT_LEAST, 0, 0}, PLACE(absolute_tolerance),
   .standard = "1e-10 N", .meaning = "a residual below it is zero, whatever the forces"},
  {.key = "max_iterations", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, 1000}, PLACE(max_iterations), .standard = "20",
   .meaning = "of Newton's method, before the step is cut"},
  {.key = "linear", .type = TAS_KEY_CHOICE, .choices = "auto | direct | iterative", PLACE(linear), .standard = "auto",
   .meaning = "the solver of linear systems; auto chooses by size"},
  {.key = "linear_tolerance", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_BETWEEN, 1e-14, 1}, PLACE(linear_tolerance),
   .standard = "3e-2", .meaning = "of the iterative solver: by how much it reduces the error in each of Newton's corrections"},
  {.key = "smallest_step", .type = TAS_KEY_VALUE, .unit = "1", .range = {TAS_BETWEEN, 0, 1}, PLACE(smallest_step), .standard = "0.001",
   .meaning = "share of a step of the schedule below which the calculation gives up cutting"},
  {.key = "line_search", .type = TAS_KEY_SWITCH, PLACE(line_search), .standard = "yes",
   .meaning = "shortens Newton's steps where the full one does not help"},
  {.key = "predictor", .type = TAS_KEY_SWITCH, PLACE(predictor), .standard = "yes",
   .meaning = "starts a step from the extrapolation of those before"},
};
/* clang-format on */
#undef PLACE
static const TasCaseTable solver_tables[] = {TAS_CASE_TABLE(
    "solver", "How the equations are solved. The defaults are good for most cases; more goes to PETSc after `--`.", solver_keys)};

static PetscErrorCode ReadSolver(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &solver_tables[0], "solver", node, &r->c->solver));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_solver = {
    .key = "solver", .meaning = "how the equations are solved", .num_tables = 1, .tables = solver_tables, .read = ReadSolver};

/* ---- output ---- */

const TasOutputField tas_output_fields[] = {
    {"displacement", "mm", "displacement of nodes"},
    {"reaction_force", "N", "force of supports and bodies on nodes"},
    {"fibre_stretch", "1", "stretch along the fibre"},
    {"elastic_fibre_stretch", "1", "stretch along the fibre relative to the stress-free, grown tissue"},
    {"growth", "1", "length (area for skin) of the stress-free tissue relative to that before surgery"},
    {"sarcomere_length", "um", "of muscle whose prestrain is given by sarcomeres, 0 elsewhere"},
    {"fibre_stress", "MPa", "Cauchy stress along the fibre"},
    {"fibre_direction", "1", "fibre direction"},
    {"cauchy_stress", "MPa", "Cauchy stress"},
    {"pressure", "MPa", "element pressure dU/dJ, positive in tension"},
    {"volume_ratio", "1", "current volume per reference volume, J"},
    {"green_lagrange_strain", "1", "Green-Lagrange strain"},
    {"strain_energy_density", "MPa", "strain energy per reference volume"},
    {"tissue_id", "1", "number of the tissue"},
    {"margin", "1", "smallest margin to a limit of harm: 1 untouched, 0 at the limit"},
    {"limiting_rule", "1", "number of the limit that it is of, from 1 on in the order of `tasis models`; 0: not judged"},
    {"blood_flow_fraction", "1", "nerve: share of the blood flow that is left"},
    {"ischaemia_dose", "h", "nerve: time without blood, less what was recovered from"},
    {"conduction_class", "1", "nerve: 0 conducts, 1 slowed, 2 blocked"},
    {"fibrosis_class", "1", "muscle: 0 compliance kept, 1 compliance lost, 2 fibrosis"},
};
const PetscInt tas_num_output_fields = (PetscInt)(sizeof(tas_output_fields) / sizeof(tas_output_fields[0]));

static const char *FieldName(const void *context, PetscInt i)
{
  return tas_output_fields[i].name;
}

static PetscErrorCode ReadField(TasCaseReader *r, const TasNode *node, char *name)
{
  PetscInt i = 0;

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadName(r, node, name));
  while (i < tas_num_output_fields && strcmp(tas_output_fields[i].name, name)) i++;
  if (!*r->problem && i == tas_num_output_fields) TasCaseComplainName(r, node, "field", name, tas_num_output_fields, FieldName, NULL);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadFields(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseOutput *output = (TasCaseOutput *)target;

  PetscFunctionBeginUser;
  if (node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "none"))
    output->no_fields = PETSC_TRUE;
  else if (node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "all"))
    output->num_fields = 0;
  else if (node->kind != TAS_NODE_LIST || !node->num_children)
    TasCaseComplain(r, node, "not a list of fields, allowed: %s", key->allowed);
  else {
    PetscCall(PetscCalloc1(node->num_children, &output->fields));
    for (const TasNode *child = node->first; child && !*r->problem; child = child->next)
      PetscCall(ReadField(r, child, output->fields[output->num_fields++]));
  }
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadPrecision(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  const TasCaseKey choice = {.key = key->key, .type = TAS_KEY_CHOICE, .choices = key->choices};
  int              found  = 0;

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadKey(r, &choice, node, &found));
  ((TasCaseOutput *)target)->double_precision = (PetscBool)found;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* clang-format off */
static const TasCaseKey output_keys[] = {
  {.key = "every", .type = TAS_KEY_INTEGER, .range = {TAS_AT_LEAST, 1, 0}, .offset = offsetof(TasCaseOutput, every), .standard = "1",
   .meaning = "fields are written at every n-th step of the schedule, and at the end"},
  {.key = "fields", .type = TAS_KEY_OTHER, .read = ReadFields, .allowed = "all, none, or a list such as [displacement, fibre_stretch]",
   .meaning = "what is written; all when not given, none leaves history and log"},
  {.key = "precision", .type = TAS_KEY_OTHER, .read = ReadPrecision, .choices = "single | double", .standard = "single",
   .meaning = "of the fields; coordinates and history are always double"},
};
/* clang-format on */
static const TasCaseTable output_tables[] = {TAS_CASE_TABLE("output", "What is written to the results folder.", output_keys)};

static PetscErrorCode ReadOutput(TasCaseReader *r, const TasNode *node)
{
  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &output_tables[0], "output", node, &r->c->output));
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_output = {
    .key = "output", .meaning = "what is written", .num_tables = 1, .tables = output_tables, .read = ReadOutput};

PetscBool TasCaseWantsField(const TasCase *c, const char *field)
{
  if (c->output.no_fields) return PETSC_FALSE;
  for (PetscInt i = 0; i < c->output.num_fields; i++)
    if (!strcmp(c->output.fields[i], field)) return PETSC_TRUE;
  return (PetscBool)(c->output.num_fields == 0);
}
