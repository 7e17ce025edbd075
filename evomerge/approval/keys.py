"""Ed25519 keys: read from files, signed with, checked. The one file that knows cryptography."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_ssh_private_key,
)

from evomerge.errors import UserError
from evomerge.reading.file_kind import KEY
from evomerge.reading.regular import read_bytes, read_text
from evomerge.recipe.public_key import PublicKey, public_key

_OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_PUBLIC = b"ssh-"
_HOW = "name an Ed25519 private key, as `ssh-keygen -t ed25519` makes one"


class SigningKey:
    """A private key, which signs and is never shown.

    Args:
        private: held by the library; it is not copied.
        comment: whose it is, for people.
    """

    def __init__(self, private: Ed25519PrivateKey, comment: str = "") -> None:
        self._private = private
        self.public = PublicKey(private.public_key().public_bytes_raw(), comment)

    def sign(self, data: bytes) -> bytes:
        """64 bytes."""
        return self._private.sign(data)


def is_signed(key: PublicKey, data: bytes, signature: bytes) -> bool:
    """Whether a signature of exactly these bytes was made with the private half of a key."""
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_signing_key(file: Path, password: Callable[[], str]) -> SigningKey:
    """The private key in a file of OpenSSH's or in PEM.

    Args:
        password: called where the key is encrypted.

    Raises:
        UserError: the file holds no such key, or the password is wrong. Nothing of the file is
            repeated.
    """
    data = read_bytes(file, KEY)
    if data.lstrip().startswith(_PUBLIC):
        raise UserError(f"{file}: is the public key; name the private one, without .pub")
    key = _loaded(file, data, None)
    if key is None:
        key = _loaded(file, data, password().encode(errors="surrogateescape"))
    if not isinstance(key, Ed25519PrivateKey):
        raise UserError(f"{file}: is a private key of another kind; {_HOW}")
    return SigningKey(key)


def _loaded(file: Path, data: bytes, password: bytes | None) -> object:
    """The key; None where it is encrypted and no password was given."""
    load = load_ssh_private_key if data.lstrip().startswith(_OPENSSH) else load_pem_private_key
    try:
        return load(data, password)
    except TypeError:  # encrypted, and there is no password; or the other way round
        if password is not None:
            raise UserError(f"{file}: cannot be read; {_HOW}") from None
        return None
    except UnsupportedAlgorithm as error:
        if "bcrypt" in str(error):
            raise UserError(
                f"{file}: cannot be read ({error}); `pip install bcrypt` makes it readable"
            ) from None
        raise UserError(
            f"{file}: cannot be read ({error}); `ssh-keygen -p -f {file}` stores it anew"
        ) from None
    except ValueError:
        if password is not None:
            raise UserError(f"{file}: the password is wrong, or the file damaged") from None
        raise UserError(f"{file}: holds no private key that can be read; {_HOW}") from None


def read_public_key(file: Path) -> PublicKey:
    """The public key in a .pub file.

    Raises:
        UserError: it holds none.
    """
    try:
        return public_key(read_text(file, KEY))
    except ValueError as error:
        raise UserError(f"{file}: {error}") from None
