/* The sections `osteotomy` and `second_osteotomy`. */
#include "solver/case/case_reader.h"
#include <stddef.h>
#include <stdio.h>

/* clang-format off */
#define PLANE_KEYS                                                                                                                          \
  {.key = "point", .type = TAS_KEY_VECTOR, .unit = "mm", .offset = offsetof(TasCaseOsteotomy, point), .required = PETSC_TRUE,               \
   .allowed = "[x, y, z], each a length", .meaning = "a point of the plane"},                                                               \
  {.key = "normal", .type = TAS_KEY_DIRECTION, .unit = "1", .offset = offsetof(TasCaseOsteotomy, normal), .required = PETSC_TRUE,           \
   .allowed = "[x, y, z]", .meaning = "its normal, towards the distal side"}
#define SIDE_KEY(key_, proximal_or_distal, side, ...)                                                                                       \
  {.key = key_, .type = TAS_KEY_BODY, .offset = offsetof(TasCaseOsteotomy, proximal_or_distal), .allowed = "the name of a body",            \
   .meaning = "the body on the " side " side", __VA_ARGS__}

static const TasCaseKey osteotomy_keys[] = {
  PLANE_KEYS, SIDE_KEY("proximal", proximal, "near", .standard = "proximal"), SIDE_KEY("distal", distal, "far", .standard = "distal")};
static const TasCaseKey second_keys[] = {
  PLANE_KEYS, SIDE_KEY("proximal", proximal, "near", .required = PETSC_TRUE), SIDE_KEY("distal", distal, "far", .required = PETSC_TRUE)};
/* clang-format on */
static const TasCaseTable osteotomy_tables[] = {TAS_CASE_TABLE(
    "osteotomy", "The plane of the cut: it divides surfaces that lie on two bodies. A limb brings its own.", osteotomy_keys)};
static const TasCaseTable second_tables[] = {TAS_CASE_TABLE(
    "second_osteotomy", "The plane of a second cut through the same bone: it shares one body, the segment between both, with the first one.", second_keys)};

static PetscErrorCode TakeOsteotomy(TasCaseReader *r, TasCaseOsteotomy *cut)
{
  const PetscReal *n = r->layout.axis, norm = PetscSqrtReal(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
  char             value[160];

  PetscFunctionBeginUser;
  PetscCheck(norm > 0, PETSC_COMM_SELF, PETSC_ERR_PLIB, "Limb %s has no axis", r->c->mesh.limb->name);
  cut->given    = PETSC_TRUE;
  cut->proximal = TAS_LIMB_FIXED;
  cut->distal   = TAS_LIMB_DISTRACTED;
  PetscCall(PetscArraycpy(cut->point, r->layout.osteotomy, 3));
  for (int k = 0; k < 3; k++) cut->normal[k] = n[k] / norm;
  snprintf(value, sizeof(value), "[%.4g mm, %.4g mm, %.4g mm]", (double)cut->point[0], (double)cut->point[1], (double)cut->point[2]);
  PetscCall(TasCaseRecord(r, "osteotomy.point", value, "limb"));
  snprintf(value, sizeof(value), "[%.4g, %.4g, %.4g]", (double)cut->normal[0], (double)cut->normal[1], (double)cut->normal[2]);
  PetscCall(TasCaseRecord(r, "osteotomy.normal", value, "limb"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadOsteotomy(TasCaseReader *r, const TasNode *node)
{
  TasCaseOsteotomy *cut = &r->c->osteotomy[0];

  PetscFunctionBeginUser;
  cut->proximal = cut->distal = -1;
  if (r->c->mesh.limb) {
    if (node) TasCaseComplain(r, node, "comes with the limb, allowed: nothing (its place is a dimension of the limb)");
    PetscCall(TakeOsteotomy(r, cut));
  } else if (node) {
    PetscCall(TasCaseReadMap(r, &osteotomy_tables[0], "osteotomy", node, cut));
    cut->given = PETSC_TRUE;
    if (!*r->problem && cut->proximal == cut->distal) TasCaseComplain(r, node, "found the same body on both sides, allowed: two bodies");
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_osteotomy = {
    .key = "osteotomy", .meaning = "the plane of the cut", .num_tables = 1, .tables = osteotomy_tables, .read = ReadOsteotomy};

static PetscErrorCode ReadSecond(TasCaseReader *r, const TasNode *node)
{
  const TasCaseOsteotomy *first = &r->c->osteotomy[0];
  TasCaseOsteotomy       *cut   = &r->c->osteotomy[1];

  PetscFunctionBeginUser;
  cut->proximal = cut->distal = -1;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  if (r->c->mesh.limb) TasCaseComplain(r, node, "limb %s has one osteotomy, allowed: with a mesh from a file", r->c->mesh.limb->name);
  else if (!first->given) TasCaseComplain(r, node, "there is no first one, allowed: where there is an osteotomy");
  PetscCall(TasCaseReadMap(r, &second_tables[0], "second_osteotomy", node, cut));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  cut->given = PETSC_TRUE;
  if (cut->proximal == cut->distal) TasCaseComplain(r, node, "found the same body on both sides, allowed: two bodies");
  if ((cut->proximal == first->distal) == (cut->distal == first->proximal))
    TasCaseComplain(r, node, "found bodies %s and %s, which do not go on from %s and %s of the osteotomy, allowed: proximal: %s, or distal: %s", r->c->bodies[cut->proximal].name, r->c->bodies[cut->distal].name, r->c->bodies[first->proximal].name,
                    r->c->bodies[first->distal].name, r->c->bodies[first->distal].name, r->c->bodies[first->proximal].name);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_second_osteotomy = {
    .key = "second_osteotomy", .meaning = "the plane of a second cut", .num_tables = 1, .tables = second_tables, .read = ReadSecond};

PetscBool TasCaseIsDistal(const TasCase *c, PetscInt osteotomy, const PetscReal X[3])
{
  const TasCaseOsteotomy *cut  = &c->osteotomy[osteotomy];
  PetscReal               side = 0.;

  for (PetscInt d = 0; d < 3; d++) side += (X[d] - cut->point[d]) * cut->normal[d];
  return (PetscBool)(side > 0.);
}

PetscInt TasCaseSegment(const TasCase *c, const PetscReal X[3])
{
  PetscInt body = TasCaseIsDistal(c, 0, X) ? c->osteotomy[0].distal : c->osteotomy[0].proximal;

  if (c->osteotomy[1].given && body == c->osteotomy[1].proximal && TasCaseIsDistal(c, 1, X)) body = c->osteotomy[1].distal;
  if (c->osteotomy[1].given && body == c->osteotomy[1].distal && !TasCaseIsDistal(c, 1, X)) body = c->osteotomy[1].proximal;
  return body;
}
