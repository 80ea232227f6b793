"""Models: train on a CSV, keep as a folder that loads without running code, predict."""
