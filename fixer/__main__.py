"""Run the command line with `python -m fixer`."""

from fixer.cli.main import main

main()
