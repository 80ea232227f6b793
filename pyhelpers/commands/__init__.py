"""The commands: each parses its options, calls the libraries and prints."""
