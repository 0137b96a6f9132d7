#!/bin/sh
# Writes the sample sheets of the three tables: every animal and every person is one donor.
set -eu
cd "$(dirname "$0")"
sheet() { # table, cohort, sed rules from sample name to group
  echo "sample,donor,group,species,cohort"
  head -1 "$1" | tr -d '"' | tr ',' '\n' | sed 1d | while read -r sample; do
    group=$(echo "$sample" | sed "$4")
    echo "$sample,$sample,$group,$3,$2"
  done
}
sheet ADicerKO-6mo-Ct.csv six-months mouse 's/^WT.*/wild-type/;s/^KO.*/knock-out/' > ADicerKO-6mo-samples.csv
sheet ADicerKO-4wk-Ct.csv four-weeks mouse 's/^WT.*/wild-type/;s/^YD.*/knock-out/' > ADicerKO-4wk-samples.csv
sheet human-Ct.csv patients human 's/^control.*/control/;s/^HIV.*/HIV/;s/^PT.*/CGL/' > human-samples.csv
