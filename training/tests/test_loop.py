"""The loop of the trainings, on a run that counts."""

import pytest

torch = pytest.importorskip("torch")

from docclf_training.gradient import loop  # noqa: E402


class Counting:
    """Its loss at step n is n; so many steps."""

    def __init__(self, steps: int, stop_at: int | None = None) -> None:
        self.step, self.steps, self.stop_at = 0, steps, stop_at

    @property
    def share(self) -> float:
        return self.step / self.steps

    def advance(self) -> float:
        if self.step == self.stop_at:
            raise KeyboardInterrupt
        self.step += 1
        return float(self.step)

    def state(self) -> dict:
        return {"step": self.step, "steps": self.steps}

    def restore(self, state: dict) -> None:
        if state["steps"] != self.steps:
            raise ValueError("another run")
        self.step = state["step"]


def test_it_ends_and_says_where_it_is(tmp_path, capsys):
    run = Counting(40)
    learned = loop.learn(run, tmp_path / "run.pt", "counting")
    assert run.step == 40 and 1 < learned.loss < 40 and learned.seconds >= 0
    assert capsys.readouterr().err.splitlines()[-1].startswith("counting: step 40, 100.0%, loss ")
    assert [path.name for path in tmp_path.iterdir()] == ["run.pt"]


def test_it_goes_on_at_the_last_checkpoint(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        loop.learn(Counting(10, stop_at=7), tmp_path / "run.pt", "counting", every=-1)
    run, told = Counting(10), []
    loop.learn(run, tmp_path / "run.pt", "counting", every=-1, saved=lambda: told.append(run.step))
    assert told == [8, 9, 10]


def test_what_is_over_is_not_begun_again(tmp_path):
    loop.learn(Counting(3), tmp_path / "run.pt", "counting")
    learned = loop.learn(Counting(3, stop_at=3), tmp_path / "run.pt", "counting")
    assert learned.loss != learned.loss  # no step was left


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    loop.learn(Counting(3), tmp_path / "run.pt", "counting")
    with pytest.raises(ValueError, match="another run"):
        loop.learn(Counting(4), tmp_path / "run.pt", "counting")
