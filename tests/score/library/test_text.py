"""A text's paragraphs as items, with the perplexity that lm-eval gives for the same file."""

import math

import lm_eval
import lm_eval.tasks
import pytest
from lm_eval.models.huggingface import HFLM

from evomerge.errors import RecipeError
from evomerge.ledger import ItemScore, Split
from evomerge.permissions import NOTHING
from evomerge.recipe import FitnessTerm
from evomerge.score.benchmark import Benchmark
from evomerge.score.tasks.task import Task
from evomerge.score.tasks.term import Term
from evomerge.weights import open_parent
from tests.score.agreement import assert_same, by_lm_eval, by_term
from tests.score.recorder import build

TEXT = "\n\n".join(
    f"{n} + {n * 3} in digits = {n * 4}\nlargest of {n} , 83 , 48 in digits = 83\n" + "un deux " * n
    for n in range(2, 14)
)

YAML = """
task: book
dataset_path: text
dataset_kwargs: {data_files: {test: book.txt}, sample_by: paragraph}
test_split: test
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: text
metric_list: [{metric: bits_per_byte}, {metric: byte_perplexity}, {metric: word_perplexity}]
"""


@pytest.fixture
def book(tmp_path):
    file = tmp_path / "book.txt"
    file.write_text(TEXT)
    (tmp_path / "book.yaml").write_text(YAML)
    return file


@pytest.mark.parametrize("metric", [None, "byte_perplexity", "word_perplexity"])
def test_it_is_lm_evals_perplexity_of_the_same_file(book, monkeypatch, metric):
    ours = by_term("zoo:arithmetic", Task(FitnessTerm(text=str(book), metric=metric)))
    monkeypatch.chdir(book.parent)
    name = metric or "bits_per_byte"
    theirs = by_lm_eval("zoo:arithmetic", book.with_suffix(".yaml"), name)
    assert_same(ours, theirs, exact=False)
    assert len(set(theirs.values())) == 12


def test_the_mean_of_its_items_is_the_bits_per_byte_of_all_of_it(book, monkeypatch):
    """Long paragraphs weigh more: the mean is over bytes."""
    task = Task(FitnessTerm(text=str(book)))
    scores = by_term("zoo:arithmetic", task)
    sizes = [len(paragraph.encode()) for paragraph in TEXT.split("\n\n")]
    graded = [ItemScore("book", str(doc), value, sizes[doc]) for doc, value in scores.items()]
    benchmark = Benchmark([Term("book", "m", 1.0, task, {split: [] for split in Split})])
    ours = benchmark.task_means(graded)["book"]
    monkeypatch.chdir(book.parent)
    lm = HFLM(pretrained=str(open_parent("zoo:arithmetic").folder), device="cpu", batch_size=1)
    manager = lm_eval.tasks.TaskManager(include_path=str(book.parent), include_defaults=False)
    theirs = lm_eval.simple_evaluate(lm, tasks=["book"], task_manager=manager, bootstrap_iters=0)
    assert -ours / math.log(2) == pytest.approx(
        theirs["results"]["book"]["bits_per_byte,none"], abs=1e-5
    )


def test_paragraphs_are_separated_by_blank_lines(tmp_path, recorder):
    file = tmp_path / "notes.txt"
    file.write_text("\n\none\n  two\n \t\n\n    three\r\n\r\nfour [1]\n\n\n")
    items = build(Task(FitnessTerm(text=str(file))), recorder, False)
    assert [item.text for item in items] == ["one\n  two", "    three", "four [1]"]
    assert {item.task for item in items} == {"notes"}


def test_a_text_is_known_by_its_metric(book):
    assert Task(FitnessTerm(text=str(book))).metric == "bits_per_byte"


@pytest.mark.parametrize(
    "content, problem",
    [(b" \n\n ", "holds no text"), (b"\xff\xfe", ".*:1: is not UTF-8"), (None, "cannot be read")],
)
def test_files_that_are_no_text_are_told(tmp_path, content, problem):
    file = tmp_path / "no.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(RecipeError, match=rf"^r\.yaml:9: text {file}: {problem}"):
        Task(FitnessTerm(text=str(file)), NOTHING, "r.yaml:9: ")
