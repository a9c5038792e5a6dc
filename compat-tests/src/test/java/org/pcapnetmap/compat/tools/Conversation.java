package org.pcapnetmap.compat.tools;

import java.util.List;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;

/** Two hosts on a switch that talk over TCP: 10.0.0.1 on port "client", 10.0.0.2 on "server". */
final class Conversation implements AutoCloseable {
  static final Station CLIENT = new Station(1);
  static final Station SERVER = new Station(2);
  static final int CLIENT_PORT = 40000;

  private static final int CLIENT_BEGIN = 1000;
  private static final int SERVER_BEGIN = 5000;

  private final NetmapPort client;
  private final NetmapPort server;

  Conversation(TestSwitch net) throws NetmapException {
    Tools.assumeInUserSpace("of what waits in the kernel's rings, what was sent comes first");
    client = NetmapPort.open(net.port("client"));
    server = NetmapPort.open(net.port("server"));
  }

  /** Both ask for each other's hardware address, which the switch learns. */
  void greet() throws NetmapException {
    say(client, CLIENT.arpRequest(SERVER));
    say(server, SERVER.arpRequest(CLIENT));
  }

  /** A whole connection: opened, a request, its response, closed. */
  void play(int serverPort, String request, String response) throws NetmapException {
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
      throws NetmapException {
    say(client, CLIENT.segment(SERVER, CLIENT_PORT, serverPort, flags, sequence, ack, text));
  }

  private void fromServer(int serverPort, int flags, int sequence, int ack, String text)
      throws NetmapException {
    say(server, SERVER.segment(CLIENT, serverPort, CLIENT_PORT, flags, sequence, ack, text));
  }

  private static void say(NetmapPort port, byte[] frame) throws NetmapException {
    TestSwitch.send(port, List.of(frame));
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
