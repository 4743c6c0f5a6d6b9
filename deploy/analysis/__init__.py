"""Files of an analyst through the correlation core, offline: nothing is published or kept.

Arrives: CSV, NDJSON or Parquet files and a mapping that names the attribute of each column. Leaves:
which rows are one entity, each link with its reasons, a summary. Reading order is data flow:
`attributes` and `mapping` (what columns mean), `tables` (files as rows of text), `dates` and
`values` (cells read), `records` (a row as an entity), `correlation` (the run), `outcomes` (what it
writes, and reads back to explain), `truth` (how good it was), `sentences` (why, in plain words);
`pairs` is for pairs of names alone.

Must never happen: a weight, threshold or switch that depends on the data set.
"""
