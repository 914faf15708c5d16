package io.nacre.engine.clamdconf;

/**
 * One line of a clamd.conf.
 *
 * @param option its name, which {@link ClamdOptions} knows
 * @param value of the type of the option
 * @param line where it is, from 1 on
 */
record Setting(String option, String value, int line) {}
