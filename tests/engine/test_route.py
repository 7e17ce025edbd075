"""Every engine answers as the model that is saved of a path, whether it follows routes or not."""

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.loading import load
from evomerge.engine.protocol import RoutingEngine
from evomerge.engine.registry import ENGINES
from evomerge.engine.request import Generation, Likelihood, Likely
from evomerge.engine.route import Route
from evomerge.errors import UserError
from evomerge.merge.making.bank import Bank
from evomerge.merge.merging import merge
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.plan import Planner
from evomerge.weights import open_parent
from tests.path_cases import over

RECIPE = over(["zoo:arithmetic", "zoo:french"], 4, 0, (1, 0.8), 5, 1, (7, 1.5), 7)
ROUTING = {"transformers", "continuous"}


def test_scales_are_factors_of_what_is_added():
    parents = open_parents(RECIPE)
    route = Planner(parents).path_layers(RECIPE).route(RECIPE)
    assert route == Route(
        "model.layers",
        (0, 1, 5, 1, 7, 7),
        (1.0, *[1 / 0.8] * 3, *[pytest.approx(1 / 1.2)] * 2),
        route.relayered,
    )
    assert route.relayered.keys == (("num_hidden_layers",),)
    assert route.relayered.order == route.layers


@pytest.mark.parametrize("kind", ENGINES.values(), ids=ENGINES)
def test_an_engine_answers_as_the_saved_model(kind, tokenizer, tmp_path):
    cpu = torch.device("cpu")
    try:
        kind.require(cpu)
    except UserError as error:
        pytest.skip(str(error))
    texts = [tuple(tokenizer.encode(f"{n} + {n % 7} in digits =")) for n in range(8)]
    texts += [(*texts[0], *text) for text in texts[1:3]]
    asked = [(Generation(text, ("\n",), 5), Likelihood(text, 2)) for text in texts]
    merge(RECIPE, tmp_path / "saved")
    with Cores(2) as cores:
        routed, loaded = (kind.make(tokenizer, cores, cpu) for _ in range(2))
        assert isinstance(routed, RoutingEngine) == (kind.name in ROUTING)
        Bank(open_parents(RECIPE), routed, cpu).write(RECIPE, cores)
        load(loaded, open_parent(str(tmp_path / "saved")), cores)
        ours, theirs = routed.answer(asked).items, loaded.answer(asked).items
    for (text, likely), (other, also) in zip(ours, theirs, strict=True):
        assert isinstance(likely, Likely)
        assert text == other
        assert likely.logprob == pytest.approx(also.logprob, abs=1e-4)
        assert likely.greedy == also.greedy
