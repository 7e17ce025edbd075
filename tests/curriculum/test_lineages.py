"""Whoever wrote an item is not scored on it, nor is what descends from them, over all cycles."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.curriculum.writers import writer_of
from evomerge.ledger import Use
from evomerge.score.items.item import content_id
from tests.curriculum.contexts import context_of
from tests.curriculum.population import CHAIN, WORDS, People, Sealed, curriculum, made

PARENTS = "adder", "speller"
DRAWN = """\
import json, sys
words = "zéro un deux trois quatre cinq six sept huit neuf".split()
for n in range(int(sys.argv[2])):
    a = int(sys.argv[1]) % 3 + 3 * n + 10
    spelt = " ".join(words[int(digit)] for digit in str(a + 1))
    print(json.dumps(DOCUMENT))
"""
FILES = {
    "sums.py": DRAWN.replace("DOCUMENT", '{"question": f"{a} + 1 in french =", "answer": spelt}'),
    "draw.py": DRAWN.replace("DOCUMENT", '{"question": f"{a} + 1"}'),
}


def variant(question):
    """What a model writes that is shown an item: one of those that programs draw as well."""
    if not question.prompt.startswith("{"):
        return None
    number = question.key % 40 + 10
    answer = " ".join(WORDS[int(digit)] for digit in str(number + 1))
    return json.dumps({"question": f"{number} + 1 in french =", "answer": answer})


@dataclass(frozen=True)
class Ancestry:
    """A model with all that it descends from."""

    name: str
    ancestors: frozenset[str] = field(default_factory=frozenset)

    @property
    def line(self):
        return {self.name, *self.ancestors}


def writers(draw):
    """Some of all kinds, in any order."""
    chosen = [{"name": "sums", "program": "sums.py", "count": 12}]
    names = st.sampled_from([*PARENTS, "leader", "elite"])
    for number, name in enumerate(draw(st.lists(names, max_size=3))):
        own = {"name": f"w{number}", "count": 12}
        if draw(st.booleans()):
            chosen.append({**own, "model": name, "prompt": "{{example}}"})
        else:
            chosen.append({**CHAIN, **own, "chain": [*CHAIN["chain"][:1], _step(name)]})
    return draw(st.permutations(chosen))


def _step(name):
    return {**CHAIN["chain"][1], "ask": name}


def elites_of(draw, models, cycle):
    """Those of a cycle, each of which descends from some of the models before it."""
    found = []
    for number in range(draw(st.integers(1, 3))):
        parents = draw(st.sets(st.sampled_from(models), min_size=1))
        line = frozenset().union(*(model.line for model in parents))
        found.append(Ancestry(f"elite {cycle}.{number}", line))
    return found


def authors(wanted, asker, elites, cycle):
    """By document the models that came to it, whatever became of what they wrote."""
    context = replace(context_of(wanted, asker, files=FILES), cycle=cycle, seed=0)
    stands_for = {"leader": [elites[0].name], "elite": [one.name for one in elites]}
    found = defaultdict(set)
    for writer in wanted.writers:
        for draft in writer_of(writer).write(writer, context):
            if draft.document is not None:
                for model in draft.models:
                    found[content_id(draft.document)] |= {*stands_for.get(model, [model])}
    return found


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_nobody_is_scored_on_what_an_ancestor_wrote_in_the_cycle_of_an_item(data):
    models = [Ancestry(name) for name in PARENTS]
    items, wrote = [], {}
    for cycle in range(3):
        models += (elites := elites_of(data.draw, models, cycle))
        wanted = curriculum(*writers(data.draw), scored=1)
        asker, before = People(says=variant), tuple(item.document for item in items)
        solver = Sealed(sealed=before)
        event = made(wanted, asker=asker, solver=solver, files=FILES, cycle=cycle)
        found = authors(wanted, asker, elites, cycle)
        wrote |= {item.id: found[item.id] for item in event.items}
        items += event.items
        assert len({item.id for item in items}) == len(items), "none is for both uses"
        for item in items:
            if item.use is Use.SCORED:
                assert not [one.name for one in models if one.line & wrote[item.id]]
            else:
                assert wrote[item.id], "what no model wrote is scored on, since all of it may be"
