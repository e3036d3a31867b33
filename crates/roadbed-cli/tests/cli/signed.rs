//! Signatures, keys, cards and bills of versions.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::{Value, json};

const VERSION: &str = "/api/v1/models/churn/versions/3";
const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";

fn signature() -> Value {
    json!({ "model": "churn", "version": 3, "fits": true, "faults": [], "was_read": false, "files": 2, "unsigned": [], "key": "0af1",
        "key_name": "first", "key_state": "current", "signed_by": "ana", "signed_at": "2026-05-04T12:00:00Z" })
}

#[test]
fn a_version_is_signed_and_what_checks_it_is_written() {
    let server = Server::start()
        .on(&format!("POST {VERSION}/signature"), 201, &signature())
        .on_text(&format!("GET {VERSION}/signature/bundle"), 200, "{\"mediaType\":\"b\"}")
        .on_text("GET /api/v1/signing-keys/0af1/pem", 200, PEM);
    let machine = Machine::with(&server);
    let words = ["sign", "churn/3", "--to", "model.sig", "--key-to", "team.pem", "--team", "growth"];
    let ended = machine.run(&words).expect(0);
    assert!(
        ended.stderr.contains("wrote model.sig") && ended.stdout.contains("0af1"),
        "{} {}",
        ended.stderr,
        ended.stdout
    );
    assert_eq!(std::fs::read_to_string(machine.work().join("model.sig")).unwrap(), "{\"mediaType\":\"b\"}");
    assert_eq!(std::fs::read_to_string(machine.work().join("team.pem")).unwrap(), PEM);
    for call in server.asked() {
        assert_eq!(call.header("x-roadbed-team"), Some("growth"), "{}", call.path);
    }
    assert!(
        machine.run(&["sign", "churn/3", "--dry-run", "--to", "other.sig"]).expect(0).stderr.contains("would sign")
    );
    assert!(machine.run(&["sign", "churn"]).expect(2).stderr.contains("MODEL/VERSION"));
}

#[test]
fn texts_are_printed_as_they_come_and_objects_for_scripts() {
    let server = Server::start()
        .on_text(&format!("GET {VERSION}/card"), 200, "{\"model\":\"churn\"}")
        .on_text(&format!("GET {VERSION}/bom"), 200, "{\n  \"bomFormat\": \"CycloneDX\"\n}\n")
        .on_text("GET /api/v1/signing-keys/current/pem", 200, PEM)
        .on(&format!("GET {VERSION}/signature"), 200, &signature());
    let machine = Machine::with(&server);
    assert_eq!(machine.run(&["get", "bom", "churn/3"]).expect(0).stdout, "{\n  \"bomFormat\": \"CycloneDX\"\n}\n");
    assert_eq!(machine.run(&["get", "bom", "churn/3", "-o", "json"]).expect(0).json()["bomFormat"], "CycloneDX");
    assert_eq!(machine.run(&["get", "card", "churn/3", "-o", "json"]).expect(0).json()["model"], "churn");
    assert_eq!(machine.run(&["get", "signing-key", "current", "--pem"]).expect(0).stdout, PEM);
    assert_eq!(
        machine.run(&["get", "signature", "churn/3", "--read", "true", "-o", "name"]).expect(0).stdout,
        "0af1\n"
    );
    assert!(server.calls(&format!("GET {VERSION}/signature"))[0].path.contains("read=true"));
}
