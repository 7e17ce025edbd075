"""Secrets are planted wherever a run may come across them, and looked for in all that it leaves."""

import json
import subprocess
import sys

import pytest

from evomerge.errors import EvomergeError
from evomerge.permissions import Permissions
from evomerge.recipe import load_recipe
from evomerge.report.reader import view_of
from evomerge.report.winner import model_folder
from evomerge.run.commands import evolve, resume
from tests.run.small import TEXT
from tests.score.judges.served import serving, shorter

SECRETS = {"JUDGE_KEY": "sk-planted-key", "HF_TOKEN": "hf_planted", "OTHER_API_KEY": "planted-too"}


def places(folder):
    """Every file below a folder, unpacked where the ledger packs it."""
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.name, file.read_bytes()
    script = (
        "import sys\nfrom pathlib import Path\nfrom evomerge.ledger import Ledger\n"
        "with Ledger(Path(sys.argv[1])) as ledger:\n"
        "    for record in ledger.records(): print(record)"
    )
    asked = [sys.executable, "-c", script, str(folder)]
    yield "records", subprocess.check_output(asked)


def test_no_secret_is_left_by_a_run_with_a_judge(tmp_path, monkeypatch, capfd):
    """The judge says the key that it was sent, in verdicts and in refusals."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    turns_away = False

    def rule(asked, number):
        sent = asked.headers["Authorization"]
        assert sent == f"Bearer {SECRETS['JUDGE_KEY']}"
        if turns_away:
            return 401, f"not for {sent}, at http://u:{SECRETS['OTHER_API_KEY']}@here/"
        return f"{sent} says: verdict {shorter(asked)}" if number % 3 else json.dumps(sent)

    with serving(rule) as server:
        judge = f"judge: {{model: m, rubric: shorter, url: '{server.url}', key_env: ANY}}"
        text = TEXT.replace("zoo_arithmetic, metric: exact_match", f"zoo_french, {judge}")
        (tmp_path / "recipe.yaml").write_text(text.replace("evaluations: 10", "evaluations: 3"))
        recipe, folder = load_recipe(tmp_path / "recipe.yaml"), tmp_path / "run"
        allowed = Permissions(allow_judges=(f"{server.url[7:-3]}=JUDGE_KEY",))
        turns_away = True
        with pytest.raises(EvomergeError) as stopped:
            evolve(recipe, folder, permissions=allowed)
        turns_away = False
        evolve(recipe, folder, permissions=allowed)
        resume(folder)
    card = (model_folder(folder, view_of(folder)) / "README.md").read_text()
    assert "with the key in JUDGE_KEY" in card
    out, err = capfd.readouterr()
    said = [("error", repr(stopped.value).encode()), ("out", f"{out}{err}".encode())]
    for place, content in [*places(folder), *said]:
        for secret in SECRETS.values():
            assert secret.encode() not in content, place
