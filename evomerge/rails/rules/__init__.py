"""The rails by their names in a recipe: a file of this folder is registered."""

from evomerge.kinds import kinds_in
from evomerge.rails.kind import Rail

RAILS: dict[str, Rail] = kinds_in(__name__, Rail)
