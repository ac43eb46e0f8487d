#!/usr/bin/python3
"""tasis report RESULTS [--output FILE] [--no-pictures]

Exit status as of tasis: 0 done, 2 bad input (one line on stderr), 6 the page cannot be written.
"""
import os
import pathlib
import sys

os.environ["HDF5_USE_FILE_LOCKING"] = "FALSE"  # a run that still goes must not be kept from its own file
sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)

from report.command import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
