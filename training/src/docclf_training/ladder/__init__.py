"""The published method, run by run: margin losses over sampled class centres, distillation, and the ablation of both."""
