/*
 * A load generator: one thread, epoll, a fixed number of requests, so that the caller can measure CPU
 * time per request.
 *
 *   load PORT CONNECTIONS TOTAL BODY-FILE HEADER [SECONDS]
 *
 * Each connection sends its next request when the answer to the last one is complete. Prints one
 * line of JSON: counts, latencies, and for streams the delay of each chunk (from the "ts" that mock
 * writes into it), all in microseconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  int fd, busy, keep, chunked, head_done;
  size_t sent;
  long long start;
  char head[4096];
  int head_length;
  long need, got;
  char tail[8]; /* the last bytes, to recognize the last chunk */
} connection;

static int epoll, port;
static long total, started, done, errors, not_ok, reconnects;
static connection *connections;
static char *request;
static size_t request_length;
static long long *latency;
static unsigned *delay; /* of each chunk, in nanoseconds */
static size_t delays, delay_room;

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void connect_it(connection *c) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1;
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(c->fd, (void *)&address, sizeof address)) {
    perror("load: connect");
    exit(2);
  }
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event e = {EPOLLIN, {.ptr = c}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e);
}

static void send_more(connection *c) {
  while (c->sent < request_length) {
    ssize_t n = send(c->fd, request + c->sent, request_length - c->sent, MSG_NOSIGNAL);
    if (n < 0) break; /* buffer full, or connection broken; the read side handles that */
    c->sent += n;
  }
  struct epoll_event e = {c->sent < request_length ? EPOLLIN | EPOLLOUT : EPOLLIN, {.ptr = c}};
  epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &e);
}

static void start(connection *c) {
  c->busy = 1;
  c->sent = c->head_length = c->head_done = c->got = c->chunked = 0;
  c->need = -1;
  c->start = now();
  memset(c->tail, 0, sizeof c->tail);
  started++;
  ssize_t n = send(c->fd, request, request_length, MSG_NOSIGNAL);
  if (n > 0) c->sent = n;
  if (c->sent < request_length) send_more(c);
}

static void finish(connection *c, int good) {
  if (done < total) latency[done] = now() - c->start;
  done++;
  if (!good) errors++;
  c->busy = 0;
  if (!good || !c->keep) {
    close(c->fd);
    reconnects++;
    connect_it(c);
  }
  if (started < total) start(c);
}

static void note_delays(char *bytes, ssize_t length) {
  long long t = now();
  char *end = bytes + length;
  for (char *p = bytes; (p = memmem(p, end - p, "\"ts\":\"", 6)) && end - p >= 22; p += 22) {
    long long sent = strtoll(p + 6, 0, 10);
    if (delays == delay_room) {
      delay_room = delay_room ? delay_room * 2 : 1 << 16;
      delay = realloc(delay, delay_room * sizeof *delay);
    }
    long long d = t - sent;
    delay[delays++] = d < 0 ? 0 : d > 4000000000LL ? 4000000000u : d;
  }
}

/* Parses the head. Returns its length in bytes, or -1 while it is incomplete. */
static long take_head(connection *c, char *bytes, ssize_t length) {
  int room = sizeof c->head - 1 - c->head_length;
  int copied = length < room ? length : room;
  memcpy(c->head + c->head_length, bytes, copied);
  c->head[c->head_length + copied] = 0;
  char *end = strstr(c->head, "\r\n\r\n");
  if (!end) {
    c->head_length += copied;
    return -1;
  }
  long used = end + 4 - c->head - c->head_length;
  end[2] = 0;
  c->head_done = c->keep = 1;
  if (strncmp(c->head + 9, "200", 3) && not_ok++ == 0)
    fprintf(stderr, "load: %s\n%.*s\n", c->head, (int)(length - used), bytes + used);
  char *field = strcasestr(c->head, "\r\ncontent-length:");
  if (field) c->need = atol(field + 17);
  else if (strcasestr(c->head, "\r\ntransfer-encoding: chunked")) c->chunked = 1;
  if (strcasestr(c->head, "\r\nconnection: close")) c->keep = 0;
  return used;
}

static void take_body(connection *c, char *bytes, ssize_t length) {
  if (length > 0) {
    note_delays(bytes, length);
    c->got += length;
    if (length >= 7) memcpy(c->tail, bytes + length - 7, 7);
    else {
      memmove(c->tail, c->tail + length, 7 - length);
      memcpy(c->tail + 7 - length, bytes, length);
    }
  }
  int ended = c->chunked ? !memcmp(c->tail, "\r\n0\r\n\r\n", 7) : c->need >= 0 && c->got >= c->need;
  if (ended) finish(c, 1);
}

static void on_readable(connection *c) {
  static char bytes[262144];
  ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    c->keep = 0;
    if (c->busy) finish(c, c->head_done && c->need < 0 && !c->chunked);
    else {
      close(c->fd);
      reconnects++;
      connect_it(c);
    }
    return;
  }
  if (!c->busy) return;
  long used = c->head_done ? 0 : take_head(c, bytes, n);
  if (used >= 0) take_body(c, bytes + used, n - used);
}

static int by_latency(const void *a, const void *b) {
  long long x = *(long long *)a, y = *(long long *)b;
  return (x > y) - (x < y);
}

static int by_delay(const void *a, const void *b) {
  unsigned x = *(unsigned *)a, y = *(unsigned *)b;
  return (x > y) - (x < y);
}

static void read_request(const char *file, const char *header) {
  FILE *f = fopen(file, "r");
  if (!f) {
    perror(file);
    exit(2);
  }
  fseek(f, 0, SEEK_END);
  long length = ftell(f);
  rewind(f);
  const char *path = getenv("LOAD_PATH");
  if (!path) path = "/v1/chat/completions";
  request = malloc(length + 4096);
  request_length = sprintf(request,
      "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
      "Accept: */*\r\nUser-Agent: load/1\r\n%s\r\nContent-Length: %ld\r\n\r\n", path, port, header, length);
  request_length += fread(request + request_length, 1, length, f);
  fclose(f);
}

int main(int count, char **words) {
  if (count < 6) return fprintf(stderr, "usage: load PORT CONNECTIONS TOTAL BODY-FILE HEADER [SECONDS]\n"), 2;
  struct rlimit files = {65536, 65536};
  setrlimit(RLIMIT_NOFILE, &files);
  port = atoi(words[1]);
  int width = atoi(words[2]);
  total = atol(words[3]);
  read_request(words[4], words[5]);
  double most_seconds = count > 6 ? atof(words[6]) : 600;
  epoll = epoll_create1(0);
  connections = calloc(width, sizeof *connections);
  latency = calloc(total + 1, sizeof *latency);
  for (int i = 0; i < width; i++) connect_it(&connections[i]);
  long long begun = now();
  for (int i = 0; i < width && started < total; i++) start(&connections[i]);
  struct epoll_event ready[512];
  while (done < total && (now() - begun) / 1e9 < most_seconds) {
    int n = epoll_wait(epoll, ready, 512, 1000);
    for (int i = 0; i < n; i++) {
      connection *c = ready[i].data.ptr;
      if (ready[i].events & EPOLLOUT) send_more(c);
      if (ready[i].events & ~EPOLLOUT) on_readable(c);
    }
  }
  double seconds = (now() - begun) / 1e9;
  long n = done < total ? done : total;
  qsort(latency, n, sizeof *latency, by_latency);
  qsort(delay, delays, sizeof *delay, by_delay);
#define LATENCY(q) (n ? latency[(long)((n - 1) * q)] / 1e3 : 0)
#define DELAY(q) (delays ? delay[(size_t)((delays - 1) * q)] / 1e3 : 0)
  printf("{\"done\":%ld,\"errors\":%ld,\"not_ok\":%ld,\"reconnects\":%ld,\"seconds\":%.3f,"
         "\"per_second\":%.1f,\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f,\"chunks\":%zu,"
         "\"delay_p50\":%.1f,\"delay_p99\":%.1f}\n",
      done, errors, not_ok, reconnects, seconds, done / seconds, LATENCY(.5), LATENCY(.99),
      LATENCY(1), delays, DELAY(.5), DELAY(.99));
  return errors || not_ok || done < total;
}
