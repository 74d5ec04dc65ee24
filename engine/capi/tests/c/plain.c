/*
 * A library with the interface as Windows documents it and nothing beyond: it passes calls on to the
 * one at the path REAL, but knows no properties of its own and leaves the entries of a failed
 * WebSocketGetAction alone.
 *
 *   cc -shared -fPIC -DREAL='"/lib/libwebsocket.so"' -I include tests/c/plain.c -o plain.so
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "websocket.h"

static void *real(const char *name)
{
    static void *library;
    void *function;

    if (!library)
        library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL);
    function = library ? dlsym(library, name) : NULL;
    if (!function)
        abort();
    return function;
}

/* What C has no word for: a pointer to data as one to a function. */
#define REAL_FUNCTION(type, name) \
    union {                       \
        void *data;               \
        type;                     \
    } real_function;              \
    real_function.data = real(name)

typedef HRESULT create(const WEB_SOCKET_PROPERTY *, ULONG, WEB_SOCKET_HANDLE *);

static HRESULT create_plain(const char *name, const WEB_SOCKET_PROPERTY *properties, ULONG count,
                            WEB_SOCKET_HANDLE *handle)
{
    REAL_FUNCTION(create *call, name);
    ULONG i;

    for (i = 0; i < count; i++)
        if (properties[i].Type > WEB_SOCKET_SUPPORTED_VERSIONS_PROPERTY_TYPE)
            return E_INVALIDARG;
    return real_function.call(properties, count, handle);
}

HRESULT WebSocketCreateClientHandle(const WEB_SOCKET_PROPERTY *properties, ULONG count,
                                    WEB_SOCKET_HANDLE *handle)
{
    return create_plain("WebSocketCreateClientHandle", properties, count, handle);
}

HRESULT WebSocketCreateServerHandle(const WEB_SOCKET_PROPERTY *properties, ULONG count,
                                    WEB_SOCKET_HANDLE *handle)
{
    return create_plain("WebSocketCreateServerHandle", properties, count, handle);
}

HRESULT WebSocketGetAction(WEB_SOCKET_HANDLE handle, WEB_SOCKET_ACTION_QUEUE queue,
                           WEB_SOCKET_BUFFER *buffers, ULONG *count, WEB_SOCKET_ACTION *action,
                           WEB_SOCKET_BUFFER_TYPE *type, PVOID *context, PVOID *token)
{
    REAL_FUNCTION(HRESULT(*call)(WEB_SOCKET_HANDLE, WEB_SOCKET_ACTION_QUEUE, WEB_SOCKET_BUFFER *,
                                 ULONG *, WEB_SOCKET_ACTION *, WEB_SOCKET_BUFFER_TYPE *, PVOID *,
                                 PVOID *),
                  "WebSocketGetAction");
    WEB_SOCKET_BUFFER first = buffers[0];
    HRESULT result = real_function.call(handle, queue, buffers, count, action, type, context, token);

    if (FAILED(result))
        buffers[0] = first;
    return result;
}

HRESULT WebSocketBeginClientHandshake(WEB_SOCKET_HANDLE handle, PCSTR *subprotocols,
                                      ULONG subprotocol_count, PCSTR *extensions,
                                      ULONG extension_count, const WEB_SOCKET_HTTP_HEADER *initial,
                                      ULONG initial_count, WEB_SOCKET_HTTP_HEADER **additional,
                                      ULONG *additional_count)
{
    REAL_FUNCTION(HRESULT(*call)(WEB_SOCKET_HANDLE, PCSTR *, ULONG, PCSTR *, ULONG,
                                 const WEB_SOCKET_HTTP_HEADER *, ULONG, WEB_SOCKET_HTTP_HEADER **,
                                 ULONG *),
                  "WebSocketBeginClientHandshake");
    return real_function.call(handle, subprotocols, subprotocol_count, extensions, extension_count,
                              initial, initial_count, additional, additional_count);
}

HRESULT WebSocketEndClientHandshake(WEB_SOCKET_HANDLE handle, const WEB_SOCKET_HTTP_HEADER *response,
                                    ULONG count, ULONG *extensions, ULONG *extension_count,
                                    ULONG *subprotocol)
{
    REAL_FUNCTION(HRESULT(*call)(WEB_SOCKET_HANDLE, const WEB_SOCKET_HTTP_HEADER *, ULONG, ULONG *,
                                 ULONG *, ULONG *),
                  "WebSocketEndClientHandshake");
    return real_function.call(handle, response, count, extensions, extension_count, subprotocol);
}

HRESULT WebSocketBeginServerHandshake(WEB_SOCKET_HANDLE handle, PCSTR subprotocol, PCSTR *extensions,
                                      ULONG extension_count, const WEB_SOCKET_HTTP_HEADER *request,
                                      ULONG count, WEB_SOCKET_HTTP_HEADER **response,
                                      ULONG *response_count)
{
    REAL_FUNCTION(HRESULT(*call)(WEB_SOCKET_HANDLE, PCSTR, PCSTR *, ULONG,
                                 const WEB_SOCKET_HTTP_HEADER *, ULONG, WEB_SOCKET_HTTP_HEADER **,
                                 ULONG *),
                  "WebSocketBeginServerHandshake");
    return real_function.call(handle, subprotocol, extensions, extension_count, request, count,
                              response, response_count);
}

HRESULT WebSocketEndServerHandshake(WEB_SOCKET_HANDLE handle)
{
    REAL_FUNCTION(HRESULT(*call)(WEB_SOCKET_HANDLE), "WebSocketEndServerHandshake");
    return real_function.call(handle);
}

HRESULT WebSocketSend(WEB_SOCKET_HANDLE handle, WEB_SOCKET_BUFFER_TYPE type, WEB_SOCKET_BUFFER *buffer,
                      PVOID context)
{
    REAL_FUNCTION(HRESULT(*call)(WEB_SOCKET_HANDLE, WEB_SOCKET_BUFFER_TYPE, WEB_SOCKET_BUFFER *,
                                 PVOID),
                  "WebSocketSend");
    return real_function.call(handle, type, buffer, context);
}

HRESULT WebSocketReceive(WEB_SOCKET_HANDLE handle, WEB_SOCKET_BUFFER *buffer, PVOID context)
{
    REAL_FUNCTION(HRESULT(*call)(WEB_SOCKET_HANDLE, WEB_SOCKET_BUFFER *, PVOID), "WebSocketReceive");
    return real_function.call(handle, buffer, context);
}

VOID WebSocketCompleteAction(WEB_SOCKET_HANDLE handle, PVOID token, ULONG octets)
{
    REAL_FUNCTION(VOID(*call)(WEB_SOCKET_HANDLE, PVOID, ULONG), "WebSocketCompleteAction");
    real_function.call(handle, token, octets);
}

VOID WebSocketAbortHandle(WEB_SOCKET_HANDLE handle)
{
    REAL_FUNCTION(VOID(*call)(WEB_SOCKET_HANDLE), "WebSocketAbortHandle");
    real_function.call(handle);
}

VOID WebSocketDeleteHandle(WEB_SOCKET_HANDLE handle)
{
    REAL_FUNCTION(VOID(*call)(WEB_SOCKET_HANDLE), "WebSocketDeleteHandle");
    real_function.call(handle);
}

HRESULT WebSocketGetGlobalProperty(WEB_SOCKET_PROPERTY_TYPE type, PVOID value, ULONG *size)
{
    REAL_FUNCTION(HRESULT(*call)(WEB_SOCKET_PROPERTY_TYPE, PVOID, ULONG *),
                  "WebSocketGetGlobalProperty");
    return real_function.call(type, value, size);
}
