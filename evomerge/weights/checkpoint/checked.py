"""A checkpoint held against the manifest of its folder."""

from __future__ import annotations

from evomerge.reading.manifest import Manifest
from evomerge.weights.checkpoint.checkpoint import Checkpoint
from evomerge.weights.checkpoint.files import processor_files, settings_files
from evomerge.weights.checkpoint.hub import is_fetched


def check_folder(checkpoint: Checkpoint) -> None:
    """Check the small files of a folder and the names of its tensors, if it has a manifest.

    Of a model that was fetched, what is not fetched of any is not missed: its card, its recipe.

    Raises:
        Unlike: it is not what it was when it was written.
        ParentError: its manifest cannot be read.
    """
    folder = checkpoint.folder
    if manifest := Manifest.of(folder):
        read = [*settings_files(folder, folder), *processor_files(folder)]
        manifest.check_files((file.name for file in read), lambda name: not is_fetched(name))
        manifest.check_names(checkpoint.specs)


def check_tensors(checkpoint: Checkpoint) -> None:
    """Check every tensor of a folder, if it has a manifest. They are hashed, each once.

    Raises:
        Unlike: one is not what it was when it was written.
        ParentError: some of them are not finite, or the manifest cannot be read.
    """
    if manifest := Manifest.of(checkpoint.folder):
        manifest.check_names(checkpoint.specs)
        for name in checkpoint.specs:
            manifest.check_tensor(name, checkpoint.digest(name))
        manifest.check_weights(checkpoint.content_hash)
