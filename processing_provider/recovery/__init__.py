"""4 Recovery: use against the year before, who restores what when, power-supply trucks."""
