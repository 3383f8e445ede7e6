import platform

from eval.machine import machine


def test_the_machine_is_named_without_what_identifies_it() -> None:
    named = machine()
    assert set(named) == {"cores", "cpu", "python", "system"}
    assert int(named["cores"]) >= 1
    assert named["python"] == platform.python_version()
    assert platform.node() not in str(named)
