package potluck.gateway.upstream;

import java.io.IOException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Starts TLS on a connected socket, for one host only. Thread-safe. */
final class TlsHandshake {
  private final SSLContext context;

  TlsHandshake(SSLContext context) {
    this.context = context;
  }

  /**
   * Sends the host name (SNI) and accepts only a certificate for that host.
   *
   * @throws IOException if the handshake fails; the raw socket is then unusable
   */
  SSLSocket handshake(CloseNotifySocket raw, Origin origin) throws IOException {
    String host = bare(origin.host());
    raw.enableTls();
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(raw, host, origin.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    if (HostNames.literal(origin.host()) == null) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
