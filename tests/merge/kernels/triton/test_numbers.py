from hypothesis import given
from hypothesis import strategies as st

from tests.merge.kernels.gpu_cases import gpu


@given(st.integers(0, 2**64 - 1))
def test_digits_are_exact_and_make_the_number_again(number):
    low, middle, high = gpu.digits(number)
    assert number == int(low) + (int(middle) << 24) + (int(high) << 48)
    assert all(digit == int(digit) < 2**24 for digit in (low, middle, high))
