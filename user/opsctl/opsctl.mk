# SPDX-License-Identifier: GPL-2.0-only

$(out)/user/opsctl/doctor/holes.o: $(out)/user/opsctl/doctor/holes.skel.h
$(out)/user/opsctl/commands/log.o: $(out)/user/opsctl/kernel/printed.skel.h
$(out)/user/opsctl/%.o: more_cflags := -Iuser/opsctl -I$(out)/user/opsctl

opsctl_rooms := commands objects source kernel base doctor
$(out)/opsctl: $(call objs_in,user/opsctl $(opsctl_rooms:%=user/opsctl/%) user/lib)
	$(call link_c,$(json_libs) -lelf -lz -lpthread)

# It says where opsctl is, so PREFIX may have changed it.
opsctl_unit := $(out)/opsctl-attach@.service
$(opsctl_unit): user/opsctl/opsctl-attach@.service.in FORCE
	$(fill_in)
