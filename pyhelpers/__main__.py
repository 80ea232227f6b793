"""Command dispatcher: run a command's module and return its exit code."""

import os
import signal
import sys
import warnings
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from types import ModuleType
from typing import NoReturn

from pyhelpers import KitError, __version__, cli
from pyhelpers.files import EndedError
from pyhelpers.machine import missing

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def die_by(signum: int) -> NoReturn:
    """End by a signal, as a program does that does not catch it: shells report 128 + its number."""
    signal.signal(signum, signal.SIG_DFL)
    os.kill(os.getpid(), signum)
    os._exit(128 + signum)  # only where the signal is blocked


def explain(error: Exception) -> tuple[str, int]:
    """Return an error as one line, "what is wrong; what to do", and its exit code."""
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # KitError, Typer's own
        message, code = " ".join(error.format_message().split()), error.exit_code
        path = getattr(getattr(error, "ctx", None), "command_path", cli.command_path)
        hint = f"; see {path} --help" if code == 2 and "; " not in message else ""
        if message.startswith("No such option: -") and message[17:18] in tuple("0123456789."):
            hint = "; write -- before a negative number"
        return message.rstrip(".") + hint, code
    if isinstance(error, ModuleNotFoundError):
        return str(missing(error.name or "")), 127
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}; check the path, its rights and the space left", 1
    if isinstance(error, MemoryError):
        return "out of memory; sample the data first (sample-large-csv)", 1
    detail = " ".join(str(error).split())
    return f"unexpected {type(error).__name__}: {detail}; run again with --debug and report it", 1


def raise_at_ctrl_c() -> None:
    """Let Ctrl-C raise KeyboardInterrupt from here on, so that temporary files are removed.

    Until then it ends the process at once: bin/lib/start.py has seen to it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def module_of(command: str) -> ModuleType:
    """Return a command's module: make-change is commands.make_change, predict-aws is predict.

    Raises
    ------
    KitError
        When there is no such command.
    """
    name = command.replace("-", "_")
    while find_spec(f"pyhelpers.commands.{name}") is None:
        name = name.rpartition("_")[0]
        if not name.isidentifier():
            raise KitError(f"no such command: {command!r}", 2)
    return import_module(f"pyhelpers.commands.{name}")


def run(command: str, args: list[str]) -> int:
    """Run one command with its arguments; return its exit code.

    A module with a function `run` takes the arguments that a script in bin/ has parsed; it does not
    need Typer, whose import takes 0.1 s.
    """
    module = module_of(command)
    if hasattr(module, "run"):
        raise_at_ctrl_c()
        return int(module.run(args))
    if args == ["--version"]:
        print(command, __version__)
        return 0
    if getattr(module, "ONE_THREAD", False):
        os.environ.update(dict.fromkeys(THREADS, "1"))
    import typer

    from pyhelpers.cli.app import command_of

    entry = command_of(module)
    raise_at_ctrl_c()
    try:
        # Typer's own main() would end a closed pipe with 1: call the functions below it.
        with entry.make_context(command, args) as context:
            entry.invoke(context)
    except typer.Exit as leave:
        return leave.exit_code
    return 0


def main(argv: list[str]) -> int:
    """Run `argv`, command first; return the exit code, or end by the signal that came."""
    command, args = argv[0], argv[1:]
    cli.command_name = cli.command_path = command
    debug = "--debug" in (args[: args.index("--")] if "--" in args else args)
    if debug:
        args.remove("--debug")
    if not debug and not sys.warnoptions:
        warnings.simplefilter("ignore")  # a library's warnings are for developers
    try:
        if sys.stdout is None:
            raise KitError("standard output is closed; nothing can be printed")
        if sys.stdout.encoding.lower() == "utf-8" and isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="surrogateescape")  # file names need not be UTF-8
        code = run(command, args)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        die_by(signal.SIGPIPE)
    except KeyboardInterrupt:
        die_by(signal.SIGINT)
    except EndedError as ended:
        die_by(ended.signum)
    except Exception as error:
        if debug:
            raise
        from pyhelpers.cli.output import note

        message, code = explain(error)
        # What is left of the results in the buffer is dropped: its writing may have been the error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        note(message)
        return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
