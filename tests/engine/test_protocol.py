"""What every engine keeps to: each of the registry joins by itself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.engine.loading import load
from evomerge.engine.protocol import Work
from evomerge.engine.registry import ENGINES
from evomerge.engine.request import Generated, Generation, Likelihood, Likely, SamplingParams
from evomerge.errors import Interrupted, TrialError, UserError
from evomerge.merge.making.bank import Bank
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent

BASE = open_parent("zoo:base")
OTHER = open_parent("zoo:arithmetic")


KINDS = [
    pytest.param(kind, id=name, marks=[] if "cpu" in kind.devices else pytest.mark.gpu)
    for name, kind in ENGINES.items()
]


@pytest.fixture(params=KINDS)
def kind(request):
    try:
        request.param.require(device(request.param))
    except UserError as error:
        pytest.skip(str(error))
    return request.param


def device(kind):
    return torch.device(kind.devices[0])


@pytest.fixture
def engine(kind, tokenizer):
    with Cores(2) as cores:
        engine = kind.make(tokenizer, cores, device(kind))
        yield engine
        engine.close()


@pytest.fixture(scope="module")
def requests(tokenizer):
    texts = [tuple(tokenizer.encode(f"{n} + {n % 7} in digits =")) for n in range(12)]
    drawn = SamplingParams(1.0).keyed(0, "item", 0)
    return [
        (Generation(text, ("\n",), 5), Likelihood(text, 2), Generation(text, (), 4, drawn))
        for text in texts
    ]


def architecture(parent):
    return Architecture.of(parent, parent.tensors.specs)


def test_it_answers_every_request_of_every_item_in_order(engine, requests):
    load(engine, BASE, Cores(1))
    found = engine.answer(requests)
    assert len(found.items) == len(requests)
    for asked, answers in zip(requests, found.items, strict=True):
        assert [type(a) for a in answers] == [Generated, Likely, Generated]
        assert answers[1].logprob <= 0
        for request, answer in zip(asked, answers, strict=True):
            if isinstance(answer, Generated):
                assert answer.tokens <= request.max_tokens
                assert not any(stop in answer.text for stop in request.stops)
    assert found.work.tokens > 0
    assert found.work.forward_s >= 0
    assert engine.answer([]).items == []


def test_answers_depend_on_weights_and_request_alone(engine, requests):
    load(engine, BASE, Cores(1))
    first = engine.answer(requests).items
    assert engine.answer(requests).items == first
    assert_alike(engine.answer(requests[::-1]).items, first[::-1])
    assert_alike([*engine.answer(requests[:1]).items, *engine.answer(requests[1:]).items], first)
    load(engine, OTHER, Cores(1))
    assert engine.answer(requests).items != first
    load(engine, BASE, Cores(1))
    assert engine.answer(requests).items == first


def test_several_threads_may_have_requests_answered(engine, requests):
    load(engine, BASE, Cores(1))
    some = requests[:4]
    alone = [engine.answer([item]).items for item in some]
    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(lambda item: engine.answer([item]).items, some)] == alone


def test_what_was_written_stays_as_long_as_the_architecture_does(engine, requests):
    load(engine, BASE, Cores(1))
    before = engine.answer(requests).items
    names = engine.open(architecture(BASE))
    assert engine.answer(requests).items == before
    name = next(iter(names))
    engine.lend(name).copy_(OTHER.tensors.tensor(name))
    engine.written(name)
    assert engine.answer(requests).items != before
    engine.lend(name).copy_(BASE.tensors.tensor(name))
    engine.written(name)
    assert engine.answer(requests).items == before


def test_it_does_not_answer_from_memory_that_nobody_has_written(engine, requests):
    with pytest.raises(RuntimeError, match="no offspring"):
        engine.answer(requests)
    names = [*engine.open(architecture(BASE))]
    with pytest.raises(RuntimeError, match="has not been written"):
        engine.answer(requests)
    load(engine, BASE, Cores(1))
    engine.answer(requests)
    engine.lend(names[0])
    with pytest.raises(RuntimeError, match=f"{names[0]} has not been written"):
        engine.answer(requests)
    engine.written(names[0])
    engine.answer(requests)
    changed = replace(architecture(BASE), generation_config=None)
    engine.open(changed)
    with pytest.raises(RuntimeError, match="has not been written"):
        engine.answer(requests)
    engine.close()
    with pytest.raises(RuntimeError, match="no offspring"):
        engine.answer(requests)


def test_it_lends_every_tensor_that_it_reads_in_its_shape(engine):
    names = engine.open(architecture(BASE))
    assert set(names) <= set(BASE.tensors.specs)
    for name in names:
        assert tuple(engine.lend(name).shape) == BASE.tensors.specs[name].shape


def test_weights_that_are_not_finite_fail_the_trial(engine, requests):
    load(engine, BASE, Cores(1))
    name = max(engine.open(architecture(BASE)))
    engine.lend(name).fill_(float("nan"))
    engine.written(name)
    with pytest.raises(TrialError, match="not finite"):
        engine.answer(requests)


def test_a_checkpoint_can_stop_it(engine, requests):
    def stop():
        raise Interrupted("stop")

    load(engine, BASE, Cores(1))
    with pytest.raises(Interrupted):
        engine.answer(requests, stop)


def test_a_bank_writes_what_a_load_writes(kind, tokenizer, requests):
    recipe = parse_recipe("merge_method: linear\nmodels: [{model: zoo:base}]")
    with Cores(2) as cores:
        loaded, banked = (kind.make(tokenizer, cores, device(kind)) for _ in range(2))
        load(loaded, BASE, cores)
        Bank({BASE.name: BASE}, banked, device(kind)).write(recipe, cores)
        assert banked.answer(requests).items == loaded.answer(requests).items


def test_it_is_known_by_name_versions_and_settings(kind):
    assert kind.identity == kind.identity
    plain = kind.identity.plain()
    assert plain["name"] == kind.name
    assert plain["versions"].keys() == {*kind.packages}
    kind.check(BASE)


def test_work_adds_up():
    assert Work(1.5, 20) + Work(0.25, 3) == Work(1.75, 23)


def assert_alike(ours, theirs):
    """Texts are the same; log-likelihoods but for the rounding of another batch."""
    for mine, other in zip(ours, theirs, strict=True):
        for a, b in zip(mine, other, strict=True):
            if isinstance(a, Likely):
                assert a.logprob == pytest.approx(b.logprob, abs=1e-4)
            else:
                assert a == b
