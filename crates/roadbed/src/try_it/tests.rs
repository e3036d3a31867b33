//! The relay against gateways that are played.

use super::relay::{Credentials, Relay};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::routing::post;
use roadbed_capability::Problem;
use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

const PATH: &str = "/services/churn/invocations";

fn with_token(is_new: bool) -> Credentials {
    Credentials { authorization: Some(HeaderValue::from_static("Bearer rb_pass")), is_new }
}

/// A gateway that does not know a token the first times; its address, and a future that serves until dropped.
async fn gateway(unknown_times: usize) -> (String, Arc<AtomicUsize>, impl Future<Output = std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let answer = move |headers: HeaderMap, body: Bytes| {
        let before = count.fetch_add(1, Ordering::SeqCst);
        async move {
            assert_eq!(headers[header::AUTHORIZATION], "Bearer rb_pass");
            assert_eq!(headers[header::CONTENT_TYPE], "application/json");
            let status = if before < unknown_times { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
            (status, [("x-roadbed-revision", "3")], body)
        }
    };
    let router = Router::new().route(PATH, post(answer));
    (url, asked, axum::serve(listener, router).into_future())
}

#[tokio::test]
async fn an_answer_comes_back_with_its_status_headers_and_body() {
    let (url, asked, serving) = gateway(0).await;
    let (relay, asking, body) = (Relay::new(&url), with_token(false), Bytes::from_static(b"{\"inputs\": [[1.0]]}"));
    let answered = tokio::select! {
        answered = relay.ask(PATH, &asking, &body) => answered.unwrap(),
        _ = serving => panic!("the gateway ended"),
    };
    assert_eq!((answered.status, answered.body), (StatusCode::OK, body));
    assert_eq!(answered.headers["x-roadbed-revision"], "3");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_new_pass_waits_until_the_gateway_has_heard_of_it_and_an_old_one_does_not() {
    for (is_new, status, times) in [(true, StatusCode::OK, 3), (false, StatusCode::UNAUTHORIZED, 1)] {
        let (url, asked, serving) = gateway(2).await;
        let (relay, asking, body) = (Relay::new(&url), with_token(is_new), Bytes::from_static(b"{}"));
        let answered = tokio::select! {
            answered = relay.ask(PATH, &asking, &body) => answered.unwrap(),
            _ = serving => panic!("the gateway ended"),
        };
        assert_eq!((answered.status, asked.load(Ordering::SeqCst)), (status, times));
    }
}

#[tokio::test]
async fn without_a_gateway_the_problem_says_what_to_do() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let refused = Relay::new(&url).ask(PATH, &with_token(true), &Bytes::new()).await.unwrap_err();
    let problem = Problem::from(refused);
    assert_eq!((problem.status, problem.code.as_str()), (503, "try_it.gateway_away"));
    assert!(problem.detail.contains(&url) && problem.fix.is_some(), "{problem:?}");
}
