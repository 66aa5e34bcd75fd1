"""Kite (纸鸢直播): a small live-streaming control service in front of nginx-rtmp and FFmpeg."""

__version__ = "0.2.0"
"""Version of Kite, following Semantic Versioning 2.0.0."""

RELEASED = "2026-11-21"
"""Day of this release (UTC). A machine whose clock is before it has a wrong clock."""
