"""Programs that tests run where they are found: in .tools/bin, which tools/prometheus.sh fills, or on the PATH."""

import os
import shutil
from pathlib import Path

OURS = Path(__file__).parents[1] / ".tools" / "bin"


def program(*names: str) -> str | None:
    """The first of the names that there is."""
    path = os.pathsep.join([str(OURS), os.environ.get("PATH", "")])
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)
