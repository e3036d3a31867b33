ALTER TABLE models_versions ADD COLUMN created_by {TEXT}
