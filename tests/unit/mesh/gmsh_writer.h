#pragma once
/*
  Writes a mesh as Gmsh 2.2 or 4.1, text or binary, node and element tags with gaps if wanted: independent of mesh/gmsh_write.c.
*/
#include "mesh/mesh_data.h"
#include <stdint.h>
#include <stdio.h>

typedef struct {
  FILE *file;
  int   version; /* 22 or 41 */
  int   binary;
  int   step; /* between tags: 1 without gaps */
} Writer;

static inline void PutInt(const Writer *w, int value)
{
  if (w->binary)
    fwrite(&value, sizeof(value), 1, w->file);
  else
    fprintf(w->file, "%d ", value);
}

static inline void PutSize(const Writer *w, int64_t value)
{
  if (w->binary)
    fwrite(&value, sizeof(value), 1, w->file);
  else
    fprintf(w->file, "%lld ", (long long)value);
}

static inline void PutReal(const Writer *w, double value)
{
  if (w->binary)
    fwrite(&value, sizeof(value), 1, w->file);
  else
    fprintf(w->file, "%.17g ", value);
}

static inline void EndRow(const Writer *w)
{
  if (!w->binary) fputc('\n', w->file);
}

static inline int64_t NodeTag(const Writer *w, PetscInt point)
{
  return 10 + (int64_t)w->step * point;
}

static inline int64_t ElementTag(const Writer *w, PetscInt element)
{
  return 5 + (int64_t)w->step * element;
}

static inline void WriterHead(const Writer *w, const TasMeshData *data)
{
  const int one = 1;

  fprintf(w->file, "$MeshFormat\n%s %d 8\n", w->version == 22 ? "2.2" : "4.1", w->binary);
  if (w->binary) fwrite(&one, sizeof(one), 1, w->file);
  fprintf(w->file, "%s$EndMeshFormat\n$Comments\nany $text at all\n$EndComments\n$PhysicalNames\n%d\n", w->binary ? "\n" : "",
          (int)(data->num_tissues + data->num_surfaces));
  for (PetscInt t = 0; t < data->num_tissues; t++) fprintf(w->file, "3 %d \"%s\"\n", (int)t + 1, data->tissue_names[t]);
  for (PetscInt s = 0; s < data->num_surfaces; s++) fprintf(w->file, "2 %d \"%s\"\n", (int)s + 1, data->surface_names[s]);
  fprintf(w->file, "$EndPhysicalNames\n");
}

/* One entity for each tissue and each surface, of the same tag as its physical group. */
static inline void WriterEntities(const Writer *w, const TasMeshData *data)
{
  const int count[4] = {1, 0, (int)data->num_surfaces, (int)data->num_tissues};

  fprintf(w->file, "$Entities\n");
  for (int d = 0; d < 4; d++) PutSize(w, count[d]);
  EndRow(w);
  for (int d = 0; d < 4; d++) {
    for (int e = 0; e < count[d]; e++) {
      PutInt(w, e + 1);
      for (int i = 0; i < (d ? 6 : 3); i++) PutReal(w, 0.5 * i);
      PutSize(w, d >= 2);
      if (d >= 2) PutInt(w, e + 1);
      if (d) PutSize(w, 1);
      if (d) PutInt(w, -1);
      EndRow(w);
    }
  }
  fprintf(w->file, "%s$EndEntities\n", w->binary ? "\n" : "");
}

static inline void WriterNodes(const Writer *w, const TasMeshData *data)
{
  const PetscInt n = data->num_points;

  fprintf(w->file, "$Nodes\n");
  if (w->version == 22) {
    fprintf(w->file, "%d\n", (int)n + 1);
  } else { /* two blocks: one node that no cell uses, with a parameter, then the points */
    for (int i = 0; i < 4; i++) PutSize(w, (int64_t[]){2, n + 1, 1, NodeTag(w, n)}[i]);
    for (int i = 0; i < 3; i++) PutInt(w, (int[]){1, 1, 1}[i]);
    PutSize(w, 1);
    PutSize(w, 1);
  }
  if (w->version == 22) PutInt(w, 1);
  for (int i = 0; i < (w->version == 22 ? 3 : 4); i++) PutReal(w, 99);
  EndRow(w);
  if (w->version == 41) {
    for (int i = 0; i < 3; i++) PutInt(w, (int[]){3, 1, 0}[i]);
    PutSize(w, n);
    for (PetscInt p = 0; p < n; p++) PutSize(w, NodeTag(w, p));
  }
  for (PetscInt p = 0; p < n; p++) {
    if (w->version == 22) PutInt(w, (int)NodeTag(w, p));
    for (PetscInt d = 0; d < 3; d++) PutReal(w, data->points[3 * p + d]);
    EndRow(w);
  }
  fprintf(w->file, "%s$EndNodes\n", w->binary ? "\n" : "");
}

/* One element, with a header of its own in binary 2.2 and a block of its own in 4.1. */
static inline void WriterElement(const Writer *w, int dimension, int type, int64_t tag, PetscInt group, PetscInt width,
                                 const PetscInt *nodes)
{
  if (w->version == 41) {
    for (int i = 0; i < 3; i++) PutInt(w, (int[]){dimension, (int)group + 1, type}[i]);
    PutSize(w, 1);
    PutSize(w, tag);
  } else if (w->binary) {
    for (int i = 0; i < 6; i++) PutInt(w, (int[]){type, 1, 2, (int)tag, (int)group + 1, 1}[i]);
  } else {
    fprintf(w->file, "%d %d 2 %d 1 ", (int)tag, type, (int)group + 1);
  }
  for (PetscInt k = 0; k < width; k++) w->version == 41 ? PutSize(w, NodeTag(w, nodes[k])) : PutInt(w, (int)NodeTag(w, nodes[k]));
  EndRow(w);
}

static inline void WriterElements(const Writer *w, const TasMeshData *data)
{
  const int      hex   = data->shape == TAS_SHAPE_HEX;
  const PetscInt total = data->num_facets + data->num_cells, width = hex ? 8 : 4, facet_width = hex ? 4 : 3;

  fprintf(w->file, "$Elements\n");
  if (w->version == 22)
    fprintf(w->file, "%d\n", (int)total);
  else {
    for (int i = 0; i < 4; i++) PutSize(w, (int64_t[]){total, total, 1, ElementTag(w, total)}[i]);
  }
  for (PetscInt c = 0; c < data->num_cells; c++) {
    WriterElement(w, 3, hex ? 5 : 4, ElementTag(w, c), data->cell_tissue[c], width, data->cells + width * c);
  }
  for (PetscInt f = 0; f < data->num_facets; f++) {
    WriterElement(w, 2, hex ? 3 : 2, ElementTag(w, data->num_cells + f), data->facet_surface[f], facet_width,
                  data->facets + facet_width * f);
  }
  fprintf(w->file, "%s$EndElements\n", w->binary ? "\n" : "");
}

static inline void WriterField(const Writer *w, const TasMeshData *data, const TasCellField *field)
{
  fprintf(w->file, "$ElementData\n1\n\"%s\"\n1\n0.5\n4\n0\n%d\n%d\n0\n", field->name, (int)field->num_components, (int)data->num_cells + 1);
  PutInt(w, (int)ElementTag(w, data->num_cells)); /* of a facet: passed over */
  for (PetscInt i = 0; i < field->num_components; i++) PutReal(w, -1);
  EndRow(w);
  for (PetscInt c = data->num_cells - 1; c >= 0; c--) {
    PutInt(w, (int)ElementTag(w, c));
    for (PetscInt i = 0; i < field->num_components; i++) PutReal(w, field->values[c * field->num_components + i]);
    EndRow(w);
  }
  fprintf(w->file, "%s$EndElementData\n", w->binary ? "\n" : "");
}

static inline void WriteAll(const Writer *w, const TasMeshData *data)
{
  WriterHead(w, data);
  if (w->version == 41) WriterEntities(w, data);
  WriterNodes(w, data);
  WriterElements(w, data);
  fprintf(w->file, "$NodeData\n1\n\"ignored\"\n$EndNodeData\n");
  for (PetscInt f = 0; f < data->num_fields; f++) WriterField(w, data, &data->fields[f]);
}
