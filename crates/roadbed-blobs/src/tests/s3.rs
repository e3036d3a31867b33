//! Particular to S3: the cache, damage, large uploads, wrong settings. One test, so that one server is started and ended.

use super::moto::Moto;
use super::{StandingClock, cases, collect, content, digest_of, files_below};
use crate::{BlobConfig, BlobError, BlobLocation, Blobs, CacheConfig, S3Location};
use futures_util::future::join_all;
use object_store::ObjectStoreExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as ObjectPath;
use roadbed_core::{Clock, Digest, Secret, SystemClock};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

struct Bench {
    moto: Moto,
    folder: tempfile::TempDir,
}

impl Bench {
    fn location(&self, prefix: &str, max_bytes: u64) -> S3Location {
        S3Location {
            endpoint: self.moto.endpoint(),
            bucket: "blobs".into(),
            region: "us-east-1".into(),
            access_key: "test-key".into(),
            secret_key: Secret::new("test-secret".into()),
            prefix: prefix.into(),
            cache: CacheConfig { directory: self.cache(prefix), max_bytes },
            direct_downloads: true,
        }
    }

    fn cache(&self, prefix: &str) -> std::path::PathBuf {
        self.folder.path().join(prefix)
    }

    fn open(&self, prefix: &str, max_bytes: u64) -> Blobs {
        open(self.location(prefix, max_bytes)).unwrap()
    }

    /// The bucket behind our back.
    fn bucket(&self) -> AmazonS3 {
        let client = object_store::ClientOptions::new().with_allow_http(true);
        let builder = AmazonS3Builder::new().with_endpoint(self.moto.endpoint()).with_bucket_name("blobs");
        let builder =
            builder.with_region("us-east-1").with_access_key_id("test-key").with_secret_access_key("test-secret");
        builder.with_client_options(client).build().unwrap()
    }
}

fn open(location: S3Location) -> Result<Blobs, BlobError> {
    Blobs::open(BlobConfig { location: BlobLocation::S3(location), clock: Arc::new(SystemClock) })
}

fn object_name(prefix: &str, digest: &Digest) -> ObjectPath {
    let name = digest.to_string();
    ObjectPath::from(format!("{prefix}/{}/{}/{name}", &name[..2], &name[2..4]))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_on_s3() {
    let moto = match Moto::start() {
        Ok(moto) => moto,
        Err(missing) => {
            eprintln!("SKIPPED every_case_on_s3: {missing}");
            return;
        }
    };
    moto.create_bucket("blobs");
    let bench = Bench { moto, folder: tempfile::tempdir().unwrap() };
    cases::every_case(&bench.open("cases/", 64 << 20)).await;
    cases::every_case(&bench.open("tiny-cache", 2_000_000)).await;
    the_cache_keeps_its_bound_and_what_is_in_use(&bench).await;
    a_blob_larger_than_the_cache_is_streamed(&bench).await;
    an_address_in_the_bucket_needs_no_key(&bench).await;
    many_readers_of_one_blob_agree(&bench).await;
    damage_never_reaches_a_reader(&bench).await;
    copies_of_an_earlier_life_are_used_and_checked(&bench).await;
    a_large_blob_goes_up_in_parts(&bench).await;
    old_content_put_again_is_young_again(&bench).await;
    wrong_settings_are_explained(&bench).await;
}

fn cached_bytes(cache: &Path) -> u64 {
    files_below(cache).iter().map(|path| fs::metadata(path).unwrap().len()).sum()
}

async fn the_cache_keeps_its_bound_and_what_is_in_use(bench: &Bench) {
    let blobs = bench.open("bound", 1_000_000);
    let mut digests = Vec::new();
    for seed in 0..6 {
        digests.push(blobs.put_bytes(content(seed, 300_000)).await.unwrap().digest);
        assert!(cached_bytes(&bench.cache("bound")) <= 1_000_000);
    }
    let usage = blobs.cache_usage().unwrap();
    assert_eq!((usage.blobs, usage.bytes, usage.max_bytes), (3, 900_000, 1_000_000));
    let held = blobs.local_path(&digests[0]).await.unwrap().unwrap();
    for (seed, digest) in (0..6).zip(&digests) {
        assert_eq!(blobs.read(digest, 300_000).await.unwrap(), content(seed, 300_000));
        assert!(cached_bytes(&bench.cache("bound")) <= 1_000_000);
    }
    assert_eq!(fs::read(held.path()).unwrap(), content(0, 300_000), "what is held is not evicted");

    let second = blobs.local_path(&digests[1]).await.unwrap().unwrap();
    let third = blobs.local_path(&digests[2]).await.unwrap().unwrap();
    let refused = blobs.local_path(&digests[3]).await.unwrap_err();
    assert!(matches!(refused, BlobError::CacheFull { needed_bytes: 300_000, max_bytes: 1_000_000 }), "{refused:?}");
    assert_eq!(blobs.read(&digests[3], 300_000).await.unwrap(), content(3, 300_000), "reading goes past the cache");
    drop((held, second, third));
    assert!(blobs.local_path(&digests[3]).await.unwrap().is_some());
}

async fn a_blob_larger_than_the_cache_is_streamed(bench: &Bench) {
    let blobs = bench.open("larger", 100_000);
    let bytes = content(20, 250_000);
    let digest = blobs.put_bytes(bytes.clone()).await.unwrap().digest;
    assert_eq!(blobs.cache_usage().unwrap().blobs, 0);
    let stream = blobs.get(&digest).await.unwrap().unwrap();
    assert_eq!(collect(stream).await.unwrap(), bytes);
    let part = blobs.get_range(&digest, 100..200_000).await.unwrap().unwrap();
    assert_eq!((part.bytes(), part.total_bytes()), (199_900, 250_000));
    assert_eq!(collect(part).await.unwrap(), &bytes[100..200_000]);
    assert!(matches!(blobs.local_path(&digest).await, Err(BlobError::CacheFull { .. })));
}

async fn an_address_in_the_bucket_needs_no_key(bench: &Bench) {
    let blobs = bench.open("direct", 1_000_000);
    let bytes = content(25, 50_000);
    let digest = blobs.put_bytes(bytes.clone()).await.unwrap().digest;
    let url = blobs.direct_url(&digest, Duration::from_secs(60)).await.unwrap().unwrap();
    let read = reqwest::Client::new().get(&url).header("range", "bytes=10-19").send().await.unwrap();
    assert_eq!(read.bytes().await.unwrap(), bytes[10..20]);
    let behind = S3Location { direct_downloads: false, ..bench.location("behind", 1_000_000) };
    let blobs = open(behind).unwrap();
    assert_eq!(blobs.direct_url(&digest, Duration::from_secs(60)).await.unwrap(), None);
    assert!(!blobs.gives_direct_urls());
}

async fn many_readers_of_one_blob_agree(bench: &Bench) {
    let bytes = content(30, 3_000_000);
    let digest = bench.open("readers", 0).put_bytes(bytes.clone()).await.unwrap().digest;
    let blobs = bench.open("readers", 4_000_000);
    let readers = join_all((0..10).map(|_| blobs.local_path(&digest))).await;
    for local in readers {
        assert_eq!(fs::read(local.unwrap().unwrap().path()).unwrap(), bytes);
    }
    assert_eq!(blobs.cache_usage().unwrap().bytes, 3_000_000, "one copy, no room left set aside");
}

async fn damage_never_reaches_a_reader(bench: &Bench) {
    let digest = digest_of(b"the right bytes");
    bench.bucket().put(&object_name("damage", &digest), "the wrong bytes".into()).await.unwrap();
    for max_bytes in [1000, 0] {
        let blobs = bench.open("damage", max_bytes);
        assert!(matches!(blobs.read(&digest, 100).await, Err(BlobError::Corrupt { .. })));
        assert!(matches!(blobs.verify(&digest).await, Err(BlobError::Corrupt { .. })));
        assert_eq!(blobs.cache_usage().unwrap().bytes, 0);
    }
    let blobs = bench.open("damage", 1000);
    assert!(matches!(blobs.local_path(&digest).await, Err(BlobError::Corrupt { .. })));
    // A damaged copy on this machine is replaced from the bucket.
    let good = blobs.put_bytes("some good bytes".into()).await.unwrap().digest;
    let path = blobs.local_path(&good).await.unwrap().unwrap().path().to_owned();
    fs::remove_file(&path).unwrap();
    fs::write(&path, "some baad bytes").unwrap();
    assert_eq!(blobs.read(&good, 100).await.unwrap(), "some good bytes");
    assert_eq!(fs::read(&path).unwrap(), b"some good bytes");
}

async fn copies_of_an_earlier_life_are_used_and_checked(bench: &Bench) {
    let blobs = bench.open("earlier", 1_000_000);
    let whole = blobs.put_bytes(content(40, 200_000)).await.unwrap().digest;
    let torn = blobs.put_bytes(content(41, 200_000)).await.unwrap().digest;
    let path = blobs.local_path(&torn).await.unwrap().unwrap().path().to_owned();
    let in_use = open(bench.location("earlier", 1_000_000)).unwrap_err();
    assert!(matches!(in_use, BlobError::CacheInUse { .. }), "{in_use:?}");
    drop(blobs);
    fs::remove_file(&path).unwrap();
    fs::write(&path, vec![0; 200_000]).unwrap();

    let blobs = bench.open("earlier", 1_000_000);
    assert_eq!(blobs.cache_usage().unwrap().blobs, 2);
    bench.bucket().delete(&object_name("earlier", &whole)).await.unwrap();
    assert_eq!(blobs.read(&whole, 200_000).await.unwrap(), content(40, 200_000), "read from the copy");
    assert_eq!(blobs.read(&torn, 200_000).await.unwrap(), content(41, 200_000), "read from the bucket");
    drop(blobs);
    assert_eq!(bench.open("earlier", 250_000).cache_usage().unwrap().blobs, 1, "a lower bound holds from the start");
}

async fn a_large_blob_goes_up_in_parts(bench: &Bench) {
    let blobs = bench.open("large", 0);
    let bytes = content(50, (33 << 20) + 5);
    let digest = blobs.put_bytes(bytes.clone()).await.unwrap().digest;
    blobs.verify(&digest).await.unwrap();
    let object = bench.bucket().head(&object_name("large", &digest)).await.unwrap();
    assert_eq!(object.size, bytes.len() as u64);
    assert!(object.e_tag.unwrap().contains("-3"), "S3 marks an upload of three parts");
}

async fn old_content_put_again_is_young_again(bench: &Bench) {
    let clock = StandingClock::at(SystemClock.now().as_micros());
    let location = BlobLocation::S3(bench.location("young", 1000));
    let blobs = Blobs::open(BlobConfig { location, clock: Arc::clone(&clock) as Arc<dyn Clock> }).unwrap();
    let digest = blobs.put_bytes("again".into()).await.unwrap().digest;
    let found =
        blobs.list_older_than(Duration::ZERO, SystemClock.now().plus(Duration::from_secs(5)), None, 10).await.unwrap();
    let first = found[0].written_at;
    // The bucket dates in whole seconds: put anew, as two hours later, until the date differs.
    clock.set(first.plus(Duration::from_secs(7200)).as_micros());
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    loop {
        blobs.put_bytes("again".into()).await.unwrap();
        let object = bench.bucket().head(&object_name("young", &digest)).await.unwrap();
        if object.last_modified.timestamp_micros() > first.as_micros() {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "an old object is not uploaded again");
    }
    assert_eq!(
        blobs.delete(&[digest], first.plus(Duration::from_micros(1))).await.unwrap().blobs,
        0,
        "put again since it was listed"
    );
}

async fn wrong_settings_are_explained(bench: &Bench) {
    let mut location = bench.location("wrong", 0);
    location.bucket = "no-such-bucket".into();
    let missing = open(location).unwrap().check().await.unwrap_err().to_string();
    assert!(missing.contains("the bucket does not exist: create it"), "{missing}");
    let mut location = bench.location("closed", 0);
    let free_port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    location.endpoint = format!("http://{free_port}");
    let unreachable = open(location).unwrap().put_bytes("bytes".into()).await.unwrap_err();
    assert!(matches!(unreachable, BlobError::Remote { .. }), "{unreachable:?}");
}

#[test]
fn settings_that_cannot_work_are_refused_by_name() {
    let good = S3Location {
        endpoint: "https://s3.example.com".into(),
        bucket: "blobs".into(),
        region: "us-east-1".into(),
        access_key: "key".into(),
        secret_key: Secret::new("hidden".into()),
        prefix: String::new(),
        cache: CacheConfig { directory: "never-made".into(), max_bytes: 0 },
        direct_downloads: true,
    };
    let endpoint = |text: &str| S3Location { endpoint: text.into(), ..good.clone() };
    let wrong = [
        ("endpoint", endpoint("not an address")),
        ("endpoint", endpoint("s3.example.com")),
        ("endpoint", endpoint("ftp://s3.example.com")),
        ("bucket", S3Location { bucket: "a/b".into(), ..good.clone() }),
        ("bucket", S3Location { bucket: String::new(), ..good.clone() }),
        ("region", S3Location { region: "here or there".into(), ..good.clone() }),
        ("access_key", S3Location { access_key: "line\nbreak".into(), ..good.clone() }),
    ];
    for (name, location) in wrong {
        let refused = open(location.clone()).unwrap_err();
        assert!(matches!(refused, BlobError::Setting { setting, .. } if setting == name), "{refused:?}");
        assert!(!format!("{refused} {location:?}").contains("hidden"));
    }
    assert!(!Path::new("never-made").exists());
}
