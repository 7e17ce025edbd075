"""What judges an answer in lm-eval's place: a function, a language model, a program's checks."""
