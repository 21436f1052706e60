"""Entry point: the group of commands, loaded when they are called, and the exit codes."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

import click

from fixer import __version__
from fixer.errors import UserError

COMMANDS = {
    "check": "Show what is wrong.",
    "fix": "Rewrite files so that nothing but the fixes changes.",
    "tui": "Review, choose and apply fixes on a screen.",
    "bot": "Open pull requests for fixes, and keep them current.",
    "pin": "Look up what tags mean, and keep the lock file.",
    "rules": "List the rules.",
    "baseline": "Record the findings there are, so that only new ones count.",
    "ignore": "Excuse a finding, with a reason.",
    "config": "Show, check and begin a configuration.",
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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments begin with. Raises UserError for one that does not exist."""
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)

        from difflib import get_close_matches

        near = get_close_matches(name, self.list_commands(ctx), n=1)
        hint = f"did you mean `fixer {near[0]}`?" if near else f"there are {', '.join(self.list_commands(ctx))}"
        raise UserError(f"there is no command {name!r}; {hint}")

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
    """Find what is wrong in Dockerfiles, Compose files and Kubernetes manifests, and fix it.

    Begin with `fixer check` in the folder of a project: it writes nothing.
    """


def main() -> None:
    """Run the command line and exit.

    The code is 0, 1 (findings of level deny are left), 2 (a mistake of the user), 3 (a bug) or 130 (interrupted).
    """
    try:
        code = cli.main(standalone_mode=False, prog_name="fixer")
    except UserError as error:
        code = _say(str(error), EXIT_USER)
    except click.UsageError as error:
        code = _usage(error)
    except click.ClickException as error:
        code = _say(error.format_message(), EXIT_USER)
    except (KeyboardInterrupt, click.Abort):
        code = _say("interrupted; each file is as it was or wholly fixed", EXIT_INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - whatever else is raised is our bug, and exit code 1 means something else
        code = _bug(error)

    gc.freeze()  # what is left ends with the process: looking for cycles in it takes a fifth of a short run
    sys.exit(code if isinstance(code, int) else 0)


def _say(text: str, code: int) -> int:
    from fixer.cli.output import emit
    from fixer.report.text import plain

    emit(f"fixer: {plain(text)}\n", err=True)
    return code


def _usage(error: click.UsageError) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return EXIT_USER

    message = error.format_message().rstrip(".")
    command = error.ctx.command_path if error.ctx else "fixer"
    return _say(f"{message[:1].lower()}{message[1:]} (see `{command} --help`)", EXIT_USER)


def _bug(error: Exception) -> int:
    from traceback import format_exception

    from fixer.cli.output import emit

    emit("".join(format_exception(error)), err=True)
    return _say(f"this is a bug of ours, please report the lines above: {type(error).__name__}: {error}", EXIT_BUG)
