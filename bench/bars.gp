# SPDX-License-Identifier: GPL-2.0-only
# gnuplot -c bars.gp DATA SVG TITLE: a bar for each line, "label TAB value".
set terminal svg noenhanced size 760,420 font "sans,13" background "white"
set output ARG2
set title ARG3
set datafile separator "\t"
set yrange [*:*] reverse
set lmargin 38
set xrange [0:*]
set offsets 0, graph 0.1, 0.5, 0.5
set grid xtics linecolor "#dddddd"
set border 2
set tics nomirror scale 0
set style fill solid noborder
unset key
plot ARG1 using 2:0:(0):2:($0 - 0.35):($0 + 0.35):ytic(1) with boxxyerror linecolor "#4477aa", \
     "" using 2:0:(sprintf(" %g", $2)) with labels left
