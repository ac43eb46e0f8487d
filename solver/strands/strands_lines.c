/* Strands as lines with fields, for whoever shows them. */
#include "solver/strands/strands_impl.h"

const StrandFieldInfo tas_strand_fields[TAS_STRAND_NUM_FIELDS] = {
    [FIELD_DISPLACEMENT]          = {"displacement", "mm", PETSC_TRUE, 3},
    [FIELD_SLIP]                  = {"slip", "mm", PETSC_TRUE, 1},
    [FIELD_FIBRE_STRETCH]         = {"fibre_stretch", "1", PETSC_FALSE, 1},
    [FIELD_STRAIN]                = {"strain", "1", PETSC_FALSE, 1},
    [FIELD_ELASTIC_FIBRE_STRETCH] = {"elastic_fibre_stretch", "1", PETSC_FALSE, 1},
    [FIELD_GROWTH]                = {"growth", "1", PETSC_FALSE, 1},
    [FIELD_FIBRE_STRESS]          = {"fibre_stress", "MPa", PETSC_FALSE, 1},
    [FIELD_TENSION]               = {"tension", "N", PETSC_FALSE, 1},
    [FIELD_MARGIN]                = {"margin", "1", PETSC_FALSE, 1},
    [FIELD_LIMITING_RULE]         = {"limiting_rule", "1", PETSC_FALSE, 1},
    [FIELD_BLOOD_FLOW_FRACTION]   = {"blood_flow_fraction", "1", PETSC_FALSE, 1},
    [FIELD_ISCHAEMIA_DOSE]        = {"ischaemia_dose", "h", PETSC_FALSE, 1},
    [FIELD_CONDUCTION_CLASS]      = {"conduction_class", "1", PETSC_FALSE, 1},
};

/* Where no strand has anything to tell, a field is left out. */
static void ChooseFields(TasStrands s)
{
  PetscBool *wanted = s->output.wanted;

  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS; k++) wanted[k] = (PetscBool)(k <= FIELD_STRAIN || k == FIELD_FIBRE_STRESS || k == FIELD_TENSION);
  for (PetscInt i = 0; i < s->num; i++) {
    wanted[FIELD_ELASTIC_FIBRE_STRETCH] = (PetscBool)(wanted[FIELD_ELASTIC_FIBRE_STRETCH] || TasMaterialNumState(s->materials[i]));
    wanted[FIELD_GROWTH]                = (PetscBool)(wanted[FIELD_GROWTH] || TasMaterialGrowthState(s->materials[i]) >= 0);
    for (PetscInt k = FIELD_MARGIN; k <= FIELD_LIMITING_RULE; k++) wanted[k] = (PetscBool)(wanted[k] || s->harm[i].kind != TAS_KIND_NONE);
    for (PetscInt k = FIELD_BLOOD_FLOW_FRACTION; k <= FIELD_CONDUCTION_CLASS; k++) wanted[k] = (PetscBool)(wanted[k] || s->harm[i].kind == TAS_KIND_NERVE);
  }
}

_Static_assert(FIELD_CONDUCTION_CLASS + 1 == TAS_STRAND_NUM_FIELDS, "a field of strands is not counted");

void TasStrandsCount(TasStrands s)
{
  StrandFile *f = &s->output;

  f->num_nodes = f->num_lines = 0;
  for (PetscInt i = 0; i < s->num; i++) {
    f->num_nodes += TasStrandNumNodes(s->strands[i]);
    f->num_lines += TasStrandNumElements(s->strands[i]);
  }
  ChooseFields(s);
}

void TasStrandsGatherLines(TasStrands s, PetscReal *points, PetscInt *lines, PetscInt *ids)
{
  PetscInt node = 0, line = 0;

  for (PetscInt i = 0; i < s->num; i++) {
    const PetscInt num = TasStrandNumElements(s->strands[i]);

    TasStrandGetFields(s->strands[i], &(TasStrandFields){.reference = points + 3 * node});
    for (PetscInt e = 0; e < num; e++, line++, node++) {
      lines[2 * line]     = node;
      lines[2 * line + 1] = node + 1;
      ids[line]           = i + 1;
    }
    node++;
  }
}

static PetscErrorCode CopyHarm(TasStrands s, PetscInt number, PetscInt line, PetscReal *const values[TAS_STRAND_NUM_FIELDS])
{
  static const PetscInt field[TAS_STRAND_HARM_FIELDS] = {[TAS_STRAND_MARGIN] = FIELD_MARGIN, [TAS_STRAND_FLOW] = FIELD_BLOOD_FLOW_FRACTION, [TAS_STRAND_DOSE] = FIELD_ISCHAEMIA_DOSE, [TAS_STRAND_CONDUCTION] = FIELD_CONDUCTION_CLASS, [TAS_STRAND_RULE] = FIELD_LIMITING_RULE};

  PetscFunctionBeginUser;
  for (PetscInt k = 0; k < TAS_STRAND_HARM_FIELDS; k++) PetscCall(PetscArraycpy(values[field[k]] + line, s->harm[number].field[k], TasStrandNumElements(s->strands[number])));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsGatherFields(TasStrands s, PetscReal *const values[TAS_STRAND_NUM_FIELDS])
{
  StrandFile *f    = &s->output;
  PetscInt    node = 0, line = 0;
  PetscReal  *reference;

  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1(3 * f->num_nodes, &reference));
  for (PetscInt i = 0; i < s->num; i++) {
    TasStrandGetFields(s->strands[i], &(TasStrandFields){.reference       = reference + 3 * node,
                                                         .position        = values[FIELD_DISPLACEMENT] + 3 * node,
                                                         .slip            = values[FIELD_SLIP] + node,
                                                         .stretch         = values[FIELD_FIBRE_STRETCH] + line,
                                                         .strain          = values[FIELD_STRAIN] + line,
                                                         .elastic_stretch = values[FIELD_ELASTIC_FIBRE_STRETCH] + line,
                                                         .growth          = values[FIELD_GROWTH] + line,
                                                         .stress          = values[FIELD_FIBRE_STRESS] + line,
                                                         .tension         = values[FIELD_TENSION] + line});
    PetscCall(CopyHarm(s, i, line, values));
    node += TasStrandNumNodes(s->strands[i]);
    line += TasStrandNumElements(s->strands[i]);
  }
  for (PetscInt k = 0; k < 3 * f->num_nodes; k++) values[FIELD_DISPLACEMENT][k] -= reference[k];
  PetscCall(PetscFree(reference));
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandsGather(TasStrands s, TasStrandLines *lines)
{
  StrandFile *f = &s->output;

  PetscFunctionBeginUser;
  TasStrandsCount(s);
  *lines = (TasStrandLines){.num_nodes = f->num_nodes, .num_lines = f->num_lines};
  PetscCall(PetscMalloc3(3 * f->num_nodes + 1, &lines->points, 2 * f->num_lines + 1, &lines->lines, f->num_lines + 1, &lines->strand));
  TasStrandsGatherLines(s, lines->points, lines->lines, lines->strand);
  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS; k++) PetscCall(PetscMalloc1((tas_strand_fields[k].nodes ? f->num_nodes : f->num_lines) * tas_strand_fields[k].width + 1, &lines->values[k]));
  PetscCall(TasStrandsGatherFields(s, lines->values));
  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS; k++)
    if (f->wanted[k]) lines->field[lines->num_fields++] = (TasStrandField){.name = tas_strand_fields[k].name, .at_nodes = tas_strand_fields[k].nodes, .width = tas_strand_fields[k].width, .values = lines->values[k]};
  PetscFunctionReturn(PETSC_SUCCESS);
}

PetscErrorCode TasStrandLinesClear(TasStrandLines *lines)
{
  PetscFunctionBeginUser;
  PetscCall(PetscFree3(lines->points, lines->lines, lines->strand));
  for (PetscInt k = 0; k < TAS_STRAND_NUM_FIELDS; k++) PetscCall(PetscFree(lines->values[k]));
  PetscFunctionReturn(PETSC_SUCCESS);
}
