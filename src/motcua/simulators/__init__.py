"""The garden: stand-ins for outside systems, each a small web application that speaks the real protocol.

They import nothing of the product and encode every wire format themselves, after `docs/protocols/`; the product reaches
them over HTTP only. What they share here (state, faults, clock, page frame, server) encodes no wire format.
"""
