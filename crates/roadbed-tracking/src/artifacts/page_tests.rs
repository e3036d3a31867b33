//! `/api/v1/runs/{run}/artifacts` and previews, as the portal uses them.

use crate::stage::Stage;
use axum::http::Method;
use serde_json::{Value, json};

async fn run_with_files(stage: &Stage) -> String {
    let run = stage.run("train").await;
    for (path, content) in [
        ("notes.txt", "first line\nsecond ü"),
        ("page.html", "<script>alert(1)</script>"),
        ("tables/scores.csv", "name,score\na,0.5\nb,1\nc,2\n"),
        ("model/MLmodel", "flavors:\n  sklearn: {}\nmlflow_version: 3.17.2\n"),
        ("model/model.pkl", "\0\0"),
        ("fake.png", "<svg onload=alert(1)>"),
    ] {
        stage.put_file(&format!("0/{run}/artifacts/{path}"), content).await.expect(200);
    }
    run
}

fn names(list: &Value) -> Vec<String> {
    let item = |one: &Value| {
        format!(
            "{} {} {} {}",
            one["path"].as_str().unwrap(),
            one["kind"].as_str().unwrap(),
            one["bytes"],
            one["is_folder"]
        )
    };
    list["items"].as_array().unwrap().iter().map(item).collect()
}

#[tokio::test]
async fn folders_are_listed_with_what_they_hold() {
    let stage = Stage::new();
    let run = run_with_files(&stage).await;
    let path = format!("/api/v1/runs/{run}/artifacts");
    let top = stage.server.get(&path, "viewer").await.expect(200).json();
    let wanted = [
        "fake.png image 21 false",
        "model model 48 true",
        "notes.txt text 20 false",
        "page.html text 25 false",
        "tables other 25 true",
    ];
    assert_eq!((names(&top), &top["files"]), (wanted.map(str::to_owned).to_vec(), &json!(6)));
    let below = stage.server.get(&format!("{path}?path=tables"), "viewer").await.expect(200).json();
    assert_eq!(names(&below), ["tables/scores.csv table 25 false"]);
    let first = stage.server.get(&format!("{path}?limit=2"), "viewer").await.expect(200).json();
    let rest = format!("{path}?limit=9&cursor={}", first["next_cursor"].as_str().unwrap());
    let rest = stage.server.get(&rest, "viewer").await.expect(200).json();
    assert_eq!([names(&first), names(&rest)].concat(), names(&top));
    let empty = stage.run("empty").await;
    let none = stage.server.get(&format!("/api/v1/runs/{empty}/artifacts"), "viewer").await.expect(200).json();
    assert_eq!(none["items"], json!([]));
    stage.server.get(&format!("{path}?path=nowhere"), "viewer").await.expect(404);
    stage.server.get(&format!("{path}?limit=0"), "viewer").await.expect(400);
}

#[tokio::test]
async fn files_are_given_whole_or_in_part_and_never_as_a_page() {
    let stage = Stage::new();
    let run = run_with_files(&stage).await;
    let base = format!("/api/v1/runs/{run}/artifacts");
    let get = async |path: &str, headers: &[(&str, &str)]| {
        stage.server.call(Method::GET, &format!("{base}/{path}"), "viewer", headers, Vec::new()).await
    };
    let whole = get("notes.txt", &[]).await.expect(200);
    assert_eq!(
        (whole.text().as_str(), &whole.headers["content-length"]),
        ("first line\nsecond ü", &"20".parse().unwrap())
    );
    assert!(whole.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let picture = get("fake.png", &[]).await.expect(200).headers;
    assert!(picture["content-disposition"].to_str().unwrap().starts_with("inline"));
    let part = get("notes.txt", &[("range", "bytes=6-9")]).await.expect(206);
    assert_eq!((part.text().as_str(), &part.headers["content-range"]), ("line", &"bytes 6-9/20".parse().unwrap()));
    get("notes.txt", &[("range", "bytes=20-")]).await.expect(416);
    let tag = whole.headers["etag"].to_str().unwrap();
    assert_eq!(get("notes.txt", &[("if-none-match", tag)]).await.expect(304).text(), "");
    let page = get("page.html", &[]).await.expect(200).headers;
    assert!(page["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(page["content-type"], "application/octet-stream");
    for path in ["page.html", "fake.png", "notes.txt", "model/model.pkl"] {
        let headers = get(path, &[]).await.expect(200).headers;
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["content-security-policy"], "sandbox; default-src 'none'");
    }
    get("nothing.txt", &[]).await.expect(404);
    // A link may name its team.
    get("notes.txt?team=default", &[]).await.expect(200);
    get("notes.txt?team=other", &[]).await.expect(404);
}

#[tokio::test]
async fn hostile_paths_lead_nowhere() {
    let stage = Stage::new();
    let run = run_with_files(&stage).await;
    let other = stage.run("other").await;
    stage.put_file(&format!("0/{other}/artifacts/secret.txt"), "secret").await.expect(200);
    for path in [
        format!("..%2F..%2F{other}%2Fartifacts%2Fsecret.txt"),
        format!("%252e%252e%252f{other}%252fartifacts%252fsecret.txt"),
        format!("model%2F..%2F..%2F..%2F{other}%2Fartifacts%2Fsecret.txt"),
        "notes.txt%00".to_owned(),
        "%2Fnotes.txt".to_owned(),
        "a%5C..%5Cnotes.txt".to_owned(),
        "C:%2Fnotes.txt".to_owned(),
    ] {
        for address in
            [format!("artifacts/{path}"), format!("artifacts?path={path}"), format!("artifact-preview?path={path}")]
        {
            let answer = stage.server.get(&format!("/api/v1/runs/{run}/{address}"), "viewer").await.expect(400);
            assert_eq!(answer.json()["field"], "path", "{address}");
        }
    }
}

#[tokio::test]
async fn previews_are_data_and_never_markup() {
    let stage = Stage::new();
    let run = run_with_files(&stage).await;
    let preview = async |query: &str| {
        let path = format!("/api/v1/runs/{run}/artifact-preview?path={query}");
        stage.server.get(&path, "viewer").await
    };
    let text = preview("notes.txt").await.expect(200).json();
    assert_eq!(
        (&text["kind"], &text["text"], &text["truncated"]),
        (&json!("text"), &json!("first line\nsecond ü"), &json!(false))
    );
    let cut = preview("notes.txt&limit=19").await.expect(200).json();
    assert_eq!((&cut["text"], &cut["next_offset"]), (&json!("first line\nsecond "), &json!(18)));
    assert_eq!(preview("notes.txt&offset=18").await.json()["text"], "ü");
    assert_eq!(preview("page.html").await.json()["kind"], "text");
    let table = preview("tables/scores.csv&offset=1&limit=1").await.expect(200).json();
    assert_eq!((&table["columns"], &table["rows"]), (&json!(["name", "score"]), &json!([["b", 1]])));
    assert_eq!((&table["row_count"], &table["next_offset"], &table["truncated"]), (&json!(3), &json!(2), &json!(true)));
    for path in ["model", "model/MLmodel"] {
        let model = preview(path).await.expect(200).json();
        assert_eq!((&model["kind"], &model["model"]["flavors"]), (&json!("model"), &json!(["sklearn"])));
        assert_eq!((&model["model"]["bytes"], &model["model"]["mlflow_version"]), (&json!(48), &json!("3.17.2")));
    }
    assert_eq!(preview("model/model.pkl").await.json()["kind"], "binary");
    // It only has the name of a picture.
    assert_eq!(preview("fake.png").await.json()["kind"], "text");
    preview("tables").await.expect(404);
    preview("nothing").await.expect(404);
    preview("notes.txt&limit=0").await.expect(400);
}

#[tokio::test]
async fn models_that_a_run_logged_are_folders_of_it() {
    let stage = Stage::new();
    let run = run_with_files(&stage).await;
    for (name, content) in
        [("forest", "flavors:\n  old: {}\n"), ("forest", "flavors:\n  new: {}\n"), ("model", "hidden")]
    {
        let body = json!({"experiment_id": "0", "name": name, "source_run_id": run});
        let made = stage.post("/logged-models", body).await.expect(200).json();
        let id = made["model"]["info"]["model_id"].as_str().unwrap().to_owned();
        stage.put_file(&format!("0/models/{id}/artifacts/MLmodel"), content).await.expect(200);
        stage.platform.clock.advance(std::time::Duration::from_secs(1));
    }
    let base = format!("/api/v1/runs/{run}");
    let get = async |address: &str| stage.server.get(&format!("{base}/{address}"), "viewer").await;
    let top = get("artifacts").await.expect(200).json();
    let folders: Vec<String> = names(&top).into_iter().filter(|line| line.ends_with("true")).collect();
    assert_eq!(folders, ["forest model 19 true", "model model 48 true", "tables other 25 true"]);
    assert_eq!(names(&get("artifacts?path=forest").await.expect(200).json()), ["forest/MLmodel model 19 false"]);
    // Of two with one name the newer one, as `runs:/` means it.
    let preview = get("artifact-preview?path=forest").await.expect(200).json();
    assert_eq!((&preview["path"], &preview["model"]["flavors"]), (&json!("forest"), &json!(["new"])));
    let file = get("artifact-preview?path=forest/MLmodel").await.expect(200).json();
    assert_eq!((&file["kind"], &file["model"]["bytes"]), (&json!("model"), &json!(19)));
    assert_eq!(get("artifacts/forest/MLmodel").await.expect(200).text(), "flavors:\n  new: {}\n");
    // The run's own folder is never hidden.
    assert!(get("artifacts/model/MLmodel").await.expect(200).text().contains("sklearn"));
    get("artifacts/forest/..%2F..%2F..%2Fx").await.expect(400);
    get("artifacts?path=forest/nothing").await.expect(404);
    stage.server.get(&format!("{base}/artifacts/forest/MLmodel"), "outsider").await.expect(404);
}

#[tokio::test]
async fn another_teams_files_do_not_exist() {
    let stage = Stage::new();
    let run = run_with_files(&stage).await;
    for address in ["artifacts", "artifacts/notes.txt", "artifact-preview?path=notes.txt"] {
        let path = format!("/api/v1/runs/{run}/{address}");
        stage.server.get(&path, "outsider").await.expect(404);
        stage.server.get(&path, "").await.expect(401);
    }
}
