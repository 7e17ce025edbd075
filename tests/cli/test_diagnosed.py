"""What is printed of a model that is well, and of one that is not."""

import json
import shutil

from evomerge.zoo import zoo_folder
from tests.cli.calling import call
from tests.diagnosis.planted import more_tokens, summed


def test_of_a_healthy_model_it_says_what_it_looked_at():
    done = call("diagnose", "zoo:french", "--against", "zoo:base")
    assert done.exit_code == 0
    reads, nothing = done.stdout.splitlines()
    assert reads.startswith("reads the text with a perplexity of ")
    assert "its parents with" in reads
    assert nothing == "no findings in zoo:french"


def test_each_finding_has_its_cure_and_the_status_says_that_there_are_some(tmp_path):
    model = shutil.copytree(zoo_folder("zoo:arithmetic"), tmp_path / "model")
    summed(model)
    more_tokens(model)
    done = call("diagnose", model, "--against", "zoo:base")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == [
        "size of weights",
        "  cure",
        "vocabulary",
        "  cure",
    ]
    assert lines[-1] == f"2 findings in {model}"
    alone = call("diagnose", model)
    assert "--against PARENT finds more" in alone.stdout
    assert alone.stdout.splitlines()[-1] == f"1 finding in {model}"


def test_it_reads_a_text_of_the_users_and_prints_json(tmp_path):
    text = tmp_path / "sums.txt"
    text.write_text("12 + 38 in digits = 50")
    own, other = (
        json.loads(call("diagnose", "zoo:arithmetic", "--json", *more).stdout)["speech"]["surprise"]
        for more in (("--text", text), ())
    )
    assert own < other
    done = call("diagnose", "zoo:arithmetic", "--text", tmp_path / "none")
    assert done.exit_code == 2
    assert "cannot be read" in done.stderr
