#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What 'opsctl new' prints: that it compiles, source/compile has seen to. Here are its style,
# and types that no kernel has, which trip over C and the macros of libbpf. test_source looks
# at the rest in the guest.
#
# Usage: source.sh BUILD KDIR   (inside the lab's tree)
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
. tests/host/built.sh

opsctl=$build/opsctl
odd=$work/odd
source=$odd/odd_ops.bpf.c

# Whatever reads a part of it alone would end opsctl by SIGPIPE: it is written out first.
compiles_odd_types() {
	mkdir -p "$odd"
	clang -g -O1 -target bpf -w -c user/opsctl/tests/source/odd.c -o "$odd/odd.o" &&
		user/opsctl/tests/source/compile "$opsctl" "$odd" "$odd/odd.o" &&
		[ "$(find "$odd" -name '*_ops.bpf.o' | wc -l)" -eq 3 ] || return
	tr -d '\n\t ' <"$source" >"$work/packed"
	bpftool btf dump file "$odd/odd_ops.bpf.o" >"$work/btf"
}

# Each member, as odd.c has it, is in the table, by a program of a name of its own.
has_every_function() {
	local member

	sed -n '/^struct odd_ops {/,/^}/s/^\t[a-zA-Z_* ]*(\*\([a-z_]*\))(.*/\1/p' \
		user/opsctl/tests/source/odd.c |
		grep -vxE 'take|thirteen|variable|returns_struct|of_twelve_bytes' >"$work/members"
	while read -r member; do
		if ! grep -qF ".$member=(void*)mine_$member," "$work/packed" ||
			! grep -q "FUNC 'mine_$member' .*linkage=global" "$work/btf"; then
			echo "not in the table: $member"
			return 1
		fi
	done <"$work/members"
	[ "$(wc -l <"$work/members")" -eq 20 ]
}

# A line of the source.
says() {
	local line

	for line; do
		grep -qxF -e "$line" "$source" || { echo "no line: $line" && return 1; }
	done
}

has_right_signatures() {
	says 'int BPF_PROG(mine_new, int context)' \
		'struct odd **BPF_PROG(mine_pointers, struct odd **arg1)' \
		'odd_callback BPF_PROG(mine_callback, odd_callback arg1)' \
		'int BPF_PROG(mine_inner, void *arg1)' \
		'int BPF_PROG(mine_choice, int arg1)' \
		'int BPF_PROG(mine_each, void (*arg1)(struct odd *, unsigned long), void *arg2)' \
		'int BPF_PROG(mine_numbers, unsigned short a, long b, unsigned long c,' \
		"$(printf '\t     long long d, unsigned long long e)')" \
		'int BPF_PROG2(mine_handle, odd_handle, arg1, void *, arg2)' \
		'int BPF_PROG2(mine_huge, __int128, arg1, int, arg2)'
}

tells_who_is_null_and_who_is_handed_over() {
	says ' * Left out: take (has to give a reference back)' || return
	"$opsctl" new odd_ops --btf "$odd/odd.o" --member take >"$work/take" || return
	grep -qx ' \* gift is a reference: give it back, or pass it on\.' "$work/take" &&
		grep -qx ' \* other may be NULL\.' "$work/take" &&
		grep -qxF 'int BPF_PROG(mine_take, struct odd *gift, struct odd *other, struct odd *plain)' \
			"$work/take" &&
		! grep -E '^( \*|/\*) plain|mine_new' "$work/take"
}

tells_what_no_program_can_be() {
	says ' * Left out: thirteen (has more parameters than a program can have)' \
		' * Left out: variable (has a variable number of parameters)' \
		' * Left out: returns_struct (returns neither a number nor a pointer)' \
		' * Left out: of_twelve_bytes' \
		' *   (has a parameter of a size that libbpf has no macro for)' || return
	! grep -E 'mine_(thirteen|variable|returns_struct|of_twelve_bytes)' "$source"
}

fills_the_data() {
	says "$(printf '\t.name = "min",')" "$(printf '\t.flag = 0,')" \
		"$(printf '\t.default_level = 0,')" ' * Stays zero: char motto[16]' \
		' * Stays zero: struct odd *link' || return
	! grep -E '^\s\.(motto|odd|link|words|rest|numbers_of_it) ' "$source" || return
	grep -qF '.id = "mine",' "$odd/odd_pair_ops.bpf.c" || return
	grep -qx ' \* Libbpf refuses bitfields: more' "$odd/odd_bits_ops.bpf.c"
}

# ... that is clang-format's, with lines that really end at 80 columns.
is_in_the_kernels_style() {
	local file

	sed 's/^\(PenaltyExcessCharacter:\).*/\1 1000000/' .clang-format >"$work/style"
	find "$build/source" "$odd" -name '*.bpf.c' >"$work/files"
	while read -r file; do
		clang-format --style="file:$work/style" "$file" | diff "$file" - || return
		! sed '/^ \*   bpftool /d' "$file" | expand | grep -E '.{81}' || return
	done <"$work/files"
	[ "$(wc -l <"$work/files")" -ge 15 ]
}

# What the kernel's own types have in common, whatever its release.
knows_the_kernels_types() {
	local tcp=$build/source/vmlinux/tcp_congestion_ops.bpf.c

	grep -qxF 'u32 BPF_PROG(mine_ssthresh, struct sock *sk)' "$tcp" &&
		grep -qxF 'void BPF_PROG(mine_cong_avoid, struct sock *sk, u32 ack, u32 acked)' "$tcp" &&
		grep -qx ' \* Left out: get_info (takes no program)' "$tcp" &&
		grep -qx ' \* Stays zero: struct list_head list' "$tcp"
}

# The manual's and the page's example: they name the commands that the source does.
documents_name_the_commands() {
	local page

	for page in user/opsctl/opsctl.8 docs/opsctl.md; do
		sed -n 's/^ *\(\(bpftool btf dump\|clang\|opsctl attach\) .*\)$/\1/p' "$page" |
			sed 's/mine\.bpf/tcp_congestion_ops.bpf/' | grep 'vmlinux\.h$\|tcp_cong' >"$work/shown"
		diff "$work/shown" <(sed -n 's,^ \*   \([a-z].*\)$,\1,p' \
			"$build/source/vmlinux/tcp_congestion_ops.bpf.c" |
			sed 's, file [^ ]*/vmlinux , file /sys/kernel/btf/vmlinux ,') || return
	done
}

quotes_no_odd_path() {
	mkdir "$work/an odd *" && cp "$odd/odd.o" "$work/an odd */ path.o"
	"$opsctl" new odd_ops --btf "$work/an odd */ path.o" >"$work/quoted" &&
		grep -qx ' \*   bpftool btf dump file FILE format c >vmlinux.h' "$work/quoted"
}

refuses_what_is_wrong() {
	ends_with 2 "it has: odd_bits_ops, odd_pair_ops, odd_ops" \
		"$opsctl" new nothing --btf "$odd/odd.o" &&
		ends_with 2 "is it one of these: odd_pair_ops" \
			"$opsctl" new odd_pare_ops --btf "$odd/odd.o" &&
		ends_with 2 "has no member 'rihgt'; is it right?" \
			"$opsctl" new odd_pair_ops --btf "$odd/odd.o" --member rihgt &&
		ends_with 1 "'id' of odd_pair_ops is data" \
			"$opsctl" new odd_pair_ops --btf "$odd/odd.o" --member id &&
		ends_with 2 "cannot read the BTF of Makefile" "$opsctl" new x --btf Makefile
}

# Libbpf takes each of these files, which the kernel would not.
refuses_bad_btf() {
	local seeds=user/opsctl/tests/fuzz/seeds file n=0

	for file in "$seeds"/new/*; do
		ends_with 2 "the BTF of $file is wrong: its type " \
			"$opsctl" new T --btf "$file" || return
		n=$((n + 1))
	done
	ends_with 2 'is wrong: its type 15 is larger than any memory' \
		"$opsctl" inspect "$seeds/object/variable-far-away" && [ "$n" -ge 5 ] || return
	"$opsctl" inspect "$seeds/object/bytes-for-program" >"$work/inspected" &&
		grep -qxF "$(printf '\t.test_1 = ?')" "$work/inspected"
}

check "types with all that C and libbpf trip over compile" compiles_odd_types
check "each function that a program can be is in the table" has_every_function
check "programs have the types and the names of the kernel" has_right_signatures
check "it is said who may be NULL and who is a reference" \
	tells_who_is_null_and_who_is_handed_over
check "what no program can be is left out, and why" tells_what_no_program_can_be
check "data has a value that it may have" fills_the_data
check "what is printed is in the kernel's style" is_in_the_kernels_style
check "the kernel's own types have the names of its stubs" knows_the_kernels_types
check "the documents name the commands that the source does" documents_name_the_commands
check "a path that a shell or a comment would misread is not printed" quotes_no_odd_path
check "wrong names and files are refused" refuses_what_is_wrong
check "BTF that the kernel would not take is refused" refuses_bad_btf
tap_end
