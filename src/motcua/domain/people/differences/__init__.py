"""Where what a person states of themselves and what a register says differ: recorded, shown, followed up (IDN-11)."""
