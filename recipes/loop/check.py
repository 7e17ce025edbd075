"""Whether sums are spelt rightly in French: reads a JSON document a line, prints true or false."""

import json
import sys

DIGITS = "zéro un deux trois quatre cinq six sept huit neuf".split()

for line in sys.stdin:
    document = json.loads(line)
    one, plus, other = document["question"].split()[:3]
    right = " ".join(DIGITS[int(digit)] for digit in str(int(one) + int(other)))
    print(json.dumps(plus == "+" and document["answer"] == right))
