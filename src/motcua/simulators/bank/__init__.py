"""The payment gateway of a bank or intermediary, simulated (docs/protocols/bank-gateway.md)."""

from motcua.simulators.bank.app import create_app

__all__ = ["create_app"]
