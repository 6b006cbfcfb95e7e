"""`python -m motcua`: the commands behind ./motcua."""

from motcua.faces.cli.app import main

if __name__ == "__main__":
    main()
