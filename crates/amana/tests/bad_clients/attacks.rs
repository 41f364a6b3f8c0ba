//! The kinds of bad client, one function each.

use std::io;

use amana_wire::session;
use amana_wire::v1;
use amana_wire::v1::exchange_service_client::ExchangeServiceClient;
use amana_wire::v1::publish_envelopes_request::Request as Sent;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tonic::transport::Channel;
use tonic::{Code, Request};

use crate::raw::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, Entrance, GOAWAY, HEADERS, RST_STREAM, Tls, call, field,
    frame, until_closed, until_frame,
};

const PUBLISH: &str = "/amana.exchange.v1.ExchangeService/PublishEnvelopes";
const CHECKPOINT: &str = "/amana.exchange.v1.LogService/GetCheckpoint";
/// SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 §6.5.2).
const INITIAL_WINDOW: u16 = 4;
/// Connections that one machine opens at once.
const CROWD: usize = 1000;

/// The kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    RandomBytes,
    HalfHandshake,
    NoCertificate,
    ForeignCertificate,
    NotHttp2,
    HalfFrame,
    FourGibibytes,
    OverLimit,
    RapidReset,
    HeaderFlood,
    UnknownMethods,
    ZeroWindow,
    Crowd,
}

impl Kind {
    pub(crate) const ALL: [Self; 13] = [
        Self::RandomBytes,
        Self::HalfHandshake,
        Self::NoCertificate,
        Self::ForeignCertificate,
        Self::NotHttp2,
        Self::HalfFrame,
        Self::FourGibibytes,
        Self::OverLimit,
        Self::RapidReset,
        Self::HeaderFlood,
        Self::UnknownMethods,
        Self::ZeroWindow,
        Self::Crowd,
    ];
}

/// How an attack ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The hub closed the connection; how many bytes it said inside TLS.
    Closed(usize),
    /// The hub refused in words of gRPC.
    Refused(Vec<Code>),
    /// The hub answered with a frame of this type.
    Answered(u8),
    /// The bad client keeps these open.
    Held(#[allow(dead_code, reason = "held until dropped")] Vec<Tls>),
    /// The same without TLS.
    Crowd(#[allow(dead_code, reason = "held until dropped")] Vec<TcpStream>),
}

/// Where the bad clients come in.
#[derive(Clone)]
pub(crate) struct Attacker {
    pub(crate) nobody: Entrance,
    pub(crate) foreign: Entrance,
    pub(crate) member: Entrance,
    /// A proper connection of that member.
    pub(crate) channel: Channel,
}

impl Attacker {
    pub(crate) async fn attack(&self, kind: Kind) -> io::Result<Ended> {
        match kind {
            Kind::RandomBytes => closed(self.nobody.tcp().await?, &noise(4096)).await,
            Kind::HalfHandshake => {
                // A TLS record that says 512 bytes, of which 100 come (RFC 8446 §5.1).
                let half = [&[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3][..], &[7; 100]].concat();
                closed(self.nobody.tcp().await?, &half).await
            }
            Kind::NoCertificate => closed(self.nobody.tls().await?, b"").await,
            Kind::ForeignCertificate => closed(self.foreign.tls().await?, b"").await,
            Kind::NotHttp2 => closed(self.member.tls().await?, &noise(4096)).await,
            Kind::HalfFrame => {
                let block = call(PUBLISH);
                let half = &frame(HEADERS, END_HEADERS, 1, &block)[..20];
                Ok(Ended::Held(vec![self.member.http2(&[], half).await?]))
            }
            Kind::FourGibibytes => self.four_gibibytes().await,
            Kind::OverLimit => Ok(Ended::Refused(vec![self.over_limit().await])),
            Kind::RapidReset => self.rapid_reset().await,
            Kind::HeaderFlood => self.header_flood().await,
            Kind::UnknownMethods => Ok(Ended::Refused(self.unknown_methods().await)),
            Kind::ZeroWindow => {
                let calls = (0..50).flat_map(|n| {
                    let message = frame(DATA, END_STREAM, 2 * n + 1, &[0; 5]);
                    [frame(HEADERS, END_HEADERS, 2 * n + 1, &call(CHECKPOINT)), message].concat()
                });
                let calls: Vec<u8> = calls.collect();
                Ok(Ended::Held(vec![self.member.http2(&[(INITIAL_WINDOW, 0)], &calls).await?]))
            }
            Kind::Crowd => {
                let mut crowd = Vec::with_capacity(CROWD);
                for _ in 0..CROWD {
                    crowd.push(self.nobody.tcp().await?);
                }
                Ok(Ended::Crowd(crowd))
            }
        }
    }

    /// A message that says it is 4 GiB long (gRPC over HTTP2, Length-Prefixed-Message).
    async fn four_gibibytes(&self) -> io::Result<Ended> {
        let message = [&[0, 0xff, 0xff, 0xff, 0xff][..], &[1; 1000]].concat();
        let frames = [frame(HEADERS, END_HEADERS, 1, &call(PUBLISH)), frame(DATA, 0, 1, &message)].concat();
        let mut stream = self.member.http2(&[], &frames).await?;
        loop {
            let (kind, flags) = until_frame(&mut stream, &[HEADERS, RST_STREAM, GOAWAY]).await?;
            // The first headers are those of the stream's answer, the last say how it ended.
            if kind != HEADERS || flags & END_STREAM != 0 {
                return Ok(Ended::Answered(kind));
            }
        }
    }

    /// A message larger than any may be, sent by a client that has no limit of its own.
    async fn over_limit(&self) -> Code {
        let envelope = v1::Envelope { sections: vec![vec![1; 2 << 20].into()], ..v1::Envelope::default() };
        let hello = session::hello(v1::Limits::default(), Vec::new());
        let first = [Sent::Hello(hello), Sent::Envelope(envelope)];
        let mut hub = ExchangeServiceClient::new(self.channel.clone());
        // The stream stays open, as a publisher's does: only the hub can end it.
        let (sender, requests) = tokio::sync::mpsc::channel(2);
        for request in first {
            sender.try_send(v1::PublishEnvelopesRequest { request: Some(request) }).unwrap();
        }
        let requests = tokio_stream::wrappers::ReceiverStream::new(requests);
        let refused = async {
            let mut answers = match hub.publish_envelopes(requests).await {
                Ok(answers) => answers.into_inner(),
                Err(status) => return Some(status),
            };
            loop {
                match answers.message().await {
                    Ok(Some(_)) => {}
                    Ok(None) => return None,
                    Err(status) => return Some(status),
                }
            }
        };
        tokio::time::timeout(crate::common::PATIENCE, refused)
            .await
            .map_or(Code::DeadlineExceeded, |status| status.map_or(Code::Ok, |status| status.code()))
    }

    /// Streams that are opened and reset at once (CVE-2023-44487).
    async fn rapid_reset(&self) -> io::Result<Ended> {
        let block = call(PUBLISH);
        let cancel = 8_u32.to_be_bytes();
        let pairs = (0..2000).flat_map(|n| {
            [frame(HEADERS, END_HEADERS, 2 * n + 1, &block), frame(RST_STREAM, 0, 2 * n + 1, &cancel)]
                .concat()
        });
        let pairs: Vec<u8> = pairs.collect();
        let stream = self.member.http2(&[], b"").await?;
        closed(stream, &pairs).await
    }

    /// Headers without an end (CVE-2024-27316).
    async fn header_flood(&self) -> io::Result<Ended> {
        let more: Vec<u8> = (0..100).flat_map(|n| field(&format!("x-{n}"), &"v".repeat(120))).collect();
        let mut flood = frame(HEADERS, 0, 1, &call(PUBLISH));
        for _ in 0..60 {
            flood.extend(frame(CONTINUATION, 0, 1, &more));
        }
        let stream = self.member.http2(&[], b"").await?;
        closed(stream, &flood).await
    }

    /// What a scanner asks for.
    async fn unknown_methods(&self) -> Vec<Code> {
        let methods = [
            "/amana.exchange.v1.ExchangeService/Nothing",
            "/amana.agency.v1.NoticeService/List",
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        ];
        let mut codes = Vec::new();
        for method in methods {
            let mut grpc = tonic::client::Grpc::new(self.channel.clone());
            let ready = grpc.ready().await;
            let codec =
                tonic_prost::ProstCodec::<v1::GetCheckpointRequest, v1::GetCheckpointResponse>::default();
            let answer = match ready {
                Ok(()) => {
                    grpc.unary(Request::new(v1::GetCheckpointRequest {}), method.parse().unwrap(), codec)
                        .await
                }
                Err(error) => Err(tonic::Status::from_error(Box::new(error))),
            };
            codes.push(answer.map_or_else(|status| status.code(), |_| Code::Ok));
        }
        codes
    }
}

/// Says something and waits until the hub has had enough.
async fn closed<S: tokio::io::AsyncRead + AsyncWriteExt + Unpin>(
    mut stream: S,
    bytes: &[u8],
) -> io::Result<Ended> {
    // It may be closed while this is being said.
    let _ = stream.write_all(bytes).await;
    let _ = stream.flush().await;
    let said = until_closed(&mut stream).await.ok_or(io::ErrorKind::TimedOut)?;
    Ok(Ended::Closed(said.len()))
}

/// Bytes that are no protocol.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}
