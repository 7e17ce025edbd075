"""The gold answer's log-probability is what lm-eval's model gives for the same pair."""

import json

import pytest
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM

from evomerge.engine.request import Likelihood, Likely
from evomerge.errors import RecipeError
from evomerge.recipe import FitnessTerm
from evomerge.score.prompts.gold import gold_logprob
from evomerge.score.tasks.task import Task
from evomerge.weights import open_parent
from tests.score.agreement import by_term, by_us
from tests.score.recorder import build, recorder_for
from tests.score.small_tasks import ROWS, chat_model


def gold_task(file, **more):
    return Task(FitnessTerm(task=str(file), metric="gold_logprob", **more))


def per_token(model, pairs):
    """lm-eval's log-likelihood of each answer after its prompt, divided by the answer's tokens."""
    lm = HFLM(pretrained=str(open_parent(model).folder), device="cpu", batch_size=1)
    requests = [Instance("loglikelihood", {}, pair, 0) for pair in pairs]
    sums = lm.loglikelihood(requests, disable_tqdm=True)
    lengths = [len(lm._encode_pair(*pair)[1]) for pair in pairs]
    return [total / length for (total, _), length in zip(sums, lengths, strict=True)]


@pytest.mark.parametrize("kind", ["choice", "generation"])
def test_it_is_lm_evals_log_likelihood_of_the_right_answer_per_token(task_file, kind):
    ours = by_us("zoo:arithmetic", task_file(kind), "gold_logprob")
    pairs = [(row["question"], f" {row['answer']}") for row in ROWS]
    theirs = per_token("zoo:arithmetic", pairs)
    assert list(ours.values()) == pytest.approx(theirs, abs=1e-4)
    assert len(set(theirs)) == len(ROWS)


def test_a_likelihood_task_is_asked_its_own_question(task_file):
    file = task_file("loglikelihood")
    sums = by_us("zoo:arithmetic", file, "perplexity")
    ours = by_us("zoo:arithmetic", file, "gold_logprob")
    digits = [len(row["answer"]) + 1 for row in ROWS]  # a token for each, and one for the space
    whole = [value * count for value, count in zip(ours.values(), digits, strict=True)]
    assert whole == pytest.approx(list(sums.values()), abs=1e-4)


def test_a_text_is_scored_by_token(task_file):
    file = task_file("rolling")
    per_byte = by_us("zoo:arithmetic", file, "bits_per_byte")
    ours = by_us("zoo:arithmetic", file, "gold_logprob")
    tokenizer = recorder_for("zoo:arithmetic").tokenizer
    for row, byte_mean, token_mean in zip(ROWS, per_byte.values(), ours.values(), strict=True):
        text = f"{row['question']} {row['answer']} and so it went on"
        size, tokens = len(text.encode()), len(tokenizer.encode(text))
        assert token_mean * tokens == pytest.approx(byte_mean * size, abs=1e-3)


@pytest.mark.parametrize("kind", ["choice", "generation"])
def test_prompts_have_examples_and_chat_turns_as_lm_eval_has_them(tmp_path, task_file, kind):
    model, file = chat_model(tmp_path / "chat"), task_file(kind)
    task = gold_task(file, num_fewshot=2)
    recorder = recorder_for(model)
    items = build(task, recorder, True)
    metric = "acc" if kind == "choice" else "exact_match,raw"
    plain = Task(FitnessTerm(task=str(file), metric=metric, num_fewshot=2))
    prompts = [item.requests[0] for item in build(plain, recorder, True)]
    for row, item, prompt in zip(ROWS, items, prompts, strict=True):
        (request,) = item.requests
        said = recorder.tokenizer.decode(request.tokens)
        assert said.count("user:") == 3
        assert said.endswith(f"assistant:{row['answer']}")
        if kind == "choice":
            assert request == prompt
        else:
            assert said == recorder.tokenizer.decode(prompt.prompt) + row["answer"]


def test_only_the_gold_choice_is_asked_for(task_file, recorder):
    items = build(gold_task(task_file("choice")), recorder, False)
    assert {len(item.requests) for item in items} == {1}


def test_it_moves_where_accuracy_stays_at_nothing(task_file):
    """Sums in a language that the model was not trained to answer in: never right, but nearer."""
    rows = [{**row, "question": row["question"].replace("digits", "french")} for row in ROWS]
    file = task_file("generation", rows=rows)
    models = ("zoo:base", "zoo:largest", "zoo:french")
    assert {sum(by_us(m, file, "exact_match,raw").values()) for m in models} == {0.0}
    means = [sum(by_us(m, file, "gold_logprob").values()) for m in models]
    assert len(set(means)) == len(models)


def test_of_several_gold_answers_the_likeliest_counts(tmp_path, task_file):
    rows = [{**row, "answers": [row["answer"], "999 999"]} for row in ROWS]
    file = task_file("generation", rows=rows)
    several = tmp_path / "several.yaml"
    several.write_text(file.read_text().replace('"{{answer}}"', "answers"))
    one = by_us("zoo:arithmetic", file, "gold_logprob")
    both = by_us("zoo:arithmetic", several, "gold_logprob")
    other = tmp_path / "other.yaml"
    other.write_text(file.read_text().replace('"{{answer}}"', '"999 999"'))
    wrong = by_us("zoo:arithmetic", other, "gold_logprob")
    assert both == pytest.approx({doc: max(one[doc], wrong[doc]) for doc in one}, abs=1e-4)


def test_the_mean_is_over_the_tokens_of_all_pieces():
    first = (Likelihood((1, 2, 3), 2), Likely(-4.0, False))
    second = (Likelihood((3, 4), 1), Likely(-0.5, False))
    assert gold_logprob([[first, second]]) == -1.5
    assert gold_logprob([[first], [second]]) == -0.5


def test_a_document_without_a_right_answer_is_told(task_file, recorder):
    rows = [*ROWS[:3], {**ROWS[4], "answer": " "}]
    with pytest.raises(RecipeError, match="1 of 4 items have no right answer"):
        build(gold_task(task_file("generation", rows=rows)), recorder, False)


def test_an_answer_that_the_model_cannot_read_is_told(task_file, recorder):
    rows = [*ROWS[:3], {**ROWS[4], "answer": "7" * 300}]
    with pytest.raises(RecipeError, match=r"document 3 .*\(an answer of 301 tokens, of which"):
        build(gold_task(task_file("generation", rows=rows)), recorder, False)


def test_winogrande_like_tasks_are_asked_with_the_right_option(tmp_path):
    """The options stand in the prompt, and the target is the same for both."""
    rows = [{"left": f"{n} + 1 in", "right": f"{n} + 2 in", "gold": n % 2} for n in range(6)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    file = tmp_path / "options.yaml"
    file.write_text(
        "task: options\ndataset_path: json\ndataset_kwargs: {data_files: {test: rows.jsonl}}\n"
        "test_split: test\noutput_type: multiple_choice\ndoc_to_text: gold\n"
        'doc_to_choice: "{{[left, right]}}"\ndoc_to_target: "digits ="\n'
        "metric_list: [{metric: acc, aggregation: mean, higher_is_better: true}]\n"
    )
    ours = by_term("zoo:arithmetic", gold_task(file))
    pairs = [((row["left"], row["right"])[row["gold"]], " digits =") for row in rows]
    assert list(ours.values()) == pytest.approx(per_token("zoo:arithmetic", pairs), abs=1e-4)


@pytest.mark.parametrize(
    "target, answer, asked",
    [
        ("{{answer}}", "[4, 5]", ["[4, 5]"]),
        ("answer", "[4, 5]", ["[4, 5]"]),
        ("{{answer}}", ["4", "5", "4"], ["4", "5"]),
        ("answer", ["4", "5", "5"], ["4", "5"]),
        ("{{answer | list}}", ["4", "5"], ["4", "5"]),
        ("[{{answer[0]}}, {{answer[1]}}]", ["4", "5"], ["[4, 5]"]),
        ("{{answer}}", 45, ["45"]),
        ("answer", 4.5, ["4.5"]),
        ("{{answer}}", "[]", ["[]"]),
        ("{{answer}}", "['4']", ["['4']"]),
    ],
)
@pytest.mark.parametrize("kind", ["generation", "loglikelihood"])
def test_the_answer_is_asked_for_as_written_and_once(
    tmp_path, task_file, recorder, kind, target, answer, asked
):
    rows = [{"question": f"{n} + 1 in digits =", "answer": answer} for n in range(4)]
    file = task_file(kind, rows=rows)
    file.write_text(
        file.read_text().replace('doc_to_target: "{{answer}}"', f'doc_to_target: "{target}"')
        if kind == "generation"
        else file.read_text().replace('doc_to_target: " {{answer}}"', f'doc_to_target: "{target}"')
    )
    items = build(gold_task(file), recorder, False)
    space = " " if kind == "generation" else ""
    texts = [recorder.tokenizer.decode(r.tokens[-r.scored :]) for r in items[0].requests]
    assert texts == [recorder.tokenizer.decode(recorder.tok_encode(space + text)) for text in asked]
    assert items[0].gold == asked[0]
