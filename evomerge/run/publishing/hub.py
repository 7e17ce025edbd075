"""A repository of the Hub: made if need be, and written to in one commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import CommitOperationAdd, HfApi, constants, get_token
from huggingface_hub.errors import HfHubHTTPError, HFValidationError

from evomerge.errors import EvomergeError, UserError
from evomerge.redaction import keep_secret
from evomerge.weights.checkpoint.hub import is_repo_id

_DENIED = (401, 403)
"""What the Hub answers to a token that is none, or that may not write there."""


@dataclass(frozen=True)
class Pushed:
    """What was uploaded, and where it is."""

    repo: str
    revision: str
    commit: str
    url: str


def upload(
    files: Mapping[str, Path], repo: str, message: str, *, private: bool, revision: str | None
) -> Pushed:
    """Upload files to a model repository, all of them or none.

    Args:
        files: where each comes from, by its place in the repository.
        repo: `owner/name`, or a name of the token's owner.
        message: of the commit.
        private: whether the repository must be seen by its owner alone.
        revision: the branch, made if need be; by default the main one.

    Raises:
        UserError: the Hub cannot be asked, or refuses what is asked.
        EvomergeError: it cannot be reached.
    """
    branch = revision or constants.DEFAULT_REVISION
    with _explained(repo):
        api = HfApi(token=_token())
        name = api.create_repo(repo, private=private or None, exist_ok=True).repo_id
        if private and not api.repo_info(name).private:
            raise UserError(
                f"{name}: is there already, and public; make it private on the Hub, or name another"
            )
        if revision is not None:
            api.create_branch(name, branch=branch, exist_ok=True)
        operations = [
            CommitOperationAdd(path_in_repo=place, path_or_fileobj=file)
            for place, file in files.items()
        ]
        done = api.create_commit(name, operations, commit_message=message, revision=branch)
        return Pushed(name, branch, done.oid, f"{api.endpoint}/{name}/tree/{branch}")


def require_repo(repo: str) -> None:
    """Check what can be checked before anything is read: that the Hub may be asked, and as whom.

    Raises:
        UserError: it may not.
    """
    if not is_repo_id(repo):
        raise UserError(f"{repo}: is no name of a repository (owner/name)")
    if constants.HF_HUB_OFFLINE:
        raise UserError(
            "the Hub may not be asked, as HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set; unset it "
            "to push"
        )
    _token()


def _token() -> str:
    token = get_token()
    if not token:
        raise UserError(
            "there is no token of the Hub, without which nothing can be uploaded; log in with `hf "
            "auth login`, or set HF_TOKEN to a token that may write"
        )
    return keep_secret(token)


@contextmanager
def _explained(repo: str) -> Iterator[None]:
    """Whatever the Hub's library raises, as an error that says what to do."""
    try:
        yield
    except EvomergeError:
        raise
    except HfHubHTTPError as error:
        status = None if error.response is None else error.response.status_code
        if status in _DENIED:
            raise UserError(
                f"{repo}: the Hub does not let this token write there ({_first_line(error)}); log "
                "in with a token that may (`hf auth login`), or name a repository of yours"
            ) from None
        raise EvomergeError(f"{repo}: the Hub refuses it ({_first_line(error)})") from None
    except HFValidationError as error:
        raise UserError(
            f"{repo}: is no name that the Hub takes ({_first_line(error)}); correct the name of "
            "the repository"
        ) from None
    except ValueError as error:  # what stands in the card
        said = " ".join(str(error).split())
        raise UserError(
            f"{repo}: cannot be pushed ({said}); if that is said of README.md, report it: "
            "evomerge wrote that card"
        ) from None
    except Exception as error:  # of its HTTP library, which is another one in each version
        raise EvomergeError(
            f"{repo}: was not pushed ({_first_line(error)}); push again: what has arrived is not "
            "sent twice"
        ) from None


def _first_line(error: BaseException) -> str:
    """What an error says, or the one that it comes from."""
    cause = error.__cause__ or error
    said = str(cause).strip() or type(cause).__name__
    return said.splitlines()[0]
