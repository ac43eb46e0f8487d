/* What a solver relies on in a mesh that was read or built: TasMeshDataCheck. */
#include "mesh/facet_match.h"
#include "mesh/key_table.h"
#include "mesh/mesh_data.h"
#include "mesh/topology.h"
#include <stdio.h>

#define SMALLEST_QUALITY 1e-8 /* a scaled Jacobian below is rounding: the cell is flat */

static PetscErrorCode CheckPoints(const TasMeshData *data, char *problem)
{
  PetscFunctionBeginUser;
  for (PetscInt p = 0; p < data->num_points; p++) {
    const PetscReal *x = data->points + 3 * p;
    if (PetscIsInfOrNanReal(x[0]) || PetscIsInfOrNanReal(x[1]) || PetscIsInfOrNanReal(x[2])) {
      snprintf(problem, TAS_PROBLEM_LENGTH, "point %" PetscInt_FMT " has coordinates (%g, %g, %g)", p + 1, (double)x[0], (double)x[1],
               (double)x[2]);
      break;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Each number in 0..limit-1; used (may be NULL) marks those that occur. */
static PetscErrorCode CheckRange(PetscInt count, const PetscInt *numbers, PetscInt limit, const char *what, PetscBool *used, char *problem)
{
  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < count; i++) {
    if (numbers[i] < 0 || numbers[i] >= limit) {
      snprintf(problem, TAS_PROBLEM_LENGTH, "%s number %" PetscInt_FMT " is outside 0..%" PetscInt_FMT, what, numbers[i], limit - 1);
      break;
    }
    if (used) used[numbers[i]] = PETSC_TRUE;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* As CheckRange, and every one of 0..limit-1 occurs. names: of the things, or NULL for points. */
static PetscErrorCode CheckUse(PetscInt count, const PetscInt *numbers, PetscInt limit, const char *what, char (*names)[TAS_NAME_LENGTH],
                               char *problem)
{
  PetscBool *used;

  PetscFunctionBeginUser;
  PetscCall(PetscCalloc1(limit, &used));
  PetscCall(CheckRange(count, numbers, limit, what, used, problem));
  for (PetscInt i = 0; i < limit && !*problem; i++) {
    if (used[i]) continue;
    if (names)
      snprintf(problem, TAS_PROBLEM_LENGTH, "%s '%s' is empty: nothing in the mesh belongs to it", what, names[i]);
    else
      snprintf(problem, TAS_PROBLEM_LENGTH, "point %" PetscInt_FMT " belongs to no cell", i + 1);
  }
  PetscCall(PetscFree(used));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckIndices(const TasMeshData *data, char *problem)
{
  const TasTopology *shape = TasShapeTopology(data->shape);

  PetscFunctionBeginUser;
  if (data->num_cells < 1) snprintf(problem, TAS_PROBLEM_LENGTH, "the mesh has no cells");
  if (!*problem) PetscCall(CheckUse(data->num_cells * shape->num_corners, data->cells, data->num_points, "point", NULL, problem));
  if (!*problem) PetscCall(CheckUse(data->num_cells, data->cell_tissue, data->num_tissues, "tissue", data->tissue_names, problem));
  if (!*problem) PetscCall(CheckRange(data->num_facets * shape->face_corners, data->facets, data->num_points, "point", NULL, problem));
  if (!*problem) PetscCall(CheckUse(data->num_facets, data->facet_surface, data->num_surfaces, "surface", data->surface_names, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode CheckFields(const TasMeshData *data, char *problem)
{
  PetscFunctionBeginUser;
  for (PetscInt f = 0; f < data->num_fields && !*problem; f++) {
    const TasCellField *field = &data->fields[f];
    for (PetscInt i = 0; i < data->num_cells * field->num_components; i++) {
      if (!PetscIsInfOrNanReal(field->values[i])) continue;
      snprintf(problem, TAS_PROBLEM_LENGTH, "field '%s' is not a finite number in cell %" PetscInt_FMT, field->name,
               i / field->num_components + 1);
      break;
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void CellCentre(const TasMeshData *data, PetscInt cell, PetscReal centre[3])
{
  const PetscInt corners = TasShapeTopology(data->shape)->num_corners;

  for (PetscInt i = 0; i < 3; i++) {
    centre[i] = 0;
    for (PetscInt k = 0; k < corners; k++) centre[i] += data->points[3 * data->cells[cell * corners + k] + i] / corners;
  }
}

static PetscErrorCode CheckQuality(const TasMeshData *data, char *problem)
{
  PetscReal *quality, x[3];
  PetscInt   bad = 0, first = 0;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(data->num_cells, &quality));
  PetscCall(TasMeshDataQuality(data, quality));
  for (PetscInt c = data->num_cells - 1; c >= 0; c--) {
    if (quality[c] > SMALLEST_QUALITY) continue;
    first = c;
    bad++;
  }
  if (bad) {
    CellCentre(data, first, x);
    snprintf(problem, TAS_PROBLEM_LENGTH,
             "%" PetscInt_FMT " of %" PetscInt_FMT " cells inverted or flat; the first is cell %" PetscInt_FMT
             " of tissue '%s' near (%.4g, %.4g, %.4g), with a scaled Jacobian of %.3g%s",
             bad, data->num_cells, first + 1, data->tissue_names[data->cell_tissue[first]], (double)x[0], (double)x[1], (double)x[2],
             (double)quality[first], bad == data->num_cells ? "; is the mesh mirrored?" : "");
  }
  PetscCall(PetscFree(quality));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* A volume in two physical groups comes as two cells at one place, which would be twice as stiff. */
static PetscErrorCode CheckTwins(const TasMeshData *data, char *problem)
{
  const PetscInt corners = TasShapeTopology(data->shape)->num_corners;
  TasKeyTable    cells;
  PetscInt       twin;
  PetscBool      is_new;

  PetscFunctionBeginUser;
  PetscCall(TasKeyTableCreate(corners, data->num_cells, &cells));
  for (PetscInt c = 0; c < data->num_cells && !*problem; c++) {
    int64_t key[TAS_MAX_CORNERS];
    TasSortedKey(corners, data->cells + c * corners, key);
    PetscCall(TasKeyTableInsert(&cells, key, &twin, &is_new));
    if (is_new) continue;
    snprintf(problem, TAS_PROBLEM_LENGTH,
             "cell %" PetscInt_FMT " of tissue '%s' and cell %" PetscInt_FMT
             " of tissue '%s' have the same corners: every cell belongs to one tissue",
             twin + 1, data->tissue_names[data->cell_tissue[twin]], c + 1, data->tissue_names[data->cell_tissue[c]]);
  }
  PetscCall(TasKeyTableDestroy(&cells));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode FacetProblem(const TasMeshData *data, PetscInt facet, const char *fault, char *problem)
{
  const PetscInt   corners = TasShapeTopology(data->shape)->face_corners;
  const PetscReal *x       = data->points + 3 * data->facets[facet * corners];

  PetscFunctionBeginUser;
  snprintf(problem, TAS_PROBLEM_LENGTH, "surface '%s': the facet at (%.4g, %.4g, %.4g) %s", data->surface_names[data->facet_surface[facet]],
           (double)x[0], (double)x[1], (double)x[2], fault);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Every facet is the face of one cell or two, and no surface lists one twice. */
static PetscErrorCode CheckFacets(const TasMeshData *data, char *problem)
{
  TasFacetMatch match;
  TasKeyTable   listed;
  PetscInt      index;
  PetscBool     is_new;

  PetscFunctionBeginUser;
  PetscCall(TasFacetMatchCreate(data, &match));
  PetscCall(TasKeyTableCreate(2, data->num_facets, &listed));
  for (PetscInt f = 0; f < data->num_facets && !*problem; f++) {
    const PetscInt entry  = match.entry[f];
    const int64_t  key[2] = {entry, data->facet_surface[f]};
    PetscCall(TasKeyTableInsert(&listed, key, &index, &is_new));
    if (!is_new)
      PetscCall(FacetProblem(data, f, "is listed twice", problem));
    else if (!match.num_cells[entry])
      PetscCall(FacetProblem(data, f, "is not a face of any cell", problem));
    else if (match.num_cells[entry] > 2)
      PetscCall(FacetProblem(data, f, "is a face of more than two cells", problem));
  }
  PetscCall(TasKeyTableDestroy(&listed));
  PetscCall(TasFacetMatchDestroy(&match));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasMeshDataCheck(const TasMeshData *data, char *problem)
{
  PetscFunctionBeginUser;
  problem[0] = '\0';
  PetscCall(CheckPoints(data, problem));
  if (!*problem) PetscCall(CheckIndices(data, problem));
  if (!*problem) PetscCall(CheckFields(data, problem));
  if (!*problem) PetscCall(CheckQuality(data, problem));
  if (!*problem) PetscCall(CheckTwins(data, problem));
  if (!*problem && data->num_facets) PetscCall(CheckFacets(data, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
