from ingest.breaker import FAILURES, FIRST_REST, LONGEST_REST, Breaker


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def broken(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_single_failures_change_nothing() -> None:
    breaker = Breaker(Clock())
    for _ in range(10):
        for _ in range(FAILURES - 1):
            assert breaker.allows()
            breaker.failed()
        assert breaker.allows()
        breaker.succeeded()


def test_after_failures_in_a_row_it_rests_and_then_lets_one_through() -> None:
    clock = Clock()
    breaker = broken(clock)
    assert not breaker.allows()
    clock.now += FIRST_REST - 0.1
    assert not breaker.allows()
    clock.now += 0.1
    assert breaker.allows()
    assert not breaker.allows()  # one trial at a time
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_each_trial_that_fails_doubles_the_rest_up_to_a_limit() -> None:
    clock = Clock()
    breaker = broken(clock)
    rest = FIRST_REST
    for _ in range(8):
        clock.now += rest
        assert breaker.allows()
        breaker.failed()
        rest = min(rest * 2, LONGEST_REST)
        clock.now += rest - 0.1
        assert not breaker.allows()
        clock.now += 0.1 - rest
    assert rest == LONGEST_REST


def test_a_trial_that_was_not_made_leaves_room_for_the_next() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now += FIRST_REST
    assert breaker.allows()
    breaker.left()
    assert breaker.allows()
