package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.util.List;
import org.pcapnetmap.netmap.OpeningInfo;

/**
 * Two hosts that talk over TCP: 10.0.0.1 by port "client", which a program looks at, 10.0.0.2 by
 * port "server".
 */
final class Conversation implements AutoCloseable {
  static final Station CLIENT = new Station(1);
  static final Station SERVER = new Station(2);
  static final int CLIENT_PORT = 40000;

  /** Frames of {@link #greet}. */
  static final int GREETING = 2;

  /** Frames of {@link #play}. */
  static final int PLAYED = 8;

  private static final int CLIENT_BEGIN = 1000;
  private static final int SERVER_BEGIN = 5000;

  private final Place net;
  private final Peer client;
  private final Peer server;

  Conversation(Place net) throws IOException {
    this.net = net;
    client = net.sharer("client");
    server = net.peer("server");
  }

  /** Both ask for each other's hardware address, which the switch learns. */
  void greet() throws IOException {
    say(client, CLIENT.arpRequest(SERVER));
    say(server, SERVER.arpRequest(CLIENT));
  }

  /** A whole connection: opened, a request, its response, closed. */
  void play(int serverPort, String request, String response) throws IOException {
    int asked = CLIENT_BEGIN + 1 + request.length();
    int answered = SERVER_BEGIN + 1 + response.length();
    say(client, CLIENT.syn(SERVER, CLIENT_PORT, serverPort, CLIENT_BEGIN));
    fromServer(serverPort, Station.SYN | Station.ACK, SERVER_BEGIN, CLIENT_BEGIN + 1, "");
    fromClient(serverPort, Station.ACK, CLIENT_BEGIN + 1, SERVER_BEGIN + 1, "");
    fromClient(serverPort, Station.PUSH | Station.ACK, CLIENT_BEGIN + 1, SERVER_BEGIN + 1, request);
    fromServer(serverPort, Station.PUSH | Station.ACK, SERVER_BEGIN + 1, asked, response);
    fromClient(serverPort, Station.FIN | Station.ACK, asked, answered, "");
    fromServer(serverPort, Station.FIN | Station.ACK, answered, asked + 1, "");
    fromClient(serverPort, Station.ACK, asked + 1, answered + 1, "");
  }

  private void fromClient(int serverPort, int flags, int sequence, int ack, String text)
      throws IOException {
    say(client, CLIENT.segment(SERVER, CLIENT_PORT, serverPort, flags, sequence, ack, text));
  }

  private void fromServer(int serverPort, int flags, int sequence, int ack, String text)
      throws IOException {
    say(server, SERVER.segment(CLIENT, serverPort, CLIENT_PORT, flags, sequence, ack, text));
  }

  /** Of what waits in the kernel's rings captures see what was sent first, so nothing waits. */
  private void say(Peer peer, byte[] frame) throws IOException {
    List<OpeningInfo> captures = net.kernelCaptures();
    peer.send(List.of(frame));
    for (OpeningInfo capture : captures) {
      net.awaitMore(capture);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
