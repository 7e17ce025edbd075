import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, parse_recipe, recipe_from
from evomerge.recipe.formula import FormulaSettings

CHOICE = '{gene: {choice: ["b + sum(w * d)", "b + sum(w * d * keep(d, p))"]}}'


def read(method, parameters="{}"):
    text = f"merge_method:{method}\nbase_model: B\nmodels: [{{model: A}}]\nparameters: {parameters}"
    return parse_recipe(text, "r.yaml")


def test_a_formula_stands_in_the_place_of_a_name():
    recipe = read(' {formula: "b + sum(w * d)"}')
    assert recipe.merge_method.texts == ("b + sum(w * d)",)
    assert recipe.methods == ("formula",)
    assert recipe_from(recipe.plain()) == recipe


def test_names_have_defaults_and_ranges():
    recipe = read('\n  formula: "b + sum(w * d)"\n  names: {w: 0.5}')
    assert recipe.merge_method.names["w"].default == 0.5
    settings = FormulaSettings(formula="b + l * sum(d)", names={"l": {"low": 0}})
    assert settings.names["l"].range == (0, float("inf"))


@pytest.mark.parametrize(
    "method, said",
    [
        (' {formula: "b + sum(d"}', r"r.yaml:1: merge_method.formula: column 10: the end stands"),
        ("\n  formula: b + w * d", r"r.yaml:2: merge_method.formula: comes to a tensor of each"),
        ("\n  formula: b\n  names: {d: 1}", "r.yaml:3: merge_method.names.d: 'd' cannot name"),
        ("\n  formula: b\n  names: {w: {default: 3, high: 2}}", "r.yaml:3: .*the default"),
        ("\n  formula: b\n  names: {w: {maximum: 2}}", "unknown key 'merge_method.names.w.maxi"),
        ("\n  formula: b + l * sum(d)\n  names: {l: {per_model: true}}", "comes to a tensor of"),
        ("\n  formula: {gene: {low: 0, high: 1}}", "a formula is text, or {gene"),
        ('\n  formula: {gene: {choice: ["b", "b +"]}}', "r.yaml:2: .*column 4"),
        ("\n  formula: 3", "r.yaml:2: merge_method.formula"),
        ("\n  formla: b", "did you mean 'formula'"),
        (" {formula: '" + "(" * 10_000 + "'}", "has 10,000 characters"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(method, said):
    with pytest.raises(RecipeError, match=said) as error:
        read(method)
    assert len(str(error.value)) < 400


def test_a_gene_chooses_between_formulas():
    genome = Genome(read(f"\n  formula: {CHOICE}\n  names: {{p: 0.5}}"))
    assert genome.names == ("merge_method.formula",)
    one, other = (genome.decode([x]) for x in (0.2, 0.9))
    assert one.merge_method.formula == "b + sum(w * d)"
    assert other.merge_method.formula == "b + sum(w * d * keep(d, p))"
    assert genome.encode(other) == genome.snap([0.9])


def test_models_may_differ_in_what_stands_in_sums_over_them():
    settings = FormulaSettings(formula="b + l * sum(w * d)", names={"w": {"per_model": False}})
    assert settings.per_model("b + l * sum(w * d)") == {"l": False, "w": False}
