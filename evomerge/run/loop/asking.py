"""What writers and verifiers ask models, put to the population of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from evomerge.curriculum.asker import ModelQuestion, ModelReply
from evomerge.engine.request import Generated, Generation, SamplingParams
from evomerge.run.loop.population import Population

if TYPE_CHECKING:
    from evomerge.score.harness import Recorder
    from evomerge.score.prompts.chat import ChatTurns


class PopulationAsker:
    """Puts questions to the models of a run.

    Args:
        recorder: makes tokens of prompts.
        turns: what wraps a prompt as a turn of a chat; None where prompts are no turns.
    """

    def __init__(
        self, population: Population, recorder: Recorder, turns: ChatTurns | None = None
    ) -> None:
        self._population, self._recorder, self._turns = population, recorder, turns

    def ask(self, asked: Sequence[ModelQuestion]) -> list[ModelReply]:
        """The reply to each question, in their order.

        Raises:
            Stopped: the run is to stop.
            UserError: a prompt cannot be asked.
        """
        places: dict[str, list[int]] = {}
        recipes = [self._population.named(one.model, one.key) for one in asked]
        for place, recipe in enumerate(recipes):
            places.setdefault(repr(recipe.plain()), []).append(place)
        groups = [*places.values()]
        requests = [[(self._request(asked[place]),) for place in group] for group in groups]
        found = self._population.answer([recipes[group[0]] for group in groups], requests)
        replies: dict[int, ModelReply] = {}
        for group, own, answered in zip(groups, requests, found, strict=True):
            seconds = answered.cost.forward_s / len(group)
            for place, (request,), (said,) in zip(group, own, answered.items, strict=True):
                assert isinstance(said, Generated)
                tokens = len(request.every_token) + said.tokens
                replies[place] = ModelReply(said.text, tokens, said.finished, seconds)
        return [replies[place] for place in range(len(asked))]

    def _request(self, question: ModelQuestion) -> Generation:
        prompt = question.prompt
        if self._turns is not None:
            prompt = self._turns([{"role": "user", "content": prompt}])
        request = self._recorder.generation(prompt, question.stops, question.max_tokens)
        if not question.temperature:
            return request
        drawn = SamplingParams(question.temperature, question.top_p, key=question.key)
        return replace(request, sampling=drawn)
