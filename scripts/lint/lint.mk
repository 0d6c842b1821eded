# SPDX-License-Identifier: GPL-2.0-only
#
# Static checks; every finding is an error. 'make check' runs 'make checks' in the
# lab, which has one release of each tool.

# Finds the files $(1) in the directories $(2), at any depth.
files_in = $(wildcard $(foreach d,$(2),$(addprefix $d,/$(1) /*/$(1) /*/*/$(1) /*/*/*/$(1))))
everywhere = $(call files_in,$(1),module bpf user scripts tests bench examples)
c_files := $(call everywhere,*.[ch])
# A script that others source has no #!, but says what it is.
shell_files := $(shell grep -lsE '^\#(!.*sh$$| shellcheck shell=)' \
	$(call everywhere,*) .ci/run debian/*)
perl_files := $(shell grep -ls '^\#!/usr/bin/perl' $(call everywhere,*))
sources := $(c_files) $(shell_files) Makefile Kbuild project.mk \
	$(call everywhere,Kbuild) $(call everywhere,*.mk) \
	$(shell find scripts tests/mutants tests/coverage tests/host/splats tests/packages -type f) $(wildcard *.md docs/*.md examples/*/*.md) \
	$(wildcard debian/control debian/rules debian/opsctl.d* debian/*-dkms.[de]*) \
	$(wildcard .github/workflows/* user/*/*.8 user/*/*.in bench/*.gp bench/*.jq bench/*.gdb tests/models/*.pml)

# Builds the modules again, with every warning of each compiler.
modules := $(module_ko) $(second_ko) $(permit_ko) $(kit_ko) $(full_ko) $(faulty_ko) \
	$(bench_ko) $(example_kos)
module_again = $(MAKE) --no-print-directory BUILD=$(out)/check/$(1) \
	$(patsubst $(out)/%,$(out)/check/$(1)/%,$(modules)) \
	KBUILD_ARGS='$(2) KCFLAGS="-Werror $(3)"' quiet=

.PHONY: checks check-gcc check-clang check-sparse check-doc check-cppcheck \
	check-format check-shell check-perl check-spdx check-man check-models
checks: check-gcc check-clang check-sparse check-doc check-cppcheck \
	check-format check-shell check-perl check-spdx check-man check-models
	@echo "All checks passed."

# What looks for data races is made for gcc's calls alone.
check-gcc check-sparse: modules += $(watch_kos)
check-gcc:
	$(call say,CHECK,gcc W=1)
	$(Q)$(call module_again,gcc,W=1) $(quiet)

# The kernel's configuration is for its own compiler: options of gcc alone are off.
for_clang := CC=$(CLANG) CONFIG_CC_IS_GCC= CONFIG_CC_IS_CLANG=y CONFIG_GCC_VERSION=0 \
	CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT= CONFIG_FTRACE_MCOUNT_USE_CC= \
	CONFIG_CC_IMPLICIT_FALLTHROUGH=-Wimplicit-fallthrough

# The headers use gcc's named address spaces twice on one type.
clang_cflags := -Wno-duplicate-decl-specifier

check-clang:
	$(call say,CHECK,clang W=1)
	$(Q)$(call module_again,clang,W=1 $(for_clang),$(clang_cflags)) \
		need_btf='$(need_btf_only)' $(quiet)

# Any output of sparse is an error, besides the exit status of make.
check-sparse:
	$(call say,CHECK,sparse)
	$(Q)rm -rf $(out)/check/sparse && mkdir -p $(out)/check/sparse
	$(Q)$(call module_again,sparse,C=2) >/dev/null 2>$(out)/check/sparse/log || \
		{ cat $(out)/check/sparse/log; exit 1; }
	$(Q)! grep -E '(warning|error):' $(out)/check/sparse/log

check-doc:
	$(call say,CHECK,kernel-doc)
	$(Q)$(KDIR)/scripts/kernel-doc -none -Werror -Wall \
		$(call files_in,*.[ch],module bench/module tests/modules/second tests/modules/kit \
				examples) \
		$(call files_in,*.h,bpf user)

# The kernel counts void pointers in bytes.
check-cppcheck:
	$(call say,CHECK,cppcheck)
	$(Q)cppcheck --quiet --std=c11 --enable=warning,performance,portability \
		--check-level=exhaustive --inline-suppr --error-exitcode=1 \
		--suppress=arithOperationsOnVoidPointer \
		--include=scripts/lint/cppcheck.h $(names) -UTRACE_HEADER_MULTI_READ \
		-Imodule -Ibpf -Iuser/lib -Iuser/opsctl -Itests -Itests/lib \
		$(filter-out %.bpf.c,$(call everywhere,*.c))

check-format:
	$(call say,CHECK,clang-format)
	$(Q)clang-format --dry-run -Werror $(c_files)

.PHONY: format-here
format-here:
	$(Q)clang-format -i $(c_files)

check-shell:
	$(call say,CHECK,shellcheck)
	$(Q)shellcheck -x $(shell_files)

check-perl:
	$(call say,CHECK,perl)
	$(Q)for f in $(perl_files); do perl -c -Mwarnings=FATAL,all $$f 2>&1 || exit; done | \
		{ ! grep -v ' syntax OK$$'; }

check-spdx:
	$(call say,CHECK,SPDX)
	$(Q)! grep -L 'SPDX-License-Identifier: GPL-2.0-only' $(sort $(sources)) | grep .

# That of the loader of a new project, as if it were ours.
attach_man := $(out)/check/attach.8
$(attach_man): user/attach.8.in project.mk
	$(fill_in)

check-man: $(loader_man) $(attach_man)
	$(call say,CHECK,mandoc)
	$(Q)mandoc -T lint -W warning user/opsctl/opsctl.8 $^

check-models:
	$(call say,CHECK,models of SPIN and CBMC)
	$(Q)tests/models/run >$(out)/models.tap || { grep -A40 '^not ok' $(out)/models.tap; exit 1; }
	$(Q)tail -n 2 $(out)/models.tap | head -n 1
