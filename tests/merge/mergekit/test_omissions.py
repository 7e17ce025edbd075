"""What mergekit is told that recipes leave unsaid; it was seen to merge such files to the same."""

import pytest
import torch
import yaml

from evomerge.errors import RecipeError
from evomerge.merge.mergekit.export import export
from evomerge.merge.merging import merge
from evomerge.merge.parents import open_parents
from evomerge.recipe import parse_recipe
from evomerge.weights import Checkpoint
from evomerge.zoo import zoo_folder
from tests.families import save
from tests.tokenized import shuffled, tokenized_model, tokenizer

SEARCH = "evolve: {fitness: [{task: t, metric: acc}], budget: {evaluations: 2}}\n"
"""By which a base that the method does not read gives its config alone."""


def exported(text):
    written = export(parse_recipe(text, "r.yaml"), "float32")
    return yaml.safe_load(written), [line for line in written.splitlines() if line[0] == "#"]


def of(method, base, *models):
    base = f"base_model: {base}\n" if base else ""
    return f"merge_method: {method}\n{base}models: {[{'model': m} for m in models]}\n{SEARCH}"


@pytest.fixture
def worded(tmp_path):
    """Tiny models with tokenizers: as it is, with a token more, in another order, padded, cut."""
    words = tokenizer()
    size = words.get_vocab_size()
    kinds = {
        "plain": (words, None),
        "more": (tokenizer(added=["<|im_start|>"]), None),
        "shuffled": (shuffled(words, 3), None),
        "padded": (words, size + 6),
        "cut": (words, size - 2),
    }
    return {
        name: tokenized_model(tmp_path / name, kind, seed, rows)
        for seed, (name, (kind, rows)) in enumerate(kinds.items())
    }


def test_an_idle_base_of_linear_stands_among_the_models_without_weight(make_model, tmp_path):
    base, a, b = (make_model(name, seed) for seed, name in enumerate("xab"))
    for name in "xab":
        for file in ("tokenizer.json", "tokenizer_config.json"):
            (tmp_path / name / file).write_text("{}")
    plain, notes = exported(of("linear", base, a, b))
    assert plain["base_model"] == base
    assert plain["models"][-1] == {"model": base, "parameters": {"weight": 0.0}}
    assert "mergekit-yaml FILE OUT merges this to the weights" in notes[0]
    merge(parse_recipe(of("linear", base, a, b)), tmp_path / "ours", device="cpu", threads=1)
    merge(parse_recipe(yaml.safe_dump(plain)), tmp_path / "same", device="cpu", threads=1)
    ours, same = (Checkpoint(tmp_path / name).content_hash for name in ("ours", "same"))
    assert ours == same


def test_other_methods_leave_it_out_and_call_it_by_its_name():
    text = of("karcher", "zoo:base", "zoo:arithmetic", "zoo:french")
    plain, notes = exported(text)
    assert "base_model" not in plain
    assert len(notes) == 1
    base = str(zoo_folder("zoo:base").resolve())
    plain, notes = exported(text + "tokenizer_source: base\n")
    assert plain["tokenizer_source"] == base
    assert "does not read the base here" in notes[1]
    plain, _ = exported(text + "tokenizer: {source: base}\n")
    assert plain["tokenizer"]["source"] == base


def test_slices_keep_an_idle_base_as_mergekit_adds_none():
    plain, notes = exported(
        "merge_method: linear\nbase_model: zoo:base\nslices: [{sources: [{model: zoo:french, "
        "layer_range: [0, 4]}]}]\ntokenizer_source: base\n"
    )
    assert plain["base_model"] == str(zoo_folder("zoo:base").resolve())
    assert [len(part["sources"]) for part in plain["slices"]] == [1]
    assert plain["tokenizer_source"] == "base"
    assert "does not read the base here" in notes[1]


@pytest.mark.parametrize("source", ["zoo:base", "base", "union"])
def test_whose_tokenizer_it_is_is_found_from_any_folder(source):
    plain, notes = exported(of("ties", "zoo:french", "zoo:reverse") + f"tokenizer_source: {source}")
    assert plain["tokenizer_source"] == source.replace(
        "zoo:base", str(zoo_folder("zoo:base").resolve())
    )
    assert len(notes) == 1


def test_the_only_module_is_called_default():
    plain, notes = exported(
        "merge_method: linear\nmodules: {text_decoder: {models: [{model: zoo:base}]}}"
    )
    assert list(plain["modules"]) == ["default"]
    assert len(notes) == 1


@pytest.mark.parametrize("method", ["linear", "ties", "karcher"])
def test_modules_that_stay_are_copied(tmp_path, method):
    base, a, b = (save(tmp_path / f"m{seed}", "t5", seed) for seed in range(3))
    models = f"{{models: [{{model: {a}}}, {{model: {b}}}]}}"
    text = f"merge_method: {method}\nbase_model: {base}\nmodules: {{encoder: {models}}}\n{SEARCH}"
    plain, notes = exported(text)
    assert plain["modules"].keys() == {"encoder", "decoder", "shared"}
    for name in ("decoder", "shared"):
        (copied,) = plain["modules"][name]["models"]
        assert copied["model"] == base
        assert copied["parameters"] == ({} if method == "karcher" else {"weight": 1.0})
    assert "architectures that it lists" in notes[1]
    with pytest.raises(RecipeError, match=r"^r.yaml:3: .*model_stock cannot copy decoder"):
        exported(text.replace(method, "model_stock"))


def test_modules_and_vocabularies_out_of_reach_are_noted():
    text = "merge_method: linear\nmodules: {encoder: {models: [{model: o/a}, {model: o/b}]}}"
    _, notes = exported(text)
    assert "names, and no others" in " ".join(notes)
    assert "tokenizer_source: base may have to be added" in " ".join(notes)


@pytest.mark.parametrize("base, settings", [("plain", {}), ("padded", {"pad_to_multiple_of": 56})])
def test_a_vocabulary_is_asked_for_where_rows_differ(worded, base, settings):
    text = of("ties", worded[base], worded["more"], worded["shuffled"])
    plain, notes = exported(text)
    assert plain["tokenizer"] == {"source": "base", **settings}
    assert len(notes) == 1 + len(settings)
    same = open_parents(parse_recipe(yaml.safe_dump(plain)))
    for name, parent in open_parents(parse_recipe(text)).items():
        for tensor in parent.tensors.specs:
            ours, theirs = (p.tensors.tensor(tensor) for p in (parent, same[name]))
            end = 50 if settings and len(ours) == 56 else len(ours)  # the rest are means there
            assert ours.shape == theirs.shape
            assert torch.equal(ours[:end], theirs[:end])


def test_none_is_asked_for_where_rows_are_as_many(worded):
    plain, notes = exported(of("ties", worded["plain"], worded["shuffled"]))
    assert "tokenizer" not in plain
    assert len(notes) == 1


def test_rows_that_mergekit_cannot_leave_out_are_refused(worded):
    with pytest.raises(RecipeError, match="has more tokens than embeddings"):
        exported(of("ties", worded["cut"], worded["plain"]))
