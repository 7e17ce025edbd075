import json
import logging
import pickle

import pytest

from evomerge.engine.fake import FAKE
from evomerge.engine.request import Likelihood
from evomerge.ledger import State
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from evomerge.workers.actor import Actor

REQUESTS = [(Likelihood((1, 2), 1),), (Likelihood((1, 3), 1),)]


@pytest.fixture
def actor():
    return Actor(pickle.dumps(FAKE), 1, "cpu", "ray 0")


def opened(actor, *names):
    return pickle.loads(actor.open({name: open_parent(name) for name in names}, None))


def recipe(*names, weights=(1, 1)):
    models = [f"{{model: {n}, parameters: {{weight: {w}}}}}" for n, w in zip(names, weights)]  # noqa: B905
    return parse_recipe(f"merge_method: linear\nmodels: [{', '.join(models)}]").plain()


def test_an_actor_is_given_plain_values(actor, make_model):
    name = make_model("a")
    assert opened(actor, name) is None
    answer = pickle.loads(actor.evaluate(7, recipe(name), REQUESTS, (0,)))
    assert (answer.key, answer.state, answer.worker) == (7, State.SCORED, "ray 0 (1 cores)")
    assert len(answer.responses) == 1


def test_what_the_user_gave_wrong_is_an_error_and_no_answer(actor, make_model):
    a = make_model("a")
    assert opened(actor, a) is None
    said = pickle.loads(actor.evaluate(0, recipe(a, weights=(0,)), REQUESTS, None))
    assert said.state is State.FAILED


@pytest.mark.parametrize("seen", [True, False])
def test_it_writes_a_log_of_its_own(actor, make_model, tmp_path, monkeypatch, seen):
    """In the run's folder where that is to be seen, and else on its own host; without secrets."""
    run_dir, host, name = tmp_path / "run", tmp_path / "host", make_model("a")
    host.mkdir()
    if seen:
        run_dir.mkdir()
    monkeypatch.setenv("HF_TOKEN", "hf_123456789")
    actor.log_to(run_dir, host)
    try:
        assert opened(actor, name) is None
        actor.evaluate(7, recipe(name), REQUESTS, (0,), "d" * 64)
        actor.evaluate(8, recipe(name, weights=(0,)), REQUESTS, None, "e" * 64)
        logging.getLogger("evomerge").error("hf_123456789 at https://me:secret@host/x")
    finally:
        actor._log.close()
    file = run_dir / "logs" / "ray-0.jsonl" if seen else host / "evomerge-ray-0.jsonl"
    said = [json.loads(line) for line in file.read_text().splitlines()]
    words = [one["message"] for one in said]
    assert words[0].startswith("worker ray 0 on ")
    assert words[1].startswith("1 parents opened in ")
    assert words[1].endswith(f": {name}")
    assert words[2] == f"job 7 begins: {'d' * 16}, 1 items"
    assert words[3].startswith("job 7 scored in ")
    assert words[5].startswith("job 8 failed (")
    assert [one["level"] for one in said[:6]] == ["info"] * 5 + ["warning"]
    assert words[-1] == "*** at https://***@host/x"
