/* Gmsh files that are right, in every variant, and what TasMeshDataWriteGmsh writes. */
#include "tests/unit/mesh/box.h"
#include "tests/unit/mesh/gmsh_writer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define OK(call) assert_int_equal((call), 0)

static const Box hexes = {TAS_SHAPE_HEX, {2, 2, 3}, {1, 1.7, 0.3}, NULL}, tets = {TAS_SHAPE_TET, {2, 1, 2}, {1, 1, 1}, NULL};

static void CompareNames(PetscInt count, char (*a)[TAS_NAME_LENGTH], char (*b)[TAS_NAME_LENGTH])
{
  for (PetscInt i = 0; i < count; i++) assert_string_equal(a[i], b[i]);
}

static void Compare(const TasMeshData *read, const TasMeshData *data, PetscReal scale)
{
  const PetscInt width = data->shape == TAS_SHAPE_HEX ? 8 : 4, facet_width = data->shape == TAS_SHAPE_HEX ? 4 : 3;

  assert_int_equal(read->shape, data->shape);
  assert_int_equal(read->num_points, data->num_points);
  assert_int_equal(read->num_cells, data->num_cells);
  assert_int_equal(read->num_facets, data->num_facets);
  assert_int_equal(read->num_tissues, data->num_tissues);
  assert_int_equal(read->num_surfaces, data->num_surfaces);
  assert_int_equal(read->num_fields, data->num_fields);
  for (PetscInt i = 0; i < 3 * data->num_points; i++) assert_true(read->points[i] == scale * data->points[i]);
  assert_memory_equal(read->cells, data->cells, sizeof(PetscInt) * (size_t)(width * data->num_cells));
  assert_memory_equal(read->cell_tissue, data->cell_tissue, sizeof(PetscInt) * (size_t)data->num_cells);
  assert_memory_equal(read->facets, data->facets, sizeof(PetscInt) * (size_t)(facet_width * data->num_facets));
  assert_memory_equal(read->facet_surface, data->facet_surface, sizeof(PetscInt) * (size_t)data->num_facets);
  CompareNames(data->num_tissues, read->tissue_names, data->tissue_names);
  CompareNames(data->num_surfaces, read->surface_names, data->surface_names);
  for (PetscInt f = 0; f < data->num_fields; f++) {
    assert_string_equal(read->fields[f].name, data->fields[f].name);
    assert_int_equal(read->fields[f].num_components, data->fields[f].num_components);
    for (PetscInt i = 0; i < data->num_cells * data->fields[f].num_components; i++) {
      assert_true(read->fields[f].values[i] == data->fields[f].values[i]);
    }
  }
}

static void ReadAndCompare(const char *path, const TasMeshData *data, PetscReal scale)
{
  TasMeshData read;
  char        problem[TAS_PROBLEM_LENGTH];

  OK(TasMeshDataReadGmsh(path, scale, &read, problem));
  assert_string_equal(problem, "");
  Compare(&read, data, scale);
  OK(TasMeshDataCheck(&read, problem));
  assert_string_equal(problem, "");
  OK(TasMeshDataClear(&read));
}

static void test_variants(void **state)
{
  const Box *boxes[] = {&hexes, &tets};

  for (int i = 0; i < 16; i++) {
    char        path[] = "/tmp/test_gmsh_XXXXXX";
    Writer      w      = {fdopen(mkstemp(path), "wb"), i & 1 ? 22 : 41, i & 2 ? 1 : 0, i & 4 ? 3 : 1};
    TasMeshData data;
    OK(BoxCreate(boxes[i >> 3], &data));
    WriteAll(&w, &data);
    fclose(w.file);
    ReadAndCompare(path, &data, 1);
    ReadAndCompare(path, &data, 1000);
    OK(TasMeshDataClear(&data));
    unlink(path);
  }
}

static void test_round_trip(void **state)
{
  const Box *boxes[] = {&hexes, &tets};

  for (int i = 0; i < 2; i++) {
    char        path[] = "/tmp/test_gmsh_XXXXXX";
    TasMeshData data;
    close(mkstemp(path));
    OK(BoxCreate(boxes[i], &data));
    data.points[0] = -1.0 / 3 * 1e-7; /* one that takes all digits */
    OK(TasMeshDataWriteGmsh(path, &data));
    ReadAndCompare(path, &data, 1);
    OK(TasMeshDataClear(&data));
    unlink(path);
  }
}

static void ReadText(const char *text, TasMeshData *data, char *problem)
{
  char  path[] = "/tmp/test_gmsh_XXXXXX";
  FILE *file   = fdopen(mkstemp(path), "w");

  fputs(text, file);
  fclose(file);
  OK(TasMeshDataReadGmsh(path, 1, data, problem));
  unlink(path);
}

#define TET_NODES "$Nodes\r\n4\r\n1 0 0 0\r\n2 1 0 0\r\n3 0 1 0\r\n4 0 0 1\r\n$EndNodes\r\n"

/* Groups without a name, groups without elements, negative tags, ends of line of Windows, points and lines. */
static void test_names(void **state)
{
  TasMeshData data;
  char        problem[TAS_PROBLEM_LENGTH];

  ReadText("$MeshFormat\r\n2.2 0 8\r\n$EndMeshFormat\r\n$PhysicalNames\r\n2\r\n3 9 \"nothing\"\r\n2 3 \"one "
           "side\"\r\n$EndPhysicalNames\r\n" TET_NODES "$Elements\r\n6\r\n1 15 2 5 1 1\r\n2 1 2 6 1 1 2\r\n3 2 2 3 1 1 2 3\r\n4 2 2 -8 1 1 "
                                                       "2 4\r\n5 2 0 1 3 4\r\n6 4 2 7 1 1 2 3 4\r\n$EndElements\r\n",
           &data, problem);
  assert_string_equal(problem, "");
  assert_int_equal(data.num_tissues, 1);
  assert_string_equal(data.tissue_names[0], "tissue_7");
  assert_int_equal(data.num_surfaces, 2);
  assert_string_equal(data.surface_names[0], "one side");
  assert_string_equal(data.surface_names[1], "surface_8");
  assert_int_equal(data.num_facets, 2);
  OK(TasMeshDataClear(&data));
}

/* Lines of a tetrahedron's edges and beyond it, in disorder: tags of lines, each group, first and second node. */
static void ReadLines(const char *lines, int num, PetscInt *num_points, PetscReal **points, char *problem)
{
  TasMeshData data;
  char        text[2048];

  snprintf(text, sizeof(text),
           "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n1\n1 5 \"nerve\"\n$EndPhysicalNames\n$Nodes\n6\n1 0 0 0\n2 1 0 0\n3 0 1 0\n4 "
           "0 0 1\n5 3 3 3\n6 4 4 4\n$EndNodes\n$Elements\n%d\n1 4 2 7 1 1 2 3 4\n%s$EndElements\n",
           num + 1, lines);
  ReadText(text, &data, problem);
  assert_string_equal(problem, "");
  assert_int_equal(data.num_points, 4); /* what no cell uses is no point of the mesh */
  assert_int_equal(data.num_line_groups, 1);
  assert_string_equal(data.line_group_names[0], "nerve");
  OK(TasMeshDataPath(&data, 0, num_points, points, problem));
  OK(TasMeshDataClear(&data));
}

static void test_lines(void **state)
{
  static const PetscReal expected[4] = {1, 0, 3, 4}; /* x of nodes 2, 1, 5, 6 */
  PetscReal             *points;
  PetscInt               num;
  char                   problem[TAS_PROBLEM_LENGTH];

  ReadLines("2 1 2 5 1 5 6\n3 1 2 5 1 5 1\n4 1 2 5 1 2 1\n5 1 2 0 1 3 4\n", 4, &num, &points, problem);
  assert_string_equal(problem, "");
  assert_int_equal(num, 4);
  for (int i = 0; i < 4; i++) assert_true(points[3 * i] == expected[i]); /* from 2, where the line of that end starts; node 6 is no start */
  OK(PetscFree(points));
  ReadLines("2 1 2 5 1 6 5\n3 1 2 5 1 5 1\n4 1 2 5 1 1 2\n", 3, &num, &points, problem);
  assert_int_equal(num, 4);
  for (int i = 0; i < 4; i++) assert_true(points[3 * i] == expected[3 - i]);
  OK(PetscFree(points));
  ReadLines("2 1 2 5 1 1 2\n3 1 2 5 1 1 3\n4 1 2 5 1 1 4\n", 3, &num, &points, problem);
  assert_string_equal(problem, "more than two lines meet at (0, 0, 0)");
  ReadLines("2 1 2 5 1 1 2\n3 1 2 5 1 2 3\n4 1 2 5 1 3 1\n", 3, &num, &points, problem);
  assert_string_equal(problem, "its lines have no end: a path has two");
  ReadLines("2 1 2 5 1 1 2\n3 1 2 5 1 5 6\n", 2, &num, &points, problem);
  assert_string_equal(problem, "its lines do not hang together: only 1 of 2 are reached from one end");
  OK(PetscFree(points));
}

/* Every form of a number reads as strtod has it. */
static void test_numbers(void **state)
{
  static const char *const numbers[] = {"0.1",
                                        "-0.1e-3",
                                        "1e22",
                                        "123456789012345678901234567890",
                                        "3.14159265358979323846",
                                        "+7.",
                                        ".5",
                                        "1E+05",
                                        "1e-300",
                                        "4.9e-324",
                                        "9007199254740993",
                                        "0.30000000000000004",
                                        "1.7e308",
                                        "-0",
                                        "0x1p-3",
                                        "5e-1"};

  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
    TasMeshData data;
    char        problem[TAS_PROBLEM_LENGTH], text[1024];
    snprintf(text, sizeof(text),
             "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n4\n1 0 0 0\n2 1 0 0\n3 0 1 0\n4 %s 0 1\n$EndNodes\n$Elements\n1\n1 4 2 7 1 1 2 "
             "3 4\n$EndElements\n",
             numbers[i]);
    ReadText(text, &data, problem);
    assert_string_equal(problem, "");
    assert_true(data.points[9] == strtod(numbers[i], NULL));
    OK(TasMeshDataClear(&data));
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants), cmocka_unit_test(test_round_trip), cmocka_unit_test(test_names), cmocka_unit_test(test_lines),
                                     cmocka_unit_test(test_numbers)};

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
