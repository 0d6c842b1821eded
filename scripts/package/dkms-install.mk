# SPDX-License-Identifier: GPL-2.0-only
#
# What is installed for DKMS, with which scripts/build/dkms.mk builds it: for a Makefile
# that has included scripts/build/rules.mk and has set PREFIX.

# Where the module's Kbuild is.
module_at = $(patsubst %/,%,$(dir $(filter Kbuild %/Kbuild,$(module_src))))

# Makes $@ of $<, with what project.mk says and where the tools are filled in.
define fill_in
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)sed -e 's,@NAME@,$(NAME),g' -e 's,@VERSION@,$(VERSION),g' \
		-e 's,@TRIGGER@,$(TRIGGER),g' -e 's,@PREFIX@,$(PREFIX),g' \
		-e 's,@MODULE_AT@,$(module_at),g' $< >$@
endef

dkms_conf := $(out)/dkms.conf
$(dkms_conf): scripts/build/dkms.conf.in project.mk
	$(fill_in)

dkms_dir = /usr/src/$(NAME)-$(VERSION)
dkms_files = $(sort $(module_src) project.mk \
	$(addprefix scripts/build/,dkms.mk stand-in btf-of need-btf))

# This builds nothing, and needs no headers.
.PHONY: dkms-install
dkms-install: $(dkms_conf) ## install the module's sources for DKMS (as root)
	$(Q)rm -rf '$(DESTDIR)$(dkms_dir)'
	$(Q)install -d '$(DESTDIR)$(dkms_dir)'
	$(Q)cp --parents $(dkms_files) '$(DESTDIR)$(dkms_dir)'
	$(Q)install -m 644 $(dkms_conf) '$(DESTDIR)$(dkms_dir)'
