"""Questions, and whether two of them are nearly alike."""

from evomerge.score.items.duplicates import across, without_duplicates
from evomerge.score.items.item import Item, content_id

LONG = (
    "Janet's ducks lay 16 eggs per day. She eats three for breakfast every morning and bakes "
    "muffins for her friends every day with four. She sells the remainder at the farmers' market "
    "daily for $2 per fresh duck egg. How much does she make every day at the market?"
)
FRENCH = (
    "Une robe nécessite 2 rouleaux de fibre bleue et la moitié de cette quantité en fibre blanche. "
    "Combien de rouleaux faut-il au total pour la coudre en entier ?"
)
JAPANESE = (
    "ローブを作成するには、青色の繊維を2巻分、白色の繊維をその半分用いる必要があります。"
    "全体で何巻必要ですか？"
)
OTHERS = [
    "A train leaves the station at noon and another follows an hour later on the same track",
    "Which of these animals is a mammal?\na whale\na shark\na trout\na tuna",
    "How many sides does a hexagon have?",
]


def items(texts, task="t", golds=None):
    golds = golds or [""] * len(texts)
    return [
        Item(task, content_id([text, gold, n]), n, (), text, gold)
        for n, (text, gold) in enumerate(zip(texts, golds, strict=True))
    ]


def alike(one, other, golds=("", "")):
    """Whether the two are nearly alike among others: found both within a list and across two."""
    first, second, *rest = items([one, other, *OTHERS], golds=[*golds, *[""] * len(OTHERS)])
    kept, left_out = without_duplicates([first, second, *rest])
    found = across([first, *rest[:2]], [second, *rest[2:]])
    assert bool(left_out) == bool(found) == (len(kept) < 2 + len(rest))
    return bool(found)


SUM = (
    "Anna buys 1234 apples at the market on a rainy Tuesday. Then Ben collects 12 kettles and "
    "gives 27 of them to Anna. How many apples and kettles does Anna have now?"
)
PLANETS = ["Saturn", "Mars", "Venus", "Mercury"]
WHICH = "Which of these planets has the most moons?"


def labelled(template, choices, tail=""):
    lines = [template.format("ABCD"[n], choice) for n, choice in enumerate(choices)]
    return "\n".join([WHICH, *lines]) + tail
