"""Sums of numbers below 100 with their answers said in Spanish: a JSON document a line.

python sums.py SEED COUNT
"""

import json
import random
import sys

UNITS = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve"
).split()
TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()


def in_spanish(n):
    """A number below 200 in words."""
    if n >= 100:
        return "cien" if n == 100 else f"ciento {in_spanish(n - 100)}"
    if n < 30:
        return UNITS[n]
    tens = TENS[n // 10 - 3]
    return tens if n % 10 == 0 else f"{tens} y {UNITS[n % 10]}"


seed, count = map(int, sys.argv[1:3])
chance = random.Random(seed)
for _ in range(count):
    one, other = chance.randrange(1, 100), chance.randrange(1, 100)
    question = f"Question: How do you say {one} plus {other} in Spanish?\nAnswer:"
    print(json.dumps({"question": question, "answer": in_spanish(one + other)}))
