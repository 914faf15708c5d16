package io.nacre.engine.request;

import io.nacre.linux.fanotify.FanotifyGroup;

/**
 * What all jobs of one group have in common.
 *
 * @param group the group whose permission events are answered
 * @param counts counts the answers and the background scans
 * @param observer receives each job before its descriptor is closed; a background scan may have its
 *     own instead
 * @param closer closes the descriptors
 * @param responder sends single responses to the kernel
 */
public record JobContext(
    FanotifyGroup group,
    AnswerCounts counts,
    CloseObserver observer,
    DescriptorCloser closer,
    Responder responder) {

  /** A context with a responder of its own. */
  public JobContext(
      FanotifyGroup group, AnswerCounts counts, CloseObserver observer, DescriptorCloser closer) {
    this(group, counts, observer, closer, new Responder(group, counts));
  }

  /** A context without an observer, in which every thread closes its descriptors itself. */
  public JobContext(FanotifyGroup group, AnswerCounts counts) {
    this(group, counts, CloseObserver.NONE, DescriptorCloser.AT_ONCE);
  }
}
