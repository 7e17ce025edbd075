"""Every mistake is told before anything starts: what, where, and what to do."""

import json
import shutil

import pytest

from evomerge.errors import ParentError, RecipeError, SplitError, UserError
from evomerge.ledger import Split
from evomerge.permissions import Permissions
from evomerge.recipe import load_recipe, parse_recipe
from evomerge.run.preparation.preflight import prepare, require_genes
from evomerge.zoo import TASKS, zoo_folder
from tests.run.small import TEXT
from tests.score.small_tasks import write_task


def problem(text, error=RecipeError):
    with pytest.raises(error) as caught:
        recipe = parse_recipe(text, "r.yaml")
        require_genes(recipe)
        prepare(recipe)
    return str(caught.value)


def test_a_recipe_in_order_is_ready():
    ready = prepare(parse_recipe(TEXT))
    assert list(ready.parents) == ["zoo:base", "zoo:arithmetic", "zoo:largest"]
    assert all(len(content) == 64 for content in ready.content.values())
    for term in ready.benchmark.terms:
        assert [len(term.items[split]) for split in Split] == [24, 16, 60]
    with pytest.raises(SplitError, match="sealed"):
        ready.benchmark.items(Split.TEST)


@pytest.mark.parametrize(
    "wrong, right, line, message",
    [
        ("merge_methd:", "merge_method:", 1, "did you mean 'merge_method'"),
        (
            "high: 1.5}}}}\n  - {model: zoo:l",
            "high: -1}}}}\n  - {model: zoo:l",
            4,
            "less than high",
        ),
        ("task_arithmetic", "task_arithmatic", 1, "did you mean 'task_arithmetic'"),
        ("task: zoo_largest", "task: zoo_larges", 10, "zoo_larges"),
        ("metric: acc", "metric: accuracy", 10, "has no metric 'accuracy'; it has acc"),
        ("test: 60", "test: 6000", 9, "zoo_arithmetic has 500 items, but the splits need 6040"),
        ("parameters: {weight: {gene", "parameters: {wieght: {gene", 4, "did you mean 'weight'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(wrong, right, line, message):
    wrong, right = (right, wrong) if wrong not in TEXT else (wrong, right)
    told = problem(TEXT.replace(wrong, right, 1), UserError)
    assert message in told
    assert told.startswith(f"r.yaml:{line}: ")


def test_a_missing_key_is_named():
    assert "base_model" in problem(TEXT.replace("base_model: zoo:base\n", ""))
    assert "evolve" in problem(TEXT[: TEXT.index("evolve:")])
    assert "budget" in problem(TEXT.replace("  budget: {evaluations: 10}\n", ""))


def test_without_genes_there_is_nothing_to_run():
    text = TEXT.replace("{gene: {low: 0, high: 1.5}}", "0.5")
    assert "has no genes" in problem(text)
    assert "evomerge merge" in problem(text)


def test_a_parent_that_is_absent_is_named(tmp_path):
    assert "the zoo has zoo:arithmetic, zoo:base" in problem(
        TEXT.replace("zoo:largest", "zoo:biggest"), ParentError
    )
    told = problem(TEXT.replace("zoo:largest", str(tmp_path / "gone")), ParentError)
    assert f"{tmp_path}/gone: no such folder" in told


def test_a_parent_of_another_shape_is_named_with_its_tensors(make_model):
    told = problem(TEXT.replace("zoo:largest", make_model("other")), ParentError)
    assert "does not fit zoo:base" in told
    assert "model.embed_tokens.weight is [20, 8], not [354, 96]" in told


def test_pickled_weights_are_refused(tmp_path):
    folder = tmp_path / "pickled"
    shutil.copytree(zoo_folder("zoo:largest"), folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    told = problem(TEXT.replace("zoo:largest", str(folder)), ParentError)
    assert "pickled" in told
    assert "safetensors" in told


def test_a_truncated_file_is_named(tmp_path):
    folder = tmp_path / "cut"
    shutil.copytree(zoo_folder("zoo:largest"), folder)
    with (folder / "model.safetensors").open("r+b") as stream:
        stream.truncate(100_000)
    told = problem(TEXT.replace("zoo:largest", str(folder)), ParentError)
    assert f"{folder}/model.safetensors" in told


def test_a_tokenizer_that_cannot_be_loaded_is_told(tmp_path):
    folder = tmp_path / "mute"
    shutil.copytree(zoo_folder("zoo:base"), folder)
    (folder / "tokenizer.json").write_text("{")
    told = problem(TEXT.replace("zoo:base", str(folder)), ParentError)
    assert f"{folder}: its tokenizer cannot be loaded" in told


def fitness(*terms):
    """The small recipe with other terms."""
    lines = "".join(f"    - {{{term}}}\n" for term in terms)
    head, rest = TEXT.split("  fitness:\n")
    return f"{head}  fitness:\n{lines}{rest[rest.index('  splits:') :]}"


def test_two_terms_on_one_task_are_told_apart_by_how_they_judge(tmp_path):
    (tmp_path / "f.py").write_text("def one(doc, answer):\n    return len(answer)\n")
    (tmp_path / "book.txt").write_text("\n\n".join(f"{n} + {n}" for n in range(100)))
    text = fitness(
        "task: zoo_arithmetic, metric: exact_match",
        "task: zoo_arithmetic, metric: gold_logprob, weight: 0.5",
        f"task: zoo_arithmetic, python: '{tmp_path}/f.py:one'",
        "task: zoo_arithmetic, metric: exact_match, num_fewshot: 1, name: shown one",
        f"text: {tmp_path}/book.txt",
    )
    terms = prepare(parse_recipe(text), Permissions(allow_python=True)).benchmark.terms
    assert [(term.task, term.metric) for term in terms] == [
        ("zoo_arithmetic", "exact_match"),
        ("zoo_arithmetic:gold_logprob", "gold_logprob"),
        ("zoo_arithmetic:python", "python f.py:one"),
        ("shown one", "exact_match"),
        ("book", "bits_per_byte"),
    ]
    assert {item.task for term in terms[1:2] for item in term.items[Split.SEARCH]} == {
        "zoo_arithmetic:gold_logprob"
    }
    # The same questions are in the same split, whatever judges the answers.
    for split in Split:
        ids = [[item.id for item in term.items[split]] for term in terms[:4]]
        assert all(others == ids[0] for others in ids)


def test_what_judges_is_part_of_what_a_run_is_bound_to(tmp_path):
    file = tmp_path / "f.py"
    text = fitness(f"task: zoo_arithmetic, python: '{file}:one'")

    def fingerprint(source):
        file.write_text(source)
        return prepare(parse_recipe(text), Permissions(allow_python=True)).benchmark.fingerprint

    one = "def one(doc, answer):\n    return len(answer)\n"
    assert fingerprint(one) == fingerprint(one)
    assert fingerprint(one) != fingerprint(one.replace("len(answer)", "-len(answer)"))


def test_python_is_refused_until_it_is_allowed(tmp_path):
    (tmp_path / "f.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    told = problem(fitness(f"task: zoo_arithmetic, python: '{tmp_path}/f.py:one'"))
    assert told.startswith("r.yaml:9: ")
    assert "--allow-python" in told
    assert not (tmp_path / "ran").exists()


def test_a_task_stands_once_in_the_fitness():
    told = problem(TEXT.replace("zoo_largest, metric: acc", "zoo_arithmetic, metric: exact_match"))
    assert told.startswith("r.yaml:10: the task zoo_arithmetic stands twice in the fitness; give")


def test_an_include_path_must_exist(tmp_path):
    with pytest.raises(RecipeError, match="no such folder"):
        prepare(parse_recipe(TEXT), Permissions((tmp_path / "gone",)))


def test_tasks_and_parents_are_found_beside_the_recipe(tmp_path):
    shutil.copytree(zoo_folder("zoo:largest"), tmp_path / "mine")
    for name in ("largest.yaml", "largest.jsonl"):
        shutil.copy(TASKS / name, tmp_path)
    text = TEXT.replace("zoo:largest", "mine").replace("task: zoo_largest", "task: largest.yaml")
    (tmp_path / "r.yaml").write_text(text)
    ready = prepare(load_recipe(tmp_path / "r.yaml"))
    assert str(tmp_path / "mine") in ready.parents


def changed(tmp_path, text=TEXT):
    """The recipe with a base of its own, to be changed."""
    shutil.copytree(zoo_folder("zoo:base"), tmp_path / "mine")
    return text.replace("zoo:base", str(tmp_path / "mine"))


def test_a_generation_config_that_is_not_greedy_is_refused(tmp_path):
    text = changed(tmp_path)
    (tmp_path / "mine" / "generation_config.json").write_text('{"no_repeat_ngram_size": 3}')
    assert "sets no_repeat_ngram_size, which scoring does not support" in problem(text, ParentError)


def test_a_chat_template_must_be_there_to_be_applied():
    told = problem(TEXT + "  apply_chat_template: true\n")
    assert told.startswith("r.yaml:15: apply_chat_template: the tokenizer has no")


def test_a_model_that_transformers_does_not_know_is_told(tmp_path):
    text = changed(tmp_path)
    config = (tmp_path / "mine" / "config.json").read_text()
    unknown = config.replace('"model_type": "llama"', '"model_type": "unicorn"')
    assert unknown != config
    (tmp_path / "mine" / "config.json").write_text(unknown)
    for name in ("arithmetic", "largest"):
        shutil.copytree(zoo_folder(f"zoo:{name}"), tmp_path / name)
        (tmp_path / name / "config.json").write_text(unknown)
        text = text.replace(f"zoo:{name}", str(tmp_path / name))
    assert "not a language model that transformers knows" in problem(text, ParentError)


def test_parents_that_compute_otherwise_do_not_fit(tmp_path):
    text = changed(tmp_path)
    config = json.loads((tmp_path / "mine" / "config.json").read_text())
    config["num_attention_heads"] = config["num_key_value_heads"] = 2
    (tmp_path / "mine" / "config.json").write_text(json.dumps(config))
    assert "num_attention_heads is 4, not 2" in problem(text, ParentError)


def test_more_examples_than_there_are_items_is_told():
    told = problem(TEXT.replace("metric: acc}", "metric: acc, num_fewshot: 9999}"))
    assert told.startswith("r.yaml:10: task zoo_largest: takes 9999 few-shot examples, and has 24")


def test_sealed_items_of_one_task_are_sealed_in_all(tmp_path):
    for name in ("largest.yaml", "largest.jsonl"):
        shutil.copy(TASKS / name, tmp_path)
    twin = (tmp_path / "largest.yaml").read_text().replace("task: zoo_largest", "task: twin")
    (tmp_path / "twin.yaml").write_text(twin)
    term = f"    - {{task: {tmp_path}/twin.yaml, metric: acc"
    splits = ", splits: {search: 100, validation: 100, test: 100}"
    told = problem(TEXT.replace("  splits:", term + splits + "}\n  splits:"), SplitError)
    assert "test items of zoo_largest are search or validation items of twin" in told
    prepare(parse_recipe(TEXT.replace("  splits:", term + "}\n  splits:")))


def test_the_templates_of_a_task_run_no_code(tmp_path):
    task = (TASKS / "largest.yaml").read_text()
    mark = tmp_path / "ran"
    hostile = "{{ cycler.__init__.__globals__.os.popen('touch " + str(mark) + "').read() }}"
    shutil.copy(TASKS / "largest.jsonl", tmp_path)
    (tmp_path / "bad.yaml").write_text(task.replace('"{{question}}"', f'"{hostile}"'))
    told = problem(TEXT.replace("task: zoo_largest", f"task: {tmp_path}/bad.yaml"))
    assert "unsafe" in told
    assert not mark.exists()


@pytest.mark.parametrize(
    "change, message",
    [
        ({"intermediate_size": 300}, "but config.json makes it"),
        ({"num_hidden_layers": 5}, "needs model.layers.4"),
        ({"num_hidden_layers": 3}, "has no tensor model.layers.3"),
        ({"hidden_size": "wide"}, "not a language model that transformers knows"),
    ],
)
def test_a_config_that_does_not_describe_the_weights_is_told(tmp_path, change, message):
    text = changed(tmp_path)
    file = tmp_path / "mine" / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    (key,) = change
    assert f"allow_differences: [{key}]" in problem(text, ParentError)
    assert message in problem(f"{text}\nallow_differences: [{key}]", ParentError)


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("- metric: acc", "- metric: acc\n    hf_evaluate: true", "has no metric 'acc' of its own"),
        ("- metric: acc", "- metric: /tmp/evil", "has no metric '/tmp/evil' of its own"),
        ("doc_to_choice:", "doc_to_choices:", "cannot be loaded"),
        ("{{choices.index(answer)}}", "{{choices.nothing(answer)}}", "cannot be loaded"),
        ("test: largest.jsonl", "test: smallest.jsonl", "cannot be loaded"),
    ],
)
def test_a_task_that_cannot_be_asked_or_judged_is_told(tmp_path, old, new, message):
    shutil.copy(TASKS / "largest.jsonl", tmp_path)
    task = (TASKS / "largest.yaml").read_text()
    assert old in task
    (tmp_path / "bad.yaml").write_text(task.replace(old, new))
    told = problem(TEXT.replace("task: zoo_largest", f"task: {tmp_path}/bad.yaml"))
    assert told.startswith(f"r.yaml:10: task {tmp_path}/bad.yaml: ")
    assert message in told


def test_a_task_file_made_of_aliases_does_not_hang(tmp_path):
    levels = [f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    bomb = "\nmetadata:\n  l0: &l0 [x]\n" + "\n".join(levels) + "\n"
    task = (TASKS / "largest.yaml").read_text()
    (tmp_path / "bomb.yaml").write_text(task[: task.index("metadata:")] + bomb)
    shutil.copy(TASKS / "largest.jsonl", tmp_path)
    text = TEXT.replace("task: zoo_largest", f"task: {tmp_path}/bomb.yaml")
    with pytest.raises(RecipeError, match="more than 100000 values, so not a task file"):
        prepare(parse_recipe(text))


def test_an_empty_text_is_no_reason_to_fail(tmp_path):
    """Nothing is asked of it; who cannot lose anything there loses nothing."""
    rows = [{"page": f"{n * 7 % 89} and {n * 13 % 97}"} for n in range(40)] + [{"page": ""}]
    file = write_task(tmp_path, "rolling", "", rows)
    text = file.read_text().replace("{{question}} {{answer}} and so it went on", "{{page}}")
    file.write_text(text)
    recipe = TEXT.replace("task: zoo_largest, metric: acc", f"task: {file}, metric: bits_per_byte")
    sizes = "{search: 0, validation: 0, test: 41}"
    recipe = recipe.replace("bits_per_byte}", f"bits_per_byte, splits: {sizes}, weight: 0}}")
    ready = prepare(parse_recipe(recipe))
    asked = [item.requests for item in ready.benchmark.terms[1].items[Split.TEST]]
    assert sorted(map(len, asked))[:2] == [0, 1]


def test_parents_whose_licences_clash_are_refused_before_anything_is_searched(tmp_path):
    for name, said in (("base", "gpl-3.0"), ("arithmetic", "cc-by-nc-4.0")):
        shutil.copytree(zoo_folder(f"zoo:{name}"), tmp_path / name)
        (tmp_path / name / "README.md").write_text(f"---\nlicense: {said}\n---\n")
    text = TEXT.replace("zoo:base", str(tmp_path / "base"))
    text = text.replace("zoo:arithmetic", str(tmp_path / "arithmetic"))
    with pytest.raises(RecipeError, match=r"cc-by-nc-4.0 \(of arithmetic\) and gpl-3.0 \(of base"):
        prepare(parse_recipe(text))
    chosen = prepare(parse_recipe(f"{text}license: {{id: gpl-3.0, why: I wrote the other}}\n"))
    assert chosen.run_digest == prepare(parse_recipe(TEXT)).run_digest
    assert chosen.ancestry.chosen.id == "gpl-3.0"
