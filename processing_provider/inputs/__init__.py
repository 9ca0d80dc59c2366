"""What the algorithms of several groups read: places, cells, rates, lists of people and of the utility."""
