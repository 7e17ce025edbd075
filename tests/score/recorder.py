"""What builds the prompts of a task for one of the zoo's models."""

from transformers import AutoConfig

from evomerge.score.harness import Recorder
from evomerge.score.tokenizer import load_tokenizer
from evomerge.weights import open_parent


def recorder_for(model: str) -> Recorder:
    folder = open_parent(model).folder
    return Recorder(AutoConfig.from_pretrained(folder), load_tokenizer(folder))
