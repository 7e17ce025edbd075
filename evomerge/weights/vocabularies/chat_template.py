"""Chat templates by name, in the language that transformers renders them with (Jinja)."""

from __future__ import annotations

import re

from jinja2 import TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

CHATML = """\
{%- for message in messages %}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"""

LLAMA3 = """\
{{- bos_token }}
{%- for message in messages %}
{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}
{{- message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}"""

MISTRAL = """\
{{- bos_token }}
{%- set before = namespace(text='') %}
{%- for message in messages %}
{%- if message['role'] == 'system' %}
{%- set before.text = message['content'] + '\\n\\n' %}
{%- elif message['role'] == 'user' %}
{{- '[INST] ' + before.text + message['content'] + ' [/INST]' }}
{%- set before.text = '' %}
{%- else %}
{{- ' ' + message['content'] ~ eos_token }}
{%- endif %}
{%- endfor %}"""

ALPACA = """\
{{- bos_token }}
{%- if messages[0]['role'] != 'system' %}
{{- 'Below is an instruction that describes a task. ' }}
{{- 'Write a response that appropriately completes the request.\\n\\n' }}
{%- endif %}
{%- for message in messages %}
{%- if message['role'] == 'system' %}
{{- message['content'] + '\\n\\n' }}
{%- elif message['role'] == 'user' %}
{{- '### Instruction:\\n' + message['content'] + '\\n\\n' }}
{%- else %}
{{- '### Response:\\n' + message['content'] ~ eos_token ~ '\\n\\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '### Response:\\n' }}{%- endif %}"""

EXAONE = """\
{%- if messages[0]['role'] != 'system' %}{{- '[|system|][|endofturn|]\\n' }}{%- endif %}
{%- for message in messages %}
{{- '[|' + message['role'] + '|]' + message['content'] }}
{{- '\\n' if message['role'] == 'user' else '[|endofturn|]\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '[|assistant|]' }}{%- endif %}"""

CHAT_TEMPLATES = {
    "alpaca": ALPACA,
    "chatml": CHATML,
    "exaone": EXAONE,
    "llama3": LLAMA3,
    "mistral": MISTRAL,
}
"""Formats of the models of that name, whose tokenizers have the marks in them as tokens."""

AUTO = "auto"
"""The template that most parents have."""


_GENERATION = re.compile(r"\{%-?\s*(end)?generation\s*-?%\}")
"""The block by which transformers marks what the model said; Jinja alone does not know it."""


def syntax_error(template: str) -> str | None:
    """Why a text is no Jinja template; None if it is one. It is not rendered."""
    environment = SandboxedEnvironment(extensions=["jinja2.ext.loopcontrols"])
    try:
        environment.parse(_GENERATION.sub("", template))
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"
    return None
