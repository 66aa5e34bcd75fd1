"""Planted defects and harmless edits: what `scripts/bench mutations` measures rollcall with."""
