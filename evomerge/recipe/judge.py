"""Language models as a recipe names them: a judge and its rubric, and others by an address."""

from __future__ import annotations

from pydantic import Field, model_validator

from evomerge.recipe.address import Addressed


class JudgeSettings(Addressed):
    """A language model that compares answers with the task's own, and the rubric it goes by.

    Without `url` it is a model as parents are named, run by transformers.
    """

    model: str = Field(min_length=1, description="a model as parents are; with url: its name there")
    rubric: str = Field(min_length=1, description="what makes an answer the better one")

    @model_validator(mode="after")
    def _check(self) -> JudgeSettings:
        if not self.rubric.strip():
            raise ValueError("the rubric must say what makes an answer the better one")
        return self
