/* The section `surfaces`: what holds the tissue and what acts on it. */
#include "solver/case/case_reader.h"
#include "solver/text.h"
#include "solver/case/units.h"
#include "solver/vector3.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* ---- bodies of a surface ---- */

static PetscBool LiesOn(const TasCaseSurface *surface, PetscInt body)
{
  for (PetscInt k = 0; k < surface->num_bodies; k++)
    if (surface->bodies[k] == body) return PETSC_TRUE;
  return PETSC_FALSE;
}

/* The pairs of bodies that osteotomies divide, and all three of two of them. */
static void ListSegments(const TasCase *c, size_t size, char *text)
{
  text[0] = 0;
  for (PetscInt k = 0; k < TAS_MAX_OSTEOTOMIES; k++)
    if (c->osteotomy[k].given) TasTextAppend(size, text, "%s[%s, %s]", k ? ", " : "", c->bodies[c->osteotomy[k].proximal].name, c->bodies[c->osteotomy[k].distal].name);
  if (c->osteotomy[1].given) TasTextAppend(size, text, ", or all three");
}

/* From proximal to distal, with the osteotomies between. */
static void Order(const TasCase *c, TasCaseSurface *surface)
{
  PetscInt *cuts = surface->cuts;

  if (surface->num_bodies == 3 && c->osteotomy[1].distal == c->osteotomy[0].proximal) cuts[0] = 1, cuts[1] = 0;
  surface->bodies[0] = c->osteotomy[cuts[0]].proximal;
  for (PetscInt k = 0; k < surface->num_bodies - 1; k++) surface->bodies[k + 1] = c->osteotomy[cuts[k]].distal;
}

static void Divide(TasCaseReader *r, const TasNode *node, TasCaseSurface *surface)
{
  const TasCase *c   = r->c;
  PetscInt       num = 0;
  char           allowed[256];

  for (PetscInt k = 0; k < TAS_MAX_OSTEOTOMIES; k++)
    if (c->osteotomy[k].given && LiesOn(surface, c->osteotomy[k].proximal) && LiesOn(surface, c->osteotomy[k].distal)) surface->cuts[num++] = k;
  ListSegments(c, sizeof(allowed), allowed);
  if (!c->osteotomy[0].given)
    TasCaseComplain(r, node, "found two bodies but the case has no osteotomy to divide them, allowed: one body, or an osteotomy");
  else if (num != surface->num_bodies - 1)
    TasCaseComplain(r, node, "found other bodies than the osteotomy divides, allowed: %s", allowed);
  if (!*r->problem) Order(c, surface);
}

/* attached: distal, or gliding: [proximal, distal] */
static PetscErrorCode ReadBodies(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseSurface  *surface = (TasCaseSurface *)target;
  const TasCaseKey name    = {.key = key->key, .type = TAS_KEY_BODY};
  const TasNode   *first   = node->kind == TAS_NODE_LIST ? node->first : node;

  PetscFunctionBeginUser;
  if (node->kind == TAS_NODE_MAP || (node->kind == TAS_NODE_LIST && (node->num_children < 1 || node->num_children > TAS_MAX_OSTEOTOMIES + 1))) {
    TasCaseComplain(r, node, "not one body, nor two or three, allowed: %s", key->allowed);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  surface->kind       = !strcmp(key->key, "attached") ? TAS_SURFACE_ATTACHED : TAS_SURFACE_GLIDING;
  surface->num_bodies = node->kind == TAS_NODE_LIST ? node->num_children : 1;
  for (PetscInt k = 0; k < surface->num_bodies; k++, first = first->next) PetscCall(TasCaseReadKey(r, &name, first, &surface->bodies[k]));
  if (surface->num_bodies > 1 && !*r->problem) Divide(r, node, surface);
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- displacement by component ---- */

/* clang-format off */
#define COMPONENT(k, name, meaning_) {.key = name, .type = TAS_KEY_CURVED, .unit = "mm", .offset = offsetof(TasCaseSurface, displacement) + (k) * sizeof(TasCaseValue), .meaning = meaning_}
static const TasCaseKey displacement_keys[] = {COMPONENT(0, "x", "displacement along x; not prescribed where not given"), COMPONENT(1, "y", "along y"), COMPONENT(2, "z", "along z")};
/* clang-format on */
static const TasCaseTable displacement_table =
    TAS_CASE_TABLE("surfaces.<name>.displacement", "Prescribed displacement, by component.", displacement_keys);

static PetscErrorCode ReadDisplacement(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &displacement_table, "", node, target));
  if (!*r->problem && !node->num_children)
    TasCaseComplain(r, node, "names no component, allowed: {x: 0 mm, y: 0 mm, z: 0 mm} or some of them");
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* The curve of every load of the surface that names none itself; read before them. */
static PetscErrorCode ReadCurve(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target)
{
  TasCaseSurface  *surface = (TasCaseSurface *)target;
  const TasCaseKey name    = {.key = key->key, .type = TAS_KEY_CURVE};
  PetscInt         curve   = 0;

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadKey(r, &name, node, &curve));
  for (PetscInt k = 0; k < 3; k++) surface->displacement[k].curve = curve;
  surface->traction.curve = surface->pressure.curve = curve;
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- a surface ---- */

/* clang-format off */
static const TasCaseKey surface_keys[] = {
  {.key = "attached", .type = TAS_KEY_OTHER, .read = ReadBodies, .allowed = "a body, or [proximal, distal]",
   .meaning = "follows a rigid body; or two, which the osteotomy divides, or three, which two osteotomies divide"},
  {.key = "gliding", .type = TAS_KEY_OTHER, .read = ReadBodies, .allowed = "a body, or [proximal, distal]",
   .meaning = "stays on the surface of a body and slides along it; or two, which the osteotomy divides, or three, which two osteotomies divide"},
  {.key = "tangential_stiffness", .type = TAS_KEY_VALUE, .unit = "MPa/mm", .range = {TAS_AT_LEAST, 0, 0},
   .offset = offsetof(TasCaseSurface, tangential_stiffness),
   .meaning = "of gliding: shear stress per slip; 0 (free to slide) when not given"},
  {.key = "along", .type = TAS_KEY_DIRECTION, .offset = offsetof(TasCaseSurface, along),
   .meaning = "of gliding: the surface slides in this direction only, as periosteum along a shaft; any when not given"},
  {.key = "curve", .type = TAS_KEY_OTHER, .read = ReadCurve, .allowed = "the name of a curve",
   .meaning = "of the loads of this surface that name none themselves"},
  {.key = "displacement", .type = TAS_KEY_OTHER, .read = ReadDisplacement, .allowed = "{x: 0 mm, ...}",
   .meaning = "prescribed displacement, by component"},
  {.key = "traction", .type = TAS_KEY_CURVED_VECTOR, .unit = "MPa", .offset = offsetof(TasCaseSurface, traction),
   .meaning = "force per area of the undeformed surface; its direction stays"},
  {.key = "pressure", .type = TAS_KEY_CURVED, .unit = "MPa", .offset = offsetof(TasCaseSurface, pressure),
   .meaning = "on the deformed surface, which it follows; positive presses on the tissue"},
};
/* clang-format on */
static const TasCaseTable surface_tables[] = {
    TAS_CASE_TABLE("surfaces.<name>",
                   "Surfaces of the mesh (physical groups of dimension 2); one that is not named is free, as is `name: free`. A limb "
                   "brings its own; entries here override them.",
                   surface_keys),
    TAS_CASE_TABLE("surfaces.<name>.displacement", "Prescribed displacement, by component.", displacement_keys),
};

static void CheckTogether(TasCaseReader *r, const TasNode *node, const TasCaseSurface *surface)
{
  const TasCaseValue *u      = surface->displacement;
  const PetscBool     placed = (PetscBool)(u[0].given || u[1].given || u[2].given);
  const PetscBool     loaded = (PetscBool)(placed || surface->traction.given || surface->pressure.given);

  if (TasNodeFind(node, "attached") && TasNodeFind(node, "gliding"))
    TasCaseComplain(r, node, "found both attached and gliding, allowed: one of them");
  if (TasNodeFind(node, "tangential_stiffness") && surface->kind != TAS_SURFACE_GLIDING)
    TasCaseComplain(r, TasNodeFind(node, "tangential_stiffness"), "goes with gliding, allowed: {gliding: body, tangential_stiffness: ...}");
  if (TasNodeFind(node, "along") && surface->kind != TAS_SURFACE_GLIDING)
    TasCaseComplain(r, TasNodeFind(node, "along"), "goes with gliding, allowed: {gliding: body, along: [0, 0, 1]}");
  if (surface->kind == TAS_SURFACE_ATTACHED && loaded)
    TasCaseComplain(r, node, "found a load on a surface that is attached to a body, allowed: attached alone");
  if (surface->kind == TAS_SURFACE_GLIDING && placed)
    TasCaseComplain(r, node, "found a displacement on a gliding surface, allowed: one of them");
}

/* Whether an entry says itself what holds the surface, so that nothing remains of what the limb brought. */
static PetscBool Replaces(const TasNode *node)
{
  if (!node) return PETSC_FALSE;
  if (node->kind == TAS_NODE_SCALAR) return TasNodeIsEmpty(node) ? PETSC_FALSE : PETSC_TRUE;
  return TasNodeFind(node, "attached") || TasNodeFind(node, "gliding") ? PETSC_TRUE : PETSC_FALSE;
}

static PetscErrorCode ReadSurface(TasCaseReader *r, const TasNode *node, TasCaseSurface *surface)
{
  PetscFunctionBeginUser;
  surface->node = node;
  if (Replaces(node)) {
    surface->tangential_stiffness = 0;
    PetscCall(PetscArrayzero(surface->along, 3));
  }
  if (node->kind == TAS_NODE_SCALAR && !TasNodeIsEmpty(node)) {
    char quoted[80];

    TasTextQuote(node->text, sizeof(quoted), quoted);
    if (strcmp(node->text, "free")) TasCaseComplain(r, node, "found %s, allowed: free, or keys such as {attached: body}", quoted);
    surface->kind       = TAS_SURFACE_FREE;
    surface->num_bodies = 0;
    PetscCall(TasCaseRecordNode(r, node));
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(TasCaseReadMap(r, &surface_tables[0], "", node, surface));
  if (!*r->problem) CheckTogether(r, node, surface);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What stays of a surface as the limb brought it, where the case gives it the entry `node` (or NULL). */
static PetscErrorCode RecordLayout(TasCaseReader *r, const TasLimbSurface *brought, const TasNode *node)
{
  const char *const kinds[] = {[TAS_SURFACE_FREE] = "free", [TAS_SURFACE_ATTACHED] = "attached", [TAS_SURFACE_GLIDING] = "gliding"};
  char              path[160], value[160];

  PetscFunctionBeginUser;
  if (Replaces(node)) PetscFunctionReturn(PETSC_SUCCESS);
  snprintf(path, sizeof(path), "surfaces.%s", brought->name);
  snprintf(value, sizeof(value), "%s%s%s", kinds[brought->kind], brought->kind == TAS_SURFACE_FREE ? "" : ": ", brought->body);
  PetscCall(TasCaseRecord(r, path, value, "limb"));
  if (brought->tangential_stiffness > 0 && !(node && TasNodeFind(node, "tangential_stiffness"))) {
    snprintf(path, sizeof(path), "surfaces.%s.tangential_stiffness", brought->name);
    TasUnitsFormat(brought->tangential_stiffness, "MPa/mm", sizeof(value), value);
    PetscCall(TasCaseRecord(r, path, value, "limb"));
  }
  if (TasLength(brought->along) > 0 && !(node && TasNodeFind(node, "along"))) {
    snprintf(path, sizeof(path), "surfaces.%s.along", brought->name);
    snprintf(value, sizeof(value), "[%g, %g, %g]", (double)brought->along[0], (double)brought->along[1], (double)brought->along[2]);
    PetscCall(TasCaseRecord(r, path, value, "limb"));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Body "proximal", or "proximal, distal" where the osteotomy divides it. */
static PetscErrorCode TakeLayout(TasCaseReader *r, const TasLimbSurface *brought, TasCaseSurface *surface)
{
  const char *comma = strchr(brought->body, ',');
  char        first[TAS_NAME_LENGTH];

  PetscFunctionBeginUser;
  surface->kind                 = brought->kind;
  surface->tangential_stiffness = brought->tangential_stiffness;
  PetscCall(PetscArraycpy(surface->along, brought->along, 3));
  if (brought->kind == TAS_SURFACE_FREE) PetscFunctionReturn(PETSC_SUCCESS);
  surface->num_bodies = comma ? 2 : 1;
  snprintf(first, sizeof(first), "%.*s", comma ? (int)(comma - brought->body) : TAS_NAME_LENGTH - 1, brought->body);
  surface->bodies[0] = comma ? r->c->osteotomy[0].proximal : TasCaseFindBody(r, NULL, first);
  surface->bodies[1] = comma ? r->c->osteotomy[0].distal : 0;
  PetscCheck(surface->bodies[0] >= 0, PETSC_COMM_SELF, PETSC_ERR_PLIB, "Surface %s of limb %s belongs to body %s, which it does not have",
             brought->name, r->c->mesh.limb->name, first);
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode AddSurface(TasCaseReader *r, const TasNode *node, const char *name, const TasLimbSurface *brought)
{
  TasCaseSurface *surface = &r->c->surfaces[r->c->num_surfaces++];

  PetscFunctionBeginUser;
  if (strlen(name) >= TAS_NAME_LENGTH)
    TasCaseComplain(r, node, "found a name of %zu characters, allowed: at most %d", strlen(name), TAS_NAME_LENGTH - 1);
  PetscCall(PetscStrncpy(surface->name, name, TAS_NAME_LENGTH));
  if (brought) PetscCall(TakeLayout(r, brought, surface));
  if (brought) PetscCall(RecordLayout(r, brought, node));
  if (node) PetscCall(ReadSurface(r, node, surface));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static const char *LayoutName(const void *layout, PetscInt i)
{
  return ((const TasLimbLayout *)layout)->surfaces[i].name;
}

static PetscErrorCode Read(TasCaseReader *r, const TasNode *node)
{
  const PetscInt brought = r->layout.num_surfaces;

  PetscFunctionBeginUser;
  if (node && !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(brought + (node ? node->num_children : 0), &r->c->surfaces));
  for (PetscInt s = 0; s < brought && !*r->problem; s++)
    PetscCall(AddSurface(r, TasNodeFind(node, r->layout.surfaces[s].name), r->layout.surfaces[s].name, &r->layout.surfaces[s]));
  for (const TasNode *child = node ? node->first : NULL; child && !*r->problem; child = child->next) {
    PetscBool known = PETSC_FALSE;

    for (PetscInt s = 0; s < brought; s++) known = (PetscBool)(known || !strcmp(r->layout.surfaces[s].name, child->key));
    if (!known && r->c->mesh.limb)
      TasCaseComplainName(r, child, "surface of the limb is called", child->key, brought, LayoutName, &r->layout);
    else if (!known)
      PetscCall(AddSurface(r, child, child->key, NULL));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_surfaces = {
    .key = "surfaces", .meaning = "what holds the tissue and what acts on it", .num_tables = 2, .tables = surface_tables, .read = Read};
