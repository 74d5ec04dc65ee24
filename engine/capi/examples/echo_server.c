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
#include <sys/wait.h>
#include <unistd.h>

#include "websocket.h"

/* How much of a code point is still to come, and what its next octet may be. */
typedef struct utf8 {
    unsigned missing;
    BYTE least;
    BYTE most;
} utf8;

/* A connection: its handle, its socket, octets read behind the request, and the message so far. */
typedef struct connection {
    WEB_SOCKET_HANDLE handle;
    int socket;
    char early[16384];
    size_t early_length;
    BYTE *message;
    size_t length;
    size_t room;
    utf8 text;
    BYTE reason[WEB_SOCKET_MAX_CLOSE_REASON_LENGTH];
    int close_sent;
    int finished;
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

/* Reads a request up to its empty line. Returns the length of its head, or 0. */
static size_t read_head(connection *self)
{
    char *end;

    for (;;) {
        ssize_t n = recv(self->socket, self->early + self->early_length,
                         sizeof self->early - 1 - self->early_length, 0);
        if (n <= 0)
            return 0;
        self->early_length += (size_t)n;
        self->early[self->early_length] = 0;
        end = strstr(self->early, "\r\n\r\n");
        if (end)
            return (size_t)(end - self->early) + 4;
    }
}

/* Splits the lines of a head into header fields. */
static ULONG split_fields(char *head, WEB_SOCKET_HTTP_HEADER *fields, ULONG room)
{
    ULONG count = 0;
    char *line = strstr(head, "\r\n") + 2;

    while (count < room && strncmp(line, "\r\n", 2) != 0) {
        char *end = strstr(line, "\r\n");
        char *colon = (char *)memchr(line, ':', (size_t)(end - line));
        if (!colon)
            return 0;
        fields[count].pcName = line;
        fields[count].ulNameLength = (ULONG)(colon - line);
        fields[count].pcValue = colon + 1;
        fields[count].ulValueLength = (ULONG)(end - colon - 1);
        count++;
        line = end + 2;
    }
    return count;
}

/* The opening handshake. */
static int accept_request(connection *self)
{
    static const char refusal[] =
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    WEB_SOCKET_HTTP_HEADER fields[64];
    WEB_SOCKET_HTTP_HEADER *headers;
    ULONG count;
    ULONG i;
    char response[2048];
    size_t length;
    size_t head = read_head(self);

    if (head == 0)
        return -1;
    count = strncmp(self->early, "GET ", 4) == 0 ? split_fields(self->early, fields, 64) : 0;
    if (FAILED(WebSocketBeginServerHandshake(self->handle, NULL, NULL, 0, fields, count, &headers,
                                             &count))) {
        write_all(self->socket, refusal, sizeof refusal - 1);
        return -1;
    }
    length = (size_t)snprintf(response, sizeof response, "HTTP/1.1 101 Switching Protocols\r\n");
    for (i = 0; i < count; i++)
        length += (size_t)snprintf(response + length, sizeof response - length, "%s: %s\r\n",
                                   headers[i].pcName, headers[i].pcValue);
    length += (size_t)snprintf(response + length, sizeof response - length, "\r\n");
    if (write_all(self->socket, response, length) != 0)
        return -1;
    self->early_length -= head;
    memmove(self->early, self->early + head, self->early_length);
    return FAILED(WebSocketEndServerHandshake(self->handle)) ? -1 : 0;
}

/*
 * Whether the octets go on as UTF-8. The library would check text, too, but does not say whether it
 * was text that was wrong, which has a close status of its own.
 */
static int is_utf8(utf8 *state, const BYTE *octets, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        BYTE octet = octets[i];
        if (state->missing > 0) {
            if (octet < state->least || octet > state->most)
                return 0;
            state->missing--;
            state->least = 0x80;
            state->most = 0xbf;
        } else if (octet >= 0x80) {
            if (octet < 0xc2 || octet > 0xf4)
                return 0;
            state->missing = octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
            state->least = octet == 0xe0 ? 0xa0 : octet == 0xf0 ? 0x90 : 0x80;
            state->most = octet == 0xed ? 0x9f : octet == 0xf4 ? 0x8f : 0xbf;
        }
    }
    return 1;
}

/* Answers a Close, or a fault, once; the stream ends when that is written. */
static void send_close(connection *self, USHORT status, const BYTE *reason, ULONG length)
{
    WEB_SOCKET_BUFFER buffer;

    self->finished = 1;
    if (self->close_sent)
        return;
    self->close_sent = 1;
    memset(&buffer, 0, sizeof buffer);
    if (length > 0)
        memcpy(self->reason, reason, length);
    buffer.CloseStatus.pbReason = self->reason;
    buffer.CloseStatus.ulReasonLength = length;
    buffer.CloseStatus.usStatus = status;
    WebSocketSend(self->handle, WEB_SOCKET_CLOSE_BUFFER_TYPE, &buffer, NULL);
}

/* Looks at a result. The message goes back when it is whole; its memory is freed when it is sent. */
static int take(connection *self, WEB_SOCKET_BUFFER_TYPE type, const WEB_SOCKET_BUFFER *buffer)
{
    size_t length = buffer->Data.ulBufferLength;
    WEB_SOCKET_BUFFER echo;

    if (type == 0)
        return -1; /* The peer ended the stream. */
    if (type == WEB_SOCKET_PING_PONG_BUFFER_TYPE)
        return 0;
    if (type == WEB_SOCKET_CLOSE_BUFFER_TYPE) {
        utf8 reason = {0, 0, 0};
        if (is_utf8(&reason, buffer->CloseStatus.pbReason, length) && reason.missing == 0)
            send_close(self, buffer->CloseStatus.usStatus, buffer->CloseStatus.pbReason,
                       buffer->CloseStatus.ulReasonLength);
        else
            send_close(self, WEB_SOCKET_INVALID_PAYLOAD_CLOSE_STATUS, NULL, 0);
        return 0;
    }
    if (self->finished)
        return 0;
    if (type == WEB_SOCKET_UTF8_FRAGMENT_BUFFER_TYPE || type == WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE) {
        int whole = type == WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE;
        if (!is_utf8(&self->text, buffer->Data.pbBuffer, length) || (whole && self->text.missing > 0)) {
            send_close(self, WEB_SOCKET_INVALID_PAYLOAD_CLOSE_STATUS, NULL, 0);
            return 0;
        }
    }
    if (!self->message || self->length + length > self->room) {
        size_t room = 2 * (self->length + length) + 256;
        BYTE *grown = (BYTE *)realloc(self->message, room);
        if (!grown)
            return -1;
        self->message = grown;
        self->room = room;
    }
    if (length > 0)
        memcpy(self->message + self->length, buffer->Data.pbBuffer, length);
    self->length += length;
    if (type == WEB_SOCKET_UTF8_FRAGMENT_BUFFER_TYPE || type == WEB_SOCKET_BINARY_FRAGMENT_BUFFER_TYPE)
        return 0;
    memset(&echo, 0, sizeof echo);
    echo.Data.pbBuffer = self->message;
    echo.Data.ulBufferLength = (ULONG)self->length;
    if (SUCCEEDED(WebSocketSend(self->handle, type, &echo, self->message)))
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
    int result = 0;
    ULONG i;

    if (FAILED(WebSocketGetAction(self->handle, WEB_SOCKET_ALL_ACTION_QUEUE, buffers, &count, &action,
                                  &type, &context, &token))) {
        /* The peer broke the protocol: say so, once. */
        if (self->finished)
            return -1;
        send_close(self, WEB_SOCKET_PROTOCOL_ERROR_CLOSE_STATUS, NULL, 0);
        return 0;
    }
    switch (action) {
    case WEB_SOCKET_NO_ACTION:
        /* A server ends the stream when both have closed. */
        return self->finished ? -1 : FAILED(WebSocketReceive(self->handle, NULL, NULL)) ? -1 : 0;
    case WEB_SOCKET_SEND_TO_NETWORK_ACTION:
        for (i = 0; i < count && result == 0; i++) {
            result = write_all(self->socket, buffers[i].Data.pbBuffer, buffers[i].Data.ulBufferLength);
            transferred += buffers[i].Data.ulBufferLength;
        }
        break;
    case WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION: {
        size_t room = buffers[0].Data.ulBufferLength;
        ssize_t n;
        if (self->early_length > 0) {
            n = (ssize_t)(self->early_length < room ? self->early_length : room);
            memcpy(buffers[0].Data.pbBuffer, self->early, (size_t)n);
            self->early_length -= (size_t)n;
            memmove(self->early, self->early + n, self->early_length);
        } else {
            n = recv(self->socket, buffers[0].Data.pbBuffer, room, 0);
        }
        transferred = n > 0 ? (ULONG)n : 0;
        break;
    }
    case WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION:
        free(context);
        break;
    case WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION:
        result = take(self, type, &buffers[0]);
        break;
    default:
        result = -1;
    }
    WebSocketCompleteAction(self->handle, token, transferred);
    return result;
}

static void serve(int socket)
{
    static BOOL unchecked = TRUE;
    WEB_SOCKET_PROPERTY property = {WEB_SOCKET_DISABLE_UTF8_VERIFICATION_PROPERTY_TYPE, &unchecked,
                                    sizeof unchecked};
    connection *self = (connection *)calloc(1, sizeof *self);
    char rest[4096];
    int yes = 1;

    if (!self)
        return;
    self->socket = socket;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (SUCCEEDED(WebSocketCreateServerHandle(&property, 1, &self->handle)) && accept_request(self) == 0)
        while (turn(self) == 0)
            ;
    WebSocketDeleteHandle(self->handle);
    /* Closing with octets unread would take what was written back from the peer. */
    shutdown(socket, SHUT_WR);
    while (recv(socket, rest, sizeof rest, 0) > 0)
        ;
    free(self->message);
    free(self);
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
            close(accepted);
            _exit(0);
        }
        close(accepted);
    }
}
