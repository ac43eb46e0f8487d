/* $Nodes and $Elements of formats 2.2 and 4.1. */
#include "mesh/gmsh_impl.h"

static const TasGmshType types[] = {
    {0},
    {"line", 1, 2, 1},
    {"triangle", 2, 3, 1},
    {"quadrangle", 2, 4, 1},
    {"tetrahedron", 3, 4, 1},
    {"hexahedron", 3, 8, 1},
    {"prism", 3, 6, 1},
    {"pyramid", 3, 5, 1},
    {"line of 3 nodes", 1, 3, 2},
    {"triangle of 6 nodes", 2, 6, 2},
    {"quadrangle of 9 nodes", 2, 9, 2},
    {"tetrahedron of 10 nodes", 3, 10, 2},
    {"hexahedron of 27 nodes", 3, 27, 2},
    {"prism of 18 nodes", 3, 18, 2},
    {"pyramid of 14 nodes", 3, 14, 2},
    {"point", 0, 1, 1},
    {"quadrangle of 8 nodes", 2, 8, 2},
    {"hexahedron of 20 nodes", 3, 20, 2},
    {"prism of 15 nodes", 3, 15, 2},
    {"pyramid of 13 nodes", 3, 13, 2},
};

const TasGmshType *TasGmshTypeGet(int64_t type)
{
  return type > 0 && type < (int64_t)(sizeof(types) / sizeof(types[0])) ? &types[type] : NULL;
}

static PetscErrorCode AddNode(TasGmsh *g, int64_t tag)
{
  PetscInt  index;
  PetscBool is_new;

  PetscFunctionBeginUser;
  if (tag < 1) TasGmshFail(g, "node %lld: tags start at 1", (long long)tag);
  PetscCall(TasTagIndexAdd(&g->node_tags, tag, &index, &is_new));
  if (!is_new) TasGmshFail(g, "node %lld is given twice", (long long)tag);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static bool ReadPoint(TasGmsh *g, PetscReal *x)
{
  return TasGmshReal(g, "a coordinate of a node", &x[0]) && TasGmshReal(g, "a coordinate of a node", &x[1]) &&
         TasGmshReal(g, "a coordinate of a node", &x[2]);
}

static PetscErrorCode ReadNodes22(TasGmsh *g)
{
  int64_t tag;

  PetscFunctionBeginUser;
  if (!TasGmshCount(g, false, "the number of nodes", 4, &g->num_nodes)) PetscFunctionReturn(PETSC_SUCCESS);
  if (g->binary && !TasGmshEndLine(g)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscMalloc1(3 * g->num_nodes, &g->points));
  for (PetscInt n = 0; n < g->num_nodes && !*g->problem; n++) {
    if (!TasGmshInt(g, "the tag of a node", &tag)) break;
    PetscCall(AddNode(g, tag));
    if (!ReadPoint(g, g->points + 3 * n)) break;
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The nodes of one entity: all tags, then all coordinates, and where asked for their parameters on the entity. */
static PetscErrorCode ReadNodeBlock(TasGmsh *g, PetscInt *done)
{
  int64_t   dimension, entity, parametric, tag;
  PetscReal parameter;
  PetscInt  count;

  PetscFunctionBeginUser;
  if (!TasGmshInt(g, "the dimension of an entity", &dimension) || !TasGmshInt(g, "the tag of an entity", &entity) ||
      !TasGmshInt(g, "0 or 1 (parametric)", &parametric) || !TasGmshCount(g, true, "the number of nodes of an entity", 4, &count)) {
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (dimension < 0 || dimension > 3) TasGmshFail(g, "an entity of dimension %lld", (long long)dimension);
  if (count > g->num_nodes - *done) TasGmshFail(g, "more nodes than the %lld announced", (long long)g->num_nodes);
  for (PetscInt n = 0; n < count && !*g->problem; n++) {
    if (TasGmshSize(g, "the tag of a node", &tag)) PetscCall(AddNode(g, tag));
  }
  for (PetscInt n = 0; n < count && !*g->problem; n++) {
    if (!ReadPoint(g, g->points + 3 * (*done + n))) break;
    for (int64_t i = 0; i < (parametric ? dimension : 0); i++) {
      if (!TasGmshReal(g, "a parameter of a node", &parameter)) break;
    }
  }
  *done += count;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadNodes41(TasGmsh *g)
{
  PetscInt num_blocks, done = 0;
  int64_t  smallest, largest;

  PetscFunctionBeginUser;
  if (!TasGmshCount(g, true, "the number of entities with nodes", 4, &num_blocks) ||
      !TasGmshCount(g, true, "the number of nodes", 4, &g->num_nodes) || !TasGmshSize(g, "the smallest tag", &smallest) ||
      !TasGmshSize(g, "the largest tag", &largest)) {
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscMalloc1(3 * g->num_nodes, &g->points));
  for (PetscInt b = 0; b < num_blocks && !*g->problem; b++) PetscCall(ReadNodeBlock(g, &done));
  if (!*g->problem && done < g->num_nodes)
    TasGmshFail(g, "%lld nodes instead of the %lld announced", (long long)done, (long long)g->num_nodes);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasGmshReadNodes(TasGmsh *g)
{
  PetscFunctionBeginUser;
  if (g->nodes_read) TasGmshFail(g, "a second section of nodes");
  if (!*g->problem) PetscCall(g->version == 22 ? ReadNodes22(g) : ReadNodes41(g));
  if (!*g->problem) TasGmshExpectEnd(g);
  g->nodes_read = true;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static bool CheckType(TasGmsh *g, int64_t type)
{
  const TasGmshType *t = TasGmshTypeGet(type);

  if (!t)
    return TasGmshFail(g, "elements of type %lld, which is unknown or of high order: a mesh of first order is needed", (long long)type);
  if (t->order > 1) {
    return TasGmshFail(g, "a %s: a mesh of first order is needed, Tasis raises the order itself where the element asks for it", t->name);
  }
  if (t->dimension < 3 || type == g->cells.type) return true;
  if (type != 4 && type != 5) return TasGmshFail(g, "a %s: cells must be hexahedra or tetrahedra", t->name);
  if (g->cells.type) return TasGmshFail(g, "hexahedra and tetrahedra in one mesh: all cells must be of one kind");
  return true;
}

/* Adds an element to the cells or facets, with its nodes by place. */
static PetscErrorCode Append(TasGmshElements *elements, int type, const PetscInt *nodes, int64_t group)
{
  const int width = types[type].num_nodes;

  PetscFunctionBeginUser;
  elements->type = type;
  if (elements->count == elements->capacity) {
    elements->capacity = 2 * elements->capacity + 64;
    PetscCall(PetscRealloc(sizeof(PetscInt) * (size_t)elements->capacity * (size_t)width, &elements->nodes));
    PetscCall(PetscRealloc(sizeof(int64_t) * (size_t)elements->capacity, &elements->group));
  }
  for (int k = 0; k < width; k++) elements->nodes[elements->count * width + k] = nodes[k];
  elements->group[elements->count++] = group;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddTag(TasGmsh *g, int64_t tag, PetscInt cell)
{
  PetscInt  index;
  PetscBool is_new;

  PetscFunctionBeginUser;
  PetscCall(TasTagIndexAdd(&g->element_tags, tag, &index, &is_new));
  if (!is_new) TasGmshFail(g, "element %lld is given twice", (long long)tag);
  if (index >= g->element_capacity) {
    g->element_capacity = 2 * index + 64;
    PetscCall(PetscRealloc(sizeof(PetscInt) * (size_t)g->element_capacity, &g->element_cell));
  }
  g->element_cell[index] = cell;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static bool ReadElementNodes(TasGmsh *g, int64_t tag, int width, PetscInt *nodes)
{
  for (int k = 0; k < width; k++) {
    int64_t node;
    if (!(g->version == 22 ? TasGmshInt(g, "a node of an element", &node) : TasGmshSize(g, "a node of an element", &node))) return false;
    nodes[k] = TasTagIndexFind(&g->node_tags, node);
    if (nodes[k] < 0) return TasGmshFail(g, "element %lld has node %lld, which is not in $Nodes", (long long)tag, (long long)node);
  }
  return true;
}

/* Sorts one element in: groups are the physical tags of where it lies. */
static PetscErrorCode AddElement(TasGmsh *g, int type, int64_t tag, const PetscInt *nodes, PetscInt num_groups, const int64_t *groups)
{
  const TasGmshType *t = &types[type];

  PetscFunctionBeginUser;
  PetscCall(AddTag(g, tag, t->dimension == 3 ? g->cells.count : -1));
  if (t->dimension == 3 && num_groups != 1) {
    TasGmshFail(g, "element %lld (a %s) belongs to %s physical volume: every volume needs exactly one, which becomes its tissue",
                (long long)tag, t->name, num_groups ? "more than one" : "no");
  } else if (t->dimension == 3) {
    PetscCall(Append(&g->cells, type, nodes, groups[0]));
  } else if (t->dimension == 2 && num_groups) {
    if (g->facets.type && g->facets.type != type)
      TasGmshFail(g, "triangles and quadrangles among the facets of surfaces: the cells have one kind");
    for (PetscInt i = 0; i < num_groups && !*g->problem; i++) PetscCall(Append(&g->facets, type, nodes, groups[i]));
  } else if (t->dimension == 1) {
    for (PetscInt i = 0; i < num_groups; i++) PetscCall(Append(&g->lines, type, nodes, groups[i]));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Tags of an element in 2.2: physical group, entity, partitions. */
static bool ReadTags22(TasGmsh *g, int64_t count, int64_t *group)
{
  int64_t ignored;

  *group = 0;
  for (int64_t i = 0; i < count; i++) {
    if (!TasGmshInt(g, "a tag of an element", i ? &ignored : group)) return false;
  }
  if (*group < 0) *group = -*group; /* of the reversed orientation */
  return true;
}

/* In text every element tells its type and number of tags, in binary a header does it for a number of elements. */
static bool ReadHeader22(TasGmsh *g, int64_t header[3])
{
  return TasGmshInt(g, "the type of elements", &header[0]) && TasGmshInt(g, "the number of elements of a type", &header[1]) &&
         TasGmshInt(g, "the number of tags", &header[2]);
}

static PetscErrorCode ReadElements22(TasGmsh *g)
{
  int64_t  header[3] = {0}, tag, group;
  PetscInt count, nodes[8];

  PetscFunctionBeginUser;
  if (!TasGmshCount(g, false, "the number of elements", g->binary ? 2 : 4, &count)) PetscFunctionReturn(PETSC_SUCCESS);
  if (g->binary && !TasGmshEndLine(g)) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt e = 0; e < count && !*g->problem; e++) {
    if (g->binary && header[1] < 1 && !ReadHeader22(g, header)) break;
    if (g->binary && header[1]-- < 1) TasGmshFail(g, "a block of %lld elements", (long long)header[1] + 1);
    if (!TasGmshInt(g, "the number of an element", &tag)) break;
    if (!g->binary && (!TasGmshInt(g, "the type of an element", &header[0]) || !TasGmshInt(g, "the number of tags", &header[2]))) break;
    if (!CheckType(g, header[0]) || !ReadTags22(g, header[2], &group)) break;
    if (!ReadElementNodes(g, tag, types[header[0]].num_nodes, nodes)) break;
    PetscCall(AddElement(g, (int)header[0], tag, nodes, group ? 1 : 0, &group));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadElementBlock(TasGmsh *g, PetscInt announced, PetscInt *done)
{
  int64_t        dimension, entity, type, tag;
  PetscInt       count, num_groups, nodes[8];
  const int64_t *groups = NULL;

  PetscFunctionBeginUser;
  if (!TasGmshInt(g, "the dimension of an entity", &dimension) || !TasGmshInt(g, "the tag of an entity", &entity) ||
      !TasGmshInt(g, "the type of elements", &type) || !TasGmshCount(g, true, "the number of elements of an entity", 2, &count) ||
      !CheckType(g, type)) {
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (types[type].dimension != dimension) TasGmshFail(g, "a %s on an entity of dimension %lld", types[type].name, (long long)dimension);
  if (count > announced - *done) TasGmshFail(g, "more elements than the %lld announced", (long long)announced);
  TasGmshEntityGroups(g, dimension, entity, &num_groups, &groups);
  for (PetscInt e = 0; e < count && !*g->problem; e++) {
    if (!TasGmshSize(g, "the tag of an element", &tag) || !ReadElementNodes(g, tag, types[type].num_nodes, nodes)) break;
    PetscCall(AddElement(g, (int)type, tag, nodes, num_groups, groups));
  }
  *done += count;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadElements41(TasGmsh *g)
{
  PetscInt num_blocks, count, done = 0;
  int64_t  smallest, largest;

  PetscFunctionBeginUser;
  if (!TasGmshCount(g, true, "the number of entities with elements", 4, &num_blocks) ||
      !TasGmshCount(g, true, "the number of elements", 2, &count) || !TasGmshSize(g, "the smallest tag", &smallest) ||
      !TasGmshSize(g, "the largest tag", &largest)) {
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (PetscInt b = 0; b < num_blocks && !*g->problem; b++) PetscCall(ReadElementBlock(g, count, &done));
  if (!*g->problem && done < count) TasGmshFail(g, "%lld elements instead of the %lld announced", (long long)done, (long long)count);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasGmshReadElements(TasGmsh *g)
{
  PetscFunctionBeginUser;
  if (!g->nodes_read) TasGmshFail(g, "$Elements before $Nodes");
  if (g->elements_read) TasGmshFail(g, "a second section of elements");
  if (!*g->problem) PetscCall(g->version == 22 ? ReadElements22(g) : ReadElements41(g));
  if (!*g->problem) TasGmshExpectEnd(g);
  g->elements_read = true;
  PetscFunctionReturn(PETSC_SUCCESS);
}
