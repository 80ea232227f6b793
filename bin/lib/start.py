"""Start a Python command. Ctrl-C before it runs ends it without a traceback, as it ends a shell."""

import _signal  # built in: the module signal would first import others

if __name__ == "__main__":
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # until the command runs
    import sys

    from pyhelpers.__main__ import main

    sys.exit(main(sys.argv[1:]))
