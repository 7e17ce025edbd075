from dataclasses import replace

from evomerge.page.tables import tables
from evomerge.report.reader import RunReader
from evomerge.report.solved import solved_in
from tests.page.folders import write_run, write_stopped
from tests.report.test_trainings import FAILED, TRAINED


def of(folder):
    with RunReader(folder) as reader:
        return tables(reader.view(), solved_in(reader))


def test_scores_genes_finalists_and_items_are_told(tmp_path):
    found = of(write_run(tmp_path))

    (scores,) = found["verdict"]
    assert scores.rows[1] == ("A", "0.500", "+0.250 (+0.125 to +0.375)", "0.500")
    genes, finalists = found["winner"]
    assert genes.rows == (("models.0.parameters.weight", "0.25"),)
    assert [row[:3] for row in finalists.rows] == [("0", "0.750", "0.625"), ("1", "0.625", "0.500")]
    assert found["items"][0].rows == (("t", "0", "1", "1"),)


def test_a_stopped_run_has_scores_on_search_items_alone(tmp_path):
    found = of(write_stopped(tmp_path))

    assert (found["verdict"], found["winner"]) == ([], [])
    assert found["course"][0].rows[0] == ("A", "0.500", "–", "–")


def test_adapters_that_were_trained_have_a_table(tmp_path):
    with RunReader(write_run(tmp_path)) as reader:
        view, solved = reader.view(), solved_in(reader)
    assert len(tables(view, solved)["course"]) == 1
    _, trained = tables(replace(view, trainings=(TRAINED, FAILED)), solved)["course"]
    assert trained.rows == (
        (
            "0",
            "zoo:base",
            "1,400 human, 2 program items",
            "200",
            "157,440",
            "25",
            "0.250",
            "0123456789ab",
        ),
    )
