#pragma once
/* Inside strands*.c: the strands of a case (strands.c), what harms them (strands_harm.c), their history (strands_history.c), what
   is shown of them (strands_lines.c) and their files (strands_output.c). */
#include "solver/output/hdf5_file.h"
#include "solver/strands/locate.h"
#include "solver/strands/strands.h"

typedef enum {
  FIELD_DISPLACEMENT,
  FIELD_SLIP,
  FIELD_FIBRE_STRETCH,
  FIELD_STRAIN,
  FIELD_ELASTIC_FIBRE_STRETCH,
  FIELD_GROWTH,
  FIELD_FIBRE_STRESS,
  FIELD_TENSION,
  FIELD_MARGIN,
  FIELD_LIMITING_RULE,
  FIELD_BLOOD_FLOW_FRACTION,
  FIELD_ISCHAEMIA_DOSE,
  FIELD_CONDUCTION_CLASS
} StrandField;

typedef struct {
  PetscBool  open; /* on rank 0 */
  PetscBool  wanted[TAS_STRAND_NUM_FIELDS];
  PetscInt   num_nodes, num_lines; /* of all strands */
  PetscInt   room, num_steps;      /* output steps there is place for, and written */
  PetscReal *days;                 /* [room] */
  char       folder[PETSC_MAX_PATH_LEN];
  TasHDF5    file;
  char       problem[TAS_PROBLEM_LENGTH];
} StrandFile;

/* What harms a strand at present: the fields of its elements; the history has the worst of all but the last. */
typedef enum {
  TAS_STRAND_MARGIN,
  TAS_STRAND_FLOW, /* this and the next two: of a nerve */
  TAS_STRAND_DOSE,
  TAS_STRAND_CONDUCTION,
  TAS_STRAND_RULE, /* the limiting one */
  TAS_STRAND_HARM_FIELDS
} TasStrandHarmField;
#define TAS_STRAND_HARM_COLUMNS TAS_STRAND_RULE
typedef struct {
  TasTissueKind kind;  /* that its preset stands for; none: it is not judged */
  PetscReal    *state; /* [TAS_RULES_STATE][elements] */
  PetscReal    *field[TAS_STRAND_HARM_FIELDS]; /* [elements] */
  PetscInt      column; /* of the margin, in the history */
} TasStrandHarm;

struct TasStrands_ {
  const TasCase *c;
  const TasMesh *mesh;
  PetscInt       num;
  TasMaterial   *materials; /* [num] */
  TasStrand     *strands;   /* [num] */
  PetscInt      *first_bed; /* [num + 1] of the bed points of each among those of all */
  TasStrandHarm *harm;      /* [num] */
  PetscInt       num_margins;
  TasStrandMargin *margins; /* [num_margins] */
  TasLocations   locations; /* of all bed points */
  PetscReal     *bed;       /* [bed points][3] mm, of the last state */
  PetscReal     *next_bed;  /* the same of the last solution */
  PetscReal     *scratch;   /* [2][bed points][3] */
  const TasBodies *bodies;  /* NULL: nothing draws */
  PetscReal     *reach;     /* [num][2][num_coordinates] mm a rad by which they draw the far ends outwards */
  PetscReal    (*drawn)[2]; /* [num] mm, of the last solution */
  PetscReal      time_step; /* s, of solutions */
  enum { TAS_SOLVED_NONE, TAS_SOLVED_PULLING, TAS_SOLVED_ALL } solved; /* on next_bed in such a step */
  PetscInt      *column;    /* [num] first of its columns */
  PetscReal      time;      /* s, of the last state */
  PetscBool      started;   /* there is one */
  StrandFile     output;
};

/* Of each field. */
typedef struct {
  const char *name, *unit;
  PetscBool   nodes; /* else of the lines */
  PetscInt    width;
} StrandFieldInfo;
extern const StrandFieldInfo tas_strand_fields[TAS_STRAND_NUM_FIELDS];

/* Sets wanted, num_nodes and num_lines of strands->output. */
void TasStrandsCount(TasStrands strands);

/* Lines between neighbouring nodes of each strand: points [num_nodes][3], lines [num_lines][2], ids [num_lines]. */
void TasStrandsGatherLines(TasStrands strands, PetscReal *points, PetscInt *lines, PetscInt *ids);

/* values [items][width] of each field, wanted or not, at the last state. */
PetscErrorCode TasStrandsGatherFields(TasStrands strands, PetscReal *const values[TAS_STRAND_NUM_FIELDS]);

PetscErrorCode TasStrandsCloseFile(TasStrands strands);

PetscErrorCode TasStrandsHarmCreate(TasStrands strands);
PetscErrorCode TasStrandsHarmDestroy(TasStrands strands);

/* A strand has come to a state, time_step (s) after the last one. */
PetscErrorCode TasStrandsHarmUpdate(TasStrands strands, PetscInt number, PetscReal time_step);

PetscErrorCode TasStrandsHarmAddColumns(TasStrands strands, TasHistory history);
PetscErrorCode TasStrandsHarmSetRow(TasStrands strands, TasHistory history);
