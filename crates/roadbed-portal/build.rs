//! Watches the folder of the built portal, and refuses a release without one. It never calls npm: `make portal` does.

use std::path::Path;

const BUILT: &str = "../../web/dist";
const REQUIRE: &str = "ROADBED_REQUIRE_UI";

fn main() -> Result<(), String> {
    // Cargo looks again at every build when what it should watch is missing. On a file system that cannot be written it may.
    let _ = std::fs::create_dir_all(BUILT);
    println!("cargo::rerun-if-changed={BUILT}");
    println!("cargo::rerun-if-env-changed={REQUIRE}");
    if Path::new(BUILT).join("index.html").is_file() {
        return Ok(());
    }
    #[expect(clippy::disallowed_methods, reason = "a build script is set by variables only")]
    let required = std::env::var(REQUIRE).is_ok_and(|value| value == "1");
    if required {
        return Err(format!("web/dist/index.html is missing and {REQUIRE}=1 wants a portal: run 'make portal' first"));
    }
    println!("cargo::warning=the portal is not built, the program will show its plain page; 'make portal' builds it");
    Ok(())
}
