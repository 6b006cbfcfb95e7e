"""Floor 2: one room per part of the mission; no HTML and no HTTP requests."""
