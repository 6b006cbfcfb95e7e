"""Floor 1: what every room stands on and that knows no domain."""
