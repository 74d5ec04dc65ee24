// Echoes with ws. NODE_PATH says where it is installed.
'use strict';

const WebSocket = require('ws');

function echo(socket) {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  // An error is followed by the end of the connection.
  socket.on('error', () => {});
}

function listen(host, port) {
  const server = new WebSocket.WebSocketServer({ host, port, perMessageDeflate: true });
  server.on('connection', echo);
}

// Resolves at the end of the connection with the first message, if there was one.
function dial(url, attach) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    let first;
    socket.on('message', (data) => { first ??= data.toString(); });
    socket.on('error', () => {});
    socket.on('close', () => resolve(first));
    attach(socket);
  });
}

async function runCases(url, agent) {
  const ignore = () => {};
  const count = Number(await dial(`${url}/getCaseCount`, ignore));
  for (let number = 1; number <= count; number += 1) {
    await dial(`${url}/runCase?case=${number}&agent=${agent}`, echo);
  }
  await dial(`${url}/updateReports?agent=${agent}`, ignore);
}

const [end, at, agent] = process.argv.slice(2);
if (end === '--listen' && at) {
  const colon = at.lastIndexOf(':');
  listen(at.slice(0, colon), Number(at.slice(colon + 1)));
} else if (end === '--connect' && at && agent) {
  runCases(at.replace(/\/$/, ''), agent);
} else {
  console.error('usage: --listen HOST:PORT | --connect URL NAME');
  process.exit(2);
}
