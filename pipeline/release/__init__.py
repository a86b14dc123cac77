"""What leaves: Parquet parts, native files, quarantine, manifest, and the step that publishes them."""
