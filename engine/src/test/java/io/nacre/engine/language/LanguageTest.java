package io.nacre.engine.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The words of code and documents: none that {@code banned-words.txt} replaces. */
class LanguageTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path LISTS = Path.of("src/test/resources/io/nacre/engine/language");

  /** What a build and its tests leave behind, and inputs of fuzzers, which may be any bytes. */
  private static final Pattern LEFT_OUT = Pattern.compile("target|\\..*|.*FuzzInputs|LICENSE");

  private static final Set<String> OF_TEXT =
      Set.of("conf", "service", "sh", "py", "c", "h", "xml", "properties", "");

  @Test
  void nothingIsSaidInBannedWords() throws IOException {
    SortedMap<String, List<String>> findings = findings();

    Files.write(Path.of("target/language.txt"), lines(findings)); // all of them, to rename by
    assertThat(lines(findings)).isEmpty();
  }

  @Test
  void wordsAreFoundInCommentsLiteralsAndNames() throws IOException {
    List<Part> parts =
        SourceParts.ofJava(
            """
            /** Lets whoever waits
             * through; {@code nobody} is a user, {@link WaitingRoom} no more. */
            class Ticket {
              String name = "held it up"; // and
              String user = "nobody"; // given
              // up
              void toldAgain() {}
            }
            """);

    List<String> findings = BannedWords.read().findings(parts);

    assertThat(findings.stream().map(finding -> finding.replaceAll(" →.*", "")))
        .containsExactlyInAnyOrder(
            "1: Lets whoever waits through",
            "2: WaitingRoom",
            "3: Ticket",
            "4: held it up",
            "5: given up",
            "7: toldAgain");
  }

  private static SortedMap<String, List<String>> findings() throws IOException {
    BannedWords banned = BannedWords.read();
    SortedMap<String, List<String>> findings = new TreeMap<>();
    for (Path file : files()) {
      List<String> found = banned.findings(parts(file));
      if (!found.isEmpty()) {
        findings.put(ROOT.relativize(file).toString(), found);
      }
    }
    return findings;
  }

  private static List<String> lines(SortedMap<String, List<String>> findings) {
    return findings.entrySet().stream()
        .flatMap(file -> file.getValue().stream().map(line -> file.getKey() + ":" + line))
        .toList();
  }

  private static List<Part> parts(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    return switch (extension(file)) {
      case "java" -> SourceParts.ofJava(text);
      case "md" -> SourceParts.ofMarkdown(text);
      default -> SourceParts.ofText(text);
    };
  }

  private static Set<Path> files() throws IOException {
    Set<Path> files = new TreeSet<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return !directory.equals(ROOT) && isLeftOut(directory)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !isLeftOut(file) && isRead(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static boolean isLeftOut(Path path) {
    return LEFT_OUT.matcher(path.getFileName().toString()).matches();
  }

  private static boolean isRead(Path file) {
    String extension = extension(file);
    boolean isOurOwn =
        file.startsWith(LISTS.toAbsolutePath()) || file.endsWith("LanguageTest.java");
    return !isOurOwn
        && (extension.equals("java") || extension.equals("md") || OF_TEXT.contains(extension));
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1);
  }
}
