import pytest

from evomerge.errors import UserError
from evomerge.run.publishing.push import push
from tests.released import REFUSED


def test_what_is_pushed_is_told_and_is_there(finished, hub):
    run, told = finished(), []
    done = push(run, "org/name", tell=told.append)
    size = (run / "winner" / "model.safetensors").stat().st_size
    assert f"uploading model.safetensors ({size:,} bytes)" in told
    there = hub.files["org/name", done.revision]
    assert there == {name: (run / "winner" / name).read_bytes() for name in there}
    assert hub.messages[0].startswith("A winner that was promoted, by evomerge ")


def test_a_name_that_the_licence_does_not_allow_is_told(finished, hub):
    run, told = finished(REFUSED), []
    (run / "winner" / "README.md").write_text("---\nlicense: llama3.2\n---\n")
    push(run, "org/name", refused=True, tell=told.append)
    assert told[0] == (
        "caution: licence: the model's name must begin with 'Llama'; this one is org/name"
    )
    told.clear()
    push(run, "org/Llama-mine", refused=True, tell=told.append)
    assert told[0].startswith("uploading ")


def test_what_may_not_be_pushed_reaches_nobody(finished, hub):
    with pytest.raises(UserError, match="--refused"):
        push(finished(REFUSED), "org/name")
    assert hub.private == {}
