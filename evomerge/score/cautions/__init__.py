"""What keeps models from scoring, or from being told apart, told in time and with the cure."""
