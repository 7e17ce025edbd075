from evomerge.merge.ancestry.ancestry import NO_ANCESTRY
from evomerge.merge.folder.account import Account, WrittenModel
from evomerge.merge.folder.beside import describer
from evomerge.recipe import parse_recipe

RECIPE = parse_recipe("merge_method: linear\nmodels: [{model: a}]\npins: {a: '00'}")


def test_card_lineage_and_pictures_stand_beside_a_model():
    account = Account(images={"verdict.png": b"\x89PNG"})
    files = describer(NO_ANCESTRY, account)(WrittenModel(RECIPE, "5eed", {}))
    assert [*files] == ["verdict.png", "lineage.json", "README.md"]
    assert files["verdict.png"] == b"\x89PNG"
    assert b"![verdict.png](verdict.png)" in files["README.md"]
