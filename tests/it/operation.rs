//! What an operator runs beside the server.

use crate::support::Program;

#[tokio::test(flavor = "multi_thread")]
async fn the_health_check_tells_a_server_that_lives_from_one_that_does_not() {
    let mut server = Program::start::<&str>(&[]);
    let port = server.url.rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "0.0.0.0"] {
        let alive = server.run("healthcheck", &[("PORT", &port), ("HOST", host)]);
        assert_eq!(alive.status.code(), Some(0), "{alive:?}");
    }
    server.terminate();
    let gone = server.run("healthcheck", &[("PORT", &port)]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("does not answer"), "{gone:?}");
}
