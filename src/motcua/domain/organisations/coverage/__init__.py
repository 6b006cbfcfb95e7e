"""Which commune has an officer for which function, and how many officers a unit needs (ACC-07, ACC-08)."""
