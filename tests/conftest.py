"""What all tests stand on."""

import signal

# Run in the background of a script, they would inherit that Ctrl-C is ignored, and so would all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
