import pytest

from evomerge.licences.texts import HEAD, recognised


@pytest.mark.parametrize(
    "text, name",
    [
        ("  Apache License\n      Version 2.0, January 2004\n", "apache-2.0"),
        ("MIT License\n\nCopyright (c) 2024", "mit"),
        ("GNU LESSER GENERAL PUBLIC LICENSE\n  Version 3, 29 June 2007", "lgpl-3.0"),
        ("GNU LESSER GENERAL PUBLIC LICENSE\n  Version 2.1, February 1999", "lgpl-2.1"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3", "agpl-3.0"),
        ("GNU GENERAL PUBLIC LICENSE\n Version 2, June 1991", "gpl-2.0"),
        ("# META LLAMA 3 COMMUNITY LICENSE AGREEMENT", "llama3"),
        ("LLAMA 3.1 COMMUNITY LICENSE AGREEMENT", "llama3.1"),
        ("Attribution-NonCommercial-ShareAlike 4.0 International", "cc-by-nc-sa-4.0"),
        ("Attribution-NonCommercial 4.0 International", "cc-by-nc-4.0"),
        ("Creative Commons Attribution 4.0 International", "cc-by-4.0"),
        ("Qwen RESEARCH LICENSE AGREEMENT", "qwen-research"),
        ("Tongyi Qianwen LICENSE AGREEMENT", "tongyi-qianwen"),
    ],
)
def test_a_text_is_known_by_its_title(text, name):
    assert recognised(text).id == name


def test_what_stands_further_down_or_inside_of_a_word_is_no_title():
    assert recognised("All rights reserved.\n" + " " * HEAD + "MIT License") is None
    assert recognised("A permit license of ours") is None
    assert recognised("") is None
