#pragma once
/*
  Reading a case by tables of keys.  Private to case_*.c.

  Every section of a case file is a table of keys: from it come the parsing, the checks, the defaults, `tasis keys` and docs/case.md.
  A new section is one file with its tables, and one line in case_sections.c.

  Problems stick: the first one found fills reader->problem, and whatever is read after it changes nothing; so callers need not ask
  after every key, only before they use what was read.
*/
#include "solver/case/case.h"

typedef struct {
  TasCase       *c;
  const TasNode *root;
  TasLimbLayout  layout; /* what a built-in limb brings; empty for a mesh from a file */
  char          *problem;
} TasCaseReader;

typedef enum {
  TAS_KEY_VALUE,         /* PetscReal, in `unit` */
  TAS_KEY_VECTOR,        /* PetscReal[3], in `unit` */
  TAS_KEY_DIRECTION,     /* PetscReal[3], not zero, made a unit vector */
  TAS_KEY_CURVED,        /* TasCaseValue, in `unit` */
  TAS_KEY_CURVED_VECTOR, /* TasCaseVector, in `unit` */
  TAS_KEY_INTEGER,       /* PetscInt */
  TAS_KEY_SWITCH,        /* PetscBool, yes or no */
  TAS_KEY_CHOICE,        /* an enum, the place in `choices` */
  TAS_KEY_NAME,          /* char[TAS_NAME_LENGTH] */
  TAS_KEY_TEXT,          /* char[256] */
  TAS_KEY_BODY,          /* PetscInt: index of the body of that name */
  TAS_KEY_CURVE,         /* PetscInt: index of the curve of that name */
  TAS_KEY_OTHER          /* whatever `read` makes of it */
} TasCaseKeyType;

/* Bounds of numbers, in `unit`; {0}: none. */
typedef struct {
  enum { TAS_ANY, TAS_ABOVE, TAS_AT_LEAST, TAS_BETWEEN, TAS_WITHIN } kind; /* > low; >= low; low < v < high; low <= v <= high */
  PetscReal low, high;
} TasRange;

typedef struct TasCaseKey_ TasCaseKey;
struct TasCaseKey_ {
  const char    *key;
  const char    *meaning; /* for `tasis keys`; lower case, one or two sentences */
  TasCaseKeyType type;
  const char    *unit;
  const char    *choices; /* "auto | direct | iterative" */
  TasRange       range;
  size_t         offset;   /* of the value in the target */
  const char    *standard; /* default, as it would be written in a case (scalars); NULL: none */
  PetscBool      required;
  const char    *allowed; /* TAS_KEY_OTHER: what may stand there */
  /* TAS_KEY_OTHER. target: of the whole table, not yet moved by offset. */
  PetscErrorCode (*read)(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target);
};

/* A table and where it stands: "surfaces.<name>". For documentation. */
typedef struct {
  const char       *path;
  const char       *meaning;
  PetscInt          num_keys;
  const TasCaseKey *keys;
} TasCaseTable;
#define TAS_CASE_TABLE(path, meaning, keys)                                                                                                \
  {                                                                                                                                        \
    path, meaning, (PetscInt)(sizeof(keys) / sizeof((keys)[0])), keys                                                                      \
  }

typedef struct {
  const char         *key; /* at the top of the file */
  const char         *meaning;
  PetscInt            num_tables;
  const TasCaseTable *tables;
  /* node: NULL when the section is not in the file. */
  PetscErrorCode (*read)(TasCaseReader *r, const TasNode *node);
} TasCaseSection;

/* In the order of reading: what others refer to comes first. */
extern const TasCaseSection *const tas_case_sections[];
extern const PetscInt              tas_num_case_sections;

/* A file that is read by tables, parsed and with its overrides; no section is read yet.  noun: "case", in messages and for the file's name
   in a folder.  The rest as for TasCaseRead.  Collective. */
PetscErrorCode TasCaseOpen(MPI_Comm comm, const char *noun, const char *path, PetscInt num_overrides, char *const *overrides, TasCase **c, char *problem);

/* ---- problems ---- */

/* "case.yaml:12: path.of.node: <text>". node: NULL is the root. */
void TasCaseComplain(TasCaseReader *r, const TasNode *node, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same for something that should stand below node: "case.yaml:12: path.of.node.key: <text>". */
void TasCaseComplainMissing(TasCaseReader *r, const TasNode *node, const char *key, const char *allowed);

/* found "...", nearest: "...", allowed: a, b, c. `what` tells what kind of name it is ("body", "curve"). */
void TasCaseComplainName(TasCaseReader *r, const TasNode *node, const char *what, const char *found, PetscInt num_names,
                         const char *(*get)(const void *context, PetscInt i), const void *context);

/* ---- reading ---- */

/* Reads a map by a table: unknown and missing keys, types, ranges; defaults where a key is not given. node: NULL or empty reads defaults
   alone; path: of the map in entries when node is NULL. */
PetscErrorCode TasCaseReadMap(TasCaseReader *r, const TasCaseTable *table, const char *path, const TasNode *node, void *target);

/* One value by its key; target: where the value goes (with offset already added), for TAS_KEY_OTHER the whole target. */
PetscErrorCode TasCaseReadKey(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target);

/* Is it a map, or empty? A problem if not. */
PetscBool TasCaseExpectMap(TasCaseReader *r, const TasNode *node);

/* The text of a scalar that is not empty, else a problem and NULL. */
const char *TasCaseExpectScalar(TasCaseReader *r, const TasNode *node, const char *allowed);

/* A name, into an array of TAS_NAME_LENGTH. */
PetscErrorCode TasCaseReadName(TasCaseReader *r, const TasNode *node, char *name);

/* Of a key that the section reads itself, when what it rests on is known, whatever the order in the file: does nothing. */
PetscErrorCode TasCaseReadLater(TasCaseReader *r, const TasCaseKey *key, const TasNode *node, void *target);

/* The value of a scalar in `unit`, within a range. */
PetscErrorCode TasCaseReadValue(TasCaseReader *r, const TasNode *node, const char *unit, const TasRange *range, PetscReal *value);

/* Names of what has been read already. -1 and, where node is given, a problem when there is none of that name. */
PetscInt TasCaseFindBody(TasCaseReader *r, const TasNode *node, const char *name);
PetscInt TasCaseFindCurve(TasCaseReader *r, const TasNode *node, const char *name);

/* ---- what `tasis check` prints ---- */

PetscErrorCode TasCaseRecord(TasCaseReader *r, const char *path, const char *value, const char *origin);
PetscErrorCode TasCaseRecordNode(TasCaseReader *r, const TasNode *node); /* a value that was written in the case */

/* The entries of that path and below it, which hold for the second osteotomy, too: of "device" as second_device.  but: a path that does not, or NULL. */
PetscErrorCode TasCaseRecordSecond(TasCaseReader *r, const char *path, const char *but);

/* A node on one line, as in flow style: [0 mm, 0 mm, 10 mm]. */
void TasNodeText(const TasNode *node, size_t size, char *text);

/* "> 0", "0 to 1", or nothing; with the unit. */
void TasRangeText(const TasRange *range, const char *unit, size_t size, char *text);

/* The default body of the distraction and the sides of the osteotomy in limbs: see mesh/limb.h. */
#define TAS_LIMB_FIXED 0
#define TAS_LIMB_DISTRACTED 1
