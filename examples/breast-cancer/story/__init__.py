"""What the demo is made of: a platform of its own, traffic that checks each answer, and the words around it."""
