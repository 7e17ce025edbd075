from dataclasses import dataclass

import pytest

from evomerge.score.items.fields import LONG_CHARACTERS, LONG_WORDS, images, passages

LONG = "It was a dark and stormy night. " * 10


@dataclass
class Picture:
    """What of a PIL image is looked at."""

    shade: int
    mode: str = "RGB"
    size: tuple[int, int] = (3, 4)

    def tobytes(self):
        return bytes([self.shade] * 36)


def test_long_texts_are_passages():
    assert passages({"q": "What?", "passage": LONG}) == {" ".join(LONG.casefold().split())}
    assert passages({"p": LONG}) == passages({"context": LONG.upper().replace(" ", "\n")})
    assert passages({"a": "x" * LONG_CHARACTERS, "b": "y" * (LONG_CHARACTERS - 1)}) == {
        "x" * LONG_CHARACTERS
    }
    assert passages({"a": "a " * LONG_WORDS})
    assert not passages({"a": "a " * (LONG_WORDS - 1)})
    assert passages({}) == passages({"n": 3, "none": None, "list": [1, 2]}) == set()


def test_the_sentences_of_a_field_are_one_passage():
    sentences = [f"This is sentence {n} of a story." for n in range(12)]
    whole = {" ".join(" ".join(sentences).casefold().split())}
    assert passages({"context": {"title": ["x"], "sentences": sentences}}) == {
        "x " + next(iter(whole))
    }
    assert passages({"context": [sentences[:6], sentences[6:]]}) == whole
    assert passages({"context": sentences[0], "other": sentences[1]}) == set()


@pytest.mark.parametrize(
    "one, other, same",
    [
        (Picture(3), Picture(3), True),
        (Picture(3), Picture(4), False),
        (Picture(3), Picture(3, "L"), False),
        (b"abc", b"abc", True),
        (b"abc", bytearray(b"abc"), True),
        ({"bytes": b"abc", "path": "x.png"}, {"bytes": b"abc", "path": "y.png"}, True),
        ({"bytes": None, "path": "x.png"}, "x.png", True),
        ({"path": "x.png"}, {"path": "y.png"}, False),
        ("https://a.b/c.JPG?size=3", "https://a.b/c.JPG?size=3", True),
        ("images/1.webp", "images/2.webp", False),
        ("data:image/png;base64,AAAA", "data:image/png;base64,AAAA", True),
    ],
)
def test_images_are_known_by_their_content_or_their_place(one, other, same):
    assert len(images({"image": one}, "t")) == len(images({"a": [other]}, "t")) == 1
    assert (images({"image": one}, "t") == images({"pictures": [other, "no"]}, "t")) == same


def test_what_is_no_image():
    doc = {"q": "see x.png now", "empty": b"", "none": None, "list": [3, "png"], "d": {"path": "x"}}
    assert images(doc, "t") == set()
    assert passages({"image": "data:image/png;base64," + "A" * 500}) == set()


def test_a_path_is_known_within_its_task_and_an_address_everywhere():
    assert images({"i": "1.png"}, "one") != images({"i": "1.png"}, "other")
    assert images({"i": "http://a/1.png"}, "one") == images({"i": "http://a/1.png"}, "other")
