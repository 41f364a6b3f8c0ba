//! One accepted connection: the TLS stream, who is on it, and the time it has.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};
use tokio_rustls::server::TlsStream;
use tonic::transport::server::Connected;

use super::connections::Ticket;
use super::limits::ListenLimits;
use super::peer::Peer;

/// The HTTP/2 preface and the header of the first frame (RFC 9113 §3.4, §4.1), in bytes.
const PREFACE_AND_FRAME_HEADER: usize = 24 + 9;

/// An accepted connection, for tonic to serve.
pub struct Connection {
    stream: TlsStream<TcpStream>,
    peer: Peer,
    ticket: Ticket,
    /// Bytes still missing until the client counts as speaking HTTP/2.
    silent: usize,
    deadline: Pin<Box<Sleep>>,
    lifetime: Duration,
}

impl Connection {
    pub(super) fn new(
        stream: TlsStream<TcpStream>,
        peer: Peer,
        ticket: Ticket,
        limits: &ListenLimits,
    ) -> Self {
        Self {
            stream,
            peer,
            ticket,
            silent: PREFACE_AND_FRAME_HEADER,
            deadline: Box::pin(sleep(limits.first_frame)),
            lifetime: limits.lifetime,
        }
    }

    /// Does one step of work on the stream, unless the connection was cut. Where the step has to wait,
    /// it waits for the cut and the deadline as well; a step that need not wait pays for neither.
    fn step<T>(
        &mut self,
        cx: &mut Context<'_>,
        work: impl FnOnce(Pin<&mut TlsStream<TcpStream>>, &mut Context<'_>) -> Poll<Result<T>>,
    ) -> Poll<Result<T>> {
        if !self.ticket.is_cut() {
            let done = work(Pin::new(&mut self.stream), cx);
            if done.is_ready() {
                return done;
            }
            self.ticket.wake_when_cut(cx.waker());
        }
        if self.ticket.is_cut() {
            return Poll::Ready(Err(Error::new(ErrorKind::ConnectionAborted, "the connection was cut off")));
        }
        ready!(self.deadline.as_mut().poll(cx));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the connection's time is over")))
    }

    fn heard(&mut self, bytes: usize) {
        if self.silent == 0 {
            return;
        }
        self.silent = self.silent.saturating_sub(bytes);
        if self.silent == 0 {
            self.deadline.as_mut().reset(Instant::now() + self.lifetime);
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buf.filled().len();
        ready!(self.step(cx, |stream, cx| stream.poll_read(cx, buf)))?;
        self.heard(buf.filled().len() - before);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        self.step(cx, |stream, cx| stream.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.step(cx, |stream, cx| stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.step(cx, |stream, cx| stream.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.step(cx, |stream, cx| stream.poll_shutdown(cx))
    }
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}
