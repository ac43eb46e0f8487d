#pragma once
/* Inside of what harms a run: shared by harm.c (state and worst cells) and harm_output.c (columns, fields, reports). */
#include "solver/harm/harm.h"

/* A judged tissue: its owned cells, its pairs, and what is told of it besides its margins. */
typedef struct {
  PetscInt      tissue;
  TasTissueKind kind;
  PetscInt      num_cells, *cells;
  PetscInt      first_pair, num_pairs;
  PetscInt      column;      /* of its margin; those of its harmed share and of its pairs follow, then those below */
  PetscReal     volume;      /* mm3, and of it what is beyond a limit: */
  PetscReal     harmed;
  PetscReal     flow;        /* nerve: smallest blood-flow fraction */
  PetscReal     worst_class; /* nerve: conduction class; muscle: fibrosis class */
} TasHarmTissue;

typedef struct {
  PetscInt      tissue; /* of the mesh; -1: of a strand */
  PetscInt      strand; /* of the case; -1: of a tissue */
  TasRuleNumber rule;
  PetscBool     passed; /* its limit, by the present state as the first one */
} TasHarmPair;

/* A pair at its worst cell or element; reals alone, since a checkpoint holds it. */
typedef struct {
  PetscReal margin, value, time; /* s */
  PetscReal place;               /* cell number; of a strand mm along it from its start */
  PetscReal at[3];               /* centre of the undeformed cell or element, mm */
} TasHarmWorst;
#define TAS_HARM_WORST ((PetscInt)(sizeof(TasHarmWorst) / sizeof(PetscReal)))

struct TasHarm_ {
  const TasDomain *domain;
  TasStrands       strands;
  PetscInt         num_tissues, num_pairs;
  PetscInt         num_cell_pairs; /* those of tissues, before those of strands */
  TasHarmTissue   *tissues;
  TasHarmPair     *pairs;
  PetscReal       *state;       /* [num_cells_owned][TAS_RULES_STATE] */
  TasHarmWorst    *now, *worst; /* [num_pairs] at present, and since surgery */
  PetscInt         envelope_column;
  PetscBool        begun;
  PetscReal        time; /* s, of the state */
};

/* The cells of a tissue, gathered; values of theirs go into `scratch`. */
typedef struct {
  TasRulePoints points;
  PetscReal    *memory, *state, *scratch; /* [TAS_RULES_STATE][n], [n] */
} TasHarmGathered;
PetscErrorCode TasHarmGather(TasHarm harm, const TasHarmTissue *tissue, const TasHarmCells *cells, TasHarmGathered *gathered);
PetscErrorCode TasHarmGatheredFree(TasHarmGathered *gathered);

/* The pair of the smallest margin: the first one within a tie. worst: [num_pairs] */
PetscInt TasHarmSmallest(const TasHarmWorst *worst, PetscInt first, PetscInt num);

/* The worst of a pair so far, with its names. */
TasEnvelope TasHarmEnvelope(TasHarm harm, PetscInt pair);

/* margins.json. Collective. */
PetscErrorCode TasHarmWriteMargins(TasHarm harm, TasResults results);
