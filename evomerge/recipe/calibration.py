"""The `calibration:` key: texts that models are run on to learn what their weights do."""

from __future__ import annotations

from pydantic import Field

from evomerge.recipe.values import Frozen


class CalibrationSettings(Frozen):
    """Texts for merge methods that ask what a model reads, as fisher and regmean do."""

    texts: str = Field(
        min_length=1, description="a .txt file, a text a line; or .jsonl with the key text"
    )
    length: int = Field(512, ge=1, description="tokens of each text that are read")
    sha256: str | None = Field(None, description="hash that the file must have")
