/*
 * An echo server on POSIX sockets: what it received it sends back.
 *
 *   cc -I include examples/echo_server.c -lwebsocket -o echo_server
 *   ./echo_server 9001          (or: 0 for any port; the port it took is printed)
 *
 * One process per connection. The library speaks WebSocket; HTTP, sockets and memory are here.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "websocket.h"

/* A connection, and the message so far, in memory with some room to grow. */
typedef struct connection {
    WEB_SOCKET_HANDLE handle;
    int socket;
    BYTE *message;
    size_t length;
    size_t room;
    int closing;
} connection;

static int write_all(int socket, const void *octets, size_t length)
{
    const char *rest = (const char *)octets;

    while (length > 0) {
        ssize_t written = send(socket, rest, length, 0);
        if (written <= 0)
            return -1;
        rest += written;
        length -= (size_t)written;
    }
    return 0;
}

/* Reads a request up to its empty line and no further: what follows is the library's. */
static int read_head(int socket, char *head, size_t room)
{
    size_t length = 0;

    while (length < room - 1 && recv(socket, head + length, 1, 0) == 1) {
        BYTE octet = (BYTE)head[length++];
        head[length] = 0;
        /* Only whole lines of text: no controls but tabs, and a feed only at the end of a line. */
        if ((octet < ' ' && octet != '\t' && octet != '\r' && octet != '\n') ||
            octet == 127 || (octet == '\n' && (length < 2 || head[length - 2] != '\r')))
            return -1;
        if (length >= 4 && strcmp(head + length - 4, "\r\n\r\n") == 0)
            return 0;
    }
    return -1;
}

/* A host with or without a port; it may be empty. */
static int is_host(const char *host)
{
    static const char names[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%";

    host += strspn(host, " \t");
    if (*host == '[') {
        host += 1 + strspn(host + 1, "0123456789ABCDEFabcdef:.");
        if (*host++ != ']')
            return 0;
    }
    host += strspn(host, names);
    if (*host == ':')
        host += 1 + strspn(host + 1, "0123456789");
    return host[strspn(host, " \t")] == 0;
}

/* GET, a path or the same behind a scheme and a host, and a version from 1.1 on. */
static int is_request_line(char *line)
{
    char *target = line + 4;
    char *version = strncmp(line, "GET ", 4) == 0 ? strchr(target, ' ') : NULL;
    const char *octet;

    if (!version || strncmp(version, " HTTP/1.", 8) != 0 || !strchr("123456789", version[8]) ||
        version[8] == 0 || version[9] != 0)
        return 0;
    *version = 0;
    for (octet = target; *octet; octet++)
        if (*octet < '!' || *octet > '~' || *octet == '#')
            return 0;
    if (*target == '/')
        return 1;
    if (strncasecmp(target, "http://", 7) != 0 && strncasecmp(target, "https://", 8) != 0)
        return 0;
    target = strchr(target, ':') + 3;
    target[strcspn(target, "/?")] = 0;
    return *target != 0 && is_host(target);
}

/* Splits a head into its lines, and those into header fields; none if this is no request to serve. */
static ULONG split_fields(char *line, WEB_SOCKET_HTTP_HEADER *fields, ULONG room)
{
    ULONG count = 0;
    char *next = strstr(line, "\r\n");

    *next = 0;
    if (!is_request_line(line))
        return 0;
    for (line = next + 2; strncmp(line, "\r\n", 2) != 0; line = next + 2, count++) {
        char *colon = strchr(line, ':');
        const char *value = colon ? colon + 1 + strspn(colon + 1, " \t") : NULL;
        next = strstr(line, "\r\n");
        *next = 0;
        if (count == room || !colon || colon > next)
            return 0;
        fields[count].pcName = line;
        fields[count].ulNameLength = (ULONG)(colon - line);
        fields[count].pcValue = colon + 1;
        fields[count].ulValueLength = (ULONG)(next - colon - 1);
        *colon = 0;
        /* A body would be taken for frames. */
        if ((strcasecmp(line, "Host") == 0 && !is_host(value)) ||
            (strcasecmp(line, "Content-Length") == 0 && strcmp(value, "0") != 0) ||
            strcasecmp(line, "Transfer-Encoding") == 0)
            return 0;
    }
    return count;
}

/* The opening handshake: the library judges the header fields and says which ones to answer. */
static int accept_request(connection *self)
{
    static const char refusal[] = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
                                  "Sec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n";
    WEB_SOCKET_HTTP_HEADER fields[100];
    WEB_SOCKET_HTTP_HEADER *headers;
    char request[16384];
    char response[2048] = "HTTP/1.1 101 Switching Protocols\r\n";
    size_t length = strlen(response);
    ULONG count = 0;
    ULONG i;

    if (read_head(self->socket, request, sizeof request) == 0)
        count = split_fields(request, fields, 100);
    if (FAILED(WebSocketBeginServerHandshake(self->handle, NULL, NULL, 0, fields, count, &headers,
                                             &count))) {
        write_all(self->socket, refusal, sizeof refusal - 1);
        return -1;
    }
    for (i = 0; i < count; i++)
        length += (size_t)snprintf(response + length, sizeof response - length, "%s: %s\r\n",
                                   headers[i].pcName, headers[i].pcValue);
    length += (size_t)snprintf(response + length, sizeof response - length, "\r\n");
    return write_all(self->socket, response, length);
}

/* Sends a Close with this status; when it is written the stream ends. */
static void send_close(connection *self, USHORT status)
{
    WEB_SOCKET_BUFFER buffer;

    memset(&buffer, 0, sizeof buffer);
    buffer.CloseStatus.usStatus = status;
    self->closing = 1;
    WebSocketSend(self->handle, WEB_SOCKET_CLOSE_BUFFER_TYPE, &buffer, NULL);
}

/* Looks at a result. A message goes back when it is whole; its memory is freed when it is sent. */
static int take(connection *self, WEB_SOCKET_BUFFER_TYPE type, const WEB_SOCKET_BUFFER *result)
{
    size_t length = result->Data.ulBufferLength;
    WEB_SOCKET_BUFFER echo;

    if (type == 0)
        return -1; /* The peer ended the stream. */
    if (type == WEB_SOCKET_CLOSE_BUFFER_TYPE)
        send_close(self, result->CloseStatus.usStatus);
    if (type == WEB_SOCKET_CLOSE_BUFFER_TYPE || type == WEB_SOCKET_PING_PONG_BUFFER_TYPE)
        return 0;
    if (!self->message || self->length + length > self->room) {
        size_t room = 2 * (self->length + length) + 256;
        BYTE *grown = (BYTE *)realloc(self->message, room);
        if (!grown)
            return -1;
        self->message = grown;
        self->room = room;
    }
    if (length > 0)
        memcpy(self->message + self->length, result->Data.pbBuffer, length);
    self->length += length;
    if (type == WEB_SOCKET_UTF8_FRAGMENT_BUFFER_TYPE || type == WEB_SOCKET_BINARY_FRAGMENT_BUFFER_TYPE)
        return 0;
    echo.Data.pbBuffer = self->message;
    echo.Data.ulBufferLength = (ULONG)self->length;
    if (FAILED(WebSocketSend(self->handle, type, &echo, self->message)))
        return -1;
    self->message = NULL; /* The library's until the send is complete. */
    self->length = self->room = 0;
    return 0;
}

/* One turn of the loop. Returns -1 when the connection is over. */
static int turn(connection *self)
{
    WEB_SOCKET_BUFFER buffers[2];
    WEB_SOCKET_ACTION action;
    WEB_SOCKET_BUFFER_TYPE type;
    PVOID context = NULL;
    PVOID token;
    ULONG count = 2;
    ULONG transferred = 0;
    ssize_t received;
    int result = 0;
    ULONG i;

    if (FAILED(WebSocketGetAction(self->handle, WEB_SOCKET_ALL_ACTION_QUEUE, buffers, &count, &action,
                                  &type, &context, &token))) {
        /* The peer broke the protocol: say so, and end when that is written. */
        if (self->closing)
            return -1;
        send_close(self, buffers[0].CloseStatus.usStatus);
        return 0;
    }
    switch (action) {
    case WEB_SOCKET_NO_ACTION:
        if (self->closing || FAILED(WebSocketReceive(self->handle, NULL, NULL)))
            return -1;
        return 0;
    case WEB_SOCKET_SEND_TO_NETWORK_ACTION:
        for (i = 0; i < count && result == 0; i++) {
            result = write_all(self->socket, buffers[i].Data.pbBuffer, buffers[i].Data.ulBufferLength);
            transferred += buffers[i].Data.ulBufferLength;
        }
        break;
    case WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION:
        free(context);
        break;
    case WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION:
        received = recv(self->socket, buffers[0].Data.pbBuffer, buffers[0].Data.ulBufferLength, 0);
        transferred = received > 0 ? (ULONG)received : 0;
        break;
    case WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION:
        result = take(self, type, buffers);
        break;
    }
    WebSocketCompleteAction(self->handle, token, transferred);
    return result;
}

static void serve(int socket)
{
    connection self = {NULL, 0, NULL, 0, 0, 0};
    char rest[4096];
    int yes = 1;

    self.socket = socket;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (SUCCEEDED(WebSocketCreateServerHandle(NULL, 0, &self.handle)) && accept_request(&self) == 0)
        while (turn(&self) == 0)
            ;
    WebSocketDeleteHandle(self.handle);
    free(self.message);
    /* Closing with octets unread would take what was written back from the peer. */
    shutdown(socket, SHUT_WR);
    while (recv(socket, rest, sizeof rest, 0) > 0)
        ;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    int yes = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 9001));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 128) != 0 || getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        perror("echo_server");
        return 1;
    }
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int accepted = accept(listener, NULL, NULL);
        if (accepted < 0)
            continue;
        if (fork() == 0) {
            close(listener);
            serve(accepted);
            _exit(0);
        }
        close(accepted);
    }
}
