/* From what was read of a Gmsh file to a mesh: nodes that cells use, groups by name. */
#include "mesh/gmsh_impl.h"
#include <stdio.h>

/* The groups that elements belong to, by ascending tag. tags [*count] is allocated. */
static PetscErrorCode ListGroups(const TasGmshElements *elements, PetscInt *count, int64_t **tags)
{
  TasKeyTable table;
  PetscInt    index;
  PetscBool   is_new;

  PetscFunctionBeginUser;
  PetscCall(TasKeyTableCreate(1, 64, &table));
  for (PetscInt e = 0; e < elements->count; e++) PetscCall(TasKeyTableInsert(&table, &elements->group[e], &index, &is_new));
  *count = table.count;
  PetscCall(PetscMalloc1(table.count, tags));
  for (PetscInt i = 0; i < table.count; i++) { /* few: sorted by insertion */
    PetscInt place = i;
    for (; place > 0 && (*tags)[place - 1] > table.keys[i]; place--) (*tags)[place] = (*tags)[place - 1];
    (*tags)[place] = table.keys[i];
  }
  PetscCall(TasKeyTableDestroy(&table));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void NameGroup(const TasGmsh *g, int dimension, int64_t tag, char name[TAS_NAME_LENGTH])
{
  snprintf(name, TAS_NAME_LENGTH, "%s_%lld", dimension == 3 ? "tissue" : dimension == 2 ? "surface" : "line", (long long)tag);
  for (PetscInt i = 0; i < g->num_groups; i++) {
    const TasGmshGroup *group = &g->groups[i];
    if (group->dimension == dimension && group->tag == tag && *group->name) snprintf(name, TAS_NAME_LENGTH, "%s", group->name);
  }
}

/* Index of each element's group among those that occur, and their names. */
static PetscErrorCode BuildGroups(const TasGmsh *g, const TasGmshElements *elements, int dimension, PetscInt *count, PetscInt **member,
                                  char (**names)[TAS_NAME_LENGTH])
{
  int64_t    *tags;
  TasKeyTable table;
  PetscInt    index;
  PetscBool   is_new;

  PetscFunctionBeginUser;
  PetscCall(ListGroups(elements, count, &tags));
  PetscCall(TasKeyTableCreate(1, *count, &table));
  PetscCall(PetscCalloc1(*count, names));
  for (PetscInt i = 0; i < *count; i++) {
    PetscCall(TasKeyTableInsert(&table, &tags[i], &index, &is_new));
    NameGroup(g, dimension, tags[i], (*names)[i]);
  }
  PetscCall(PetscMalloc1(elements->count, member));
  for (PetscInt e = 0; e < elements->count; e++) (*member)[e] = TasKeyTableFind(&table, &elements->group[e]);
  PetscCall(TasKeyTableDestroy(&table));
  PetscCall(PetscFree(tags));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* place [num_nodes]: among the points of the mesh, or -1 for nodes of no cell. */
static PetscErrorCode BuildPoints(const TasGmsh *g, PetscReal scale, TasMeshData *data, PetscInt *place)
{
  const PetscInt entries = g->cells.count * TasGmshTypeGet(g->cells.type)->num_nodes;

  PetscFunctionBeginUser;
  for (PetscInt n = 0; n < g->num_nodes; n++) place[n] = -1;
  for (PetscInt i = 0; i < entries; i++) place[g->cells.nodes[i]] = 0;
  for (PetscInt n = 0; n < g->num_nodes; n++) {
    if (place[n] == 0) place[n] = data->num_points++;
  }
  PetscCall(PetscMalloc1(3 * data->num_points, &data->points));
  for (PetscInt n = 0; n < g->num_nodes; n++) {
    for (PetscInt d = 0; d < 3 && place[n] >= 0; d++) data->points[3 * place[n] + d] = scale * g->points[3 * n + d];
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode BuildFacets(TasGmsh *g, const PetscInt *place, TasMeshData *data)
{
  const int  width = data->shape == TAS_SHAPE_HEX ? 4 : 3;
  const bool fit   = g->facets.type == (data->shape == TAS_SHAPE_HEX ? 3 : 2);

  PetscFunctionBeginUser;
  PetscCall(BuildGroups(g, &g->facets, 2, &data->num_surfaces, &data->facet_surface, &data->surface_names));
  data->num_facets = g->facets.count;
  if (!fit) {
    TasGmshFail(g, "the cells are %s, but the facets of surface '%s' %s", TasGmshTypeGet(g->cells.type)->name,
                data->surface_names[data->facet_surface[0]], width == 4 ? "triangles" : "quadrangles");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscMalloc1(data->num_facets * width, &data->facets));
  for (PetscInt i = 0; i < data->num_facets * width && !*g->problem; i++) {
    data->facets[i] = place[g->facets.nodes[i]];
    if (data->facets[i] < 0) {
      const PetscReal *x = g->points + 3 * g->facets.nodes[i];
      TasGmshFail(g, "surface '%s': the facet at (%.4g, %.4g, %.4g) is not a face of any cell",
                  data->surface_names[data->facet_surface[i / width]], (double)x[0], (double)x[1], (double)x[2]);
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Lines keep their own points: they need not be nodes of any cell. */
static PetscErrorCode BuildLines(TasGmsh *g, PetscReal scale, TasMeshData *data)
{
  PetscFunctionBeginUser;
  data->num_lines = g->lines.count;
  PetscCall(BuildGroups(g, &g->lines, 1, &data->num_line_groups, &data->line_group, &data->line_group_names));
  data->lines    = g->lines.nodes;
  g->lines.nodes = NULL;
  PetscCall(PetscMalloc1(3 * g->num_nodes, &data->line_points));
  for (PetscInt i = 0; i < 3 * g->num_nodes; i++) data->line_points[i] = scale * g->points[i];
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasGmshBuild(TasGmsh *g, PetscReal scale, TasMeshData *data)
{
  PetscInt *place;

  PetscFunctionBeginUser;
  g->section[0] = '\0';
  g->at         = NULL;
  if (!g->cells.count) {
    TasGmshFail(g, "has no hexahedra or tetrahedra%s", g->facets.count ? ", only surfaces: a mesh of volumes is needed" : "");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  data->shape     = g->cells.type == 5 ? TAS_SHAPE_HEX : TAS_SHAPE_TET;
  data->num_cells = g->cells.count;
  PetscCall(PetscMalloc1(g->num_nodes, &place));
  PetscCall(BuildPoints(g, scale, data, place));
  data->cells    = g->cells.nodes;
  g->cells.nodes = NULL;
  for (PetscInt i = 0; i < data->num_cells * TasGmshTypeGet(g->cells.type)->num_nodes; i++) data->cells[i] = place[data->cells[i]];
  PetscCall(BuildGroups(g, &g->cells, 3, &data->num_tissues, &data->cell_tissue, &data->tissue_names));
  if (g->facets.count) PetscCall(BuildFacets(g, place, data));
  if (g->lines.count && !*g->problem) PetscCall(BuildLines(g, scale, data));
  data->num_fields = g->num_fields;
  data->fields     = g->fields;
  g->num_fields    = 0;
  g->fields        = NULL;
  PetscCall(PetscFree(place));
  PetscFunctionReturn(PETSC_SUCCESS);
}
