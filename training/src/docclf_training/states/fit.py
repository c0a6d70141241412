"""From distances to chances: the numbers beside the head that the manifest carries, fitted on documents it has not seen."""

import numpy as np
import torch
from torch.nn import functional

from . import losses
from .head import Head
from .kinds import STATES, WORDS

MOST_WRONG = 0.005  # of all pictures, at the chance from which on an answer is given; of marks and cameras that are not ours far more are
NEAREST_LOST = 0.01  # of what is nearest and right, for more that is certain
MOST_WRONG_WORDS = 0.03  # of what would be said
SIBLINGS = 6  # references among which chances are reckoned, the plain one with them
NOTHING = ""  # the word of a plain document


def scales(vectors: torch.Tensor, states: torch.Tensor, embeddings: torch.Tensor) -> tuple[dict, dict]:
    """Weights of cosine, score and being plain among siblings, of the cosine with another document's example and of none; from which chance on each is certain."""
    own = losses.targets(len(vectors), (vectors.shape[1] - losses.PLAIN_VIEWS) // 2)
    there = some_of(own)
    score = (losses.among_siblings(embeddings) + 1) / 2
    plain = torch.zeros_like(score)
    plain[..., 0] = 1  # the camera that moves a picture is never quite the registered one's
    facts = torch.stack([losses.among_siblings(vectors), score, plain], -1)
    (state, embedding, _), _ = chances(facts, own, there)
    clean, sibling = leaning(facts, torch.tensor([state, embedding]), own, there)
    # What the document before shows. Of probes in other states nothing is asked.
    shown = torch.roll(losses.references(states), 1, 0)[:, None, :] == losses.probes(states)[:, :, None]
    shown[..., 0] = own == 0
    asked = shown.any(2)
    facts = torch.stack([losses.from_another(vectors), plain], -1)[asked][None]
    (example, none), by_example = chances(facts, shown[asked].int().argmax(1)[None], torch.ones(facts.shape[:3], dtype=torch.bool))
    return ({"state": state, "embedding": embedding, "plain": clean, "example": example, "none": none},
            {"sibling": sibling, "example": by_example})


def some_of(own: torch.Tensor) -> torch.Tensor:
    """For each probe [documents, probes] which references are registered: the plain one, its own, and as many others as make SIBLINGS."""
    count = int(own.max()) + 1
    order = torch.rand(*own.shape, count, generator=torch.Generator().manual_seed(5))
    order[..., 0] = 2
    order.scatter_(2, own[..., None], 3)
    return order >= order.topk(SIBLINGS, 2).values[..., -1:]


def leaning(facts: torch.Tensor, weights: torch.Tensor, own: torch.Tensor, there: torch.Tensor) -> tuple[float, float]:
    """What being plain weighs, so that most answers are right and certain while what is nearest is hardly less right; and the chance."""
    tried = []
    for plain in np.arange(0, 4, 0.25):
        logits = (facts @ torch.cat([weights, torch.tensor([plain])]).float()).masked_fill(~there, -1e9)
        best, first = torch.softmax(logits, 2).max(2)
        right = first == own
        certain = smallest_chance(best.flatten().numpy(), (right | (first == 0)).flatten().numpy(), MOST_WRONG)
        tried.append((right.float().mean().item(), (right & (best >= certain)).float().mean().item(), float(plain), certain))
    nearest = max(one[0] for one in tried)
    return max((one for one in tried if one[0] >= nearest - NEAREST_LOST), key=lambda one: one[1])[2:]


def chances(facts: torch.Tensor, own: torch.Tensor, there: torch.Tensor) -> tuple[list[float], float]:
    """Logistic weights, none below 0, of facts [documents, probes, references, facts], and the chance from which on the likeliest is certain."""
    weights = torch.full((facts.shape[-1],), 1.0, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def logits() -> torch.Tensor:
        return (10 * facts @ weights.clamp(min=0)).masked_fill(~there, -1e9)

    def close() -> torch.Tensor:
        optimiser.zero_grad()
        value = functional.cross_entropy(logits().flatten(0, 1), own.flatten())
        value.backward()
        return value

    optimiser.step(close)
    best, first = torch.softmax(logits().detach(), 2).max(2)
    # Plain is the parent of the others: to answer it wrongly is to back off.
    fine = (first == own) | (first == 0)
    certain = smallest_chance(best.flatten().numpy(), fine.flatten().numpy(), MOST_WRONG)
    return [round(10 * max(0.0, value), 2) for value in weights.tolist()], certain


def smallest_chance(likeliest: np.ndarray, right: np.ndarray, most_wrong: float) -> float:
    """From which on at most so many of all cases are answered wrongly; at least four tenths."""
    order = np.argsort(-likeliest)
    wrong = np.cumsum(~right[order]) / len(right)
    allowed = np.nonzero(wrong <= most_wrong)[0]
    return round(float(np.clip(likeliest[order][allowed[-1]] if len(allowed) else 0.99, 0.4, 0.99)), 3)


def map_facts(head: Head, pooled: list[np.ndarray]) -> np.ndarray:
    """[n, 4 * channels]: mean, deviation, maximum and minimum of each channel of the state maps, channel by channel."""
    rows = []
    for chunk in pooled:
        for views in chunk:
            maps = head.maps(torch.from_numpy(views.astype(np.float32))).flatten(2)
            facts = [maps.mean(2), maps.std(2, correction=0), maps.amax(2), maps.amin(2)]
            rows.append(torch.stack(facts, 2).flatten(1).numpy())
    return np.concatenate(rows)


Facts = tuple[np.ndarray, np.ndarray]  # facts and states of captures


def words(known: list[Facts], held: Facts) -> dict:
    """A direction and a bias for each word, by logistic regression over the facts of captures; certain where few are wrong."""
    from sklearn.linear_model import LogisticRegression
    facts, truth = (np.concatenate(part) for part in zip(*map(named, known), strict=True))
    held_facts, held_truth = named(held)
    model = LogisticRegression(C=0.3, max_iter=150).fit(facts, truth)
    likeliest = model.predict_proba(held_facts)
    said = model.classes_[likeliest.argmax(1)]
    right, spoken = said == held_truth, said != NOTHING
    certain = smallest_chance(likeliest.max(1)[spoken], right[spoken], MOST_WRONG_WORDS)
    listed = [{"word": str(word), "bias": round(float(bias), 3), "direction": [round(float(value), 3) for value in row]}
              for word, bias, row in zip(model.classes_, model.intercept_, model.coef_, strict=True)]
    return {"certain": certain, "list": listed}


def named(captures: Facts) -> Facts:
    """Those in states that have a word, and their words."""
    facts, states = captures
    names = np.array([NOTHING, *(WORDS[state] for state in STATES[1:])])
    kept = states < len(names)
    return facts[kept], names[states[kept]]
