"""What chance does to bytes, to JSON values, to YAML and to templates."""

from __future__ import annotations

import copy
import random
from typing import Any

SIZES = (0, -1, 1, 2**31, 10**9, 10**18, 10**400, 1e308, 0.5, -0.0)
TEXTS = (
    *("", "\0", "é", "\ud800", "a" * 300, "a" * 100_000, "../secret.json", "../secret.safetensors"),
    *("/dev/zero", "{{ 'a' * 10**10 }}", "(a|aa)+$", "(((", "!function code.run", "zoo:base"),
    *("code.run", "https://127.0.0.1:9/x", "__import__('os')", "%s%s%n", "$(id)", "1" * 5000),
)


def deep(levels: int = 100_000) -> Any:
    """A list in a list, and so on; written as text by :func:`nested`."""
    value: Any = []
    for _ in range(min(levels, 300)):
        value = [value]
    return value


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    """One to four changes: bits, bytes, parts left out, doubled, or exchanged."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(made) + 1), chance.choice((1, 8, 64, 4096))
        match chance.randrange(6):
            case 0 if made:
                made[at % len(made)] ^= 1 << chance.randrange(8)
            case 1:
                made[at : at + length] = chance.randbytes(length)
            case 2:
                del made[at : at + length]
            case 3:
                made[at:at] = made[at : at + length]
            case 4:
                del made[at:]
            case _:
                made[:8] = chance.choice((0, 1, 2**31, 2**63 - 1, len(data))).to_bytes(8, "little")
    return bytes(made)


def mutated_value(value: Any, chance: random.Random) -> Any:
    """A JSON value with one to three of its parts replaced, removed, renamed or added."""
    made = copy.deepcopy(value)
    for _ in range(chance.randint(1, 3)):
        holder = chance.choice([*_containers(made)] or [made])
        if isinstance(holder, dict) and holder:
            key = chance.choice([*holder])
            match chance.randrange(5):
                case 0:
                    del holder[key]
                case 1:
                    holder[odd_text(chance)[:1000]] = holder.pop(key)
                case _:
                    holder[key] = odd_value(chance, holder[key])
        elif isinstance(holder, list) and holder:
            holder[chance.randrange(len(holder))] = odd_value(chance, holder[0])
    return made


def odd_value(chance: random.Random, value: Any) -> Any:
    """A value that may stand in another one's place, and should not."""
    kind = chance.randrange(8)
    if kind < 3:
        return chance.choice(SIZES)
    if kind < 5:
        return odd_text(chance)
    return chance.choice((None, True, [], {}, [value], {"a": value}, deep(), [1, [2, [3]]]))


def odd_text(chance: random.Random) -> str:
    """A text that means something to somebody."""
    return chance.choice(TEXTS)


def mutated_text(text: str, chance: random.Random, words: tuple[str, ...]) -> str:
    """Lines and words of a text removed, doubled, exchanged, or replaced by others."""
    lines = text.splitlines() or [""]
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        parts = lines[at].split(" ")
        match chance.randrange(6):
            case 0:
                del lines[at]
                lines = lines or [""]
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2 | 3:
                parts[chance.randrange(len(parts))] = chance.choice(words)
                lines[at] = " ".join(parts)
            case 4:
                lines[at] = chance.choice(("", "  ", "- ", "a: ")) + lines[at]
            case _:
                lines[at] = lines[at].replace(
                    ":", chance.choice((": ", ":", " :", ": [", ": {")), 1
                )
    return "\n".join(lines) + "\n"


def template(chance: random.Random, depth: int = 0) -> str:
    """A Jinja template put together by chance, most of which are valid."""
    atoms = (
        *(
            "text",
            "{{ q }}",
            "{{ choices[0] }}",
            "{{ 'a' * 10**10 }}",
            "{{ q * n }}",
            "{{ missing }}",
        ),
        *(
            "{{ q|center(10**9) }}",
            "{{ q.__class__ }}",
            "{{ range(10**9)|list }}",
            "{{ '%9999999d' % n }}",
        ),
        *("{{ q|replace('', q) }}", "{{ 9**9**9 }}", "{% set q = q ~ q %}", "{{ [q] * 10**8 }}"),
        *(
            "{{ ('a'*40)|regex_replace('(a|aa)+$!', '') }}",
            "{{ q|tojson(indent=10**9) }}",
            "{{ q.zfill(10**9) }}",
        ),
        *(
            "{{ lipsum(n=10**6) }}",
            "{{ cycler }}",
            "{{ self }}",
            "{{ q[::-1] }}",
            "{% raw %}{{ {% endraw %}",
        ),
        *(
            "{% include '../secret.json' %}",
            "{% import 'os' as os %}",
            "{{ q|attr('__class__') }}",
            "{{",
            "%}",
        ),
        *(
            "{{ messages }}",
            "{{ raise_exception('x') }}",
            "{{ q|batch(10**9, q)|list }}",
            "{{ 1/0 }}",
        ),
    )
    if depth > 4 or chance.random() < 0.4:
        return chance.choice(atoms)
    inner = "".join(template(chance, depth + 1) for _ in range(chance.randint(1, 3)))
    return chance.choice(
        (
            f"{{% for i in range(99999) %}}{inner}{{% endfor %}}",
            f"{{% for c in choices %}}{inner}{{% endfor %}}",
            f"{{% if n %}}{inner}{{% endif %}}",
            f"{{% macro f(x) %}}{inner}{{{{ f(x) }}}}{{% endmacro %}}{{{{ f(1) }}}}",
            f"{{% set s = namespace(x=q) %}}{{% for i in range(99) %}}{{% set s.x = s.x ~ s.x %}}"
            f"{{% endfor %}}{inner}",
            f"{{% filter upper %}}{inner}{{% endfilter %}}",
            inner,
        )
    )


def _containers(value: Any) -> list[Any]:
    found, waiting = [], [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict | list):
            found.append(node)
            waiting += node.values() if isinstance(node, dict) else node
    return found
