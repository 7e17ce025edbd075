"""What texts share is read once, and the answers are those of reading each text whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.transformers import prefix
from evomerge.engine.transformers.prefix import FEWEST, SHORTEST, by_prefix
from tests.score.agreement import assert_same, by_lm_eval, by_us
from tests.score.small_tasks import write_task

# Texts of few words of half the least length, so that they share beginnings all the time.
WORDS = st.sampled_from([(n,) * (SHORTEST // 2) for n in range(2)] + [(9,)])
TEXTS = st.lists(st.lists(WORDS, max_size=6).map(lambda words: sum(words, ())), max_size=60)


@given(TEXTS)
def test_every_text_is_in_one_group_and_begins_like_it(texts):
    rows = list(enumerate(texts))
    groups = list(by_prefix(rows, lambda row: row[1]))
    assert sorted(row for _, group in groups for row in group) == rows
    for shared, group in groups:
        assert all(text[: len(shared)] == shared for _, text in group)
        assert not shared or (len(shared) >= SHORTEST and len(group) >= FEWEST)


def test_the_longest_beginning_is_found_for_each_group():
    system = (1,) * SHORTEST
    tasks = [system + (task,) * SHORTEST for task in (2, 3)]
    texts = [(*shots, n) for shots in tasks for n in range(10, 10 + FEWEST)]
    others = [(*system, n) for n in range(50, 50 + FEWEST)] + [(7, 8)]
    found = {shared: len(group) for shared, group in by_prefix(texts + others, lambda text: text)}
    assert found == {tasks[0]: FEWEST, tasks[1]: FEWEST, system: FEWEST, (): 1}


@pytest.mark.parametrize(
    "kind, metric",
    [("choice", "acc"), ("generation", "exact_match,raw"), ("loglikelihood", "perplexity")],
)
def test_scores_with_shared_examples_are_lm_evals_own(tmp_path, monkeypatch, kind, metric):
    monkeypatch.chdir(tmp_path)
    file = write_task(tmp_path, kind)
    file.write_text(file.read_text().replace("sampler: default", "sampler: first_n"))
    found = []

    def watched(rows, text, shared=0):
        groups = list(by_prefix(rows, text, shared))
        found.extend(len(shared) for shared, _ in groups)
        return groups

    for module in ("generation", "likelihood"):
        monkeypatch.setattr(f"evomerge.engine.transformers.{module}.by_prefix", watched)
    ours = by_us("zoo:arithmetic", file, metric, fewshot=8)
    assert max(found) >= SHORTEST
    assert_same(
        ours, by_lm_eval("zoo:arithmetic", file, metric, fewshot=8), exact=kind != "loglikelihood"
    )
    found.clear()
    monkeypatch.setattr(prefix, "SHORTEST", 10**6)
    alone = by_us("zoo:arithmetic", file, metric, fewshot=8)
    assert_same(alone, ours, exact=kind != "loglikelihood")
    assert set(found) == {0}
