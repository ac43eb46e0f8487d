#include "solver/output/xdmf.h"
#include "solver/files.h"
#include <stdio.h>

/* Readers of XDMF take the nodes of a cell in VTK's order, also those of 27-node hexahedra (tests/output shows it). */
static const struct {
  const char *name;
  PetscInt    nodes;
} topologies[] = {
    [TAS_ELEMENT_HEX8] = {"Hexahedron", 8}, [TAS_ELEMENT_TET10] = {"Tetrahedron_10", 10}, [TAS_ELEMENT_HEX27] = {"Hexahedron_27", 27}};

static void WriteMesh(FILE *file, const TasXdmf *x)
{
  const PetscInt nodes = topologies[x->element].nodes;

  fprintf(file, "        <Topology TopologyType=\"%s\" NumberOfElements=\"%" PetscInt_FMT "\">\n", topologies[x->element].name,
          x->num_cells);
  fprintf(file,
          "          <DataItem Format=\"HDF\" NumberType=\"Int\" Precision=\"8\" Dimensions=\"%" PetscInt_FMT " %" PetscInt_FMT
          "\">%s:/VTKHDF/Connectivity</DataItem>\n",
          x->num_cells, nodes, x->heavy);
  fprintf(file, "        </Topology>\n        <Geometry GeometryType=\"XYZ\">\n");
  fprintf(file,
          "          <DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"8\" Dimensions=\"%" PetscInt_FMT
          " 3\">%s:/VTKHDF/Points</DataItem>\n",
          x->num_nodes, x->heavy);
  fprintf(file, "        </Geometry>\n");
}

/* The rows of one step among those of all steps: `path|start:stride:count:size` is how XDMF 3 takes part of a dataset (the older
   ItemType="HyperSlab" gives no values in ParaView's readers of XDMF 3).  The size named is that of the steps which are complete. */
static void WriteField(FILE *file, const TasXdmf *x, const TasResultsField *field, PetscInt step)
{
  const PetscBool nodes     = (PetscBool)(field->place == TAS_AT_NODES);
  const char     *kind      = field->num_components == 9 ? "Tensor" : field->num_components == 3 ? "Vector" : "Scalar";
  const int       precision = !field->is_integer && x->double_precision ? 8 : 4;
  const long long items = nodes ? x->num_nodes : x->num_cells, start = step * items, total = x->num_steps * items;
  const int       width = (int)field->num_components;
  char            shape[64], part[160] = "";

  if (width > 1) {
    snprintf(shape, sizeof(shape), "%lld %d", items, width);
    if (!field->is_static) snprintf(part, sizeof(part), "|%lld 0:1 1:%s:%lld %d", start, shape, total, width);
  } else {
    snprintf(shape, sizeof(shape), "%lld", items);
    if (!field->is_static) snprintf(part, sizeof(part), "|%lld:1:%s:%lld", start, shape, total);
  }
  fprintf(file, "        <Attribute Name=\"%s\" AttributeType=\"%s\" Center=\"%s\">\n", field->name, kind, nodes ? "Node" : "Cell");
  fprintf(file, "          <DataItem Format=\"HDF\" NumberType=\"%s\" Precision=\"%d\" Dimensions=\"%s\">",
          field->is_integer ? "Int" : "Float", precision, shape);
  fprintf(file, "%s:/VTKHDF/%s/%s%s</DataItem>\n        </Attribute>\n", x->heavy, nodes ? "PointData" : "CellData", field->name, part);
}

static void WriteGrid(FILE *file, const TasXdmf *x, PetscInt step)
{
  fprintf(file, "      <Grid Name=\"tissue\" GridType=\"Uniform\">\n");
  if (x->num_steps) fprintf(file, "        <Time Value=\"%.12g\"/>\n", (double)x->days[step]);
  WriteMesh(file, x);
  for (PetscInt k = 0; k < x->num_fields; k++) {
    if (x->num_steps || x->fields[k].is_static) WriteField(file, x, &x->fields[k], step);
  }
  fprintf(file, "      </Grid>\n");
}

static void WriteAll(FILE *file, const void *context)
{
  const TasXdmf *x = context;

  fprintf(file, "<?xml version=\"1.0\"?>\n<Xdmf Version=\"3.0\">\n  <Domain>\n");
  if (x->num_steps) fprintf(file, "    <Grid Name=\"days\" GridType=\"Collection\" CollectionType=\"Temporal\">\n");
  for (PetscInt s = 0; s < PetscMax(x->num_steps, 1); s++) WriteGrid(file, x, s);
  if (x->num_steps) fprintf(file, "    </Grid>\n");
  fprintf(file, "  </Domain>\n</Xdmf>\n");
}

PetscErrorCode TasXdmfWrite(const char *path, const TasXdmf *xdmf, char *problem)
{
  PetscFunctionBeginUser;
  PetscCall(TasFileReplace(path, WriteAll, xdmf, problem));
  PetscFunctionReturn(PETSC_SUCCESS);
}
