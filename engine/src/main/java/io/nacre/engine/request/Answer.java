package io.nacre.engine.request;

import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;

/**
 * How a request was answered.
 *
 * @param response what the opener got; always ALLOW if no process waited
 * @param because the verdict, or the reason for having none
 * @param tookNanos from the read of the event to the answer
 */
public record Answer(Response response, Verdict because, long tookNanos) {}
