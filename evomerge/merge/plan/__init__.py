"""What each tensor of an offspring is made of: a recipe spelled out, and its contract checked."""
