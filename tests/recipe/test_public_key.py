"""Public keys as OpenSSH writes them."""

import subprocess

import pytest

from evomerge.recipe import public_key
from tests.approval.signers import ALICE, BOB, line

TEXT = ALICE.public.text


def test_a_key_is_known_by_its_bytes_and_not_by_its_comment():
    key = public_key(f" {TEXT}   alice of   the lab \n")
    assert key == ALICE.public == public_key(key.text)
    assert (key.text, key.comment) == (TEXT, "alice of   the lab")
    assert key.label == f"{key.fingerprint} (alice of   the lab)"
    assert public_key(TEXT).label == key.fingerprint
    assert key != BOB.public
    assert len(key.raw) == 32


def test_the_fingerprint_is_the_one_that_ssh_keygen_shows(tmp_path):
    file = tmp_path / "alice.pub"
    file.write_text(line(ALICE))
    shown = subprocess.run(["ssh-keygen", "-lf", file], capture_output=True, text=True, check=True)
    assert shown.stdout.split()[1] == ALICE.public.fingerprint


@pytest.mark.parametrize(
    "text, problem",
    [
        ("", "is no public key"),
        ("ssh-ed25519", "is no public key"),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB", "no public key of the kind ssh-ed25519"),
        (f"{TEXT}\n{TEXT}", "is no public key"),
        (TEXT + " x" * 600, "is no public key"),
        (TEXT[:-4], "not a whole public key"),
        (TEXT[:-1] + "*", "not a whole public key"),
        (TEXT.replace("AAAAC3", "AAAAC4"), "not a whole public key"),
        (TEXT.replace("AAAAIIqI", "AAAAHIqI"), "not a whole public key"),
        ("ssh-ed25519 ÄÖÜ", "not a whole public key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nsecret", "is a private key"),
    ],
)
def test_what_is_none_is_refused_and_not_repeated(text, problem):
    with pytest.raises(ValueError, match=problem) as caught:
        public_key(text)
    assert "secret" not in str(caught.value)
