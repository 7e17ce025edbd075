"""`python -m evomerge`: the command, where no script of that name is on the path."""

from evomerge.cli.main import main

if __name__ == "__main__":
    main()
