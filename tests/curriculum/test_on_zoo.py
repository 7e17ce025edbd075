"""Models of the zoo that nobody taught sums in French write them, and a program verifies them."""

from __future__ import annotations

import json
from functools import cache

import torch

from evomerge.cores import Cores
from evomerge.curriculum import HumanItems, ModelReply, Programs, write
from evomerge.engine.loading import load
from evomerge.engine.registry import DEFAULT
from evomerge.engine.request import Generation, SamplingParams
from evomerge.ledger import Use, Verified
from evomerge.recipe import Curriculum, FitnessTerm
from evomerge.score.items.duplicates import nearly_known
from evomerge.score.tasks.task import Task
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.zoo import TASKS
from tests.curriculum.population import CHECK, DRAW

TASK = "zoo_arithmetic_french"
SETTINGS = Curriculum.model_validate(
    {
        "task": TASK,
        "writers": [
            {
                "name": "told",
                "count": 24,
                "questions": {"program": "draw.py"},
                "chain": [
                    {"ask": "zoo:arithmetic", "prompt": "{{question}} in digits ="},
                    {"ask": "zoo:french", "prompt": "{{answer}} in french ="},
                ],
                "document": {"question": "{{question}} in french =", "answer": "{{answer}}"},
            }
        ],
        "verifiers": [
            {"agreement": 0.6, "samples": 3, "temperature": 0.5},
            {"program": "check.py"},
        ],
        "solved": {"least": 0, "most": 1},
    }
)


class Zoo:
    """Asks models of the zoo through an engine, as workers do."""

    @staticmethod
    @cache
    def _opened(name):
        parent = open_parent(name)
        tokenizer = load_tokenizer(parent.tokenizer_folder)
        engine = DEFAULT.make(tokenizer, Cores(1), torch.device("cpu"))
        load(engine, parent, Cores(1))
        return engine, tokenizer

    def ask(self, asked):
        replies = {}
        for name in dict.fromkeys(one.model for one in asked):
            engine, tokenizer = self._opened(name)
            places = [place for place, one in enumerate(asked) if one.model == name]
            requests = [(self._request(tokenizer, asked[place]),) for place in places]
            for place, (reply,) in zip(places, engine.answer(requests).items, strict=True):
                tokens = len(requests[0][0].prompt) + reply.tokens
                replies[place] = ModelReply(reply.text, tokens, reply.finished)
        return [replies[place] for place in range(len(asked))]

    @staticmethod
    def _request(tokenizer, one):
        prompt = tuple(tokenizer.encode(one.prompt))
        drawn = SamplingParams(one.temperature, one.top_p, key=one.key) if one.temperature else None
        return Generation(prompt, one.stops, one.max_tokens, drawn)


def test_a_chain_of_specialists_writes_what_neither_of_them_knows():
    task = Task(FitnessTerm(task=TASK, metric="exact_match"))
    known = task.questions()
    reader = task.documents.reader

    class Items:
        def near(self, documents):
            return nearly_known([reader.item(one, TASK) for one in documents], known)

    human = [json.loads(line) for line in (TASKS / "arithmetic_french.jsonl").open()][:8]
    inputs = {
        "solver": Items(),
        "reader": reader,
        "human": HumanItems({TASK: human}),
        "programs": Programs({"draw.py": DRAW, "check.py": CHECK}),
    }
    made = write(SETTINGS, 0, 3, asker=Zoo(), **inputs)
    assert len(made.items) > 8
    for item in made.items:
        first, second = item.question.removesuffix(" in french =").split(" + ")
        words = "zéro un deux trois quatre cinq six sept huit neuf".split()
        total = str(int(first) + int(second))
        assert item.solution == " ".join(words[int(digit)] for digit in total)
        assert item.use is Use.TRAINING
        assert item.origin.verified is Verified.EXECUTED
        assert item.origin.models == ("zoo:arithmetic", "zoo:french")
        assert 0.6 <= item.origin.agreement <= 1
    assert not {item.id for item in made.items} & {item.id for item in known}
    (precision,) = made.precisions
    assert precision.against == "check.py"
    assert precision.right / precision.passed > 0.9
    assert write(SETTINGS, 0, 3, asker=Zoo(), **inputs) == made
