"""Pictures of what happened, as PNG: from the domain's traces, with no font or program of the system."""
