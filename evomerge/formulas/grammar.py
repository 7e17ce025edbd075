"""A text read as a formula: recursive descent over a small grammar, within limits.

    formula    = { name "=" comparison ";" } comparison
    comparison = sum [ ("<" | "<=" | ">" | ">=" | "==") sum ]
    sum        = product { ("+" | "-") product }
    product    = factor { ("*" | "/") factor }
    factor     = "-" factor | number | name | name "(" comparison { "," comparison } ")"
               | "(" comparison ")"

What a name stands for before a `;` is put in its place, so a formula is one tree.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from evomerge.formulas.error import FormulaError
from evomerge.formulas.language import FUNCTIONS, NAMES, OPERATORS
from evomerge.formulas.tree import Applied, Constant, Symbol, Tree, size

LONGEST = 4000
"""Characters of a text."""
DEEPEST = 48
"""Functions and brackets inside one another."""
LARGEST = 400
"""Numbers, names and functions of a formula, what names stand for counted each time."""
SHOWN = 20
"""Characters of what cannot be read, in the error."""
LONGEST_NAME = 32

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|==|[-+*/<>(),;=])"
)
_SUMS, _PRODUCTS, _COMPARISONS = ("+", "-"), ("*", "/"), OPERATORS[4:]


@dataclass(frozen=True)
class _Token:
    """A piece of the text; the last one is empty."""

    kind: str
    text: str
    at: int


def parse_formula(text: str) -> Tree:
    """Read a formula.

    Raises:
        FormulaError: it is none, with the place; or it is too long, too large or too deep.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"has {len(text):,} characters, and {LONGEST:,} are the most")
    return _Descent(text).formula()


def is_name(text: str) -> bool:
    """Whether a parameter of a formula can be called so."""
    plain = re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?", text) is not None
    return plain and len(text) <= LONGEST_NAME and text not in FUNCTIONS and text not in NAMES


class _Descent:
    """One text, read from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._defined = text, dict[str, Tree]()
        self._tokens = self._split()
        self._next, self._depth = 0, 0

    def _split(self) -> list[_Token]:
        tokens, at = list[_Token](), 0
        while at < len(self._text):
            found = _TOKEN.match(self._text, at)
            if found is None:
                raise self._error(at, "cannot be read")
            if found.lastgroup != "space":
                tokens.append(_Token(str(found.lastgroup), found.group(), at))
            at = found.end()
        return [*tokens, _Token("end", "", at)]

    def _error(self, at: int, said: str) -> FormulaError:
        rest = self._text[at : at + SHOWN]
        line, column = self._text.count("\n", 0, at), at - self._text.rfind("\n", 0, at)
        where = f"column {column}" if not line else f"line {line + 1}, column {column}"
        return FormulaError(f"{where}: {rest!r} {said}" if rest else f"{where}: the end {said}")

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, *texts: str) -> str | None:
        """The next sign, where it is one of these."""
        token = self._token
        if token.kind != "sign" or token.text not in texts:
            return None
        self._next += 1
        return token.text

    def _expect(self, sign: str) -> None:
        if self._take(sign) is None:
            raise self._error(self._token.at, f"stands where {sign!r} is expected")

    def formula(self) -> Tree:
        """All of it."""
        while self._token.kind == "name" and self._tokens[self._next + 1].text == "=":
            self._define()
        made = self._comparison()
        if self._token.kind != "end":
            raise self._error(self._token.at, "stands where the formula ends")
        return made

    def _define(self) -> None:
        token = self._token
        if not is_name(token.text) or token.text in self._defined:
            raise self._error(token.at, "is a name that stands for something already")
        self._next += 2
        self._defined[token.text] = self._comparison()
        self._expect(";")

    def _comparison(self) -> Tree:
        made = self._sum()
        if sign := self._take(*_COMPARISONS):
            made = self._applied(sign, made, self._sum())
        return made

    def _sum(self) -> Tree:
        made = self._product()
        while sign := self._take(*_SUMS):
            made = self._applied(sign, made, self._product())
        return made

    def _product(self) -> Tree:
        made = self._factor()
        while sign := self._take(*_PRODUCTS):
            made = self._applied(sign, made, self._factor())
        return made

    def _factor(self) -> Tree:
        token = self._token
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error(token.at, f"lies deeper than {DEEPEST} brackets")
        made = self._inside(token)
        self._depth -= 1
        return made

    def _inside(self, token: _Token) -> Tree:
        if self._take("-"):
            return self._applied("neg", self._factor())
        if self._take("("):
            made = self._comparison()
            self._expect(")")
            return made
        if token.kind not in ("number", "name"):
            raise self._error(token.at, "stands where a number, a name or '(' is expected")
        self._next += 1
        if token.kind == "number":
            return self._number(token)
        return self._called(token) if self._take("(") else self._named(token)

    def _number(self, token: _Token) -> Constant:
        value = float(token.text)
        if math.isinf(value):
            raise self._error(token.at, "is too large a number")
        return Constant(value)

    def _named(self, token: _Token) -> Tree:
        if token.text in FUNCTIONS:
            raise self._error(token.at, "is a function, and needs brackets")
        if token.text not in NAMES and not is_name(token.text):
            said = f"is no name: {LONGEST_NAME} letters, digits and _ inside at most"
            raise self._error(token.at, said)
        return self._defined.get(token.text, Symbol(token.text))

    def _called(self, token: _Token) -> Tree:
        known = FUNCTIONS.get(token.text)
        if known is None or token.text in (*OPERATORS, "neg"):
            raise self._error(token.at, "is no function of the language")
        arguments = [self._comparison()]
        while self._take(","):
            arguments.append(self._comparison())
        self._expect(")")
        if len(arguments) != len(known.arguments):
            wanted = f"{token.text}({', '.join(known.arguments)})"
            raise self._error(token.at, f"has {len(arguments)} arguments; it is {wanted}")
        return self._applied(token.text, *arguments)

    def _applied(self, function: str, *arguments: Tree) -> Tree:
        made = Applied(function, arguments)
        at = self._token.at
        if 1 + sum(map(size, arguments)) > LARGEST:
            raise self._error(at, f"makes the formula larger than {LARGEST} words")
        if _depth(made) > DEEPEST:
            raise self._error(at, f"makes the formula deeper than {DEEPEST} functions")
        return made


def _depth(tree: Tree) -> int:
    return 1 + max(map(_depth, tree.arguments)) if isinstance(tree, Applied) else 1
