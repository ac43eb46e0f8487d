/* The section `curves`: factors in time. */
#include "solver/case/case_reader.h"
#include "solver/text.h"
#include <stdio.h>
#include <string.h>

static const char *const allowed = "[[time, value], ...] or {times: [...], values: [...]}, such as [[0 day, 0], [10 day, 1]]";

static PetscErrorCode CurveAlloc(TasCaseCurve *curve, PetscInt n)
{
  PetscFunctionBeginUser;
  curve->num_times = n;
  PetscCall(PetscCalloc2(n, &curve->times, n, &curve->values));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadPoint(TasCaseReader *r, const TasNode *time, const TasNode *value, TasCaseCurve *curve, PetscInt i)
{
  static const TasRange from_start = {TAS_AT_LEAST, 0, 0}, any = {0};

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadValue(r, time, "s", &from_start, &curve->times[i]));
  PetscCall(TasCaseReadValue(r, value, "1", &any, &curve->values[i]));
  if (!*r->problem && i > 0 && curve->times[i] < curve->times[i - 1])
    TasCaseComplain(r, time, "found \"%s\", earlier than the time before it, allowed: times that never decrease", time->text);
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* [[0 day, 0], [10 day, 1]] */
static PetscErrorCode ReadPairs(TasCaseReader *r, const TasNode *node, TasCaseCurve *curve)
{
  PetscFunctionBeginUser;
  PetscCall(CurveAlloc(curve, node->num_children));
  for (const TasNode *pair = node->first; pair && !*r->problem; pair = pair->next) {
    if (pair->kind != TAS_NODE_LIST || pair->num_children != 2)
      TasCaseComplain(r, pair, "found no pair, allowed: [time, value] such as [10 day, 1]");
    else
      PetscCall(ReadPoint(r, pair->first, pair->last, curve, pair->index));
  }
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* {times: [0 day, 10 day], values: [0, 1]} */
static PetscErrorCode ReadColumns(TasCaseReader *r, const TasNode *node, TasCaseCurve *curve)
{
  const TasNode *times = TasNodeFind(node, "times"), *values = TasNodeFind(node, "values");

  PetscFunctionBeginUser;
  if (!times || !values || node->num_children != 2 || times->kind != TAS_NODE_LIST || values->kind != TAS_NODE_LIST) {
    TasCaseComplain(r, node, "not a curve, allowed: %s", allowed);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  if (times->num_children != values->num_children) {
    TasCaseComplain(r, values, "found %" PetscInt_FMT " values for %" PetscInt_FMT " times, allowed: as many as there are times",
                    values->num_children, times->num_children);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(CurveAlloc(curve, times->num_children));
  for (const TasNode *t = times->first, *v = values->first; t && !*r->problem; t = t->next, v = v->next)
    PetscCall(ReadPoint(r, t, v, curve, t->index));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode ReadCurve(TasCaseReader *r, const TasNode *node, TasCaseCurve *curve)
{
  PetscFunctionBeginUser;
  if (strlen(node->key) >= TAS_NAME_LENGTH) {
    TasCaseComplain(r, node, "found a name of %zu characters, allowed: at most %d", strlen(node->key), TAS_NAME_LENGTH - 1);
    PetscFunctionReturn(PETSC_SUCCESS);
  }
  PetscCall(PetscStrncpy(curve->name, node->key, TAS_NAME_LENGTH));
  if (node->kind == TAS_NODE_LIST && node->num_children)
    PetscCall(ReadPairs(r, node, curve));
  else if (node->kind == TAS_NODE_MAP)
    PetscCall(ReadColumns(r, node, curve));
  else
    TasCaseComplain(r, node, "not a curve, allowed: %s", allowed);
  if (!*r->problem && !curve->num_times) TasCaseComplain(r, node, "found no points, allowed: %s", allowed);
  PetscCall(TasCaseRecordNode(r, node));
  PetscFunctionReturn(PETSC_SUCCESS);
}

static PetscErrorCode Read(TasCaseReader *r, const TasNode *node)
{
  TasCase       *c   = r->c;
  const PetscInt own = node ? node->num_children : 0;

  PetscFunctionBeginUser;
  if (node && !TasCaseExpectMap(r, node)) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(PetscCalloc1(own + 2, &c->curves)); /* the default before, the distraction's behind */
  PetscCall(PetscStrncpy(c->curves[0].name, "ramp", TAS_NAME_LENGTH));
  PetscCall(CurveAlloc(&c->curves[0], 2)); /* its end is set when the end of the calculation is known */
  c->curves[0].values[1] = 1;
  c->num_curves          = 1;
  for (const TasNode *child = node ? node->first : NULL; child && !*r->problem; child = child->next)
    PetscCall(ReadCurve(r, child, &c->curves[c->num_curves++]));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscReal TasCaseCurveValue(const TasCase *c, PetscInt curve, PetscReal time)
{
  const TasCaseCurve *k   = &c->curves[curve];
  PetscInt            low = 0, high = k->num_times - 1;

  if (time < k->times[0]) return k->values[0];
  if (time >= k->times[high]) return k->values[high];
  while (high - low > 1) { /* times[low] <= time < times[high] */
    const PetscInt middle = (low + high) / 2;

    if (time >= k->times[middle])
      low = middle;
    else
      high = middle;
  }
  return k->values[low] + (k->values[high] - k->values[low]) * ((time - k->times[low]) / (k->times[high] - k->times[low]));
}

/* clang-format off */
static const TasCaseKey keys[] = {
  {.key = "<name>", .type = TAS_KEY_OTHER, .allowed = "[[time, value], ...] or {times: [...], values: [...]}",
   .meaning = "a factor in time: linear between its points, constant before the first and after the last; two equal times make a jump. Without a curve a load grows linearly from 0 at the start to 1 at the end (the curve `ramp`)"},
};
/* clang-format on */
static const TasCaseTable tables[] = {TAS_CASE_TABLE("curves", "Factors in time, for loads and motions to refer to.", keys)};

const TasCaseSection tas_section_curves = {.key = "curves", .meaning = "factors in time", .num_tables = 1, .tables = tables, .read = Read};
