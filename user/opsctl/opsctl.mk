# SPDX-License-Identifier: GPL-2.0-only

$(out)/user/opsctl/doctor/holes.o: $(out)/user/opsctl/doctor/holes.skel.h
$(out)/user/opsctl/log.o: $(out)/user/opsctl/printed.skel.h

$(out)/opsctl: $(call objs_in,user/opsctl user/opsctl/doctor user/lib)
	$(call link_c,$(json_libs) -lelf -lz -lpthread)

# It says where opsctl is, so PREFIX may have changed it.
opsctl_unit := $(out)/opsctl-attach@.service
$(opsctl_unit): user/opsctl/opsctl-attach@.service.in FORCE
	$(fill_in)
