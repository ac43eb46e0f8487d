#pragma once
/*
  What a tissue does: constitutive models and their sum, a material.

  A material is  W = sum of matrix and fibre models, at the points of an element, + U(J), a volumetric law that the element
  evaluates with its own (element-local) dilatation.  This file is the contract between a model and whoever evaluates it.

  Living tissue.  Prestrain, growth, turnover of the matrix and relaxation wrap that sum (wrapped.h): it then takes the elastic part F_e = F F_p F_g^-1 of
  the deformation, and the stresses relax.  Whoever evaluates gives the state at the points and the time step, and sees no more
  of it than that, and the natural volume: that of the stress-free, grown tissue per undeformed volume, 1/det(F_p F_g^-1), which
  the volumetric law is to be scaled by: W gains v U(J/v).

  Units: mm, N, MPa, s.  Everything is a function of the Green-Lagrange strain E, of J - 1 and of directions in the reference
  configuration, so every model is objective by construction.

  Batches.  Points come in structure of arrays: a quantity with c components at n points is an array [c][n], component k of
  point i at [k*n + i].  n is a multiple of TAS_LANES; padding points hold a valid state, their results are ignored.
  Symmetric tensors have the six components xx yy zz xy yz xz (tensor components, no factor two on the shears).
  The tangent dS/dE, major symmetric, is the upper triangle of the 6x6 array C_IJ = C_ijkl in that order, row by row:
  TAS_TANGENT(I, J) with I <= J gives its place among the 21 components.

  Kernels are pure: const in, other arrays out, no allocation, no PETSc calls, no errors; an inadmissible point raises its
  flag.  They may be called from any thread.
*/
#include <petscsys.h>

/* Points are padded to a multiple of the processor's vector width. */
#ifdef __AVX512F__
  #define TAS_LANES 8
#else
  #define TAS_LANES 4
#endif
#define TAS_TANGENT(I, J) ((I)*6 - (I) * ((I)-1) / 2 + ((J) - (I))) /* I <= J */

/* One parameter of a model: parsing, checks, `tasis models`, HDF5 attributes and documentation are all made from this. */
typedef struct {
  const char *key;  /* as in the case file, snake_case */
  const char *unit; /* udunits name of the unit of `standard` and of the limits; "1" when dimensionless */
  PetscReal   low;  /* the admissible values are finite and low < value < high, bounds included where closed; */
  PetscReal   high; /* TasParameterAdmits() says so */
  PetscBool   low_closed, high_closed;
  PetscReal   standard; /* default; NAN: must be given */
  const char *meaning;
  const char *source;
} TasParameter;

typedef enum { TAS_PART_MATRIX, TAS_PART_FIBRE, TAS_PART_VOLUME, TAS_PART_PRESTRAIN, TAS_PART_RELAXATION, TAS_PART_GROWTH, TAS_PART_MATRIX_TURNOVER, TAS_NUM_PARTS } TasPart;

/* What a growth model changes: F_g along the fibre, in the plane of fibre and sheet, or the rest length of the fibre models alone. */
typedef enum { TAS_GROWTH_FIBRE, TAS_GROWTH_AREA, TAS_GROWTH_TURNOVER } TasGrowthKind;

/* Points at which a matrix or fibre model is evaluated. */
typedef struct {
  PetscInt         n;
  PetscBool        add;        /* energy, stress and tangent: add to what is there, or set; for models, TasMaterialEvaluate() sets it */
  const PetscReal *strain;     /* [6][n] E = (C - I)/2 */
  const PetscReal *dilatation; /* [n] J - 1, accurate for small strain */
  const PetscReal *fibre;      /* [3][n] unit direction; NULL when the material has no fibres */
  const PetscReal *sheet;      /* [3][n] unit direction normal to the fibre, spans with it the plane of two fibre families */
  const PetscReal *constants;  /* [num_constants][n], from derive() */
  const PetscReal *old_state;  /* [num_state][n] at the start of the step; NULL when num_state is 0 */
  PetscReal        time_step;  /* s; infinite: fully relaxed, and no growth */
  PetscReal       *energy;     /* [n] MPa, or NULL */
  PetscReal       *stress;     /* [6][n] second Piola-Kirchhoff stress, MPa */
  PetscReal       *tangent;    /* [21][n] dS/dE, MPa, or NULL */
  PetscReal       *new_state;  /* [num_state][n] at the end of the step, or NULL */
  PetscReal       *work;       /* [TasMaterialNumWork()][n]; NULL when that is 0 */
  PetscReal       *flag;       /* [n] set to 1 where the point is inadmissible (overflow), else untouched */
} TasPoints;

/* Dilatations at which a volumetric law is evaluated. Results are SET. */
typedef struct {
  PetscInt         n;
  const PetscReal *dilatation; /* [n] J - 1 > -1 */
  const PetscReal *constants;  /* [num_constants][n] */
  PetscReal       *energy;     /* [n] U, MPa */
  PetscReal       *pressure;   /* [n] dU/dJ, MPa (positive in tension) */
  PetscReal       *modulus;    /* [n] d2U/dJ2, MPa */
} TasDilatations;

/* A constitutive model: one static table in one file. */
typedef struct TasModel_ {
  const char         *name;    /* as in the case file: "neo-hookean" */
  const char         *summary; /* one sentence */
  const char         *theory;  /* its page below docs/theory, without suffix */
  TasPart             part;
  PetscBool           two_directions; /* needs `sheet` as well as `fibre` */
  PetscInt            num_parameters;
  const TasParameter *parameters;
  PetscInt            max_terms;     /* 0, or: the parameters are given as lists of 1 to max_terms values of equal length (Ogden) */
  PetscInt            num_constants; /* what derive() makes: parameters in a form ready for the kernel */
  TasGrowthKind       growth;        /* of a growth model */
  /* One set of parameters [num_parameters or num_parameters*max_terms] (term t of parameter k at k*max_terms + t, missing terms
     zero) -> constants [num_constants]; NULL: these are the parameters.  Called by TasModelDerive(). */
  void (*derive)(const PetscReal *parameters, PetscReal *constants, char *problem);
  void (*evaluate)(const TasPoints *points);             /* matrix, fibre */
  void (*evaluate_volume)(const TasDilatations *points); /* volume */
} TasModel;

/* All registered models, in the order in which they are listed to users. */
extern const TasModel *const tas_models[];
extern const PetscInt        tas_num_models;

/* Whether value is inside the admissible interval, and finite, unless the interval ends with infinity and is closed there. */
PetscBool TasParameterAdmits(const TasParameter *parameter, PetscReal value);

/* The admissible values in words, without unit: "> 0", "0 to 0.5", "any"; text holds length characters. Returns text. */
const char *TasParameterRange(const TasParameter *parameter, char *text, size_t length);

/* The model of that part and name, or NULL. */
const TasModel *TasModelFind(TasPart part, const char *name);

/* Constants of one set of parameters, each of them admissible. problem (at least 512 characters): empty, or what relation between
   parameters is broken. */
void TasModelDerive(const TasModel *model, const PetscReal *parameters, PetscReal *constants, char *problem);

/* A tissue preset: models with parameter values, each with its source. Values of one parameter, one after another, are a list. */
typedef struct {
  const char *part_model; /* model name */
  const char *key;        /* parameter */
  PetscReal   value;      /* in the parameter's unit */
  const char *source;     /* paper, or "fitted: ..." */
} TasPresetValue;

typedef struct {
  const char           *name; /* "muscle", "tendon", ... */
  const char           *summary;
  const char           *models[TAS_NUM_PARTS]; /* their names by part; NULL: none */
  PetscInt              num_values;
  const TasPresetValue *values;
} TasPreset;

extern const TasPreset tas_presets[];
extern const PetscInt  tas_num_presets;

const TasPreset *TasPresetFind(const char *name);

/*
  A material: the sum of matrix and fibre models and one volumetric law.  Opaque.
  Parameters are uniform, or one value a cell.
*/
typedef struct TasMaterial_ *TasMaterial;

PetscErrorCode TasMaterialCreate(TasMaterial *material);
PetscErrorCode TasMaterialDestroy(TasMaterial *material); /* accepts NULL, sets NULL */

/* Adds a model. parameters: as for derive(), each an array [num_cells]; num_cells = 1 means uniform, else the same num_cells for every
   part that is not uniform.  Copies what it needs.  problem: at least 512 characters, empty when the parameters are good. */
PetscErrorCode TasMaterialAddModel(TasMaterial material, const TasModel *model, PetscInt num_cells, const PetscReal *parameters,
                                   char *problem);

/* Number of reals of state a point, and of the work space of its evaluation; 0 for a purely elastic material. */
PetscInt  TasMaterialNumState(TasMaterial material);
PetscInt  TasMaterialNumWork(TasMaterial material);

/* The state [num_state][n] of tissue that has not been touched: prestretched along the fibre [3][n], relaxed, not grown. */
void TasMaterialInitState(TasMaterial material, PetscInt n, const PetscReal *constants, const PetscReal *fibre, PetscReal *state);

/* Where F_p stands in the state, nine rows at [9*i + j] = F_p,ij (its first row), or -1; the growth theta (1 at first), or -1. */
PetscInt TasMaterialPrestrainState(TasMaterial material);
PetscInt TasMaterialGrowthState(TasMaterial material);

/* Whether the tissue's rest state changes in days: growth or turnover of the matrix. */
PetscBool TasMaterialAdapts(TasMaterial material);

/* Natural volume [n] per undeformed volume during a step, from the state at its start. */
void TasMaterialNaturalVolume(TasMaterial material, const TasPoints *points, PetscReal *volume);

/* Elastic stretch [n] of the fibres, at the end of a step: of the old state, all growth since taken as none. */
void TasMaterialElasticStretch(TasMaterial material, const TasPoints *points, PetscReal *stretch);

/* Largest error over the points of each lane, error [TAS_LANES], of the growth and the turnover of the matrix that a step was calculated
   with: |theta in new_state - theta extrapolated from old_state|, and half the relative one of the network's metric, which is a stretch squared.
   Point i is in lane i mod TAS_LANES. */
void TasMaterialGrowthError(TasMaterial material, const TasPoints *points, PetscReal *error);

/* Slack sarcomere length (um) of a material whose prestrain is given by sarcomeres, else 0. */
PetscReal TasMaterialSlackSarcomere(TasMaterial material);

/* Whether fibre / sheet directions are needed. */
PetscBool TasMaterialNeedsFibre(TasMaterial material);
PetscBool TasMaterialNeedsSheet(TasMaterial material);

/* Number of reals that TasMaterialLoadConstants() writes for n points: the sum over the parts of num_constants * n. */
PetscInt TasMaterialNumConstants(TasMaterial material);

/* Fills constants [TasMaterialNumConstants][n] for points_per_cell points of each of TAS_LANES cells, lane fastest
   (n = points_per_cell * TAS_LANES; point p of lane l at p*TAS_LANES + l).  cells: numbers of the cells in the parameters' cell
   arrays, ignored by uniform parts; a caller whose material is uniform may call once and keep the result. */
void      TasMaterialLoadConstants(TasMaterial material, PetscInt points_per_cell, const PetscInt cells[TAS_LANES], PetscReal *constants);
PetscBool TasMaterialIsUniform(TasMaterial material);

/* Evaluates matrix and fibre parts at points->n points, through the wrappers: SETS energy, stress, tangent, new_state (where not
   NULL), flag.  With relaxation the energy is that of the relaxed tissue.  A point is also flagged where J <= 0 and where a result
   is not finite. */
void TasMaterialEvaluate(TasMaterial material, const TasPoints *points);

/* The volumetric part; constants as loaded for the same n. */
void TasMaterialEvaluateVolume(TasMaterial material, const TasDilatations *points, const PetscReal *constants);

/* A stiffness in MPa typical of the undeformed material (shear modulus plus what the fibres add), and its bulk modulus: for
   scaling, preconditioning and reports. */
PetscErrorCode TasMaterialGetModuli(TasMaterial material, PetscReal *shear, PetscReal *bulk);
