"""Clusters of signatures that look like those of robots, and how quickly forms were filled in."""
