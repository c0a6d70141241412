"""What a network returns for many views of many pictures."""

import multiprocessing
import os
import sys
from pathlib import Path

import numpy as np
import onnxruntime

from .data import Picture
from .preprocess import normalise
from .views import Kind, make_views, views_of

AT_ONCE = 64  # files of views that a process is given at a time
_session: onnxruntime.InferenceSession | None = None


def open_session(model: bytes | str | Path) -> onnxruntime.InferenceSession:
    """One thread: the processes share the work, and results do not depend on the machine's cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def _start(network: bytes) -> None:
    global _session
    _session = open_session(network)


def _run(paths: list[Path]) -> np.ndarray:
    return np.stack([_session.run(None, {"image": normalise(np.load(path))})[0] for path in paths]).astype(np.float16)


def extract(pictures: list[Picture], network: bytes, cache: Path, captures: int, seed: int, workers: int,
            views: Kind = views_of) -> np.ndarray:
    """float16 [pictures, views, features]: what the network returns for the views of each picture, as it is.

    The views stay in `cache`, and are made where they are missing.
    """
    paths = make_views(pictures, captures, seed, cache, workers, views).paths
    parts = [paths[start:start + AT_ONCE] for start in range(0, len(paths), AT_ONCE)]
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the processes share the cores; read when they import numpy
    found, shown = [], 0
    with multiprocessing.get_context("spawn").Pool(workers, _start, (network,)) as pool:
        for part in pool.imap(_run, parts):
            found.append(part)
            shown += len(part)
            print(f"\rfeatures of pictures: {shown} of {len(paths)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return np.concatenate(found)
