"""Files of questions as users write them."""

import csv
import json


def write_csv(path, columns, rows, **style):
    """A CSV file with these columns, and rows of texts."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, **style)
        writer.writerows([columns, *rows])
    return path


def write_jsonl(path, rows):
    """A file with a JSON object a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def sums(count, **more):
    """Rows of questions about sums, with their answers."""
    return [{"question": f"{n} + {n} =", "answer": str(2 * n), **more} for n in range(count)]
