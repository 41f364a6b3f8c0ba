//! Ports of the loopback for servers that a test starts, stops and starts again.

use std::net::{TcpListener, UdpSocket};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that the system gives to outgoing connections: what is stopped for a moment finds its
/// port free again, and nobody connects to himself.
const PORTS: Range<u16> = 10_240..32_000;

/// What marks the ports of this process: their UDP namesakes, which no server uses. They are held until the
/// process ends, so that no other run of the tests takes one, also while its server is down.
static HELD: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());

/// A port that is this process's alone.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let many = PORTS.end - PORTS.start;
    let start = u16::try_from(std::process::id() * 64 % u32::from(many)).unwrap();
    for _ in 0..many {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = PORTS.start + start.wrapping_add(next) % many;
        let Ok(held) = UdpSocket::bind(("127.0.0.1", port)) else { continue };
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            HELD.lock().unwrap().push(held);
            return port;
        }
    }
    panic!("no port of the loopback is free")
}
