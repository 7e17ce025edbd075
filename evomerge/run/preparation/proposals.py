"""Formulas that a language model proposes for a search to begin with: read as any formula is."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from evomerge.errors import RecipeError
from evomerge.formulas.error import FormulaError
from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.language import FUNCTIONS, NAMES, OPERATORS
from evomerge.formulas.text import text_of
from evomerge.operators.canonical import canonical
from evomerge.operators.wanted import WantedFormula
from evomerge.permissions import Permissions
from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.formula import FormulaSettings, GrownFormula, Proposer
from evomerge.recipe.genome import Genome
from evomerge.score.judges.address import Address, allowed_key
from evomerge.score.judges.endpoint import Endpoint

LOG = logging.getLogger(__name__)
READ = 400
"""Lines of a reply that are read."""
_MARKED = re.compile(r"\s{0,9}(?:[-*]|\d{1,3}[.)])\s")
"""How an entry of a list begins in Markdown."""


def proposer_of(recipe: Recipe) -> Proposer | None:
    """The language model that is asked for formulas; None where none is."""
    said = recipe.merge_method
    if not isinstance(said, FormulaSettings) or not isinstance(said.formula, GrownFormula):
        return None
    return said.formula.gene.proposer


def with_proposals(recipe: Recipe, permissions: Permissions) -> Recipe:
    """The recipe with the formulas that its proposer names, and without the proposer.

    What it is sent are the language's words, the recipe's names, and the formulas to begin with.
    What it says is read by the grammar, and dropped where it is no formula, none of the search's,
    or known already. So a run has the formulas in its recipe, and a resumed one asks nobody.

    Raises:
        RecipeError: the user has not allowed the address.
        Stopped: it cannot be asked.
    """
    proposer, genome = proposer_of(recipe), Genome(recipe)
    if proposer is None or genome.words is None or genome.wanted is None:
        return recipe
    at = recipe.at("merge_method", "formula", "gene", "proposer")
    address = Address.of(proposer.url)
    if permissions.judge_at(address.host, address.port) is None:
        raise RecipeError(
            f"{at}the proposer would send the names in the recipe to {address}; if that is meant, "
            f"allow it with --allow-judge {address}"
        )
    key = allowed_key(proposer, permissions)
    prompt = asked(genome.words.texts, genome.wanted, proposer.formulas)
    (reply,) = Endpoint(proposer.url, proposer.model, key).ask([prompt])
    found = [*read(reply.said, genome.words.texts, genome.wanted)][: proposer.formulas]
    LOG.info("%d formulas of the proposer's can be searched for", len(found))
    plain = recipe.plain()
    gene = plain["merge_method"]["formula"]["gene"]
    del gene["proposer"]
    gene["starts"] = [*gene.get("starts", []), *found]
    return recipe_from(plain, recipe.source)


def asked(texts: tuple[str, ...], wanted: WantedFormula, count: int) -> str:
    """What the language model is asked.

    Args:
        texts: formulas that the search begins with anyway.
    """
    names = [f"{name}: {said}" for name, (_, said) in NAMES.items()]
    names += [
        f"{name}: a number{' of each model' if own else ''}"
        for name, own in wanted.space.parameters
    ]
    functions = [
        f"{name}({', '.join(one.arguments)}): {one.summary}"
        for name, one in FUNCTIONS.items()
        if name not in (*OPERATORS, "neg")
    ]
    itself = " Of one model alone it must make that model." if wanted.itself else ""
    return "\n".join(
        [
            "A merge of several fine-tuned models computes each weight by a formula in a small",
            "language. Names:",
            *names,
            "Functions, beside + - * / < <= > >= == and numbers of two digits:",
            *functions,
            "Formulas that are known:",
            *texts,
            f"Write {count} other formulas that could merge models better, of at most "
            f"{wanted.space.words} words each.{itself}",
            "Write one on each line, and nothing else.",
        ]
    )


def read(reply: str, texts: tuple[str, ...], wanted: WantedFormula) -> Iterator[str]:
    """The formulas of a reply that can be searched for, each once and none that is known."""
    known = {text_of(canonical(parse_formula(text))) for text in texts}
    for line in reply.splitlines()[:READ]:
        try:
            marked = _MARKED.match(line)
            tree = parse_formula(line[marked.end() if marked else 0 :].strip(" `\t"))
            wanted.space.encode(tree)
        except FormulaError:
            continue
        form = text_of(canonical(tree))
        if form not in known and wanted.admits(tree):
            known.add(form)
            yield text_of(tree)
