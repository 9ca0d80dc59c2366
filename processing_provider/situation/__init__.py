"""2 Situation: which facilities have power, outage rates, where data stopped coming."""
