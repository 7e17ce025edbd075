"""What is put before or behind a question, or is the question once more, and asks nothing else."""

from __future__ import annotations

import re

from evomerge.score.wording.bare.shown import shown, unbracketed

_BEFORE = """
please|kindly|hello|question|the question is|here is a question|here is the question|problem
exercise|task|prompt|input|query|instruction|instructions|answer|answer this
answer the following|answer the question|solve|solve this|solve the following|solve the problem
calculate|compute|evaluate|work out|find|determine|tell me|can you|could you|would you|what is
whats|how much is|give me|say|the value of|the result of|the answer to|this question|this problem
the following question|the following problem|following question|following problem|below
lets think step by step|think step by step|step by step
frage|aufgabe|was ist|berechne|bitte|wie viel ist|question suivante|calcule|combien font|reponds
pregunta|cuanto es|вопрос|задача|問題|问题|題目|题目|질문
"""
_BEHIND = """
answer|the answer is|your answer|final answer|your final answer|solution|the solution is|response
assistant|result|output|please|thanks|thank you|thanks in advance|lets think step by step
think step by step|step by step|show your work|show your working|explain|explain your answer
explain your reasoning|give only the answer|give only the final answer|give the answer
=|=what|antwort|die antwort ist|danke|reponse|la reponse est|merci|respuesta|la respuesta es|gracias
ответ|答え|答案|回答|解答|답
"""
_LABEL = re.compile(
    r"(?:^|(?<=[\n.?!:;=\"'(\[])|(?<=please))\s{0,9}(?:(?:user|human)\s*:"
    r"|(?:q|(?:question|problem|exercise|task)\s*(?:no|nr|number|#)?\.?)\s*\d{1,4}\s*"
    r"(?:[:)\]]+|\.(?!\d)))"
)
_Q, _A = "\ue000", "\ue001"
"""Stand for `q:` and `a:`. Nothing is written with them."""
_LETTERED = re.compile(r"(?<![^\W\d_])([qa])\s*:")
_TURN = re.compile(r"<\|\w{1,30}\|>|\[/?inst\]|</?s>|<(?:start|end)_of_turn>")
"""What begins or ends a turn in the chats that models are trained on."""
_COUNTED = re.compile(
    r"^\s*(?:[*+•>#→►▶➜]+\s*(?=[^\W\d_])|[(\[]?(?:\d{1,3}|[a-z])[.)\]:]+\s*(?=[^\W\d_]{2})"
    r"|-+\s*(?!sin|cos|tan|log|exp|sqrt|abs|max|min)(?=[^\W\d_]{2}))"
)
"""A label or a bullet, with or without a space behind it. Before a function `-` is a minus."""
_SHORTEST = 4
"""Characters of a question: what is said twice and is shorter may be meant."""
_MOST = 1000
"""Texts that are come by on the way: so many only where somebody wants it to take long."""


def _wrappers(table: str) -> frozenset[str]:
    said = (part for row in table.split("\n") for part in row.split("|"))
    return frozenset(shown(part, closed=True) for part in said if part)


BEFORE, BEHIND = _wrappers(_BEFORE) | {_Q}, _wrappers(_BEHIND) | {_A}
_LENGTHS = [sorted({len(one) for one in known}) for known in (BEFORE, BEHIND)]


def labelled(text: str, *, closed: bool = False) -> str:
    """A text in which what counts and labels a question stands as words and signs of its own.

    Args:
        text: as it is shown.
        closed: whether it has no spaces.
    """
    text = _LABEL.sub("question:", _TURN.sub("\n", text))
    if closed:
        text = text.replace("q:", _Q).replace("a:", _A)
    else:
        text = _LETTERED.sub(lambda found: _Q if found[1] == "q" else _A, text)
    return _COUNTED.sub("", text)


def unwrapped(said: str) -> str:
    """Letters, digits and signs of a question, once, without what stands before and behind it.

    Of several ways to take them off, that one counts after which the least is left.

    Args:
        said: without spaces and punctuation, but for a space between figures of two numbers.

    Returns:
        Nothing, where there was nothing else.
    """
    known, left = {said}, [said]
    while left and len(known) < _MOST:
        for shorter in _shorter(left.pop()):
            if shorter not in known:
                known.add(shorter)
                left.append(shorter)
    least = min(known, key=lambda one: (len(one), one))
    return least.replace(_Q, "q").replace(_A, "a")


def _shorter(said: str) -> list[str]:
    """What is left of it by one step, in each way."""
    found = [said[n:].strip() for n in _LENGTHS[0] if said[:n] in BEFORE]
    found += [said[:-n].strip() for n in _LENGTHS[1] if said[-n:] in BEHIND]
    found += [less for less in (unbracketed(said), _once(said)) if less != said]
    return found


def _once(said: str) -> str:
    """What is said, if the whole text says it twice or more; else the text."""
    between = " " if said[:1].isdigit() and said[-1:].isdigit() else ""
    row = said + between
    period = (row + row).find(row, 1) if row else 0
    once = row[:period].strip()
    if period < _SHORTEST or once.replace(" ", "").isdigit():
        return said
    # Without a space, figures at both ends would be those of one number.
    meant = not between and once[0].isdigit() and once[-1].isdigit()
    return said if meant else once
