# SPDX-License-Identifier: GPL-2.0-only
# gnuplot -c sizes.gp DATA SVG UNIT: cost over the size of the message.
set terminal svg noenhanced size 760,420 font "sans,13" background "white"
set output ARG2
set title "one write(2), by the bytes of its message"
set datafile separator "\t"
set ylabel ARG3
set xrange [0:4096]
set yrange [0:*]
set xtics 512
set grid linecolor "#dddddd"
set border 3
set tics nomirror
set key below reverse Left samplen 2
plot for [column = 5:2:-1] ARG1 using 1:column with linespoints pointtype 7 pointsize 0.4 \
	linewidth 2 title columnheader(column)
