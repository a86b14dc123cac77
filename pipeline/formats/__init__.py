"""One module per format: how it is told, where its records start, and which fields they hold."""
