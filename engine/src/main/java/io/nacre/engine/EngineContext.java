package io.nacre.engine;

import io.nacre.engine.config.ConfigurationSource;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.handover.IncomingHandOver;
import io.nacre.engine.ops.ServiceNotification;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The interfaces, the files and the clock that an engine gets from the program that runs it.
 *
 * @param listener receives each detection, after the answer
 * @param service is notified of the engine's state
 * @param source the files of the configuration
 * @param nanoClock the clock of all deadlines, in nanoseconds
 * @param handOver the running engine that this one takes over from; empty if there is none
 */
public record EngineContext(
    Consumer<DetectionRecord> listener,
    ServiceNotification service,
    ConfigurationSource source,
    LongSupplier nanoClock,
    Optional<IncomingHandOver> handOver) {}
