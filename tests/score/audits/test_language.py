import json

from evomerge.score.audits.language import languages
from evomerge.zoo import TASKS

ENGLISH = (
    "She sells the remainder at the market every day, for two dollars an egg, and bakes muffins "
    "for her friends with those that are left."
)
GERMAN = (
    "Den Rest verkauft sie jeden Tag auf dem Markt, das Ei zu zwei Dollar, und aus denen, die "
    "übrig sind, backt sie Kuchen für ihre Freunde."
)
JAPANESE = (
    "残りを市場で一個あたり二ドルの価格で売ります。彼女は毎日市場でいくら手に入れていますか。"
    "残った卵で友達のためにケーキを焼きます。全部でいくつのケーキを焼きましたか。"
)


def test_passages_are_counted_by_language_the_most_frequent_first():
    found = languages([ENGLISH, GERMAN, JAPANESE * 2, GERMAN])
    assert found == {"de": 2, "en": 1, "ja": 1}
    assert list(found) == ["de", "en", "ja"]


def test_short_answers_are_read_together():
    lines = (TASKS / "french.jsonl").read_text().splitlines()
    found = languages([json.loads(line)["answer"] for line in lines])
    assert set(found) == {"fr"}
    assert sum(found.values()) > 50


def test_numbers_and_signs_are_in_no_language():
    assert languages(["106", "#### 18", "2 + 2 = 4", "", "x1 y2"] * 9) == {}
    assert languages([]) == {}
