"""How the weights came about: data, generator, training. Needs ``pip install '.[train]'``; a run does not."""
