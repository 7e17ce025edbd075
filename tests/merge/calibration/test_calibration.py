"""Merges by what parents do with texts."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from evomerge.cores import Cores
from evomerge.errors import RecipeError
from evomerge.merge.calibration.calibration import Calibration, read_texts
from evomerge.merge.merging import merge
from evomerge.merge.parents import open_parents
from evomerge.merge.plan.contract import check_contract
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import CalibrationSettings, digest, load_recipe
from evomerge.weights import Checkpoint
from evomerge.zoo import zoo_folder
from tests.families import save
from tests.live import LiveBank
from tests.tokenized import shuffled, tokenized_model, tokenizer

CPU = torch.device("cpu")
TEXTS = ["71 + 35 in digits = 106", "67 in french = six sept", "12 + 38 in digits = 50"]


@pytest.fixture
def texts(tmp_path):
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(TEXTS) + "\n")
    return file


def recipe_file(folder, method, texts="texts.txt", models=("zoo:arithmetic", "zoo:french")):
    file = folder / f"{method}.yaml"
    listed = "".join(f"- model: {model}\n" for model in models)
    file.write_text(f"merge_method: {method}\nmodels:\n{listed}calibration: {{texts: {texts}}}\n")
    return file


@pytest.mark.parametrize("method", ["fisher", "regmean"])
def test_merges_by_texts_are_the_same_from_bank_and_stream(tmp_path, texts, method):
    recipe = load_recipe(recipe_file(tmp_path, method))
    hashes = {merge(recipe, tmp_path / f"out{n}", device="cpu", threads=n) for n in (1, 3)}
    assert len(hashes) == 1
    written = Checkpoint(tmp_path / "out1")
    with Cores(2) as cores:
        live = LiveBank(open_parents(recipe), CPU).write(recipe, cores)
    for name, tensor in live.tensors.items():
        assert torch.equal(tensor, written.tensor(name))
    again = load_recipe(tmp_path / "out1" / "recipe.yaml")  # it is pinned to the same texts
    assert merge(again, tmp_path / "again", device="cpu") in hashes


def renumbered(folder, words, name):
    """The same model with its tokens numbered otherwise."""
    twin = shuffled(words, 11)
    before, after = words.get_vocab(), twin.get_vocab()
    order = [before[token] for token in sorted(after, key=after.__getitem__)]
    tokenized_model(folder / name, twin, 7)
    tensors = load_file(folder / name / "model.safetensors")
    by_token = ("model.embed_tokens.weight", "lm_head.weight")
    save_file(
        {n: t[order] if n in by_token else t for n, t in tensors.items()},
        folder / name / "model.safetensors",
    )


@pytest.mark.parametrize("method", ["fisher", "regmean"])
@pytest.mark.parametrize("source", ["base", "union"])
def test_a_parent_numbered_otherwise_reads_the_same_texts(tmp_path, method, source):
    """Also where the base has no row for what it reads: `[PAD]` is left out there."""
    words = tokenizer(added=["[PAD]"])
    tokenized_model(tmp_path / "base", tokenizer(), 1)
    tokenized_model(tmp_path / "one", words, 7)
    renumbered(tmp_path, words, "twin")
    (tmp_path / "texts.txt").write_text("the cat sat[PAD]\nnear the river bank[PAD]\n")
    hashes = set()
    for name in ("one", "twin"):
        models = [str(tmp_path / n) for n in ("base", name)]
        file = recipe_file(tmp_path, method, models=models)
        file.write_text(f"{file.read_text()}tokenizer_source: {source}\n")
        hashes.add(merge(file, tmp_path / f"out-{name}", device="cpu"))
    assert len(hashes) == 1


def test_a_text_ends_where_the_models_positions_do(tmp_path, texts):
    """GPT-2 has learnt so many positions and no more; `length` may ask for fewer."""
    save(tmp_path / "gpt2", "gpt2", 3)  # 16 positions
    tokenizer(size=40).save(str(tmp_path / "gpt2" / "tokenizer.json"))

    def information_in(length):
        asked = f"calibration: {{texts: {texts}, length: {length}}}"
        file = tmp_path / "r.yaml"
        file.write_text(f"merge_method: fisher\nmodels: [{{model: {tmp_path}/gpt2}}]\n{asked}\n")
        recipe = load_recipe(file)
        parents = open_parents(recipe)
        with Cores(1) as cores:
            (found,) = (
                Calibration(parents, CPU)
                .statistics(recipe, make_plan(recipe, parents), cores)
                .values()
            )
        return found["transformer.wpe.weight"].any(1).tolist()

    texts.write_text("the cat sat on the mat " * 9 + "\n")
    assert information_in(512) == [True] * 16
    assert information_in(4) == [True] * 4 + [False] * 12


def test_tokens_without_a_row_are_not_read(tmp_path):
    """A tokenizer may know tokens that the model has never been given."""
    words = tokenizer(added=["[PAD]"])
    tokenized_model(tmp_path / "m", words, 7, rows=words.get_vocab_size() - 1)
    (tmp_path / "texts.txt").write_text("the cat[PAD] sat\n")
    models = (str(tmp_path / "m"),)
    merge(recipe_file(tmp_path, "fisher", models=models), tmp_path / "out", device="cpu")
    written, parent = Checkpoint(tmp_path / "out"), Checkpoint(tmp_path / "m")
    for name in parent.specs:
        assert torch.allclose(written.tensor(name), parent.tensor(name), atol=1e-5)


@pytest.mark.parametrize("method", ["fisher", "regmean"])
def test_equal_parents_give_that_parent(tmp_path, texts, method):
    shutil.copytree(zoo_folder("zoo:french"), tmp_path / "copy")
    models = ("zoo:french", str(tmp_path / "copy"))
    merge(recipe_file(tmp_path, method, models=models), tmp_path / "out", device="cpu")
    written, parent = Checkpoint(tmp_path / "out"), Checkpoint(zoo_folder("zoo:french"))
    for name in parent.specs:
        assert torch.allclose(written.tensor(name), parent.tensor(name), atol=1e-5)


def test_regmean_answers_more_like_its_parents_than_the_mean_does(tmp_path, texts):
    recipe = load_recipe(recipe_file(tmp_path, "regmean"))
    merge(recipe, tmp_path / "out", device="cpu")
    parents = open_parents(recipe)
    with Cores(1) as cores:
        known = Calibration(parents, CPU).statistics(recipe, make_plan(recipe, parents), cores)
    written = Checkpoint(tmp_path / "out")
    for name in known["zoo:french"]:
        ours = written.tensor(name).double()
        thetas = {n: p.tensors.tensor(name).double() for n, p in parents.items()}
        mean = sum(thetas.values()) / 2

        def wrong(weight, name=name, thetas=thetas):
            return sum(
                float((((weight - theta) @ known[parent][name]) * (weight - theta)).sum())
                for parent, theta in thetas.items()
            )

        assert wrong(ours) < wrong(mean)


def test_a_digest_knows_texts_by_what_they_say(tmp_path, texts):
    first = load_recipe(recipe_file(tmp_path, "fisher"))
    content = {name: name for name in first.parent_names}
    (tmp_path / "elsewhere.txt").write_bytes(texts.read_bytes())
    moved = load_recipe(recipe_file(tmp_path, "fisher", "elsewhere.txt"))
    assert digest(moved, content) == digest(first, content)
    texts.write_text("something else\n")
    changed = load_recipe(recipe_file(tmp_path, "fisher"))
    assert digest(changed, content) != digest(first, content)
    with pytest.raises(RecipeError, match="has changed since"):
        merge(first, tmp_path / "out", device="cpu")
    assert not (tmp_path / "out").exists()


def test_texts_are_lines_or_rows(tmp_path):
    file = tmp_path / "texts.jsonl"
    file.write_text("".join(json.dumps({"text": text, "n": 1}) + "\n" for text in ["a\nb", "c"]))
    assert read_texts(CalibrationSettings(texts=str(file))) == ["a\nb", "c"]
    for bad in ('{"question": "x"}', "[1]", "{", '{"text": 3}'):
        file.write_text(bad + "\n")
        with pytest.raises(RecipeError, match=r"texts\.jsonl:1: (has no text|not valid JSON)"):
            read_texts(CalibrationSettings(texts=str(file)))
    lines = tmp_path / "texts.txt"
    lines.write_text("one\n\ntwo\n")
    assert read_texts(CalibrationSettings(texts=str(lines))) == ["one", "two"]
    lines.write_bytes("a\u2028b\x0bc\x85d\re\r\n\r\nf".encode())  # only \n ends a line
    assert read_texts(CalibrationSettings(texts=str(lines))) == ["a\u2028b\x0bc\x85d\re", "f"]
    file.write_text('{"text": "a\u2028b"}\r\n', encoding="utf-8")
    assert read_texts(CalibrationSettings(texts=str(file))) == ["a\u2028b"]
    lines.write_bytes(b"\xff\xfe")
    with pytest.raises(RecipeError, match="is not UTF-8"):
        read_texts(CalibrationSettings(texts=str(lines)))


def test_what_is_missing_is_told_before_anything_is_loaded(tmp_path, texts):
    with pytest.raises(RecipeError, match=r"fisher\.yaml:5: .*none\.txt: no such file"):
        check_contract(load_recipe(recipe_file(tmp_path, "fisher", "none.txt")))
    with pytest.raises(RecipeError, match="linear reads no texts"):
        check_contract(load_recipe(recipe_file(tmp_path, "linear")))
    file = tmp_path / "bare.yaml"
    file.write_text("merge_method: regmean\nmodels: [{model: zoo:french}]\n")
    with pytest.raises(RecipeError, match="regmean needs calibration"):
        check_contract(load_recipe(file))
    texts.write_text("\n\n")
    with pytest.raises(RecipeError, match="holds no tokens"):
        merge(recipe_file(tmp_path, "fisher"), tmp_path / "out", device="cpu")
