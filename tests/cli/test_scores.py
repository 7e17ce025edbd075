"""A model's scores as JSON values."""

import json

from evomerge.cli.scores import scores_to_json
from evomerge.engine.kind import EngineIdentity
from evomerge.run.model_scores import ModelScores, ScoredItem, TaskScores


def test_scores_are_written_down_to_every_item():
    items = (ScoredItem("a", 0, 1.0), ScoredItem("b", 3, None))
    engine = EngineIdentity("transformers", {"torch": "2"}, {})
    scored = ModelScores("zoo:a", "search", engine, None, {"t": TaskScores("acc", 1.0, 1.0, items)})
    plain = scores_to_json(scored)
    assert json.loads(json.dumps(plain)) == {
        "model": "zoo:a",
        "split": "search",
        "engine": {"name": "transformers", "versions": {"torch": "2"}, "settings": {}},
        "fitness": None,
        "tasks": {
            "t": {
                "metric": "acc",
                "weight": 1.0,
                "score": 1.0,
                "items": [
                    {"item": "a", "doc_id": 0, "score": 1.0},
                    {"item": "b", "doc_id": 3, "score": None},
                ],
            }
        },
    }
