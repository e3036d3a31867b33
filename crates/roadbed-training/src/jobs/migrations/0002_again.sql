ALTER TABLE jobs_jobs ADD COLUMN actor_name {TEXT};
ALTER TABLE jobs_jobs ADD COLUMN rerun_of {TEXT};
