/*
 * Whole conversations of a client and a server in one process, in the call pattern of the vendor's
 * sample: one loop for all queues, and a completion in every turn.
 */
#include "check.h"

typedef struct endpoint {
    WEB_SOCKET_HANDLE handle;
    wire *in;
    wire *out;
    /* The message that has not ended, then the last whole one. */
    BYTE message[1 << 17];
    size_t length;
    WEB_SOCKET_BUFFER_TYPE type;
    USHORT status;
    unsigned pongs;
    unsigned completions;
    PVOID context;
    HRESULT error;
} endpoint;

/* Runs until there is nothing to do, or nothing to read. */
static void run(endpoint *self)
{
    WEB_SOCKET_ACTION action;

    do {
        WEB_SOCKET_BUFFER buffers[2];
        ULONG count = 2;
        WEB_SOCKET_BUFFER_TYPE type = 0;
        PVOID token = NULL;
        PVOID context = NULL;
        ULONG transferred = 0;
        ULONG i;

        memset(buffers, 0, sizeof buffers);
        self->error = WebSocketGetAction(self->handle, WEB_SOCKET_ALL_ACTION_QUEUE, buffers, &count,
                                         &action, &type, &context, &token);
        if (FAILED(self->error))
            return;
        switch (action) {
        case WEB_SOCKET_NO_ACTION:
            break;
        case WEB_SOCKET_SEND_TO_NETWORK_ACTION:
            for (i = 0; i < count; i++) {
                wire_put(self->out, buffers[i].Data.pbBuffer, buffers[i].Data.ulBufferLength);
                transferred += buffers[i].Data.ulBufferLength;
            }
            break;
        case WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION:
            self->completions++;
            self->context = context;
            break;
        case WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION:
            CHECK(count == 1);
            if (self->in->length == 0) {
                /* Nothing to read: end this operation; a later one goes on where it stopped. */
                WebSocketCompleteAction(self->handle, token, 0);
                continue;
            }
            transferred = (ULONG)wire_take(self->in, buffers[0].Data.pbBuffer,
                                           buffers[0].Data.ulBufferLength);
            break;
        case WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION:
            CHECK(count == 1);
            if (type == 0)
                break;
            if (type == WEB_SOCKET_PING_PONG_BUFFER_TYPE) {
                self->pongs++;
            } else {
                CHECK(self->length + buffers[0].Data.ulBufferLength <= sizeof self->message);
                if (buffers[0].Data.ulBufferLength != 0)
                    memcpy(self->message + self->length, buffers[0].Data.pbBuffer,
                           buffers[0].Data.ulBufferLength);
                self->length += buffers[0].Data.ulBufferLength;
                self->type = type;
                if (type == WEB_SOCKET_CLOSE_BUFFER_TYPE)
                    self->status = buffers[0].CloseStatus.usStatus;
            }
            break;
        default:
            CHECK(!"an action the interface does not know");
        }
        WebSocketCompleteAction(self->handle, token, transferred);
    } while (action != WEB_SOCKET_NO_ACTION);
}

static void send_octets(endpoint *self, WEB_SOCKET_BUFFER_TYPE type, void *octets, size_t length)
{
    WEB_SOCKET_BUFFER buffer;

    memset(&buffer, 0, sizeof buffer);
    buffer.Data.pbBuffer = (PBYTE)octets;
    buffer.Data.ulBufferLength = (ULONG)length;
    CHECK(WebSocketSend(self->handle, type, &buffer, octets) == S_OK);
    run(self);
    CHECK(self->context == octets);
}

/* Receives until a message is whole. */
static void receive_message(endpoint *self)
{
    self->length = 0;
    do {
        CHECK(WebSocketReceive(self->handle, NULL, NULL) == S_OK);
        run(self);
        CHECK(self->error == S_OK);
    } while (self->type == WEB_SOCKET_UTF8_FRAGMENT_BUFFER_TYPE ||
             self->type == WEB_SOCKET_BINARY_FRAGMENT_BUFFER_TYPE);
}

static void converse(endpoint *from, endpoint *to)
{
    static BYTE big[70000];
    static char text[] = "one \xe2\x82\xac, two";
    size_t i;

    send_octets(from, WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE, text, sizeof text - 1);
    receive_message(to);
    CHECK(to->type == WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE);
    CHECK(to->length == sizeof text - 1 && memcmp(to->message, text, to->length) == 0);

    /* Longer than any buffer of the library, in two fragments. */
    for (i = 0; i < sizeof big; i++)
        big[i] = (BYTE)(i * 7);
    send_octets(from, WEB_SOCKET_BINARY_FRAGMENT_BUFFER_TYPE, big, 30000);
    send_octets(from, WEB_SOCKET_BINARY_MESSAGE_BUFFER_TYPE, big + 30000, sizeof big - 30000);
    receive_message(to);
    CHECK(to->type == WEB_SOCKET_BINARY_MESSAGE_BUFFER_TYPE);
    CHECK(to->length == sizeof big && memcmp(to->message, big, to->length) == 0);

    /* A ping is answered by the other side's library, while it waits for something to receive. */
    CHECK(WebSocketSend(from->handle, WEB_SOCKET_PING_PONG_BUFFER_TYPE, NULL, NULL) == S_OK);
    run(from);
    CHECK(WebSocketReceive(to->handle, NULL, NULL) == S_OK);
    run(to);
    CHECK(WebSocketReceive(from->handle, NULL, NULL) == S_OK);
    from->pongs = 0;
    run(from);
    CHECK(from->pongs == 1);
}

static void close_both(endpoint *from, endpoint *to)
{
    static char reason[] = "done";
    WEB_SOCKET_BUFFER buffer;

    memset(&buffer, 0, sizeof buffer);
    buffer.CloseStatus.pbReason = (PBYTE)reason;
    buffer.CloseStatus.ulReasonLength = 4;
    buffer.CloseStatus.usStatus = WEB_SOCKET_SUCCESS_CLOSE_STATUS;
    CHECK(WebSocketSend(from->handle, WEB_SOCKET_CLOSE_BUFFER_TYPE, &buffer, NULL) == S_OK);
    run(from);
    receive_message(to);
    CHECK(to->type == WEB_SOCKET_CLOSE_BUFFER_TYPE && to->status == WEB_SOCKET_SUCCESS_CLOSE_STATUS);
    CHECK(to->length == 4 && memcmp(to->message, reason, 4) == 0);
    CHECK(WebSocketSend(to->handle, WEB_SOCKET_CLOSE_BUFFER_TYPE, NULL, NULL) == S_OK);
    run(to);
    receive_message(from);
    CHECK(from->type == WEB_SOCKET_CLOSE_BUFFER_TYPE && from->status == WEB_SOCKET_EMPTY_CLOSE_STATUS);
    CHECK(WebSocketSend(from->handle, WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE, NULL, NULL) ==
          E_INVALID_PROTOCOL_OPERATION);
}

/* With memory of the caller for the buffers, at an odd address. */
static void with_properties(BOOL client, WEB_SOCKET_HANDLE *handle, BYTE *memory)
{
    static ULONG receive_size = 512;
    static ULONG send_size = 64;
    static BOOL unchecked = TRUE;
    BYTE *block = memory + 1;
    WEB_SOCKET_PROPERTY properties[4];

    properties[0].Type = WEB_SOCKET_RECEIVE_BUFFER_SIZE_PROPERTY_TYPE;
    properties[0].pvValue = &receive_size;
    properties[0].ulValueSize = sizeof receive_size;
    properties[1].Type = WEB_SOCKET_SEND_BUFFER_SIZE_PROPERTY_TYPE;
    properties[1].pvValue = &send_size;
    properties[1].ulValueSize = sizeof send_size;
    properties[2].Type = WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE;
    properties[2].pvValue = &block;
    properties[2].ulValueSize = 512 + 64 + 144;
    properties[3].Type = WEB_SOCKET_DISABLE_UTF8_VERIFICATION_PROPERTY_TYPE;
    properties[3].pvValue = &unchecked;
    properties[3].ulValueSize = sizeof unchecked;
    if (client)
        CHECK(WebSocketCreateClientHandle(properties, 4, handle) == S_OK);
    else
        CHECK(WebSocketCreateServerHandle(properties, 4, handle) == S_OK);
}

static void talk(BOOL properties)
{
    wire *to_server = (wire *)calloc(1, sizeof *to_server);
    wire *to_client = (wire *)calloc(1, sizeof *to_client);
    endpoint *client = (endpoint *)calloc(1, sizeof *client);
    endpoint *server = (endpoint *)calloc(1, sizeof *server);
    BYTE *memory[2];

    CHECK(to_server && to_client && client && server);
    memory[0] = (BYTE *)malloc(1 + 512 + 64 + 144);
    memory[1] = (BYTE *)malloc(1 + 512 + 64 + 144);
    CHECK(memory[0] && memory[1]);
    if (properties) {
        with_properties(TRUE, &client->handle, memory[0]);
        with_properties(FALSE, &server->handle, memory[1]);
    } else {
        CHECK(WebSocketCreateClientHandle(NULL, 0, &client->handle) == S_OK);
        CHECK(WebSocketCreateServerHandle(NULL, 0, &server->handle) == S_OK);
    }
    client->in = server->out = to_client;
    server->in = client->out = to_server;
    join_handles(client->handle, server->handle);
    converse(client, server);
    converse(server, client);
    close_both(client, server);
    WebSocketAbortHandle(client->handle);
    run(client);
    WebSocketDeleteHandle(client->handle);
    WebSocketDeleteHandle(server->handle);
    free(memory[0]);
    free(memory[1]);
    free(client);
    free(server);
    free(to_client);
    free(to_server);
}

/* A subprotocol and an extension, whose frames the application makes. */
static void negotiate(void)
{
    PCSTR subprotocols[2] = {"chat", "superchat"};
    PCSTR extensions[2] = {"x-first", "x-second; level=2"};
    PCSTR selected[1] = {"x-second; level=2"};
    ULONG indices[2] = {9, 9};
    ULONG index_count = 2;
    ULONG subprotocol = 9;
    WEB_SOCKET_HTTP_HEADER request[8];
    WEB_SOCKET_HTTP_HEADER *headers = NULL;
    ULONG count = 0;
    WEB_SOCKET_HANDLE client = NULL;
    WEB_SOCKET_HANDLE server = NULL;

    CHECK(WebSocketCreateClientHandle(NULL, 0, &client) == S_OK);
    CHECK(WebSocketCreateServerHandle(NULL, 0, &server) == S_OK);
    CHECK(WebSocketBeginClientHandshake(client, subprotocols, 2, extensions, 2, NULL, 0, &headers,
                                        &count) == S_OK);
    CHECK(count == 6);
    memcpy(request, headers, count * sizeof *headers);
    request[count] = header("Host", "localhost");
    CHECK(WebSocketBeginServerHandshake(server, "other", NULL, 0, request, count + 1, &headers,
                                        &index_count) == E_SUBPROTOCOL_NOT_SUPPORTED);
    CHECK(WebSocketBeginServerHandshake(server, "superchat", selected, 1, request, count + 1, &headers,
                                        &count) == S_OK);
    index_count = 1;
    CHECK(WebSocketEndClientHandshake(client, headers, count, indices, &index_count, &subprotocol) ==
          E_INVALIDARG);
    index_count = 2;
    CHECK(WebSocketEndClientHandshake(client, headers, count, indices, &index_count, &subprotocol) ==
          S_OK);
    CHECK(index_count == 1 && indices[0] == 1 && indices[1] == 9 && subprotocol == 1);
    WebSocketDeleteHandle(client);
    WebSocketDeleteHandle(server);
}

static void globals(void)
{
    ULONG value = 0;
    ULONG size = sizeof value;

    CHECK(WebSocketGetGlobalProperty(WEB_SOCKET_KEEPALIVE_INTERVAL_PROPERTY_TYPE, &value, &size) == S_OK);
    CHECK(value >= 15000 && size == sizeof value);
    CHECK(WebSocketGetGlobalProperty(WEB_SOCKET_SUPPORTED_VERSIONS_PROPERTY_TYPE, &value, &size) == S_OK);
    CHECK(value == 13 && size == sizeof value);
    size = 0;
    CHECK(FAILED(WebSocketGetGlobalProperty(WEB_SOCKET_SUPPORTED_VERSIONS_PROPERTY_TYPE, &value, &size)));
}

int main(void)
{
    talk(FALSE);
    talk(TRUE);
    negotiate();
    globals();
    puts("conversation: all as it should be");
    return 0;
}
