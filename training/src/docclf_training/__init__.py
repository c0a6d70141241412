"""Makes and measures the embedder that `@docclf/model` ships. Start reading at `make.py`."""
