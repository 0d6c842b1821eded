# SPDX-License-Identifier: GPL-2.0-only
# What is given away: packages and a tarball.

.PHONY: deb test-deb
deb: ## build the Debian packages in the lab, into build/deb
	$(Q)scripts/package/deb

test-deb: ## install the Debian packages, upgrade, remove and boot with them
	$(Q)tests/packages/run
