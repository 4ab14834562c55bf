package potluck.kit.trial;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import potluck.kit.FakeUpstream;
import potluck.kit.fake.Script;

/**
 * Three nodes behind nginx, with one PostgreSQL and one Redis, under streams without a pause. They
 * are restarted one after the other; then a node, Redis and PostgreSQL are killed and stay away for
 * a while. It says what broke, who was logged out, and whether every delivered answer has exactly
 * one row.
 */
public final class NodesTrial {
  private static final int NODES = 3;
  private static final String MODEL = "gpt-4.1-trial!drip-100";

  private final List<House> houses = new ArrayList<>();
  private final FakeUpstream upstream;
  private final Program postgres;
  private final Program redis;
  private final Program nginx;
  private final Map<String, String> settings;
  private final String address;
  private final int streams;
  private final int away;

  private NodesTrial(Path script, int streams, int away) throws IOException, InterruptedException {
    this.streams = streams;
    this.away = away;
    this.upstream = FakeUpstream.start().always(Script.PLAIN);
    Path folder = Files.createTempDirectory("nodes-trial");
    System.out.println("logs in " + folder);
    int database = free();
    int cache = free();
    this.postgres = Program.postgres(made(folder, "postgres"), database);
    this.redis = Program.redis(made(folder, "redis"), cache);
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      ports.add(free());
      houses.add(new House(script, made(folder, "node" + i), ports.getLast()));
    }
    int front = free();
    this.nginx = Program.nginx(made(folder, "nginx"), front, configuration(front, ports));
    this.address = "http://127.0.0.1:" + front;
    this.settings =
        Map.of(
            "DATABASE_URL",
            "postgresql://trial@127.0.0.1:" + database + "/postgres",
            "REDIS_URL",
            "redis://127.0.0.1:" + cache + "/0",
            "JWT_SECRET_KEY",
            random(),
            "PLUGIN_API_ENCRYPTION_KEY",
            random(),
            "METRICS_PORT",
            "0",
            "SHUTDOWN_ACCEPT_SECONDS",
            "1",
            "POTLUCK_JAVA_OPTS",
            "-Xmx400m");
  }

  /** Arguments: the program's script, streams at once, seconds that what is killed stays away. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    NodesTrial trial =
        new NodesTrial(
            Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    System.exit(trial.run() ? 0 : 1);
  }

  /** What stands in the documents for several nodes: streams unbuffered, and no POST sent twice. */
  private static String configuration(int port, List<Integer> nodes) {
    String servers =
        nodes.stream()
            .map(node -> "    server 127.0.0.1:" + node + " max_fails=1 fail_timeout=2s;\n")
            .collect(Collectors.joining());
    return """
    daemon off;
    pid nginx.pid;
    error_log error.log;
    worker_processes 1;
    events { worker_connections 4096; }
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      upstream potluck {
        least_conn;
    %s    keepalive 64;
      }
      server {
        listen 127.0.0.1:%d;
        client_max_body_size 32m;
        location / {
          proxy_pass http://potluck;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host $host;
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
          proxy_buffering off;
          proxy_request_buffering off;
          proxy_read_timeout 600s;
        }
      }
    }
    """
        .formatted(servers, port);
  }

  private boolean run() throws IOException, InterruptedException {
    try {
      postgres.start();
      redis.start();
      for (House house : houses) {
        house.start(settings);
      }
      nginx.start();
      House first = houses.getFirst();
      String token = first.login();
      String key = first.share(token, upstream, MODEL);
      Set<String> delivered;
      Watcher watcher = new Watcher(address, token);
      try (watcher;
          Streams calls = new Streams(address, key, MODEL, streams)) {
        TimeUnit.SECONDS.sleep(5);
        System.out.println(calls.tally("before anything happens"));
        for (House house : houses) {
          house.close();
          house.start(settings);
          // nginx looks again at who was away after two seconds, and is slow to notice under load.
          TimeUnit.SECONDS.sleep(6);
        }
        System.out.println(calls.tally("all restarted, one after the other"));
        killed(calls, watcher);
        calls.end();
        System.out.println(calls.tally("in the end"));
        delivered = calls.delivered();
      }
      System.out.println("a session asked who it is: " + watcher.said());
      return judge(delivered) && watcher.loggedOut() == 0;
    } finally {
      houses.forEach(House::close);
      nginx.close();
      redis.close();
      postgres.close();
      upstream.close();
    }
  }

  private void killed(Streams calls, Watcher watcher) throws IOException, InterruptedException {
    House victim = houses.getLast();
    victim.kill();
    TimeUnit.SECONDS.sleep(away);
    victim.start(settings);
    System.out.println(calls.tally("a node killed, " + away + " s away"));
    redis.kill();
    TimeUnit.SECONDS.sleep(away);
    redis.start();
    System.out.println(calls.tally("Redis killed, " + away + " s away"));
    postgres.kill();
    TimeUnit.SECONDS.sleep(away);
    postgres.start();
    System.out.println(calls.tally("PostgreSQL killed, " + away + " s away"));
    System.out.println("logged out so far: " + watcher.loggedOut());
    TimeUnit.SECONDS.sleep(5);
  }

  private boolean judge(Set<String> delivered) throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(5);
    House house = houses.getFirst();
    Rows rows = Rows.of(house, house.login());
    System.out.printf(
        "delivered %d, rows %d, without a row %d, with two %d, rows twice %d, ledger %s%n",
        delivered.size(),
        rows.count(),
        rows.without(delivered),
        rows.doubled(),
        rows.twice(),
        rows.ledger());
    return rows.good(delivered);
  }

  private static Path made(Path folder, String name) throws IOException {
    Files.setPosixFilePermissions(
        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    return Files.createDirectories(folder.resolve(name));
  }

  private static int free() throws IOException {
    try (ServerSocket any = new ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }
}
