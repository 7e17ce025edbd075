"""Private keys read from files, and signatures checked."""

import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from evomerge.approval.keys import is_signed, read_public_key, read_signing_key
from evomerge.errors import UserError
from tests.approval.signers import ALICE, BOB, write_key


def nobody():
    pytest.fail("no password is asked for")


@pytest.mark.parametrize("form", [PrivateFormat.OpenSSH, PrivateFormat.PKCS8])
def test_a_key_is_read_from_openssh_and_pem(tmp_path, form):
    key = read_signing_key(write_key(tmp_path, "alice", form), nobody)
    assert key.public == ALICE.public
    assert is_signed(ALICE.public, b"data", key.sign(b"data"))


def test_a_password_is_asked_for_where_there_is_one(tmp_path):
    file = write_key(tmp_path, "alice", PrivateFormat.PKCS8, "open sesame")
    assert read_signing_key(file, lambda: "open sesame").public == ALICE.public
    with pytest.raises(UserError, match="the password is wrong, or the file damaged") as caught:
        read_signing_key(file, lambda: "close sesame")
    assert "sesame" not in str(caught.value)


def test_an_encrypted_key_of_openssh(tmp_path):
    file = tmp_path / "key"
    how = ["ssh-keygen", "-q", "-t", "ed25519", "-a", "1", "-N", "sesame", "-f", file]
    subprocess.run(how, check=True)
    try:
        import bcrypt  # noqa: F401
    except ImportError:
        with pytest.raises(UserError, match="pip install bcrypt"):
            read_signing_key(file, lambda: "sesame")
        return
    key = read_signing_key(file, lambda: "sesame")
    assert key.public == read_public_key(tmp_path / "key.pub")
    with pytest.raises(UserError, match="the password is wrong"):
        read_signing_key(file, lambda: "other")


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "data, problem",
    [
        (b"", "holds no private key"),
        (b"\xff\xfe\x00", "holds no private key"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "holds no private key"),
        (ALICE.public.text.encode(), "is the public key; name the private one"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "of another kind"),
        (pem(rsa.generate_private_key(65537, 1024)), "of another kind"),
        (b"x" * 70_000, "larger than 64000 bytes"),
    ],
)
def test_what_is_no_signing_key_is_refused(tmp_path, data, problem):
    file = tmp_path / "key"
    file.write_bytes(data)
    with pytest.raises(UserError, match=problem):
        read_signing_key(file, nobody)


def test_a_file_that_is_not_there_or_no_file(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_signing_key(tmp_path / "none", nobody)
    with pytest.raises(UserError, match="is a folder, not a key"):
        read_signing_key(tmp_path, nobody)
    (tmp_path / "not.pub").write_text("hello")
    with pytest.raises(UserError, match=r"not.pub: is no public key"):
        read_public_key(tmp_path / "not.pub")


@given(st.binary(max_size=40), st.integers(0, 511))
def test_one_bit_of_a_signature_or_one_of_the_data_makes_it_another(data, bit):
    signature = bytearray(ALICE.sign(data))
    assert is_signed(ALICE.public, data, bytes(signature))
    assert not is_signed(BOB.public, data, bytes(signature))
    assert not is_signed(ALICE.public, data + b"x", bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not is_signed(ALICE.public, data, bytes(signature))
    assert not is_signed(ALICE.public, data, b"")
