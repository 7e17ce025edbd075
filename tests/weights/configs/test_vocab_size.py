from evomerge.weights.configs.vocab_size import vocab_size, with_vocab_size


def test_a_config_of_parts_tells_the_texts_tokens():
    assert vocab_size({"vision_config": {"vocab_size": 7}, "text_config": {"vocab_size": 5}}) == 5
    assert vocab_size({"decoder": {"vocab_size": 3}}) == 3
    assert vocab_size({"hidden_size": 3}) is None


def test_a_new_size_stands_wherever_the_old_one_stood():
    config = {"vocab_size": 5, "text_config": {"vocab_size": 5, "depth": 5}, "vocab": 5}
    config["vision_config"] = {"vocab_size": 7}
    assert with_vocab_size(config, 9) == {
        "vocab_size": 9,
        "text_config": {"vocab_size": 9, "depth": 5},
        "vocab": 5,
        "vision_config": {"vocab_size": 7},
    }
