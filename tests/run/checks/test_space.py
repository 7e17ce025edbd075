"""What a recipe takes is what it makes."""

import pytest

import evomerge
from evomerge.recipe import parse_recipe
from evomerge.run.checks.space import space_of_merge, space_of_search
from evomerge.run.preparation.preflight import prepare
from evomerge.weights import Checkpoint
from tests.run.small import TEXT
from tests.run.test_path_cycles import LAYERS


def bytes_of(folder):
    tensors = Checkpoint(folder)
    return sum(spec.nbytes for spec in tensors.specs.values())


def searched(text):
    return space_of_search(prepare(parse_recipe(text)))


@pytest.fixture(scope="module")
def of_layers(tmp_path_factory):
    """Bytes of a model of so many layers of the zoo's parents."""
    made = {}
    for count in (1, 8):
        steps = ", ".join(f"{{layer: {n}}}" for n in range(count))
        text = LAYERS[: LAYERS.index("path:")] + f"path: [{steps}]\n"
        out = tmp_path_factory.mktemp("made") / str(count)
        evomerge.merge(parse_recipe(text), out)
        made[count] = bytes_of(out)
    return made


def test_a_merge_takes_what_it_writes(of_layers):
    prepared = prepare(parse_recipe(LAYERS))
    text = LAYERS[: LAYERS.index("path:")] + "path: [{layer: 0}]\n"
    space = space_of_merge(parse_recipe(text), prepared.parents)
    assert space.model == space.disk == of_layers[1]


def test_a_path_may_be_as_deep_as_it_has_slots_and_elites_share_as_many_layers(of_layers):
    cycles = searched(LAYERS)
    one, most = of_layers[1], of_layers[8]
    assert cycles.disk == most + (most + one)  # the winner, and two elites
    assert cycles.model == most + most  # all layers of the parents, and of elites
    alone = searched(LAYERS.replace("  cycles: 2\n", ""))
    assert (alone.disk, alone.model) == (most, most)
    short = searched(LAYERS.replace("{scale:", "{longest: 4, scale:").replace("  cycles: 2\n", ""))
    assert one < short.disk < most


def test_elites_of_weights_are_as_large_as_the_winner():
    space = searched(TEXT.replace("elites: 2", "elites: 2\n  cycles: 3"))
    assert space.disk == 5 * space.model
    fixed = TEXT.replace("evolve:", "path: [{layer: 0}, {layer: 1}]\nevolve:")
    assert searched(fixed).disk < searched(TEXT).disk
