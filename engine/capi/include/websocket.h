/*
 * websocket.h - the WebSocket protocol (RFC 6455) as a component without I/O.
 *
 * The interface of Windows' WebSocket Protocol Component API, for every platform. The library owns
 * no socket, thread or timer: the application queues operations, asks what to do next, does it,
 * and reports that it is done.
 *
 *   WebSocketSend / WebSocketReceive     queue an operation
 *   WebSocketGetAction                   what to do next: write these octets, read into this
 *                                        memory, look at this result
 *   WebSocketCompleteAction              it is done
 *
 * HTTP stays with the application, which hands over header fields and gets the ones to add.
 *
 * Memory
 *   - Headers the library returns stay until WebSocketDeleteHandle; names and values have a
 *     terminator that their lengths do not count.
 *   - What WebSocketSend points at is lent until WebSocketGetAction returns
 *     WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION for it. The WEB_SOCKET_BUFFER itself is copied.
 *   - What WebSocketReceive points at is lent until its
 *     WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION.
 *   - What WebSocketGetAction points at stays as it is until the action is completed.
 *
 * Threads
 *   Any function may be called on any handle from any thread at any time; calls on one handle take
 *   turns. One action of each queue may be outstanding at a time, and they may be completed in any
 *   order.
 *
 * Errors
 *   S_OK or a negative HRESULT. A handle that is NULL, deleted or made up is E_INVALIDARG; an action
 *   context that is NULL, stale or of another handle is ignored.
 */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#ifdef _WIN32
#include <windows.h>
#else
#include <stdint.h>

/* The base types of Windows, with their widths: long has another one elsewhere. */
#ifndef WINAPI
#define WINAPI
#endif
#ifndef WEBSOCKET_NO_BASE_TYPES
typedef uint32_t ULONG;
typedef uint16_t USHORT;
typedef int32_t BOOL;
typedef int32_t HRESULT;
typedef uint8_t BYTE;
typedef BYTE *PBYTE;
typedef void VOID;
typedef void *PVOID;
typedef char CHAR;
typedef char *PCHAR;
typedef char *PSTR;
typedef const char *PCSTR;
#endif
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef SUCCEEDED
#define SUCCEEDED(result) ((HRESULT)(result) >= 0)
#endif
#ifndef FAILED
#define FAILED(result) ((HRESULT)(result) < 0)
#endif
#ifndef S_OK
#define S_OK ((HRESULT)0)
#endif
#ifndef E_INVALIDARG
#define E_INVALIDARG ((HRESULT)0x80070057u)
#endif
#ifndef E_OUTOFMEMORY
#define E_OUTOFMEMORY ((HRESULT)0x8007000Eu)
#endif
#ifndef E_UNEXPECTED
#define E_UNEXPECTED ((HRESULT)0x8000FFFFu)
#endif
#endif /* _WIN32 */

#ifdef __cplusplus
extern "C" {
#endif

/* Results of the interface, beside the general ones. */
#ifndef E_INVALID_PROTOCOL_OPERATION
#define E_INVALID_PROTOCOL_OPERATION ((HRESULT)0x83760001u)
#endif
#ifndef E_INVALID_PROTOCOL_FORMAT
#define E_INVALID_PROTOCOL_FORMAT ((HRESULT)0x83760002u)
#endif
#ifndef E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED
#define E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED ((HRESULT)0x83760003u)
#endif
#ifndef E_SUBPROTOCOL_NOT_SUPPORTED
#define E_SUBPROTOCOL_NOT_SUPPORTED ((HRESULT)0x83760004u)
#endif
#ifndef E_PROTOCOL_VERSION_NOT_SUPPORTED
#define E_PROTOCOL_VERSION_NOT_SUPPORTED ((HRESULT)0x83760005u)
#endif
/* What WebSocketGetGlobalProperty returns when the memory for the value is too small. */
#ifndef E_NOT_SUFFICIENT_BUFFER
#define E_NOT_SUFFICIENT_BUFFER ((HRESULT)0x8007007Au)
#endif

/*
 * Values. All are 32-bit numbers (close statuses 16-bit) and no enumerations, whose width and sign
 * C leaves to the compiler.
 */
typedef USHORT WEB_SOCKET_CLOSE_STATUS;
#define WEB_SOCKET_SUCCESS_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1000)
#define WEB_SOCKET_ENDPOINT_UNAVAILABLE_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1001)
#define WEB_SOCKET_PROTOCOL_ERROR_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1002)
#define WEB_SOCKET_INVALID_DATA_TYPE_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1003)
/* Received: the Close had no status. Sent: the same, without a reason. */
#define WEB_SOCKET_EMPTY_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1005)
#define WEB_SOCKET_ABORTED_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1006)
#define WEB_SOCKET_INVALID_PAYLOAD_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1007)
#define WEB_SOCKET_POLICY_VIOLATION_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1008)
#define WEB_SOCKET_MESSAGE_TOO_BIG_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1009)
#define WEB_SOCKET_UNSUPPORTED_EXTENSIONS_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1010)
#define WEB_SOCKET_SERVER_ERROR_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1011)
#define WEB_SOCKET_SECURE_HANDSHAKE_ERROR_CLOSE_STATUS ((WEB_SOCKET_CLOSE_STATUS)1015)

/* The longest reason of a Close, in octets. */
#define WEB_SOCKET_MAX_CLOSE_REASON_LENGTH 123

typedef ULONG WEB_SOCKET_PROPERTY_TYPE;
/* At creation. ULONG: 256 or more, default 4096. */
#define WEB_SOCKET_RECEIVE_BUFFER_SIZE_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)0)
/* At creation. ULONG: 16 or more, default 4096 for a client and 16 for a server. */
#define WEB_SOCKET_SEND_BUFFER_SIZE_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)1)
/* At creation. BOOL: a client masks with zeros, a server takes frames without a mask. */
#define WEB_SOCKET_DISABLE_MASKING_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)2)
/*
 * At creation. pvValue points at a pointer to memory of ulValueSize octets, at least the two buffer
 * sizes and 144, which is the library's until the handle is deleted. Any alignment.
 */
#define WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)3)
/* At creation. BOOL: received text and close reasons are passed on unchecked. */
#define WEB_SOCKET_DISABLE_UTF8_VERIFICATION_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)4)
/* Global. ULONG: milliseconds after which an idle application may send an unsolicited pong. */
#define WEB_SOCKET_KEEPALIVE_INTERVAL_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)5)
/* Global. Array of ULONG: the protocol versions understood. */
#define WEB_SOCKET_SUPPORTED_VERSIONS_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)6)

/*
 * What this library has and Windows has not; there, a handle is not created with any of these.
 */
/*
 * At creation. ULONG: octets of the largest message that is taken, default any. A larger one, before
 * or after decompression, is a fault with WEB_SOCKET_MESSAGE_TOO_BIG_CLOSE_STATUS.
 */
#define WSPROOF_MAX_MESSAGE_SIZE_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)0x57530001u)
/*
 * At creation. ULONG: 1 (fast) to 9 (small), default 0. With one of 1 to 9 the library compresses and
 * decompresses by itself where the opening handshake agrees on permessage-deflate (RFC 7692), which
 * the application offers or selects as it does any extension; buffer types and payloads are as
 * without it. With 1 it compresses only while that makes messages shorter by a quarter, and tries
 * again now and then. It works in memory of its own beside the allocated buffer, and needs a send
 * buffer of at least 64 octets: a smaller one becomes one of 4096. With 0 the frames of all
 * extensions are the application's.
 */
#define WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)0x57530002u)
/*
 * At creation. BOOL: a client whose server selects none of the subprotocols it offered goes on
 * without one; default is E_SUBPROTOCOL_NOT_SUPPORTED.
 */
#define WSPROOF_OPTIONAL_SUBPROTOCOL_PROPERTY_TYPE ((WEB_SOCKET_PROPERTY_TYPE)0x57530003u)

typedef ULONG WEB_SOCKET_ACTION_QUEUE;
#define WEB_SOCKET_SEND_ACTION_QUEUE ((WEB_SOCKET_ACTION_QUEUE)1)
#define WEB_SOCKET_RECEIVE_ACTION_QUEUE ((WEB_SOCKET_ACTION_QUEUE)2)
#define WEB_SOCKET_ALL_ACTION_QUEUE ((WEB_SOCKET_ACTION_QUEUE)3)

typedef ULONG WEB_SOCKET_ACTION;
#define WEB_SOCKET_NO_ACTION ((WEB_SOCKET_ACTION)0)
#define WEB_SOCKET_SEND_TO_NETWORK_ACTION ((WEB_SOCKET_ACTION)1)
#define WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION ((WEB_SOCKET_ACTION)2)
#define WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION ((WEB_SOCKET_ACTION)3)
#define WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION ((WEB_SOCKET_ACTION)4)

/*
 * A value whose top bit is clear is the header of an extension's frame: its first octet (FIN, RSV1
 * to RSV3, opcode) shifted left by one.
 */
typedef ULONG WEB_SOCKET_BUFFER_TYPE;
#define WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE ((WEB_SOCKET_BUFFER_TYPE)0x80000000u)
#define WEB_SOCKET_UTF8_FRAGMENT_BUFFER_TYPE ((WEB_SOCKET_BUFFER_TYPE)0x80000001u)
#define WEB_SOCKET_BINARY_MESSAGE_BUFFER_TYPE ((WEB_SOCKET_BUFFER_TYPE)0x80000002u)
#define WEB_SOCKET_BINARY_FRAGMENT_BUFFER_TYPE ((WEB_SOCKET_BUFFER_TYPE)0x80000003u)
#define WEB_SOCKET_CLOSE_BUFFER_TYPE ((WEB_SOCKET_BUFFER_TYPE)0x80000004u)
/* Sent: a ping. Received: a pong. */
#define WEB_SOCKET_PING_PONG_BUFFER_TYPE ((WEB_SOCKET_BUFFER_TYPE)0x80000005u)
#define WEB_SOCKET_UNSOLICITED_PONG_BUFFER_TYPE ((WEB_SOCKET_BUFFER_TYPE)0x80000006u)

struct WEB_SOCKET_HANDLE__;
typedef struct WEB_SOCKET_HANDLE__ *WEB_SOCKET_HANDLE;

typedef struct _WEB_SOCKET_PROPERTY {
    WEB_SOCKET_PROPERTY_TYPE Type;
    PVOID pvValue;
    ULONG ulValueSize;
} WEB_SOCKET_PROPERTY, *PWEB_SOCKET_PROPERTY;

/* Lengths count octets without a terminator. */
typedef struct _WEB_SOCKET_HTTP_HEADER {
    PCHAR pcName;
    ULONG ulNameLength;
    PCHAR pcValue;
    ULONG ulValueLength;
} WEB_SOCKET_HTTP_HEADER, *PWEB_SOCKET_HTTP_HEADER;

/* Data for every type but Close. What is to be written is always Data. */
typedef union _WEB_SOCKET_BUFFER {
    struct {
        PBYTE pbBuffer;
        ULONG ulBufferLength;
    } Data;
    struct {
        PBYTE pbReason;
        ULONG ulReasonLength;
        USHORT usStatus;
    } CloseStatus;
} WEB_SOCKET_BUFFER, *PWEB_SOCKET_BUFFER;

/* Creates a client, or a server. *phWebSocket is NULL on failure. */
HRESULT WINAPI WebSocketCreateClientHandle(
    const WEB_SOCKET_PROPERTY *pProperties, /* may be NULL */
    ULONG ulPropertyCount,
    WEB_SOCKET_HANDLE *phWebSocket);

HRESULT WINAPI WebSocketCreateServerHandle(
    const WEB_SOCKET_PROPERTY *pProperties, /* may be NULL */
    ULONG ulPropertyCount,
    WEB_SOCKET_HANDLE *phWebSocket);

/* Returns the header fields the request must have; they replace the initial ones of their names. */
HRESULT WINAPI WebSocketBeginClientHandshake(
    WEB_SOCKET_HANDLE hWebSocket,
    PCSTR *pszSubprotocols, /* may be NULL */
    ULONG ulSubprotocolCount,
    PCSTR *pszExtensions, /* may be NULL */
    ULONG ulExtensionCount,
    const WEB_SOCKET_HTTP_HEADER *pInitialHeaders, /* may be NULL */
    ULONG ulInitialHeaderCount,
    WEB_SOCKET_HTTP_HEADER **pAdditionalHeaders,
    ULONG *pulAdditionalHeaderCount);

/*
 * Checks the header fields of a 101 response. The indices count the entries given at the beginning;
 * 0xFFFFFFFF is no subprotocol. *pulSelectedExtensionCount says how many the array has room for, and
 * then how many there are.
 */
HRESULT WINAPI WebSocketEndClientHandshake(
    WEB_SOCKET_HANDLE hWebSocket,
    const WEB_SOCKET_HTTP_HEADER *pResponseHeaders,
    ULONG ulReponseHeaderCount,
    ULONG *pulSelectedExtensions,     /* may be NULL */
    ULONG *pulSelectedExtensionCount, /* may be NULL without the array */
    ULONG *pulSelectedSubprotocol);   /* may be NULL */

/* Checks the header fields of a request and returns those the 101 response must have. */
HRESULT WINAPI WebSocketBeginServerHandshake(
    WEB_SOCKET_HANDLE hWebSocket,
    PCSTR pszSubprotocolSelected, /* may be NULL or empty */
    PCSTR *pszExtensionSelected,  /* may be NULL */
    ULONG ulExtensionSelectedCount,
    const WEB_SOCKET_HTTP_HEADER *pRequestHeaders,
    ULONG ulRequestHeaderCount,
    WEB_SOCKET_HTTP_HEADER **pResponseHeaders,
    ULONG *pulResponseHeaderCount);

/* Optional: the first call that sends, receives or asks for an action does it, too. */
HRESULT WINAPI WebSocketEndServerHandshake(WEB_SOCKET_HANDLE hWebSocket);

/* pBuffer is NULL for a ping, a pong, a Close without status, or an empty payload. */
HRESULT WINAPI WebSocketSend(
    WEB_SOCKET_HANDLE hWebSocket,
    WEB_SOCKET_BUFFER_TYPE BufferType,
    WEB_SOCKET_BUFFER *pBuffer,
    PVOID Context);

/* pBuffer is NULL for results in the library's memory. */
HRESULT WINAPI WebSocketReceive(
    WEB_SOCKET_HANDLE hWebSocket,
    WEB_SOCKET_BUFFER *pBuffer,
    PVOID pvContext);

/*
 * *pulDataBufferCount says how many entries pDataBuffers has room for, and then how many there are:
 * at most two. *pvApplicationContext is not written for WEB_SOCKET_NO_ACTION and for the automatic
 * answer to a ping. On failure the other outputs say WEB_SOCKET_NO_ACTION.
 *
 * It fails with E_INVALID_PROTOCOL_FORMAT or E_INVALID_PROTOCOL_OPERATION, from then on, when the
 * peer has broken the protocol. Beyond what Windows does, the first entry then is the Close to send,
 * if there is room for one: pDataBuffers[0].CloseStatus, without a reason.
 */
HRESULT WINAPI WebSocketGetAction(
    WEB_SOCKET_HANDLE hWebSocket,
    WEB_SOCKET_ACTION_QUEUE eActionQueue,
    WEB_SOCKET_BUFFER *pDataBuffers,
    ULONG *pulDataBufferCount,
    WEB_SOCKET_ACTION *pAction,
    WEB_SOCKET_BUFFER_TYPE *pBufferType,
    PVOID *pvApplicationContext, /* may be NULL */
    PVOID *pvActionContext);

/*
 * ulBytesTransferred is what was written or read; it is ignored for indications. A write completed
 * with another number than it offered ends its operation; a read completed with 0 does, too.
 */
VOID WINAPI WebSocketCompleteAction(
    WEB_SOCKET_HANDLE hWebSocket,
    PVOID pvActionContext,
    ULONG ulBytesTransferred);

/* No more network actions; everything queued becomes ready to be indicated. */
VOID WINAPI WebSocketAbortHandle(WEB_SOCKET_HANDLE hWebSocket);

/* In any state. All memory of the library that the handle gave away is gone. */
VOID WINAPI WebSocketDeleteHandle(WEB_SOCKET_HANDLE hWebSocket);

/* *ulSize says how many octets pvValue has room for, and then how many were written or are needed. */
HRESULT WINAPI WebSocketGetGlobalProperty(
    WEB_SOCKET_PROPERTY_TYPE eType,
    PVOID pvValue,
    ULONG *ulSize);

#ifdef __cplusplus
}
#endif

#endif /* WEBSOCKET_H */
