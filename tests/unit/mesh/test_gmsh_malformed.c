/* Gmsh files that are wrong: one line says what, and nothing crashes (run with -DTASIS_SANITIZE=ON too). */
#include "tests/unit/mesh/box.h"
#include "tests/unit/mesh/gmsh_writer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define OK(call) assert_int_equal((call), 0)

#define HEAD "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n"
#define HEAD41 "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n"
#define NODES "$Nodes\n4\n1 0 0 0\n2 1 0 0\n3 0 1 0\n4 0 0 1\n$EndNodes\n"
#define ELEMENTS "$Elements\n1\n1 4 2 7 1 1 2 3 4\n$EndElements\n"
#define DATA "$ElementData\n1\n\"stiffness\"\n1\n0\n3\n0\n"

static const struct {
  const char *text, *part;
} table[] = {
    {"", "is empty"},
    {"\n", "does not start with $MeshFormat"},
    {"solid cube\nfacet normal 0 0 1\n", "line 1: is not a Gmsh mesh"},
    {"$MeshFormat", "expected the version of the format, found the end of the file"},
    {"$MeshFormat\n2.2 0 8", "expected $EndMeshFormat, found the end of the file"},
    {"$MeshFormat\n2.2 0 8\n$EndMeshForma\n", "expected $EndMeshFormat, found '$EndMeshForma'"},
    {"$MeshFormat\n1 0 8\n$EndMeshFormat\n", "format 1: 2.2 and 4.1 are read"},
    {"$MeshFormat\n4 0 8\n$EndMeshFormat\n", "format 4: 2.2 and 4.1 are read"},
    {"$MeshFormat\nnan 0 8\n$EndMeshFormat\n", "is nan, not a finite number"},
    {"$MeshFormat\n2.2 7 8\n$EndMeshFormat\n", "type of the file is 7"},
    {"$MeshFormat\n2.2 1 4\n", "numbers of 4 bytes"},
    {"$MeshFormat\n2.2 1 8\n\0\0", "found the end of the file"},
    {"$MeshFormat\n2.2 1 8\nabcd", "mark of the byte order"},
    {HEAD, "the file has no $Nodes"},
    {HEAD NODES, "the file has no $Elements"},
    {HEAD ELEMENTS NODES, "$Elements before $Nodes"},
    {HEAD NODES NODES ELEMENTS, "($Nodes): a second section of nodes"},
    {HEAD NODES ELEMENTS ELEMENTS, "a second section of elements"},
    {HEAD "garbage\n", "expected a section that starts with $, found 'garbage'"},
    {HEAD "$EndNodes\n", "a section ends here that has not begun"},
    {HEAD "$AVeryLongNameOfASectionThatNobodyHas\n", "name of a section is too long"},
    {HEAD "$Unknown\n1 2 3\n", "the file ends before $EndUnknown"},
    {HEAD "$PartitionedEntities\n", "is partitioned"},
    {HEAD "$Nodes\n", "expected the number of nodes, found the end"},
    {HEAD "$Nodes\n-4\n", "the number of nodes is -4"},
    {HEAD "$Nodes\n1000000000\n1 0 0 0\n", "the number of nodes is 1000000000, and the rest of the file has room for"},
    {HEAD "$Nodes\n123456789012345678901234567890\n", "expected the number of nodes, found '12345678901234567890123'"},
    {HEAD "$Nodes\nfour\n", "expected the number of nodes, found 'four'"},
    {HEAD "$Nodes\n2\n1 0 0 0\n2 0 0\n$EndNodes\n", "line 8 ($Nodes): expected a coordinate of a node, found '$EndNodes'"},
    {HEAD "$Nodes\n1\n1 0 0 0\n2 0 0 0\n$EndNodes\n", "expected $EndNodes, found '2'"},
    {HEAD "$Nodes\n1\n1 0 nan 0\n$EndNodes\n", "a coordinate of a node is nan"},
    {HEAD "$Nodes\n1\n1 0 -inf 0\n$EndNodes\n", "a coordinate of a node is -inf"},
    {HEAD "$Nodes\n1\n1 0 1e999 0\n$EndNodes\n", "a coordinate of a node is inf"},
    {HEAD "$Nodes\n1\n1 0 1.5.2 0\n$EndNodes\n", "expected a coordinate of a node, found '1.5.2'"},
    {HEAD "$Nodes\n1\n1.5 0 0 0\n$EndNodes\n", "expected the tag of a node, found '1.5'"},
    {HEAD "$Nodes\n1\n0 0 0 0\n$EndNodes\n", "node 0: tags start at 1"},
    {HEAD "$Nodes\n2\n7 0 0 0\n7 1 0 0\n$EndNodes\n", "node 7 is given twice"},
    {HEAD NODES "$Elements\n1\n1 4 2 7 1 1 2 3\n$EndElements\n", "expected a node of an element, found '$EndElements'"},
    {HEAD NODES "$Elements\n1\n1 4 2 7 1 1 2 3 5\n$EndElements\n", "element 1 has node 5, which is not in $Nodes"},
    {HEAD NODES "$Elements\n1\n1 4 2 7 1 1 2 3 -1\n$EndElements\n", "element 1 has node -1"},
    {HEAD NODES "$Elements\n2\n1 4 2 7 1 1 2 3 4\n1 4 2 7 1 1 2 3 4\n$EndElements\n", "element 1 is given twice"},
    {HEAD NODES "$Elements\n1\n1 4 2 0 1 1 2 3 4\n$EndElements\n", "belongs to no physical volume"},
    {HEAD NODES "$Elements\n1\n1 4 0 1 2 3 4\n$EndElements\n", "belongs to no physical volume"},
    {HEAD NODES "$Elements\n1\n1 4 2000000000 1 2 3 4\n$EndElements\n", "expected a tag of an element"},
    {HEAD NODES "$Elements\n1\n1 6 2 7 1 1 2 3 4 1 2\n$EndElements\n", "a prism: cells must be hexahedra or tetrahedra"},
    {HEAD NODES "$Elements\n1\n1 7 2 7 1 1 2 3 4 1\n$EndElements\n", "a pyramid"},
    {HEAD NODES "$Elements\n1\n1 11 2 7 1 1 2 3 4 1 2 3 4 1 2\n$EndElements\n", "Tasis raises the order itself"},
    {HEAD NODES "$Elements\n1\n1 93 2 7 1 1 2 3 4 1\n$EndElements\n", "elements of type 93"},
    {HEAD NODES "$Elements\n1\n1 -3 2 7 1 1 2 3 4 1\n$EndElements\n", "elements of type -3"},
    {HEAD NODES "$Elements\n2\n1 4 2 7 1 1 2 3 4\n2 5 2 7 1 1 2 3 4 1 2 3 4\n$EndElements\n", "hexahedra and tetrahedra in one mesh"},
    {HEAD NODES "$Elements\n2\n1 4 2 7 1 1 2 3 4\n2 3 2 7 1 1 2 3 4\n$EndElements\n", "but the facets of surface 'surface_7' quadrangles"},
    {HEAD NODES "$Elements\n2\n1 2 2 7 1 1 2 3\n2 3 2 7 1 1 2 3 4\n$EndElements\n", "triangles and quadrangles"},
    {HEAD NODES "$Elements\n1\n1 2 2 7 1 1 2 3\n$EndElements\n", "only surfaces: a mesh of volumes is needed"},
    {HEAD NODES "$Elements\n0\n$EndElements\n", "has no hexahedra or tetrahedra"},
    {HEAD
     "$Nodes\n5\n1 0 0 0\n2 1 0 0\n3 0 1 0\n4 0 0 1\n5 9 9 9\n$EndNodes\n$Elements\n2\n1 4 2 7 1 1 2 3 4\n2 2 2 7 1 1 2 5\n$EndElements\n",
     "surface 'surface_7': the facet at (9, 9, 9) is not a face of any cell"},
    {HEAD NODES "$Elements\n9999999\n", "the number of elements is 9999999"},
    {HEAD "$PhysicalNames\n1\n3 7 muscle\n$EndPhysicalNames\n", "expected the name of a physical group, found 'muscle'"},
    {HEAD "$PhysicalNames\n1\n3 7 \"muscle\n$EndPhysicalNames\n", "has no closing quote"},
    {HEAD "$PhysicalNames\n1\n3 7 \"a,b\"\n$EndPhysicalNames\n", "has a comma"},
    {HEAD "$PhysicalNames\n1\n3 7 \"0123456789012345678901234567890123456789012345678901234567890123\"\n$EndPhysicalNames\n",
     "more than 63 characters"},
    {HEAD "$PhysicalNames\n2\n3 7 \"a\"\n3 8 \"a\"\n$EndPhysicalNames\n", "7 and 8 are both named 'a'"},
    {HEAD "$PhysicalNames\n2\n3 7 \"a\"\n3 7 \"b\"\n$EndPhysicalNames\n", "group 7 has two names"},
    {HEAD "$PhysicalNames\n77777\n", "the number of names is 77777"},
    {HEAD "$Entities\n", "belong into files of format 4"},
    {HEAD DATA, "$ElementData before $Elements"},
    {HEAD NODES ELEMENTS DATA "1\n1\n1 5\n", "expected $EndElementData"},
    {HEAD NODES ELEMENTS DATA "2\n1\n1 5 5\n$EndElementData\n", "has 2 components; 1, 3 or 9 are allowed"},
    {HEAD NODES ELEMENTS DATA "1\n1\n2 5\n$EndElementData\n", "a value for element 2, which is not in $Elements"},
    {HEAD NODES ELEMENTS DATA "1\n0\n$EndElementData\n", "has no value for element 1"},
    {HEAD NODES ELEMENTS DATA "1\n2\n1 5\n1 6\n$EndElementData\n", "has two values for element 1"},
    {HEAD NODES ELEMENTS DATA "1\n1\n1 nan\n$EndElementData\n", "a value is nan"},
    {HEAD NODES ELEMENTS DATA "1\n99999999\n", "announces 99999999 values"},
    {HEAD NODES ELEMENTS DATA "1\n1\n1 5\n$EndElementData\n" DATA "1\n1\n1 5\n$EndElementData\n", "field 'stiffness' is given twice"},
    {HEAD NODES ELEMENTS "$ElementData\n0\n0\n3\n0\n1\n1\n1 5\n$EndElementData\n", "data without a name"},
    {HEAD NODES ELEMENTS "$ElementData\n1\n\"a\"\n0\n1\n0\n$EndElementData\n", "has 1 integer tags"},
    {HEAD41 "$Nodes\n1 4 1 4\n3 1 0 4\n1\n2\n3\n4\n0.000 0.000 0.000\n1 0 0\n0 1 0\n", "expected a coordinate of a node"},
    {HEAD41 "$Nodes\n1 4 1 4\n3 1 0 5\n1 2 3 4 5\n0 0 0 1 0 0 0 1 0 0 0 1 0 0 2 0 0 3\n", "more nodes than the 4 announced"},
    {HEAD41 "$Nodes\n1 2 1 2\n3 1 0 1\n1\n0 0 0\n$EndNodes\n", "1 nodes instead of the 2 announced"},
    {HEAD41 "$Nodes\n1 1 1 1\n7 1 0 1\n1\n0 0 0\n$EndNodes\n", "an entity of dimension 7"},
    {HEAD41 "$Nodes\n1 1 1 1\n3 1 0 1\n1\n0 0 0\n$EndNodes\n$Elements\n1 1 1 1\n2 1 4 1\n1 1 1 1 1\n$EndElements\n",
     "a tetrahedron on an entity of dimension 2"},
    {HEAD41 "$Nodes\n1 1 1 1\n3 1 0 1\n1\n0 0 0\n$EndNodes\n$Elements\n1 1 1 1\n3 1 4 2\n1 1 1 1 1\n2 1 1 1 1\n$EndElements\n",
     "more elements than the 1 announced"},
    {HEAD41 "$Nodes\n1 1 1 1\n3 1 0 1\n1\n0 0 0\n$EndNodes\n$Elements\n0 1 1 1\n$EndElements\n", "0 elements instead of the 1 announced"},
    {HEAD41 "$Nodes\n1 1 1 1\n3 1 0 1\n1\n0 0 0\n$EndNodes\n$Elements\n1 1 1 1\n3 1 4 1\n1 1 1 1 1\n$EndElements\n",
     "belongs to no physical volume"},
    {HEAD41 "$Entities\n0 0 0 1\n1 0 0 0 1 1 1 2 7 8 0\n$EndEntities\n$Nodes\n1 1 1 1\n3 1 0 1\n1\n0 0 0\n$EndNodes\n$Elements\n1 1 1 1\n3 "
            "1 4 1\n1 1 1 1 "
            "1\n$EndElements\n",
     "belongs to more than one physical volume"},
    {HEAD41 "$Entities\n0 0 0 2\n1 0 0 0 1 1 1 1 7 0\n1 0 0 0 1 1 1 1 7 0\n$EndEntities\n", "entity 1 of dimension 3 is listed twice"},
    {HEAD41 "$Entities\n0 0 0 88888\n", "the number of entities is 88888"},
    {HEAD41 "$Entities\n0 0 0 1\n1 0 0 0 1 1 1 -5 7 0\n$EndEntities\n", "the number of physical groups of an entity is -5"},
};

/* Reads a file and expects a problem of one line that names the file. */
static void ExpectProblem(const char *path, const char *part)
{
  TasMeshData data;
  char        problem[TAS_PROBLEM_LENGTH];

  OK(TasMeshDataReadGmsh(path, 1, &data, problem));
  if (!strstr(problem, part)) fail_msg("'%s' does not hold '%s'", problem, part);
  if (!strstr(problem, path)) fail_msg("'%s' does not name the file %s", problem, path);
  assert_null(strchr(problem, '\n'));
  assert_null(data.points);
  assert_int_equal(data.num_cells, 0);
}

static void WriteFile(const char *path, const char *bytes, size_t size)
{
  FILE *file = fopen(path, "wb");

  assert_int_equal(fwrite(bytes, 1, size, file), size);
  fclose(file);
}

static void test_table(void **state)
{
  char path[] = "/tmp/test_gmsh_XXXXXX";

  close(mkstemp(path));
  for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
    WriteFile(path, table[i].text, strlen(table[i].text));
    ExpectProblem(path, table[i].part);
  }
  unlink(path);
}

static void test_paths(void **state)
{
  char folder[] = "/tmp/test_gmsh_XXXXXX", pipe[64];

  ExpectProblem("/nowhere/at/all.msh", "cannot be read: No such file or directory");
  ExpectProblem(mkdtemp(folder), "is a directory");
  snprintf(pipe, sizeof(pipe), "%s/pipe", folder);
  OK(mkfifo(pipe, 0600));
  ExpectProblem(pipe, "is not a regular file");
  unlink(pipe);
  rmdir(folder);
}

static void test_byte_order(void **state)
{
  static const char swapped[] = "$MeshFormat\n4.1 1 8\n\0\0\0\1\n$EndMeshFormat\n";
  char              path[]    = "/tmp/test_gmsh_XXXXXX";

  close(mkstemp(path));
  WriteFile(path, swapped, sizeof(swapped) - 1);
  ExpectProblem(path, "the other byte order");
  unlink(path);
}

/* A good file of each variant as one string. */
static char *GoodFile(int variant, size_t *size)
{
  const Box   box = {variant & 4 ? TAS_SHAPE_TET : TAS_SHAPE_HEX, {1, 1, 2}, {1, 1, 1}, NULL};
  char       *text;
  Writer      w = {open_memstream(&text, size), variant & 1 ? 22 : 41, variant & 2 ? 1 : 0, 1};
  TasMeshData data;

  OK(BoxCreate(&box, &data));
  WriteAll(&w, &data);
  fclose(w.file);
  OK(TasMeshDataClear(&data));
  return text;
}

/* Cut anywhere, a file is either wrong or (cut behind a section) smaller; it never crashes. */
static void test_truncated(void **state)
{
  char path[] = "/tmp/test_gmsh_XXXXXX", problem[TAS_PROBLEM_LENGTH];

  close(mkstemp(path));
  for (int variant = 0; variant < 8; variant++) {
    size_t size, good = 0;
    char  *text = GoodFile(variant, &size);
    for (size_t cut = 0; cut < size; cut += cut < 200 ? 1 : 7) {
      TasMeshData data;
      WriteFile(path, text, cut);
      OK(TasMeshDataReadGmsh(path, 1, &data, problem));
      good += !*problem;
      OK(TasMeshDataClear(&data));
    }
    assert_true(good < 12); /* ends of sections, with and without the end of the line */
    free(text);
  }
  unlink(path);
}

/* Bytes changed at random, the same on every run. */
static void test_noise(void **state)
{
  char     path[] = "/tmp/test_gmsh_XXXXXX", problem[TAS_PROBLEM_LENGTH];
  uint32_t seed   = 12345;

  close(mkstemp(path));
  for (int variant = 0; variant < 8; variant++) {
    size_t size;
    char  *text = GoodFile(variant, &size), *spoilt = malloc(size);
    for (int trial = 0; trial < 300; trial++) {
      TasMeshData data;
      memcpy(spoilt, text, size);
      for (int i = 0; i < 1 + trial % 4; i++) {
        seed                       = seed * 1664525u + 1013904223u;
        spoilt[(seed >> 8) % size] = (char)(seed >> 3);
        if (trial % 3 == 0) spoilt[(seed >> 8) % size] = "0123456789-. \n$"[(seed >> 4) % 15];
      }
      WriteFile(path, spoilt, size);
      OK(TasMeshDataReadGmsh(path, 1, &data, problem));
      if (!*problem) OK(TasMeshDataCheck(&data, problem));
      OK(TasMeshDataClear(&data));
    }
    free(spoilt);
    free(text);
  }
  unlink(path);
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_paths), cmocka_unit_test(test_byte_order),
                                     cmocka_unit_test(test_truncated), cmocka_unit_test(test_noise)};

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
