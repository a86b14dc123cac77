"""Streaming on one machine: texts answered as they come, and folders watched."""
