"""What every feature needs at the edge: buttons that outlive restarts, panels, words, and errors as replies."""
