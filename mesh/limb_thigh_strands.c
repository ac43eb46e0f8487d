/*
  Paths of the thigh's nerves and arteries, in terms of the groups of its cross-section (docs/limb_thigh.md).
*/
#include "mesh/limb_strands.h"
#include "mesh/limb_thigh.h"

#define TOP    0.80 /* the usual ends of the model; between LOW and HIGH heights stay where they are when these move */
#define BOTTOM 0.12
#define HIGH   0.66
#define LOW    0.32

#define BEFORE_HIP {"hip", -30, "assumed: in front of the femoral head, a head's radius and the psoas from its centre"}

/* clang-format off */
static const TasStrandPath paths[] = {
  {"sciatic_nerve", "nerve", 44, {200, 650},
   "area in the middle of the thigh, 44.4 (2.6) mm2 by ultrasound of 200 adults (J Med Ultrasound 2018, PMC6029205, table); remote lengths assumed: pelvis and spine, leg and foot; the tibial nerve goes on below",
   {{"hip", 30, "assumed: behind the femoral head, nearer than the hamstrings' origin, which has 65 mm"},
    {"knee", -22, "derived from its excursion of 9.9 to 12.4 mm in the thigh (Ridehalgh et al. 2014, abstract), 0.3 of the whole: 21 to 26 mm"}},
   3, {{0.80, PATCH_FLESH, 3.4, 1.5}, {0.45, PATCH_FLESH, 3.1, 1.5}, {0.12, PATCH_FLESH, 3.3, 1.5}}},
  {"femoral_artery", "artery", 22, {150, 60},
   "wall of an artery 6 mm wide inside and 1 mm thick, assumed; remote lengths (groin and pelvis, to the soleus's arch) assumed; below the hiatus the popliteal artery",
   {BEFORE_HIP, {"knee", -20, "assumed: deeper than the tibial nerve, which has 22 mm"}},
   6, {{0.80, PATCH_FLESH, 7.4, 3.0}, {0.60, PATCH_FLESH, 7.4, 2.7}, {0.40, PATCH_FLESH, 7.2, 1.8}, {0.30, PATCH_FLESH, 6.2, 0.8}, {0.24, PATCH_FLESH, 4.8, 0.8}, {0.12, PATCH_FLESH, 3.6, 0.8}}},
  {"deep_femoral_artery", "artery", 9, {100, 0},
   "wall of an artery 4 mm wide inside and 0.65 mm thick, assumed; remote length (groin) assumed; held where its last perforating branch passes the adductor magnus, assumed",
   {BEFORE_HIP},
   2, {{0.80, PATCH_FLESH, 6.9, 1.0}, {0.36, PATCH_FLESH, 6.6, 0.6}}},
  {"saphenous_nerve", "nerve", 3, {250, 350},
   "area assumed; remote lengths assumed: pelvis and spine, leg",
   {BEFORE_HIP, {"knee", -10, "assumed: medially of the knee, a little behind its axis"}},
   4, {{0.80, PATCH_FLESH, 7.7, 3.4}, {0.60, PATCH_FLESH, 7.7, 3.0}, {0.35, PATCH_FLESH, 7.5, 2.6}, {0.12, PATCH_FLESH, 7.2, 4.2}}},
};
/* clang-format on */

static void Divisions(const void *context, const TasStation *at, PetscReal *u, PetscReal *v)
{
  const ThighDivisions *d = &((const Thigh *)context)->grid->divisions;

  *u = TasGroupPlace(NUM_COLUMNS, d->column, at->column);
  *v = at->patch == PATCH_RING ? TasGroupPlace(NUM_RING, d->ring, at->row) : TasGroupPlace(NUM_ROWS, d->row, at->row);
}

static PetscReal Share(const void *context, const TasStation *at)
{
  const PetscReal *values = ((const Thigh *)context)->values;

  if (at->share > HIGH) return HIGH + (at->share - HIGH) * (values[THIGH_UPPER_END] - HIGH) / (TOP - HIGH);
  if (at->share < LOW) return LOW + (at->share - LOW) * (values[THIGH_LOWER_END] - LOW) / (BOTTOM - LOW);
  return at->share;
}

PetscErrorCode ThighAddStrands(const Thigh *thigh, TasLimbLayout *layout)
{
  const TasStrandFrame frame = {.patches   = &thigh->grid->cells,
                                .length    = thigh->values[THIGH_LENGTH],
                                .share     = Share,
                                .place     = ThighPlaceAt,
                                .divisions = Divisions,
                                .context   = thigh};

  PetscFunctionBeginUser;
  PetscCall(TasLimbAddStrands(&frame, sizeof(paths) / sizeof(paths[0]), paths, layout));
  PetscFunctionReturn(PETSC_SUCCESS);
}
