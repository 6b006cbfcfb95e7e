"""Một Cửa ("one door"): the National Public Service Portal of Vietnam as software."""
