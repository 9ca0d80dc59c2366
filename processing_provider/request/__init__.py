"""What the algorithms and dialogs of 電力データ集約システム share: conditions, contractors, the network."""
