//! Echoes with fastwebsockets.

use std::convert::Infallible;

use fastwebsockets::{FragmentCollector, OpCode, WebSocket, handshake, upgrade};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, UPGRADE};
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use wsproof_subjects::{End, case, case_count, reports};

type Socket = FragmentCollector<TokioIo<Upgraded>>;

#[tokio::main]
async fn main() {
    match End::from_args() {
        End::Listen(address) => {
            let listener = TcpListener::bind(address).await.expect("the address is free");
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let _ = stream.set_nodelay(true);
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service_fn(answer))
                        .with_upgrades(),
                );
            }
        }
        End::Connect(url, agent) => {
            let mut socket = connect(&case_count(&url)).await.expect("a server");
            let answer = socket.read_frame().await.expect("an answer").payload.to_vec();
            let count: u32 = String::from_utf8(answer).unwrap().parse().expect("a number");
            echo(socket).await;
            for number in 1..=count {
                if let Some(socket) = connect(&case(&url, number, &agent)).await {
                    echo(socket).await;
                }
            }
            echo(connect(&reports(&url, &agent)).await.expect("a server")).await;
        }
    }
}

async fn answer(mut request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let Ok((response, upgrading)) = upgrade::upgrade(&mut request) else {
        let mut refusal = Response::new(Empty::new());
        *refusal.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(refusal);
    };
    tokio::spawn(async move {
        if let Ok(socket) = upgrading.await {
            echo(collect(socket)).await;
        }
    });
    Ok(response)
}

async fn connect(url: &str) -> Option<Socket> {
    let uri: Uri = url.parse().expect("a URL");
    let authority = uri.authority().expect("a host").clone();
    let stream = TcpStream::connect(authority.as_str()).await.ok()?;
    let _ = stream.set_nodelay(true);
    let request = Request::get(uri.path_and_query().expect("a path").as_str())
        .header("Host", authority.as_str())
        .header(UPGRADE, "websocket")
        .header(CONNECTION, "Upgrade")
        .header("Sec-WebSocket-Key", handshake::generate_key())
        .header("Sec-WebSocket-Version", "13")
        .body(Empty::<Bytes>::new())
        .expect("a request");
    let (socket, _) = handshake::client(&TokioExecutor::new(), request, stream).await.ok()?;
    Some(collect(socket))
}

fn collect(mut socket: WebSocket<TokioIo<Upgraded>>) -> Socket {
    socket.set_auto_close(true);
    socket.set_auto_pong(true);
    socket.set_max_message_size(64 << 20);
    FragmentCollector::new(socket)
}

async fn echo(mut socket: Socket) {
    // An error is the end of the connection, too.
    while let Ok(frame) = socket.read_frame().await {
        if frame.opcode == OpCode::Close {
            break;
        }
        let message = matches!(frame.opcode, OpCode::Text | OpCode::Binary);
        if message && socket.write_frame(frame).await.is_err() {
            break;
        }
    }
}
