from evomerge.charts.on_card import card_images
from tests.report.history import VERDICT, made


def test_verdict_and_weights_are_drawn():
    images = card_images(VERDICT, made(0.25))

    assert [*images] == ["verdict.png", "weights.png"]
    assert all(png.startswith(b"\x89PNG") for png in images.values())
    assert card_images(VERDICT, made(0.25)) == images


def test_what_cannot_be_drawn_is_left_out(caplog):
    assert card_images(VERDICT, {"no": "recipe"}) == {}
    assert "the card has no pictures" in caplog.text
