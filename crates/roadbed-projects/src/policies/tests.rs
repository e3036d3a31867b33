use super::CedarAuthorizer;
use roadbed_capability::caller::{Authorizer, Identity, Principal, Resource};
use roadbed_capability::{Grantee, Permission};
use roadbed_core::{InstanceId, TeamId, TokenId, WorkloadId};

const OURS: TeamId = TeamId::from_u128(1);
const THEIRS: TeamId = TeamId::from_u128(2);
const HERE: InstanceId = InstanceId::from_u128(3);
const THERE: InstanceId = InstanceId::from_u128(4);

const READ: Permission = Permission::new("job:read", Grantee::Viewer);
const SUBMIT: Permission = Permission::new("job:submit", Grantee::Developer);
const DEPLOY: Permission = Permission::new("service:deploy", Grantee::Deployer);
const MEMBERS: Permission = Permission::new("team:admin", Grantee::Admin);
const PRICES: Permission = Permission::new("price:write", Grantee::PlatformAdmin);
const ENTRIES: Permission = Permission::new("entry:read", Grantee::Gateway);

fn member(role: Grantee) -> Principal {
    Principal {
        identity: Identity::Token(TokenId::from_u128(9)),
        name: "ada".into(),
        platform_admin: false,
        memberships: vec![(OURS, role)],
        instance: None,
        actions: None,
        home: None,
    }
}

fn permits(principal: &Principal, permission: Permission, resource: Resource) -> bool {
    CedarAuthorizer::new().unwrap().permits(principal, permission, resource)
}

#[test]
fn each_role_holds_what_the_ones_before_hold_and_no_more() {
    let ladder = [READ, SUBMIT, DEPLOY, MEMBERS, PRICES];
    for (held, role) in Grantee::ROLES.into_iter().enumerate() {
        for (asked, permission) in ladder.into_iter().enumerate() {
            let answer = permits(&member(role), permission, Resource::Team(OURS));
            assert_eq!(answer, asked <= held, "{role:?} asks for {}", permission.name());
        }
    }
}

#[test]
fn nobody_reaches_another_team_or_the_platform_through_a_membership() {
    for permission in [READ, SUBMIT, DEPLOY, MEMBERS] {
        assert!(!permits(&member(Grantee::Admin), permission, Resource::Team(THEIRS)));
        assert!(!permits(&member(Grantee::Admin), permission, Resource::Platform));
    }
}

#[test]
fn a_platform_administrator_holds_the_whole_ladder_but_not_what_machines_do() {
    let administrator = Principal { platform_admin: true, memberships: vec![], ..member(Grantee::Viewer) };
    for permission in [READ, SUBMIT, DEPLOY, MEMBERS, PRICES] {
        assert!(permits(&administrator, permission, Resource::Team(THEIRS)));
        assert!(permits(&administrator, permission, Resource::Platform));
    }
    assert!(!permits(&administrator, ENTRIES, Resource::Platform));
}

#[test]
fn a_token_limited_to_an_instance_reaches_nothing_else() {
    let limited = Principal { instance: Some(HERE), ..member(Grantee::Admin) };
    assert!(permits(&limited, SUBMIT, Resource::Instance(OURS, HERE)));
    assert!(!permits(&limited, SUBMIT, Resource::Instance(OURS, THERE)));
    assert!(!permits(&limited, MEMBERS, Resource::Team(OURS)));
    let administrator = Principal { platform_admin: true, ..limited };
    assert!(!permits(&administrator, SUBMIT, Resource::Instance(OURS, THERE)));
}

#[test]
fn a_token_limited_to_actions_does_only_those() {
    let one = Principal { actions: Some(vec!["job:submit".into()]), ..member(Grantee::Admin) };
    assert!(permits(&one, SUBMIT, Resource::Team(OURS)));
    assert!(!permits(&one, READ, Resource::Team(OURS)));
    let noun = Principal { actions: Some(vec!["job:*".into()]), ..member(Grantee::Viewer) };
    assert!(permits(&noun, READ, Resource::Team(OURS)));
    assert!(!permits(&noun, SUBMIT, Resource::Team(OURS)), "a grant never exceeds the owner's role");
}

#[test]
fn machines_hold_their_own_permissions_only() {
    let gateway =
        Principal { identity: Identity::Gateway("g1".into()), memberships: vec![], ..member(Grantee::Viewer) };
    assert!(permits(&gateway, ENTRIES, Resource::Platform));
    assert!(!permits(&gateway, READ, Resource::Team(OURS)));
    let report = Permission::new("workload:report", Grantee::Supervisor);
    let workload = Principal {
        identity: Identity::Workload { workload: WorkloadId::from_u128(5), job: None },
        instance: Some(HERE),
        ..member(Grantee::Developer)
    };
    assert!(permits(&workload, report, Resource::Platform));
    assert!(permits(&workload, SUBMIT, Resource::Instance(OURS, HERE)));
    assert!(!permits(&workload, ENTRIES, Resource::Platform));
    let fetch = Permission::new("blob:fetch", Grantee::Machine);
    assert!(permits(&gateway, fetch, Resource::Platform));
    assert!(permits(&workload, fetch, Resource::Platform));
    let administrator = Principal { platform_admin: true, ..member(Grantee::Admin) };
    assert!(!permits(&administrator, fetch, Resource::Platform));
}
