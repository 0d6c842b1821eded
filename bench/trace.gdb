# SPDX-License-Identifier: GPL-2.0-only
# Writes the address of each instruction of the one traced write: see breakdown.
set pagination off
set confirm off
set architecture i386:x86-64
set tcp connect-timeout 60
target remote build/bench/gdb
# Where the linker put traced_write(): see bench.mk.
hbreak *0x50000000
continue
delete
set $end = *(unsigned long *)$rsp
set logging file build/bench/trace
set logging overwrite on
set logging redirect on
set logging enabled on
while $pc != $end
	printf "%lx\n", $pc
	stepi
end
set logging enabled off
detach
