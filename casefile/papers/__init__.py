"""Letters and reports of a case to the utility and to METI (申請・要請・報告の文書). No QGIS in here.

They are written in Japanese whatever the language of QGIS: those who get them read Japanese. What the case does not
know is a marked blank, never a guess.
"""
