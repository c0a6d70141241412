"""Training by gradient: margin losses over sampled class centres, distillation, and the ablation of both."""
