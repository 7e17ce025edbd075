import re
import textwrap

import pytest

from tests.score.questions import JAPANESE, PLANETS, SUM, WHICH, alike, labelled


def figures(said):
    return lambda text: re.sub(r"\b\d+\b", said, text)


DISGUISES = {
    "full-width digits": figures(lambda m: "".join(chr(0xFF10 + int(c)) for c in m[0])),
    "grouping": lambda text: text.replace("1234", "1,234"),
    "grouping by spaces": lambda text: text.replace("1234", "1\u202f234"),
    "decimals": figures(r"\g<0>.00"),
    "LaTeX": figures(r"$\g<0>$"),
    "more LaTeX": figures(r"\\(\\text{\g<0>}\\)"),
    "spelt": lambda text: text.replace("1234", "one two three four").replace("27", "twenty-seven"),
    "currency": lambda text: text.replace("1234", "$1234"),
    "bold": figures(r"**\g<0>**"),
    "tags": lambda text: f"<p>{text.replace('market', '<i>market</i>')}</p>",
    "entities": lambda text: text.replace(" ", "&nbsp;"),
    "look-alikes": lambda text: text.translate(str.maketrans("aeopcx", "аеорсх")),
    "Greek letters": lambda text: text.translate(str.maketrans("oviABM", "ονιΑΒΜ")),
    "zero width": lambda text: text.replace("a", "a\u200b"),
    "soft hyphens": lambda text: text.replace("tt", "t\u00adt"),
    "label": "Question 3: {}".format,
    "number": "Q 1. {}".format,
    "letter": "(b) {}".format,
    "bullet": "- {}".format,
    "header": "## Problem 7\n\n{}".format,
    "instruction": "{} Think step by step and give only the final number.".format,
    "instruction before": "Solve the following problem and explain your reasoning.\n\n{}".format,
    "instructions around": "You are good at sums. Read:\n{} Put the answer into a box.".format,
    "order": lambda text: " ".join(re.split(r"(?<=\.) ", text)[::-1]),
    "lines": lambda text: textwrap.fill(text, 30),
    "no punctuation": lambda text: text.replace(".", "").replace("?", ""),
    "name": lambda text: text.replace("Anna", "Bartholomew"),
    "phrases": lambda text: text.replace("gives", "hands over").replace(
        "How many", "What number of"
    ),
    "several": lambda text: "1) " + text.upper().replace("1234", "**1,234**") + " Be brief.",
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
def test_a_disguise_hides_nothing(disguise):
    disguised = disguise(SUM)
    assert disguised != SUM
    assert alike(SUM, disguised, ("1261", "1261"))
    assert alike(disguised, SUM, ("1261", "It is 1234 + 27. #### 1,261"))
    assert alike(disguised, SUM, ("", "1261")) or disguise is DISGUISES["phrases"]


@pytest.mark.parametrize(
    "one, other, golds",
    [
        (labelled("{}. {}", PLANETS), labelled("{}. {}", PLANETS[::-1]), ("A", "D")),
        (labelled("{}. {}", PLANETS), labelled("({}) {}", PLANETS[::-1]), ("A", "D")),
        (labelled("{}. {}", PLANETS), labelled("{1}", PLANETS[::-1]), ("A", "Saturn")),
        (labelled("{}. {}", PLANETS, "\nAnswer:\nA\nB\nC\nD"), WHICH, ("A", "Saturn")),
        (
            labelled("{}) {}", PLANETS).replace("\n", " "),
            labelled("( {} ) {} ,", PLANETS[::-1]).replace("\n", " "),
            ("a", "D"),
        ),
        (
            "How many legs have 12 spiders?\n96\n72\n84",
            "How many legs have twelve spiders?\n84\n96\n72",
            ("96", "96"),
        ),
        ("What is 12 * 7?", "What is $12 \\times 7$?", ("84", "84")),
        ("What is 12 - 7?", "What is 12−7 ?", ("5", "5.0")),
        ("Add 1/2 and x^2 to 3 now", "Add \\frac{1}{2} and x² to 3 now", ("", "")),
        ("f(a, b) is what for f(1, 2) == 3?", "`f(a,b)` is what for `f(1,2)==3`?", ("", "")),
        ("What is the capital of France?", "Q: What is the capital of France?\nA:", ("", "Paris")),
        (
            "What is the capital of France?",
            "What is the capital of France? Answer with a single word, please.",
            ("Paris", "Paris, France"),
        ),
        (JAPANESE, JAPANESE + "一歩ずつ考えて、最後の数字だけを答えてください。", ("", "")),
        (JAPANESE, JAPANESE.replace("ローブ", "スカーフ"), ("", "")),
        ("У Анны 5 коз. Сколько ног?", "У АННЫ 5 KОЗ. CКOЛЬKО НОГ?", ("20", "20")),
        ("राम के पास 12 सेब हैं", "राम के पास १२ सेब हैं!", ("", "")),
    ],
)
def test_a_question_worded_otherwise_is_the_same(one, other, golds):
    assert alike(one, other, golds)
    assert alike(other, one, golds[::-1])
