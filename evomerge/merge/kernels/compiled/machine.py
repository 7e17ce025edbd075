"""What object code is made for, and what it calls a kernel."""

from __future__ import annotations

import llvmlite.binding as llvm


def symbol(arity: int) -> str:
    """What every kernel of so many arguments is called in its object code."""
    return f"kernel{arity}"


def machine() -> llvm.TargetMachine:
    """What code is made for: this processor, with all that it can do."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=3, codemodel="jitdefault", jit=True
    )
