"""From distances to chances: the numbers beside the head that the manifest carries, fitted on documents it has not seen."""

import numpy as np
import torch
from torch.nn import functional

from . import losses
from .head import Head
from .kinds import KINDS

MOST_WRONG = 0.01  # of all pictures, at the chance from which on an answer is given
MOST_WRONG_WORDS = 0.03
UNSEEN_AS = ""  # the word of a plain document: nothing to say


def scales(states: torch.Tensor, embeddings: torch.Tensor) -> tuple[dict, float]:
    """Weights of cosine and score among siblings and of the cosine with a moved example, and the chance that is certain."""
    own = losses.targets(len(states), (states.shape[1] - 4) // 2)
    cosines, moved = losses.among_siblings(states), losses.from_another(states)
    scores = (losses.among_siblings(embeddings) + 1) / 2
    weights = torch.tensor([1.0, 0.0], requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def logits() -> torch.Tensor:
        return 10 * weights[0] * cosines + 10 * weights[1].clamp(min=0) * scores

    def close() -> torch.Tensor:
        optimiser.zero_grad()
        value = functional.cross_entropy(logits().flatten(0, 1), own.flatten())
        value.backward()
        return value

    optimiser.step(close)
    chances = torch.softmax(logits().detach(), 2)
    best, first = chances.max(2)
    certain = smallest_chance(best.flatten().numpy(), (first == own).flatten().numpy(), MOST_WRONG)
    example = max((4.0, 6.0, 8.0, 10.0, 14.0, 18.0, 24.0), key=lambda scale: -float(
        functional.cross_entropy(scale * moved.flatten(0, 1), own.flatten())))
    found = {"state": round(10 * float(weights[0].detach()), 2), "embedding": round(10 * max(0.0, float(weights[1].detach())), 2),
             "example": example}
    return found, certain


def smallest_chance(chances: np.ndarray, right: np.ndarray, most_wrong: float) -> float:
    """From which on at most so many of all cases are answered wrongly; at least one half."""
    order = np.argsort(-chances)
    wrong = np.cumsum(~right[order]) / len(right)
    allowed = np.nonzero(wrong <= most_wrong)[0]
    return round(float(np.clip(chances[order][allowed[-1]] if len(allowed) else 0.99, 0.5, 0.99)), 3)


def map_facts(head: Head, pooled: np.ndarray) -> np.ndarray:
    """[n, 4 * channels]: mean, deviation, maximum and minimum of each channel of the state maps, channel by channel."""
    rows = []
    with torch.no_grad():
        for start in range(0, len(pooled), 256):
            maps = head.maps(torch.from_numpy(pooled[start:start + 256].astype(np.float32)))
            facts = [maps.mean(1), maps.std(1, correction=0), maps.amax(1), maps.amin(1)]
            rows.append(torch.stack(facts, 2).flatten(1).numpy())
    return np.concatenate(rows)


def words(facts: np.ndarray, kinds: np.ndarray, held_facts: np.ndarray, held_kinds: np.ndarray) -> dict:
    """A direction and a bias for each word, by logistic regression over the facts of every capture; certain where few are wrong."""
    from sklearn.linear_model import LogisticRegression
    names = [UNSEEN_AS, *(kind.word for kind in KINDS.values())]
    word_of = np.array(names)
    model = LogisticRegression(C=0.3, max_iter=150).fit(facts, word_of[kinds])
    chances = model.predict_proba(held_facts)
    said = model.classes_[chances.argmax(1)]
    right, spoken = said == word_of[held_kinds], said != UNSEEN_AS
    certain = smallest_chance(chances.max(1)[spoken], right[spoken], MOST_WRONG_WORDS)
    listed = [{"word": str(word), "bias": round(float(bias), 3), "direction": [round(float(value), 3) for value in row]}
              for word, bias, row in zip(model.classes_, model.intercept_, model.coef_, strict=True)]
    return {"certain": certain, "list": listed}
