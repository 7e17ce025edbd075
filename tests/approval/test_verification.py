"""A released folder checked anywhere: every kind of tampering is refused, and named."""

import json
import re
import shutil
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evomerge.approval.approvals_file import approvals_text, card_section
from evomerge.approval.contents import contents_of
from evomerge.approval.statement import SignerDecision
from evomerge.approval.verification import verify
from evomerge.run.approving.deciding import decide
from tests.approval.signers import ALICE, BOB, EVE, line, word
from tests.quarantined import quarantined, rewrite


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    run = quarantined(tmp_path_factory.mktemp("released"))
    for key in (ALICE, BOB):
        decide(run, key, SignerDecision.APPROVED, "as it should be", clock=lambda: 1e9)
    return run / "winner"


@pytest.fixture
def model(released, tmp_path):
    return shutil.copytree(released, tmp_path / "model")


def test_a_released_folder_is_whole_anywhere(model):
    found = verify(model)
    assert found.problems == ()
    assert (found.verdict, found.needs) == ("promoted", 2)
    assert [one.statement.key for one in found.approvals] == [ALICE.public, BOB.public]
    assert found.trusted == ()
    assert verify(model, [BOB.public]).trusted == (BOB.public,)


def test_a_key_that_has_not_signed_is_not_trusted(model):
    found = verify(model, [ALICE.public, EVE.public])
    assert found.problems == (
        f"{EVE.public.fingerprint} (eve) is none of the keys that its recipe asks for",
    )
    assert found.trusted == (ALICE.public,)


def in_quarantine(model):
    """The contents of a released model."""
    said = json.loads((model / "approvals.json").read_text())["signed"]
    assert said
    from evomerge.approval.approvals_file import read_approvals

    return contents_of(model, card_section(read_approvals(model)))


def resign(model, statements):
    """Put other signatures beside a model, in its card and in its manifest."""
    from evomerge.approval.approvals_file import read_approvals

    section = card_section(read_approvals(model)).encode()
    card = (model / "README.md").read_bytes().removesuffix(section)
    rewrite(model, "README.md", card + card_section(statements).encode())
    rewrite(model, "approvals.json", approvals_text(statements).encode())


def proved(model, **change):
    """Another proof, of which the manifest knows."""
    said = {**json.loads((model / "proof.json").read_text()), **change}
    rewrite(model, "proof.json", json.dumps(said).encode())


def signed_by(*keys, decision=SignerDecision.APPROVED, **change):
    def tamper(model):
        contents = replace(in_quarantine(model), **change)
        resign(model, [word(key, decision, contents) for key in keys])

    return tamper


def forged(model):
    contents = in_quarantine(model)
    theirs = word(EVE, contents=contents).signature
    resign(
        model,
        [word(ALICE, contents=contents), replace(word(BOB, contents=contents), signature=theirs)],
    )


def renoted(model):
    contents = in_quarantine(model)
    said = word(BOB, contents=contents)
    statement = replace(said.statement, note="it is perfect")
    resign(model, [word(ALICE, contents=contents), replace(said, statement=statement)])


def other_weights(model):
    """Another model that is whole in itself, with signatures for the first."""
    from safetensors.torch import load_file

    from evomerge.weights import FolderWriter, Spec

    tensors = {name: t + 1 for name, t in load_file(model / "model.safetensors").items()}
    made = model.with_name("made")
    with FolderWriter(made) as writer:
        specs = {n: Spec(tuple(t.shape), t.dtype) for n, t in tensors.items()}
        sha256 = writer.write_tensors(specs, tensors.items())
        for file in model.iterdir():
            if file.name not in ("model.safetensors", "manifest.json"):
                writer.copy(file)
    shutil.rmtree(model)
    made.rename(model)
    proved(model, weights_sha256=sha256)


def new_card(model):
    rewrite(model, "README.md", b"# The best model\n" + (model / "README.md").read_bytes())


def without_section(model):
    from evomerge.approval.approvals_file import read_approvals

    section = card_section(read_approvals(model)).encode()
    rewrite(model, "README.md", (model / "README.md").read_bytes().removesuffix(section))


ASKED = {"by": [line(ALICE), line(BOB)], "needs": 1}
VERDICT_OF_OTHERS = {"verdict": "promoted", "flags": [], "opening": {}}
KINDS = {
    "a forged signature": (forged, "the signature is forged, or what it stands below has changed"),
    "another note": (renoted, "the signature is forged, or what it stands below has changed"),
    "no approvals": (
        lambda m: rewrite(m, "approvals.json", None),
        "approvals.json is not there, and its recipe asks for 2",
    ),
    "one of two": (signed_by(ALICE), "holds 1 approvals that count, and the recipe asks for 2"),
    "one twice": (signed_by(ALICE, ALICE), "holds 1 approvals that count"),
    "a stranger's": (signed_by(ALICE, EVE), "is none of the recipe's keys"),
    "a rejection": (signed_by(ALICE, BOB, decision=SignerDecision.REJECTED), "has rejected it"),
    "approval of other weights": (
        signed_by(ALICE, BOB, weights_sha256="0" * 64), "signed for a model with other weights"
    ),
    "approval of another verdict": (
        signed_by(ALICE, BOB, verdict_sha256="0" * 64), "signed for a model with other verdict"
    ),
    "other weights": (other_weights, "signed for a model with other weights"),
    "a replaced card": (new_card, "signed for a model with other model card"),
    "a card without signatures": (without_section, "README.md: does not end with the signatures"),
    "another config": (
        lambda m: rewrite(m, "config.json", b"{}"), "signed for a model with other files"
    ),
    "another recipe": (
        lambda m: rewrite(
            m, "recipe.yaml", (m / "recipe.yaml").read_bytes().replace(b"0.5", b"0.25")
        ),
        "recipe.yaml: has the digest",
    ),
    "fewer who must sign": (lambda m: proved(m, approval=ASKED), "with other files"),
    "another verdict": (
        lambda m: proved(m, verdict=VERDICT_OF_OTHERS), "signed for a model with other verdict"
    ),
    "a refused verdict": (
        lambda m: proved(m, verdict={"verdict": "refused", "flags": []}), "items refused the model"
    ),
    "a verdict of other weights": (
        lambda m: proved(m, weights_sha256="0" * 64), "proof.json: its verdict is of other weights"
    ),
    "no proof": (
        lambda m: rewrite(m, "proof.json", None),
        "approvals.json is there, and no proof.json that asks for it",
    ),
    "a damaged proof": (lambda m: rewrite(m, "proof.json", b"{"), "proof.json:1: not valid JSON"),
    "damaged approvals": (
        lambda m: rewrite(m, "approvals.json", b"{}"), "approvals.json: is not of the schema"
    ),
    "a changed manifest": (
        lambda m: (m / "manifest.json").write_text(
            (m / "manifest.json").read_text().replace('"weights_sha256": "', '"weights_sha256": "0')
        ),
        "the type or shape of a tensor",
    ),
    "a file outside": (lambda m: (m / "x.py").write_text(""), "x.py is there, and was not"),
    "nothing": (shutil.rmtree, "is a link, or no folder"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_tampering_is_refused_with_what_is_wrong(model, kind):
    tamper, told = KINDS[kind]
    tamper(model)
    found = verify(model)
    assert not found.is_whole
    assert any(re.search(told, one) for one in found.problems), found.problems


def test_stripped_of_all_signatures_it_passes_as_unsigned_unless_a_key_is_named(model):
    """Nothing in a folder can prove that more has been there: who verifies must name a key."""
    without_section(model)
    for name in ("approvals.json", "proof.json"):
        rewrite(model, name, None)
    assert verify(model).is_whole
    assert verify(model).approvals == ()
    (problem,) = verify(model, [ALICE.public]).problems
    assert problem == (
        f"proof.json is not there, so {ALICE.public.label} has approved nothing"
    )  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bit_of_any_file_can_be_turned_round_unnoticed(released, tmp_path_factory, data):
    model = tmp_path_factory.mktemp("flipped") / "model"
    shutil.copytree(released, model)
    file = data.draw(st.sampled_from(sorted(p.name for p in released.iterdir())))
    content = bytearray((model / file).read_bytes())
    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    content[bit // 8] ^= 1 << bit % 8
    (model / file).write_bytes(content)
    assert not verify(model).is_whole
