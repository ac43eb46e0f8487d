/*
  Paths of the leg's nerves and arteries, in terms of the patches and groups of its cross-section (docs/limb_tibia.md).
*/
#include "mesh/limb_tibia.h"

#define SPACING 9.0 /* mm of height between points of a path, about */
#define LEAST   8   /* points of a short path */

/* Where a path passes: height as a share of the length (with the model's usual end at the knee), patch, and place in it as number of the group plus the share of its width.
   Columns run as the patches' u, rows as their v: anterior from tibia and membrane, lateral from the anterior septum and the fibula,
   posterior from fibula and membrane, with the tibial columns as a sixth group; ring from the crest and the fascia's inside. */
typedef struct {
  PetscReal      share;
  TibiaPatchName patch;
  PetscReal      column, row;
} Station;

#define MAX_STATIONS 9

typedef struct {
  const char *name, *preset;
  PetscReal   area; /* mm2 */
  PetscReal   remote[2];
  const char *source;
  PetscInt    num;
  Station     stations[MAX_STATIONS]; /* from the knee down */
} Path;

#define KNEE   0.94 /* the upper end of the model where nothing else is asked for: above FLARE heights keep their order when it moves */
#define FLARE  0.75

/* Where the common peroneal nerve and the popliteal artery divide. */
#define FIBULAR_NECK {0.89, PATCH_LATERAL, 2.5, 0.5}
#define SOLEAL_ARCH(row) {0.86, PATCH_POSTERIOR, 2.2, row}

/* clang-format off */
static const Path paths[] = {
  {"tibial_nerve", "nerve", 18, {600, 200},
   "area between 25.9 mm2 (popliteal) and 10.0 mm2 (malleolus) in 1001 adults (meta-analysis, abstract); remote lengths assumed: thigh and pelvis, foot",
   6, {{0.94, PATCH_POSTERIOR, 2.5, 2.5}, {0.80, PATCH_POSTERIOR, 2.8, 2.5}, {0.50, PATCH_POSTERIOR, 3.2, 2.5}, {0.25, PATCH_POSTERIOR, 4.3, 2.5}, {0.10, PATCH_POSTERIOR, 5.2, 2.5}, {0, PATCH_POSTERIOR, 5.4, 2.5}}},
  {"common_peroneal_nerve", "nerve", 8.4, {600, 0},
   "area at the fibular head, 1001 adults (meta-analysis, abstract); remote length assumed: thigh and pelvis; held at the fibular neck, assumed",
   3, {{0.94, PATCH_POSTERIOR, 0.4, 5.5}, {0.915, PATCH_LATERAL, 4.0, 1.2}, FIBULAR_NECK}},
  {"deep_peroneal_nerve", "nerve", 4.2, {0, 200}, "area assumed: half of the common peroneal nerve; held at the fibular neck, remote length (foot) assumed",
   8, {FIBULAR_NECK, {0.86, PATCH_LATERAL, 0.8, 0.9}, {0.82, PATCH_ANTERIOR, 4.3, 2.5}, {0.75, PATCH_ANTERIOR, 3.4, 0.6}, {0.45, PATCH_ANTERIOR, 2.7, 0.5}, {0.25, PATCH_ANTERIOR, 2.6, 1.5}, {0.10, PATCH_ANTERIOR, 2.6, 3.0}, {0, PATCH_ANTERIOR, 2.6, 3.3}}},
  {"superficial_peroneal_nerve", "nerve", 4.2, {0, 150}, "area assumed: half of the common peroneal nerve; held at the fibular neck, remote length (foot) assumed",
   7, {FIBULAR_NECK, {0.85, PATCH_LATERAL, 1.2, 0.9}, {0.70, PATCH_LATERAL, 0.5, 1.2}, {0.42, PATCH_LATERAL, 0.5, 2.5}, {0.35, PATCH_LATERAL, 0.3, 2.9}, {0.30, PATCH_RING, 5.0, 1.5}, {0, PATCH_RING, 3.5, 1.5}}},
  {"popliteal_artery", "artery", 22, {430, 0}, "wall of an artery 6 mm wide inside and 1 mm thick, assumed; remote length (thigh) assumed; held at the soleus's arch, assumed",
   2, {{0.94, PATCH_POSTERIOR, 2.2, 2.3}, SOLEAL_ARCH(2.2)}},
  {"anterior_tibial_artery", "artery", 6, {0, 150}, "wall of an artery 3 mm wide inside and 0.55 mm thick, assumed; held where the popliteal artery divides, remote length (foot) assumed",
   6, {SOLEAL_ARCH(2.2), {0.80, PATCH_ANTERIOR, 2.5, 0.5}, {0.45, PATCH_ANTERIOR, 2.3, 0.5}, {0.25, PATCH_ANTERIOR, 2.3, 1.5}, {0.10, PATCH_ANTERIOR, 2.3, 3.0}, {0, PATCH_ANTERIOR, 2.3, 3.3}}},
  {"posterior_tibial_artery", "artery", 6, {0, 150}, "wall of an artery 3 mm wide inside and 0.55 mm thick, assumed; held where the popliteal artery divides, remote length (foot) assumed",
   5, {SOLEAL_ARCH(2.2), {0.80, PATCH_POSTERIOR, 3.2, 2.4}, {0.50, PATCH_POSTERIOR, 3.7, 2.5}, {0.25, PATCH_POSTERIOR, 4.8, 2.5}, {0, PATCH_POSTERIOR, 5.7, 2.5}}},
};
/* clang-format on */
#define NUM_PATHS ((PetscInt)(sizeof(paths) / sizeof(paths[0])))

/* Assumed: loose connective tissue with a shear modulus of 0.9 to 1.6 kPa, 2 to 3 mm thick around the strand. */
#define BED 0.0005 /* MPa/mm */
#define BED_TIME (10 * 86400.) /* s, assumed: as the turnover of the loose connective tissue in which they run */

/* A group's number and share as a number of divisions. */
static PetscReal Divisions(PetscInt num_groups, const PetscInt *parts, PetscReal at)
{
  PetscReal sum = 0;

  for (PetscInt g = 0; g < num_groups; ++g) sum += parts[g] * PetscMin(PetscMax(at - g, 0), 1);
  return sum;
}

static void PlaceInPatch(const TibiaGrid *grid, const Station *at, PetscReal *u, PetscReal *v)
{
  const TibiaDivisions *d                               = &grid->divisions;
  PetscInt              around[NUM_COLUMNS + NUM_LATERAL], behind[NUM_COLUMNS + 1], rows[NUM_DEEP + NUM_OUTER];
  const PetscInt        deep = at->patch == PATCH_POSTERIOR ? NUM_DEEP : at->patch == PATCH_ANTERIOR ? NUM_LOW : 0;

  for (PetscInt i = 0; i < NUM_COLUMNS; ++i) around[i] = d->column[i], behind[i] = d->column[NUM_COLUMNS - 1 - i];
  for (PetscInt i = 0; i < NUM_LATERAL; ++i) around[NUM_COLUMNS + i] = d->lateral[i];
  behind[NUM_COLUMNS] = d->tibial;
  for (PetscInt i = 0; i < deep; ++i) rows[i] = at->patch == PATCH_POSTERIOR ? d->deep[i] : d->low[i];
  for (PetscInt i = 0; i < NUM_OUTER; ++i) rows[deep + i] = d->outer[i];
  *u = at->patch == PATCH_LATERAL     ? Divisions(NUM_LATERAL, d->lateral, at->column)
       : at->patch == PATCH_POSTERIOR ? Divisions(NUM_COLUMNS + 1, behind, at->column)
                                      : Divisions(NUM_COLUMNS + NUM_LATERAL, around, at->column);
  *v = at->patch == PATCH_RING ? Divisions(NUM_RING, d->ring, at->row) : Divisions(deep + NUM_OUTER, rows, at->row);
}

static PetscReal Share(const PetscReal *values, const Station *at)
{
  return at->share <= FLARE ? at->share : FLARE + (at->share - FLARE) * (values[TIBIA_KNEE_END] - FLARE) / (KNEE - FLARE);
}

/* The station's place in the section xy. */
static TibiaPoint Place(const TibiaGrid *grid, const TibiaPoint *xy, const Station *at)
{
  const TibiaPatch *t = &grid->patch[at->patch];
  TibiaPoint        point = {0, 0};
  PetscReal         u, v;
  PetscInt          i, j;

  PlaceInPatch(grid, at, &u, &v);
  i = PetscMin((PetscInt)u, t->nu - 1);
  j = PetscMin((PetscInt)v, t->nv - 1);
  for (PetscInt k = 0; k < 4; ++k) {
    const TibiaPoint *corner = &xy[TibiaNode(t, i + k % 2, j + k / 2)];
    const PetscReal   weight = (k % 2 ? u - i : 1 - (u - i)) * (k / 2 ? v - j : 1 - (v - j));

    point.x += weight * corner->x;
    point.y += weight * corner->y;
  }
  return point;
}

/* Between two stations the path goes from the one's place to the other's, each taken at the path's height. */
static void PlaceAt(const PetscReal *values, const TibiaGrid *grid, const TibiaFit *fit, const Path *path, PetscReal share, TibiaPoint *xy,
                    PetscReal point[3])
{
  const PetscReal z = share * values[TIBIA_LENGTH];
  PetscInt        s = 0;
  TibiaPoint      a, b;
  PetscReal       t;

  while (s < path->num - 2 && share < Share(values, &path->stations[s + 1])) ++s;
  t = (Share(values, &path->stations[s]) - share) / (Share(values, &path->stations[s]) - Share(values, &path->stations[s + 1]));
  TibiaFitTendons(values, grid, fit, z, xy);
  a        = Place(grid, xy, &path->stations[s]);
  b        = Place(grid, xy, &path->stations[s + 1]);
  point[0] = (1 - t) * a.x + t * b.x;
  point[1] = (1 - t) * a.y + t * b.y;
  point[2] = z;
}

PetscErrorCode TibiaAddStrands(const PetscReal *values, const TibiaGrid *grid, const TibiaFit *fit, TasLimbLayout *layout)
{
  TibiaPoint *xy;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(grid->section.num_nodes, &xy));
  PetscCall(PetscCalloc1(NUM_PATHS, &layout->strands));
  for (PetscInt p = 0; p < NUM_PATHS; ++p) {
    const Path     *path   = &paths[p];
    TasLimbStrand  *strand = &layout->strands[layout->num_strands++];
    const PetscReal top = Share(values, &path->stations[0]), bottom = Share(values, &path->stations[path->num - 1]);

    PetscCall(PetscStrncpy(strand->name, path->name, TAS_NAME_LENGTH));
    PetscCall(PetscStrncpy(strand->preset, path->preset, TAS_NAME_LENGTH));
    PetscCall(PetscStrncpy(strand->source, path->source, sizeof(strand->source)));
    strand->area                 = path->area;
    strand->tangential_stiffness = BED;
    strand->turnover_time        = BED_TIME;
    strand->remote[0]            = path->remote[0];
    strand->remote[1]            = path->remote[1];
    strand->num_points           = 1 + PetscMin(TAS_LIMB_PATH - 1, PetscMax(LEAST, (PetscInt)PetscCeilReal((top - bottom) * values[TIBIA_LENGTH] / SPACING)));
    for (PetscInt i = 0; i < strand->num_points; ++i)
      PlaceAt(values, grid, fit, path, top + (bottom - top) * i / (strand->num_points - 1), xy, strand->points[i]);
  }
  PetscCall(PetscFree(xy));
  PetscFunctionReturn(PETSC_SUCCESS);
}
