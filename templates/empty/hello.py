"""The smallest job: put your own code here."""

import argparse

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", default="world")
print(f"hello {parser.parse_args().name}")
