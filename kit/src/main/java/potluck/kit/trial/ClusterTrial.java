package potluck.kit.trial;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
 * Three nodes behind nginx, with one PostgreSQL and one Redis, under continuous streams. The nodes
 * are restarted one after another; then a node, Redis and PostgreSQL are killed and stay down for a
 * while. Reports what failed, whether a session was logged out, and whether each delivered answer
 * has exactly one usage row.
 */
public final class ClusterTrial {
  private static final int NODES = 3;
  private static final String MODEL = "gpt-4.1-trial!delay-100";

  private final List<PotluckProcess> nodes = new ArrayList<>();
  private final FakeUpstream upstream;
  private final ExternalServer postgres;
  private final ExternalServer redis;
  private final ExternalServer nginx;
  private final Map<String, String> settings;
  private final String address;
  private final int streams;
  private final int downSeconds;

  private ClusterTrial(Path script, int streams, int away)
      throws IOException, InterruptedException {
    this.streams = streams;
    this.downSeconds = away;
    this.upstream = FakeUpstream.start().setDefaultScript(Script.PLAIN);
    Path folder = Files.createTempDirectory("nodes-trial");
    System.out.println("logs in " + folder);
    int database = freePort();
    int cache = freePort();
    this.postgres = ExternalServer.postgres(createFolder(folder, "postgres"), database);
    this.redis = ExternalServer.redis(createFolder(folder, "redis"), cache);
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      ports.add(freePort());
      nodes.add(new PotluckProcess(script, createFolder(folder, "node" + i), ports.getLast()));
    }
    int front = freePort();
    this.nginx =
        ExternalServer.nginx(createFolder(folder, "nginx"), front, configuration(front, ports));
    this.address = "http://127.0.0.1:" + front;
    this.settings =
        Map.of(
            "DATABASE_URL",
            "postgresql://trial@127.0.0.1:" + database + "/postgres",
            "REDIS_URL",
            "redis://127.0.0.1:" + cache + "/0",
            "JWT_SECRET_KEY",
            randomSecret(),
            "PLUGIN_API_ENCRYPTION_KEY",
            randomSecret(),
            "METRICS_PORT",
            "0",
            "SHUTDOWN_ACCEPT_SECONDS",
            "1",
            "POTLUCK_JAVA_OPTS",
            "-Xmx400m");
  }

  /**
   * Runs the trial. Exits with 1 if the check fails.
   *
   * @param arguments path of the {@code potluck} script, concurrent streams, seconds that a killed
   *     process stays down
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ClusterTrial trial =
        new ClusterTrial(
            Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    System.exit(trial.run() ? 0 : 1);
  }

  /**
   * The configuration that the documents recommend for several nodes: streams are not buffered, and
   * no POST is retried.
   */
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
      for (PotluckProcess node : nodes) {
        node.start(settings);
      }
      nginx.start();
      PotluckProcess first = nodes.getFirst();
      String token = first.login();
      String key = first.share(token, upstream, MODEL);
      Set<String> delivered;
      SessionProbe watcher = new SessionProbe(address, token);
      try (watcher;
          StreamCallers calls = new StreamCallers(address, key, MODEL, streams)) {
        TimeUnit.SECONDS.sleep(5);
        System.out.println(calls.report("before the first restart"));
        for (PotluckProcess node : nodes) {
          node.close();
          node.start(settings);
          // nginx tries a failed node again after two seconds, and detects it slowly under load.
          TimeUnit.SECONDS.sleep(6);
        }
        System.out.println(calls.report("all nodes restarted"));
        killEach(calls, watcher);
        calls.end();
        System.out.println(calls.report("at the end"));
        delivered = calls.delivered();
      }
      System.out.println("answers to a session, by status: " + watcher.answersByStatus());
      return check(delivered) && watcher.loggedOut() == 0;
    } finally {
      nodes.forEach(PotluckProcess::close);
      nginx.close();
      redis.close();
      postgres.close();
      upstream.close();
    }
  }

  private void killEach(StreamCallers calls, SessionProbe watcher)
      throws IOException, InterruptedException {
    PotluckProcess victim = nodes.getLast();
    victim.kill();
    TimeUnit.SECONDS.sleep(downSeconds);
    victim.start(settings);
    System.out.println(calls.report("a node killed, " + downSeconds + " s down"));
    redis.kill();
    TimeUnit.SECONDS.sleep(downSeconds);
    redis.start();
    System.out.println(calls.report("Redis killed, " + downSeconds + " s down"));
    postgres.kill();
    TimeUnit.SECONDS.sleep(downSeconds);
    postgres.start();
    System.out.println(calls.report("PostgreSQL killed, " + downSeconds + " s down"));
    System.out.println("logged out so far: " + watcher.loggedOut());
    TimeUnit.SECONDS.sleep(5);
  }

  private boolean check(Set<String> delivered) throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(5);
    PotluckProcess node = nodes.getFirst();
    UsageRows rows = UsageRows.read(node, node.login());
    System.out.printf(
        "delivered %d, rows %d, without a row %d, with several rows %d, duplicate rows %d, ledger %s%n",
        delivered.size(),
        rows.count(),
        rows.missing(delivered),
        rows.withSeveralRows(),
        rows.duplicates(),
        rows.ledger());
    return rows.isConsistent(delivered);
  }

  private static Path createFolder(Path folder, String name) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Files.createDirectories(folder.resolve(name));
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  private static String randomSecret() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }
}
