/* tasis check: the case as it was understood, and what its run will cost. */
#include "solver/command/command.h"
#include "solver/simulation.h"
#include "solver/pins/pins.h"
#include "solver/strands/strands.h"
#include "solver/treatment/schedule.h"
#include "solver/case/units.h"
#include "solver/vector3.h"
#include <stdio.h>
#include <string.h>

#define DAY 86400.0
#define FEW_CELLS 8000 /* a limb is built with so many at most: names and quality do not depend on it */
#define MOST_TIMES 12  /* that are listed */

static const char *const part_names[]    = {[TAS_PART_MATRIX] = "matrix", [TAS_PART_FIBRE] = "fibres", [TAS_PART_VOLUME] = "volume", [TAS_PART_PRESTRAIN] = "prestrain", [TAS_PART_RELAXATION] = "relaxation", [TAS_PART_GROWTH] = "growth", [TAS_PART_MATRIX_TURNOVER] = "matrix_turnover"};
static const char *const element_names[] = {[TAS_ELEMENT_HEX8] = "hex8", [TAS_ELEMENT_TET10] = "tet10", [TAS_ELEMENT_HEX27] = "hex27"};
static const char *const kind_names[]    = {
       [TAS_SURFACE_FREE] = "free", [TAS_SURFACE_ATTACHED] = "attached to", [TAS_SURFACE_GLIDING] = "gliding on"};

static void PrintEntries(const TasCase *c)
{
  int path = 0, value = 0;

  for (PetscInt i = 0; i < c->num_entries; i++) {
    path  = PetscMax(path, (int)strlen(c->entries[i].path));
    value = PetscMax(value, (int)strlen(c->entries[i].value));
  }
  path  = PetscMin(path, 60);
  value = PetscMin(value, 50);
  printf("Every value, and where it comes from\n");
  for (PetscInt i = 0; i < c->num_entries; i++)
    printf("  %-*s  %-*s  %s\n", path, c->entries[i].path, value, c->entries[i].value, c->entries[i].origin);
}

/* ---- tissues ---- */

static void PrintParameter(const TasParameter *p, const TasCaseParameter *value, PetscInt num_terms)
{
  char text[64];

  printf(" %s", p->key);
  if (value->field[0]) {
    printf(" from field \"%s\"", value->field);
    return;
  }
  for (PetscInt t = 0; t < num_terms; t++) {
    TasUnitsFormat(value->value[t], p->unit, sizeof(text), text);
    printf("%s %s", t ? "," : " =", text);
  }
}

static void PrintDirection(const char *what, const TasCaseDirection *d)
{
  if (d->kind == TAS_DIRECTION_CONSTANT)
    printf("    %s (%.4g, %.4g, %.4g)\n", what, (double)d->constant[0], (double)d->constant[1], (double)d->constant[2]);
  if (d->kind == TAS_DIRECTION_FIELD) printf("    %s from field \"%s\"\n", what, d->field);
  if (d->kind == TAS_DIRECTION_LAPLACE)
    printf("    %s from %s to %s, pennation %.4g degree\n", what, d->from, d->to, (double)(d->pennation * 180 / PETSC_PI));
}

static void PrintTissue(const TasCaseTissue *tissue)
{
  printf("  %s%s%s\n", tissue->name, tissue->preset[0] ? ", preset " : "", tissue->preset);
  for (PetscInt m = 0; m < tissue->num_models; m++) {
    const TasCaseModel *model = &tissue->models[m];

    printf("    %s %s:", part_names[model->model->part], model->model->name);
    for (PetscInt k = 0; k < model->model->num_parameters; k++) {
      if (k) printf(",");
      PrintParameter(&model->model->parameters[k], &model->parameters[k], model->num_terms);
    }
    printf("\n");
  }
  PrintDirection("fibres", &tissue->fibre);
  PrintDirection("sheet", &tissue->sheet);
}

/* ---- bodies and surfaces ---- */

static void PrintMotion(const TasCase *c, const TasCaseBody *body)
{
  static const char *const names[] = {"x", "y", "z", "rotation_x", "rotation_y", "rotation_z"};
  char                     text[64];

  for (PetscInt k = 0; k < 6; k++) {
    const TasCaseValue *motion = &body->motion[k];

    if (!body->free[k] && motion->value == 0) continue;
    TasUnitsFormat(motion->value, k < 3 ? "mm" : "rad", sizeof(text), text);
    if (body->free[k])
      printf(" %s free;", names[k]);
    else
      printf(" %s %s by %s;", names[k], text, c->curves[motion->curve].name);
  }
}

static void PrintBody(const TasCase *c, PetscInt number)
{
  const TasCaseBody *body = &c->bodies[number];

  printf("  %s:", body->name);
  PrintMotion(c, body);
  for (PetscInt k = 0; k < c->num_joints; k++)
    if (c->joints[k].body == number) printf(" turned by joint %s;", c->joints[k].name);
  if (body->turning_joint >= 0) printf(" turned by %.4g of the angle of joint %s;", (double)body->turning_share, c->joints[body->turning_joint].name);
  for (PetscInt k = 0; k < body->num_arms; k++) printf(" drawn by %.4g mm a rad of joint %s;", (double)body->arm[k].length, c->joints[body->arm[k].joint].name);
  for (PetscInt k = 0; k < c->num_distractions; k++)
    if (c->distraction[k].body == number) printf(" moved by the%s device;", k ? " second" : "");
  printf(body->parent < 0 ? " otherwise held\n" : " otherwise with %s\n", body->parent < 0 ? "" : c->bodies[body->parent].name);
}

static void PrintJoint(const TasCase *c, const TasCaseJoint *joint)
{
  const PetscReal degree = PETSC_PI / 180;

  printf("  %s: %.4g degree in the undeformed limb, range %.4g to %.4g degree; ", joint->name, (double)(joint->undeformed / degree), (double)(joint->lowest / degree), (double)(joint->highest / degree));
  if (joint->angle.given) printf("driven to %.4g degree by %s\n", (double)(joint->angle.value / degree), c->curves[joint->angle.curve].name);
  else printf(joint->free ? "free\n" : "held\n");
}

static void PrintSurface(const TasCase *c, const TasCaseSurface *s)
{
  printf("  %s: %s", s->name, kind_names[s->kind]);
  for (PetscInt b = 0; b < s->num_bodies; b++) printf("%s%s", b ? " and " : " ", c->bodies[s->bodies[b]].name);
  if (s->tangential_stiffness > 0) printf(", %g MPa/mm", (double)s->tangential_stiffness);
  if (TasLength(s->along) > 0) printf(", along (%.4g, %.4g, %.4g)", (double)s->along[0], (double)s->along[1], (double)s->along[2]);
  for (int k = 0; k < 3; k++)
    if (s->displacement[k].given) printf(", %c %g mm", 'x' + k, (double)s->displacement[k].value);
  if (s->traction.given)
    printf(", traction (%g, %g, %g) MPa by %s", (double)s->traction.value[0], (double)s->traction.value[1], (double)s->traction.value[2],
           c->curves[s->traction.curve].name);
  if (s->pressure.given) printf(", pressure %g MPa by %s", (double)s->pressure.value, c->curves[s->pressure.curve].name);
  printf("\n");
}

/* ---- strands ---- */

static void PrintEnd(const TasCase *c, const char *what, const TasCaseStrandEnd *end)
{
  if (end->part.kind == TAS_STRAND_REMOTE)
    printf("%s %g mm further", what, (double)end->part.remote_length);
  else
    printf("%s %s", what, end->part.kind == TAS_STRAND_FREE ? "free" : "fixed");
  for (PetscInt a = 0; a < end->num_arms; a++) printf("%s%s by %g mm a radian", a ? ", " : " drawn by ", c->joints[end->arm[a].joint].name, (double)end->arm[a].length);
}

static void PrintStrand(const TasCase *c, const TasCaseStrand *s)
{
  const PetscReal *first = s->points, *last = s->points + 3 * (s->num_points - 1);

  printf("  %s%s%s: %g mm2, bed %g MPa/mm on %.4g mm, from (%.4g, %.4g, %.4g) to (%.4g, %.4g, %.4g) mm,", s->law.name, s->law.preset[0] ? ", preset " : "",
         s->law.preset, (double)s->area, (double)s->tangential_stiffness, (double)s->perimeter, (double)first[0], (double)first[1], (double)first[2],
         (double)last[0], (double)last[1], (double)last[2]);
  PrintEnd(c, " start", &s->start);
  PrintEnd(c, ", end", &s->end);
  printf("%s\n", s->two_way ? "" : ", the tissue does not feel it");
}

/* ---- pins ---- */

static void PrintPin(const TasCase *c, const TasCasePin *p)
{
  printf("  %s: %g mm thick, moves with %s, from (%.4g, %.4g, %.4g) to (%.4g, %.4g, %.4g) mm, stiffness ", p->name, (double)p->diameter, c->bodies[p->body].name, (double)p->start[0], (double)p->start[1], (double)p->start[2],
         (double)p->end[0], (double)p->end[1], (double)p->end[2]);
  if (p->stiffness > 0) printf("%g MPa", (double)p->stiffness);
  else printf("by the tissue");
  printf(", along it %g MPa\n", (double)p->axial_stiffness);
}

/* ---- schedule and cost ---- */

static void PrintDistraction(const TasCase *c, const TasCaseDistraction *d, PetscInt num_steps)
{
  printf("  %s is moved by %g mm at %g mm/day from day %g on, in %" PetscInt_FMT " steps, along (%.3g, %.3g, %.3g)\n", c->bodies[d->body].name, (double)d->length, (double)(d->rate * DAY), (double)(d->latency / DAY), num_steps,
         (double)d->direction[0], (double)d->direction[1], (double)d->direction[2]);
}

static PetscErrorCode PrintSchedule(const TasCase *c)
{
  PetscInt    outputs = 1; /* the start */
  TasSchedule schedule;

  PetscFunctionBeginUser;
  PetscCall(TasScheduleCreate(c, NULL, &schedule));
  for (PetscInt e = 0; e < schedule.num_events; e++) outputs += schedule.events[e].output;
  printf("Schedule\n");
  for (PetscInt k = 0; k < c->num_distractions; k++) PrintDistraction(c, &c->distraction[k], schedule.lengthening[k].num_steps);
  printf("  %" PetscInt_FMT " steps to day %g, fields written %" PetscInt_FMT " times; ends of steps (day):", schedule.num_events,
         (double)(c->end_time / DAY), outputs);
  for (PetscInt e = 0; e < schedule.num_events; e++) {
    if (e >= MOST_TIMES - 2 && e < schedule.num_events - 1 && schedule.num_events > MOST_TIMES) {
      printf(" ...");
      e = schedule.num_events - 2;
    } else
      printf(" %.6g", (double)(schedule.events[e].time / DAY));
  }
  printf("\n");
  PetscCall(TasScheduleDestroy(&schedule));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Nodes with the order raised: exact enough for a report. */
static PetscReal NumNodes(const TasCase *c, PetscReal scale)
{
  const PetscReal points = c->mesh.data.num_points * scale, cells = c->mesh.data.num_cells * scale;

  if (c->mesh.element == TAS_ELEMENT_HEX27) return 8 * points;               /* one node, three edges, three faces and one centre a point */
  if (c->mesh.element == TAS_ELEMENT_TET10) return 2 * points + 1.1 * cells; /* a node an edge: Euler's relation, with few outer faces */
  return points;
}

/* Bytes, fitted to runs of the leg benchmark (hex8; 15,000 to 227,000 unknowns, one rank): what a program takes anyway, so many times the
   matrix, and sparse factors, which in three dimensions grow as n^(4/3). */
static PetscReal Memory(const TasCase *c, PetscReal unknowns, PetscBool direct)
{
  const PetscReal neighbours = c->mesh.element == TAS_ELEMENT_HEX8 ? 27 : c->mesh.element == TAS_ELEMENT_HEX27 ? 64 : 29;
  const PetscReal matrix = unknowns * 3 * neighbours * 12, program = 50e6;

  return program + (direct ? 7 * matrix + 84 * PetscPowReal(unknowns, 4.0 / 3) : 1.9 * matrix);
}

static PetscErrorCode PrintCost(const TasCase *c)
{
  const TasMeshData *data    = &c->mesh.data;
  const PetscReal    scale   = c->mesh.limb && c->mesh.cells > FEW_CELLS ? (PetscReal)c->mesh.cells / data->num_cells : 1;
  const PetscReal    unknown = 3 * NumNodes(c, scale);
  PetscReal         *quality, worst = 1;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(data->num_cells, &quality));
  PetscCall(TasMeshDataQuality(data, quality));
  for (PetscInt i = 0; i < data->num_cells; i++) worst = PetscMin(worst, quality[i]);
  PetscCall(PetscFree(quality));
  printf("Cost\n  %s%.0f cells (%s), %s%.0f unknowns; smallest scaled Jacobian %.3f%s\n", scale > 1 ? "about " : "",
         (double)(data->num_cells * scale), element_names[c->mesh.element],
         scale > 1 || c->mesh.element != TAS_ELEMENT_HEX8 ? "about " : "", (double)unknown, (double)worst,
         scale > 1 ? " (of the coarse mesh)" : "");
  printf("  memory, roughly: %.0f MB with the iterative solver, %.0f MB with the direct one\n",
         (double)(Memory(c, unknown, PETSC_FALSE) / 1e6), (double)(Memory(c, unknown, PETSC_TRUE) / 1e6));
  PetscFunctionReturn(PETSC_SUCCESS);
}

/* Do the paths of strands lie in the mesh, and do pins cross it? The run asks the same. */
static PetscErrorCode CheckPaths(const TasCase *c, int *status)
{
  TasMesh   *mesh;
  TasStrands strands;
  TasPins    pins = NULL;
  char       problem[TAS_PROBLEM_LENGTH];

  PetscFunctionBeginUser;
  if (!c->num_strands && !c->num_pins) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCall(TasMeshCreate(c->comm, &c->mesh.data, c->mesh.element, &mesh));
  PetscCall(TasStrandsCreate(c, mesh, &strands, problem));
  if (!problem[0]) PetscCall(TasPinsCreate(c, mesh, NULL, &pins, problem));
  PetscCall(TasPinsDestroy(&pins));
  PetscCall(TasStrandsDestroy(&strands));
  PetscCall(TasMeshDestroy(&mesh));
  if (problem[0]) PetscCall(PetscFPrintf(c->comm, PETSC_STDERR, "%s\n", problem));
  if (problem[0]) *status = TAS_EXIT_BAD_INPUT;
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasCommandCheck(const TasCommandLine *line, int *status)
{
  TasCase    *c;
  PetscMPIInt rank;

  PetscFunctionBeginUser;
  PetscCall(TasCommandLoadCase(line, FEW_CELLS, &c, status));
  if (!c) PetscFunctionReturn(PETSC_SUCCESS);
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(CheckPaths(c, status));
  if (!rank && !*status) {
    printf("%s%s%s\n\n", c->path, c->title[0] ? ": " : "", c->title);
    PrintEntries(c);
    printf("\nTissues\n");
    for (PetscInt t = 0; t < c->num_tissues; t++) PrintTissue(&c->tissues[t]);
    printf("\nRigid bodies\n");
    for (PetscInt b = 0; b < c->num_bodies; b++) PrintBody(c, b);
    if (c->num_joints) printf("\nJoints\n");
    for (PetscInt k = 0; k < c->num_joints; k++) PrintJoint(c, &c->joints[k]);
    printf("\nSurfaces\n");
    for (PetscInt s = 0; s < c->num_surfaces; s++) PrintSurface(c, &c->surfaces[s]);
    if (c->num_strands) printf("\nStrands\n");
    for (PetscInt s = 0; s < c->num_strands; s++) PrintStrand(c, &c->strands[s]);
    if (c->num_pins) printf("\nPins\n");
    for (PetscInt p = 0; p < c->num_pins; p++) PrintPin(c, &c->pins[p]);
    printf("\n");
    PetscCall(PrintSchedule(c));
    printf("\n");
    PetscCall(PrintCost(c));
    printf("\nThe case is good.\n");
  }
  PetscCall(TasCaseDestroy(&c));
  PetscFunctionReturn(PETSC_SUCCESS);
}
