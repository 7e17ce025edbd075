"""What a run's ledger tells. No torch and no ray here."""
