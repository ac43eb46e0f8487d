/*
  Paths of the leg's nerves and arteries, in terms of the patches and groups of its cross-section (docs/limb_tibia.md).

  Columns run as the patches' u, rows as their v: anterior from tibia and membrane, lateral from the anterior septum and the fibula,
  posterior from fibula and membrane, with the tibial columns as a sixth group; ring from the crest and the fascia's inside.
*/
#include "mesh/limb_strands.h"
#include "mesh/limb_tibia.h"

#define KNEE  0.94 /* the upper end of the model where nothing else is asked for: above FLARE heights keep their order when it moves */
#define FLARE 0.75

/* Where the common peroneal nerve and the popliteal artery divide. */
#define FIBULAR_NECK {0.89, PATCH_LATERAL, 2.5, 0.5}
#define SOLEAL_ARCH(row) {0.86, PATCH_POSTERIOR, 2.2, row}

/* Behind the knee: in the thigh the sciatic nerve comes along by 9.9 to 12.4 mm while the knee is straightened from 90 degrees (Ridehalgh et al. 2014, abstract).
   Stretched evenly from the spine to the foot, with 0.3 of it above the middle of the thigh, it is drawn by 33 to 41 mm then: 21 to 26 mm a radian. */
#define NERVE_BEHIND_KNEE {"knee", -22, "derived from the sciatic nerve's excursion of 9.9 to 12.4 mm in the thigh (Ridehalgh et al. 2014, abstract), 0.3 of the whole: 21 to 26 mm"}
#define ARTERY_BEHIND_KNEE {"knee", -20, "assumed: deeper than the tibial nerve, which has 22 mm"}
/* Where the path passes the ankle's transverse axis in the undeformed limb: behind it, or in front. */
#define AT_ANKLE(length) {"ankle", length, "distance from the ankle's axis at which the path leaves the limb"}

/* clang-format off */
static const TasStrandPath paths[] = {
  {"tibial_nerve", "nerve", 18, {600, 200},
   "area between 25.9 mm2 (popliteal) and 10.0 mm2 (malleolus) in 1001 adults (meta-analysis, abstract); remote lengths assumed: thigh and pelvis, foot",
   {NERVE_BEHIND_KNEE, AT_ANKLE(12)},
   6, {{0.94, PATCH_POSTERIOR, 2.5, 2.5}, {0.80, PATCH_POSTERIOR, 2.8, 2.5}, {0.50, PATCH_POSTERIOR, 3.2, 2.5}, {0.25, PATCH_POSTERIOR, 4.3, 2.5}, {0.10, PATCH_POSTERIOR, 5.2, 2.5}, {0, PATCH_POSTERIOR, 5.4, 2.5}}},
  {"common_peroneal_nerve", "nerve", 8.4, {600, 0},
   "area at the fibular head, 1001 adults (meta-analysis, abstract); remote length assumed: thigh and pelvis; held at the fibular neck, assumed",
   {NERVE_BEHIND_KNEE},
   3, {{0.94, PATCH_POSTERIOR, 0.4, 5.5}, {0.915, PATCH_LATERAL, 4.0, 1.2}, FIBULAR_NECK}},
  {"deep_peroneal_nerve", "nerve", 4.2, {0, 200}, "area assumed: half of the common peroneal nerve; held at the fibular neck, remote length (foot) assumed",
   {{0}, AT_ANKLE(-11)},
   8, {FIBULAR_NECK, {0.86, PATCH_LATERAL, 0.8, 0.9}, {0.82, PATCH_ANTERIOR, 4.3, 2.5}, {0.75, PATCH_ANTERIOR, 3.4, 0.6}, {0.45, PATCH_ANTERIOR, 2.7, 0.5}, {0.25, PATCH_ANTERIOR, 2.6, 1.5}, {0.10, PATCH_ANTERIOR, 2.6, 3.0}, {0, PATCH_ANTERIOR, 2.6, 3.3}}},
  {"superficial_peroneal_nerve", "nerve", 4.2, {0, 150}, "area assumed: half of the common peroneal nerve; held at the fibular neck, remote length (foot) assumed",
   {{0}, AT_ANKLE(-13)},
   7, {FIBULAR_NECK, {0.85, PATCH_LATERAL, 1.2, 0.9}, {0.70, PATCH_LATERAL, 0.5, 1.2}, {0.42, PATCH_LATERAL, 0.5, 2.5}, {0.35, PATCH_LATERAL, 0.3, 4.6}, {0.30, PATCH_RING, 5.0, 1.5}, {0, PATCH_RING, 3.5, 1.5}}},
  {"popliteal_artery", "artery", 22, {430, 0}, "wall of an artery 6 mm wide inside and 1 mm thick, assumed; remote length (thigh) assumed; held at the soleus's arch, assumed",
   {ARTERY_BEHIND_KNEE},
   2, {{0.94, PATCH_POSTERIOR, 2.2, 2.3}, SOLEAL_ARCH(2.2)}},
  {"anterior_tibial_artery", "artery", 6, {0, 150}, "wall of an artery 3 mm wide inside and 0.55 mm thick, assumed; held where the popliteal artery divides, remote length (foot) assumed",
   {{0}, AT_ANKLE(-13)},
   6, {SOLEAL_ARCH(2.2), {0.80, PATCH_ANTERIOR, 2.5, 0.5}, {0.45, PATCH_ANTERIOR, 2.3, 0.5}, {0.25, PATCH_ANTERIOR, 2.3, 1.5}, {0.10, PATCH_ANTERIOR, 2.3, 3.0}, {0, PATCH_ANTERIOR, 2.3, 3.3}}},
  {"posterior_tibial_artery", "artery", 6, {0, 150}, "wall of an artery 3 mm wide inside and 0.55 mm thick, assumed; held where the popliteal artery divides, remote length (foot) assumed",
   {{0}, AT_ANKLE(13)},
   5, {SOLEAL_ARCH(2.2), {0.80, PATCH_POSTERIOR, 3.2, 2.4}, {0.50, PATCH_POSTERIOR, 3.7, 2.5}, {0.25, PATCH_POSTERIOR, 4.8, 2.5}, {0, PATCH_POSTERIOR, 5.7, 2.5}}},
};
/* clang-format on */

static void Divisions(const void *context, const TasStation *at, PetscReal *u, PetscReal *v)
{
  const TibiaLeg       *leg = context;
  const TibiaDivisions *d   = &leg->grid->divisions;
  PetscInt              around[NUM_COLUMNS + NUM_LATERAL], behind[NUM_COLUMNS + 1], rows[NUM_DEEP + NUM_OUTER];
  const PetscInt        deep = at->patch == PATCH_POSTERIOR ? NUM_DEEP : at->patch == PATCH_ANTERIOR ? NUM_LOW : 0;

  for (PetscInt i = 0; i < NUM_COLUMNS; ++i) around[i] = d->column[i], behind[i] = d->column[NUM_COLUMNS - 1 - i];
  for (PetscInt i = 0; i < NUM_LATERAL; ++i) around[NUM_COLUMNS + i] = d->lateral[i];
  behind[NUM_COLUMNS] = d->tibial;
  for (PetscInt i = 0; i < deep; ++i) rows[i] = at->patch == PATCH_POSTERIOR ? d->deep[i] : d->low[i];
  for (PetscInt i = 0; i < NUM_OUTER; ++i) rows[deep + i] = d->outer[i];
  *u = at->patch == PATCH_LATERAL     ? TasGroupPlace(NUM_LATERAL, d->lateral, at->column)
       : at->patch == PATCH_POSTERIOR ? TasGroupPlace(NUM_COLUMNS + 1, behind, at->column)
                                      : TasGroupPlace(NUM_COLUMNS + NUM_LATERAL, around, at->column);
  *v = at->patch == PATCH_RING ? TasGroupPlace(NUM_RING, d->ring, at->row) : TasGroupPlace(deep + NUM_OUTER, rows, at->row);
}

static PetscReal Share(const void *context, const TasStation *at)
{
  const TibiaLeg *leg = context;

  return at->share <= FLARE ? at->share : FLARE + (at->share - FLARE) * (leg->values[TIBIA_KNEE_END] - FLARE) / (KNEE - FLARE);
}

PetscErrorCode TibiaAddStrands(const TibiaLeg *leg, TasLimbLayout *layout)
{
  const TasStrandFrame frame = {.patches   = &leg->grid->cells,
                                .length    = leg->values[TIBIA_LENGTH],
                                .share     = Share,
                                .place     = TibiaPlaceAt,
                                .divisions = Divisions,
                                .context   = leg};

  PetscFunctionBeginUser;
  PetscCall(TasLimbAddStrands(&frame, sizeof(paths) / sizeof(paths[0]), paths, layout));
  PetscFunctionReturn(PETSC_SUCCESS);
}
