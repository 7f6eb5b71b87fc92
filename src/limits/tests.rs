use std::time::Duration;

use governor::clock::FakeRelativeClock;
use ipnet::IpNet;

use super::*;

fn n(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}

fn user(id: &str) -> UserId {
    UserId::try_from(id).unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn limits(env: &[(&str, &str)]) -> Limits {
    let env = env.iter().map(|(key, value)| (format!("TASKWIRE__LIMITS__{key}"), (*value).into()));
    Limits::new(&config::Config::load(None, env).unwrap().limits)
}

#[test]
fn a_burst_is_allowed_then_the_rate_and_the_wait_is_told() {
    let clock = FakeRelativeClock::default();
    let limiter = Limiter::with_clock(per_second(n(10), n(3)), clock.clone());
    let answers = [(); 4].map(|()| limiter.check("alice").is_ok());
    assert_eq!(answers, [true, true, true, false]);

    let refused = limiter.check("alice").unwrap_err();
    assert_eq!(refused, RetryAfter(Duration::from_millis(100)));
    clock.advance(Duration::from_millis(99));
    assert_eq!(limiter.check("alice"), Err(RetryAfter(Duration::from_millis(1))));
    clock.advance(Duration::from_millis(1));
    assert_eq!(limiter.check("alice"), Ok(()));
    assert!(limiter.check("alice").is_err());
}

#[test]
fn one_key_does_not_use_up_anothers_quota() {
    let limiter = Limiter::with_clock(per_minute(n(1), n(1)), FakeRelativeClock::default());
    assert!(limiter.check("alice").is_ok());
    assert!(limiter.check("alice").is_err());
    // Two keys share a bucket once in 65,536 times: of a hundred nearly all must be free.
    let free = (0..100).filter(|key| limiter.check(key).is_ok()).count();
    assert!(free >= 95, "{free}");
}

#[test]
fn a_million_keys_need_no_more_than_the_buckets() {
    let limiter = Limiter::with_clock(per_minute(n(1), n(1)), FakeRelativeClock::default());
    let allowed = (0..1_000_000).filter(|key| limiter.check(key).is_ok()).count();
    assert!((65_000..=65_536).contains(&allowed), "{allowed}");
}

#[test]
fn the_wait_is_rounded_up_and_never_nothing() {
    let table =
        [(0, 1, 1), (1, 1, 1), (1_000_000, 1, 1), (1_000_001, 1, 2), (1_500_000_000, 2, 1_500)];
    for (nanos, seconds, millis) in table {
        let wait = RetryAfter(Duration::from_nanos(nanos));
        assert_eq!((wait.seconds(), wait.millis()), (seconds, millis), "{nanos}");
    }
}

#[test]
fn a_costly_event_spends_more_of_the_sockets_budget() {
    let clock = FakeRelativeClock::default();
    let quota = SocketQuota::with_clock(per_second(n(20), n(40)), clock.clone());
    assert_eq!(quota.check_cost(n(21)), Ok(()));
    assert_eq!(quota.check_cost(n(20)), Err(RetryAfter(Duration::from_millis(50))));
    assert_eq!(quota.check_cost(n(19)), Ok(()), "a refusal costs nothing");
    assert!(quota.check_cost(n(1)).is_err());
    clock.advance(Duration::from_millis(50));
    assert_eq!(quota.check_cost(n(1)), Ok(()));
}

#[test]
fn an_event_that_costs_more_than_the_burst_waits_for_all_of_it() {
    let clock = FakeRelativeClock::default();
    let quota = SocketQuota::with_clock(per_second(n(1), n(5)), clock.clone());
    assert_eq!(quota.check_cost(n(21)), Ok(()));
    assert_eq!(quota.check_cost(n(21)), Err(RetryAfter(Duration::from_secs(5))));
    clock.advance(Duration::from_secs(5));
    assert_eq!(quota.check_cost(n(21)), Ok(()));
}

#[test]
fn the_configured_bursts_are_those_that_count() {
    let limits = limits(&[
        ("CONNECTS_PER_SECOND_PER_IP", "1"),
        ("CONNECTS_BURST_PER_IP", "2"),
        ("HTTP_WRITES_PER_MINUTE_PER_USER", "1"),
        ("HTTP_WRITES_BURST", "4"),
        ("HTTP_READS_PER_SECOND_PER_USER", "1"),
        ("HTTP_READS_BURST", "6"),
        ("SOCKET_EVENTS_PER_SECOND", "1"),
        ("SOCKET_EVENTS_BURST", "8"),
        ("PROGRESS_PER_SECOND_PER_TASK", "1"),
    ]);
    let (alice, task) = (user("alice"), TaskId::new(crate::domain::Timestamp::EPOCH));
    let socket = limits.socket_quota();
    // The machine's own clock runs here: a second that passes meanwhile allows one more.
    let burst = |expected: usize, check: &dyn Fn() -> Result<(), RetryAfter>| {
        let allowed = (0..20).take_while(|_| check().is_ok()).count();
        assert!((expected..=expected + 1).contains(&allowed), "{allowed}, not {expected}");
    };
    burst(2, &|| limits.connect(ip("192.0.2.1")));
    burst(4, &|| limits.http_write(&alice));
    burst(6, &|| limits.http_read(&alice));
    burst(8, &|| socket.check_cost(n(1)));
    burst(1, &|| limits.progress(task));
}

#[test]
fn neighbours_in_one_ipv6_network_count_as_one() {
    assert_eq!(address::network(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
    assert_ne!(address::network(ip("2001:db8:1:3::1")), ip("2001:db8:1:2::"));
    assert_eq!(address::network(ip("192.0.2.7")), ip("192.0.2.7"));
    assert_eq!(address::network(ip("::ffff:192.0.2.7")), ip("192.0.2.7"));
}

#[test]
fn a_user_and_the_server_have_only_so_many_sockets() {
    let sockets = Sockets::new(n(3), n(2));
    let first = sockets.admit(&user("alice")).unwrap();
    let second = sockets.admit(&user("alice")).unwrap();
    assert_eq!(sockets.admit(&user("alice")).unwrap_err(), SocketsFull::User);
    let third = sockets.admit(&user("bob")).unwrap();
    assert!(sockets.is_full());
    assert_eq!(sockets.admit(&user("carol")).unwrap_err(), SocketsFull::Server);

    drop(first);
    assert_eq!(sockets.count(), 2);
    let again = sockets.admit(&user("alice")).unwrap();
    assert_eq!(sockets.count(), 3);
    drop((second, third, again));
    assert_eq!(sockets.count(), 0);
    assert!(!sockets.is_full());
}

#[test]
fn the_client_is_the_right_most_address_that_is_no_proxy_of_ours() {
    let trusted = ["10.0.0.0/8", "fd00::/8"].map(|net| net.parse::<IpNet>().unwrap());
    let table: &[(&str, &[&str], &str)] = &[
        // Nobody asked: the peer.
        ("203.0.113.9", &[], "203.0.113.9"),
        // A stranger's header is not read.
        ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
        // What the client wrote itself stands left of what the proxy added.
        ("10.0.0.1", &["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", &["1.2.3.4", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", &["10.0.0.3,10.0.0.2"], "10.0.0.3"),
        // No address: the last proxy that is known.
        ("10.0.0.1", &["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &["198.51.100.1, "], "10.0.0.1"),
        // With a port, as IPv6, and IPv4 in IPv6's clothes.
        ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
        ("fd00::1", &["[2001:db8::1]:4711"], "2001:db8::1"),
        ("fd00::1", &["[2001:db8::1]"], "2001:db8::1"),
        ("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
    ];
    for (peer, header, client) in table {
        let values = header.iter().map(|value| value.as_bytes());
        assert_eq!(client_ip(ip(peer), values, &trusted), ip(client), "{peer} {header:?}");
    }
    let odd = [&b"198.51.100.1, \xff"[..]];
    assert_eq!(client_ip(ip("10.0.0.1"), odd.into_iter(), &trusted), ip("10.0.0.1"));
    let header = [&b"198.51.100.1"[..]];
    assert_eq!(client_ip(ip("10.0.0.1"), header.into_iter(), &[]), ip("10.0.0.1"));
}
