package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nacre.engine.config.ClamdConfig.Endpoint;
import io.nacre.engine.config.ClamdConfig.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
  @TempDir Path directory;

  @Test
  void leavesTheChoiceToTheEngineIfThereIsNone() throws Exception {
    assertThat(read("[]")).containsExactly(usual(new Location.Automatic()));
  }

  @Test
  void takesAClamdOfOurOwn() throws Exception {
    assertThat(read("[embedded]")).containsExactly(usual(new Location.Embedded()));
  }

  @Test
  void takesSeveralInTheirOrder() throws Exception {
    assertThat(read("[embedded, \"unix:/x\", \"tcp:scanner:3310\"]"))
        .containsExactly(
            usual(new Location.Embedded()),
            usual(new ClamdAddress.Unix("/x")),
            usual(new ClamdAddress.Tcp("scanner", 3310)));
  }

  @Test
  void takesWhatIsSaidOfEach() throws Exception {
    assertThat(
            read(
                "[{ address = \"unix:/x\" }, { address = \"tcp:scanner:3310\", weight = 100,"
                    + " connections = 256, transport = stream }]"))
        .containsExactly(
            usual(new ClamdAddress.Unix("/x")),
            new Endpoint(
                new ClamdAddress.Tcp("scanner", 3310), 100, Optional.of(256), Transport.STREAM));
  }

  @ParameterizedTest
  @CsvSource({
    "tcp:scanner:1, scanner, 1",
    "tcp:scanner.example:65535, scanner.example, 65535",
    "tcp:192.0.2.1:3310, 192.0.2.1, 3310",
    "tcp:[2001:db8::1]:3310, 2001:db8::1, 3310",
    "tcp:[::1]:03310, ::1, 3310",
  })
  void takesHostsByNameAndByAddress(String address, String host, int port) throws Exception {
    assertThat(read("[\"" + address + "\"]"))
        .containsExactly(usual(new ClamdAddress.Tcp(host, port)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "unix:relative",
        "unix:",
        "/run/clamav/clamd.ctl",
        "Embedded",
        "tcp:",
        "tcp:scanner",
        "tcp:scanner:",
        "tcp::3310",
        "tcp:scanner:x",
        "tcp:scanner:-1",
        "tcp:scanner one:3310",
        "tcp:2001:db8::1:3310",
        "tcp:[]:3310",
        "tcp:[::1]",
        "tcp://scanner:3310",
        "udp:scanner:3310",
      })
  void refusesAnAddressItDoesNotUnderstand(String address) throws IOException {
    assertThat(problems("[\"" + address + "\"]"))
        .containsExactly(
            "nacre.clamd.endpoints: "
                + (address.isEmpty() ? "\"\"" : address)
                + " must be \"embedded\", \"unix:/path/of/the/socket\", \"tcp:host:port\" or"
                + " \"tcp:[address]:port\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "embedded | : must be a list: endpoints = [\"unix:/run/clamav/clamd.ctl\"]",
        "[{ weight = 2 }] | : has no address",
        "[[embedded]] | : holds addresses, or objects like { address = \"tcp:scanner:3310\" }",
        "[7] | : holds addresses, or objects like { address = \"tcp:scanner:3310\" }",
        "[{ address = embedded, wieght = 2 }] | .wieght: is no such key; did you mean weight?",
        "[{ address = embedded, weight = 0 }] | .weight: must be from 1 to 100",
        "[{ address = embedded, weight = 101 }] | .weight: must be from 1 to 100",
        "[{ address = embedded, weight = 1.5 }] | .weight: must be a whole number from 1 to 100, not 1.5",
        "[{ address = embedded, weight = \"2\" }] | .weight: must be a whole number from 1 to 100, without double quotes",
        "[{ address = embedded, connections = 0 }] | .connections: must be from 1 to 256",
        "[{ address = embedded, connections = 257 }] | .connections: must be from 1 to 256",
        "[{ address = embedded, transport = udp }] | .transport: must be auto or fd or stream, not udp",
        "[\"unix:/x\", \"unix:/x\"] | : names the same clamd twice",
        "[embedded, embedded] | : names the same clamd twice",
        "[\"tcp:h:1\", { address = \"tcp:h:1\", weight = 2 }] | : names the same clamd twice",
        "[{ address = \"tcp:h:1\", transport = fd }] | : a descriptor cannot be passed over the network: transport = stream is for that",
      })
  void saysWhatIsWrong(String endpoints, String problem) throws IOException {
    assertThat(problems(endpoints)).containsExactly("nacre.clamd.endpoints" + problem);
  }

  @Test
  void refusesDescriptorsOverTheNetworkAlsoIfThatIsForAll() throws IOException {
    assertThat(problems("[\"tcp:h:1\", \"unix:/x\"]\nnacre.clamd.transport = fd"))
        .containsExactly(
            "nacre.clamd.endpoints: a descriptor cannot be passed over the network:"
                + " transport = stream is for that");
  }

  @Test
  void takesTheTransportOfAllUnlessAnEndpointNamesOne() throws Exception {
    assertThat(
            read(
                "[\"unix:/a\", { address = \"unix:/b\", transport = fd },"
                    + " { address = \"unix:/c\", transport = auto }]\n"
                    + "nacre.clamd.transport = stream"))
        .extracting(Endpoint::transport)
        .containsExactly(Transport.STREAM, Transport.FD, Transport.FD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp:scanner:0", "tcp:scanner:65536", "tcp:[::1]:123456"})
  void refusesAPortThatIsNone(String address) throws IOException {
    assertThat(problems("[\"" + address + "\"]"))
        .singleElement()
        .asString()
        .startsWith("nacre.clamd.endpoints: " + address + " has no port from 1 to 65535; it must");
  }

  @ParameterizedTest
  @CsvSource({
    "unix:/run/c.sock, unix:/run/../run//c.sock",
    "tcp:scanner:3310, tcp:SCANNER:3310",
  })
  void noticesTheSameClamdInAnotherSpelling(String one, String other) throws IOException {
    assertThat(problems("[\"" + one + "\", \"" + other + "\"]"))
        .containsExactly("nacre.clamd.endpoints: names the same clamd twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "7"})
  void refusesATransportThatIsNone(String transport) throws IOException {
    assertThat(problems("[\"unix:/x\"]\nnacre.clamd.transport = " + transport))
        .containsExactly("nacre.clamd.transport: must be auto or fd or stream, not " + transport);
  }

  @Test
  void takesThirtyTwoAndNoMore() throws Exception {
    assertThat(read(unix(32))).hasSize(32);
    assertThat(problems(unix(33)))
        .containsExactly("nacre.clamd.endpoints: names more than 32 clamds");
  }

  @Test
  void countsTheBytesOfASocketPath() throws Exception {
    String most = "/" + "x".repeat(106);

    assertThat(read("[\"unix:" + most + "\"]")).containsExactly(usual(new ClamdAddress.Unix(most)));
    assertThat(problems("[\"unix:" + most + "x\"]"))
        .containsExactly("nacre.clamd.endpoints: a socket path has at most 107 bytes");
    assertThat(problems("[\"unix:/" + "\u00e9".repeat(60) + "\"]")).hasSize(1);
  }

  private static String unix(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"unix:/" + i + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static Endpoint usual(Location place) {
    Transport transport = place instanceof ClamdAddress.Tcp ? Transport.STREAM : Transport.FD;
    return new Endpoint(place, 1, Optional.empty(), transport);
  }

  private List<Endpoint> read(String endpoints) throws Exception {
    return ConfigFile.read(file(endpoints)).clamd().endpoints();
  }

  private List<String> problems(String endpoints) throws IOException {
    Path file = file(endpoints);
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> ConfigFile.read(file));
    assertThat(refused).as("refused").isNotNull();
    return refused.problems().stream()
        .map(problem -> problem.substring(problem.indexOf("nacre.clamd")))
        .toList();
  }

  private Path file(String endpoints) throws IOException {
    Path directory = this.directory.toRealPath();
    return Files.writeString(
        directory.resolve("nacre.conf"),
        "nacre.protect = [\"" + directory + "\"]\nnacre.clamd.endpoints = " + endpoints + "\n");
  }
}
