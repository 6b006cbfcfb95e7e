"""The room of units, accounts, roles and grants, and the one access policy of the product."""
