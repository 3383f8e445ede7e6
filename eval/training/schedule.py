"""One optimiser step at a time, with warm-up and linear decay."""

from collections.abc import Callable, Sequence

import torch

# Told after each step: step, of how many, loss.
Report = Callable[[int, int, float], None]

_WARM_UP = 20  # steps until the full rate
_LEAST = 0.02  # of the full rate, at the end
_DECAY = 0.01
_LONGEST_GRADIENT = 1.0


class Schedule:
    """AdamW over groups of parameters, each with its own rate."""

    def __init__(self, groups: Sequence[tuple[list[torch.nn.Parameter], float]], total: int) -> None:
        self.total = total
        self.steps = 0
        self._parameters = [parameter for parameters, _ in groups for parameter in parameters]
        self._optimiser = torch.optim.AdamW(
            [{"params": parameters, "lr": rate} for parameters, rate in groups], weight_decay=_DECAY
        )
        self._rate = torch.optim.lr_scheduler.LambdaLR(self._optimiser, self._factor)

    def step(self, loss: torch.Tensor) -> None:
        """Go one step down the gradient of `loss`."""
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(self._parameters, _LONGEST_GRADIENT)
        self._optimiser.step()
        self._rate.step()
        self.steps += 1

    def _factor(self, step: int) -> float:
        return min(1.0, (step + 1) / _WARM_UP) * max(_LEAST, 1 - step / max(self.total, 1))
