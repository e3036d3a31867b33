"""Lets the measurements use the demo's way of starting a platform in a temporary folder."""

import pathlib
import sys

sys.dont_write_bytecode = True
EXAMPLE = pathlib.Path(__file__).resolve().parent.parent / "examples" / "breast-cancer"
sys.path.insert(0, str(EXAMPLE))

from story.platform import Platform, StepFailed  # noqa: E402, F401
