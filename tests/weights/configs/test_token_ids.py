from evomerge.weights.configs.token_ids import Renumbering


def test_special_tokens_keep_their_meaning_in_other_numbers():
    config = {
        "vocab_size": 10,
        "bos_token_id": 1,
        "eos_token_id": [2, 9],
        "pad_token_id": -1,
        "sep_token_id": None,
        "mask_token_id": 9,
        "hidden_size": 2,
        "text_config": {"vocab_size": 10, "eos_token_id": 2},
        "vision_config": {"vocab_size": 77},
        "suppress_tokens": [9],
    }
    renumbering = Renumbering({1: 5, 2: 0}, before=10, size=6)
    assert renumbering.config(config, {"mask_token_id": 3}) == {
        "vocab_size": 6,
        "bos_token_id": 5,
        "eos_token_id": [0],
        "pad_token_id": -1,
        "sep_token_id": None,
        "mask_token_id": 3,
        "hidden_size": 2,
        "text_config": {"vocab_size": 6, "eos_token_id": 0},
        "vision_config": {"vocab_size": 77},
        "suppress_tokens": None,
    }
    assert config["eos_token_id"] == [2, 9]
