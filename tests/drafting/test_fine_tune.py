"""The base that models name, wherever they name it."""

import json

import pytest

from evomerge.drafting.fine_tune import Claim, FineTune, as_parent, base_of, fine_tune_of
from evomerge.errors import ParentError, UserError


def model(path, card="", adapter=None, **config):
    path.mkdir(parents=True)
    if adapter is not None:
        (path / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": adapter}))
    else:
        (path / "config.json").write_text(json.dumps(config))
    if card:
        (path / "README.md").write_text(card)
    return str(path)


def bases(name):
    return [claim.base for claim in fine_tune_of(name).claims]


def test_adapters_cards_and_configs_name_it(tmp_path):
    card = "---\nlicense: mit\nbase_model: org/base\n---\n# A model\n"
    assert bases(model(tmp_path / "a", adapter="org/base")) == ["org/base"]
    assert bases(model(tmp_path / "b", card)) == ["org/base"]
    assert bases(model(tmp_path / "c", _name_or_path="org/base@main")) == ["org/base@main"]
    several = card.replace("org/base", "[org/base, org/other]")
    assert bases(model(tmp_path / "d", several)) == ["org/base", "org/other"]
    assert bases("zoo:french") == ["zoo:base"]
    assert bases("org/base+org/adapter") == ["org/base"]


def test_folders_are_looked_for_here_and_beside_the_model(tmp_path, monkeypatch):
    base = model(tmp_path / "models" / "base")
    assert bases(model(tmp_path / "models" / "a", _name_or_path="../base")) == [base]
    monkeypatch.chdir(tmp_path)
    assert bases(model(tmp_path / "models" / "b", _name_or_path="models/base")) == ["models/base"]


@pytest.mark.parametrize(
    "card",
    [
        "# no head",
        "---\nbase_model: [\n---\n",
        "---\n- a list\n---\n",
        "---\nbase_model: 7\n---\n",
        "---\nnever ended",
        "---\n" + "a: " + "[" * 2000 + "\n---\n",
        "---\na: &x [1]\nbase_model: *x\n---\n",
        "---\n---\n",
    ],
)
def test_what_names_nothing_says_nothing(tmp_path, card):
    gone = {"_name_or_path": "/home/someone/checkpoint-100"}
    assert bases(model(tmp_path / "a", card, **gone)) == []


def test_no_model_is_its_own_base(tmp_path):
    path = tmp_path / "a"
    assert bases(model(path, _name_or_path=str(path))) == []
    assert bases("zoo:base") == []


def fine_tune(name, *claimed):
    return FineTune(name, False, tuple(Claim(base, f"the card of {name}") for base in claimed))


def test_all_who_name_one_agree():
    one, two = fine_tune("a", "org/base"), fine_tune("b", "Org/Base@main")
    base, claims = base_of([one, two, fine_tune("c")])
    assert base.casefold().startswith("org/base")
    assert [claim.where for claim in claims] == ["the card of a", "the card of b"]


def test_else_the_user_must_say():
    with pytest.raises(UserError, match=r"no fine-tune says .*; say --base MODEL"):
        base_of([fine_tune("a"), fine_tune("b")])
    with pytest.raises(UserError, match=r"the card of a says x/y; the card of b says x/z.*--base"):
        base_of([fine_tune("a", "x/y"), fine_tune("b", "x/z")])


def test_a_bare_adapter_gets_its_base_before_it(tmp_path):
    bare = fine_tune_of(model(tmp_path / "a", adapter="org/base"))
    assert as_parent(bare, "./base") == f"./base+{tmp_path / 'a'}"
    assert as_parent(fine_tune_of("zoo:french"), "zoo:base") == "zoo:french"


def test_a_model_that_is_nowhere_is_told(tmp_path):
    with pytest.raises(ParentError, match="no such folder"):
        fine_tune_of(str(tmp_path / "none"))
