import pytest

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, parse_recipe, recipe_from
from evomerge.recipe.formula_words import PLACE, is_word, words_of
from evomerge.recipe.starts import known_starts
from evomerge.report.genes import genes_of

TEXT = """\
merge_method:
  formula: {gene: {words: 12, start: "b + sum(w * d)", starts: ["mean(theta)"]}}
  names: {w: 0.5, scale: {default: 2, per_model: false}}
base_model: B
models:
  - {model: A, parameters: {w: {gene: {low: 0, high: 1}}}}
  - {model: C, parameters: {w: 0.3}}
"""


@pytest.fixture
def genome():
    return Genome(parse_recipe(TEXT, "r.yaml"))


def test_each_word_is_a_gene(genome):
    words = [place for place, _ in genome.genes if is_word(place)]
    assert words == [(*PLACE, number) for number in range(12)]
    assert len(genome) == 13


def test_a_genome_is_a_recipe_with_a_formula_and_back(genome):
    recipe = genome.decode(genome.start)
    assert recipe.merge_method.formula == "b + sum(w * d)"
    assert recipe.plain()["models"][0]["parameters"] == {"w": 0.5}
    assert genome.encode(recipe) == genome.snap(genome.start)
    assert recipe_from(recipe.plain()) == recipe
    for number in range(40):
        vector = [((number + 1) * (n + 3) * 0.37) % 1 for n in range(13)]
        made = genome.decode(vector)
        assert genome.decode(genome.encode(made)) == made


def test_the_search_is_told_which_formulas_are_wanted(genome):
    wanted = genome.wanted
    assert wanted.first == 0
    assert wanted.space.parameters == (("scale", False), ("w", True))
    assert wanted.values == (2.0, 0.5)
    assert wanted.itself


def test_further_formulas_are_starts(genome):
    (start,) = known_starts(genome)
    assert genome.decode(start).merge_method.formula == "mean(theta)"


def test_what_was_found_is_one_value(genome):
    recipe = genome.decode(genome.start)
    found = genes_of(genome.recipe.plain(), recipe.plain())
    assert found == {"merge_method.formula": "b + sum(w * d)", "models.0.parameters.w": 0.5}


def test_other_recipes_have_no_words():
    recipe = parse_recipe("merge_method: {formula: mean(theta)}\nmodels: [{model: A}]")
    assert words_of(recipe.merge_method) is None
    assert Genome(recipe).wanted is None


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("words: 12", "words: 2", "greater than or equal to 3"),
        ("words: 12", "words: 5", "r.yaml:2: merge_method.formula: has 6 words, and 5 are the"),
        ("words: 12", "wrods: 12", "unknown key"),
        ("mean(theta)", "mean(theta", "r.yaml:2: merge_method.formula: column 11"),
        ("mean(theta)", "0.123 * b", "r.yaml:2: merge_method.formula: 0.123 is no number"),
        ("mean(theta)", "p * b", "p is no name of the language, and no parameter"),
        ("mean(theta)", "w * b", "comes to a tensor of each model"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old, new, said):
    with pytest.raises(RecipeError, match=said):
        parse_recipe(TEXT.replace(old, new, 1), "r.yaml")


def test_a_formula_of_another_search_is_told(genome):
    plain = genome.decode(genome.start).plain()
    plain["merge_method"]["formula"] = "b + sum(w * d * d * d * d * d * d)"
    with pytest.raises(RecipeError, match=r"merge_method\.formula: has 16 words"):
        genome.encode(recipe_from(plain))
