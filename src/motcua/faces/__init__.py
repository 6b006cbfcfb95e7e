"""Floor 3: how people and systems come in: parse, call one service or query, render."""
