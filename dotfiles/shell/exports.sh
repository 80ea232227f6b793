# shellcheck shell=bash
# What programs started from this shell should know. Never a secret: an exported key is readable
# by every program you run, and overrides the cloud shell's own identity. No LC_ALL either: it
# breaks every program where that locale is not installed.

# What you have chosen stays.
if [ -z "${EDITOR-}" ]; then export EDITOR=vim; fi
# less: colours pass, a page that fits is just printed, the screen is kept.
if [ -z "${LESS-}" ]; then export LESS=-FRX; fi
# The prompt shows the virtualenv itself. Only `activate`, which runs in this shell, reads this.
# shellcheck disable=SC2034
VIRTUAL_ENV_DISABLE_PROMPT=1
