"""rollcall: every required document, section and translation answers, or the build fails."""
