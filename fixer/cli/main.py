"""Entry point: the group of commands, loaded when they are called, and the exit codes."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from fixer import __version__
from fixer.errors import UserError

COMMANDS = {
    "check": "Show what is wrong.",
    "fix": "Rewrite files so that nothing but the fixes changes.",
    "rules": "List the rules.",
    "explain": "Show the page of a rule, with an example.",
    "docs": "Refresh the generated parts of the documentation.",
}
HIDDEN = {"docs"}

EXIT_USER = 2
EXIT_BUG = 3
EXIT_INTERRUPTED = 130


class Group(click.Group):
    """Commands are imported when they are called: a run pays for what it uses."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of the help."""
        del ctx
        return [name for name in COMMANDS if name not in HIDDEN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called `cmd_name`."""
        del ctx
        if cmd_name not in COMMANDS:
            return None

        command: click.Command = import_module(f"fixer.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


def version(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - the form click calls
    """Print the version and which YAML reader is at work, and stop."""
    if not value or ctx.resilient_parsing:
        return

    from fixer.formats.yaml import event_source

    click.echo(f"fixer {__version__} (Python {sys.version.split()[0]}, YAML reader: {event_source()})")
    ctx.exit()


@click.command(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, callback=version, expose_value=False, is_eager=True, help="Show the version.")
def cli() -> None:
    """Find what is wrong in Dockerfiles, Compose files and Kubernetes manifests, and fix it."""


def main() -> None:
    """Run the command line; exit with 0, 1 (findings of level deny are left), 2 (user), 3 (bug) or 130 (interrupted)."""
    try:
        code = cli.main(standalone_mode=False, prog_name="fixer")
    except UserError as error:
        click.echo(f"fixer: {error}", err=True)
        code = EXIT_USER
    except click.ClickException as error:
        error.show()
        code = EXIT_USER
    except (KeyboardInterrupt, click.Abort):
        click.echo("fixer: interrupted, nothing more is written", err=True)
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        code = 0

    sys.exit(code if isinstance(code, int) else 0)
