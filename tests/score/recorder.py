"""What builds the prompts of a task for one of the zoo's models."""

from transformers import AutoConfig

from evomerge.score.harness import Recorder
from evomerge.score.items.item import Item
from evomerge.score.tasks.task import Task
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer


def recorder_for(model: str) -> Recorder:
    folder = open_parent(model).folder
    return Recorder(AutoConfig.from_pretrained(folder), load_tokenizer(folder))


def build(task: Task, recorder: Recorder, chat_template: bool) -> list[Item]:
    """All items of a task, with what is asked for them."""
    return task.ask(task.questions(), recorder, chat_template)
