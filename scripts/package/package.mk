# SPDX-License-Identifier: GPL-2.0-only
# What is given away: packages and a tarball.

.PHONY: deb dist test-deb
deb: ## build the Debian packages in the lab, into build/deb
	$(Q)scripts/package/deb

# With the packages, where both are asked for.
dist: $(filter deb,$(MAKECMDGOALS)) ## make the tarball and checksums, in build/dist
	$(Q)scripts/package/dist

test-deb: ## install the Debian packages, upgrade, remove and boot with them
	$(Q)tests/packages/run
