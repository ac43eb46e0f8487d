#include "mesh/limb_sweep.h"

PetscErrorCode TasSectionClear(TasSection *section)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree(section->quads));
  PetscCall(PetscFree(section->edges));
  PetscCall(PetscMemzero(section, sizeof(*section)));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSweepBegin(TasSweep *sweep, const TasSection *section, PetscInt num_layers, TasMeshData *data, TasLimbLayout *layout)
{
  const PetscInt n = section->num_nodes;

  PetscFunctionBeginUser;
  *sweep           = (TasSweep){.data = data, .layout = layout, .section = section, .num_layers = num_layers};
  data->shape      = TAS_SHAPE_HEX;
  data->num_points = n * (num_layers + 1);
  data->num_cells  = section->num_quads * num_layers;
  PetscCall(PetscCalloc1(3 * data->num_points, &data->points));
  PetscCall(PetscMalloc1(8 * data->num_cells, &data->cells));
  PetscCall(PetscCalloc1(data->num_cells, &data->cell_tissue));
  for (PetscInt layer = 0, c = 0; layer < num_layers; ++layer) {
    for (PetscInt q = 0; q < section->num_quads; ++q, ++c) {
      for (PetscInt i = 0; i < 4; ++i) {
        data->cells[8 * c + i]     = layer * n + section->quads[4 * q + i];
        data->cells[8 * c + i + 4] = data->cells[8 * c + i] + n;
      }
    }
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Puts `more` entries after the num of an array, which grows. */
#define EXTEND(array, num, more, entries) \
  do { \
    PetscCall(PetscRealloc((size_t)((num) + (more)) * sizeof(*(array)), &(array))); \
    PetscCall(PetscArraycpy((array) + (num), entries, more)); \
    (num) += (more); \
  } while (0)

PetscErrorCode TasSweepAddSurfaces(TasSweep *sweep, PetscInt num, const TasLimbSurface *surfaces)
{
  TasMeshData   *data   = sweep->data;
  TasLimbLayout *layout = sweep->layout;
  const PetscInt before = data->num_surfaces, all = before + num;

  PetscFunctionBeginUser;
  PetscCall(PetscRealloc((size_t)all * TAS_NAME_LENGTH, &data->surface_names));
  EXTEND(layout->surfaces, layout->num_surfaces, num, surfaces);
  for (PetscInt i = 0; i < num; ++i) PetscCall(PetscStrncpy(data->surface_names[before + i], surfaces[i].name, TAS_NAME_LENGTH));
  data->num_surfaces = all;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSweepAddTissues(TasSweep *sweep, PetscInt num, const TasLimbTissue *tissues)
{
  TasMeshData   *data   = sweep->data;
  TasLimbLayout *layout = sweep->layout;
  const PetscInt before = data->num_tissues, all = before + num;

  PetscFunctionBeginUser;
  PetscCall(PetscRealloc((size_t)all * TAS_NAME_LENGTH, &data->tissue_names));
  EXTEND(layout->tissues, layout->num_tissues, num, tissues);
  for (PetscInt i = 0; i < num; ++i) PetscCall(PetscStrncpy(data->tissue_names[before + i], tissues[i].tissue, TAS_NAME_LENGTH));
  data->num_tissues = all;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSweepAddFacet(TasSweep *sweep, PetscInt surface, const PetscInt corners[4])
{
  TasMeshData *data = sweep->data;

  PetscFunctionBeginUser;
  if (data->num_facets == sweep->facet_capacity) {
    sweep->facet_capacity = 2 * sweep->facet_capacity + 1024;
    PetscCall(PetscRealloc((size_t)sweep->facet_capacity * 4 * sizeof(PetscInt), &data->facets));
    PetscCall(PetscRealloc((size_t)sweep->facet_capacity * sizeof(PetscInt), &data->facet_surface));
  }
  for (PetscInt i = 0; i < 4; ++i) data->facets[4 * data->num_facets + i] = corners[i];
  data->facet_surface[data->num_facets++] = surface;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSweepAddSide(TasSweep *sweep, PetscInt surface, PetscInt edge, PetscInt layer)
{
  const PetscInt n = sweep->section->num_nodes, *ends = &sweep->section->edges[2 * edge];
  const PetscInt a = layer * n + ends[0], b = layer * n + ends[1];

  PetscFunctionBeginUser;
  PetscCall(TasSweepAddFacet(sweep, surface, (PetscInt[]){a, b, b + n, a + n}));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSweepAddQuad(TasSweep *sweep, PetscInt surface, PetscInt quad, PetscInt level)
{
  PetscInt corners[4];

  PetscFunctionBeginUser;
  for (PetscInt i = 0; i < 4; ++i) corners[i] = level * sweep->section->num_nodes + sweep->section->quads[4 * quad + i];
  PetscCall(TasSweepAddFacet(sweep, surface, corners));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Numbers the entries, those in use first, each kind in its order; returns how many are in use. */
static PetscInt NumberUsedFirst(PetscInt num_users, const PetscInt *user, PetscInt num, PetscInt *number)
{
  PetscInt used = 0, next;

  for (PetscInt i = 0; i < num; ++i) number[i] = -1;
  for (PetscInt i = 0; i < num_users; ++i) number[user[i]] = 0;
  for (PetscInt i = 0; i < num; ++i)
    if (number[i] == 0) number[i] = used++;
  next = used;
  for (PetscInt i = 0; i < num; ++i)
    if (number[i] < 0) number[i] = next++;
  return used;
}

static PetscErrorCode Renumber(PetscInt num, const PetscInt *number, size_t size, void *array)
{
  char *copy;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(num * size, &copy));
  PetscCall(PetscMemcpy(copy, array, num * size));
  for (PetscInt i = 0; i < num; ++i) PetscCall(PetscMemcpy((char *)array + number[i] * size, copy + i * size, size));
  PetscCall(PetscFree(copy));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode DropUnusedTissues(TasMeshData *data, TasLimbLayout *layout)
{
  PetscInt *number, used;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(data->num_tissues, &number));
  used = NumberUsedFirst(data->num_cells, data->cell_tissue, data->num_tissues, number);
  PetscCall(Renumber(data->num_tissues, number, TAS_NAME_LENGTH, data->tissue_names));
  PetscCall(Renumber(data->num_tissues, number, sizeof(*layout->tissues), layout->tissues));
  for (PetscInt c = 0; c < data->num_cells; ++c) data->cell_tissue[c] = number[data->cell_tissue[c]];
  data->num_tissues = used;
  PetscCall(PetscFree(number));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode DropUnusedSurfaces(TasMeshData *data, TasLimbLayout *layout)
{
  PetscInt *number, used;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(data->num_surfaces, &number));
  used = NumberUsedFirst(data->num_facets, data->facet_surface, data->num_surfaces, number);
  PetscCall(Renumber(data->num_surfaces, number, TAS_NAME_LENGTH, data->surface_names));
  PetscCall(Renumber(data->num_surfaces, number, sizeof(*layout->surfaces), layout->surfaces));
  for (PetscInt f = 0; f < data->num_facets; ++f) data->facet_surface[f] = number[data->facet_surface[f]];
  data->num_surfaces = used;
  PetscCall(PetscFree(number));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSweepEnd(TasSweep *sweep)
{
  TasMeshData *data = sweep->data;

  PetscFunctionBeginUser;
  PetscCall(DropUnusedTissues(data, sweep->layout));
  PetscCall(DropUnusedSurfaces(data, sweep->layout));
  PetscCall(PetscRealloc((size_t)data->num_facets * 4 * sizeof(PetscInt), &data->facets));
  PetscCall(PetscRealloc((size_t)data->num_facets * sizeof(PetscInt), &data->facet_surface));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscInt TasSweepDivisions(PetscReal span, PetscReal size, PetscInt least)
{
  return (PetscInt)PetscMax((PetscReal)least, PetscMin(1e6, PetscFloorReal(span / size + 0.5)));
}

PetscErrorCode TasSweepLevels(PetscInt num_planes, const PetscReal *planes, PetscReal spacing, PetscInt *num_layers, PetscReal **levels)
{
  PetscInt total = 0, level = 0;

  PetscFunctionBeginUser;
  for (PetscInt i = 1; i < num_planes; ++i) total += TasSweepDivisions(planes[i] - planes[i - 1], spacing, 1);
  PetscCall(PetscMalloc1(total + 1, levels));
  for (PetscInt i = 1; i < num_planes; ++i) {
    const PetscReal span = planes[i] - planes[i - 1];
    const PetscInt  n    = TasSweepDivisions(span, spacing, 1);

    for (PetscInt j = 0; j < n; ++j) (*levels)[level++] = planes[i - 1] + span * j / n;
  }
  (*levels)[level] = planes[num_planes - 1];
  *num_layers      = total;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscReal TasSweepFindSize(PetscInt (*count)(PetscReal size, const void *context), const void *context, PetscInt wanted, PetscReal low,
                           PetscReal high)
{
  PetscInt at_low, at_high;

  for (PetscInt i = 0; i < 40; ++i) { /* the count is a staircase: ends at one of its steps */
    const PetscReal middle = PetscSqrtReal(low * high);

    if (count(middle, context) > wanted)
      low = middle;
    else
      high = middle;
  }
  low *= 1 - 1e-9; /* off the step, where rounding decides */
  high *= 1 + 1e-9;
  at_low  = count(low, context);
  at_high = count(high, context);
  return at_low - wanted < wanted - at_high ? low : high;
}

PetscErrorCode TasSweepAddJoints(TasSweep *sweep, PetscInt num, const TasLimbJoint *joints)
{
  TasLimbLayout *layout = sweep->layout;

  PetscFunctionBeginUser;
  EXTEND(layout->joints, layout->num_joints, num, joints);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSweepAddTurnings(TasSweep *sweep, PetscInt num, const TasLimbTurning *turnings)
{
  TasLimbLayout *layout = sweep->layout;

  PetscFunctionBeginUser;
  EXTEND(layout->turnings, layout->num_turnings, num, turnings);
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasSweepAddMomentArms(TasSweep *sweep, PetscInt num, const TasLimbMomentArm *arms)
{
  TasLimbLayout *layout = sweep->layout;

  PetscFunctionBeginUser;
  EXTEND(layout->moment_arms, layout->num_moment_arms, num, arms);
  PetscFunctionReturn(PETSC_SUCCESS);
}
