"""The licences that models have, each with the place where its text can be read."""

from __future__ import annotations

from functools import partial

from evomerge.licences.licence import Licence, LicenceKind

_SPDX = "https://spdx.org/licenses/"
_CC = "https://creativecommons.org/licenses/"
_LLAMA = "https://www.llama.com/"
_GNU = "https://www.gnu.org/licenses/"

_free = partial(Licence, kind=LicenceKind.PERMISSIVE)
_alike = partial(Licence, kind=LicenceKind.SHARE_ALIKE)
_bound = partial(Licence, kind=LicenceKind.USE_RESTRICTED)
_academic = partial(Licence, kind=LicenceKind.NON_COMMERCIAL, strictness=9, non_commercial=True)
_frozen = partial(Licence, kind=LicenceKind.NO_DERIVATIVES)

_PERMISSIVE = (
    _free("cc0-1.0", link=f"{_SPDX}CC0-1.0.html", titles=("cc0 1.0 universal",)),
    _free("unlicense", link=f"{_SPDX}Unlicense.html", titles=("released into the public domain",)),
    _free("mit", link=f"{_SPDX}MIT.html", strictness=1, titles=("mit license",)),
    _free("isc", link=f"{_SPDX}ISC.html", strictness=1, titles=("isc license",)),
    _free(
        "bsd-2-clause",
        link=f"{_SPDX}BSD-2-Clause.html",
        strictness=1,
        titles=("bsd 2-clause license",),
    ),
    _free(
        "bsd-3-clause",
        link=f"{_SPDX}BSD-3-Clause.html",
        strictness=2,
        titles=("bsd 3-clause license",),
    ),
    _free("bsd", link=f"{_SPDX}BSD-3-Clause.html", strictness=2),
    _free(
        "apache-2.0",
        link=f"{_SPDX}Apache-2.0.html",
        strictness=3,
        titles=("apache license version 2.0",),
    ),
    *(
        _free(f"cc-by-{v}", link=f"{_CC}by/{v}/", strictness=4, titles=(f"attribution {v}",))
        for v in ("2.0", "3.0", "4.0")
    ),
)
_NON_COMMERCIAL = tuple(
    _academic(f"cc-by-nc-{v}", link=f"{_CC}by-nc/{v}/", titles=(f"attribution-noncommercial {v}",))
    for v in ("2.0", "3.0", "4.0")
)
_SHARE_ALIKE = (
    _alike(
        "cc-by-sa-3.0",
        link=f"{_CC}by-sa/3.0/",
        becomes=("cc-by-sa-4.0", "gpl-3.0", "agpl-3.0"),
        titles=("attribution-sharealike 3.0",),
    ),
    _alike(
        "cc-by-sa-4.0",
        link=f"{_CC}by-sa/4.0/",
        becomes=("gpl-3.0", "agpl-3.0"),
        titles=("attribution-sharealike 4.0",),
    ),
    _alike(
        "mpl-2.0",
        link=f"{_SPDX}MPL-2.0.html",
        becomes=("lgpl-2.1", "lgpl-3.0", "gpl-2.0", "gpl-3.0", "agpl-3.0"),
        titles=("mozilla public license version 2.0",),
    ),
    _alike(
        "lgpl-2.1",
        link=f"{_GNU}old-licenses/lgpl-2.1.html",
        becomes=("gpl-2.0", "gpl-3.0", "agpl-3.0"),
        excludes=("apache-2.0",),
        titles=("gnu lesser general public license version 2.1",),
    ),
    _alike(
        "lgpl-3.0",
        link=f"{_GNU}lgpl-3.0.html",
        becomes=("gpl-3.0", "agpl-3.0"),
        titles=("gnu lesser general public license version 3",),
    ),
    _alike(
        "gpl-2.0",
        link=f"{_GNU}old-licenses/gpl-2.0.html",
        excludes=("apache-2.0",),
        titles=("gnu general public license version 2",),
    ),
    _alike(
        "gpl-3.0",
        link=f"{_GNU}gpl-3.0.html",
        becomes=("agpl-3.0",),
        titles=("gnu general public license version 3",),
    ),
    _alike(
        "agpl-3.0",
        link=f"{_GNU}agpl-3.0.html",
        titles=("gnu affero general public license version 3",),
    ),
    *(
        _alike(
            f"cc-by-nc-sa-{v}",
            link=f"{_CC}by-nc-sa/{v}/",
            non_commercial=True,
            becomes=later,
            titles=(f"attribution-noncommercial-sharealike {v}",),
        )
        for v, later in (
            ("2.0", ("cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0")),
            ("3.0", ("cc-by-nc-sa-4.0",)),
            ("4.0", ()),
        )
    ),
)
_NO_DERIVATIVES = (
    _frozen("cc-by-nd-4.0", link=f"{_CC}by-nd/4.0/", titles=("attribution-noderivatives 4.0",)),
    *(
        _frozen(
            f"cc-by-nc-nd-{v}",
            link=f"{_CC}by-nc-nd/{v}/",
            non_commercial=True,
            titles=(f"attribution-noncommercial-noderivatives {v}",),
        )
        for v in ("3.0", "4.0")
    ),
)
_LLAMAS = (
    _bound(
        "llama2",
        link="https://ai.meta.com/llama/license/",
        titles=("llama 2 community license agreement",),
    ),
    _bound(
        "llama3",
        link=f"{_LLAMA}llama3/license/",
        model_name="Llama 3",
        notice="Built with Meta Llama 3",
        titles=("meta llama 3 community license agreement",),
    ),
    *(
        _bound(
            f"llama{v}",
            link=f"{_LLAMA}llama{v.replace('.', '_')}/license/",
            model_name="Llama",
            notice="Built with Llama",
            titles=(f"llama {v} community license agreement",),
            is_named_on_hub=v != "4",
        )
        for v in ("3.1", "3.2", "3.3", "4")
    ),
)
_OPEN_RAILS = (
    _bound("openrail", link="https://www.licenses.ai/ai-licenses"),
    _bound("openrail++", link="https://www.licenses.ai/ai-licenses"),
    _bound(
        "creativeml-openrail-m",
        link="https://huggingface.co/spaces/CompVis/stable-diffusion-license",
        titles=("creativeml open rail-m",),
    ),
    _bound(
        "bigscience-openrail-m",
        link="https://bigscience.huggingface.co/blog/bigscience-openrail-m",
        titles=("bigscience openrail-m",),
    ),
    _bound(
        "bigscience-bloom-rail-1.0",
        link="https://huggingface.co/spaces/bigscience/license",
        titles=("bigscience rail license",),
    ),
    _bound(
        "bigcode-openrail-m",
        link="https://huggingface.co/spaces/bigcode/bigcode-model-license-agreement",
        titles=("bigcode openrail-m",),
    ),
)
_OTHERS = (
    _bound(
        "gemma",
        link="https://ai.google.dev/gemma/terms",
        notice="Gemma is provided under and subject to the Gemma Terms of Use found at "
        "ai.google.dev/gemma/terms",
        titles=("gemma terms of use",),
    ),
    _bound(
        "qwen",
        link="https://huggingface.co/Qwen/Qwen2.5-72B-Instruct/blob/main/LICENSE",
        notice="Built with Qwen",
        titles=("qwen license agreement",),
        is_named_on_hub=False,
    ),
    _bound(
        "tongyi-qianwen",
        link="https://huggingface.co/Qwen/Qwen1.5-7B/blob/main/LICENSE",
        titles=("tongyi qianwen license agreement",),
        is_named_on_hub=False,
    ),
    _bound(
        "qwen-research",
        link="https://huggingface.co/Qwen/Qwen2.5-3B/blob/main/LICENSE",
        notice="Built with Qwen",
        non_commercial=True,
        titles=("qwen research license agreement",),
        is_named_on_hub=False,
    ),
    _bound(
        "mrl",
        link="https://mistral.ai/licenses/MRL-0.1.md",
        non_commercial=True,
        titles=("mistral ai research license",),
        is_named_on_hub=False,
    ),
    _bound(
        "falcon-llm-license",
        link="https://falconllm.tii.ae/falcon-terms-and-conditions.html",
        notice="Built using Falcon LLM technology from the Technology Innovation Institute",
        titles=("falcon llm license", "falcon-llm license"),
        is_named_on_hub=False,
    ),
)

LICENCES = {
    licence.id: licence
    for licence in (
        *_PERMISSIVE,
        *_NON_COMMERCIAL,
        *_SHARE_ALIKE,
        *_NO_DERIVATIVES,
        *_LLAMAS,
        *_OPEN_RAILS,
        *_OTHERS,
    )
}
"""By id."""
