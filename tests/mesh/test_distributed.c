/* TasMeshCreate on any number of ranks: nodes, cells, surfaces, fields. */
#include "tests/mesh/compare.h"

/* Places of the nodes in the reference cell, as vtkTriQuadraticHexahedron and vtkQuadraticTetra have them (in halves). */
static const PetscInt hex_place[27][3] = {{0, 0, 0}, {2, 0, 0}, {2, 2, 0}, {0, 2, 0}, {0, 0, 2}, {2, 0, 2}, {2, 2, 2},
                                          {0, 2, 2}, {1, 0, 0}, {2, 1, 0}, {1, 2, 0}, {0, 1, 0}, {1, 0, 2}, {2, 1, 2},
                                          {1, 2, 2}, {0, 1, 2}, {0, 0, 1}, {2, 0, 1}, {2, 2, 1}, {0, 2, 1}, {0, 1, 1},
                                          {2, 1, 1}, {1, 0, 1}, {1, 2, 1}, {1, 1, 0}, {1, 1, 2}, {1, 1, 1}};
static const PetscInt tet_place[10][3] = {{0, 0, 0}, {2, 0, 0}, {0, 2, 0}, {0, 0, 2}, {1, 0, 0},
                                          {1, 1, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}, {0, 1, 1}};

/* First-order shape function of a corner at a place given in halves. */
static PetscReal CornerShape(TasShape shape, PetscInt corner, const PetscInt at[3])
{
  PetscReal value = 1;

  if (shape == TAS_SHAPE_TET) return corner ? 0.5 * at[corner - 1] : 1 - 0.5 * (at[0] + at[1] + at[2]);
  for (PetscInt d = 0; d < 3; d++) value *= hex_place[corner][d] ? 0.5 * at[d] : 1 - 0.5 * at[d];
  return value;
}

static void CheckNodePlaces(const TasMesh *mesh, TasShape shape)
{
  const PetscInt corners = shape == TAS_SHAPE_HEX ? 8 : 4;

  for (PetscInt c = 0; c < mesh->num_cells; c++) {
    const PetscInt *cell = mesh->cells + c * mesh->nodes_per_cell;
    for (PetscInt n = 0; n < mesh->nodes_per_cell; n++) {
      for (PetscInt d = 0; d < 3; d++) {
        PetscReal x = 0;
        for (PetscInt k = 0; k < corners; k++) {
          x += CornerShape(shape, k, shape == TAS_SHAPE_HEX ? hex_place[n] : tet_place[n]) * mesh->coordinates[3 * cell[k] + d];
        }
        assert_near(mesh->coordinates[3 * cell[n] + d], x, 1e-14);
      }
    }
  }
}

/* Counts of the pieces, and what is expected of a box. */
static void CheckCounts(const Pair *p, PetscInt num_nodes)
{
  const TasMesh *m = p->shared;

  assert_int_equal(m->num_nodes_global, num_nodes);
  assert_int_equal(m->num_cells_global, p->data.num_cells);
  assert_int_equal(SumOverRanks(m->num_nodes_owned), num_nodes);
  assert_int_equal(SumOverRanks(m->num_cells_owned), p->data.num_cells);
  if (p->size == 1) assert_int_equal(m->num_cells, m->num_cells_owned);
  if (p->size == 1) assert_int_equal(m->num_nodes, m->num_nodes_owned);
}

/* Each number belongs to one owned node; ghosts know its global number. */
static void CheckNodes(const Pair *p)
{
  const TasMesh *m     = p->shared;
  PetscInt      *place = PlacesOf(m->num_nodes, m->node_number, m->num_nodes_global);
  PetscInt      *whole = PlacesOf(p->whole->num_nodes, p->whole->node_number, m->num_nodes_global), *global;

  OK(PetscCalloc1(m->num_nodes_global, &global));
  for (PetscInt n = 0; n < m->num_nodes_owned; n++) global[m->node_number[n]] = m->first_node + n + 1;
  OK(MPI_Allreduce(MPI_IN_PLACE, global, (PetscMPIInt)m->num_nodes_global, MPIU_INT, MPI_SUM, PETSC_COMM_WORLD));
  PetscInt *inverse;
  OK(PetscCalloc1(m->num_nodes_global, &inverse));
  for (PetscInt n = 0; n < m->num_nodes_global; n++) {
    assert_in_range(global[n], 1, m->num_nodes_global);
    assert_int_equal(inverse[global[n] - 1]++, 0);
  }
  for (PetscInt n = m->num_nodes_owned; n < m->num_nodes; n++) {
    assert_int_equal(global[m->node_number[n]] - 1, m->ghost_nodes[n - m->num_nodes_owned]);
  }
  for (PetscInt n = 0; n < m->num_nodes; n++) {
    for (PetscInt d = 0; d < 3; d++) assert_true(m->coordinates[3 * n + d] == p->whole->coordinates[3 * whole[m->node_number[n]] + d]);
    if (m->node_number[n] < p->data.num_points) {
      for (PetscInt d = 0; d < 3; d++) assert_true(m->coordinates[3 * n + d] == p->data.points[3 * m->node_number[n] + d]);
    }
  }
  OK(PetscFree(inverse));
  OK(PetscFree(global));
  OK(PetscFree(whole));
  OK(PetscFree(place));
}

/* Cells have the nodes, tissue and fields that they have on one rank. */
static void CheckCells(const Pair *p)
{
  const TasMesh *m = p->shared, *w = p->whole;
  PetscInt      *place = PlacesOf(w->num_cells, w->cell_number, w->num_cells);

  for (PetscInt c = 0; c < m->num_cells; c++) {
    const PetscInt number = m->cell_number[c], there = place[number];
    for (PetscInt k = 0; k < m->nodes_per_cell; k++) {
      assert_int_equal(m->node_number[m->cells[c * m->nodes_per_cell + k]], w->node_number[w->cells[there * m->nodes_per_cell + k]]);
    }
    assert_int_equal(m->cell_tissue[c], p->data.cell_tissue[number]);
    for (PetscInt f = 0; f < m->num_fields; f++) {
      const PetscInt width = m->fields[f].num_components;
      for (PetscInt i = 0; i < width; i++) assert_true(m->fields[f].values[c * width + i] == p->data.fields[f].values[number * width + i]);
    }
  }
  OK(PetscFree(place));
}

/* What the header promises: every cell that touches an owned node is here. */
static void CheckOverlap(const Pair *p)
{
  const TasMesh *m = p->shared, *w = p->whole;
  PetscInt      *node = PlacesOf(m->num_nodes, m->node_number, m->num_nodes_global);
  PetscInt      *cell = PlacesOf(m->num_cells, m->cell_number, m->num_cells_global);

  for (PetscInt c = 0; c < w->num_cells; c++) {
    for (PetscInt k = 0; k < w->nodes_per_cell; k++) {
      const PetscInt here = node[w->node_number[w->cells[c * w->nodes_per_cell + k]]];
      if (here >= 0 && here < m->num_nodes_owned) assert_true(cell[w->cell_number[c]] >= 0);
    }
  }
  OK(PetscFree(cell));
  OK(PetscFree(node));
}

/* The facet of the surface on one rank with the same cell and nodes, or -1. */
static PetscInt FindFacet(const TasMesh *m, const TasSurface *mine, PetscInt facet, const TasMesh *w, const TasSurface *theirs)
{
  for (PetscInt f = 0; f < theirs->num_facets; f++) {
    PetscInt same = 0;
    if (w->cell_number[theirs->facet_cell[f]] != m->cell_number[mine->facet_cell[facet]]) continue;
    for (PetscInt k = 0; k < m->nodes_per_facet; k++) {
      same += m->node_number[mine->facet_nodes[facet * m->nodes_per_facet + k]] ==
              w->node_number[theirs->facet_nodes[f * m->nodes_per_facet + k]];
    }
    if (same == m->nodes_per_facet) return f;
  }
  return -1;
}

/* Facets of the whole surface that touch a node owned here. */
static PetscInt CountTouching(const TasMesh *m, const TasMesh *w, const TasSurface *whole)
{
  PetscInt *node = PlacesOf(m->num_nodes, m->node_number, m->num_nodes_global), count = 0;

  for (PetscInt f = 0; f < whole->num_facets; f++) {
    PetscBool touches = PETSC_FALSE;
    for (PetscInt k = 0; k < m->nodes_per_facet; k++) {
      const PetscInt here = node[w->node_number[whole->facet_nodes[f * m->nodes_per_facet + k]]];
      if (here >= 0 && here < m->num_nodes_owned) touches = PETSC_TRUE;
    }
    count += touches;
  }
  OK(PetscFree(node));
  return count;
}

static void CheckSurfaces(const Pair *p)
{
  const TasMesh *m = p->shared, *w = p->whole;

  for (PetscInt s = 0; s < m->num_surfaces; s++) {
    const TasSurface *mine = &m->surfaces[s], *whole = &w->surfaces[s];
    PetscInt          touching = 0;
    assert_string_equal(mine->name, p->data.surface_names[s]);
    assert_int_equal(mine->interior, !strcmp(mine->name, "middle"));
    assert_int_equal(SumOverRanks(mine->num_facets_owned), whole->num_facets);
    for (PetscInt f = 0; f < mine->num_facets; f++) {
      PetscBool touches = PETSC_FALSE;
      assert_true(FindFacet(m, mine, f, w, whole) >= 0);
      assert_int_equal(f < mine->num_facets_owned, mine->facet_cell[f] < m->num_cells_owned);
      for (PetscInt k = 0; k < m->nodes_per_facet; k++) touches |= mine->facet_nodes[f * m->nodes_per_facet + k] < m->num_nodes_owned;
      touching += touches;
    }
    assert_int_equal(touching, CountTouching(m, w, whole));
  }
}

/* Area vector of the corners of a facet (plane or not: the divergence theorem holds edge by edge). */
static void FacetArea(const TasMesh *mesh, const PetscInt *nodes, PetscInt corners, PetscReal area[3])
{
  const PetscReal *x[4];
  PetscReal        a[3], b[3];

  for (PetscInt k = 0; k < corners; k++) x[k] = mesh->coordinates + 3 * nodes[k];
  for (PetscInt d = 0; d < 3; d++) {
    a[d] = corners == 4 ? x[2][d] - x[0][d] : x[1][d] - x[0][d];
    b[d] = corners == 4 ? x[3][d] - x[1][d] : x[2][d] - x[0][d];
  }
  for (PetscInt d = 0; d < 3; d++) area[d] = 0.5 * (a[(d + 1) % 3] * b[(d + 2) % 3] - a[(d + 2) % 3] * b[(d + 1) % 3]);
}

/* Outward normals: the closed surface has no net area, each side its own, and they enclose the volume of the box. */
static void CheckAreas(const Pair *p, const Box *box)
{
  const TasMesh *m       = p->shared;
  const PetscInt corners = box->shape == TAS_SHAPE_HEX ? 4 : 3;

  for (PetscInt s = 0; s < 6; s++) {
    PetscReal sum[3] = {0}, area[3], side = box->length[(s / 2 + 1) % 3] * box->length[(s / 2 + 2) % 3];
    for (PetscInt f = 0; f < m->surfaces[s].num_facets_owned; f++) {
      FacetArea(m, m->surfaces[s].facet_nodes + f * m->nodes_per_facet, corners, area);
      for (PetscInt d = 0; d < 3; d++) sum[d] += area[d];
    }
    OK(MPI_Allreduce(MPI_IN_PLACE, sum, 3, MPIU_REAL, MPI_SUM, PETSC_COMM_WORLD));
    for (PetscInt d = 0; d < 3; d++) assert_near(sum[d], d == s / 2 ? (s % 2 ? side : -side) : 0, 1e-12);
  }
}

/* Volume by the faces of every cell, each outward: 1/3 of position times area, summed over triangles of the corners (tetrahedra). */
static void CheckVolume(const Pair *p, const Box *box)
{
  const TasMesh *m      = p->shared;
  PetscReal      volume = 0;

  if (box->shape != TAS_SHAPE_TET) return;
  for (PetscInt c = 0; c < m->num_cells_owned; c++) {
    const PetscInt  *cell = m->cells + c * m->nodes_per_cell;
    const PetscReal *x    = m->coordinates + 3 * cell[0];
    PetscReal        e[3][3];
    for (PetscInt k = 0; k < 3; k++) {
      for (PetscInt d = 0; d < 3; d++) e[k][d] = m->coordinates[3 * cell[k + 1] + d] - x[d];
    }
    volume += (e[0][0] * (e[1][1] * e[2][2] - e[1][2] * e[2][1]) + e[0][1] * (e[1][2] * e[2][0] - e[1][0] * e[2][2]) +
               e[0][2] * (e[1][0] * e[2][1] - e[1][1] * e[2][0])) /
              6;
  }
  OK(MPI_Allreduce(MPI_IN_PLACE, &volume, 1, MPIU_REAL, MPI_SUM, PETSC_COMM_WORLD));
  assert_near(volume, box->length[0] * box->length[1] * box->length[2], 1e-12);
}

/* Node k of a facet lies in the middle of what VTK_QUAD, VTK_BIQUADRATIC_QUAD, VTK_QUADRATIC_TRIANGLE say. */
static void CheckFacetOrder(const TasMesh *m)
{
  static const PetscInt quad[9][4]     = {{0}, {1}, {2}, {3}, {0, 1}, {1, 2}, {2, 3}, {3, 0}, {0, 1, 2, 3}},
                        quad_count[9]  = {1, 1, 1, 1, 2, 2, 2, 2, 4};
  static const PetscInt triangle[6][2] = {{0}, {1}, {2}, {0, 1}, {1, 2}, {2, 0}}, triangle_count[6] = {1, 1, 1, 2, 2, 2};
  const PetscBool       tet = m->nodes_per_facet == 6 ? PETSC_TRUE : PETSC_FALSE;

  for (PetscInt s = 0; s < m->num_surfaces; s++) {
    for (PetscInt f = 0; f < m->surfaces[s].num_facets; f++) {
      const PetscInt *nodes = m->surfaces[s].facet_nodes + f * m->nodes_per_facet;
      for (PetscInt n = 0; n < m->nodes_per_facet; n++) {
        const PetscInt *from = tet ? triangle[n] : quad[n], count = tet ? triangle_count[n] : quad_count[n];
        for (PetscInt d = 0; d < 3; d++) {
          PetscReal x = 0;
          for (PetscInt k = 0; k < count; k++) x += m->coordinates[3 * nodes[from[k]] + d] / count;
          assert_near(m->coordinates[3 * nodes[n] + d], x, 1e-14);
        }
      }
    }
  }
}

static void CheckAll(const Box *box, TasElement element, PetscInt num_nodes)
{
  Pair p;

  PairCreate(box, element, &p);
  CheckCounts(&p, num_nodes);
  CheckNodes(&p);
  CheckCells(&p);
  CheckOverlap(&p);
  CheckNodePlaces(p.shared, box->shape);
  CheckSurfaces(&p);
  CheckAreas(&p, box);
  CheckVolume(&p, box);
  CheckFacetOrder(p.shared);
  PairDestroy(&p);
}

static void test_hex8(void **state)
{
  CheckAll(&hex_box, TAS_ELEMENT_HEX8, 5 * 4 * 7);
}

static void test_hex27(void **state)
{
  CheckAll(&hex_box, TAS_ELEMENT_HEX27, 9 * 7 * 13);
}

/* Points, then the edges of Kuhn's triangulation: as many as (2n+1)^3 points say, since every half-grid point is the middle of one. */
static void test_tet10(void **state)
{
  CheckAll(&tet_box, TAS_ELEMENT_TET10, 7 * 5 * 9);
}

/* Fewer cells than ranks. */
static void test_few_cells(void **state)
{
  const Box one = {TAS_SHAPE_HEX, {1, 1, 1}, {1, 1, 1}, NULL}, two = {TAS_SHAPE_HEX, {1, 1, 2}, {1, 1, 1}, NULL};

  CheckAll(&one, TAS_ELEMENT_HEX8, 8);
  CheckAll(&one, TAS_ELEMENT_HEX27, 27);
  CheckAll(&two, TAS_ELEMENT_HEX8, 12);
}

static void test_find(void **state)
{
  Pair p;

  PairCreate(&hex_box, TAS_ELEMENT_HEX8, &p);
  assert_int_equal(TasMeshFindTissue(p.shared, "upper"), 1);
  assert_int_equal(TasMeshFindTissue(p.shared, "x0"), -1);
  assert_int_equal(TasMeshFindSurface(p.shared, "middle"), 6);
  assert_int_equal(TasMeshFindSurface(p.shared, ""), -1);
  assert_int_equal(TasMeshFindField(p.shared, "stiffness"), 1);
  assert_int_equal(TasMeshFindField(p.shared, "fibres"), -1);
  PairDestroy(&p);
}

/* A bar along z is numbered from end to end: neighbours in space are neighbours in number. */
static void test_locality(void **state)
{
  const Box bar = {TAS_SHAPE_HEX, {4, 4, 64}, {4, 4, 64}, NULL};
  Pair      p;

  PairCreate(&bar, TAS_ELEMENT_HEX8, &p);
  for (PetscInt c = 0; c < p.whole->num_cells; c++) {
    const PetscInt *cell = p.whole->cells + 8 * c;
    PetscInt        low = cell[0], high = cell[0];
    for (PetscInt k = 1; k < 8; k++) {
      low  = PetscMin(low, cell[k]);
      high = PetscMax(high, cell[k]);
    }
    assert_true(high - low < 4 * 25); /* of 1,625 nodes: a few layers of 25 */
  }
  PairDestroy(&p);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_hex8),      cmocka_unit_test(test_hex27), cmocka_unit_test(test_tet10),
      cmocka_unit_test(test_few_cells), cmocka_unit_test(test_find),  cmocka_unit_test(test_locality),
  };

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
