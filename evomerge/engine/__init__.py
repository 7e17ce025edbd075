"""What answers requests with an offspring's weights, which merging writes into it."""
