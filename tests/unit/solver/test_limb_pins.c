/* Pins that are placed in a limb: aimed at its bone, out through its skin, on the side of the osteotomy where they belong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "solver/case/case.h"
#include "solver/strands/locate.h"
#include "solver/pins/pins.h"
#include "solver/vector3.h"

static void Check(PetscErrorCode error) { assert_int_equal(error, 0); }

static void assert_near(PetscReal found, PetscReal expected, PetscReal tolerance)
{
  if (!(PetscAbsReal(found - expected) <= tolerance)) fail_msg("%.17g instead of %.17g", (double)found, (double)expected);
}

typedef struct {
  TasCase *c;
  TasMesh *mesh;
  TasPins  pins;
} Limb;

static void Read(const char *text, Limb *limb)
{
  char  path[] = "/tmp/test_limb_pins_XXXXXX", problem[TAS_PROBLEM_LENGTH];
  int   file   = mkstemp(path);
  FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;

  assert_non_null(stream);
  fputs(text, stream);
  fclose(stream);
  Check(TasCaseRead(PETSC_COMM_SELF, path, 0, NULL, &limb->c, problem));
  assert_string_equal(problem, "");
  unlink(path);
  Check(TasCaseLoadMesh(limb->c, 0, problem));
  assert_string_equal(problem, "");
  Check(TasMeshCreate(PETSC_COMM_SELF, &limb->c->mesh.data, limb->c->mesh.element, &limb->mesh));
  Check(TasPinsCreate(limb->c, limb->mesh, NULL, &limb->pins, problem));
  assert_string_equal(problem, "");
}

static void Drop(Limb *limb)
{
  Check(TasPinsDestroy(&limb->pins));
  Check(TasMeshDestroy(&limb->mesh));
  Check(TasCaseDestroy(&limb->c));
}

static PetscBool InTissue(const Limb *limb, const PetscReal point[3])
{
  TasLocations l;
  PetscBool    in;

  Check(TasLocate(limb->mesh, 1, point, &l));
  in = (PetscBool)(l.distance[0] == 0.);
  Check(TasLocationsClear(&l));
  return in;
}

/* A half-pin starts in the bone, a wire passes it: either way there is bone where the bone is, and nothing at the ends. */
static void CheckPin(const Limb *limb, const TasCasePin *pin, PetscBool distal)
{
  const TasCaseOsteotomy *cut = &limb->c->osteotomy[0];
  PetscReal               from[3];

  for (int d = 0; d < 3; d++) from[d] = pin->start[d] - cut->point[d];
  assert_true((TasDot(from, cut->normal) > 0) == distal);
  assert_int_equal(pin->body, distal ? cut->distal : cut->proximal);
  assert_false(InTissue(limb, pin->start));
  assert_false(InTissue(limb, pin->end));
}

static PetscReal Span(const TasCasePin *pin)
{
  const PetscReal way[3] = {pin->end[0] - pin->start[0], pin->end[1] - pin->start[1], pin->end[2] - pin->start[2]};

  return TasLength(way);
}

static void FrameOfTheLeg(void **state)
{
  Limb limb;

  Read("mesh: {limb: tibia, resolution: 3000}\ndistraction: {length: 5 mm}\npins: {frame: ilizarov}\n", &limb);
  assert_int_equal(TasPinsNum(limb.pins), 6);
  for (PetscInt i = 0; i < 6; i++) {
    const TasCasePin *pin    = &limb.c->pins[i];
    const PetscBool   half   = (PetscBool)(strstr(pin->name, "half") != NULL);
    const PetscReal   length = TasPinsLength(limb.pins, i);
    CheckPin(&limb, pin, (PetscBool)!strncmp(pin->name, "distal", 6));
    assert_near(pin->diameter, half ? 6 : 1.8, 0);
    assert_near(pin->start[2], pin->end[2], 0);
    /* the shin lies under its skin; a wire has muscle on its way, and bone */
    assert_true(half ? length > 2 && length < 12 : length > 25 && length < Span(pin) - 20);
  }
  Drop(&limb);
}

static void FrameIsOverridden(void **state)
{
  Limb limb;

  Read("mesh: {limb: tibia, resolution: 3000}\ndistraction: {length: 5 mm}\n"
       "pins: {frame: ilizarov, proximal_wire_across: none, proximal_half_pin: {angle: 60 degree, diameter: 5 mm}, distal_half_pin: {from_osteotomy: 20 mm, kind: wire}, mine: {level: 100 mm, angle: 0 degree, body: proximal}}\n",
       &limb);
  assert_int_equal(TasPinsNum(limb.pins), 6);
  const TasCasePin *turned = &limb.c->pins[1], *moved = &limb.c->pins[2], *mine = &limb.c->pins[5];
  assert_string_equal(turned->name, "proximal_half_pin");
  assert_near(turned->diameter, 5, 0);
  assert_near(atan2(turned->end[0] - turned->start[0], turned->end[1] - turned->start[1]), PETSC_PI / 3, 1e-12);
  assert_true(TasPinsLength(limb.pins, 1) > 15); /* through the muscles in front */
  assert_string_equal(moved->name, "distal_half_pin");
  assert_near(moved->start[2], limb.c->osteotomy[0].point[2] - 20, 1e-9);
  assert_near(moved->diameter, 1.8, 0);
  assert_true(moved->through);
  assert_string_equal(mine->name, "mine");
  assert_near(mine->start[2], 100, 0);
  assert_int_equal(mine->body, limb.c->osteotomy[0].proximal);
  Drop(&limb);
}

/* Bone of 15 mm, skin at 40 mm, both polygons that touch the circles in their corners. */
static void RodIsCrossedFromBoneToSkin(void **state)
{
  Limb limb;

  Read("mesh: {limb: rod, resolution: 4000, dimensions: {bone_radius: 15 mm, outer_radius: 40 mm}}\ndistraction: {length: 5 mm}\n"
       "pins: {a: {from_osteotomy: -30 mm, angle: 90 degree, kind: half-pin}, b: {from_osteotomy: 30 mm, angle: 40 degree}}\n",
       &limb);
  CheckPin(&limb, &limb.c->pins[0], PETSC_FALSE);
  CheckPin(&limb, &limb.c->pins[1], PETSC_TRUE);
  assert_near(TasPinsLength(limb.pins, 0), 25, 0.5);
  assert_near(TasPinsLength(limb.pins, 1), 50, 1);
  assert_near(limb.c->pins[0].end[1], 0, 1e-9);
  Drop(&limb);
}

/* From the lateral side of the femur, through vastus lateralis and fascia lata. */
static void ThighHasABone(void **state)
{
  Limb limb;

  Read("mesh: {limb: thigh, resolution: 3000}\ndistraction: {length: 5 mm}\npins: {a: {from_osteotomy: -30 mm, angle: 90 degree, kind: half-pin}, b: {from_osteotomy: 60 mm, angle: 90 degree, kind: half-pin}}\n", &limb);
  for (PetscInt i = 0; i < 2; i++) {
    CheckPin(&limb, &limb.c->pins[i], i ? PETSC_TRUE : PETSC_FALSE);
    assert_true(TasPinsLength(limb.pins, i) > 25 && TasPinsLength(limb.pins, i) < Span(&limb.c->pins[i]) - 10);
  }
  Drop(&limb);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(FrameOfTheLeg), cmocka_unit_test(FrameIsOverridden), cmocka_unit_test(RodIsCrossedFromBoneToSkin), cmocka_unit_test(ThighHasABone)};
  int                     failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
