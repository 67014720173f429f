"""The judge of recorded traffic: matching, findings, redaction, coverage, baseline, verdict, monitor."""
