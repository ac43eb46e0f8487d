/* Physical groups: their names ($PhysicalNames), and in 4.1 the entities that they are made of ($Entities). */
#include "mesh/gmsh_impl.h"
#include <string.h>

static bool CheckName(TasGmsh *g, PetscInt count)
{
  const TasGmshGroup *last = &g->groups[count];

  for (PetscInt i = 0; i < count; i++) {
    if (g->groups[i].dimension != last->dimension) continue;
    if (g->groups[i].tag == last->tag) return TasGmshFail(g, "physical group %lld has two names", (long long)last->tag);
    if (*last->name && !strcmp(g->groups[i].name, last->name)) {
      return TasGmshFail(g, "physical groups %lld and %lld are both named '%s'", (long long)g->groups[i].tag, (long long)last->tag,
                         last->name);
    }
  }
  return true;
}

PetscErrorCode TasGmshReadNames(TasGmsh *g)
{
  PetscInt count;

  PetscFunctionBeginUser;
  if (g->groups) TasGmshFail(g, "a second section of names");
  if (*g->problem || !TasGmshCount(g, false, "the number of names", 3, &count)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(PetscMax(count, 1), &g->groups));
  for (PetscInt i = 0; i < count; i++) {
    TasGmshGroup *group = &g->groups[i];
    int64_t       dimension;
    if (!TasGmshTextInt(g, "the dimension of a physical group", &dimension) ||
        !TasGmshTextInt(g, "the tag of a physical group", &group->tag) || !TasGmshString(g, "the name of a physical group", group->name)) {
      PetscFunctionReturn(PETSC_SUCCESS);
    }
    group->dimension = (int)dimension;
    if (!CheckName(g, i)) PetscFunctionReturn(PETSC_SUCCESS);
  }
  g->num_groups = count;
  TasGmshExpectEnd(g);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddEntity(TasGmsh *g, int64_t dimension, int64_t tag)
{
  TasGmshEntities *entities = &g->entities;
  const int64_t    key[2]   = {dimension, tag};
  PetscInt         index;
  PetscBool        is_new;

  PetscFunctionBeginUser;
  PetscCall(TasKeyTableInsert(&entities->index, key, &index, &is_new));
  if (!is_new) TasGmshFail(g, "entity %lld of dimension %lld is listed twice", (long long)tag, (long long)dimension);
  if (entities->index.count + 1 > entities->capacity) {
    entities->capacity = 2 * entities->index.count + 16;
    PetscCall(PetscRealloc(sizeof(PetscInt) * (size_t)entities->capacity, &entities->first));
  }
  entities->first[index]     = entities->num_groups;
  entities->first[index + 1] = entities->num_groups;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddEntityGroup(TasGmshEntities *entities, int64_t group)
{
  PetscFunctionBeginUser;
  if (entities->num_groups == entities->group_capacity) {
    entities->group_capacity = 2 * entities->group_capacity + 16;
    PetscCall(PetscRealloc(sizeof(int64_t) * (size_t)entities->group_capacity, &entities->groups));
  }
  entities->groups[entities->num_groups++] = group < 0 ? -group : group; /* negative: of the reversed orientation */
  entities->first[entities->index.count]   = entities->num_groups;
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadEntity(TasGmsh *g, int dimension)
{
  const int num_reals = dimension ? 6 : 3; /* a point has coordinates, the others a box around them */
  int64_t   tag, number;
  PetscReal real;
  PetscInt  count;

  PetscFunctionBeginUser;
  if (!TasGmshInt(g, "the tag of an entity", &tag)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(AddEntity(g, dimension, tag));
  for (int i = 0; i < num_reals; i++) {
    if (!TasGmshReal(g, "a coordinate of an entity", &real)) PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (!TasGmshCount(g, true, "the number of physical groups of an entity", 1, &count)) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < count; i++) {
    if (!TasGmshInt(g, "a physical tag", &number)) PetscFunctionReturn(PETSC_SUCCESS);
    PetscCall(AddEntityGroup(&g->entities, number));
  }
  if (!dimension || !TasGmshCount(g, true, "the number of entities around an entity", 1, &count)) PetscFunctionReturn(PETSC_SUCCESS);
  for (PetscInt i = 0; i < count; i++) {
    if (!TasGmshInt(g, "the tag of an entity", &number)) PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasGmshReadEntities(TasGmsh *g)
{
  PetscInt count[4];

  PetscFunctionBeginUser;
  if (g->version != 41) TasGmshFail(g, "entities belong into files of format 4");
  if (g->entities.index.keys) TasGmshFail(g, "a second section of entities");
  for (int d = 0; d < 4 && !*g->problem; d++) TasGmshCount(g, true, "the number of entities", d ? 9 : 5, &count[d]);
  if (*g->problem) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasKeyTableCreate(2, count[0] + count[1] + count[2] + count[3], &g->entities.index));
  for (int d = 0; d < 4; d++) {
    for (PetscInt i = 0; i < count[d] && !*g->problem; i++) PetscCall(ReadEntity(g, d));
  }
  if (!*g->problem) TasGmshExpectEnd(g);
  PetscFunctionReturn(PETSC_SUCCESS);
}

void TasGmshEntityGroups(const TasGmsh *g, int64_t dimension, int64_t tag, PetscInt *count, const int64_t **groups)
{
  const int64_t  key[2] = {dimension, tag};
  const PetscInt index  = g->entities.index.keys ? TasKeyTableFind(&g->entities.index, key) : -1;

  *count = 0;
  if (index < 0) return;
  *groups = g->entities.groups + g->entities.first[index];
  *count  = g->entities.first[index + 1] - g->entities.first[index];
}
