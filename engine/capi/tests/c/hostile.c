/*
 * Calls no program should make, which are errors all the same and never crashes: as far as a pointer
 * is used at all, it is good for what the interface does with it.
 */
#include "check.h"

/* Stale, foreign and made-up numbers, completions twice, deletions twice. */
static void numbers(void)
{
    WEB_SOCKET_HANDLE client = NULL;
    WEB_SOCKET_HANDLE server = NULL;
    WEB_SOCKET_BUFFER buffers[2];
    WEB_SOCKET_ACTION action = 0;
    WEB_SOCKET_BUFFER_TYPE type = 0;
    PVOID token = NULL;
    ULONG count = 2;
    size_t i;

    CHECK(WebSocketCreateClientHandle(NULL, 0, &client) == S_OK);
    CHECK(WebSocketCreateServerHandle(NULL, 0, &server) == S_OK);
    CHECK(WebSocketReceive(client, NULL, NULL) == E_INVALID_PROTOCOL_OPERATION);
    CHECK(WebSocketEndServerHandshake(client) == E_INVALID_PROTOCOL_OPERATION);
    join_handles(client, server);
    CHECK(WebSocketReceive(server, NULL, NULL) == S_OK);
    CHECK(WebSocketGetAction(server, WEB_SOCKET_RECEIVE_ACTION_QUEUE, buffers, &count, &action, &type,
                             NULL, &token) == S_OK);
    CHECK(action == WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION && count == 1);
    for (i = 0; i < 10000; i++) {
        WebSocketCompleteAction(server, (PVOID)(i * 7919), 1);
        WebSocketCompleteAction(client, token, 1);
        WebSocketCompleteAction((WEB_SOCKET_HANDLE)(i * 7919), token, 1);
        CHECK(WebSocketReceive((WEB_SOCKET_HANDLE)(i << 40 | i), NULL, NULL) == E_INVALIDARG ||
              i << 40 == 0 || sizeof(PVOID) == 4);
    }
    WebSocketCompleteAction(server, token, 0);
    WebSocketCompleteAction(server, token, 0xffffffffu);
    WebSocketDeleteHandle(server);
    WebSocketDeleteHandle(server);
    WebSocketAbortHandle(server);
    WebSocketCompleteAction(server, token, 0);
    CHECK(WebSocketReceive(server, NULL, NULL) == E_INVALIDARG);
    CHECK(WebSocketSend(server, WEB_SOCKET_PING_PONG_BUFFER_TYPE, NULL, NULL) == E_INVALIDARG);
    WebSocketDeleteHandle(client);
}

/* Any octets from the network: an error or results, and memory only where it was offered. */
static void octets(unsigned seed)
{
    WEB_SOCKET_HANDLE client = NULL;
    WEB_SOCKET_HANDLE server = NULL;
    unsigned turns;

    CHECK(WebSocketCreateClientHandle(NULL, 0, &client) == S_OK);
    CHECK(WebSocketCreateServerHandle(NULL, 0, &server) == S_OK);
    join_handles(client, server);
    for (turns = 0; turns < 200; turns++) {
        WEB_SOCKET_BUFFER buffers[2];
        WEB_SOCKET_ACTION action = 0;
        WEB_SOCKET_BUFFER_TYPE type = 0;
        PVOID token = NULL;
        ULONG count = 2;
        ULONG n = 0;
        ULONG i;

        if (FAILED(WebSocketGetAction(client, WEB_SOCKET_ALL_ACTION_QUEUE, buffers, &count, &action,
                                      &type, NULL, &token)))
            break;
        if (action == WEB_SOCKET_NO_ACTION) {
            CHECK(WebSocketReceive(client, NULL, NULL) == S_OK);
            continue;
        }
        if (action == WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION) {
            /* The whole buffer, so that a single octet behind it would be seen by a sanitizer. */
            n = buffers[0].Data.ulBufferLength;
            for (i = 0; i < n; i++) {
                seed = seed * 1664525u + 1013904223u;
                buffers[0].Data.pbBuffer[i] = (BYTE)(i % 9 == 0 ? 0x82 : i % 9 == 1 ? 7 : seed >> 24);
            }
        } else {
            BYTE sum = 0;
            for (i = 0; i < count; i++) {
                ULONG k;
                for (k = 0; k < buffers[i].Data.ulBufferLength; k++)
                    sum ^= buffers[i].Data.pbBuffer[k];
                n += buffers[i].Data.ulBufferLength;
            }
            CHECK(sum == sum);
        }
        WebSocketCompleteAction(client, token, n);
    }
    WebSocketDeleteHandle(client);
    WebSocketDeleteHandle(server);
}

int main(void)
{
    unsigned seed;

    numbers();
    for (seed = 0; seed < 50; seed++)
        octets(seed);
    puts("hostile: all as it should be");
    return 0;
}
