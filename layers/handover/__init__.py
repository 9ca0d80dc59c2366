"""Results handed to those without QGIS: one page that needs no network, GeoJSON, KML, XLSX, GeoPDF, SIP4D-ZIP."""
