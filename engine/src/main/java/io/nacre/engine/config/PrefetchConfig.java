package io.nacre.engine.config;

/**
 * Which files are scanned before they are opened.
 *
 * @param isEnabled whether files are scanned that a process is about to open
 * @param idleScan whether all protected files are scanned while the machine is idle
 */
public record PrefetchConfig(boolean isEnabled, boolean idleScan) {}
