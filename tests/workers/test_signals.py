import signal
import threading

from evomerge.workers.signals import own_signals


def test_handlers_that_a_library_takes_over_are_given_back():
    before = signal.getsignal(signal.SIGTERM)

    def ours(number, frame):
        pass

    signal.signal(signal.SIGTERM, ours)
    try:
        with own_signals():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        assert signal.getsignal(signal.SIGTERM) is ours
    finally:
        signal.signal(signal.SIGTERM, before)


def test_another_thread_than_the_main_one_has_no_handlers_to_keep():
    entered = []

    def elsewhere():
        with own_signals():
            entered.append(True)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert entered == [True]
