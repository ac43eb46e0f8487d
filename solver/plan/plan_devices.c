/* Healing indices of devices; their strokes are those of models/device.h. A month is 30.44 days. */
#include "solver/plan/plan.h"
#include <math.h>
#include <string.h>

#define FRAME_RANGE "; range: quartiles of distraction osteogenesis, Tangadulrat et al., Siriraj Med J (abstract)"
#define NAIL_FEMUR_RANGE "; range: 0.6 to 2.5 months/cm, Acta Orthop 2019, doi 10.1080/17453674.2018.1534321 (abstract)"
#define NAIL_TIBIA_RANGE "; range: up to 4.0 months/cm, Acta Orthop 2019, doi 10.1080/17453674.2018.1534321 (abstract)"

/* clang-format off */
#define FRAME_HEALING \
  [TAS_FEMUR] = {47.1, 32.7, 67.7, "rail fixator, Bone Joint J 2016 98-B:1382 (abstract)" FRAME_RANGE}, \
  [TAS_TIBIA] = {57.8, 32.7, 67.7, "classic Ilizarov, 1.9 months/cm, Fragomen 2020 J Limb Lengthen Reconstr 6:13 (abstract)" FRAME_RANGE}
#define MOTORISED_HEALING(femur, tibia) \
  [TAS_FEMUR] = {35, 18.3, 76.1, femur NAIL_FEMUR_RANGE}, \
  [TAS_TIBIA] = {48, 48, 121.8, tibia NAIL_TIBIA_RANGE}
#define FITBONE "Fitbone, Acta Orthop 2011, doi 10.3109/17453674.2011.584209 (abstract)"

const TasPlanDevice tas_plan_devices[TAS_NUM_PLAN_DEVICES] = {
  {.name = "ilizarov-frame", .healing = {FRAME_HEALING}},
  {.name = "hexapod", .healing = {FRAME_HEALING}},
  {.name = "magnetic-nail", .healing = {[TAS_FEMUR] = {31.3, 12.8, 113, "PRECICE, Bone Joint J 2016 98-B:1382 (abstract); range: first 30 patients, scienceopen bf090ac5 (abstract)"},
               [TAS_TIBIA] = {45.7, 12.8, 121.8, "motorised nail, 1.5 months/cm, Fragomen 2020 J Limb Lengthen Reconstr 6:13 (abstract); range: PRECICE, first 30 patients, scienceopen bf090ac5 (abstract), to 4.0 months/cm, Acta Orthop 2019, doi 10.1080/17453674.2018.1534321 (abstract)"}}},
  {.name = "ratchet-nail", .healing = {MOTORISED_HEALING("assumed as of motorised nails, " FITBONE, "assumed as of motorised nails, " FITBONE)}},
  {.name = "motorised-nail", .healing = {MOTORISED_HEALING(FITBONE, FITBONE)}},
  {.name = "ideal", .healing = {MOTORISED_HEALING("assumed as of motorised nails, " FITBONE, "assumed as of motorised nails, " FITBONE)}},
};
/* clang-format on */

PetscReal TasPlanStroke(const TasPlanDevice *device, const char **source)
{
  const TasDevice *model = TasDeviceFind(device->name);

  *source = "no limit";
  for (PetscInt k = 0; model && k < model->num_parameters; k++) {
    if (strcmp(model->parameters[k].key, "stroke")) continue;
    *source = model->parameters[k].source;
    return isfinite((double)model->parameters[k].standard) ? model->parameters[k].standard : 0;
  }
  return 0;
}
