# SPDX-License-Identifier: GPL-2.0-only
# Makes debian/ of opsmod that of a project: @NAME@ is filled in afterwards, as in
# other files; @PACKAGE@ is what Debian can call it.
s/opsmod-dkms/@PACKAGE@-dkms/g
s/opsctl/@PACKAGE@-loader/g
s/^\(Source\|Upstream-Name\): opsmod/\1: @PACKAGE@/
s/^Maintainer: .*/Maintainer: @AUTHOR@/
s/^Copyright: .*/Copyright:\
 @YEAR@ @AUTHOR@\
 2026 The opsmod authors/

# The changelog: its first version is the project's.
s/^opsmod ([^)]*)/@PACKAGE@ (@VERSION@)/
s/^  \* First packages.*/  * Made by make new of opsmod./
s/^ -- .*/ -- @AUTHOR@  @DATE@/

# What each package is.
s/^\(Description: kernel module\) with .* (DKMS)/\1 that BPF programs extend (DKMS)/
/^ A Linux kernel module that offers/,/^ modules programmable/c\
 The module @NAME@ offers a table of functions to BPF programs, as a\
 struct_ops type, and lets them decide.
/^Description: see, attach/,$c\
Description: loader and BPF programs of the kernel module @NAME@\
 It attaches a table of BPF programs to the module in @PACKAGE@-dkms. The\
 programs that come with it are examples.
/zlib1g/d
