"""Shared command-line options and output."""

# Set by the dispatcher when a command starts: the command, with which every message begins, and
# the command with its subcommand, whose --help an error names.
command_name = command_path = "beachhead"
