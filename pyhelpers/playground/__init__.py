"""A small neural network on small data sets, as in TensorFlow Playground."""
