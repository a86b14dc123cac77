"""Keys, and the pseudonyms made under them. The interface is ``pipeline.surrogates.space.SurrogateSpace``."""
