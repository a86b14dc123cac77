"""Names, places, organizations and street addresses in support prose: a small token classifier with its weights."""
