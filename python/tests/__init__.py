"""The helpers against a real platform on loopback: `python -m unittest discover -t python python/tests` with ROADBED_PROGRAM set."""
