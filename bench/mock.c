/*
 * A model provider for benchmarks: one thread, epoll, fast enough that it is never the bottleneck.
 *
 *   mock PORT:MICROSECONDS ...     for example: mock 9001:0 9002:5000
 *
 * Answers POST with a chat completion of 1 KB. If the body asks for a stream, answers with 60 chunks, a
 * chunk with the finish reason, one with usage, and [DONE]: all at once if the port's pace is 0, otherwise
 * one chunk every MICROSECONDS. Each chunk contains its send time ("ts", CLOCK_MONOTONIC), which load reads.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNKS = 60, MAX_PORTS = 8 };

typedef struct connection {
  int fd, is_listener, port;
  char *in; /* received and not yet answered */
  size_t in_length, in_room;
  size_t head; /* length of the request head, 0 while it is not complete */
  long body;
  char *out; /* not yet accepted by the kernel */
  size_t out_length, out_at;
  int streaming, next_chunk, dead;
  long long due;
  struct connection *next; /* in the queue of its port */
} connection;

typedef struct {
  long long pace; /* nanoseconds between two chunks; 0: all at once */
  connection *first, *last; /* streams, in the order in which their next chunk is due */
} port;

static port ports[MAX_PORTS];
static int port_count, epoll;
static char json[4096], tail[1024];
static int json_length, tail_length;
static const char STREAM_HEAD[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
    "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void prepare_answers(void) {
  static const char SENTENCE[] = "the quick brown fox jumps over a lazy dog ";
  char text[641], body[3000], event[800];
  for (int i = 0; i < 640; i++) text[i] = SENTENCE[i % 42];
  text[640] = 0;
  int n = snprintf(body, sizeof body,
      "{\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion\","
      "\"created\":1741569952,\"model\":\"gpt-4.1-mini\",\"choices\":[{\"index\":0,\"message\":"
      "{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null,\"annotations\":[]},"
      "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":219,"
      "\"completion_tokens\":160,\"total_tokens\":379,\"prompt_tokens_details\":"
      "{\"cached_tokens\":0}},\"service_tier\":\"default\"}", text);
  json_length = snprintf(json, sizeof json,
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", n, body);
  n = snprintf(event, sizeof event,
      "data: {\"id\":\"chatcmpl-B9MBs8Cj\",\"object\":\"chat.completion.chunk\",\"created\":"
      "1741569952,\"model\":\"gpt-4.1-mini\",\"choices\":[{\"index\":0,\"delta\":{},"
      "\"finish_reason\":\"stop\"}]}\n\n"
      "data: {\"id\":\"chatcmpl-B9MBs8Cj\",\"object\":\"chat.completion.chunk\",\"created\":"
      "1741569952,\"model\":\"gpt-4.1-mini\",\"choices\":[],\"usage\":{\"prompt_tokens\":219,"
      "\"completion_tokens\":60,\"total_tokens\":279}}\n\n");
  tail_length = snprintf(tail, sizeof tail, "%x\r\n%s\r\n%x\r\ndata: [DONE]\n\n\r\n0\r\n\r\n", n,
      event, 14);
}

static int write_chunk(char *to, int index) {
  char event[400];
  int n = snprintf(event, sizeof event,
      "data: {\"id\":\"chatcmpl-B9MBs8Cj\",\"object\":\"chat.completion.chunk\",\"created\":"
      "1741569952,\"model\":\"gpt-4.1-mini\",\"ts\":\"%016lld\",\"choices\":[{\"index\":0,"
      "\"delta\":{\"content\":\" word%02d\"},\"finish_reason\":null}]}\n\n", now(), index);
  return sprintf(to, "%x\r\n%s\r\n", n, event);
}

static void want(connection *c, unsigned events) {
  struct epoll_event e = {events, {.ptr = c}};
  epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &e);
}

/* If the stream is still queued, the queue frees it. */
static void drop(connection *c) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  c->dead = 1;
  if (c->streaming) return;
  free(c->in);
  free(c->out);
  free(c);
}

static int send_or_keep(connection *c, const char *bytes, size_t length) {
  if (c->out_length == 0) {
    ssize_t sent = send(c->fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return -1;
    if (sent > 0) bytes += sent, length -= sent;
    if (length == 0) return 0;
    want(c, EPOLLIN | EPOLLOUT);
  }
  c->out = realloc(c->out, c->out_length + length);
  memcpy(c->out + c->out_length, bytes, length);
  c->out_length += length;
  return 0;
}

static void enqueue(connection *c) {
  port *p = &ports[c->port];
  c->next = 0;
  if (p->last) p->last->next = c;
  else p->first = c;
  p->last = c;
}

static int send_next_chunk(connection *c) {
  char chunk[1024];
  if (c->next_chunk++ < CHUNKS) return send_or_keep(c, chunk, write_chunk(chunk, c->next_chunk - 1));
  return send_or_keep(c, tail, tail_length);
}

static int answer(connection *c, const char *body, long length) {
  port *p = &ports[c->port];
  long edge = length > 400 ? 400 : length; /* "stream" is near the beginning or the end of the body */
  int stream = memmem(body + length - edge, edge, "\"stream\":true", 13) ||
      memmem(body, edge, "\"stream\":true", 13);
  if (!stream) return send_or_keep(c, json, json_length);
  if (p->pace == 0) {
    static char all[32768];
    int n = sprintf(all, "%s", STREAM_HEAD);
    for (int i = 0; i < CHUNKS; i++) n += write_chunk(all + n, i);
    memcpy(all + n, tail, tail_length);
    return send_or_keep(c, all, n + tail_length);
  }
  if (send_or_keep(c, STREAM_HEAD, sizeof STREAM_HEAD - 1) < 0) return -1;
  c->streaming = 1;
  c->next_chunk = 0;
  c->due = now() + p->pace;
  enqueue(c);
  return 0;
}

static int read_head(connection *c) {
  char *end = memmem(c->in, c->in_length, "\r\n\r\n", 4);
  if (!end) return 0;
  c->head = end - c->in + 4;
  char kept = c->in[c->head];
  c->in[c->head] = 0;
  char *length = strcasestr(c->in, "\r\ncontent-length:");
  c->body = length ? atol(length + 17) : 0;
  c->in[c->head] = kept;
  return 1;
}

static int on_readable(connection *c) {
  while (1) {
    if (c->in_room - c->in_length < 65536) {
      c->in_room = c->in_room ? c->in_room * 2 : 131072;
      c->in = realloc(c->in, c->in_room + 1);
    }
    ssize_t got = recv(c->fd, c->in + c->in_length, c->in_room - c->in_length, 0);
    if (got == 0) return -1;
    if (got < 0) return errno == EAGAIN ? 0 : -1;
    c->in_length += got;
    while (c->in_length && (c->head || read_head(c)) && c->in_length >= c->head + c->body) {
      if (answer(c, c->in + c->head, c->body) < 0) return -1;
      size_t used = c->head + c->body;
      memmove(c->in, c->in + used, c->in_length - used);
      c->in_length -= used;
      c->head = 0;
    }
  }
}

static int on_writable(connection *c) {
  ssize_t sent = send(c->fd, c->out + c->out_at, c->out_length - c->out_at, MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN ? 0 : -1;
  c->out_at += sent;
  if (c->out_at < c->out_length) return 0;
  c->out_length = c->out_at = 0;
  want(c, EPOLLIN);
  return 0;
}

static void send_what_is_due(port *p) {
  long long t = now();
  while (p->first && p->first->due <= t) {
    connection *c = p->first;
    p->first = c->next;
    if (!p->first) p->last = 0;
    if (c->dead || send_next_chunk(c) < 0) {
      c->streaming = 0;
      drop(c);
    } else if (c->next_chunk > CHUNKS) {
      c->streaming = 0;
    } else {
      c->due = c->due + p->pace < t ? t + p->pace : c->due + p->pace;
      enqueue(c);
    }
  }
}

static void listen_on(connection *c, int number) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(number), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  c->is_listener = 1;
  setsockopt(c->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(c->fd, (void *)&address, sizeof address) || listen(c->fd, 8192)) {
    perror("mock: bind");
    exit(1);
  }
  struct epoll_event e = {EPOLLIN, {.ptr = c}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e);
}

static void accept_all(connection *listener) {
  int fd, on = 1;
  while ((fd = accept4(listener->fd, 0, 0, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    c->port = listener->port;
    struct epoll_event e = {EPOLLIN, {.ptr = c}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
  }
}

int main(int count, char **words) {
  static connection listeners[MAX_PORTS];
  struct rlimit files = {65536, 65536};
  setrlimit(RLIMIT_NOFILE, &files);
  prepare_answers();
  epoll = epoll_create1(0);
  for (int i = 1; i < count && port_count < MAX_PORTS; i++) {
    int number;
    long pace;
    if (sscanf(words[i], "%d:%ld", &number, &pace) != 2) return fprintf(stderr, "usage: mock PORT:MICROSECONDS ...\n"), 2;
    ports[port_count].pace = pace * 1000LL;
    listeners[port_count].port = port_count;
    listen_on(&listeners[port_count++], number);
  }
  struct epoll_event ready[512];
  while (1) {
    long long due = -1;
    for (port *p = ports; p < ports + port_count; p++) {
      send_what_is_due(p);
      if (p->first && (due < 0 || p->first->due < due)) due = p->first->due;
    }
    long long left = due < 0 ? 0 : due - now();
    if (left < 0) left = 0;
    struct timespec wait = {left / 1000000000LL, left % 1000000000LL};
    int n = epoll_pwait2(epoll, ready, 512, due < 0 ? 0 : &wait, 0);
    for (int i = 0; i < n; i++) {
      connection *c = ready[i].data.ptr;
      if (c->is_listener) {
        accept_all(c);
      } else if (c->fd >= 0) {
        int bad = ready[i].events & EPOLLOUT ? on_writable(c) : 0;
        if (bad >= 0 && ready[i].events & ~EPOLLOUT) bad = on_readable(c);
        if (bad < 0) drop(c);
      }
    }
  }
}
