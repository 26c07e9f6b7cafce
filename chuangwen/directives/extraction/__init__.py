"""Rules that read a Chinese official text: pure functions over strings, floors of one small building.

``normalising`` makes a clean parallel text with a map back; ``deadlines`` and ``bodies`` recognise when and
who; ``outlining`` finds sections and items; ``clauses`` cuts sentences into assignments and judges them;
``brackets`` and ``tables`` read the two forms in which plans name doers apart from the sentence.
"""
