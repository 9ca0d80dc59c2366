"""One disaster, one case folder: what was asked, what was received, the readings, the ledger. No QGIS in here."""
