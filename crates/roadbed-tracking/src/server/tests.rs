use crate::stage::Stage;

#[tokio::test]
async fn clients_learn_what_the_server_speaks_without_a_token() {
    let stage = Stage::new();
    assert_eq!(stage.server.get("/version", "").await.expect(200).text(), "3.17.2");
    assert_eq!(stage.server.get("/health", "").await.expect(200).text(), "OK");
    let info = stage.server.get("/api/3.0/mlflow/server-info", "").await.expect(200).json();
    assert_eq!(info["store_type"], "SqlStore");
    assert_eq!(info["multipart_uploads_enabled"], true);
    assert_eq!(info["multipart_downloads_enabled"], false, "blobs on disk have no address of their own");
}
