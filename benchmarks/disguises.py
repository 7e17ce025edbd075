"""Questions in disguise: how many of 200 are found, and how many are found that are none.

    python benchmarks/disguises.py
    python benchmarks/disguises.py --items FILE[:FIELD+FIELD[:ANSWER]] ...

Word problems are made up, each disguised in one way after the other, and looked for among the
originals and the other way round. These and short sums are disguised more trivially, as made items
may be, and looked for as such. Then pairs are looked for in the tasks that ship, and in files of
JSON lines, JSON or tab-separated lines, where there should be none.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from evomerge.score.items.duplicates import across, nearly_known, without_duplicates
from evomerge.score.items.groups import kin
from evomerge.score.items.item import Item, content_id
from evomerge.zoo import TASKS

NAMES = "Alma Bruno Chiara Dario Edda Fritz Gudrun Henri Ilse Jan Kira Lars Mina Noel Olga".split()
THINGS = "baskets bells boxes candles chairs cups drums fans flags hats lamps maps ropes".split()
PLACES = "bakery bridge castle farm garden harbour hospital library market mill museum".split()
WHILES = [
    "before the shop opens",
    "although it rains hard",
    "with the help of two friends",
    "on a cold Tuesday morning",
    "because the fair begins soon",
]
DIGITS = "zero one two three four five six seven eight nine".split()

Row = tuple[str, str]


def problems(count: int) -> list[Row]:
    """Questions with their answers, no two alike."""
    drawn = random.Random(11)
    made = []
    for _ in range(count):
        (one, two), (this, that) = drawn.sample(NAMES, 2), drawn.sample(THINGS, 2)
        a, b, c = drawn.randint(1001, 9999), drawn.randint(2, 99), drawn.randint(2, 50)
        made.append(
            (
                f"{one} carries {a} {this} to the {drawn.choice(PLACES)} {drawn.choice(WHILES)}. "
                f"Then {two} brings {b} {that} and gives {c} of them to {one}. "
                f"How many {this} and {that} does {one} have now?",
                str(a + c),
            )
        )
    return made


def numbers(said: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    """Each number of a text said otherwise."""
    return lambda text: re.sub(r"\b\d+\b", said, text)


DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is, in capitals": str.upper,
    "other spaces": lambda t: t.replace(" ", "\u00a0 "),
    "other punctuation": lambda t: t.replace(".", ";"),
    "full-width digits": numbers(lambda m: "".join(chr(0xFF10 + int(c)) for c in m[0])),
    "1,234": numbers(lambda m: f"{int(m[0]):,}"),
    "1 234": numbers(lambda m: f"{int(m[0]):,}".replace(",", " ")),
    "7.0": numbers(r"\g<0>.0"),
    "$42$ (LaTeX)": numbers(r"$\g<0>$"),
    "$42 (money)": lambda t: re.sub(r"(\d{4})", r"$\1", t, count=1),
    "spelt digits": numbers(lambda m: " ".join(DIGITS[int(c)] for c in m[0])),
    "look-alike letters": lambda t: t.translate(str.maketrans("aeopc", "аеорс")),
    "zero-width spaces": lambda t: t.replace(" ", "\u200b "),
    "soft hyphens": lambda t: re.sub(r"(\w{4})(\w{3,})", "\\1\u00ad\\2", t),
    "bold numbers": numbers(r"**\g<0>**"),
    "HTML entities": lambda t: t.replace(" and ", "&nbsp;and&nbsp;"),
    "a label": "Question 12: {}".format,
    "a number before": "Q 1. {}".format,
    "a bullet": "- {}".format,
    "an instruction behind": "{} Think it over and give the number alone.".format,
    "an instruction before": "Solve the problem below, step by step. {}".format,
    "the question first": lambda t: " ".join([t.split(". ")[-1], *t.split(". ")[:-1]]) + ".",
    "a name changed": lambda t: re.sub(r"^\w+", "Wilhelmine", t),
    "two phrases changed": lambda t: t.replace("gives ", "hands over ").replace(
        "How many", "What number of"
    ),
}

TRIVIAL: dict[str, Callable[[str], str]] = {
    "` Answer:` behind": "{} Answer:".format,
    "`Q:` before, `A:` behind": "Q: {}\nA:".format,
    "`Please` before": "Please {}".format,
    "the turns of a chat": "User: {}\nAssistant:".format,
    "twice": "{0}\n{0}".format,
    "`plus` for `+`": lambda t: t.replace("+", "plus"),
    "`➕` for `+`": lambda t: t.replace("+", "➕"),
    "leading zeros": numbers(r"0\g<0>"),
    "no spaces": lambda t: t.replace(" ", ""),
    "a space behind each character": " ".join,
    "a line for each word": lambda t: t.replace(" ", "\n"),
    "zero-width characters": "\u200b".join,
    "soft hyphens everywhere": "\u00ad".join,
    "capitals of Greek": lambda t: t.upper().translate(str.maketrans("AEHIKMNOPT", "ΑΕΗΙΚΜΝΟΡΤ")),
    "accents": lambda t: re.sub("([aeiou])", "\\1\u0301", t),
    "repeated marks": lambda t: t.replace("?", "??!?"),
    "bold": "**{}**".format,
    "entities": lambda t: "".join(f"&#{ord(c)};" for c in t),
}
TRIVIAL["five at once"] = lambda t: (
    f"Please {TRIVIAL['leading zeros'](t.replace('+', 'plus')).upper()} Answer:".replace(" ", "")
)


def sums(count: int) -> list[Row]:
    """Short questions with their answers, no two alike."""
    drawn = random.Random(12)
    pairs = drawn.sample([(a, b) for a in range(1, 99) for b in range(1, 99)], count)
    return [(f"What is {a} + {b}?", str(a + b)) for a, b in pairs]


def refused(rows: list[Row], disguised: list[Row]) -> str:
    """The share of disguised questions that are told as the original, were they made items."""
    ours = items(rows, "original")
    told = nearly_known(items(disguised, "disguised"), ours)
    return f"{sum(a == b.id for a, b in zip(told, ours, strict=True)) / len(rows):.0%}"


def items(rows: list[Row], kind: str) -> list[Item]:
    """The questions as items."""
    return [
        Item("t", content_id([kind, n, text]), n, (), text, gold)
        for n, (text, gold) in enumerate(rows)
    ]


def found(rows: list[Row], disguised: list[Row]) -> str:
    """The share of disguised questions that are found, by originals and the other way round."""
    ours, theirs = items(rows, "original"), items(disguised, "disguised")
    forth = {a.doc_id for a, b in across(ours, theirs) if a.doc_id == b.doc_id}
    back = {a.doc_id for a, b in across(theirs, ours) if a.doc_id == b.doc_id}
    return f"{len(forth) / len(rows):.0%} | {len(back) / len(rows):.0%}"


def read(file: str) -> list[Row]:
    """Questions and answers of a file."""
    name, question, answer = (*file.split(":"), "question", "answer")[:3]
    if len(file.split(":")) < 3:
        question, answer = (*file.split(":")[1:], "question")[0], "answer"
    path = Path(name)
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    if path.suffix == ".tsv":
        return [(line.split("\t")[0], line.split("\t")[1]) for line in text.splitlines()]
    rows = json.loads(text) if path.suffix == ".json" else map(json.loads, text.splitlines())
    return [
        (" ".join(str(row[key]) for key in question.split("+")), str(row.get(answer, "")))
        for row in rows
    ]


def show_division(rows: list[Row]) -> None:
    """Print which disguises are found when items are divided."""
    print("| disguise | found | found the other way round |\n| --- | --- | --- |")
    for name, disguise in DISGUISES.items():
        print(f"| {name} | {found(rows, [(disguise(text), gold) for text, gold in rows])} |")
    choices = [(text, [str(int(gold) + more) for more in (0, 3, 7, 11)]) for text, gold in rows]
    listed = [("\n".join([text, *said]), said[0]) for text, said in choices]
    turned = [("\n".join([text, *said[::-1]]), said[0]) for text, said in choices]
    print(f"| choices in another order | {found(listed, turned)} |")
    print(f"| the answer otherwise | {found(rows, [(t, f'It is #### {g}.0') for t, g in rows])} |")
    wrong = [(numbers(lambda m: str(int(m[0]) + 1))(text), gold) for text, gold in rows]
    print(f"| (another question: each number one more) | {found(rows, wrong)} |")


def show_made(rows: list[Row]) -> None:
    """Print which disguises of made items are refused."""
    others: dict[str, Callable[[str], str]] = {
        "(another question: 100 more)": numbers(lambda m: str(int(m[0]) + 100)),
        "(another question: minus for plus)": lambda t: t.replace("+", "-"),
    }
    print("\n| disguise of a made item | word problems | sums |\n| --- | --- | --- |")
    for name, disguise in {**TRIVIAL, **others}.items():
        shares = [
            refused(asked, [(disguise(text), gold) for text, gold in asked])
            for asked in (rows, sums(len(rows)))
        ]
        print(f"| {name} | {' | '.join(shares)} |")


def show_files(files: list[str]) -> None:
    """Print how many questions of a file are told as others of it."""
    print("\n| items | questions | pairs found | grouped | made items refused, without answers |")
    print("| --- | --- | --- | --- | --- |")
    for file in files:
        asked = items(read(file), "asked")
        pairs = len(without_duplicates(asked)[1])
        grouped = sum(len(one.items) for one in kin(asked, [{"text": i.text} for i in asked]))
        bare = [replace(item, gold="") for item in asked]
        made = [len(told) - told.count(None) for told in map(nearly_known, (asked, bare), ((), ()))]
        name = Path(file.split(":")[0]).name
        print(f"| {name} | {len(asked)} | {pairs} | {grouped} | {made[0]}, {made[1]} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", nargs="*", default=[])
    rows = problems(200)
    show_division(rows)
    show_made(rows)
    show_files([*map(str, sorted(TASKS.glob("*.jsonl"))), *parser.parse_args().items])
    many = problems(20_000)
    known, new = items(many[:10_000], "known"), items(many[10_000:], "new")
    begun = time.process_time()
    told = 10_000 - nearly_known(new, known).count(None)
    seconds = time.process_time() - begun
    print(f"\n10,000 made items against 10,000: {seconds:.0f} s, {told} refused")


if __name__ == "__main__":
    main()
