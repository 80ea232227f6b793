# shellcheck shell=bash
# What programs started from this shell should know. Never a secret: an exported key is readable
# by every program you run, and overrides the cloud shell's own identity. No LC_ALL either: it
# breaks every program where that locale is not installed.

# What you have chosen stays. No EDITOR: where it says vi or vim, zsh takes vi's keys, and git ends
# with an error on a machine that has no vim; without it programs find an editor by themselves.
# less: colours pass, a page that fits is just printed, the screen is kept.
if [ -z "${LESS-}" ]; then export LESS=-FRX; fi
