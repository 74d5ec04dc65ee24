//! Echoes with tokio-tungstenite.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async, connect_async};
use wsproof_subjects::{End, case, case_count, reports};

#[tokio::main]
async fn main() {
    match End::from_args() {
        End::Listen(address) => {
            let listener = TcpListener::bind(address).await.expect("the address is free");
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let _ = stream.set_nodelay(true);
                tokio::spawn(async move {
                    if let Ok(socket) = accept_async(stream).await {
                        echo(socket).await;
                    }
                });
            }
        }
        End::Connect(url, agent) => {
            let (mut socket, _) = connect_async(case_count(&url)).await.expect("a server");
            let answer = socket.next().await.expect("an answer").expect("an answer");
            let count: u32 = answer.to_text().unwrap().parse().expect("a number");
            echo(socket).await;
            for number in 1..=count {
                if let Ok((socket, _)) = connect_async(case(&url, number, &agent)).await {
                    echo(socket).await;
                }
            }
            let (socket, _) = connect_async(reports(&url, &agent)).await.expect("a server");
            echo(socket).await;
        }
    }
}

async fn echo<S: AsyncRead + AsyncWrite + Unpin>(mut socket: WebSocketStream<S>) {
    // An error is the end of the connection, too.
    while let Some(Ok(message)) = socket.next().await {
        if matches!(message, Message::Text(_) | Message::Binary(_))
            && socket.send(message).await.is_err()
        {
            break;
        }
    }
}
