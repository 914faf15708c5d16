package io.nacre.engine.clamd;

import io.nacre.engine.verdict.Verdict;

/**
 * The owner of every scan that no clamd has: takes back the scans that a clamd did not complete,
 * and gives each to a clamd again or ends it. For any thread.
 */
interface ScanAssigner {

  /** Takes {@code scan} back from {@code endpoint}, which refused its file. */
  void assignAfterRefusal(ClamdScan scan, ClamdEndpoint endpoint, Verdict.Unscanned why);

  /** Takes {@code scan} back from {@code endpoint}, whose session broke during the scan. */
  void assignAfterBreak(ClamdScan scan, ClamdEndpoint endpoint, String why);

  /** Takes {@code scan} back: its session ended because of another scan. */
  void assignAgain(ClamdScan scan);

  /** Gives {@code scan}, which a clamd has, to a second clamd as well. */
  void assignElsewhere(ClamdScan scan);

  /** Gives waiting scans to the clamds that have room by now. */
  void assignWaiting();

  /** Takes over {@code scan}, which a clamd that is not used any more has left. */
  void assignLeft(ClamdScan scan);

  /** Ends every waiting scan: the engine stops. */
  void stop();
}
