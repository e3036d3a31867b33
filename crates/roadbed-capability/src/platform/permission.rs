use crate::permission::{Grantee, Permission};

pub const PLATFORM_READ: Permission = Permission::new("platform:read", Grantee::Viewer);
