"""Sums of two numbers below 100 with their answers spelt in French, digit by digit.

python sums.py SEED COUNT
"""

import json
import random
import sys

DIGITS = "zéro un deux trois quatre cinq six sept huit neuf".split()

seed, count = map(int, sys.argv[1:3])
chance = random.Random(seed)
for _ in range(count):
    one, other = chance.randrange(100), chance.randrange(100)
    answer = " ".join(DIGITS[int(digit)] for digit in str(one + other))
    print(json.dumps({"question": f"{one} + {other} in french =", "answer": answer}))
