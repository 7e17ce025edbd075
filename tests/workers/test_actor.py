from evomerge.engine.fake import FAKE
from evomerge.engine.request import Likelihood
from evomerge.ledger import State
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from evomerge.workers.actor import Actor


def test_an_actor_is_given_plain_values(make_model):
    name = make_model("a")
    actor = Actor({name: open_parent(name)}, None, 1, "cpu", FAKE, "ray 0")
    recipe = parse_recipe(f"merge_method: linear\nmodels: [{{model: {name}}}]").plain()
    requests = [(Likelihood((1, 2), 1),), (Likelihood((1, 3), 1),)]
    assert actor.ready() is None
    answer = actor.evaluate(9, recipe, requests, [0])
    assert (answer.key, answer.state, answer.worker) == (9, State.SCORED, "ray 0 (1 cores)")
    assert len(answer.responses) == 1
