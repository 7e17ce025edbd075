"""Sums of two numbers below 100 to ask for: a JSON document a line.

python draw.py SEED COUNT
"""

import json
import random
import sys

seed, count = map(int, sys.argv[1:3])
chance = random.Random(seed)
for _ in range(count):
    print(json.dumps({"one": chance.randrange(1, 100), "other": chance.randrange(1, 100)}))
