/* Gmsh 2.2 in text: TasMeshDataWriteGmsh. */
#include "mesh/mesh_data.h"
#include "mesh/topology.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void WriteNames(FILE *file, const TasMeshData *data)
{
  fprintf(file, "$PhysicalNames\n%lld\n", (long long)(data->num_surfaces + data->num_tissues));
  for (PetscInt s = 0; s < data->num_surfaces; s++) fprintf(file, "2 %lld \"%s\"\n", (long long)s + 1, data->surface_names[s]);
  for (PetscInt t = 0; t < data->num_tissues; t++) fprintf(file, "3 %lld \"%s\"\n", (long long)t + 1, data->tissue_names[t]);
  fprintf(file, "$EndPhysicalNames\n");
}

static void WriteNodes(FILE *file, const TasMeshData *data)
{
  fprintf(file, "$Nodes\n%lld\n", (long long)data->num_points);
  for (PetscInt p = 0; p < data->num_points; p++) {
    const PetscReal *x = data->points + 3 * p;
    fprintf(file, "%lld %.17g %.17g %.17g\n", (long long)p + 1, (double)x[0], (double)x[1], (double)x[2]);
  }
  fprintf(file, "$EndNodes\n");
}

/* Elements of one type: number, type, 2 tags (physical group, entity), nodes. */
static void WriteElements(FILE *file, PetscInt first, int type, PetscInt count, PetscInt width, const PetscInt *nodes,
                          const PetscInt *group)
{
  for (PetscInt e = 0; e < count; e++) {
    fprintf(file, "%lld %d 2 %lld %lld", (long long)(first + e), type, (long long)group[e] + 1, (long long)group[e] + 1);
    for (PetscInt k = 0; k < width; k++) fprintf(file, " %lld", (long long)nodes[e * width + k] + 1);
    fputc('\n', file);
  }
}

static void WriteField(FILE *file, const TasMeshData *data, const TasCellField *field)
{
  const PetscInt components = field->num_components;

  fprintf(file, "$ElementData\n1\n\"%s\"\n1\n0\n3\n0\n%lld\n%lld\n", field->name, (long long)components, (long long)data->num_cells);
  for (PetscInt c = 0; c < data->num_cells; c++) {
    fprintf(file, "%lld", (long long)(data->num_facets + c + 1));
    for (PetscInt i = 0; i < components; i++) fprintf(file, " %.17g", (double)field->values[c * components + i]);
    fputc('\n', file);
  }
  fprintf(file, "$EndElementData\n");
}

PetscErrorCode TasMeshDataWriteGmsh(const char *path, const TasMeshData *data)
{
  const TasTopology *shape = TasShapeTopology(data->shape);
  const bool         hex   = data->shape == TAS_SHAPE_HEX;
  FILE              *file  = fopen(path, "w");

  PetscFunctionBeginUser;
  PetscCheck(file, PETSC_COMM_SELF, PETSC_ERR_FILE_OPEN, "Cannot write %s: %s", path, strerror(errno));
  fprintf(file, "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n");
  WriteNames(file, data);
  WriteNodes(file, data);
  fprintf(file, "$Elements\n%lld\n", (long long)(data->num_facets + data->num_cells));
  WriteElements(file, 1, hex ? 3 : 2, data->num_facets, shape->face_corners, data->facets, data->facet_surface);
  WriteElements(file, data->num_facets + 1, hex ? 5 : 4, data->num_cells, shape->num_corners, data->cells, data->cell_tissue);
  fprintf(file, "$EndElements\n");
  for (PetscInt f = 0; f < data->num_fields; f++) WriteField(file, data, &data->fields[f]);
  const int failed = ferror(file);
  PetscCheck(!fclose(file) && !failed, PETSC_COMM_SELF, PETSC_ERR_FILE_WRITE, "Cannot write %s: %s", path, strerror(errno));
  PetscFunctionReturn(PETSC_SUCCESS);
}
