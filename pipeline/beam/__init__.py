"""The only room that imports apache_beam: graphs, and how they are run."""
