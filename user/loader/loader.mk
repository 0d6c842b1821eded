# SPDX-License-Identifier: GPL-2.0-only

$(out)/user/loader/loader.o: $(out)/bpf/testmod.skel.h

$(out)/loader: $(call objs_in,user/loader user/lib)
	$(call link_c)

loader_man := $(out)/$(NAME)_loader.8
$(loader_man): user/loader/loader.8.in project.mk
	$(fill_in)
