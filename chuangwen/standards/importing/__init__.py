"""Rules that read a table of assessment: pure functions from rows to criteria and doubts.

``opening`` makes rows of a file; ``columns`` tells what each column holds, ``outline`` what each row is;
``marks`` finds points in words, ``splitting`` cuts a cell into criteria, ``scoring`` reads how points are
given; ``sums`` and ``numbers`` look for what does not agree. ``reading`` puts them together. Nothing is
corrected: what does not agree is a doubt, for a person to decide.
"""
