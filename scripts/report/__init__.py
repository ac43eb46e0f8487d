"""tasis report: one HTML page of a run, of a search for a safe rate, or of several runs, from the files in their folder alone."""
