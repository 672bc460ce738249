"""The circuit breaker, with a clock that the tests set."""

from __future__ import annotations

import pytest

from index.circuit import Circuit


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def circuit(clock):
    return Circuit(failures=2, seconds=5.0, clock=lambda: clock[0])


def test_it_admits_until_it_failed_so_often_in_a_row(circuit):
    """A success between failures starts the count again."""
    circuit.failed()
    circuit.succeeded()
    circuit.failed()
    still = circuit.admits()
    circuit.failed()

    assert still
    assert not circuit.admits()


def test_a_broken_one_is_tried_once_in_a_while(circuit, clock):
    """After the pause one caller may try, and the others wait for another pause."""
    circuit.failed()
    circuit.failed()
    clock[0] = 4.9
    early = circuit.admits()
    clock[0] = 5.0

    admitted = [circuit.admits() for _ in range(3)]

    assert not early
    assert admitted == [True, False, False]


def test_a_trial_that_fails_breaks_it_again_and_one_that_succeeds_closes_it(circuit, clock):
    """It recovers by itself, by the first success."""
    circuit.failed()
    circuit.failed()
    clock[0] = 5.0
    circuit.admits()
    circuit.failed()
    after_failure = circuit.admits()
    clock[0] = 10.0
    circuit.admits()
    circuit.succeeded()

    assert not after_failure
    assert all(circuit.admits() for _ in range(3))
