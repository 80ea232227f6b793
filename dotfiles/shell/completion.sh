# shellcheck shell=bash
# Completion for the commands of bin/ (see dotfiles/completions).
