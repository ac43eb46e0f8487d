/* The section `time`. */
#include "solver/case/case_time.h"
#include "solver/case/case_reader.h"
#include <stddef.h>

#define DAY 86400.0
#define MOST_STEPS 1000000

typedef struct {
  PetscReal end, step;
  PetscInt  steps;
} Steps;

/* clang-format off */
static const TasCaseKey time_keys[] = {
  {.key = "end", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(Steps, end),
   .meaning = "of the calculation; by default the end of the distraction, or 1 day without one"},
  {.key = "step", .type = TAS_KEY_VALUE, .unit = "s", .range = {TAS_ABOVE, 0, 0}, .offset = offsetof(Steps, step),
   .meaning = "of the schedule, before and after the distraction and through days of it that are not resolved"},
  {.key = "steps", .type = TAS_KEY_INTEGER, .range = {TAS_WITHIN, 1, MOST_STEPS}, .offset = offsetof(Steps, steps),
   .meaning = "instead of step: number of equal steps; 10 when neither is given"},
};
/* clang-format on */
static const TasCaseTable time_tables[] = {TAS_CASE_TABLE(
    "time", "Steps of the schedule that calculation and output follow; time 0 is the start. Newton's method may take smaller ones.",
    time_keys)};

static PetscErrorCode ReadTime(TasCaseReader *r, const TasNode *node)
{
  TasCase        *c     = r->c;
  Steps           steps = {0, 0, 0};
  const PetscReal from  = TasCaseEndOfDistraction(c);

  PetscFunctionBeginUser;
  PetscCall(TasCaseReadMap(r, &time_tables[0], "time", node, &steps));
  if (steps.step > 0 && steps.steps > 0) TasCaseComplain(r, node, "found both step and steps, allowed: one of them");
  c->end_time = steps.end > 0 ? steps.end : c->num_distractions ? from : DAY;
  if (!TasNodeFind(node, "end"))
    PetscCall(TasCaseRecord(r, "time.end", c->num_distractions ? "end of the distraction" : "1 day", "default"));
  if (steps.step > 0 && c->end_time / steps.step > MOST_STEPS)
    TasCaseComplain(r, TasNodeFind(node, "step"), "makes %g steps, allowed: at most %d", (double)(c->end_time / steps.step), MOST_STEPS);
  if (steps.step > 0)
    c->step_time = steps.step;
  else
    c->step_time = (c->end_time > from ? c->end_time - from : c->end_time) / PetscMax(1, steps.steps > 0 ? steps.steps : 10);
  PetscFunctionReturn(PETSC_SUCCESS);
}

const TasCaseSection tas_section_time = {
    .key = "time", .meaning = "end and steps of the calculation", .num_tables = 1, .tables = time_tables, .read = ReadTime};

void TasCaseSetEnd(TasCase *c) { c->curves[0].times[1] = PetscMax(c->end_time, TasCaseEndOfDistraction(c)); }
