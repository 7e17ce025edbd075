"""Few items before many: samples of them, races on them, and when no more can be learnt."""
