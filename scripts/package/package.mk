# SPDX-License-Identifier: GPL-2.0-only
# What is given away: packages and a tarball.

.PHONY: deb
deb: ## build the Debian packages in the lab, into build/deb
	$(Q)scripts/package/deb
