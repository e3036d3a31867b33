ALTER TABLE services_revisions ADD COLUMN origin {TEXT};
ALTER TABLE services_services ADD COLUMN last_change {TEXT};
