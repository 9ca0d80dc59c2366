"""The conversation with 電力データ集約システム: profile, conditions, client, transfer, readers. No QGIS."""
