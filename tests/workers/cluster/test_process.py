import pickle
from types import SimpleNamespace

from evomerge.engine.fake import FAKE
from evomerge.engine.request import Likelihood
from evomerge.ledger import State
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from evomerge.workers.cluster import process
from evomerge.workers.cluster.process import WorkerProcess


def test_requests_are_fetched_once_and_jobs_done_on_them(monkeypatch, make_model):
    fetched = []
    context = SimpleNamespace(get_node_id=lambda: "node 7")
    fake = SimpleNamespace(
        get=lambda ref: fetched.append(ref) or pickle.dumps([(Likelihood((1, 2), 1),)] * ref),
        get_runtime_context=lambda: context,
    )
    monkeypatch.setattr(process, "ray", fake)
    name = make_model("a")
    worker = WorkerProcess(pickle.dumps(FAKE), 1, "cpu", "ray 0", 0)
    assert worker.born().node == "node 7"
    parents = pickle.dumps(({name: open_parent(name)}, None))
    assert pickle.loads(worker.open(parents, None)) is None
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{{model: {name}}}]").plain()
    counts = []
    for key, (number, reference) in enumerate([(0, 3), (0, 3), (1, 2)]):
        answer = pickle.loads(worker.evaluate(key, recipe, number, [reference], None))
        assert (answer.key, answer.state) == (key, State.SCORED)
        counts.append(len(answer.responses))
    assert counts == [3, 3, 2]
    assert fetched == [3, 2]
