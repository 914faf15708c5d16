package io.nacre.engine;

import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.ops.ServiceNotification;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What an engine finds around it.
 *
 * @param listener is told of each detection, after the answer
 * @param service is told how the engine is
 * @param nanoClock the clock that deadlines are measured by, in nanoseconds
 */
public record EngineContext(
    Consumer<DetectionRecord> listener, ServiceNotification service, LongSupplier nanoClock) {}
