from evomerge.approval.canonical import canonical, canonical_sha256


def test_the_same_values_are_the_same_bytes_however_they_are_ordered():
    one, other = {"b": [1, 2.5], "a": "é\n"}, {"a": "é\n", "b": [1, 2.5]}
    assert canonical(one) == canonical(other) == b'{"a":"\\u00e9\\n","b":[1,2.5]}'
    assert canonical_sha256(one) == canonical_sha256(other) != canonical_sha256({"a": "é\n"})
