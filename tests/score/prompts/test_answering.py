"""What a term says of questions and answers, as the model is asked and as lm-eval would."""

import json
from pathlib import Path

import pytest

from evomerge.engine.request import Thought
from evomerge.errors import RecipeError
from evomerge.permissions import NOTHING, Permissions
from evomerge.recipe import Asking, FitnessTerm
from evomerge.score.prompts.answering import Answers, thought_before
from evomerge.score.tasks.task import Task
from tests.score.agreement import assert_same, by_lm_eval, by_term, by_us
from tests.score.recorder import build
from tests.score.small_tasks import ROWS, chat_model

SAMPLES = "max_gen_toks: 5, do_sample: true, temperature: 0.7, top_p: 0.9"


def task_of(file, metric="exact_match,raw", asking=None, **more):
    return Task(
        FitnessTerm(task=str(file), metric=metric, **more), NOTHING, "r.yaml:3: ", asking=asking
    )


def sampling_file(task_file, extra=""):
    """A task that samples, as lm-eval's own may."""
    file = task_file("generation", extra)
    file.write_text(file.read_text().replace("max_gen_toks: 5", SAMPLES))
    return file


def test_limits_and_stops_of_the_term_hold(task_file, recorder):
    task = task_of(task_file("generation"), max_gen_toks=3, until=["=", "x"])
    request = build(task, recorder, False)[0].requests[0]
    assert (request.max_tokens, request.stops) == (3, ("=", "x", "</s>"))
    file = task_file("generation")
    file.write_text(file.read_text().replace("max_gen_toks", "max_new_tokens"))
    assert build(task_of(file, max_gen_toks=2), recorder, False)[0].requests[0].max_tokens == 2
    assert build(task_of(file, until=[]), recorder, False)[0].requests[0].stops == ("</s>",)


def test_what_the_term_names_needs_no_caution(task_file, recorder):
    file = task_file("generation")
    named = 'generation_kwargs: {until: ["\\n", "4"], max_gen_toks: 5}'
    assert named in file.read_text()
    file.write_text(file.read_text().replace(named, ""))
    task = task_of(file, max_gen_toks=9, until="\n")
    assert not task.setup_cautions(build(task, recorder, False))


@pytest.mark.parametrize("limit, count", [(7, 7), (0.25, 10), (0.01, 1), (1000, 40)])
def test_a_limit_takes_the_first_documents_as_they_were_asked(task_file, recorder, limit, count):
    file = task_file("choice")
    every = build(task_of(file, "acc", num_fewshot=2), recorder, False)
    some = build(task_of(file, "acc", num_fewshot=2, limit=limit), recorder, False)
    assert some == every[:count]


def test_settings_of_a_term_do_what_those_of_lm_evals_command_line_do(
    tmp_path, task_file, monkeypatch
):
    model, file = chat_model(tmp_path / "chat"), task_file("generation")
    folder = Path(model)
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings["chat_template"] += "{% if brief | default(false) %} in digits ={% endif %}"
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    term = FitnessTerm(
        task=str(file), metric="exact_match,digits", limit=0.5, max_gen_toks=3, until=["0", "\n"]
    )
    asking = Asking(system="Sums.", chat_template_args={"brief": True})
    ours = by_term(model, Task(term, asking=asking), chat=True)
    monkeypatch.chdir(file.parent)
    theirs = by_lm_eval(
        model,
        file,
        "exact_match,digits",
        chat=True,
        template_args={"brief": True},
        limit=0.5,
        system_instruction="Sums.",
        gen_kwargs={"max_gen_toks": 3, "until": ["0", "\n"]},
    )
    assert_same(ours, theirs, exact=True)
    assert len(ours) == 20
    assert ours != by_us(model, file, "exact_match,digits", chat=True)


def test_a_system_turn_stands_before_everything(task_file, recorder, monkeypatch):
    file = task_file("generation", "\ndescription: Add.\n")
    asking = Asking(system="Be brief.")
    task = task_of(file, asking=asking)
    shown = recorder.tokenizer.decode(build(task, recorder, False)[0].requests[0].prompt)
    assert shown.startswith("Be brief.\n\nAdd.")
    template = "{% for m in messages %}{{ m.role }}: {{ m.content }} {% endfor %}"
    monkeypatch.setattr(recorder.tokenizer, "chat_template", template)
    task = task_of(file, asking=asking)
    shown = recorder.tokenizer.decode(build(task, recorder, True)[0].requests[0].prompt)
    assert shown.replace("\n\n", " ").startswith("system: Be brief. Add. user: ")


def test_a_system_turn_that_nobody_would_hear_is_refused(task_file, recorder, monkeypatch):
    template = "{% for m in messages if m.role != 'system' %}{{ m.content }} {% endfor %}"
    monkeypatch.setattr(recorder.tokenizer, "chat_template", template)
    task = task_of(task_file("generation"), asking=Asking(system="Be brief."))
    items = build(task, recorder, True)
    with pytest.raises(RecipeError, match=r"r\.yaml:3: .* system: the chat template has no system"):
        task.setup_cautions(items)


def test_arguments_reach_the_chat_template(task_file, recorder, monkeypatch):
    template = "{{ messages[0].content }}{% if thinking | default(true) %} five{% endif %}"
    monkeypatch.setattr(recorder.tokenizer, "chat_template", template)
    for arguments, idle in (({"thinking": False}, False), ({"thoughts": 1}, True)):
        task = task_of(task_file("choice"), "acc", Asking(chat_template_args=arguments))
        items = build(task, recorder, True)
        shown = recorder.tokenizer.decode(items[0].requests[0].tokens)
        assert ("five" in shown) == idle
        told = [s for s in task.setup_cautions(items) if "has no thoughts" in s]
        assert bool(told) == idle


def test_drawn_answers_have_keys_of_their_own(task_file, recorder):
    task = task_of(task_file("generation"), repeats=3, temperature=0.7, top_p=0.9, top_k=5)
    items = build(task, recorder, False)
    params = [request.sampling for item in items for request in item.requests]
    assert {(p.temperature, p.top_p, p.top_k) for p in params} == {(0.7, 0.9, 5)}
    assert len({p.key for p in params}) == len(params) == 3 * len(ROWS)
    again = build(task_of(task_file("generation"), repeats=3, temperature=0.7), recorder, False)
    assert [r.sampling.key for i in again for r in i.requests] == [p.key for p in params]
    assert task.metric == "exact_match mean of 3"


def test_a_task_that_samples_itself_is_drawn_as_it_says(task_file, recorder):
    task = task_of(sampling_file(task_file, "\nrepeats: 4\n"))
    requests = build(task, recorder, False)[0].requests
    assert len(requests) == 4
    assert (requests[0].sampling.temperature, requests[0].sampling.top_p) == (0.7, 0.9)
    assert task.metric == "exact_match filter of 4"
    greedy = task_of(sampling_file(task_file, "\nrepeats: 4\n"), temperature=0)
    (request,) = build(greedy, recorder, False)[0].requests
    assert request.sampling is None
    assert greedy.metric == "exact_match"


def test_what_judges_in_the_tasks_place_judges_each_of_its_answers(task_file, tmp_path):
    (tmp_path / "f.py").write_text("def one(doc, answer):\n    return 1.0\n")
    term = FitnessTerm(
        task=str(sampling_file(task_file, "\nrepeats: 4\n")),
        python=f"{tmp_path}/f.py:one",
        filter="raw",
    )
    assert Task(term, Permissions(allow_python=True)).metric == "python f.py:one mean of 4"


def test_a_limit_that_leaves_no_room_for_the_prompt_is_told(task_file, recorder):
    task = task_of(task_file("generation"), max_gen_toks=256)
    with pytest.raises(RecipeError, match=r"does not fit the model .*; say a smaller max_gen_toks"):
        build(task, recorder, False)


@pytest.mark.parametrize(
    "kind, metric, more, problem",
    [
        ("choice", "acc", {"until": "x"}, "generates no answers, so until would have no effect"),
        ("choice", "acc", {"think_end": "x"}, "generates no answers, so think_end would"),
        ("rolling", "bits_per_byte", {"max_gen_toks": 3}, "generates no answers, so max_gen_toks"),
        ("generation", "exact_match,raw", {"repeats": 2}, "give it a temperature"),
        ("generation", "exact_match,raw", {"top_p": 0.5}, "top_p would have no effect"),
        (
            "generation",
            "exact_match,raw",
            {"repeats": 2, "temperature": 1.0, "reduce": "pass@3"},
            "reduce pass@3: there are 2 answers; say repeats: 3",
        ),
    ],
)
def test_what_would_have_no_effect_is_refused(task_file, kind, metric, more, problem):
    with pytest.raises(RecipeError) as caught:
        task_of(task_file(kind), metric, **more)
    assert problem in str(caught.value)
    assert str(caught.value).startswith("r.yaml:3: ")


def test_sampling_at_no_temperature_is_refused(task_file, recorder):
    file = task_file("generation")
    file.write_text(file.read_text().replace("max_gen_toks: 5", "max_gen_toks: 5, do_sample: true"))
    with pytest.raises(RecipeError, match=r"samples at no temperature; say temperature: 0\.8"):
        build(task_of(file), recorder, False)
    assert build(task_of(file, temperature=0.5), recorder, False)[0].requests[0].sampling


@pytest.mark.parametrize("setting", ["min_p: 0.1", "num_beams: 4"])
def test_other_ways_to_decode_are_refused(task_file, recorder, setting):
    file = task_file("generation")
    file.write_text(file.read_text().replace("max_gen_toks: 5", f"max_gen_toks: 5, {setting}"))
    with pytest.raises(RecipeError, match=f"sets {setting.partition(':')[0]} in its generation"):
        build(task_of(file), recorder, False)


@pytest.mark.parametrize(
    "prompt, end, thought",
    [
        ("assistant\n", "</think>", Thought("</think>", "<think>", False)),
        ("assistant\n<think>\n", "</think>", Thought("</think>", "<think>", True)),
        ("<think>\n\n</think>\n\n", "</think>", Thought("</think>", "<think>", False)),
        ("<think>a</think>b<think>", "</think>", Thought("</think>", "<think>", True)),
        ("", "[/THINK]", Thought("[/THINK]", "[THINK]", False)),
        ("", "◁/think▷", Thought("◁/think▷", "◁think▷", False)),
        ("", "<|end_of_thought|>", Thought("<|end_of_thought|>", "<|begin_of_thought|>", False)),
        ("", "<|channel|>final", Thought("<|channel|>final", "", True)),
        ("six", "six", Thought("six", "", True)),
    ],
)
def test_whether_a_prompt_leaves_a_thought_open(prompt, end, thought):
    assert thought_before(prompt, end) == thought


def test_thoughts_stand_before_generated_answers_alone(task_file, recorder):
    asking = Asking(think_end="</think>")
    generated = build(task_of(task_file("generation"), asking=asking), recorder, False)
    assert generated[0].requests[0].thought == Thought("</think>", "<think>", False)
    chosen = build(task_of(task_file("choice"), "acc", asking), recorder, False)
    assert chosen == build(task_of(task_file("choice"), "acc"), recorder, False)


def test_several_are_called_by_how_they_are_made_one():
    assert str(Answers(8, "pass@2")) == "pass@2 of 8"
