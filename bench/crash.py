"""Kills the server with SIGKILL 50 times while clients write: nothing that was acknowledged may be lost, or be there twice.

It is tests/e2e/test_crash.py at full length; QUORATE_KILLS says how often.
"""

import os
import subprocess
import sys
from pathlib import Path

TEST = Path(__file__).parent.parent / "tests" / "e2e" / "test_crash.py"
KILLS = os.environ.get("QUORATE_KILLS", "50")


def main() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", str(TEST)]
    done = subprocess.run(command, env={**os.environ, "QUORATE_KILLS": KILLS}, capture_output=True, text=True)
    told = [line for line in done.stdout.splitlines() if "acknowledged" in line]
    print(*(told or [done.stdout]), sep="\n")
    if done.returncode:
        raise SystemExit(f"what was acknowledged did not outlive {KILLS} kills")


if __name__ == "__main__":
    main()
