/* The section `pins`: wires and half-pins of an external fixator. */
#include "solver/case/case_pins.h"
#include "solver/text.h"
#include "solver/case/units.h"
#include "solver/vector3.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define WIRE     1.8 /* mm, value not verified */
#define HALF_PIN 6.0 /* mm, as in frames */
#define SLAB     0.1 /* of the bone's length: a pin reaches beyond all tissue so far above and below it ... */
#define BEYOND   0.2 /* ... by this share more */

/* As it stands in a case. */
typedef struct {
  TasCasePin pin;
  PetscBool  half_pin;
  PetscReal  level, from_osteotomy, angle; /* NAN: not given */
} Wanted;

#define PLACE(member) .offset = offsetof(Wanted, pin) + offsetof(TasCasePin, member)
/* clang-format off */
static const TasCaseKey pin_keys[] = {
  {.key = "kind", .type = TAS_KEY_CHOICE, .choices = "wire | half-pin", .offset = offsetof(Wanted, half_pin), .meaning = "in a limb, a wire goes through all of it and a half-pin from the bone out through the skin; wire when not given"},
  {.key = "level", .type = TAS_KEY_VALUE, .unit = "mm", .offset = offsetof(Wanted, level), .meaning = "in a limb: height z at which it crosses the bone, or ..."},
  {.key = "from_osteotomy", .type = TAS_KEY_VALUE, .unit = "mm", .offset = offsetof(Wanted, from_osteotomy), .meaning = "... distance of that height from the osteotomy, positive towards the distal side"},
  {.key = "angle", .type = TAS_KEY_VALUE, .unit = "rad", .range = {TAS_WITHIN, -2 * PETSC_PI, 2 * PETSC_PI}, .offset = offsetof(Wanted, angle), .meaning = "in a limb: the way it leaves the bone, 0 anterior (y), 90 degree lateral (x)"},
  {.key = "start", .type = TAS_KEY_VECTOR, .unit = "mm", PLACE(start), .allowed = "[x, y, z]", .meaning = "instead: one end, before surgery"},
  {.key = "end", .type = TAS_KEY_VECTOR, .unit = "mm", PLACE(end), .allowed = "[x, y, z]", .meaning = "and the other; only what lies in the tissue counts"},
  {.key = "body", .type = TAS_KEY_BODY, PLACE(body), .allowed = "the name of a body", .meaning = "that it moves with; the one on its side of the osteotomy when not given"},
  {.key = "diameter", .type = TAS_KEY_VALUE, .unit = "mm", .range = {TAS_ABOVE, 0, 0}, PLACE(diameter), .meaning = "for the pressure on the tissue; 1.8 mm (wire) or 6 mm (half-pin) when not given"},
  {.key = "stiffness", .type = TAS_KEY_VALUE, .unit = "MPa", .range = {TAS_ABOVE, 0, 0}, PLACE(stiffness), .meaning = "that holds the tissue across the pin: force per length and distance; 42.1 times the shear modulus of the tissue when not given"},
  {.key = "axial_stiffness", .type = TAS_KEY_VALUE, .unit = "MPa", .range = {TAS_AT_LEAST, 0, 0}, PLACE(axial_stiffness), .standard = "0 MPa", .meaning = "the same along the pin; 0: the tissue slides freely"},
};
static const TasCaseKey frame_keys[] = {
  {.key = "frame", .type = TAS_KEY_NAME, .meaning = "a set of pins, for a limb: ilizarov (tibia; two rings a segment, with two wires each far from the osteotomy and a half-pin each near it). Entries of the same name override its pins, `name: none` leaves one out"},
};
/* clang-format on */
#undef PLACE
static const TasCaseTable pin_tables[] = {
    TAS_CASE_TABLE("pins.<name>", "Wires and half-pins of an external fixator, which hold the skin and muscle that they pierce (docs/theory/pins.md).", pin_keys),
    TAS_CASE_TABLE("pins", "Beside the pins themselves:", frame_keys),
};

/* ---- in a limb ---- */

static PetscBool IsPlaced(const TasNode *node) { return (PetscBool)(TasNodeFind(node, "start") || TasNodeFind(node, "end")); }

/* The middle of the bone at a height. */
static void OnBone(const TasLimbLayout *layout, PetscReal z, PetscReal point[3])
{
  PetscInt  k = 1;
  PetscReal t;

  while (k < layout->num_bone - 1 && z < layout->bone[k][2]) k++;
  t = (layout->bone[k - 1][2] - z) / (layout->bone[k - 1][2] - layout->bone[k][2]);
  for (int d = 0; d < 3; d++) point[d] = (1 - t) * layout->bone[k - 1][d] + t * layout->bone[k][d];
}

static void PlaceInLimb(TasCaseReader *r, const TasNode *node, Wanted *wanted)
{
  const TasLimbLayout *layout = &r->layout;
  const PetscInt       last   = layout->num_bone - 1;
  const TasNode       *at     = TasNodeFind(node, isnan(wanted->level) ? "from_osteotomy" : "level");

  if (last < 1) TasCaseComplain(r, node, "there is no limb whose bone it could be aimed at, allowed: start and end");
  if (isnan(wanted->level) && isnan(wanted->from_osteotomy)) TasCaseComplainMissing(r, node, "level", "a height, such as \"100 mm\", or from_osteotomy; or start and end");
  if (!isnan(wanted->level) && !isnan(wanted->from_osteotomy)) TasCaseComplain(r, node, "found both level and from_osteotomy, allowed: one of them");
  if (isnan(wanted->angle)) TasCaseComplainMissing(r, node, "angle", "an angle around the bone, such as \"90 degree\"");
  if (*r->problem) return;
  if (isnan(wanted->level)) wanted->level = r->c->osteotomy[0].point[2] + wanted->from_osteotomy * r->c->osteotomy[0].normal[2];
  if (!(wanted->level < layout->bone[0][2] && wanted->level > layout->bone[last][2]))
    TasCaseComplain(r, at, "found a height of %.4g mm, allowed: between %.4g mm and %.4g mm, the ends of the bone", (double)wanted->level, (double)layout->bone[last][2], (double)layout->bone[0][2]);
  OnBone(layout, wanted->level, wanted->pin.start);
  wanted->pin.direction[0] = sin(wanted->angle);
  wanted->pin.direction[1] = cos(wanted->angle);
  wanted->pin.direction[2] = 0;
  wanted->pin.through      = (PetscBool)!wanted->half_pin;
}

/* How far the tissue around a height reaches in a direction from a point. */
static PetscReal Reach(const TasMeshData *data, const TasCasePin *pin, PetscReal sign, PetscReal slab)
{
  PetscReal reach = 0;

  for (PetscInt n = 0; n < data->num_points; n++) {
    PetscReal from[3];

    for (int d = 0; d < 3; d++) from[d] = data->points[3 * n + d] - pin->start[d];
    if (PetscAbsReal(from[2]) <= slab) reach = PetscMax(reach, sign * TasDot(from, pin->direction));
  }
  return reach;
}

static void PlaceEnds(const TasMeshData *data, TasCasePin *pin)
{
  PetscReal low = PETSC_MAX_REAL, high = PETSC_MIN_REAL, out, back;

  if (TasLength(pin->direction) == 0) return;
  for (PetscInt n = 0; n < data->num_points; n++) {
    low  = PetscMin(low, data->points[3 * n + 2]);
    high = PetscMax(high, data->points[3 * n + 2]);
  }
  out  = (1 + BEYOND) * Reach(data, pin, 1, SLAB * (high - low));
  back = pin->through ? (1 + BEYOND) * Reach(data, pin, -1, SLAB * (high - low)) : 0;
  for (int d = 0; d < 3; d++) {
    pin->end[d] = pin->start[d] + out * pin->direction[d];
    pin->start[d] -= back * pin->direction[d];
  }
}

PetscErrorCode TasCasePlacePins(TasCaseReader *r)
{
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Comm_rank(r->c->comm, &rank));
  for (PetscInt i = 0; i < r->c->num_pins; i++) {
    TasCasePin *pin = &r->c->pins[i];

    if (!rank) PlaceEnds(&r->c->mesh.data, pin);
    PetscCallMPI(MPI_Bcast(pin->start, 3, MPIU_REAL, 0, r->c->comm));
    PetscCallMPI(MPI_Bcast(pin->end, 3, MPIU_REAL, 0, r->c->comm));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- a pin ---- */

static PetscErrorCode Record(TasCaseReader *r, const char *name, const char *key, const char *value, const char *origin)
{
  char path[160];

  PetscFunctionBeginUser;
  snprintf(path, sizeof(path), "pins.%s.%s", name, key);
  PetscCall(TasCaseRecord(r, path, value, origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode RecordValue(TasCaseReader *r, const TasNode *node, const char *name, const char *key, PetscReal value, const char *unit, const char *origin)
{
  char text[64];

  PetscFunctionBeginUser;
  TasUnitsFormat(value, unit, sizeof(text), text);
  if (!TasNodeFind(node, key)) PetscCall(Record(r, name, key, text, origin));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* What the frame says of a pin, before the case is asked. */
static PetscErrorCode TakeFrame(TasCaseReader *r, const TasNode *node, const TasFrame *frame, const TasFramePin *brought, Wanted *wanted)
{
  const PetscReal cut = r->c->osteotomy[0].point[2], end = r->layout.bone[brought->distal ? r->layout.num_bone - 1 : 0][2];

  PetscFunctionBeginUser;
  wanted->half_pin     = (PetscBool)!brought->through;
  wanted->angle        = brought->angle * PETSC_PI / 180;
  if (!TasNodeFind(node, "from_osteotomy")) wanted->level = cut + brought->share * (end - cut);
  if (!TasNodeFind(node, "from_osteotomy")) PetscCall(RecordValue(r, node, brought->name, "level", wanted->level, "mm", frame->source));
  PetscCall(RecordValue(r, node, brought->name, "angle", wanted->angle, "rad", frame->source));
  if (TasNodeFind(node, "kind")) PetscFunctionReturn(PETSC_SUCCESS);
  wanted->pin.diameter = brought->through ? frame->wire : frame->half_pin;
  PetscCall(Record(r, brought->name, "kind", brought->through ? "wire" : "half-pin", frame->source));
  PetscCall(RecordValue(r, node, brought->name, "diameter", wanted->pin.diameter, "mm", brought->through ? frame->wire_source : frame->half_pin_source));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ChooseBody(TasCaseReader *r, const TasNode *node, TasCasePin *pin)
{
  PetscReal from[3];

  PetscFunctionBeginUser;
  if (pin->body >= 0 || *r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (!r->c->osteotomy[0].given) {
    TasCaseComplainMissing(r, node, "body", "the name of a body, as there is no osteotomy whose side would tell");
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  for (int d = 0; d < 3; d++) from[d] = TasLength(pin->direction) > 0 ? pin->start[d] : 0.5 * (pin->start[d] + pin->end[d]);
  pin->body = TasCaseSegment(r->c, from);
  PetscCall(Record(r, pin->name, "body", r->c->bodies[pin->body].name, "default"));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static void CheckEnds(TasCaseReader *r, const TasNode *node, const TasCasePin *pin)
{
  static const char *const of_limb[] = {"level", "from_osteotomy", "angle"};

  for (int k = 0; k < 2; k++)
    if (!TasNodeFind(node, k ? "end" : "start")) TasCaseComplainMissing(r, node, k ? "end" : "start", "[x, y, z], each a length");
  for (int k = 0; k < 3; k++)
    if (TasNodeFind(node, of_limb[k])) TasCaseComplain(r, TasNodeFind(node, of_limb[k]), "does not go with start and end, allowed: one or the other");
  if (pin->start[0] == pin->end[0] && pin->start[1] == pin->end[1] && pin->start[2] == pin->end[2]) TasCaseComplain(r, TasNodeFind(node, "end"), "found the point where it starts, allowed: another one");
}

static PetscErrorCode ReadPin(TasCaseReader *r, const TasNode *node, const char *name, const TasFrame *frame, const TasFramePin *brought)
{
  Wanted wanted = {.pin = {.body = -1, .node = node}, .level = NAN, .from_osteotomy = NAN, .angle = NAN};
  char   path[128];

  PetscFunctionBeginUser;
  if (strlen(name) >= TAS_NAME_LENGTH) TasCaseComplain(r, node, "found a name of %zu characters, allowed: at most %d", strlen(name), TAS_NAME_LENGTH - 1);
  PetscCall(PetscStrncpy(wanted.pin.name, name, TAS_NAME_LENGTH));
  snprintf(path, sizeof(path), "pins.%s", name);
  if (brought) PetscCall(TakeFrame(r, node, frame, brought, &wanted));
  PetscCall(TasCaseReadMap(r, &pin_tables[0], path, node, &wanted));
  if (brought && IsPlaced(node)) TasCaseComplain(r, node, "is a pin of the frame, allowed: level or from_osteotomy, angle; another name for a pin with start and end");
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (IsPlaced(node)) CheckEnds(r, node, &wanted.pin);
  else PlaceInLimb(r, node, &wanted);
  PetscCall(ChooseBody(r, node, &wanted.pin));
  if (wanted.pin.diameter == 0) {
    wanted.pin.diameter = wanted.half_pin ? HALF_PIN : WIRE;
    PetscCall(RecordValue(r, node, name, "diameter", wanted.pin.diameter, "mm", "default"));
  }
  if (wanted.pin.stiffness == 0) PetscCall(Record(r, name, "stiffness", "by the tissue", "default"));
  r->c->pins[r->c->num_pins++] = wanted.pin;
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* ---- the section ---- */

static PetscBool   IsNone(const TasNode *node) { return (PetscBool)(node && node->kind == TAS_NODE_SCALAR && !strcmp(node->text, "none")); }
static const char *FrameName(const void *context, PetscInt i) { return tas_frames[i].name; }

static PetscErrorCode FindFrame(TasCaseReader *r, const TasNode *node, const TasFrame **frame)
{
  char name[TAS_NAME_LENGTH] = "";

  PetscFunctionBeginUser;
  *frame = NULL;
  if (!node) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasCaseReadName(r, node, name));
  for (PetscInt f = 0; f < tas_num_frames; f++)
    if (!strcmp(tas_frames[f].name, name)) *frame = &tas_frames[f];
  if (!*frame && !*r->problem) TasCaseComplainName(r, node, "frame", name, tas_num_frames, FrameName, NULL);
  if (*frame && (!r->c->mesh.limb || strcmp((*frame)->limb, r->c->mesh.limb->name))) TasCaseComplain(r, node, "is a frame for the limb %s, allowed: pins of your own", (*frame)->limb);
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Read(TasCaseReader *r, const TasNode *node)
{
  const TasNode  *named = TasNodeFind(node, "frame");
  const TasFrame *frame = NULL;
  PetscInt        num   = 0;

  PetscFunctionBeginUser;
  if (!node || !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(FindFrame(r, named, &frame));
  if (*r->problem) PetscFunctionReturn(PETSC_SUCCESS);
  if (frame) num = frame->num;
  PetscCall(PetscCalloc1(num + node->num_children, &r->c->pins));
  for (PetscInt i = 0; i < num && !*r->problem; i++)
    if (!IsNone(TasNodeFind(node, frame->pins[i].name))) PetscCall(ReadPin(r, TasNodeFind(node, frame->pins[i].name), frame->pins[i].name, frame, &frame->pins[i]));
  for (const TasNode *child = node->first; child && !*r->problem; child = child->next) {
    PetscBool known = PETSC_FALSE;

    for (PetscInt i = 0; i < num; i++) known = (PetscBool)(known || !strcmp(frame->pins[i].name, child->key));
    if (known && IsNone(child)) PetscCall(TasCaseRecordNode(r, child));
    if (!known && child != named) PetscCall(ReadPin(r, child, child->key, NULL, NULL));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_pins = {.key = "pins", .meaning = "wires and half-pins of an external fixator, which hold the tissue", .num_tables = 2, .tables = pin_tables, .read = Read};
