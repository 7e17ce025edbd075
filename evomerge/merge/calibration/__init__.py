"""What parents do with calibration texts, for the methods that weigh by it."""
