from evomerge.charts.lineage import lineage
from evomerge.ledger import AdapterTrained, RankedFinalist, TrainingFailed
from evomerge.report.view import Revision, View, ViewedFinalist
from tests.charts.runs import rows

ONE = "/runs/r/elites/00000000000000e1"
TRAINED = "B+/runs/r/adapters/cycle-1-ab"


def merge(**weights):
    models = [{"model": name, "parameters": {"weight": one}} for name, one in weights.items()]
    return {"merge_method": "task_arithmetic", "base_model": "B", "models": models}


def trained(cycle, folder):
    hashes, settings, versions = ("s", "w", "d"), {"rank": 8}, {"torch": "2"}
    examples = {"human": 6, "chain": 2}
    return AdapterTrained(cycle, folder, "B", *hashes, settings, examples, versions, 20, 0.5)


def view(made, elites=None, trainings=()):
    winner = ViewedFinalist(RankedFinalist("w", 0.5, 0.5), None, made, elites or {})
    return View(Revision(1, is_running=False), finalists=(winner,), trainings=trainings)


def drawn(figure):
    nodes = {(n["x"], n["y"]): n["name"] for n in rows(figure, "nodes")}
    return sorted(
        (nodes[edge["x"], edge["y"]], nodes[edge["x2"], edge["y2"]], edge["counts"])
        for edge in rows(figure, "edges")
    )


def test_elites_stand_between_parents_and_winner():
    figure = lineage(view(merge(A=0.5, **{ONE: 0.5}), elites={ONE: merge(A=1.0, C=0.5)}))

    assert {(n["name"], n["kind"], n["x"]) for n in rows(figure, "nodes")} == {
        ("A", "parent", 0),
        ("B", "parent", 0),
        ("C", "parent", 0),
        ("00000000000000e1", "elite", 1),
        ("winner", "winner", 2),
    }
    assert drawn(figure) == [
        ("00000000000000e1", "winner", "yes"),
        ("A", "00000000000000e1", "yes"),
        ("A", "winner", "yes"),
        ("B", "00000000000000e1", "yes"),
        ("B", "winner", "yes"),
        ("C", "00000000000000e1", "yes"),
    ]
    assert figure.title == "The winner descends from 3 parents over 1 elite"


def test_what_has_no_weight_is_no_ancestor():
    gone = merge(A=0.0, **{ONE: [0.0, 0.0], TRAINED: [0.0, 1.0]})
    trainings = (trained(0, "adapters/cycle-0"), trained(1, "adapters/cycle-1-ab"))
    figure = lineage(view(gone, elites={ONE: merge(A=1.0)}, trainings=trainings))

    assert drawn(figure) == [
        ("00000000000000e1", "winner", "weight 0"),
        ("A", "00000000000000e1", "yes"),
        ("A", "winner", "weight 0"),
        ("B", "00000000000000e1", "yes"),
        ("B", "B+cycle-1-ab", "yes"),
        ("B", "winner", "yes"),
        ("B+cycle-1-ab", "winner", "yes"),
    ]
    assert figure.title == "The winner descends from 1 parent over 1 adapter"


def test_an_adapter_stands_beside_the_elites_of_its_cycle():
    trainings = (TrainingFailed(0, "no items"), trained(1, "adapters/cycle-1-ab"))
    figure = lineage(view(merge(**{TRAINED: 1.0}), trainings=trainings))

    adapter = next(n for n in rows(figure, "nodes") if n["kind"] == "adapter")
    assert (adapter["x"], adapter["from"]) == (2, "6 human, 2 chain items")


def test_a_merge_of_root_parents_alone_has_no_lineage_to_draw():
    assert lineage(view(merge(A=1.0), trainings=(trained(0, "adapters/cycle-0"),))) is None
    assert lineage(View(Revision(1, is_running=False))) is None
    assert lineage(view({})) is None
