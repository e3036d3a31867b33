CREATE INDEX runs_candidates ON runs (experiment, lifecycle_stage, start_time_ms, run_id, number)
