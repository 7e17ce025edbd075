"""Runs told to experiment trackers: MLflow, TensorBoard, trackio, Weights & Biases."""
