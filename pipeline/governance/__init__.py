"""What happens to releases after they left: answers turned back, and the record of it."""
