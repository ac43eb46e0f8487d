#include "models/listing.h"
#include "models/device.h"
#include "models/harm.h"
#include "models/regenerate.h"
#include "models/stiffness_class.h"
#include "models/torque.h"
#include <math.h>
#include <string.h>

#define MAX_COLUMNS 6
#define MAX_CELL 512

static PetscBool Named(const char *name, const char *wanted)
{
  return !wanted || !strcmp(name, wanted) ? PETSC_TRUE : PETSC_FALSE;
}

PetscInt TasModelsNumNames(void)
{
  return tas_num_models + tas_num_presets + tas_num_stiffness_classes + TAS_NUM_RULES + tas_num_devices + tas_num_regenerate_laws + tas_num_torque_laws;
}

const char *TasModelsName(PetscInt i)
{
  if (i < tas_num_models) return tas_models[i]->name;
  i -= tas_num_models;
  if (i < tas_num_presets) return tas_presets[i].name;
  i -= tas_num_presets;
  if (i < tas_num_stiffness_classes) return tas_stiffness_classes[i].name;
  i -= tas_num_stiffness_classes;
  if (i < TAS_NUM_RULES) return tas_rules[i].name;
  i -= TAS_NUM_RULES;
  if (i < tas_num_devices) return tas_devices[i]->name;
  i -= tas_num_devices;
  return i < tas_num_regenerate_laws ? tas_regenerate_laws[i]->name : tas_torque_laws[i - tas_num_regenerate_laws]->name;
}

PetscBool TasModelsKnows(const char *name)
{
  for (PetscInt i = 0; i < TasModelsNumNames(); i++)
    if (!strcmp(TasModelsName(i), name)) return PETSC_TRUE;
  return PETSC_FALSE;
}

/* A table is gathered first, so that its columns can be aligned; row 0 is the head, the last column holds the source. */
typedef struct {
  int num_columns, num_rows;
  char (*cells)[MAX_COLUMNS][MAX_CELL];
} Table;

static PetscErrorCode TableCreate(int num_columns, PetscInt num_rows, const char *const *head, Table *table)
{
  PetscFunctionBeginUser;
  table->num_columns = num_columns;
  table->num_rows    = 1;
  PetscCall(PetscCalloc1(num_rows + 1, &table->cells));
  for (int c = 0; c < num_columns; c++) (void)snprintf(table->cells[0][c], MAX_CELL, "%s", head[c]);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static int Width(const Table *table, int column)
{
  size_t width = 0;

  for (int r = 0; r < table->num_rows; r++) width = PetscMax(width, strlen(table->cells[r][column]));
  return (int)width;
}

static void PrintMarkdown(FILE *out, const Table *table)
{
  for (int r = 0; r < table->num_rows; r++) {
    (void)fprintf(out, "|");
    for (int c = 0; c < table->num_columns; c++) (void)fprintf(out, " %s |", table->cells[r][c]);
    (void)fprintf(out, "\n");
    if (r > 0) continue;
    (void)fprintf(out, "|");
    for (int c = 0; c < table->num_columns; c++) (void)fprintf(out, " --- |");
    (void)fprintf(out, "\n");
  }
}

/* Sources are long and shared by many rows: below the table, each once, after the keys it stands for. */
static void PrintSources(FILE *out, const Table *table, int key)
{
  const int source = table->num_columns - 1;

  for (int r = 1; r < table->num_rows; r++) {
    int first = 1;

    while (strcmp(table->cells[first][source], table->cells[r][source])) first++;
    if (first < r) continue;
    (void)fprintf(out, "  [%s", table->cells[r][key]);
    for (int s = r + 1; s < table->num_rows; s++)
      if (!strcmp(table->cells[s][source], table->cells[r][source])) (void)fprintf(out, ", %s", table->cells[s][key]);
    (void)fprintf(out, "] %s\n", table->cells[r][source]);
  }
}

/* The last column that is printed is not padded. */
static void PrintText(FILE *out, const Table *table, int key)
{
  const int last = table->num_columns - 2;

  for (int r = 0; r < table->num_rows; r++) {
    (void)fprintf(out, "  ");
    for (int c = 0; c < last; c++) (void)fprintf(out, "%-*s  ", Width(table, c), table->cells[r][c]);
    (void)fprintf(out, "%s\n", table->cells[r][last]);
  }
  PrintSources(out, table, key);
}

/* key: the column that names a row */
static PetscErrorCode TablePrint(FILE *out, Table *table, int key, PetscBool markdown)
{
  PetscFunctionBeginUser;
  if (markdown)
    PrintMarkdown(out, table);
  else
    PrintText(out, table, key);
  (void)fprintf(out, "\n");
  PetscCall(PetscFree(table->cells));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *PartName(TasPart part)
{
  static const char *const names[TAS_NUM_PARTS] = {[TAS_PART_MATRIX] = "matrix",       [TAS_PART_FIBRE] = "fibres",         [TAS_PART_VOLUME] = "volume",
                                                   [TAS_PART_PRESTRAIN] = "prestrain", [TAS_PART_RELAXATION] = "relaxation", [TAS_PART_GROWTH] = "growth",
                                                   [TAS_PART_MATRIX_TURNOVER] = "turnover of the matrix"};

  return names[part];
}

/* "0.05 MPa"; no unit where there is none */
static void Quantity(char *text, PetscReal value, const char *unit)
{
  (void)snprintf(text, MAX_CELL, strcmp(unit, "1") ? "%g %s" : "%g", (double)value, unit);
}

static PetscErrorCode PrintParameters(FILE *out, PetscInt num, const TasParameter *parameters, PetscBool markdown)
{
  static const char *const head[] = {"key", "unit", "allowed", "default", "meaning", "source"};
  Table                    table;

  PetscFunctionBeginUser;
  PetscCall(TableCreate(6, num, head, &table));
  for (PetscInt k = 0; k < num; k++) {
    const TasParameter *parameter = &parameters[k];
    char(*row)[MAX_CELL]          = table.cells[table.num_rows++];

    (void)snprintf(row[0], MAX_CELL, "%s", parameter->key);
    (void)snprintf(row[1], MAX_CELL, "%s", strcmp(parameter->unit, "1") ? parameter->unit : "-");
    (void)TasParameterRange(parameter, row[2], MAX_CELL);
    if (isnan(parameter->standard))
      (void)snprintf(row[3], MAX_CELL, "required");
    else
      (void)snprintf(row[3], MAX_CELL, "%g", (double)parameter->standard);
    (void)snprintf(row[4], MAX_CELL, "%s", parameter->meaning);
    (void)snprintf(row[5], MAX_CELL, "%s", parameter->source);
  }
  PetscCall(TablePrint(out, &table, 0, markdown));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PrintModel(FILE *out, const TasModel *model, PetscBool markdown)
{
  PetscFunctionBeginUser;
  if (markdown)
    (void)fprintf(out, "### %s: %s\n\n%s\nTheory: [%s](theory/%s.md).\n\n", PartName(model->part), model->name, model->summary,
                  model->theory, model->theory);
  else
    (void)fprintf(out, "%s: %s\n  %s\n  theory: docs/theory/%s.md\n\n", PartName(model->part), model->name, model->summary, model->theory);
  if (model->max_terms)
    (void)fprintf(out, "%sLists of 1 to %d values, all of the same length.\n\n", markdown ? "" : "  ", (int)model->max_terms);
  if (model->two_directions) (void)fprintf(out, "%sNeeds the sheet direction as well as the fibre direction.\n\n", markdown ? "" : "  ");
  PetscCall(PrintParameters(out, model->num_parameters, model->parameters, markdown));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const TasParameter *FindParameter(const TasPresetValue *value)
{
  for (PetscInt m = 0; m < tas_num_models; m++) {
    if (strcmp(tas_models[m]->name, value->part_model)) continue;
    for (PetscInt k = 0; k < tas_models[m]->num_parameters; k++)
      if (!strcmp(tas_models[m]->parameters[k].key, value->key)) return &tas_models[m]->parameters[k];
  }
  return NULL;
}

static PetscErrorCode PrintPreset(FILE *out, const TasPreset *preset, PetscBool markdown)
{
  static const char *const head[] = {"model", "key", "value", "source"};
  Table                    table;

  PetscFunctionBeginUser;
  if (markdown)
    (void)fprintf(out, "### preset: %s\n\n%s\n\n", preset->name, preset->summary);
  else
    (void)fprintf(out, "preset: %s\n  %s\n\n", preset->name, preset->summary);
  PetscCall(TableCreate(4, preset->num_values, head, &table));
  for (PetscInt v = 0; v < preset->num_values; v++) {
    const TasPresetValue *value     = &preset->values[v];
    const TasParameter   *parameter = FindParameter(value);
    char(*row)[MAX_CELL]            = table.cells[table.num_rows++];

    (void)snprintf(row[0], MAX_CELL, "%s", value->part_model);
    (void)snprintf(row[1], MAX_CELL, "%s", value->key);
    Quantity(row[2], value->value, parameter ? parameter->unit : "1");
    (void)snprintf(row[3], MAX_CELL, "%s", value->source);
  }
  PetscCall(TablePrint(out, &table, 1, markdown));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PrintClass(FILE *out, const TasStiffnessClass *stiffness, PetscBool markdown)
{
  static const char *const head[] = {"preset", "model", "key", "times", "source"};
  Table                    table;

  PetscFunctionBeginUser;
  if (markdown)
    (void)fprintf(out, "### stiffness class: %s\n\n%s\nTheory: [stiffness class](theory/stiffness-class.md).\n\n", stiffness->name, stiffness->summary);
  else
    (void)fprintf(out, "stiffness class: %s\n  %s\n  theory: docs/theory/stiffness-class.md\n\n", stiffness->name, stiffness->summary);
  if (!stiffness->num_factors) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TableCreate(5, stiffness->num_factors, head, &table));
  for (PetscInt f = 0; f < stiffness->num_factors; f++) {
    const TasClassFactor *factor = &stiffness->factors[f];
    char(*row)[MAX_CELL]         = table.cells[table.num_rows++];

    (void)snprintf(row[0], MAX_CELL, "%s", factor->preset);
    (void)snprintf(row[1], MAX_CELL, "%s", factor->part_model);
    (void)snprintf(row[2], MAX_CELL, "%s", factor->key);
    (void)snprintf(row[3], MAX_CELL, "%g", (double)factor->factor);
    (void)snprintf(row[4], MAX_CELL, "%s", factor->source);
  }
  PetscCall(TablePrint(out, &table, 2, markdown));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode PrintRule(FILE *out, const TasRule *rule, PetscBool markdown)
{
  const char *const unit = strcmp(rule->unit, "1") ? rule->unit : "no unit", *const kind = tas_kind_names[rule->kind];

  PetscFunctionBeginUser;
  if (markdown)
    (void)fprintf(out, "### limit: %s\n\n%s\nLooks at, in %s: %s (%s).\nTheory: [harm](theory/harm.md).\n\n", rule->name, rule->summary, kind,
                  rule->quantity, unit);
  else
    (void)fprintf(out, "limit: %s\n  %s\n  looks at, in %s: %s (%s)\n  theory: docs/theory/harm.md\n\n", rule->name, rule->summary, kind,
                  rule->quantity, unit);
  PetscCall(PrintParameters(out, rule->num_parameters, rule->parameters, markdown));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What is one table of parameters: a device, a law. */
static PetscErrorCode PrintLaw(FILE *out, const char *kind, const char *name, const char *summary, const char *theory, PetscInt num_parameters,
                               const TasParameter *parameters, PetscBool markdown)
{
  PetscFunctionBeginUser;
  (void)fprintf(out, markdown ? "### %s: %s\n\n%s\nTheory: [%s](theory/%s.md).\n\n" : "%s: %s\n  %s\n  theory: docs/theory/%s.md\n\n", kind, name, summary,
                theory, theory);
  if (num_parameters)
    PetscCall(PrintParameters(out, num_parameters, parameters, markdown));
  else
    (void)fprintf(out, markdown ? "No parameters.\n\n" : "  no parameters\n\n");
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void PrintHeading(FILE *out, const char *title, const char *text, PetscBool markdown)
{
  (void)fprintf(out, markdown ? "## %s\n\n%s\n\n" : "%s\n%s\n\n", title, text);
}

/* The device line and the joints. */
static PetscErrorCode PrintLaws(FILE *out, const char *name, PetscBool markdown)
{
  PetscFunctionBeginUser;
  if (!name) PrintHeading(out, "Devices", "What lengthens: the driven length follows the commanded one, the gap follows the driven length.", markdown);
  for (PetscInt d = 0; d < tas_num_devices; d++) {
    const TasDevice *law = tas_devices[d];

    if (Named(law->name, name)) PetscCall(PrintLaw(out, "device", law->name, law->summary, law->theory, law->num_parameters, law->parameters, markdown));
  }
  if (!name) PrintHeading(out, "Regenerate", "Tissue of the gap: its force, and how it heals.", markdown);
  for (PetscInt r = 0; r < tas_num_regenerate_laws; r++) {
    const TasRegenerateLaw *law = tas_regenerate_laws[r];

    if (Named(law->name, name)) PetscCall(PrintLaw(out, "regenerate", law->name, law->summary, law->theory, law->num_parameters, law->parameters, markdown));
  }
  if (!name) PrintHeading(out, "Joint torques", "Passive torque of a joint, of what is not in the mesh or of the whole joint.", markdown);
  for (PetscInt t = 0; t < tas_num_torque_laws; t++) {
    const TasTorqueLaw *law = tas_torque_laws[t];

    if (Named(law->name, name)) PetscCall(PrintLaw(out, "joint torque", law->name, law->summary, law->theory, law->num_parameters, law->parameters, markdown));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasModelsPrint(FILE *out, const char *name, PetscBool markdown)
{
  PetscFunctionBeginUser;
  if (!name && markdown)
    (void)fprintf(out, "# Models, tissue presets, limits, devices and laws\n\n<!-- Generated by `tasis models --markdown`; do not edit. -->\n\n");
  if (!name)
    PrintHeading(out, "Models", "A material is a matrix, any number of fibre models and a volumetric law; their energies add.", markdown);
  for (PetscInt m = 0; m < tas_num_models; m++)
    if (Named(tas_models[m]->name, name)) PetscCall(PrintModel(out, tas_models[m], markdown));
  if (!name) PrintHeading(out, "Presets", "Values to start from; anything a case file gives replaces the preset's value.", markdown);
  for (PetscInt p = 0; p < tas_num_presets; p++)
    if (Named(tas_presets[p].name, name)) PetscCall(PrintPreset(out, &tas_presets[p], markdown));
  if (!name) PrintHeading(out, "Stiffness classes", "Factors on values of presets, by `stiffness_class` in a case; a value that the case gives replaces the product.", markdown);
  for (PetscInt s = 0; s < tas_num_stiffness_classes; s++)
    if (Named(tas_stiffness_classes[s].name, name)) PetscCall(PrintClass(out, &tas_stiffness_classes[s], markdown));
  if (!name) PrintHeading(out, "Limits", "Rules of harm by kind of tissue, the first parameter being the limit; `limits` in a case changes them.", markdown);
  for (PetscInt r = 0; r < TAS_NUM_RULES; r++)
    if (Named(tas_rules[r].name, name)) PetscCall(PrintRule(out, &tas_rules[r], markdown));
  PetscCall(PrintLaws(out, name, markdown));
  PetscFunctionReturn(PETSC_SUCCESS);
}
