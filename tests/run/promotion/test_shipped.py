"""Parents as they were shipped, beside how a recipe reads them."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from benchmarks.faults.shipped import exchanged
from evomerge import evolve
from evomerge.cli.verdict import print_verdict
from evomerge.engine.request import Generation
from evomerge.errors import EvomergeError
from evomerge.ledger import Ledger, Model, Role, Split
from evomerge.recipe import parse_recipe
from evomerge.run.preparation.preflight import prepare
from evomerge.run.promotion.shipped import shipped_forms
from evomerge.zoo import zoo_folder

TEXT = """\
merge_method: task_arithmetic
base_model: zoo:base
models:
  - {model: OTHER, parameters: {weight: {gene: {low: 0.7, high: 1.0}}}}
  - {model: zoo:largest, parameters: {weight: {gene: {low: 0.7, high: 1.0}}}}
evolve:
  fitness:
    - {task: zoo_arithmetic, metric: exact_match}
    - {task: zoo_largest, metric: acc, num_fewshot: 2}
  splits: {search: 24, validation: 16, test: 60}
  search: {population: 4}
  budget: {evaluations: 4}
  elites: 2
"""
TEMPLATE = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant:{% endif %}"
)


def forms(text, name):
    prepared = prepare(parse_recipe(text))
    return prepared, {
        form.model.name: form for form in shipped_forms(prepared, Model(Role.PARENT, name))
    }


def shown(item):
    request = item.requests[0]
    return request.prompt if isinstance(request, Generation) else request.tokens


def copied(folder, dtype=None, template=None):
    shutil.copytree(zoo_folder("zoo:arithmetic"), folder)
    if dtype is not None:
        file = folder / "model.safetensors"
        save_file({n: t.to(dtype) for n, t in load_file(file).items()}, file)
    if template is not None:
        file = folder / "tokenizer_config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "chat_template": template}))
    return str(folder)


def test_what_the_recipe_reads_as_it_is_has_no_other_form(tmp_path):
    for text in (TEXT, "dtype: float32\n" + TEXT):
        for name in ("zoo:base", "zoo:arithmetic", "zoo:largest"):
            _, found = forms(text.replace("OTHER", "zoo:arithmetic"), name)
            assert found == {}
    # Other files that say the same of the tokens.
    name = copied(tmp_path / "copy")
    file = tmp_path / "copy" / "tokenizer_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "padding_side": "left"}))
    assert forms(TEXT.replace("OTHER", name), name)[1] == {}


def test_another_type_is_another_form(tmp_path):
    """Of a parent that is stored in another type than the recipe's."""
    name = copied(tmp_path / "half", torch.bfloat16)
    text = TEXT.replace("OTHER", name)
    prepared, found = forms("dtype: float32\n" + text, name)
    (form,) = found.values()
    assert form.model.label == f"{name} as shipped"
    items = [item.requests for term in form.prepared.benchmark.terms for item in term.items["test"]]
    assert items == [i.requests for term in prepared.benchmark.terms for i in term.items["test"]]
    assert forms("dtype: bfloat16\n" + text, name)[1] == {}
    assert [*forms("dtype: bfloat16\n" + text, "zoo:largest")[1]] == ["zoo:largest as shipped"]


def test_a_parent_is_asked_the_same_items_in_its_own_tokens(tmp_path):
    name = str(exchanged(tmp_path / "exchanged"))
    prepared, found = forms(TEXT.replace("OTHER", name), name)
    (form,) = found.values()
    own, read = form.prepared.benchmark, prepared.benchmark
    assert own.ids(Split.TEST) == read.ids(Split.TEST)
    assert own.ids(Split.SEARCH, Split.VALIDATION) == []
    for ours, theirs in zip(own.terms, read.terms, strict=True):
        pairs = list(zip(ours.items[Split.TEST], theirs.items[Split.TEST], strict=True))
        assert [a.id for a, _ in pairs] == [b.id for _, b in pairs]
        assert any(a.requests != b.requests for a, b in pairs)
        for a, b in pairs:
            texts = [
                one.tokenizer.decode(shown(item))
                for one, item in ((form.prepared, a), (prepared, b))
            ]
            assert texts[0] == texts[1], "with the same examples"


def test_a_chat_template_is_tried_where_the_recipe_has_none(tmp_path):
    name = copied(tmp_path / "chat", template=TEMPLATE)
    text = TEXT.replace("OTHER", name)
    prepared, found = forms(text, name)
    assert [*found] == [f"{name} as shipped, in chat turns"]
    (form,) = found.values()
    prompt = form.prepared.benchmark.terms[0].items["test"][0].requests[0].prompt
    assert form.prepared.tokenizer.decode(prompt).startswith("user: ")
    chat = "chat_template: chatml\n" + text.replace(
        "evolve:", "evolve:\n  apply_chat_template: true"
    )
    assert [*forms(chat, name)[1]] == [f"{name} as shipped"], "by its own template"
    assert [*forms(chat, "zoo:largest")[1]] == ["zoo:largest as shipped"], "without any"
    del prepared


@pytest.fixture(scope="module")
def misread(tmp_path_factory):
    folder = tmp_path_factory.mktemp("misread")
    name = str(exchanged(folder / "exchanged"))
    return name, evolve(parse_recipe(TEXT.replace("OTHER", name)), folder / "run")


def test_a_drop_is_flagged_in_verdict_and_card_and_the_stronger_form_must_be_beaten(misread):
    name, run = misread
    verdict = run.verdict
    shipped, read = (
        verdict.scores[n].tasks["zoo_arithmetic"] for n in (f"{name} as shipped", name)
    )
    assert shipped > 0.9 > 0.7 > read
    (flag,) = [flag for flag in verdict.flags if flag.what == "as_shipped"]
    assert (flag.task, flag.winner, flag.reference) == ("zoo_arithmetic", read, shipped)
    assert f"{name} as shipped scores {shipped:.3g}, and {read:.3g} as the recipe" in flag.sentence
    assert verdict.best == f"{name} as shipped"
    card = (run.winner / "README.md").read_text()
    assert flag.sentence in card
    assert "exchanged as shipped" in card


def test_read_token_by_token_it_is_the_same_and_nothing_is_flagged(misread, tmp_path):
    name, _ = misread
    text = "tokenizer_source: base\n" + TEXT.replace("OTHER", name)
    scores = evolve(parse_recipe(text), tmp_path / "run").verdict.scores
    assert scores[f"{name} as shipped"] == scores[name]


def test_a_parent_that_cannot_run_as_shipped_is_named(tmp_path, capsys):
    """Its own float16 overflows; the recipe's float32 does not."""
    folder = tmp_path / "half"
    copied(folder, torch.float16)
    tensors = load_file(folder / "model.safetensors")
    for name in tensors:
        if "layers.1.mlp" in name:
            tensors[name] = (tensors[name].float() * 3000).clamp(-6e4, 6e4).half()
    save_file(tensors, folder / "model.safetensors")
    run = evolve(
        parse_recipe("dtype: float32\n" + TEXT.replace("OTHER", str(folder))), tmp_path / "run"
    )
    assert run.verdict.outcome == "refused"
    (reason,) = run.verdict.reasons
    assert reason.startswith(f"{folder} as shipped could not be scored on the sealed items (")
    assert run.verdict.best_parent is None
    assert "not all of its rivals could be scored" in (run.winner / "README.md").read_text()
    print_verdict(run)
    told = capsys.readouterr()
    assert json.loads(told.out)["reasons"] == [reason]
    assert "refused: nothing can be proved" in told.err


def test_a_template_that_raises_is_told_before_the_search(tmp_path):
    name = copied(tmp_path / "chatty", template="{{ raise_exception('a system turn is needed') }}")
    with pytest.raises(EvomergeError, match=r"chatty cannot be asked .* a system turn is needed"):
        evolve(parse_recipe(TEXT.replace("OTHER", name)), tmp_path / "run")
    with Ledger(tmp_path / "run") as ledger:
        assert not ledger.parts()
