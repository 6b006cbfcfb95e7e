"""Payments (thanh toán): obligations, gateway transactions, the ledger, receipts."""
