package io.nacre.engine.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What only a new process can change.
 *
 * @param requirePrevention whether the engine refuses to start where the kernel has no permission
 *     events
 * @param queue how many requests may wait or be scanned at the same time
 * @param rescanQueue how many files that went unscanned are remembered; 0 for none
 * @param controlSocket where {@code nacre status} finds the engine; empty for no socket
 * @param deadMan the time without progress after which the kernel ends the engine
 */
public record StartConfig(
    boolean requirePrevention,
    int queue,
    int rescanQueue,
    Optional<Path> controlSocket,
    Duration deadMan) {}
