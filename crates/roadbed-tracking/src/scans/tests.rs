//! Pickles as Python 3.11 writes them, and as nobody should. `picklescan` 1.0.5 says the same of all but the array of objects, which it
//! does not read.

use super::container::scan;
use super::judge::Severity;
use super::unpack::{BUDGET_BYTES, Budget};
use super::walk::Report;
use crate::stage::Stage;
use serde_json::json;
use std::io::{Cursor, Write as _};

const SYSTEM_0: &[u8] = b"cposix\nsystem\np0\n(Vtrue\np1\ntp2\nRp3\n.";
const SYSTEM_2: &[u8] = b"\x80\x02cposix\nsystem\nq\x00X\x04\x00\x00\x00trueq\x01\x85q\x02Rq\x03.";
const SYSTEM_4: &[u8] = b"\x80\x04\x95\x1f\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85\x94R\x94.";

fn read(path: &str, content: &[u8]) -> Option<Report> {
    within(path, content, BUDGET_BYTES)
}

fn within(path: &str, content: &[u8], budget: u64) -> Option<Report> {
    scan(Cursor::new(content), path, content.len() as u64, &Budget::new(budget)).unwrap()
}

fn imports(content: &[u8]) -> Vec<(Severity, String)> {
    let report = read("model.pkl", content).unwrap();
    report.imports.into_iter().map(|one| (one.severity, format!("{} {}", one.module, one.name))).collect()
}

#[test]
fn commands_are_found_however_they_are_written() {
    for content in [SYSTEM_0, SYSTEM_2, SYSTEM_4, &[b"\x80\x04K\x01.".as_slice(), SYSTEM_4].concat()] {
        assert_eq!(imports(content), [(Severity::Dangerous, "posix system".to_owned())]);
    }
    for (content, expected) in [
        // Names out of the memo, names under other texts, names nobody can know, and the call of protocol 0.
        (b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x940h\x00h\x01\x93\x8c\x04true\x85R.".as_slice(), "posix system"),
        (b"\x80\x04\x8c\x05posix\x8c\x06system\x8c\x05numpy\x8c\x05dtype00\x93\x8c\x04true\x85R.", "posix system"),
        (b"\x80\x04)\x8c\x06system\x93.", "? an import by computed names"),
        (b"\x80\x02\x82\x01.", "? an import by number"),
        (b"(S'true'\nios\nsystem\n.", "os system"),
        (b"\x80\x04ctorch\nhub.load\n.", "torch hub.load"),
        (b"\x80\x04cnumpy\nos.system\n.", "numpy os.system"),
        (b"\x80\x04cbuiltins\neval\n.", "builtins eval"),
    ] {
        assert_eq!(imports(content), [(Severity::Dangerous, expected.to_owned())]);
    }
}

#[test]
fn data_and_known_libraries_are_harmless_and_others_are_named() {
    let report = read("a.pkl", b"\x80\x04ccollections\nOrderedDict\n)R(K\x01K\x02t.").unwrap();
    assert_eq!((report.imports.len(), report.harmless, report.incomplete), (0, 1, None));
    assert_eq!(imports(b"\x80\x04cmine\nThing\n."), [(Severity::Unknown, "mine Thing".to_owned())]);
    assert_eq!(read("notes.txt", b"cos\nsystem\n."), None);
}

#[test]
fn pickles_with_something_else_in_them_are_searched() {
    let content = [b"\x80\x04K\x01\x00\xff\xfe array ".as_slice(), SYSTEM_4].concat();
    let report = read("model.joblib", &content).unwrap();
    assert!(report.incomplete.is_some());
    assert_eq!(report.imports.first().map(|one| one.module.as_str()), Some("posix"));
    let cut = read("cut.pkl", &SYSTEM_4[..SYSTEM_4.len() - 8]).unwrap();
    assert_eq!((cut.imports.len(), cut.incomplete.is_some()), (1, true));
}

#[test]
fn entries_of_zips_and_arrays_of_objects_are_read_in_place() {
    let name = b"archive/data.pkl";
    let sizes =
        [u32::try_from(SYSTEM_4.len()).unwrap().to_le_bytes(), u32::try_from(SYSTEM_4.len()).unwrap().to_le_bytes()]
            .concat();
    let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
    let local = [b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0".as_slice(), &sizes, &name_length, b"\0\0", name, SYSTEM_4]
        .concat();
    let central =
        [b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0".as_slice(), &sizes, &name_length, &[0; 16], name].concat();
    let ends = [u32::try_from(central.len()).unwrap().to_le_bytes(), u32::try_from(local.len()).unwrap().to_le_bytes()]
        .concat();
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(), &ends, b"\0\0"].concat();
    let zip = [local, central, end].concat();
    assert_eq!(read("model.bin", &zip).unwrap().imports.len(), 1);
    for length in 0..zip.len() {
        // Cut anywhere, it is never a fault and never endless.
        let _ = scan(Cursor::new(&zip[..length]), "model.pt", length as u64, &Budget::new(BUDGET_BYTES));
    }
    let header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
    let array =
        [b"\x93NUMPY\x01\0".as_slice(), &u16::try_from(header.len()).unwrap().to_le_bytes(), header, SYSTEM_4].concat();
    assert_eq!(read("a.npy", &array).unwrap().imports.len(), 1);
    let plain = String::from_utf8_lossy(&array).replace("|O", "<f");
    assert_eq!(read("a.npy", plain.as_bytes()), None);
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zlibbed(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(3));
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A zip with one entry, whose content is as it stands in the file.
fn zip_of(name: &[u8], method: u16, flags: u16, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
    let kind = [flags.to_le_bytes(), method.to_le_bytes()].concat();
    let local =
        [b"PK\x03\x04\x14\0".as_slice(), &kind, &[0; 8], &length, &length, &name_length, b"\0\0", name, content]
            .concat();
    let central =
        [b"PK\x01\x02\x14\0\x14\0".as_slice(), &kind, &[0; 8], &length, &length, &name_length, &[0; 16], name].concat();
    let ends = [u32::try_from(central.len()).unwrap().to_le_bytes(), u32::try_from(local.len()).unwrap().to_le_bytes()];
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(), &ends.concat(), b"\0\0"].concat();
    [local, central, end].concat()
}

#[test]
fn compressed_pickles_are_unpacked_and_read() {
    let padded = [b"\x80\x04".as_slice(), &b"N0".repeat(300_000), SYSTEM_4.get(2..).unwrap()].concat();
    for content in [SYSTEM_4, &padded] {
        for (path, packed) in [
            ("model.pt", zip_of(b"archive/data.pkl", 8, 0, &deflated(content))),
            ("model.pt", zip_of(b"archive/data", 8, 0, &deflated(content))),
            ("model.pkl.gz", gzipped(content)),
            ("anything.gz", gzipped(content)),
            ("model.joblib", zlibbed(content)),
            ("model.joblib.z", zlibbed(content)),
            ("a.zip", zip_of(b"inner.zip", 0, 0, &zip_of(b"x.pkl", 8, 0, &deflated(content)))),
            ("a.gz", gzipped(&gzipped(&zip_of(b"x.pkl", 8, 0, &deflated(content))))),
        ] {
            let report = read(path, &packed).unwrap();
            assert_eq!(report.imports.first().map(|one| one.module.as_str()), Some("posix"), "{path}");
            assert_eq!(report.incomplete, None, "{path}");
            for length in (1..packed.len()).step_by(packed.len() / 100 + 1) {
                // Cut anywhere, it is never a fault, and never called read when it was not.
                let cut = within(path, &packed[..length], 1 << 22);
                assert!(cut.is_none_or(|cut| !cut.imports.is_empty() || cut.incomplete.is_some()), "{path} {length}");
            }
        }
    }
    // Joblib puts arrays into its pickles, and these are searched behind the compression too.
    let content = [b"\x80\x04K\x01\x00\xff\xfe array ".as_slice(), SYSTEM_4].concat();
    let report = read("model.joblib", &zlibbed(&content)).unwrap();
    assert_eq!((report.imports.len(), report.incomplete.is_some()), (1, true));
    assert_eq!(read("data.csv.gz", &gzipped(b"a,b\n1,2\n")), None);
}

#[test]
fn what_cannot_be_unpacked_is_said_to_be_unread() {
    for (path, content, why) in [
        ("model.pkl.bz2", b"BZh91AY&SY".to_vec(), "bzip2"),
        ("model.joblib", b"\xfd7zXZ\0".to_vec(), "xz"),
        ("model.joblib", b"\x04\x22\x4d\x18".to_vec(), "LZ4"),
        ("model.pt", zip_of(b"data.pkl", 12, 0, b"BZh9"), "method 12"),
        ("model.pt", zip_of(b"data.pkl", 8, 1, &deflated(SYSTEM_4)), "encrypted"),
        ("model.pt", zip_of(b"data.pkl", 8, 0, b"\xff\xff\xff\xff"), "unpacked"),
        ("model.pkl.gz", b"\x1f\x8b\x08 not a gzip".to_vec(), "unpacked"),
        ("model.pt", b"PK\x03\x04 nothing more".to_vec(), "directory"),
    ] {
        let report = read(path, &content).unwrap();
        let told = report.incomplete.unwrap();
        assert!(told.contains(why) && report.imports.is_empty(), "{path}: {told}");
    }
}

#[test]
fn bombs_cost_what_is_allowed_and_are_told() {
    let bomb = gzipped(&[b"\x80\x04".as_slice(), &vec![b'N'; 8 << 20]].concat());
    for content in [bomb.clone(), gzipped(&bomb), zip_of(b"x.pkl", 0, 0, &bomb)] {
        let report = within("model.pkl", &content, 1 << 20).unwrap();
        assert!(report.incomplete.unwrap().contains("unpacks to more"), "{}", content.len());
    }
    // Containers in each other end as well.
    let mut nested = SYSTEM_4.to_vec();
    for _ in 0..20 {
        nested = gzipped(&nested);
    }
    assert!(read("model.pkl.gz", &nested).unwrap().incomplete.unwrap().contains("inside each other"));
}

#[test]
fn hostile_files_end() {
    for content in [
        [b"\x80\x04".as_slice(), &b"(".repeat(2_000_000)].concat(),
        [b"\x80\x04".as_slice(), &b"N\x94".repeat(1_500_000)].concat(),
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(),
        b"\x80\x04X\xff\xff\xff\xff".to_vec(),
        [b"c".as_slice(), &b"a".repeat(3_000_000)].concat(),
        b"\x93NUMPY\x02\0\xff\xff\xff\xff'O'".to_vec(),
    ] {
        read("a.pkl", &content);
    }
}

#[tokio::test]
async fn a_version_tells_what_its_files_import() {
    let stage = Stage::new();
    let run = stage.run("train").await;
    for (path, content) in
        [("MLmodel", "flavors: {}\n"), ("model.pkl", "cposix\nsystem\n(S'true'\ntR."), ("x.pkl", "cmine\nThing\n.")]
    {
        stage.put_file(&format!("0/{run}/artifacts/model/{path}"), content).await.expect(200);
    }
    let body = json!({"run": run, "path": "model"});
    stage.server.post("/api/v1/models/churn/versions", "developer", body).await.expect(201);
    let path = "/api/v1/models/churn/versions/1/scan";
    let scan = stage.server.get(path, "viewer").await.expect(200).json();
    assert_eq!((&scan["severity"], &scan["scanned"], &scan["without"]), (&json!("dangerous"), &json!(2), &json!(1)));
    let worst = json!({"severity": "dangerous", "file": "model.pkl", "module": "posix", "name": "system"});
    assert_eq!((&scan["findings"][0], &scan["findings"][1]["severity"]), (&worst, &json!("unknown")));
    // It is a hint and no gate.
    let alias = "/api/v1/models/churn/aliases/champion";
    stage.server.put(alias, "deployer", json!({"version": 1})).await.expect(200);
    stage.server.get(path, "outsider").await.expect(404);
}
