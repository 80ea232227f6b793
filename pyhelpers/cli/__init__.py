"""Shared command-line options and output."""

command_name = "beachhead"  # the running command's; the dispatcher sets it, messages begin with it
