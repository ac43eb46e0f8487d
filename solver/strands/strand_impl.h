#pragma once
/* Inside strand*.c: the strand, its law (strand_law.c), what is read from a solution (strand_fields.c), what its bed feels (strand_bed.c). */
#include "solver/strands/strand.h"

/* Elements of the law: those between the nodes, then the remote parts of start and end (length 0 where there is none). */
struct TasStrand_ {
  TasMaterial  material;
  PetscReal    area, bed_stiffness, bed_time;
  TasStrandEnd start, end;
  PetscInt     num_nodes, num_elements, num_bed;
  PetscInt     num_points;    /* elements and remote parts, padded for the law */
  PetscInt     num_state;     /* of the law at a point */
  PetscReal    spacing;       /* undeformed length of an element, mm */
  PetscReal   *bed_arc;       /* [num_bed] mm along the undeformed bed */
  PetscReal   *bed_reference; /* [num_bed][3] mm */
  PetscReal   *bed;           /* [num_bed][3] mm, present */
  PetscReal   *bed_length;    /* [num_bed] mm along the present bed */
  PetscInt    *segment;       /* [num_nodes] of the bed, where the node lay */
  PetscReal   *share;         /* [num_nodes] how far along it */
  PetscReal   *home;          /* [num_nodes] mm along the present bed to where the node lay */
  PetscReal   *span;          /* [num_elements] mm of the present bed between the homes of its nodes */
  PetscReal   *slip;          /* [num_nodes] mm along the present bed from there to the node: the unknown */
  PetscReal   *trial;         /* [num_nodes] */
  PetscReal   *residual;      /* [num_nodes] N */
  PetscReal   *diagonal, *beside; /* [num_nodes] of the tridiagonal tangent, N/mm */
  PetscReal   *step;          /* [num_nodes] mm */
  PetscReal   *rest;          /* [num_nodes] mm: the slip at which its bed does not pull at a node, in the step being solved */
  PetscReal   *kept_slip;     /* [num_nodes] mm, at the last commit, and: */
  PetscReal   *kept_rest;     /* [num_nodes] mm */
  PetscReal   *kept_bed;      /* [num_bed][3] mm */
  PetscReal    drawn[2], kept_drawn[2]; /* mm: the far ends of remote parts, outwards; now, and at the last commit */
  PetscReal   *pull;          /* [num_bed] derivative of the energy by the length of a segment, N; or its lengthening, mm */
  PetscReal   *start_stretch; /* [num_elements] at the first commit */
  PetscBool    committed;
  /* at the points of the law */
  PetscReal *constants;
  PetscReal *stretch;                  /* [num_points] */
  PetscReal *energy, *stress, *slope;  /* [num_points] MPa: W, dW/dstretch, d2W/dstretch2 */
  PetscReal *old_state, *new_state;    /* [num_state][num_points] */
  PetscReal *natural_volume;           /* [num_points] of the grown tissue per undeformed volume */
  PetscReal *work;                     /* of TasStrandLaw */
};

#define TAS_STRAND_WORK (6 + 1 + 3 + 3 + 1 + 6 + 21) /* reals a point, besides those of the material */

/* The points of the law at strand->stretch, in a step from old_state. */
TasPoints TasStrandPoints(TasStrand strand, PetscReal time_step);

/* Evaluates the law at strand->stretch: energy, stress, slope, and new_state where it is to be updated. good: all stretches positive and
   all points admissible. */
void TasStrandLaw(TasStrand strand, PetscReal time_step, PetscBool update, PetscBool *good);

/* Factorises the derivative of the residual in diagonal and beside, and solves it for step. */
PetscErrorCode TasStrandFactorise(TasStrand strand, PetscBool *solved);
PetscErrorCode TasStrandSolveTangent(TasStrand strand);

/* Undeformed lengths of a law's element, mm: 0 where a remote part is not there. */
static inline PetscReal TasStrandElementLength(TasStrand s, PetscInt e)
{
  if (e < s->num_elements) return s->spacing;
  return e == s->num_elements ? (s->start.kind == TAS_STRAND_REMOTE ? s->start.remote_length : 0.)
                              : (s->end.kind == TAS_STRAND_REMOTE ? s->end.remote_length : 0.);
}

/* Undeformed length of strand that a node's bed spring stands for, mm. */
static inline PetscReal TasStrandNodeShare(TasStrand s, PetscInt i)
{
  return i == 0 || i == s->num_nodes - 1 ? s->spacing / 2. : s->spacing;
}
