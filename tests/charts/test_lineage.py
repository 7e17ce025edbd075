from evomerge.charts.lineage import lineage
from tests.charts.runs import rows

MODELS = [{"model": name, "parameters": {"weight": 1.0}} for name in ("A", "B")]
ELITE = {"merge_method": "linear", "models": MODELS}
GRANDCHILD = {
    "merge_method": "linear",
    "models": [MODELS[0], {"model": "stage:one", "parameters": {"weight": 0.5}}],
    "stages": {"one": ELITE},
}


def test_elites_stand_between_parents_and_winner():
    figure = lineage(GRANDCHILD)

    assert {(n["name"], n["kind"], n["x"]) for n in rows(figure, "nodes")} == {
        ("A", "parent", 0),
        ("B", "parent", 0),
        ("one", "elite", 1),
        ("winner", "winner", 2),
    }
    assert sorted((e["x"], e["x2"]) for e in rows(figure, "edges")) == [
        (0, 1),
        (0, 1),
        (0, 2),
        (1, 2),
    ]
    assert figure.title == "The winner descends from 2 parents over 1 elites"


def test_a_merge_of_parents_alone_has_no_lineage_to_draw():
    assert lineage(ELITE) is None
