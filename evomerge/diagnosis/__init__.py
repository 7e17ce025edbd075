"""Why a model talks gibberish: causes that can be found, each with its evidence and its cure."""
