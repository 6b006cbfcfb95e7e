"""Units, accounts and rights as spreadsheets: read with row numbers, checked whole, written in bulk, exported."""
