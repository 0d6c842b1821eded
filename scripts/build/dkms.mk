# SPDX-License-Identifier: GPL-2.0-only
#
# Builds the module for DKMS, which runs this in its copy of the sources. All checks are
# in here: a POST_BUILD of DKMS runs when the module is ready to be installed, and the
# next 'dkms install' installs it, whatever POST_BUILD said.

include project.mk

# Where Kbuild is.
MODULE_AT ?= .
module := $(abspath $(MODULE_AT))

all:
	set -e; headers='$(KDIR)'; in_there=; \
	if [ ! -e "$$headers/vmlinux" ]; then \
		headers='$(CURDIR)/headers'; \
		scripts/build/stand-in '$(KDIR)' "$$headers"; \
		in_there="O=$$headers"; \
	fi; \
	$(MAKE) -C "$$headers" $${in_there:+"$$in_there"} M='$(module)' modules; \
	scripts/build/need-btf '$(module)/$(NAME).ko' "$$headers"
