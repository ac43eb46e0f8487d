/* The tables of parameters and presets: complete, consistent, and accepted by the models; what is written from them. */
#include "models/harm.h"
#include "models/listing.h"
#include "models/models_impl.h"
#include "models/stiffness_class.h"
#include "samples.h"

static const TasModel *FindAny(const char *name)
{
  for (PetscInt m = 0; m < tas_num_models; m++)
    if (!strcmp(tas_models[m]->name, name)) return tas_models[m];
  return NULL;
}

static void assert_text(const char *text, const char *model, const char *key)
{
  if (!text || !text[0]) fail_msg("%s: %s lacks unit, meaning or source", model, key);
}

static void test_tables(void **state)
{
  for (PetscInt m = 0; m < tas_num_models; m++) {
    const TasModel *model = tas_models[m];

    assert_ptr_equal(TasModelFind(model->part, model->name), model);
    assert_text(model->summary, model->name, "summary");
    assert_text(model->theory, model->name, "theory");
    assert_true(model->derive || (model->num_constants == model->num_parameters && !model->max_terms));
    assert_true(!model->evaluate_volume == (model->part != TAS_PART_VOLUME) && !model->evaluate == (model->part > TAS_PART_FIBRE));
    assert_true((model->num_parameters > 0 || model == &tas_model_unstretched) && model->num_constants > 0);
    for (PetscInt k = 0; k < model->num_parameters; k++) {
      const TasParameter *p = &model->parameters[k];

      assert_text(p->key, model->name, "key");
      assert_text(p->unit, model->name, p->key);
      assert_text(p->meaning, model->name, p->key);
      assert_text(p->source, model->name, p->key);
      assert_true(p->low < p->high);
      assert_int_equal(FindKey(model, p->key), k);
      if (!isnan(p->standard) && !TasParameterAdmits(p, p->standard)) fail_msg("%s: default of %s is out of range", model->name, p->key);
    }
  }
}

static void test_ranges(void **state)
{
  const TasParameter open   = {"k", "1", 0, 1, PETSC_FALSE, PETSC_FALSE, NAN, "", ""};
  const TasParameter closed = {"k", "1", 0, 1, PETSC_TRUE, PETSC_TRUE, NAN, "", ""};
  const TasParameter any    = {"k", "1", -INFINITY, INFINITY, PETSC_FALSE, PETSC_FALSE, NAN, "", ""};
  char               text[64];

  assert_false(TasParameterAdmits(&open, 0) || TasParameterAdmits(&open, 1) || TasParameterAdmits(&open, NAN));
  assert_true(TasParameterAdmits(&open, 0.5) && TasParameterAdmits(&closed, 0) && TasParameterAdmits(&closed, 1));
  assert_false(TasParameterAdmits(&any, INFINITY) || TasParameterAdmits(&any, NAN) || TasParameterAdmits(&closed, 1.0001));
  assert_string_equal(TasParameterRange(&any, text, sizeof(text)), "any");
  assert_string_equal(TasParameterRange(&closed, text, sizeof(text)), "0 to 1");
  assert_string_equal(TasParameterRange(&open, text, sizeof(text)), "above 0, below 1");
}

/* Values of a model of a preset, in a stiffness class: every parameter without default is given, by a key that exists. */
static void AddFromPreset(TasMaterial material, const TasPreset *preset, const TasStiffnessClass *stiffness, const TasModel *model)
{
  PetscReal values[MAX_VALUES];
  PetscInt  terms[MAX_VALUES] = {0};
  char      problem[512];

  SampleValues(model, "", values);
  for (PetscInt v = 0; v < preset->num_values; v++)
    if (!strcmp(preset->values[v].part_model, model->name)) {
      const TasClassFactor *factor = TasStiffnessClassFactor(stiffness, preset->name, model->name, preset->values[v].key);
      const int             k      = FindKey(model, preset->values[v].key);
      assert_true(terms[k] < PetscMax(model->max_terms, 1));
      values[k * PetscMax(model->max_terms, 1) + terms[k]++] = preset->values[v].value * (factor ? factor->factor : 1.);
    }
  Check(TasMaterialAddModel(material, model, 1, values, problem));
  if (problem[0]) fail_msg("preset %s: %s", preset->name, problem);
}

static void test_presets(void **state)
{
  static const char *const wanted[] = {"muscle", "tendon", "aponeurosis", "nerve", "artery", "vein", "fascia", "skin", "fat"};

  for (size_t w = 0; w < sizeof(wanted) / sizeof(wanted[0]); w++) assert_non_null(TasPresetFind(wanted[w]));
  assert_null(TasPresetFind("bone"));
  for (PetscInt p = 0; p < tas_num_presets; p++) {
    const TasPreset *preset = &tas_presets[p];
    TasMaterial      material;
    PetscReal        shear, bulk;

    for (PetscInt v = 0; v < preset->num_values; v++) {
      const TasPresetValue *value = &preset->values[v];
      const TasModel       *model = FindAny(value->part_model);
      PetscBool             used  = PETSC_FALSE;

      for (int part = 0; part < TAS_NUM_PARTS; part++) used = (PetscBool)(used || (preset->models[part] && !strcmp(value->part_model, preset->models[part])));
      assert_non_null(model);
      if (!used || FindKey(model, value->key) < 0)
        fail_msg("preset %s: %s of %s is not a parameter of its models", preset->name, value->key, value->part_model);
      assert_text(value->source, preset->name, value->key);
    }
    Check(TasMaterialCreate(&material));
    for (int part = 0; part < TAS_NUM_PARTS; part++)
      if (preset->models[part]) AddFromPreset(material, preset, NULL, TasModelFind((TasPart)part, preset->models[part]));
    Check(TasMaterialGetModuli(material, &shear, &bulk));
    if (!(shear > 0 && bulk > 0)) fail_msg("preset %s: shear %g, bulk %g", preset->name, shear, bulk);
    Check(TasMaterialDestroy(&material));
  }
}

/* ---- stiffness classes ---- */

/* Each factor counts: its parameter has a value in a preset, which it changes, and what comes out is a material. */
static void test_classes(void **state)
{
  assert_null(TasStiffnessClassFind("unusual"));
  assert_int_equal(TasStiffnessClassFind("usual")->num_factors, 0);
  assert_null(TasStiffnessClassFactor(NULL, "muscle", "yeoh", "c1"));
  for (PetscInt s = 0; s < tas_num_stiffness_classes; s++) {
    const TasStiffnessClass *stiffness = &tas_stiffness_classes[s];

    for (PetscInt f = 0; f < stiffness->num_factors; f++) {
      const TasClassFactor *factor = &stiffness->factors[f];
      const TasPreset      *preset = TasPresetFind(factor->preset);
      PetscBool             given  = PETSC_FALSE;

      assert_non_null(preset);
      for (PetscInt v = 0; v < preset->num_values; v++)
        given = (PetscBool)(given || (!strcmp(preset->values[v].part_model, factor->part_model) && !strcmp(preset->values[v].key, factor->key) && preset->values[v].value != 0));
      if (!given) fail_msg("class %s: preset %s gives no %s of %s", stiffness->name, factor->preset, factor->key, factor->part_model);
      assert_true(factor->factor > 0 && factor->factor != 1);
      assert_text(factor->source, factor->preset, factor->key);
      assert_ptr_equal(TasStiffnessClassFactor(stiffness, factor->preset, factor->part_model, factor->key), factor); /* no second one */
    }
    for (PetscInt p = 0; p < tas_num_presets; p++) {
      TasMaterial material;
      Check(TasMaterialCreate(&material));
      for (int part = 0; part < TAS_NUM_PARTS; part++)
        if (tas_presets[p].models[part]) AddFromPreset(material, &tas_presets[p], stiffness, TasModelFind((TasPart)part, tas_presets[p].models[part]));
      Check(TasMaterialDestroy(&material));
    }
  }
}

/* ---- the listing ---- */

static char *Listing(const char *name, PetscBool markdown)
{
  char  *text;
  size_t length;
  FILE  *out = open_memstream(&text, &length);

  assert_non_null(out);
  Check(TasModelsPrint(out, name, markdown));
  assert_int_equal(fclose(out), 0);
  return text;
}

static void test_listing(void **state)
{
  for (int markdown = 0; markdown < 2; markdown++) {
    char *all = Listing(NULL, markdown ? PETSC_TRUE : PETSC_FALSE);

    for (PetscInt m = 0; m < tas_num_models; m++) {
      char *one = Listing(tas_models[m]->name, markdown ? PETSC_TRUE : PETSC_FALSE);

      assert_non_null(strstr(all, one));
      for (PetscInt k = 0; k < tas_models[m]->num_parameters; k++) {
        assert_non_null(strstr(one, tas_models[m]->parameters[k].key));
        assert_non_null(strstr(one, tas_models[m]->parameters[k].meaning));
        assert_non_null(strstr(one, tas_models[m]->parameters[k].source));
      }
      free(one);
    }
    for (PetscInt p = 0; p < tas_num_presets; p++)
      for (PetscInt v = 0; v < tas_presets[p].num_values; v++) assert_non_null(strstr(all, tas_presets[p].values[v].source));
    for (PetscInt r = 0; r < TAS_NUM_RULES; r++) {
      char *one = Listing(tas_rules[r].name, markdown ? PETSC_TRUE : PETSC_FALSE);

      assert_non_null(strstr(all, one));
      for (PetscInt k = 0; k < tas_rules[r].num_parameters; k++) assert_non_null(strstr(one, tas_rules[r].parameters[k].source));
      free(one);
    }
    free(all);
  }
  assert_true(TasModelsKnows("weiss") && TasModelsKnows("tendon") && TasModelsKnows("skin-stretch"));
  assert_false(TasModelsKnows("tendn"));
  char *nothing = Listing("tendn", PETSC_FALSE);
  assert_string_equal(nothing, "");
  free(nothing);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_tables), cmocka_unit_test(test_ranges), cmocka_unit_test(test_presets), cmocka_unit_test(test_classes),
                                     cmocka_unit_test(test_listing)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
