/* What the C tests share. Everything here compiles as C11 and as C++17, here and for Windows. */
#ifndef CHECK_H
#define CHECK_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "websocket.h"

#define CHECK(condition)                                                                  \
    do {                                                                                  \
        if (!(condition)) {                                                               \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);       \
            exit(1);                                                                      \
        }                                                                                 \
    } while (0)

/* Octets on their way from one endpoint to the other. */
typedef struct wire {
    BYTE octets[1 << 17];
    size_t length;
} wire;

static inline void wire_put(wire *to, const BYTE *octets, size_t length)
{
    CHECK(to->length + length <= sizeof to->octets);
    memcpy(to->octets + to->length, octets, length);
    to->length += length;
}

static inline size_t wire_take(wire *from, BYTE *octets, size_t room)
{
    size_t length = from->length < room ? from->length : room;
    memcpy(octets, from->octets, length);
    memmove(from->octets, from->octets + length, from->length - length);
    from->length -= length;
    return length;
}

static inline WEB_SOCKET_HTTP_HEADER header(const char *name, const char *value)
{
    WEB_SOCKET_HTTP_HEADER made;
    made.pcName = (PCHAR)(size_t)name;
    made.ulNameLength = (ULONG)strlen(name);
    made.pcValue = (PCHAR)(size_t)value;
    made.ulValueLength = (ULONG)strlen(value);
    return made;
}

/* The opening handshake of two handles without a transport, as the vendor's sample does it. */
static inline void join_handles(WEB_SOCKET_HANDLE client, WEB_SOCKET_HANDLE server)
{
    WEB_SOCKET_HTTP_HEADER request[8];
    WEB_SOCKET_HTTP_HEADER *headers = NULL;
    ULONG count = 0;

    CHECK(WebSocketBeginClientHandshake(client, NULL, 0, NULL, 0, NULL, 0, &headers, &count) == S_OK);
    CHECK(count == 4);
    memcpy(request, headers, count * sizeof *headers);
    request[count] = header("Host", "localhost");
    CHECK(WebSocketBeginServerHandshake(server, NULL, NULL, 0, request, count + 1, &headers, &count) == S_OK);
    CHECK(strlen(headers[0].pcName) == headers[0].ulNameLength);
    CHECK(strlen(headers[0].pcValue) == headers[0].ulValueLength);
    CHECK(WebSocketEndClientHandshake(client, headers, count, NULL, NULL, NULL) == S_OK);
    CHECK(WebSocketEndServerHandshake(server) == S_OK);
}

#endif
