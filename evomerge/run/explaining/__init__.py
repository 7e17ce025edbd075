"""Which parents, layers and genes earned the winner's score, by leaving them out."""
