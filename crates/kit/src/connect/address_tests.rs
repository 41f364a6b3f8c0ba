use super::*;

#[test]
fn reads_what_people_write() {
    for (text, host, port) in [
        ("hub.example:7443", "hub.example", 7443),
        ("https://hub.example:7443", "hub.example", 7443),
        ("https://hub.example:7443/", "hub.example", 7443),
        ("127.0.0.1:1", "127.0.0.1", 1),
        ("[::1]:7443", "::1", 7443),
        ("https://[2001:db8::2]:65535", "2001:db8::2", 65535),
    ] {
        let address: ServerAddress = text.parse().unwrap();
        assert_eq!((address.host(), address.port()), (host, port), "{text}");
        assert_eq!(address.to_string().parse(), Ok(address));
    }
}

#[test]
fn refuses_the_rest() {
    for text in [
        "",
        ":",
        "hub",
        "hub:",
        "hub:0",
        "hub:65536",
        ":7443",
        "::1:7443",
        "[hub]:7443",
        "http://hub:7443",
        "https://hub:7443/path",
        "user@hub:7443",
        "hub example:7443",
    ] {
        assert!(text.parse::<ServerAddress>().is_err(), "{text}");
    }
}
