import llvmlite.binding as llvm

from evomerge.merge.kernels.compiled.machine import machine, symbol


def test_code_is_for_the_processor_that_runs_this():
    assert machine().triple == llvm.get_default_triple()
    text = f"define i64 @{symbol(1)}(i64 %x) {{ ret i64 %x }}"
    assert len(machine().emit_object(llvm.parse_assembly(text))) > 100


def test_kernels_of_other_arities_have_other_symbols():
    assert len({symbol(arity) for arity in range(30)}) == 30
