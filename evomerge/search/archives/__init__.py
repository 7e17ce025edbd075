"""What a search keeps: elites, a front, niches, a grid."""
