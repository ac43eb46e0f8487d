/* YAML as a tree that knows its lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "mesh/mesh_data.h"
#include "solver/case/case_tree.h"

static TasTree *Parse(const char *text)
{
  TasTree *tree;
  char     problem[TAS_PROBLEM_LENGTH];

  assert_int_equal(TasTreeParse("case.yaml", text, strlen(text), &tree, problem), PETSC_SUCCESS);
  assert_string_equal(problem, "");
  return tree;
}

static void Refuses(const char *text, size_t length, const char *part)
{
  TasTree *tree;
  char     problem[TAS_PROBLEM_LENGTH];

  assert_int_equal(TasTreeParse("case.yaml", text, length, &tree, problem), PETSC_SUCCESS);
  if (!strstr(problem, part) || strchr(problem, '\n')) fail_msg("\"%s\" does not hold \"%s\"", problem, part);
  assert_int_equal(TasTreeDestroy(&tree), PETSC_SUCCESS);
}

static void RefusesText(const char *text, const char *part)
{
  Refuses(text, strlen(text), part);
}

static void Override(TasTree *tree, const char *override, const char *part)
{
  char problem[TAS_PROBLEM_LENGTH];

  assert_int_equal(TasTreeOverride(tree, override, problem), PETSC_SUCCESS);
  if (*part ? !strstr(problem, part) : *problem) fail_msg("--set %s: \"%s\" does not hold \"%s\"", override, problem, part);
}

static const char *TextAt(const TasTree *tree, const char *a, const char *b, const char *c)
{
  const TasNode *node = TasNodeFind(TasNodeFind(TasNodeFind(TasTreeRoot(tree), a), b), c);

  assert_non_null(node);
  assert_non_null(node->text);
  return node->text;
}

static void KnowsLinesAndPaths(void **state)
{
  TasTree       *tree = Parse("# a comment\ntissues:\n  muscle:\n    fibres:\n      - {c3: 1 MPa,\n         c4: 2}\n");
  const TasNode *list = TasNodeFind(TasNodeFind(TasNodeFind(TasTreeRoot(tree), "tissues"), "muscle"), "fibres");
  char           text[128];

  assert_int_equal(list->kind, TAS_NODE_LIST);
  TasNodePath(TasNodeFind(list->first, "c4"), sizeof(text), text);
  assert_string_equal(text, "tissues.muscle.fibres[0].c4");
  TasNodeOrigin(TasNodeFind(list->first, "c4"), sizeof(text), text);
  assert_string_equal(text, "case.yaml:6");
  assert_int_equal(TasTreeDestroy(&tree), PETSC_SUCCESS);
}

static void CopiesAliases(void **state)
{
  TasTree *tree = Parse("a: &x {m: {v: 1}}\nb: *x\n");

  assert_string_equal(TextAt(tree, "b", "m", "v"), "1");
  Override(tree, "b.m.v=2", "");
  assert_string_equal(TextAt(tree, "a", "m", "v"), "1");
  assert_int_equal(TasTreeDestroy(&tree), PETSC_SUCCESS);
}

static void RefusesBrokenFiles(void **state)
{
  char deep[200] = "a: ";

  RefusesText("", "case.yaml:1: the file is empty");
  RefusesText("# nothing\n", "the file is empty");
  RefusesText("- 1\n", "found no \"key: value\"");
  RefusesText("just text\n", "found no \"key: value\"");
  RefusesText("a: 1\n\tb: 2\n", "case.yaml:2: found a tab, allowed: spaces");
  RefusesText("a:\n  - [1\nb: 2\n", "not valid YAML");
  RefusesText("a: 1\nb: 2\na: 3\n", "case.yaml:3: key \"a\" is given twice, first in line 1");
  RefusesText("a: &x [1, *x]\n", "contains itself");
  RefusesText("a: *x\n", "has no anchor before it");
  RefusesText("a: 1\n---\nb: 1\n", "second document");
  RefusesText("? [a]\n: 1\n", "as a key");
  RefusesText("a: 1\nb: \xff\xfe\n", "case.yaml:2: found bytes that are not text at offset 8");
  Refuses("a: \"x\\0y\"\n", 10, "zero character");
  Refuses("\0\0\0\0garbage", 11, "text");
  memset(deep + 3, '[', 150);
  RefusesText(deep, "nested too deeply");
  RefusesText("a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
              "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
              "aliases expand");
}

static void Overrides(void **state)
{
  TasTree *tree = Parse("a: {b: {c: 1}}\nlist: [1, 2]\nnothing:\n");
  char    *text;

  Override(tree, "a.b.c=4 kPa", "");
  assert_string_equal(TextAt(tree, "a", "b", "c"), "4 kPa");
  Override(tree, "a.b={c: {x: 1}}", "");
  Override(tree, "n.e.w=[1, 2]", "");
  Override(tree, "nothing.is.here=1", "");
  assert_string_equal(TextAt(tree, "nothing", "is", "here"), "1");
  Override(tree, "a.\"dotted.name\".x=3", "");
  assert_string_equal(TextAt(tree, "a", "dotted.name", "x"), "3");
  Override(tree, "list.1=7", "");
  Override(tree, "list.2=7", "--set list.2=7: list: found \"2\", allowed: the number of an item, 0 to 1");
  Override(tree, "list.0.x=7", "is a single value");
  Override(tree, "noequals", "allowed: --set path.to.key=value");
  Override(tree, "=1", "allowed: --set path.to.key=value");
  Override(tree, "a..b=1", "empty or unfinished name");
  Override(tree, "a.=1", "empty or unfinished name");
  Override(tree, "a=[1", "--set a=[1: not valid YAML");
  assert_int_equal(TasTreeWrite(tree, &text), PETSC_SUCCESS);
  assert_non_null(strstr(text, "dotted.name"));
  assert_int_equal(TasTreeDestroy(&tree), PETSC_SUCCESS);
  tree = Parse(text); /* what is written can be read */
  assert_string_equal(TextAt(tree, "nothing", "is", "here"), "1");
  assert_string_equal(TasNodeFind(TasTreeRoot(tree), "list")->last->text, "7");
  assert_int_equal(PetscFree(text), PETSC_SUCCESS);
  assert_int_equal(TasTreeDestroy(&tree), PETSC_SUCCESS);
}

static void RemovesAndJoins(void **state)
{
  TasTree *tree = Parse("first: 1\nmesh: {file: a.msh, unit: mm}\nlist: [{file: b/c.csv}, {file: /d.csv}]\nlast: {x: 1}\n");
  char    *text;

  assert_int_equal(TasTreeRemove(tree, "last"), PETSC_SUCCESS);
  assert_int_equal(TasTreeRemove(tree, "nowhere"), PETSC_SUCCESS);
  assert_int_equal(TasTreeRemove(tree, "first"), PETSC_SUCCESS);
  assert_int_equal(TasTreeRoot(tree)->num_children, 2);
  assert_int_equal(TasNodeFind(TasTreeRoot(tree), "list")->index, 1);
  assert_int_equal(TasTreeJoinPaths(tree, "file", "/there"), PETSC_SUCCESS);
  Override(tree, "title=appended", "");
  assert_int_equal(TasTreeWrite(tree, &text), PETSC_SUCCESS);
  assert_int_equal(TasTreeDestroy(&tree), PETSC_SUCCESS);
  tree = Parse(text);
  assert_string_equal(TasNodeFind(TasNodeFind(TasTreeRoot(tree), "mesh"), "file")->text, "/there/a.msh");
  assert_string_equal(TasNodeFind(TasNodeFind(TasTreeRoot(tree), "mesh"), "unit")->text, "mm");
  assert_string_equal(TasNodeFind(TasNodeFind(TasTreeRoot(tree), "list")->first, "file")->text, "/there/b/c.csv");
  assert_string_equal(TasNodeFind(TasNodeFind(TasTreeRoot(tree), "list")->last, "file")->text, "/d.csv");
  assert_string_equal(TasNodeFind(TasTreeRoot(tree), "title")->text, "appended");
  assert_null(TasNodeFind(TasTreeRoot(tree), "first"));
  assert_int_equal(PetscFree(text), PETSC_SUCCESS);
  assert_int_equal(TasTreeDestroy(&tree), PETSC_SUCCESS);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(KnowsLinesAndPaths),
      cmocka_unit_test(CopiesAliases),
      cmocka_unit_test(RefusesBrokenFiles),
      cmocka_unit_test(Overrides),
      cmocka_unit_test(RemovesAndJoins),
  };
  int failed;

  if (PetscInitializeNoArguments()) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (PetscFinalize()) return 1;
  return failed;
}
