"""Each text reads in a grid what it reads alone, and is scored by that."""

import random

import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.request import Likelihood
from evomerge.engine.transformers.grid import Grid
from evomerge.engine.transformers.tree import trees

VOCABULARY = 3
TOKENS = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=5).map(tuple)


@st.composite
def cases(draw):
    """Numbered requests, their trees, and how many tokens of all contexts a cache holds."""
    shared = draw(TOKENS)
    contexts = [shared + more for more in draw(st.lists(TOKENS, min_size=1, max_size=3))]
    texts = [(draw(st.sampled_from(contexts)), more) for more in draw(st.lists(TOKENS, min_size=1))]
    numbered = [(n, Likelihood(c + more, len(more))) for n, (c, more) in enumerate(texts)]
    made = draw(st.permutations(list(trees(numbered, draw(st.booleans())))))
    return numbered, made, draw(st.integers(0, len(shared)))


def read_by(grid, made):
    """For each row and column the tokens that the mask lets it see, in order of positions."""
    mask = grid.mask(torch.float32, torch.device("cpu"))
    assert mask.shape == (len(made), 1, grid.ids.shape[1], grid.start + grid.ids.shape[1])
    for row, tree in enumerate(made):
        cached = tree.context[: grid.start]
        ids = [*cached, *grid.ids[row].tolist()]
        positions = [*range(grid.start), *grid.positions[row].tolist()]
        for column in range(tree.width - grid.start):
            seen = (mask[row, 0, column] == 0).nonzero()[:, 0].tolist()
            assert [positions[n] for n in seen] == [*range(len(seen))]
            yield row, column, tuple(ids[n] for n in seen)


def logprobs_behind(text):
    """A made-up model: small whole numbers by the text read, so that many are equal."""
    return [float(-n) for n in random.Random(repr(text)).choices(range(3), k=VOCABULARY)]


@given(cases())
def test_every_beginning_of_every_text_is_read_and_nothing_else(case):
    numbered, made, start = case
    read = {text for _, _, text in read_by(Grid(made, start), made)}
    wanted = {
        request.tokens[:end]
        for _, request in numbered
        for end in range(start + 1, len(request.tokens))
    }
    assert read == wanted


@given(cases())
def test_requests_get_the_sums_of_what_stands_behind_their_own_texts(case):
    numbered, made, start = case
    grid = Grid(made, start)
    logprobs = torch.full((*grid.ids.shape, VOCABULARY), 99.0)  # where nothing is to be looked up
    for row, column, text in read_by(grid, made):
        logprobs[row, column] = torch.tensor(logprobs_behind(text))
    totals, greedy = grid.score(logprobs[:, -grid.kept :])
    found = dict(zip(grid.numbers, zip(totals.tolist(), greedy.tolist(), strict=True), strict=True))
    assert len(grid.numbers) == len(found)
    expected = {}
    for number, request in numbered:
        scored = range(len(request.tokens) - request.scored, len(request.tokens))
        rows = [(logprobs_behind(request.tokens[:n]), request.tokens[n]) for n in scored]
        # Of equal ones the first is said.
        said = all(row.index(max(row)) == token for row, token in rows)
        expected[number] = (sum(row[token] for row, token in rows), said)
    assert found == expected


@given(cases())
def test_a_grid_is_plain_where_rows_are_read_like_any_text(case):
    _, made, start = case
    grid = Grid(made, start)
    assert grid.plain == (start == 0 and all(len(tree.branches) == 1 for tree in made))
    if grid.plain:
        width = grid.ids.shape[1]
        hidden = torch.ones(width, width).triu(1).bool()
        for row, tree in enumerate(made):
            mask = grid.mask(torch.float32, torch.device("cpu"))[row, 0, : tree.width]
            assert torch.equal(mask != 0, hidden[: tree.width])
            assert grid.positions[row, : tree.width].tolist() == [*range(tree.width)]
