"""A base of a few hundred weights, and texts for it to learn."""

from evomerge.recipe import Training
from evomerge.training.order import TrainingOrder
from evomerge.training.texts import TrainingText
from evomerge.weights import open_parent
from tests.tiny import tiny_tensors, write_model


def tiny_base(folder):
    return open_parent(str(write_model(folder / "base", tiny_tensors(1))))


def text(number, length=6):
    tokens = tuple(2 + (number * 7 + place * place) % 18 for place in range(length - 1))
    return TrainingText(f"t{number:03}", (*tokens, 1), 2)


def order(steps=4, count=40, seed=3, **settings):
    plain = {"rank": 2, "batch": 24, "warmup": 1, "learning_rate": 0.01, **settings}
    texts = tuple(text(number, 5 + number % 40) for number in range(count))
    return TrainingOrder(Training(steps=steps, **plain), texts, seed)
