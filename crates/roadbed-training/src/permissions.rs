//! Permissions that several capabilities of the room guard something with.

use roadbed_capability::{Grantee, Permission};

pub const JOB_READ: Permission = Permission::new("job:read", Grantee::Viewer);
pub const JOB_SUBMIT: Permission = Permission::new("job:submit", Grantee::Developer);
pub const JOB_CANCEL: Permission = Permission::new("job:cancel", Grantee::Developer);
