import pytest
import torch

from eval.training.schedule import Schedule


def test_a_step_goes_down_the_gradient() -> None:
    place = torch.nn.Parameter(torch.tensor([3.0]))
    schedule = Schedule([([place], 0.5)], 200)
    for _ in range(200):
        schedule.step((place**2).sum())
    assert schedule.steps == schedule.total == 200
    assert abs(place.item()) < 0.1


def test_the_rate_rises_and_falls_for_each_group() -> None:
    first, second = (torch.nn.Parameter(torch.zeros(1)) for _ in range(2))
    schedule = Schedule([([first], 1.0), ([second], 0.1)], 100)
    rates = []
    for _ in range(100):
        rates.append([group["lr"] for group in schedule._optimiser.param_groups])
        schedule.step((first + second).sum())
    own, other = zip(*rates, strict=True)
    assert own[0] == pytest.approx(1 / 20)
    assert max(own) == own[19] == pytest.approx(1 - 19 / 100)
    assert own[99] == pytest.approx(0.02)
    assert [rate / 10 for rate in own] == pytest.approx(list(other))


def test_no_steps_at_all_are_no_fault() -> None:
    assert Schedule([([torch.nn.Parameter(torch.zeros(1))], 1.0)], 0).steps == 0


def test_a_steep_gradient_is_shortened() -> None:
    steep, flat = (torch.nn.Parameter(torch.zeros(1)) for _ in range(2))
    schedule = Schedule([([steep, flat], 0.1)], 10)
    schedule.step(1e6 * steep.sum() + flat.sum())
    assert steep.grad is not None
    assert float(steep.grad.norm()) == pytest.approx(1, abs=1e-3)
