/*
 * A handle of one thread that several share from then on: what each queues leaves once, whoever asks
 * for it. In a process with one thread the library does without what guards against others.
 */
#include <pthread.h>

#include "check.h"

#define THREADS 4
#define CALLS 20000

typedef struct worker {
    pthread_t thread;
    WEB_SOCKET_HANDLE handle;
    unsigned completions;
} worker;

/* Does what is next, and says whether there was anything. */
static int step(worker *self)
{
    WEB_SOCKET_BUFFER buffers[2];
    ULONG count = 2;
    WEB_SOCKET_ACTION action;
    WEB_SOCKET_BUFFER_TYPE type;
    PVOID context;
    PVOID token;

    CHECK(WebSocketGetAction(self->handle, WEB_SOCKET_SEND_ACTION_QUEUE, buffers, &count, &action,
                             &type, &context, &token) == S_OK);
    switch (action) {
    case WEB_SOCKET_NO_ACTION:
        return 0;
    case WEB_SOCKET_SEND_TO_NETWORK_ACTION:
        CHECK(count == 1 && buffers[0].Data.ulBufferLength == 2);
        WebSocketCompleteAction(self->handle, token, 2);
        return 1;
    default:
        CHECK(action == WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION);
        WebSocketCompleteAction(self->handle, token, 0);
        self->completions++;
        return 1;
    }
}

static void *work(void *argument)
{
    worker *self = (worker *)argument;
    int i;

    for (i = 0; i < CALLS; i++) {
        CHECK(WebSocketSend(self->handle, WEB_SOCKET_PING_PONG_BUFFER_TYPE, NULL, NULL) == S_OK);
        step(self);
    }
    return NULL;
}

int main(void)
{
    worker workers[1 + THREADS];
    WEB_SOCKET_HANDLE client;
    unsigned completions = 0;
    int i;

    memset(workers, 0, sizeof workers);
    CHECK(WebSocketCreateClientHandle(NULL, 0, &client) == S_OK);
    CHECK(WebSocketCreateServerHandle(NULL, 0, &workers[0].handle) == S_OK);
    join_handles(client, workers[0].handle);

    /* Alone, then with others, then alone again. */
    work(&workers[0]);
    for (i = 1; i <= THREADS; i++) {
        workers[i].handle = workers[0].handle;
        CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    work(&workers[0]);
    for (i = 1; i <= THREADS; i++)
        CHECK(pthread_join(workers[i].thread, NULL) == 0);
    while (step(&workers[0]))
        continue;
    for (i = 0; i <= THREADS; i++)
        completions += workers[i].completions;
    CHECK(completions == (2 + THREADS) * CALLS);

    WebSocketDeleteHandle(workers[0].handle);
    WebSocketDeleteHandle(client);
    puts("threads: all as it should be");
    return 0;
}
